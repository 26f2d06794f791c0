"""The front door: contacts, referrals and what was decided about them, early help."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, PodId, Private, Reference, WorkerId, date


class ContactReceived(Event):
    """Somebody told the authority about the child, and what followed from the contact was recorded."""

    name: ClassVar[str] = "contact-received.v1"
    area: ClassVar[str] = "contact"
    standing: ClassVar = "third party"

    source: Annotated[Code, In("referral-source")] | None = None
    """What kind of person or service made the contact."""
    outcome: Annotated[Code, In("contact-outcome")] | None = None
    """What followed from it."""
    worker: WorkerId | None = None
    """Who took the contact."""
    contact_person: Private[str] | None = None
    """Who made the contact."""
    summary: Private[str] | None = None
    """What was said."""


class ReferralReceived(Event):
    """The child was referred for social care services."""

    name: ClassVar[str] = "referral-received.v1"
    area: ClassVar[str] = "referral"
    standing: ClassVar = "third party"

    source: Annotated[Code, In("referral-source")] | None = None
    """What kind of person or service referred the child."""
    need: Annotated[Code, In("primary-need")] | None = None
    """Primary need as the referral stands."""
    worker: WorkerId | None = None
    """Who took the referral."""
    referrer: Private[str] | None = None
    """Who referred the child."""
    referral: Private[str] | None = None
    """The referral in the referrer's words."""


class ReferralDecided(Event):
    """It was decided what to do about a referral; an accepted referral opens the case."""

    name: ClassVar[str] = "referral-decided.v1"
    area: ClassVar[str] = "referral"

    referred_on: date
    """The day on which the referral was received."""
    accepted: bool
    """Whether the referral was accepted: False means no further action by social care."""
    outcome: Annotated[Code, In("referral-outcome")] | None = None
    """What is to happen next."""
    decided_by: WorkerId | None = None
    """Who decided."""
    pod: PodId | None = None
    """The pod that takes it on."""
    rationale: Private[str] | None = None
    """Why."""


class EarlyHelpStarted(Event):
    """Early help for the family began."""

    name: ClassVar[str] = "early-help-started.v1"
    area: ClassVar[str] = "early help"

    need: Annotated[Code, In("primary-need")] | None = None
    """The need it answers."""
    organisation: Reference | None = None
    """The organisation that gives it, by its code or name."""
    worker: WorkerId | None = None
    """Who leads it."""
    summary: Private[str] | None = None
    """What help was agreed and why."""


class EarlyHelpEnded(Event):
    """Early help for the family ended."""

    name: ClassVar[str] = "early-help-ended.v1"
    area: ClassVar[str] = "early help"

    started_on: date
    """The day on which it had begun."""
    reason: Annotated[Code, In("early-help-end-reason")] | None = None
    """Why it ended."""
    summary: Private[str] | None = None
    """What changed for the family."""
