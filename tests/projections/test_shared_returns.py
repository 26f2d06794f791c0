"""Two real-format returns, imported one after the other: the measures against a count made from the files alone."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.clock import view
from ledger.imports import import_ssda903
from ledger.projections.engine import run_measure
from ledger.store import Store, create_store

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.shared
RETURNS = Path(__file__).parents[3] / "shared" / "data" / "ssda903-two-years"
Rows = dict[tuple[str, date], dict[str, str]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Give a ledger that holds the first return, and one that holds both."""
    if not RETURNS.exists():
        pytest.skip("the shared returns are not here")
    where = tmp_path_factory.mktemp("returns")
    stores = []
    for name, years in (("first", (2017,)), ("both", (2017, 2018))):
        store = create_store(where / name, authority="Testshire (synthetic)")
        for year in years:
            folder = where / f"{name}-{year}"
            folder.mkdir()
            for file in RETURNS.glob(f"{year}-*.csv"):
                shutil.copy(file, folder)
            import_ssda903(store, folder, year_ending=date(year + 1, 3, 31))
        stores.append(store)
    yield stores[0], stores[1]
    for store in stores:
        store.close()


def read(*years: int) -> Rows:
    """Return the rows of the returns by child and first day; a later row takes the place of an earlier one."""
    found: Rows = {}
    for year in years:
        with (RETURNS / f"{year}-episodes.csv").open(encoding="utf-8-sig", newline="") as file:
            found |= {(row["CHILD"], day(row["DECOM"])): row for row in csv.DictReader(file)}
    return found


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def periods(rows: Rows) -> dict[tuple[str, date], date | None]:
    """Return the first day of the period of care of each row; short breaks have none."""
    found: dict[tuple[str, date], date | None] = {}
    began: dict[str, date] = {}
    over: dict[str, bool] = defaultdict(bool)
    for child, decom in sorted(rows):
        row = rows[child, decom]
        if row["LS"] in ("V3", "V4"):
            found[child, decom] = None
            continue
        if child not in began or row["RNE"] == "S" or over[child]:
            began[child] = decom
        over[child] = bool(row["DEC"]) and row["REC"] not in ("X1", "")
        found[child, decom] = began[child]
    return found


def expected(*years: int) -> dict[tuple[str, date], tuple[Any, ...]]:
    """Return what `care-episodes` should say of each row, from the files alone."""
    rows = read(*years)
    start_of = periods(rows)
    return {
        key: (
            day(row["DEC"]) if row["DEC"] else None,
            row["RNE"],
            row["REC"] or None if row["DEC"] else None,
            row["LS"],
            row["PLACE"] or None,
            row["PLACE_PROVIDER"] or None,
            row["REASON_PLACE_CHANGE"] or None if row["DEC"] else None,
            row["RNE"] in ("S", "P", "B"),
            start_of[key],
        )
        for key, row in rows.items()
    }


def told(store: Store, at: str | None = None) -> dict[tuple[str, date], tuple[Any, ...]]:
    rows = run_measure(store, "care-episodes", view(at)).rows
    return {(row[0], row[1]): tuple(row[2:11]) for row in rows}


def test_one_row_per_episode_as_the_files_say(both: tuple[Store, Store]) -> None:
    first, second = both
    for store, years, count, still_open in ((first, (2017,), 1460, 434), (second, (2017, 2018), 2088, 323)):
        found = told(store)
        assert (len(found), sum(row[0] is None for row in found.values())) == (count, still_open)
        assert found == expected(*years)


def test_before_the_second_return_the_first_state_is_known(both: tuple[Store, Store]) -> None:
    first, second = both
    assert told(second, "2018-12-31") == told(first)
    for measure in ("placement-stability", "dfe-social-workers", "commissioner-changes", "care-episodes"):
        then = run_measure(second, measure, view("2018-12-31"), year=2018)
        assert then.rows == run_measure(first, measure, view("2018-12-31"), year=2018).rows


def test_a_position_fixes_the_result(both: tuple[Store, Store]) -> None:
    first, second = both
    size = first.head().size
    then, now = run_measure(second, "care-episodes", view(at=size)), run_measure(first, "care-episodes")
    assert then.rows == now.rows
    assert (then.provenance["position"], then.provenance["reader_day"]) == (size, now.provenance["reader_day"])


def test_open_episodes_that_the_second_return_leaves_out_are_unconfirmed(both: tuple[Store, Store]) -> None:
    rows = read(2017, 2018)
    second_return = set(read(2018))
    last = date(2019, 3, 31)
    confirmed, unconfirmed = set(), set()
    for (child, decom), row in rows.items():
        if decom > last or row["LS"] in ("V3", "V4"):
            continue
        mentioned = (child, decom) in second_return
        # An end after the first return was collected was only expected; the second return does not tell of it.
        was_to_end = row["DEC"] != "" and day(row["DEC"]) > date(2018, 3, 31) and not mentioned
        if not row["DEC"] or day(row["DEC"]) > last or was_to_end:
            (confirmed if mentioned else unconfirmed).add(child)
    table = run_measure(both[1], "placement-stability", year=2019)
    assert {row[0] for row in table.rows} == confirmed
    assert table.notes[0].startswith(f"{len(unconfirmed - confirmed)} children look looked after")


def test_what_the_return_does_not_tell_is_not_supplied(both: tuple[Store, Store]) -> None:
    rows = run_measure(both[1], "continuity", year=2019).dicts()
    assert rows
    assert {row["visits"] for row in rows} == {None}
    assert {row["note"] for row in rows} == {"visits not supplied"}
