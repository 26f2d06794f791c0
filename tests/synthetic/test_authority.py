"""The synthetic authority: the same for a seed, sound by the ledger's own rules, and never anybody real."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest

from ledger.domain.checks import problems
from ledger.domain.clock import london_day
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.base import Event
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.pod import PodFormed, PodRenamed, WorkerJoined
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryWithdrawn
from ledger.domain.events.visit import VisitRecorded
from ledger.synthetic.authority import CLOSES, NAME, Plan, tell_authority
from ledger.synthetic.telling import Told

ENTRY_ID = "00000000-0000-4000-8000-000000000000"
SMALL = Plan(children=25, years=3, seed=7)


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return tell_authority(SMALL)


def event_of(one: Told) -> Event:
    return one.event(ENTRY_ID) if callable(one.event) else one.event


def test_the_same_plan_tells_the_same(told: list[Told]) -> None:
    again = tell_authority(SMALL)
    assert [(one.key, one.subject, one.by, one.written_at, event_of(one)) for one in again] == [
        (one.key, one.subject, one.by, one.written_at, event_of(one)) for one in told
    ]


def test_another_seed_tells_another_story(told: list[Told]) -> None:
    other = tell_authority(Plan(children=25, years=3, seed=8))
    assert [one.key for one in other] != [one.key for one in told]


def test_no_event_breaks_a_rule(told: list[Told]) -> None:
    assert [str(problem) for one in told for problem in problems(event_of(one))] == []


def test_every_event_stands_in_a_stream_it_may_stand_in(told: list[Told]) -> None:
    assert all(one.subject.kind in type(event_of(one)).streams for one in told)


def test_everything_is_written_in_order_after_the_opening_and_before_the_end(told: list[Told]) -> None:
    assert all(before.written_at <= after.written_at for before, after in pairwise(told))
    assert london_day(told[0].written_at) >= SMALL.opens
    assert london_day(told[-1].written_at) < CLOSES


def test_keys_are_given_once_and_what_is_about_another_comes_after_it(told: list[Told]) -> None:
    place = {one.key: number for number, one in enumerate(told)}
    assert len(place) == len(told)
    assert all(place[one.about] < place[one.key] for one in told if one.about is not None)


def test_every_name_says_that_it_is_synthetic(told: list[Told]) -> None:
    assert "synthetic" in NAME
    for event in map(event_of, told):
        if isinstance(event, ChildRegistered):
            assert event.child_id.startswith("SYN-")
            assert "Synthetic" in (event.child_name or "")
        if isinstance(event, WorkerJoined):
            assert "Synthetic" in (event.worker_name or "")
        if isinstance(event, PodFormed | PodRenamed):
            assert "synthetic" in event.pod_name


def test_one_allocated_worker_at_a_time(told: list[Told]) -> None:
    """Per child, each allocation ends before or on the day the next begins, and each ending ends one that began."""
    spells: dict[str, dict[date, date | None]] = defaultdict(dict)
    events = [(one.subject.id, event_of(one)) for one in told]
    for child, event in events:
        if isinstance(event, WorkerAllocated):
            assert event.day is not None
            spells[child][event.day] = None
    for child, event in events:
        if isinstance(event, WorkerDeallocated):
            assert event.started_on in spells[child]
            spells[child][event.started_on] = event.day
    assert spells
    for mine in spells.values():
        for (_, ended), (started, _) in pairwise(sorted(mine.items())):
            assert ended is not None
            assert ended <= started


def test_what_a_reader_should_find_is_there(told: list[Told]) -> None:
    kinds = {type(event_of(one)) for one in told}
    assert {EntryCorrected, EntryWithdrawn, DisputeNoted, VisitRecorded, PodRenamed} <= kinds
    first = {type(event_of(one)) for one in told if one.subject.id == "SYN-0001"}
    assert {EntryCorrected, EntryWithdrawn, DisputeNoted} <= first


def test_some_things_are_written_late(told: list[Told]) -> None:
    lags = [(london_day(one.written_at) - day).days for one in told if (day := event_of(one).day) is not None]
    assert sum(lag > 7 for lag in lags) > len(lags) / 100
