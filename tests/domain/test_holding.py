"""Who holds the child: the allocated social worker, overlaps, other roles, pods."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.events.allocation import PodAllocated, PodAllocationEnded, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.base import Event
from tests.domain.given import Given, on


def start(worker: str, day: str, **more: Any) -> Event:
    return WorkerAllocated(occurred_on=on(day), worker=worker, **more)


def end(worker: str, day: str, started: str, role: str = "allocated") -> Event:
    return WorkerDeallocated(occurred_on=on(day), worker=worker, role=role, started_on=on(started))


def test_the_allocated_worker_holds_from_the_first_day_to_the_day_before_the_last() -> None:
    case = Given(start("A", "2024-01-02", pod="P1", post="social worker", reason="FCONTA"))
    case(end("A", "2024-05-01", "2024-01-02"))
    journey = case.journey(by="2024-04-30")
    assert journey.allocated is not None
    assert (journey.allocated.worker, journey.allocated.reason, journey.pod) == ("A", "FCONTA", "P1")
    assert (case.journey().allocated, case.journey().pod) == (None, None)
    assert [(a.worker, a.started_on, a.ended_on) for a in case.journey().workers] == [
        ("A", on("2024-01-02"), on("2024-05-01"))
    ]


def test_of_several_open_the_one_started_last_holds_and_the_overlap_is_told() -> None:
    case = Given(start("A", "2024-01-02"), start("B", "2024-03-01"))
    journey = case.journey()
    assert journey.allocated is not None and journey.allocated.worker == "B"
    assert [r.code for r in journey.remarks] == ["allocations-overlap"]
    assert [(h.allocation.worker, h.started_on, h.ended_on, h.overlapped) for h in journey.held] == [
        ("A", on("2024-01-02"), on("2024-03-01"), False),
        ("B", on("2024-03-01"), None, True),
    ]


def test_when_the_later_one_ends_the_earlier_holds_again() -> None:
    case = Given(start("A", "2024-01-02"), start("B", "2024-03-01"), end("B", "2024-03-15", "2024-03-01"))
    assert [(h.allocation.worker, h.started_on, h.ended_on) for h in case.journey().held] == [
        ("A", on("2024-01-02"), on("2024-03-01")),
        ("B", on("2024-03-01"), on("2024-03-15")),
        ("A", on("2024-03-15"), None),
    ]
    assert case.journey().allocated_since == on("2024-03-15")
    assert case.journey().remarks == ()


@pytest.mark.parametrize("role", ["co-worker", "cover", "reviewing officer", "conference chair", "personal adviser"])
def test_other_roles_never_change_the_allocated_worker(role: str) -> None:
    journey = Given(start("A", "2024-01-02"), start("B", "2024-03-01", role=role)).journey()
    assert journey.allocated is not None and journey.allocated.worker == "A"
    assert [a.worker for a in journey.workers] == ["A", "B"]
    assert journey.remarks == ()


def test_a_personal_adviser_is_told_apart() -> None:
    journey = Given(start("PA", "2024-03-01", role="personal adviser")).journey()
    assert journey.allocated is None
    assert journey.adviser is not None and journey.adviser.worker == "PA"


def test_adjoining_allocations_of_one_worker_are_one_holding() -> None:
    case = Given(start("A", "2024-01-02"), end("A", "2024-03-01", "2024-01-02"), start("A", "2024-03-01"))
    journey = case.journey()
    assert journey.allocated is not None
    assert (journey.allocated.started_on, journey.allocated_since) == (on("2024-03-01"), on("2024-01-02"))


def test_a_gap_breaks_the_holding() -> None:
    case = Given(start("A", "2024-01-02"), end("A", "2024-03-01", "2024-01-02"), start("A", "2024-03-02"))
    assert case.journey().allocated_since == on("2024-03-02")


def test_an_ending_belongs_to_worker_role_and_start() -> None:
    case = Given(start("A", "2024-01-02"), end("A", "2024-03-01", "2024-01-02", role="co-worker"))
    journey = case.journey()
    assert journey.allocated is not None
    assert [r.code for r in journey.remarks] == ["ending-without-start"]


def test_an_expected_ending_does_not_end_it() -> None:
    case = Given(start("A", "2024-01-02"))
    case(end("A", "2024-06-01", "2024-01-02"), written="2024-05-01")
    journey = case.journey("2024-07-01")
    assert journey.allocated is not None and journey.allocated.ended_on is None


def test_an_allocation_corrected_to_another_worker_is_theirs() -> None:
    case = Given()
    first = case(start("A", "2024-01-02"))
    case.correct(first, start("B", "2024-01-03"), written="2024-02-01")
    assert [a.worker for a in case.journey("2024-01-31").workers] == ["A"]
    assert [(a.worker, a.started_on) for a in case.journey("2024-02-01").workers] == [("B", on("2024-01-03"))]


def test_an_allocation_without_a_date_yields_to_any_with_one() -> None:
    case = Given(WorkerAllocated(worker="X", precision="unknown"))
    journey = case.journey()
    assert journey.allocated is not None
    assert (journey.allocated.worker, journey.allocated_since) == ("X", None)
    case(start("A", "2024-01-02"))
    assert [h.allocation.worker for h in case.journey().held] == ["X", "A"]


def test_an_allocation_that_states_its_own_end() -> None:
    event = WorkerAllocated(occurred_on=on("2024-01-02"), occurred_until=on("2024-03-01"), worker="A")
    told_after, told_before = Given(), Given()
    told_after(event, written="2024-04-01")
    told_before(event, written="2024-02-01")
    assert [a.ended_on for a in told_after.journey().workers] == [on("2024-03-01")]
    assert [a.ended_on for a in told_before.journey().workers] == [None]


def test_a_pod_ends_with_its_own_ending_or_with_the_next_pod() -> None:
    case = Given(
        PodAllocated(occurred_on=on("2024-01-02"), pod="P1"),
        PodAllocated(occurred_on=on("2024-03-01"), pod="P2", from_pod="P1", reason="ORGRST"),
        PodAllocationEnded(occurred_on=on("2024-06-01"), pod="P2"),
    )
    journey = case.journey()
    assert journey.pod is None
    assert [(s.pod, s.started_on, s.ended_on) for s in journey.pods] == [
        ("P1", on("2024-01-02"), on("2024-03-01")),
        ("P2", on("2024-03-01"), on("2024-06-01")),
    ]
    assert case.journey(by="2024-05-31").pod == "P2"


def test_the_pod_of_the_journey_goes_before_the_pod_of_its_worker() -> None:
    case = Given(PodAllocated(occurred_on=on("2024-01-02"), pod="P1"), start("A", "2024-02-01", pod="P9"))
    assert case.journey().pod == "P1"


WINDOW = [date.fromordinal(date(2024, 1, 1).toordinal() + n) for n in range(40)]
periods = st.tuples(st.sampled_from("ABC"), st.integers(0, 30), st.one_of(st.none(), st.integers(0, 9)))


@given(st.lists(periods, max_size=6))
def test_day_by_day_the_holder_is_the_open_one_that_started_last(told: list[tuple[str, int, int | None]]) -> None:
    case = Given()
    expected_of: list[tuple[date, int, date | None, str]] = []
    keys = set()
    for worker, first, length in told:
        if (worker, first) in keys:
            continue
        keys.add((worker, first))
        until = None if length is None else WINDOW[first + length]
        entry = case(WorkerAllocated(occurred_on=WINDOW[first], worker=worker))
        if until is not None:
            case(WorkerDeallocated(occurred_on=until, worker=worker, started_on=WINDOW[first]))
        expected_of.append((WINDOW[first], entry.position, until, worker))
    spells = case.journey().held
    for day in WINDOW:
        open_then = [(s, p, w) for s, p, u, w in expected_of if s <= day and (u is None or day < u)]
        expected = max(open_then)[2] if open_then else None
        found = [
            h.allocation.worker
            for h in spells
            if (h.started_on or day) <= day and (h.ended_on is None or day < h.ended_on)
        ]
        assert found == ([] if expected is None else [expected])
