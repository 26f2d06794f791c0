"""Understanding the child's situation: assessments begun, reviewed on the way, and authorised.

A One Story entry may *be* the assessment: the authorisation then names the entries that form it.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, EventId, In, PodId, Private, WorkerId, date


class AssessmentStarted(Event):
    """An assessment of the child's situation began."""

    name: ClassVar[str] = "assessment-started.v1"
    area: ClassVar[str] = "assessment"

    kind: Annotated[Code, In("assessment-kind")] | None = None
    """What kind of assessment."""
    worker: WorkerId | None = None
    """Who assesses."""
    pod: PodId | None = None
    """The pod that assesses."""
    referred_on: date | None = None
    """The day of the referral that led to it."""
    review_due_on: date | None = None
    """The day by which a manager is to look at it on the way."""
    reason: Private[str] | None = None
    """What is to be understood, and why now."""


class AssessmentReviewed(Event):
    """A manager looked at an assessment on the way and said what it still needs."""

    name: ClassVar[str] = "assessment-reviewed.v1"
    area: ClassVar[str] = "assessment"
    standing: ClassVar = "opinion"

    started_on: date
    """The day on which the assessment had begun."""
    reviewed_by: WorkerId | None = None
    """Who reviewed it."""
    note: Private[str] | None = None
    """What was found and what is to be done."""


class AssessmentAuthorised(Event):
    """An assessment was completed and a manager put their name to it."""

    name: ClassVar[str] = "assessment-authorised.v1"
    area: ClassVar[str] = "assessment"
    standing: ClassVar = "opinion"

    started_on: date
    """The day on which the assessment had begun."""
    outcome: Annotated[Code, In("assessment-outcome")] | None = None
    """What is to follow."""
    factors: Annotated[tuple[Code, ...], In("assessment-factor")] | None = None
    """Factors found, by the codes of the census."""
    child_seen: Annotated[Code, In("child-seen")] | None = None
    """Whether the child was seen in the course of it."""
    authorised_by: WorkerId | None = None
    """The manager who authorised it."""
    worker: WorkerId | None = None
    """Who assessed."""
    pod: PodId | None = None
    """The pod that assessed."""
    story_entries: tuple[EventId, ...] | None = None
    """The One Story entries that form the assessment."""
    analysis: Private[str] | None = None
    """What it all means for the child."""
    words: Private[str] | None = None
    """What the child said, in the child's words."""
