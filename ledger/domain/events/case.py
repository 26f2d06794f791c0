"""The case as a whole: closed, reopened, passed to or taken over from another authority."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, Private, WorkerId, date


class CaseClosed(Event):
    """The child's case was closed."""

    name: ClassVar[str] = "case-closed.v1"
    area: ClassVar[str] = "case"

    reason: Annotated[Code, In("closure-reason")] | None = None
    """Why (RC1 to RC9)."""
    decided_by: WorkerId | None = None
    """Who decided."""
    rationale: Private[str] | None = None
    """Why, in words."""
    summary: Private[str] | None = None
    """The closing summary."""


class CaseReopened(Event):
    """A closed case was opened again without a new referral."""

    name: ClassVar[str] = "case-reopened.v1"
    area: ClassVar[str] = "case"

    closed_on: date | None = None
    """The day on which it had been closed."""
    decided_by: WorkerId | None = None
    """Who decided."""
    rationale: Private[str] | None = None
    """Why."""


class TransferredOut(Event):
    """Another authority took over responsibility for the child."""

    name: ClassVar[str] = "transferred-out.v1"
    area: ClassVar[str] = "case"

    other_authority: Code
    """The authority that took over, by its code or name."""
    worker: WorkerId | None = None
    """Who handed over."""
    note: Private[str] | None = None
    """What was handed over, and to whom."""


class TransferredIn(Event):
    """This authority took over responsibility for the child from another."""

    name: ClassVar[str] = "transferred-in.v1"
    area: ClassVar[str] = "case"

    other_authority: Code
    """The authority that was responsible before, by its code or name."""
    worker: WorkerId | None = None
    """Who took over."""
    note: Private[str] | None = None
    """What was handed over, and by whom."""
