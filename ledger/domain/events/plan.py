"""What is agreed with the child and family: in-need, care, permanence, pathway and placement plans, family meetings.

A plan is keyed by the day it started or was agreed.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, PodId, Private, WorkerId, YesNo, date


class ChildInNeedPlanStarted(Event):
    """A child in need plan began."""

    name: ClassVar[str] = "child-in-need-plan-started.v1"
    area: ClassVar[str] = "in-need plan"

    worker: WorkerId | None = None
    """The lead worker."""
    pod: PodId | None = None
    """The pod."""
    review_due_on: date | None = None
    """The day by which it is to be reviewed."""
    plan: Private[str] | None = None
    """What is to be different for the child, and who does what."""


class ChildInNeedPlanReviewed(Event):
    """A child in need plan was reviewed."""

    name: ClassVar[str] = "child-in-need-plan-reviewed.v1"
    area: ClassVar[str] = "in-need plan"

    started_on: date
    """The day on which the plan had begun."""
    outcome: Annotated[Code, In("plan-review-outcome")] | None = None
    """What is to follow."""
    worker: WorkerId | None = None
    """Who led the review."""
    child_took_part: YesNo | None = None
    """Whether the child took part."""
    review_due_on: date | None = None
    """The day by which it is to be reviewed again."""
    decisions: Private[str] | None = None
    """What was decided and why."""


class ChildInNeedPlanEnded(Event):
    """A child in need plan ended."""

    name: ClassVar[str] = "child-in-need-plan-ended.v1"
    area: ClassVar[str] = "in-need plan"

    started_on: date
    """The day on which the plan had begun."""
    reason: Annotated[Code, In("need-plan-end-reason")] | None = None
    """Why it ended."""
    rationale: Private[str] | None = None
    """Why, in words."""


class CarePlanAgreed(Event):
    """The care plan of a looked-after child was agreed."""

    name: ClassVar[str] = "care-plan-agreed.v1"
    area: ClassVar[str] = "care plan"

    worker: WorkerId | None = None
    """The worker."""
    agreed_by: WorkerId | None = None
    """The manager who agreed it."""
    plan: Private[str] | None = None
    """What was agreed."""


class CarePlanReviewed(Event):
    """The care plan of a looked-after child was reviewed and, where needed, changed."""

    name: ClassVar[str] = "care-plan-reviewed.v1"
    area: ClassVar[str] = "care plan"

    agreed_on: date | None = None
    """The day on which the plan had been agreed."""
    outcome: Annotated[Code, In("plan-review-outcome")] | None = None
    """What is to follow."""
    worker: WorkerId | None = None
    """The worker."""
    decisions: Private[str] | None = None
    """What was changed and why."""


class PermanencePlanAgreed(Event):
    """It was agreed where and with whom the child is to grow up."""

    name: ClassVar[str] = "permanence-plan-agreed.v1"
    area: ClassVar[str] = "care plan"

    permanence: Annotated[Code, In("permanence-plan")]
    """The kind of permanence planned."""
    agreed_by: WorkerId | None = None
    """The manager who agreed it."""
    rationale: Private[str] | None = None
    """Why."""


class PathwayPlanAgreed(Event):
    """The pathway plan of a young person leaving care was agreed."""

    name: ClassVar[str] = "pathway-plan-agreed.v1"
    area: ClassVar[str] = "pathway plan"

    worker: WorkerId | None = None
    """The worker or personal adviser."""
    agreed_by: WorkerId | None = None
    """The manager who agreed it."""
    review_due_on: date | None = None
    """The day by which it is to be reviewed."""
    plan: Private[str] | None = None
    """What was agreed."""


class PathwayPlanReviewed(Event):
    """The pathway plan of a young person leaving care was reviewed."""

    name: ClassVar[str] = "pathway-plan-reviewed.v1"
    area: ClassVar[str] = "pathway plan"

    agreed_on: date | None = None
    """The day on which the plan had been agreed."""
    worker: WorkerId | None = None
    """The worker or personal adviser."""
    review_due_on: date | None = None
    """The day by which it is to be reviewed again."""
    decisions: Private[str] | None = None
    """What was changed and why."""


class PlacementPlanAgreed(Event):
    """It was agreed how a placement is to meet the child's needs."""

    name: ClassVar[str] = "placement-plan-agreed.v1"
    area: ClassVar[str] = "care plan"

    placement_started_on: date | None = None
    """The day on which the care episode of the placement began."""
    worker: WorkerId | None = None
    """The worker."""
    plan: Private[str] | None = None
    """What was agreed."""


class FamilyGroupDecisionMakingOffered(Event):
    """The family was offered a meeting of its own to decide how to keep the child safe and well."""

    name: ClassVar[str] = "family-group-decision-making-offered.v1"
    area: ClassVar[str] = "family group decision making"

    answer: Annotated[Code, In("accepted")] | None = None
    """What the family answered."""
    worker: WorkerId | None = None
    """Who offered."""
    note: Private[str] | None = None
    """What the family said about it."""


class FamilyGroupDecisionMakingHeld(Event):
    """The family met to decide how to keep the child safe and well."""

    name: ClassVar[str] = "family-group-decision-making-held.v1"
    area: ClassVar[str] = "family group decision making"

    coordinator: WorkerId | None = None
    """Who coordinated it."""
    child_took_part: YesNo | None = None
    """Whether the child took part."""
    plan: Private[str] | None = None
    """What the family decided."""


class SteppedUp(Event):
    """It was decided that the child needs more: the case moved to a higher stage."""

    name: ClassVar[str] = "stepped-up.v1"
    area: ClassVar[str] = "step"
    family: ClassVar[str] = "step"

    from_stage: Annotated[Code, In("stage")] | None = None
    """The stage before."""
    to_stage: Annotated[Code, In("stage")]
    """The stage after."""
    decided_by: WorkerId | None = None
    """Who decided."""
    rationale: Private[str] | None = None
    """Why."""


class SteppedDown(Event):
    """It was decided that the child needs less: the case moved to a lower stage."""

    name: ClassVar[str] = "stepped-down.v1"
    area: ClassVar[str] = "step"
    family: ClassVar[str] = "step"

    from_stage: Annotated[Code, In("stage")] | None = None
    """The stage before."""
    to_stage: Annotated[Code, In("stage")]
    """The stage after."""
    decided_by: WorkerId | None = None
    """Who decided."""
    rationale: Private[str] | None = None
    """Why."""
