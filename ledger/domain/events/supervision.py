"""Holding the worker who holds the child: supervision of a case, alone or in a group, and decisions of managers.

The discussion of a child stands on the child's stream and may be disclosed. A worker's own reflection, wellbeing and
development stand on the worker's stream under its own key, and a pod's themes on the pod's.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.domain.events.base import Code, Event, In, PodId, Private, Reference, WorkerId, date


class SupervisionDiscussionHeld(Event):
    """This child was discussed in supervision: what was thought, what was decided and why."""

    name: ClassVar[str] = "supervision-discussion-held.v1"
    area: ClassVar[str] = "supervision"
    standing: ClassVar = "opinion"

    mode: Annotated[Code, In("supervision-mode")]
    """One to one, group, or ad hoc."""
    session_id: Reference | None = None
    """The session, shared by all children discussed in it: measures count distinct sessions."""
    supervisor: WorkerId | None = None
    """Who supervised or facilitated."""
    worker: WorkerId | None = None
    """The worker whose case was discussed."""
    attendees: tuple[WorkerId, ...] | None = None
    """Who was present."""
    pod: PodId | None = None
    """The pod."""
    thinking: Private[str] | None = None
    """What was thought about the child and the relationship."""
    decision: Private[str] | None = None
    """What was decided."""
    rationale: Private[str] | None = None
    """Why."""
    decision_recorded: bool | None = None
    """Whether a decision with its reasons stands in the record of this discussion."""
    owner: WorkerId | None = None
    """Who is to act."""
    due_on: date | None = None
    """By when."""


class ManagementDecisionRecorded(Event):
    """A manager decided something about the child, and said why."""

    name: ClassVar[str] = "management-decision-recorded.v1"
    area: ClassVar[str] = "management decision"
    standing: ClassVar = "opinion"

    decided_by: WorkerId
    """Who decided."""
    kind: Annotated[Code, In("decision-kind")] | None = None
    """What kind of decision."""
    decision: Private[str]
    """What was decided."""
    rationale: Private[str]
    """Why."""
    options_considered: Private[str] | None = None
    """What else was considered."""
    due_on: date | None = None
    """By when it is to be done."""


class GroupSupervisionHeld(Event):
    """A pod held group supervision: who was there, which themes, how many children; never a child's content."""

    name: ClassVar[str] = "group-supervision-held.v1"
    area: ClassVar[str] = "supervision"
    streams: ClassVar[tuple[str, ...]] = ("pod",)

    session_id: Reference
    """The session, shared with the discussions on the children's streams."""
    facilitator: WorkerId | None = None
    """Who facilitated."""
    attendees: tuple[WorkerId, ...] = ()
    """Who was present."""
    themes: Annotated[tuple[Code, ...], In("supervision-theme")] | None = None
    """Themes from the list."""
    children_discussed: Annotated[int, Field(ge=0, le=200)] | None = None
    """How many children were discussed."""


class ReflectiveGroupHeld(Event):
    """A reflective practice group met; it is the workers' space and no child's record."""

    name: ClassVar[str] = "reflective-group-held.v1"
    area: ClassVar[str] = "supervision"
    streams: ClassVar[tuple[str, ...]] = ("pod",)

    facilitator: WorkerId | None = None
    """Who facilitated."""
    attendees: tuple[WorkerId, ...] = ()
    """Who was present."""
    themes: Annotated[tuple[Code, ...], In("supervision-theme")] | None = None
    """Themes from the list."""


class WorkerSupervised(Event):
    """A worker's own supervision took place: reflection, wellbeing and development, kept on the worker's stream."""

    name: ClassVar[str] = "worker-supervised.v1"
    area: ClassVar[str] = "supervision"
    streams: ClassVar[tuple[str, ...]] = ("worker",)
    standing: ClassVar = "opinion"

    supervisor: WorkerId | None = None
    """Who supervised."""
    mode: Annotated[Code, In("supervision-mode")]
    """One to one, group, or ad hoc."""
    reflection: Private[str] | None = None
    """The worker's own reflection."""
