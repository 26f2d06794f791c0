"""Real-format returns made by others: what must hold of them, counted from the files by plain Python."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.domain.clock import NOW, View, view
from ledger.domain.envelope import child
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import (
    AnnualHealthAndOutcomesReported,
    CareEpisodeEnded,
    CareEpisodeStarted,
    DeprivationOfLibertyStarted,
    LookedAfterReviewHeld,
)
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.standing import Standing, stand
from ledger.imports import ImportReport, import_ssda903
from ledger.store import create_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.events.base import Event
    from ledger.store import Store

DATA = Path(__file__).parents[2].parent / "shared" / "data"
TWO, LARGE = DATA / "ssda903-two-years", DATA / "ssda903-large"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here"),
]

Rows = list[dict[str, str]]


def rows(folder: Path, name: str) -> Rows:
    with (folder / name).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def day(cell: str) -> date:
    return datetime.strptime(cell, "%d/%m/%Y").date()


def keyed(found: Rows) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["CHILD"], row["DECOM"]): row for row in found}


def send(store: Store, folder: Path, year: int) -> ImportReport:
    return import_ssda903(store, folder, year_ending=date(year, 3, 31))


def everything(store: Store, at: View = NOW) -> dict[str, list[Standing]]:
    """All journeys by the authority's id, as they stand at a view."""
    ids = store.all_ids("journey")
    streams = store.subject_streams([child(each) for each in ids])
    entries = store.entries_of(streams.values())
    return {subject.id: stand(entries[stream], at) for subject, stream in streams.items()}


def told(state: dict[str, list[Standing]]) -> dict[str, list[Event]]:
    """What stands of each child of whom anything is known."""
    return {who: [s.event for s in mine if s.event is not None] for who, mine in state.items() if mine}


def events(state: dict[str, list[Standing]], kind: type[Event]) -> list[Event]:
    return [s.event for mine in state.values() for s in mine if isinstance(s.event, kind)]


class Years:
    """A ledger with both returns, and what each import said."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.first = send(store, TWO, 2018)
        self.after_first = everything(store)
        self.second = send(store, TWO, 2019)
        self.after_second = everything(store)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    store = create_store(tmp_path_factory.mktemp("two"), authority="Testshire (synthetic)", engine="memory")
    yield Years(store)
    store.close()


def test_the_first_return(years: Years) -> None:
    header, episodes = rows(TWO, "2017-header.csv"), rows(TWO, "2017-episodes.csv")
    assert years.first.registered == len({row["CHILD"] for row in header}) == 819
    started = events(years.after_first, CareEpisodeStarted)
    assert len(started) == len(keyed(episodes)) == 1460
    with_episodes = {who for who, mine in years.after_first.items() if events({who: mine}, CareEpisodeStarted)}
    assert with_episodes == {row["CHILD"] for row in episodes}
    assert len(with_episodes) == 687
    still_open = len(started) - len(events(years.after_first, CareEpisodeEnded))
    assert still_open == sum(not row["DEC"] for row in episodes) == 434
    assert (years.first.ended, years.first.corrected, years.first.expected_but_absent) == (0, 0, 0)


def test_the_second_return(years: Years) -> None:
    before, now = keyed(rows(TWO, "2017-episodes.csv")), keyed(rows(TWO, "2018-episodes.csv"))
    both = before | now
    started = events(years.after_second, CareEpisodeStarted)
    assert len(started) == len(both) == 2088
    with_episodes = {who for who, mine in years.after_second.items() if events({who: mine}, CareEpisodeStarted)}
    assert with_episodes == {who for who, _ in both}
    assert len(with_episodes) == 788
    changed = [key for key in before.keys() & now.keys() if before[key] != now[key]]
    assert all({c for c in now[key] if before[key][c] != now[key][c]} == {"DEC"} for key in changed)
    assert years.second.tables["episodes"].ended == len(changed) == 346
    assert (years.second.ended, years.second.amended, years.second.corrected) == (346, 346, 0)
    ends = events(years.after_second, CareEpisodeEnded)
    assert len(ends) == sum(bool(row["DEC"]) for row in both.values()) == 1765
    assert len(started) - len(ends) == 323
    absent = [key for key, row in before.items() if not row["DEC"] and key not in now]
    assert years.second.expected_but_absent == len(absent) == 88


def test_the_declaration_names_the_episodes_that_are_not_mentioned(years: Years) -> None:
    before, now = keyed(rows(TWO, "2017-episodes.csv")), keyed(rows(TWO, "2018-episodes.csv"))
    wanted = {(who, day(decom)) for (who, decom), row in before.items() if not row["DEC"] and (who, decom) not in now}
    declared = [e.event for e in years.store.entries("ledger") if isinstance(e.event, SourceCoverageDeclared)]
    [latest] = [d for d in declared if d.covers_until == date(2019, 4, 1) and "care" in d.areas]
    streams = [f"journey:{each.journey}" for each in latest.unmentioned or ()]
    ids = years.store.subject_ids(streams)
    found = {(ids[f"journey:{each.journey}"], each.started_on) for each in latest.unmentioned or ()}
    assert found == wanted


def test_as_known_before_the_second_return_is_exactly_the_first_state(years: Years) -> None:
    assert told(everything(years.store, view("2018-12-31"))) == told(years.after_first)
    assert told(years.after_second) != told(years.after_first)


def test_a_repeated_observation_is_a_second_one(years: Years) -> None:
    reported = events(years.after_second, AnnualHealthAndOutcomesReported)
    assert len(reported) == len(rows(TWO, "2017-oc2.csv")) + len(rows(TWO, "2018-oc2.csv"))


def test_reviews_are_held_once_their_day_has_come(years: Years) -> None:
    both = rows(TWO, "2017-reviews.csv") + rows(TWO, "2018-reviews.csv")
    distinct = {(row["CHILD"], row["REVIEW"], row["REVIEW_CODE"]) for row in both}
    assert len(events(years.after_second, LookedAfterReviewHeld)) == len(distinct)
    second = {(row["CHILD"], row["REVIEW"], row["REVIEW_CODE"]) for row in rows(TWO, "2018-reviews.csv")}
    first_known = {(row["CHILD"], row["REVIEW"], row["REVIEW_CODE"]) for row in rows(TWO, "2017-reviews.csv")}
    held = {each for each in first_known if day(each[1]) <= date(2018, 3, 31)}
    held |= {each for each in second if day(each[1]) <= date(2019, 3, 31)}
    counting = [
        s
        for mine in years.after_second.values()
        for s in mine
        if isinstance(s.event, LookedAfterReviewHeld) and s.counts
    ]
    assert len(counting) == len(held)


@pytest.mark.parametrize("order", [(2018, 2019), (2019, 2018), (2018,), (2019,)])
def test_importing_either_again_writes_nothing(years: Years, order: tuple[int, ...]) -> None:
    size = years.store.head().size
    for year in order:
        report = send(years.store, TWO, year)
        assert (report.appended, report.amended, report.unchanged) == (0, 0, report.rows_read)
    assert years.store.head().size == size


def test_the_large_return(tmp_path: Path) -> None:
    store = create_store(tmp_path / "unused", authority="Testshire (synthetic)", engine="memory")
    report = send(store, LARGE, 2018)
    state = everything(store)
    header, episodes = rows(LARGE, "header.csv"), rows(LARGE, "episodes.csv")
    assert report.registered == len({row["CHILD"] for row in header}) == 2675
    with_episodes = {who for who, mine in state.items() if events({who: mine}, CareEpisodeStarted)}
    assert with_episodes == {row["CHILD"] for row in episodes}
    assert len(with_episodes) == 2123
    assert report.refused == 0
    assert report.rows_read == sum(len(rows(LARGE, path.name)) for path in LARGE.glob("*.csv"))
    assert send(store, LARGE, 2018).appended == 0


def test_the_bad_worker_row_is_kept_and_told_as_the_validators_would(tmp_path: Path) -> None:
    store = create_store(tmp_path / "unused", authority="Testshire (synthetic)", engine="memory")
    report = send(store, LARGE, 2018)
    [row] = rows(LARGE, "sw_episodes.csv")
    found = everything(store)[row["CHILD"]]
    assert [s.event for s in found] == [
        ChildRegistered(
            precision="unknown", child_id=row["CHILD"], birth_date=day(row["DOB"]), born=f"{day(row['DOB']):%Y-%m}"
        ),
        WorkerAllocated(occurred_on=day(row["SW_DECOM"]), worker=row["SW_ID"], reason=row["SW_REASON"]),
        WorkerDeallocated(occurred_on=day(row["SW_DEC"]), worker=row["SW_ID"], started_on=day(row["SW_DECOM"])),
        DeprivationOfLibertyStarted(occurred_on=date(2025, 1, 1)),
        found[4].event,
    ]
    assert found[1].entry.unknown_codes == ("reason",)
    mine = [(p.code, p.line, p.column) for p in report.problems if p.file == "sw_episodes.csv"]
    assert set(mine) == {
        ("unknown-code", 2, "SW_REASON"),
        ("outside-the-year", 2, "SW_DECOM"),
        ("outside-the-year", 2, "SW_DEC"),
        ("future-date", None, "SW_DECOM"),
        ("future-date", None, "SW_DEC"),
        ("child-not-in-header", 2, "CHILD"),
    }


def test_no_problem_repeats_a_child_id(years: Years) -> None:
    ids = {row["CHILD"] for row in rows(TWO, "2017-header.csv")}
    words = {word for report in (years.first, years.second) for p in report.problems for word in p.message.split()}
    assert not words & ids


def test_the_ledger_of_both_returns_is_self_consistent(years: Years) -> None:
    assert years.store.verify_self().consistent
