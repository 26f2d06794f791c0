"""Entries by the hundred thousand, for measuring: shaped like a real case load, cheap to make, the same for a seed.

A batch is `BATCH` events over `CHILDREN` children, as a case-management system would send them; a child's case is
`PER_CHILD` events long: registered, allocated, visited, discussed, looked after, measured. An event is given as its
class and its fields, so that whoever measures decides whether making and checking it is part of what is measured.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeStarted, LookedAfterReviewHeld
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.outcome import OutcomeMeasured
from ledger.domain.events.supervision import SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitRecorded
from ledger.synthetic.words import CHILD_WORDS, THINKING, VISITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.events.base import Event

    Made = tuple[type[Event], dict[str, Any]]
    Batch = list[tuple[str, Made, datetime]]

BATCH, CHILDREN, PER_CHILD = 100, 10, 100
OPENS = date(2015, 4, 1)
WORKERS = 200


def batches(count: int, *, seed: int = 0, first_child: int = 0) -> Iterator[Batch]:
    """Yield batches of (child id, (event class, fields), written_at), `count` events in all.

    Each child's events come in order; children come ten at a time. `first_child` numbers the first child, so that
    several runs can write to one ledger without meeting.
    """
    made, block = 0, first_child
    while made < count:
        cases = [(f"SYN-{number:07}", _case(Random(f"{seed}:{number}"))) for number in range(block, block + CHILDREN)]
        block += CHILDREN
        for step in range(0, PER_CHILD, BATCH // CHILDREN):
            batch = [
                (child, event, written)
                for child, case in cases
                for event, written in case[step : step + BATCH // CHILDREN]
            ][: count - made]
            made += len(batch)
            if batch:
                yield batch


def _case(random: Random) -> list[tuple[Made, datetime]]:
    """Draw one child's whole case as (event class and fields, written_at)."""
    day = OPENS + timedelta(days=random.randrange(8 * 365))
    worker, pod = _worker(random)
    started = day
    events: list[tuple[Made, datetime]] = [
        (_registered(random, day), _written(random, day)),
        (
            (WorkerAllocated, {"occurred_on": day, "worker": worker, "pod": pod, "reason": "FCONTA"}),
            _written(random, day),
        ),
        (
            (
                CareEpisodeStarted,
                {"occurred_on": day, "reason": "S", "legal_status": "C2", "placement": "U6", "need": "N1"},
            ),
            _written(random, day),
        ),
    ]
    while len(events) < PER_CHILD:
        day += timedelta(days=random.randrange(3, 15))
        if random.random() < 0.02 and len(events) < PER_CHILD - 1:
            ended = {"occurred_on": day, "worker": worker, "started_on": started}
            events.append(((WorkerDeallocated, ended), _written(random, day)))
            worker, pod = _worker(random)
            started = day
            allocated = {"occurred_on": day, "worker": worker, "pod": pod, "reason": "LEFTRL"}
            events.append(((WorkerAllocated, allocated), _written(random, day)))
        else:
            events.append((_ordinary(random, day, worker, pod), _written(random, day)))
    return events


def _registered(random: Random, day: date) -> Made:
    number = random.randrange(10**6)
    born = day - timedelta(days=random.randrange(17 * 365))
    fields = {"child_id": f"SYN-{number}", "child_name": f"Synthetic Child {number}", "birth_date": born}
    return ChildRegistered, {**fields, "born": f"{born:%Y-%m}", "sex": random.choice("MF"), "occurred_on": day}


def _ordinary(random: Random, day: date, worker: str, pod: str) -> Made:
    kind = random.random()
    if kind < 0.6:
        visitor = worker if random.random() < 0.85 else _worker(random)[0]
        return VisitRecorded, {
            "occurred_on": day,
            "worker": visitor,
            "pod": pod,
            "child_seen": "yes",
            "seen_alone": "yes",
            "words": random.choice(CHILD_WORDS),
            "narrative": random.choice(VISITS),
        }
    if kind < 0.85:
        return SupervisionDiscussionHeld, {
            "occurred_on": day,
            "mode": "one to one",
            "supervisor": "SW9001",
            "worker": worker,
            "pod": pod,
            "thinking": random.choice(THINKING),
            "decision_recorded": True,
        }
    if kind < 0.93:
        return LookedAfterReviewHeld, {"occurred_on": day, "participation": "PN1", "reviewing_officer": "SW9002"}
    return OutcomeMeasured, {"occurred_on": day, "instrument": "SDQ", "score": float(random.randrange(41))}


def _worker(random: Random) -> tuple[str, str]:
    number = random.randrange(WORKERS)
    return f"SW{10000 + number}", f"POD-{number // 7:02}"


def _written(random: Random, day: date) -> datetime:
    return datetime.combine(day, time(16), UTC) + timedelta(days=random.choice((0, 0, 0, 1, 1, 2, 9)))
