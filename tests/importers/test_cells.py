"""Cells as values: dates in both spellings, partial dates, numbers, yes and no, lists."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.importers import cells
from ledger.importers.cells import BadCell
from ledger.importers.partial_dates import partial_date, partial_precision, partial_text
from ledger.importers.tables import parse_table


@given(st.dates(min_value=date(1900, 1, 1)))
def test_dates_are_read_as_they_are_written(on: date) -> None:
    assert cells.uk_date(f"{on.day:02}/{on.month:02}/{on.year}") == on
    assert cells.iso_date(on.isoformat()) == on


@pytest.mark.parametrize("cell", ["2018-03-31", "31.03.2018", "31/02/2018", "31/03/18", "qqq", "00/01/2018"])
def test_a_date_in_another_spelling_is_refused(cell: str) -> None:
    with pytest.raises(BadCell) as caught:
        cells.uk_date(cell)
    assert caught.value.code == "bad-date"
    assert cell not in caught.value.told


@pytest.mark.parametrize("cell", ["31/03/2018", "2018-3-31", "2018-02-30", "20180331", "tomorrow"])
def test_an_iso_date_is_read_strictly(cell: str) -> None:
    with pytest.raises(BadCell):
        cells.iso_date(cell)


def test_a_moment_needs_its_offset() -> None:
    assert cells.iso_moment("2024-05-03T10:15+01:00") == datetime(2024, 5, 3, 9, 15, tzinfo=UTC)
    assert cells.iso_moment("2024-05-03") is None
    assert cells.iso_day("2024-05-03T10:15+01:00") is None
    with pytest.raises(BadCell) as caught:
        cells.iso_moment("2024-05-03T10:15")
    assert caught.value.code == "naive-datetime"


@pytest.mark.parametrize(
    ("cell", "on", "precision", "text"),
    [
        ("14/05/2012", date(2012, 5, 14), None, None),
        ("zz/05/2012", date(2012, 5, 1), "month", "zz/05/2012"),
        ("zz/zz/2012", date(2012, 1, 1), "year", "zz/zz/2012"),
        ("ZZ/ZZ/ZZZZ", None, "unknown", "ZZ/ZZ/ZZZZ"),
    ],
)
def test_partial_dates_keep_what_is_known(cell: str, on: date | None, precision: str | None, text: str | None) -> None:
    assert (partial_date(cell), partial_precision(cell), partial_text(cell)) == (on, precision, text)


def test_a_partial_date_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadCell):
        partial_date("31/02/2012")
    with pytest.raises(BadCell):
        partial_date("zz/13/2012")


@pytest.mark.parametrize(("cell", "value"), [("38", 38), ("38.0", 38), ("-1", -1), ("0", 0)])
def test_whole_numbers(cell: str, value: int) -> None:
    assert cells.whole_number(cell) == value


@pytest.mark.parametrize("cell", ["3.5", "x", "1e9", "", "1" * 40])
def test_what_is_no_whole_number(cell: str) -> None:
    with pytest.raises(BadCell):
        cells.whole_number(cell)


def test_yes_no_and_lists() -> None:
    assert [cells.flag(cell) for cell in ("1", "1.0", "yes", "0", "0.0", "No")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert cells.yes_no("Y") == "yes"
    assert cells.many("SW1; SW2 ;") == ("SW1", "SW2")
    assert cells.listed("visit-purpose")("Child Protection") == "child protection"
    assert cells.listed("visit-purpose")("Fishing") == "Fishing"
    assert cells.several("supervision-theme")("Hope; drift") == ("hope", "drift")
    with pytest.raises(BadCell):
        cells.flag("perhaps")


def test_a_bad_cell_is_told_on_each_of_its_lines() -> None:
    table, _ = parse_table("CHILD,DEC\nC1,bad\nC2,01/01/2018\nC3,bad\nC4,\n", "a.csv")
    assert table is not None
    problems: list[object] = []
    found = cells.values(table, "DEC", cells.uk_date, refuse=False, problems=problems)  # type: ignore[arg-type]
    assert list(found) == [cells.UNREADABLE, date(2018, 1, 1), cells.UNREADABLE, None]
    assert [(p.line, p.column, p.refused) for p in problems] == [(2, "DEC", True), (4, "DEC", True)]  # type: ignore[attr-defined]
