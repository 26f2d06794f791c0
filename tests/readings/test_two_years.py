"""Two annual returns in a real format: replaying with --known-at before the second shows the first state exactly."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger import create_ledger
from ledger.domain.clock import view
from ledger.projections.audit_trail import Choice, trail_of_ledger
from ledger.projections.replay import between, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger import Ledger
    from ledger.projections.replay import Replay

SHARED = Path(__file__).parents[3] / "shared" / "data" / "ssda903-two-years"
AT = view("2018-12-31")
TODAY = date(2021, 1, 1)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the returns beside the project are not here"),
]


def told(ledger: Ledger, child: str) -> Replay:
    return replay(
        ledger.entries(child),
        child=child,
        view=AT,
        coverage=ledger.coverage(AT),
        today=TODAY,
        head=1,
        seal_verdict="self-consistent",
    )


def children_of(year: str) -> list[str]:
    with (SHARED / f"{year}-header.csv").open(encoding="utf-8-sig", newline="") as file:
        return sorted({row["CHILD"] for row in csv.DictReader(file)})


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, dict[str, Replay]]]:
    """A ledger with both returns, and every case as it was told when only the first was in it."""
    folder = tmp_path_factory.mktemp("returns")
    for year in ("2017", "2018"):
        (folder / year).mkdir()
        for file in SHARED.glob(f"{year}-*.csv"):
            shutil.copy(file, folder / year)
    with create_ledger(folder / "made", authority="Testshire (synthetic)") as ledger:
        ledger.import_return(folder / "2017", year_ending=date(2018, 3, 31))
        first = {child: told(ledger, child) for child in children_of("2017")}
        ledger.import_return(folder / "2018", year_ending=date(2019, 3, 31))
        yield ledger, first


def test_every_case_is_told_as_it_was_before_the_second_return(both: tuple[Ledger, dict[str, Replay]]) -> None:
    ledger, first = both
    moved = [place for place, (child, before) in enumerate(first.items()) if told(ledger, child) != before]
    assert (len(first), moved) == (819, [])


def test_the_first_return_opens_as_many_episodes_as_it_leaves_open(both: tuple[Ledger, dict[str, Replay]]) -> None:
    _, first = both
    with (SHARED / "2017-episodes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["CHILD"], row["DECOM"]): row["DEC"] for row in csv.DictReader(file)}
    began = sum(line.name == "care-episode-started.v1" for case in first.values() for line in case.entries)
    ended = sum(line.name == "care-episode-ended.v1" for case in first.values() for line in case.entries)
    assert (began, began - ended) == (len(rows), sum(dec == "" for dec in rows.values())) == (1460, 434)


def test_nothing_of_a_return_is_late_and_what_it_cannot_tell_is_not_supplied(
    both: tuple[Ledger, dict[str, Replay]],
) -> None:
    _, first = both
    assert {case.completeness.late for case in first.values()} == {0}
    assert all(case.completeness.from_returns == case.completeness.known for case in first.values())
    supplied: dict[str, set[str]] = {}
    for case in first.values():
        for one in case.completeness.supply:
            supplied.setdefault(one.area, set()).add(one.supplied)
    assert supplied["visit"] == supplied["supervision"] == supplied["allocation"] == {"not supplied"}
    assert "not supplied" not in supplied["care"] | supplied["review"]


def test_the_difference_between_the_returns_holds_the_endings(both: tuple[Ledger, dict[str, Replay]]) -> None:
    ledger, first = both
    ended: dict[str, Any] = {}
    for child, before in first.items():
        began = {line.happened for line in before.entries if line.name == "care-episode-started.v1"}
        turns = between(ledger.entries(child), AT, view("2019-12-31"), late_by=7).turns
        endings = [turn.line for turn in turns if turn.line.name == "care-episode-ended.v1"]
        ended[child] = [
            line for line in endings if {field.name: field.text for field in line.fields}["started_on"] in began
        ]
    assert sum(map(len, ended.values())) == 346


def test_the_trail_of_the_whole_ledger_passes_every_entry_once(both: tuple[Ledger, dict[str, Replay]]) -> None:
    ledger, _ = both
    lines, tally = trail_of_ledger(ledger.store, view(), Choice())
    size = ledger.head().size
    assert [line.position for line in lines] == list(range(1, size + 1))
    # Two declarations, or more, and the opening stand beside the rows of the returns.
    assert tally.chosen == tally.shown == size
    assert 0 < size - tally.from_returns < 20
