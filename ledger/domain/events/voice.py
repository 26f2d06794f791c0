"""What children and families say: voice, feedback, advocacy, complaints and compliments.

`FeedbackInvited` gives "who answered" its denominator.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.domain.events.base import Code, Event, In, PodId, Private, Reference, WorkerId, YesNo, date


class VoiceCaptured(Event):
    """What the child said, or showed, was recorded in the child's words."""

    name: ClassVar[str] = "voice-captured.v1"
    area: ClassVar[str] = "voice"

    method: Annotated[Code, In("voice-method")]
    """How the child told it."""
    worker: WorkerId | None = None
    """Who listened."""
    topic: Annotated[Code, In("voice-topic")] | None = None
    """What it was about."""
    worries_explained: YesNo | None = None
    """Whether the child says the worries were explained to them."""
    story_understood: YesNo | None = None
    """Whether the child says their story helped them understand."""
    agrees_with_worker: YesNo | None = None
    """Whether the child says they agree with the worker."""
    plan_feels_safe: YesNo | None = None
    """Whether the child says the plan helps keep them safe."""
    tools_helped: YesNo | None = None
    """Whether the child says a tablet or other tool helped them explain."""
    words: Private[str] | None = None
    """The child's words, or what the child showed."""


class FeedbackInvited(Event):
    """The child or family was asked what they think of the help they get."""

    name: ClassVar[str] = "feedback-invited.v1"
    area: ClassVar[str] = "feedback"

    instrument: Annotated[Code, In("feedback-instrument")]
    """How they were asked."""
    respondent: Annotated[Code, In("respondent")]
    """Who was asked."""
    invitation: Reference | None = None
    """The invitation's own id, by which an answer may name it."""
    worker: WorkerId | None = None
    """The worker whose work it is about."""
    pod: PodId | None = None
    """The pod whose work it is about."""


class FamilyFeedbackReceived(Event):
    """The child or family said what they think of the help they get."""

    name: ClassVar[str] = "family-feedback-received.v1"
    area: ClassVar[str] = "feedback"
    standing: ClassVar = "third party"

    instrument: Annotated[Code, In("feedback-instrument")]
    """How they were asked."""
    respondent: Annotated[Code, In("respondent")]
    """Who answered."""
    invitation: Reference | None = None
    """The invitation it answers; several scales of one answer share it."""
    scale: Reference | None = None
    """The question or scale within the instrument."""
    score: Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)] | None = None
    """The score, in the instrument's own units."""
    consent: Annotated[Code, In("feedback-consent")] | None = None
    """How their words may be used."""
    worker: WorkerId | None = None
    """The worker whose work it is about."""
    pod: PodId | None = None
    """The pod whose work it is about."""
    words: Private[str] | None = None
    """In their words."""


class AdvocateOffered(Event):
    """The child was offered an independent advocate."""

    name: ClassVar[str] = "advocate-offered.v1"
    area: ClassVar[str] = "advocacy"

    answer: Annotated[Code, In("accepted")] | None = None
    """What the child answered."""
    worker: WorkerId | None = None
    """Who offered."""
    note: Private[str] | None = None
    """What the child said about it."""


class ComplaintReceived(Event):
    """Somebody complained about the service."""

    name: ClassVar[str] = "complaint-received.v1"
    area: ClassVar[str] = "complaint"
    standing: ClassVar = "third party"

    complaint: Reference | None = None
    """The complaint's own id."""
    stage: Annotated[Code, In("complaint-stage")] | None = None
    """The stage of the procedure."""
    raised_by: Annotated[Code, In("respondent")]
    """Who complained."""
    about_worker: WorkerId | None = None
    """The worker it is about."""
    about_pod: PodId | None = None
    """The pod it is about."""
    due_on: date | None = None
    """By when an answer is due."""
    words: Private[str] | None = None
    """In their words."""


class ComplaintResolved(Event):
    """A complaint was answered."""

    name: ClassVar[str] = "complaint-resolved.v1"
    area: ClassVar[str] = "complaint"

    complaint: Reference | None = None
    """The complaint's own id."""
    received_on: date
    """The day on which it had been received."""
    stage: Annotated[Code, In("complaint-stage")] | None = None
    """The stage at which it was answered."""
    outcome: Annotated[Code, In("upheld")]
    """What was found."""
    findings: Private[str] | None = None
    """What was found and what follows, in words."""


class ComplimentReceived(Event):
    """Somebody praised the service."""

    name: ClassVar[str] = "compliment-received.v1"
    area: ClassVar[str] = "compliment"
    standing: ClassVar = "third party"

    raised_by: Annotated[Code, In("respondent")]
    """Who praised it."""
    about_worker: WorkerId | None = None
    """The worker it is about."""
    about_pod: PodId | None = None
    """The pod it is about."""
    words: Private[str] | None = None
    """In their words."""
