"""Before and in court: pre-proceedings, proceedings issued, orders made."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, Private, WorkerId, date


class PreProceedingsStarted(Event):
    """The authority told the parents that it considers going to court, and what must change."""

    name: ClassVar[str] = "pre-proceedings-started.v1"
    area: ClassVar[str] = "court"

    decided_by: WorkerId | None = None
    """Who decided."""
    letter_on: date | None = None
    """The day of the letter before proceedings."""
    first_meeting_on: date | None = None
    """The day of the first meeting with the parents, where already held or fixed."""
    rationale: Private[str] | None = None
    """Why."""


class PreProceedingsEnded(Event):
    """Pre-proceedings ended."""

    name: ClassVar[str] = "pre-proceedings-ended.v1"
    area: ClassVar[str] = "court"

    started_on: date
    """The day on which they had begun."""
    outcome: Annotated[Code, In("pre-proceedings-outcome")] | None = None
    """What followed."""
    rationale: Private[str] | None = None
    """Why."""


class ProceedingsIssued(Event):
    """An application about the child was issued at court."""

    name: ClassVar[str] = "proceedings-issued.v1"
    area: ClassVar[str] = "court"

    order_kind: Annotated[Code, In("order")]
    """The order applied for."""
    worker: WorkerId | None = None
    """The worker who stated the case."""
    court_reference: Private[str] | None = None
    """The court's own number."""
    note: Private[str] | None = None
    """What was applied for and why."""


class OrderMade(Event):
    """A court made an order about the child."""

    name: ClassVar[str] = "order-made.v1"
    area: ClassVar[str] = "court"

    order_kind: Annotated[Code, In("order")]
    """The order."""
    issued_on: date | None = None
    """The day on which the proceedings had been issued."""
    expires_on: date | None = None
    """The day on which the order ends, where it says so."""
    court_reference: Private[str] | None = None
    """The court's own number."""
    note: Private[str] | None = None
    """What the court ordered and said."""
