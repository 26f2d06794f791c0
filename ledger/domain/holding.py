"""Who holds the child: allocations of workers, who of them is the allocated social worker when, and pods.

The allocated social worker is the worker in the role `allocated`; where several are open at once, the one whose
allocation started last, and the overlap is told. Co-workers, reviewing officers, chairs, advisers and cover never make
a change. Half-open: `ended_on` is the first day on which it no longer held. A pod's spell ends with its own ending or
with the next pod.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ledger.domain.events.allocation import PodAllocated, PodAllocationEnded, WorkerAllocated, WorkerDeallocated
from ledger.domain.spans import Remark, day_of, ending_without_start, of_kind, pair, stated_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.standing import Standing

ALLOCATED = "allocated"
PERSONAL_ADVISER = "personal adviser"


@dataclass(frozen=True, slots=True)
class Allocation:
    """A worker, in a role, for a period. `started_on` None: no date is known; `ended_on` None: open.

    `reason` says why this worker came; `end_reason` why the allocation ended, where the source says so.
    """

    worker: str
    role: str
    post: str | None
    pod: str | None
    started_on: date | None
    ended_on: date | None
    reason: str | None
    start: Standing
    end: Standing | None = None

    @property
    def entries(self) -> tuple[Standing, ...]:
        """The entries it rests on."""
        return (self.start,) if self.end is None else (self.start, self.end)

    @property
    def end_reason(self) -> str | None:
        """Why it ended, where the ending says so."""
        return self.end.event.reason if self.end is not None and isinstance(self.end.event, WorkerDeallocated) else None

    def open_on(self, on: date) -> bool:
        """Whether it was in force on a day."""
        return (self.started_on is None or self.started_on <= on) and (self.ended_on is None or on < self.ended_on)


@dataclass(frozen=True, slots=True)
class Held:
    """An unbroken spell in which one allocation makes its worker the allocated one; `overlapped`: another was open too.

    `started_on` None: no date is known; `ended_on` None: still so.
    """

    allocation: Allocation
    started_on: date | None
    ended_on: date | None
    overlapped: bool = False


@dataclass(frozen=True, slots=True)
class PodSpell:
    """A pod that held the journey, from `started_on` until the day before `ended_on` (None: still so)."""

    pod: str
    started_on: date | None
    ended_on: date | None
    reason: str | None
    from_pod: str | None
    start: Standing
    end: Standing | None = None


def allocations(happened: Sequence[Standing], on: date | None) -> tuple[list[Allocation], list[Remark]]:
    """Return all allocations in the order they began, and remarks on endings that name none."""
    pairs, orphans = pair(
        of_kind(happened, WorkerAllocated),
        of_kind(happened, WorkerDeallocated),
        lambda e: (e.worker, e.role, e.day),
        lambda e: (e.worker, e.role, e.started_on),
    )
    found = []
    for start, end in pairs:
        event = start.event
        assert isinstance(event, WorkerAllocated)
        ended = day_of(end) if end is not None else stated_end(start, on)
        found.append(
            Allocation(event.worker, event.role, event.post, event.pod, event.day, ended, event.reason, start, end)
        )
    return found, [ending_without_start("allocation", orphan) for orphan in orphans]


def held(found: Sequence[Allocation], role: str = ALLOCATED) -> list[Held]:
    """Return the unbroken spells in which somebody holds the journey in a role, in order and without overlap.

    On a day on which several are open, it is the one that started last, then the one with the later position.
    """
    mine = [a for a in found if a.role == role and (a.ended_on is None or a.ended_on > (a.started_on or date.min))]
    edges = sorted({a.started_on or date.min for a in mine} | {a.ended_on for a in mine if a.ended_on is not None})
    spells: list[Held] = []
    for from_, until in zip(edges, [*edges[1:], None], strict=False):
        open_then = [a for a in mine if a.open_on(from_)]
        if not open_then:
            continue
        holder = max(open_then, key=_last_started)
        before = spells[-1] if spells else None
        if before is not None and before.allocation is holder and before.ended_on == from_:
            spells[-1] = Held(holder, before.started_on, until, before.overlapped or len(open_then) > 1)
        else:
            spells.append(Held(holder, None if from_ == date.min else from_, until, len(open_then) > 1))
    return spells


def holder_since(spells: Sequence[Held]) -> date | None:
    """Return the day from which the present holder has held without a break, over adjoining allocations."""
    if not spells or spells[-1].ended_on is not None:
        return None
    since = spells[-1].started_on
    for before, after in zip(reversed(spells[:-1]), reversed(spells), strict=False):
        if before.allocation.worker != after.allocation.worker or before.ended_on != after.started_on:
            break
        since = before.started_on
    return since


def pod_spells(happened: Sequence[Standing]) -> list[PodSpell]:
    """Return the spells in which pods held the journey, in order."""
    starts = of_kind(happened, PodAllocated)
    ends = of_kind(happened, PodAllocationEnded)
    found = []
    for start, following in zip(starts, [*starts[1:], None], strict=False):
        event = start.event
        assert isinstance(event, PodAllocated)
        end = next((e for e in ends if isinstance(e.event, PodAllocationEnded) and _ends(e, event)), None)
        next_on = day_of(following) if following is not None else None
        ended = day_of(end) if end is not None else None
        if next_on is not None and (ended is None or next_on < ended):
            ended, end = next_on, None
        found.append(PodSpell(event.pod, event.day, ended, event.reason, event.from_pod, start, end))
    return found


def _ends(end: Standing, event: PodAllocated) -> bool:
    """Whether an ending is of this pod and not before this start."""
    assert isinstance(end.event, PodAllocationEnded)
    day = end.event.day
    return end.event.pod == event.pod and (day is None or event.day is None or day >= event.day)


def _last_started(allocation: Allocation) -> tuple[date, int]:
    return allocation.started_on or date.min, allocation.start.root.position
