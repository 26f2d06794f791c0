"""`--where`, and the groups a child's own and of time: age, sex, ethnicity, year, quarter, month."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.exits import exit_code
from cli.main import journey
from ledger.domain.clock import NOW, view
from ledger.errors import Malformed
from ledger.projections.card import Card, measure, measures
from ledger.projections.conditions import narrowed
from ledger.projections.difference import difference
from ledger.projections.periods import periods
from ledger.projections.request import request
from ledger.projections.table import Column, Table
from tests.sql.small_ledger import small_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.application import Ledger

ROWS = [
    ("P1", 3, Decimal("0.5"), date(2024, 1, 1), True),
    ("P2", 10, None, None, False),
    ("P'3", 4, Decimal(1), None, None),
]
TABLE = Table(tuple(map(Column, ("pod", "n", "share", "on", "open"))), ROWS)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with small_ledger(tmp_path_factory.mktemp("groups") / "ledger") as made:
        yield made


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        (["pod = P1"], [0]),
        (["pod != P1"], [1, 2]),
        (["pod = 'P1'"], [0]),
        (["pod = P'3"], [2]),
        (["pod = x' OR 1=1 --"], []),
        (["n >= 4"], [1, 2]),
        (["n<10", "n>3"], [2]),
        (["share = 0.5"], [0]),
        (["share ="], [1]),
        (["share !="], [0, 2]),
        (["on <= 2024-01-01"], [0]),
        (["open = yes"], [0]),
        (["open != yes"], [1]),
    ],
)
def test_conditions_keep_the_rows_that_meet_them(where: list[str], kept: list[int]) -> None:
    assert narrowed(TABLE, where).rows == [ROWS[place] for place in kept]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("pod", "expected a column"),
        ("pdo = P1", "Nearest: pod"),
        ("n = many", "holds a number"),
        ("on = May", "holds a date"),
        ("open = maybe", "holds yes or no"),
        ("n <", "neither greater nor smaller"),
    ],
)
def test_a_condition_that_cannot_be_met_is_told(where: str, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        narrowed(TABLE, [where])


def test_conditions_that_no_row_meets_are_said_to_be_met_by_none() -> None:
    assert narrowed(TABLE, ["pod = P9"]).notes == ["no row meets these conditions."]
    assert narrowed(TABLE, "pod = P1").notes == []


def test_rows_are_not_picked_by_hidden_numbers(ledger: Ledger) -> None:
    asked: dict[str, Any] = {"by": "pod", "suppress_below": 3}
    found = ledger.project("allocations", where=["member = P1"], **asked)
    assert [row[:2] for row in found.rows] == [("P1", "<3")]
    with pytest.raises(Malformed, match="small numbers are hidden"):
        ledger.project("allocations", where=["children = 2"], **asked)


def test_children_are_summed_by_what_is_their_own(ledger: Ledger) -> None:
    def by(group: str, at: Any = NOW) -> dict[str, int]:
        return {row["member"]: row["children"] for row in ledger.project("allocations", at, by=group).dicts()}

    assert by("sex") == {"F": 2, "M": 1}
    assert by("ethnicity") == {"WBRI": 3}
    assert by("age", view("2024-05-31")) == {"01 to 04": 1, "05 to 09": 1, "10 to 15": 1}
    assert by("age", view("2025-05-31")) == {"01 to 04": 1, "05 to 09": 1, "10 to 15": 1}
    assert by("age", view("2025-06-01")) == {"05 to 09": 1, "10 to 15": 2}


def test_a_measure_is_summed_for_each_period_of_its_window(ledger: Ledger) -> None:
    window = {"from_": "2024-04-01", "to": "2024-07-01"}
    found = ledger.project("allocations", view("2024-12-31"), by="month", **window)
    assert [(row["member"], row["children"], row["started_in_the_window"]) for row in found.dicts()] == [
        ("2024-04", 3, 3),
        ("2024-05", 3, 0),
        ("2024-06", 3, 0),
    ]
    for row, start, end in zip(found.rows, ("2024-04-01", "2024-05-01"), ("2024-05-01", "2024-06-01"), strict=False):
        alone = ledger.project("allocations", view("2024-12-31"), by="authority", from_=start, to=end)
        assert row[1:] == alone.rows[0][1:]
    assert [r[0] for r in ledger.project("allocations", view("2024-05-15"), by="month", **window).rows] == [
        "2024-04",
        "2024-05",
    ]
    assert found.provenance["asked"]["by"] == "month"
    cut = ledger.project("allocations", by="quarter", from_="2024-04-15", to="2024-10-01")
    assert [row[0] for row in cut.rows] == ["2025 Q1", "2025 Q2"]
    assert "2025 Q1: only the part within the window." in cut.notes


def test_notes_of_a_period_keep_their_counts_to_themselves_where_small_numbers_are_hidden(ledger: Ledger) -> None:
    asked: dict[str, Any] = {"by": "year", "from_": "2024-04-01", "to": "2025-04-01"}
    shown = ledger.project("handovers", **asked).notes
    assert any(re.fullmatch(r"2025: [1-5] first allocations?, outside the share", note) for note in shown)
    assert (
        "2025: <6 first allocations, outside the share" in ledger.project("handovers", suppress_below=6, **asked).notes
    )


def test_who_may_not_have_been_the_authority_s_has_a_row_of_its_own_in_each_period(ledger: Ledger) -> None:
    members = [row[0] for row in ledger.project("family-workers", by="year", from_="2022-04-01", to="2026-04-01").rows]
    assert len(members) == len(set(members))
    assert all(re.fullmatch(r"20\d\d( \(not known\))?", member) for member in members)


def test_a_window_after_the_reader_s_day_is_said_to_tell_nothing(ledger: Ledger) -> None:
    late = {"from_": "2024-06-01", "to": "2024-07-01"}
    assert ledger.project("continuity", view("2024-05-31"), **late).notes[0].startswith("the window begins after")
    assert not any("begins after" in note for note in ledger.project("continuity", view("2024-06-01"), **late).notes)


def test_years_of_a_measure_of_years(ledger: Ledger) -> None:
    found = ledger.project("dfe-social-workers", by="year", from_="2022-04-01", to="2024-04-01")
    assert {row[0] for row in found.rows} <= {"2023", "2024"}


@pytest.mark.parametrize("card", [card for card in measures().values() if card.group_sql], ids=lambda card: card.name)
def test_every_measure_that_can_be_summed_is_summed_by_a_group_of_each_kind(ledger: Ledger, card: Card) -> None:
    """Over kept facts, where only the views and columns are at hand that its SQL is found to read.

    Groups of a kind are told by the same SQL: those of who holds the child, those of the child's own, those of time.
    """
    for by in ("stage", "age", "year"):
        window = {"year": 2024} if card.window == "year" or (by == "year" and card.window == "period") else {}
        if by == "year" and card.window == "none":
            continue
        found = ledger.project(card, by=by, **window)
        assert found.columns == card.group_columns


@pytest.mark.parametrize(
    ("name", "asked", "told"),
    [
        ("allocations", {"by": "month"}, "needs a window with both its ends"),
        ("allocations", {"by": "month", "from_": "2024-01-01"}, "needs a window with both its ends"),
        ("allocations", {"by": "week"}, "--by takes"),
        ("dfe-social-workers", {"by": "month", "year": 2024}, "not summed by month"),
        ("dfe-social-workers", {"by": "year", "from_": "2022-01-01", "to": "2024-01-01"}, "whole social-care years"),
        ("care-episodes", {"by": "sex"}, "not summed by sex.$"),
        ("demand", {"by": "month", "year": 2024}, "not summed by month; --per month cuts its window"),
    ],
)
def test_what_cannot_be_summed_so_is_refused(name: str, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(Malformed, match=told):
        request(measure(name), **asked)


@settings(max_examples=60, deadline=None)
@given(
    by=st.sampled_from(["year", "quarter", "month"]),
    start=st.dates(date(2019, 1, 1), date(2024, 1, 1)),
    days=st.integers(1, 900),
)
def test_periods_cover_the_window_once(by: str, start: date, days: int) -> None:
    end = date.fromordinal(start.toordinal() + days)
    found = list(periods(by, start, end))
    assert found[0][1] == start
    assert found[-1][2] == end
    assert all(one[2] == other[1] for one, other in pairwise(found))
    assert len({label for label, _, _ in found}) == len(found)
    for label, first, last in found:
        year = first.year + (first.month >= 4)
        assert label.startswith(str(first.year if by == "month" else year))
        assert (last.toordinal() - first.toordinal()) <= {"year": 366, "quarter": 92, "month": 31}[by]


def test_periods_and_persons_can_be_told_apart(ledger: Ledger) -> None:
    card = measure("allocations")
    asked = {"from_": "2024-04-01", "to": "2024-07-01"}
    months = difference(ledger.store, card, view("2024-04-15"), NOW, by="month", **asked)
    assert {line["member"] for line in months.rows.dicts()} >= {"2024-05"}
    assert difference(ledger.store, card, view("2024-04-01"), NOW, by="sex", **asked).rows.rows


def test_the_options(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["project", "run", "allocations", "--format", "csv", "--ledger", str(ledger.store.settings.folder)]
    assert exit_code(journey, [*run, "--where", "child = C-1"]) == 0
    assert capsys.readouterr().out.count("\n") == 2
    assert exit_code(journey, [*run, "--by", "pod", "--suppress-below", "6"]) == 0
    assert "P1,<6" in capsys.readouterr().out
    assert exit_code(journey, [*run, "--suppress-below", "6"]) == 7
    assert exit_code(journey, [*run, "--where", "nothing"]) == 7
