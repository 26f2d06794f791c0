"""Slow reference for who holds a child on a day: by day, from what is in force, straight from the definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.events.allocation import PodAllocated, PodAllocationEnded, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.pod import WorkerJoinedPod, WorkerLeftPod
from ledger.domain.standing import Standing, stand
from tests.projections.small import entries, stream_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ledger.domain.clock import View
    from tests.projections.small import Said


@dataclass(frozen=True)
class Held:
    """One allocation as it stands: half-open."""

    worker: str
    pod: str | None
    started: date
    ended: date | None
    position: int

    def on(self, day: date) -> bool:
        """Whether it held on this day."""
        return self.started <= day and (self.ended is None or day < self.ended)


def in_force(said: Sequence[Said], word: str, at: View, *, expected: bool = False) -> list[Standing]:
    """Return what counts of one stream, as the domain reads it; where asked for, with what is only expected."""
    stream = entries(said).get(stream_of(word), [])
    stood = stand([e for e in stream if at.position is None or e.position <= at.position], at)
    return [s for s in stood if s.counts or (expected and s.event is not None)]


def held(counted: Sequence[Standing], role: str = "allocated") -> list[Held]:
    """Join each start with the latest known end that names it."""
    found = []
    for start in counted:
        event = start.event
        if not isinstance(event, WorkerAllocated) or event.role != role or event.day is None:
            continue
        ends = [
            end
            for end in counted
            if isinstance(end.event, WorkerDeallocated)
            and (end.event.worker, end.event.role, end.event.started_on) == (event.worker, role, event.day)
        ]
        ends.sort(key=lambda end: (end.entry.known_at, end.root.position))
        ended = ends[-1].event.day if ends and ends[-1].event is not None else None
        found.append(Held(event.worker, event.pod, event.day, ended, start.root.position))
    return found


def holder_on(held_by: Sequence[Held], day: date) -> Held | None:
    """Of several open, the one that started last; then the one said later."""
    return max((h for h in held_by if h.on(day)), key=lambda h: (h.started, h.position), default=None)


def members_on(counted: Sequence[Standing], worker: str, day: date) -> list[tuple[date, str]]:
    """Return (joined on, pod) of every pod the worker was a member of on a day."""
    found = []
    for joined in counted:
        event = joined.event
        if not isinstance(event, WorkerJoinedPod) or event.worker != worker or event.day is None or event.day > day:
            continue
        left = [
            s.event.day
            for s in counted
            if isinstance(s.event, WorkerLeftPod)
            and (s.event.worker, s.event.pod) == (worker, event.pod)
            and s.event.day is not None
            and s.event.day >= event.day
        ]
        if not left or day < min(left):
            found.append((event.day, event.pod))
    return sorted(found)


def pod_allocated_on(counted: Sequence[Standing], day: date) -> str | None:
    """Return the pod the journey is allocated to: the last one before or on the day, unless that ended."""
    starts = [s for s in counted if isinstance(s.event, PodAllocated) and s.event.day is not None]
    starts = [s for s in starts if s.event is not None and s.event.day is not None and s.event.day <= day]
    if not starts:
        return None
    last = max(starts, key=lambda s: (s.event.day, s.root.position))  # type: ignore[union-attr]
    began, pod = last.event.day, last.event.pod  # type: ignore[union-attr]
    ended = [
        s.event.day
        for s in counted
        if isinstance(s.event, PodAllocationEnded)
        and s.event.pod == pod
        and s.event.day is not None
        and began <= s.event.day <= day
    ]
    return None if ended else pod


def pod_on(counted: Sequence[Standing], pods: Sequence[Standing], day: date) -> str | None:
    """Return the pod that holds the child: allocated, else on the holder's allocation, else the holder's own."""
    allocated = pod_allocated_on(counted, day)
    if allocated is not None:
        return allocated
    holder = holder_on(held(counted), day)
    if holder is None:
        return None
    if holder.pod is not None:
        return holder.pod
    own = members_on(pods, holder.worker, day)
    return max(own)[1] if own else None
