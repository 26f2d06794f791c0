"""Who holds the child: pods and workers allocated, handed over, covered. The heart of the continuity measures."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, PodId, Private, Reference, WorkerId, YesNo, date


class PodAllocated(Event):
    """A pod took the child's journey, from no pod or from another."""

    name: ClassVar[str] = "pod-allocated.v1"
    area: ClassVar[str] = "allocation"

    pod: PodId
    """The pod."""
    from_pod: PodId | None = None
    """The pod it was taken over from."""
    reason: Annotated[Code, In("worker-change-reason")] | None = None
    """Why the pod changed."""


class PodAllocationEnded(Event):
    """A pod no longer held the child's journey."""

    name: ClassVar[str] = "pod-allocation-ended.v1"
    area: ClassVar[str] = "allocation"

    pod: PodId
    """The pod."""
    started_on: date | None = None
    """The day on which it had begun, where the source says so."""
    reason: Annotated[Code, In("worker-change-reason")] | None = None
    """Why it ended."""


class WorkerAllocated(Event):
    """A worker was allocated to the child, in a role."""

    name: ClassVar[str] = "worker-allocated.v1"
    area: ClassVar[str] = "allocation"

    worker: WorkerId
    """The worker."""
    role: Annotated[Code, In("allocation-role")] = "allocated"
    """The role; `allocated` is the allocated social worker."""
    post: Annotated[Code, In("worker-post")] | None = None
    """The worker's post at the time: a child held by a manager is found by it."""
    pod: PodId | None = None
    """The pod the worker acts for."""
    reason: Annotated[Code, In("worker-change-reason")] | None = None
    """Why this worker replaced the last (SW_REASON); it belongs to the incoming worker."""


class WorkerDeallocated(Event):
    """A worker's allocation to the child ended."""

    name: ClassVar[str] = "worker-deallocated.v1"
    area: ClassVar[str] = "allocation"

    worker: WorkerId
    """The worker."""
    role: Annotated[Code, In("allocation-role")] = "allocated"
    """The role that ended."""
    started_on: date
    """The day on which the allocation had begun."""
    reason: Annotated[Code, In("worker-change-reason")] | None = None
    """Why it ended, where the source says so of the ending."""


class HandoverRecorded(Event):
    """One worker handed the child's journey to another, and whether the child was introduced was recorded."""

    name: ClassVar[str] = "handover-recorded.v1"
    area: ClassVar[str] = "allocation"

    from_worker: WorkerId
    """Who handed over."""
    to_worker: WorkerId
    """Who took over."""
    introduced_to_child: YesNo | None = None
    """Whether the new worker was introduced to the child."""
    joint_visit: YesNo | None = None
    """Whether both visited together."""
    note: Private[str] | None = None
    """What was handed over in words."""


class CoverArranged(Event):
    """Cover was arranged for an absent worker; the allocation did not change."""

    name: ClassVar[str] = "cover-arranged.v1"
    area: ClassVar[str] = "allocation"

    absent_worker: WorkerId
    """Who was away."""
    worker: WorkerId
    """Who covered."""
    expected_end_on: date | None = None
    """When the cover was expected to end."""
    absence: Reference | None = None
    """The absence it belongs to."""
