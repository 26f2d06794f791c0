"""Protecting the child from significant harm: strategy, section 47 enquiry, conferences, protection plans, core groups.

A plan is keyed by the day it started, which is the day of its initial conference.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.domain.events.base import Code, Event, In, PodId, Private, WorkerId, YesNo, date


class StrategyDiscussionHeld(Event):
    """Agencies discussed whether the child may be suffering significant harm, and what to do."""

    name: ClassVar[str] = "strategy-discussion-held.v1"
    area: ClassVar[str] = "section 47"

    section_47: bool | None = None
    """Whether it was decided to make enquiries under section 47."""
    agencies: Annotated[tuple[Code, ...], In("agency")] | None = None
    """The agencies that took part."""
    chair: WorkerId | None = None
    """Who chaired it."""
    decision: Private[str] | None = None
    """What was decided."""
    rationale: Private[str] | None = None
    """Why."""


class Section47Started(Event):
    """A section 47 enquiry began."""

    name: ClassVar[str] = "section-47-started.v1"
    area: ClassVar[str] = "section 47"

    worker: WorkerId | None = None
    """Who makes the enquiry."""
    pod: PodId | None = None
    """The pod that makes it."""
    joint: bool | None = None
    """Whether it is made jointly with the police."""
    reason: Private[str] | None = None
    """Why it was begun."""


class Section47Completed(Event):
    """A section 47 enquiry was completed."""

    name: ClassVar[str] = "section-47-completed.v1"
    area: ClassVar[str] = "section 47"
    standing: ClassVar = "opinion"

    started_on: date
    """The day on which it had begun."""
    outcome: Annotated[Code, In("section-47-outcome")] | None = None
    """What is to follow."""
    conference_not_required: bool | None = None
    """Whether no initial conference was needed."""
    worker: WorkerId | None = None
    """Who completed it."""
    pod: PodId | None = None
    """The pod that made it."""
    analysis: Private[str] | None = None
    """What was found and what it means for the child."""


class ConferenceHeld(Event):
    """A child protection conference was held."""

    name: ClassVar[str] = "conference-held.v1"
    area: ClassVar[str] = "conference"

    kind: Annotated[Code, In("conference-kind")]
    """Initial, review, pre-birth or transfer-in."""
    quorate: bool | None = None
    """Whether enough agencies took part."""
    participation: Annotated[Code, In("participation")] | None = None
    """How the child took part (PN0 to PN7)."""
    outcome_cp: bool | None = None
    """Whether the child is, or stays, subject to a child protection plan."""
    category: Annotated[Code, In("abuse-category")] | None = None
    """The category of harm decided on."""
    chair: WorkerId | None = None
    """Who chaired it."""
    worker: WorkerId | None = None
    """The worker who presented the case."""
    agencies: Annotated[tuple[Code, ...], In("agency")] | None = None
    """The agencies that took part."""
    due_on: date | None = None
    """The day by which it was due."""
    decisions: Private[str] | None = None
    """What was decided and why."""
    words: Private[str] | None = None
    """What the child said, in the child's words."""


class ChildProtectionPlanStarted(Event):
    """The child became the subject of a child protection plan."""

    name: ClassVar[str] = "child-protection-plan-started.v1"
    area: ClassVar[str] = "protection plan"

    category: Annotated[Code, In("abuse-category")] | None = None
    """The category of harm at the start."""
    previous_plans: Annotated[int, Field(ge=0, le=99)] | None = None
    """How many child protection plans the child had before, with any authority."""
    worker: WorkerId | None = None
    """The lead worker."""
    pod: PodId | None = None
    """The pod."""
    plan: Private[str] | None = None
    """What is to be different for the child, and who does what."""


class ChildProtectionPlanCategoryChanged(Event):
    """The category of harm of a child protection plan was changed."""

    name: ClassVar[str] = "child-protection-plan-category-changed.v1"
    area: ClassVar[str] = "protection plan"

    started_on: date
    """The day on which the plan had begun."""
    category: Annotated[Code, In("abuse-category")]
    """The category from now on."""
    rationale: Private[str] | None = None
    """Why."""


class ChildProtectionPlanEnded(Event):
    """The child ceased to be the subject of a child protection plan."""

    name: ClassVar[str] = "child-protection-plan-ended.v1"
    area: ClassVar[str] = "protection plan"

    started_on: date
    """The day on which the plan had begun."""
    reason: Annotated[Code, In("protection-plan-end-reason")] | None = None
    """Why it ended."""
    rationale: Private[str] | None = None
    """Why, in words."""


class CoreGroupHeld(Event):
    """The core group met to carry the child protection plan forward; it is no visit, even if the child was there."""

    name: ClassVar[str] = "core-group-held.v1"
    area: ClassVar[str] = "protection plan"

    plan_started_on: date | None = None
    """The day on which the plan had begun."""
    agencies: Annotated[tuple[Code, ...], In("agency")] | None = None
    """The agencies that took part."""
    worker: WorkerId | None = None
    """Who led it."""
    child_took_part: YesNo | None = None
    """Whether the child took part."""
    due_on: date | None = None
    """The day by which it was due."""
    decisions: Private[str] | None = None
    """What was decided and why."""
