"""Being looked after: care episodes, deprivation of liberty, reviews, missing, health, adoption.

A care episode is keyed by the day it started, as in the annual return (CHILD, DECOM).
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.domain.events.base import Code, Event, In, Private, Reference, WorkerId, YesNo, date


class CareEpisodeStarted(Event):
    """A care episode began: the child started to be looked after, or legal status, placement or carer changed."""

    name: ClassVar[str] = "care-episode-started.v1"
    area: ClassVar[str] = "care"

    reason: Annotated[Code, In("episode-start-reason")]
    """Why a new episode began (RNE): S, L, P, T, B or U."""
    legal_status: Annotated[Code, In("legal-status")]
    """Legal status during the episode (LS)."""
    need: Annotated[Code, In("primary-need")] | None = None
    """Primary need when care began (CIN)."""
    placement: Annotated[Code, In("placement-type")] | None = None
    """Where the child lived (PLACE)."""
    provider: Annotated[Code, In("placement-provider")] | None = None
    """Who provided the placement (PLACE_PROVIDER)."""
    urn: Reference | None = None
    """Ofsted's number of the setting (URN)."""
    home_postcode: Private[str] | None = None
    """Postcode of the home the child came from (HOME_POST)."""
    placement_postcode: Private[str] | None = None
    """Postcode of the placement (PL_POST)."""
    reported_end_reason: Annotated[Code, In("episode-end-reason")] | None = None
    """A reason for ending (REC) that the source gave while the episode had no end: it ends nothing."""
    reported_change_reason: Annotated[Code, In("placement-change-reason")] | None = None
    """A reason for the change of placement that the source gave while the episode had no end."""


class CareEpisodeEnded(Event):
    """A care episode ended; `X1` means that care went on in another episode."""

    name: ClassVar[str] = "care-episode-ended.v1"
    area: ClassVar[str] = "care"

    started_on: date
    """The day on which the episode that ended had begun (its DECOM)."""
    reason: Annotated[Code, In("episode-end-reason")] | None = None
    """Why it ended (REC)."""
    change_reason: Annotated[Code, In("placement-change-reason")] | None = None
    """Why the placement changed (REASON_PLACE_CHANGE)."""


class DeprivationOfLibertyStarted(Event):
    """The child began to be deprived of liberty under an authorisation."""

    name: ClassVar[str] = "deprivation-of-liberty-started.v1"
    area: ClassVar[str] = "deprivation of liberty"


class DeprivationOfLibertyEnded(Event):
    """The deprivation of the child's liberty ended."""

    name: ClassVar[str] = "deprivation-of-liberty-ended.v1"
    area: ClassVar[str] = "deprivation of liberty"

    started_on: date
    """The day on which it had begun."""


class LookedAfterReviewHeld(Event):
    """The care of a looked-after child was reviewed, and how the child took part was recorded."""

    name: ClassVar[str] = "looked-after-review-held.v1"
    area: ClassVar[str] = "review"

    participation: Annotated[Code, In("participation")] | None = None
    """How the child took part (PN0 to PN7)."""
    reviewing_officer: WorkerId | None = None
    """The independent reviewing officer (IRO)."""
    due_on: date | None = None
    """The day by which it was due."""
    decisions: Private[str] | None = None
    """What was decided and why."""


class MissingStarted(Event):
    """The child went missing or was away without authorisation."""

    name: ClassVar[str] = "missing-started.v1"
    area: ClassVar[str] = "missing"

    kind: Annotated[Code, In("missing-kind")]
    """M missing, A away without authorisation."""
    circumstances: Private[str] | None = None
    """What is known of it."""


class MissingEnded(Event):
    """The child was found or came back."""

    name: ClassVar[str] = "missing-ended.v1"
    area: ClassVar[str] = "missing"

    kind: Annotated[Code, In("missing-kind")]
    """M missing, A away without authorisation: as in the start."""
    started_on: date
    """The day on which the child went missing."""


class ReturnInterviewOffered(Event):
    """The child was offered an independent interview after coming back."""

    name: ClassVar[str] = "return-interview-offered.v1"
    area: ClassVar[str] = "missing"

    answer: Annotated[Code, In("accepted")] | None = None
    """What the child answered."""
    missing_started_on: date | None = None
    """The day on which the child had gone missing."""


class ReturnInterviewHeld(Event):
    """The child spoke with an independent person after coming back."""

    name: ClassVar[str] = "return-interview-held.v1"
    area: ClassVar[str] = "missing"

    missing_started_on: date | None = None
    """The day on which the child had gone missing."""
    words: Private[str] | None = None
    """What the child said."""


class AnnualHealthAndOutcomesReported(Event):
    """The yearly return stated the child's health checks and difficulties score; a no is reported, not absent."""

    name: ClassVar[str] = "annual-health-and-outcomes-reported.v1"
    area: ClassVar[str] = "annual health"

    reporting_year: Annotated[int, Field(ge=1990, le=2200)]
    """The social-care year the report covers, named by the year of its 31 March."""
    sdq_score: Annotated[int, Field(ge=0, le=99)] | None = None
    """Total difficulties score (SDQ), 0 to 40."""
    sdq_reason: Annotated[Code, In("sdq-reason")] | None = None
    """Why there is no score."""
    convicted: bool | None = None
    """Convicted or cautioned in the year."""
    health_check: bool | None = None
    """Development check up to date (under five)."""
    immunisations: bool | None = None
    """Immunisations up to date."""
    teeth_check: bool | None = None
    """Teeth checked by a dentist."""
    health_assessment: bool | None = None
    """Annual health assessment done."""
    substance_misuse: bool | None = None
    """A substance misuse problem identified."""
    intervention_received: bool | None = None
    """Intervention for substance misuse received."""
    intervention_offered: bool | None = None
    """Intervention for substance misuse offered."""


class HealthAssessmentDone(Event):
    """The health of a looked-after child was assessed."""

    name: ClassVar[str] = "health-assessment-done.v1"
    area: ClassVar[str] = "health"

    kind: Annotated[Code, In("health-assessment-kind")]
    """Initial or review assessment."""
    summary: Private[str] | None = None
    """What was found."""


class PersonalEducationPlanHeld(Event):
    """The personal education plan of a looked-after child was agreed or reviewed."""

    name: ClassVar[str] = "personal-education-plan-held.v1"
    area: ClassVar[str] = "education"

    child_took_part: YesNo | None = None
    """Whether the child took part."""
    summary: Private[str] | None = None
    """What was agreed."""


class AdoptionDecisionMade(Event):
    """It was decided that the child should be placed for adoption."""

    name: ClassVar[str] = "adoption-decision-made.v1"
    area: ClassVar[str] = "adoption"

    rationale: Private[str] | None = None
    """Why."""


class AdoptionDecisionReversed(Event):
    """The decision that the child should be placed for adoption was reversed."""

    name: ClassVar[str] = "adoption-decision-reversed.v1"
    area: ClassVar[str] = "adoption"

    decided_on: date
    """The day of the decision that was reversed."""
    reason: Annotated[Code, In("adoption-reversal-reason")] | None = None
    """Why (RD1 to RD4)."""


class AdoptionMatched(Event):
    """The child was matched with adopters."""

    name: ClassVar[str] = "adoption-matched.v1"
    area: ClassVar[str] = "adoption"

    decided_on: date | None = None
    """The day of the decision that the child should be placed, as this table states it (DATE_INT)."""
    foster_carer: bool | None = None
    """Whether the adopters had been the child's foster carers."""
    adopters: Annotated[int, Field(ge=0, le=9)] | None = None
    """How many adopters."""
    adopters_sex: Annotated[Code, In("adopters-sex")] | None = None
    """Sex of the adopters."""
    adopters_status: Annotated[Code, In("adopters-status")] | None = None
    """Legal status of the adopters."""
