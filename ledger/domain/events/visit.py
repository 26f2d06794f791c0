"""Seeing the child: visits that took place, visits attempted, other contact with the family."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, PodId, Private, WorkerId, YesNo


class VisitRecorded(Event):
    """A worker visited the child or family; whether the child was seen, and seen alone, was recorded."""

    name: ClassVar[str] = "visit-recorded.v1"
    area: ClassVar[str] = "visit"
    family: ClassVar[str] = "visit"

    worker: WorkerId | None = None
    """The visitor in the main role; absent where the source does not say who."""
    role: Annotated[Code, In("allocation-role")] | None = None
    """The visitor's role towards the child at the visit; absent means a worker of the child's own."""
    pod: PodId | None = None
    """The pod the visitor acted for."""
    accompanied_by: tuple[WorkerId, ...] | None = None
    """Workers who came along: they become known to the child."""
    purpose: Annotated[Code, In("visit-purpose")] | None = None
    """Under which plan the visit was made."""
    method: Annotated[Code, In("visit-method")] = "face to face"
    """Face to face or virtual."""
    child_seen: Annotated[Code, In("child-seen")] | None = None
    """Whether the child was seen: yes, no, not applicable (before birth)."""
    seen_alone: Annotated[Code, In("seen-alone")] | None = None
    """Whether the child was seen alone: yes, no, not appropriate, not recorded."""
    seen_alone_reason: Private[str] | None = None
    """Why the child was not seen, or not alone."""
    bedroom_seen: YesNo | None = None
    """Whether the child's bedroom was seen."""
    announced: YesNo | None = None
    """Whether the visit was announced."""
    location: Annotated[Code, In("visit-location")] | None = None
    """What kind of place it was."""
    worker_inferred: bool | None = None
    """True where the visitor was inferred from the allocation and not stated by the source."""
    words: Private[str] | None = None
    """What the child said, in the child's words."""
    narrative: Private[str] | None = None
    """What happened at the visit."""


class VisitAttempted(Event):
    """A worker tried to visit and nobody was seen."""

    name: ClassVar[str] = "visit-attempted.v1"
    area: ClassVar[str] = "visit"
    family: ClassVar[str] = "visit"

    worker: WorkerId | None = None
    """Who tried."""
    pod: PodId | None = None
    """The pod the worker acted for."""
    purpose: Annotated[Code, In("visit-purpose")] | None = None
    """Under which plan the visit was to be made."""
    reason: Private[str] | None = None
    """Why nobody was seen."""


class FamilyContactRecorded(Event):
    """A worker spoke or corresponded with the family outside a visit."""

    name: ClassVar[str] = "family-contact-recorded.v1"
    area: ClassVar[str] = "contact with family"

    worker: WorkerId | None = None
    """Who made the contact."""
    contact_with: Annotated[Code, In("contact-with")]
    """With whom."""
    channel: Annotated[Code, In("contact-channel")]
    """By what means."""
    summary: Private[str] | None = None
    """What was said."""
