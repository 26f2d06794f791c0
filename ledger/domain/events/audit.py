"""Audits of a case file: opened, what was found and graded, what was agreed, and whether it was done."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, EventId, In, Private, Reference, WorkerId, date


class AuditOpened(Event):
    """An audit of this case began."""

    name: ClassVar[str] = "audit-opened.v1"
    area: ClassVar[str] = "audit"

    audit: Reference
    """The audit's own id."""
    auditor: WorkerId | None = None
    """Who audits."""
    kind: Annotated[Code, In("audit-kind")] | None = None
    """What kind of audit."""
    sample_id: Reference | None = None
    """The sample the case was drawn in."""
    covers_from: date | None = None
    """The first day audited."""
    covers_until: date | None = None
    """The day after the last day audited."""


class AuditFindingRecorded(Event):
    """An auditor found something in this case and graded it."""

    name: ClassVar[str] = "audit-finding-recorded.v1"
    area: ClassVar[str] = "audit"
    standing: ClassVar = "opinion"

    audit: Reference
    """The audit's own id."""
    section: Annotated[Code, In("audit-section")] | None = None
    """The section of the case file it is about."""
    grade: Annotated[Code, In("audit-grade")] | None = None
    """The grade."""
    auditor: WorkerId | None = None
    """Who found it."""
    about_entries: tuple[EventId, ...] | None = None
    """The entries it is about."""
    finding: Private[str] | None = None
    """What was found."""


class AuditActionAgreed(Event):
    """It was agreed what is to be done about an audit's findings."""

    name: ClassVar[str] = "audit-action-agreed.v1"
    area: ClassVar[str] = "audit"

    audit: Reference
    """The audit's own id."""
    action: Reference
    """The action's own id."""
    owner: WorkerId | None = None
    """Who is to act."""
    due_on: date | None = None
    """By when."""
    what: Private[str] | None = None
    """What is to be done."""


class AuditActionClosed(Event):
    """An action agreed after an audit was closed."""

    name: ClassVar[str] = "audit-action-closed.v1"
    area: ClassVar[str] = "audit"

    audit: Reference
    """The audit's own id."""
    action: Reference
    """The action's own id."""
    done: bool
    """Whether it was done; False means that it was given up."""
    closed_by: WorkerId | None = None
    """Who closed it."""
    result: Private[str] | None = None
    """What was done, or why not."""
