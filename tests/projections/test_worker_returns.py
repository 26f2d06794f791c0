"""Worker episodes of a return: the measures of looked-after children against counts made from the files alone.

The two shared returns hold no worker table; the second gets one here, made by a rule, with some children left out.
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.imports import import_ssda903
from ledger.projections.engine import run_measure
from ledger.store import Store, create_store

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.shared
RETURNS = Path(__file__).parents[3] / "shared" / "data" / "ssda903-two-years"
LAST = date(2019, 3, 31)
STINTS = (
    ("SW1{0}", "01/05/2017", "01/04/2018", ""),
    ("SW2{0}", "01/04/2018", "20/07/2018", "TSPROC"),
    ("SW3{1}", "20/07/2018", "20/08/2018", "ABSENC"),
    ("SW2{0}", "20/08/2018", "", "ABSENC"),
)
"""Worker, first day, last day, reason; {0} and {1} are digits of the child's number."""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a ledger that holds both returns, the second with worker episodes."""
    if not RETURNS.exists():
        pytest.skip("the shared returns are not here")
    where = tmp_path_factory.mktemp("returns")
    with closing(create_store(where / "ledger", authority="Testshire (synthetic)")) as store:
        for year in (2017, 2018):
            folder = where / str(year)
            folder.mkdir()
            for file in RETURNS.glob(f"{year}-*.csv"):
                shutil.copy(file, folder)
            if year == 2018:
                write_workers(folder / "2018-sw_episodes.csv")
            import_ssda903(store, folder, year_ending=date(year + 1, 3, 31))
        yield store


def rows(name: str) -> list[dict[str, str]]:
    with (RETURNS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def looked_after(year: int) -> set[str]:
    """Children looked after on 31 March, as the return for that year says."""
    last = date(year, 3, 31)
    found = set()
    for row in rows(f"{year - 1}-episodes.csv"):
        began, ended = day(row["DECOM"]), day(row["DEC"])
        if began is not None and began <= last and (ended is None or ended > last) and row["LS"] not in ("V3", "V4"):
            found.add(row["CHILD"])
    return found


def stints(child: str) -> list[tuple[str, ...]]:
    """A child whose number ends with 7 has no worker episode, one that ends with 3 only the first two."""
    if child.endswith("7"):
        return []
    mine = STINTS[:2] if child.endswith("3") else STINTS
    return [(worker.format(child[-1], child[-2]), *rest) for worker, *rest in mine]


def write_workers(file: Path) -> None:
    born = {row["CHILD"]: row["DOB"] for row in rows("2018-header.csv")}
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"])
        for child in sorted(looked_after(2019)):
            writer.writerows([child, born[child], *stint] for stint in stints(child))


def test_the_cohorts_are_those_of_the_returns(both: Store) -> None:
    for year in (2018, 2019):
        found = {row[0] for row in run_measure(both, "dfe-social-workers", year=year).rows}
        assert found == looked_after(year)


def test_distinct_workers_are_those_of_the_table(both: Store) -> None:
    expected = {}
    for child in looked_after(2019):
        workers = {worker for worker, _, _, _ in stints(child)}
        expected[child] = (
            (len(workers), str(len(workers)) if len(workers) < 3 else "3+") if workers else (0, "no-episode")
        )
    found = run_measure(both, "dfe-social-workers", year=2019).dicts()
    assert {row["child"]: (row["workers"], row["band"]) for row in found} == expected
    assert {row["of_which_absenc"] for row in found if row["workers"] == 3} == {1}


def test_the_year_before_has_no_worker_table_and_so_no_number(both: Store) -> None:
    found = run_measure(both, "dfe-social-workers", year=2018).dicts()
    assert {(row["workers"], row["band"]) for row in found} == {(None, "not-supplied")}
    changes = run_measure(both, "commissioner-changes", year=2018).dicts()
    assert {(row["changes"], row["note"]) for row in changes} == {(None, "not supplied")}


def test_changes_are_those_of_the_table(both: Store) -> None:
    """1 April to the second worker, then cover and return: 3 changes; a child with only two stints has nobody open."""
    found = {row["child"]: row for row in run_measure(both, "commissioner-changes", year=2019).dicts()}
    counts: dict[int | None, int] = defaultdict(int)
    for child in looked_after(2019):
        expected = None if child[-1] in "37" else 3
        assert found[child]["changes"] == expected
        counts[expected] += 1
    assert min(counts[None], counts[3]) > 0
