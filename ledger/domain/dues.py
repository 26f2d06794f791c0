"""What is to come: things with a day by which they are due, and things expected on a day.

A due day comes from what workers wrote, never from a timescale: rules are another matter. Something still open stays on
the list after its day has passed; something that may have been done since leaves the list on its day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.domain.clock import london_day
from ledger.domain.events.audit import AuditActionAgreed, AuditActionClosed
from ledger.domain.events.plan import ChildInNeedPlanReviewed, PathwayPlanAgreed, PathwayPlanReviewed
from ledger.domain.events.supervision import ManagementDecisionRecorded, SupervisionDiscussionHeld
from ledger.domain.events.voice import ComplaintReceived, ComplaintResolved
from ledger.domain.spans import day_of, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ledger.domain.events.base import Event
    from ledger.domain.spans import Span
    from ledger.domain.standing import Standing


class Due(NamedTuple):
    """One thing to come: the day, what it is in plain words, and the entry that says so."""

    on: date
    what: str
    standing: Standing


def dues(
    everything: Iterable[Standing], happened: Sequence[Standing], things: Sequence[Span], on: date | None
) -> list[Due]:
    """Return what is due or expected, the soonest first.

    With `on` None, today is the last day on which anything of this journey became known.
    """
    everything = list(everything)
    today = on or max((london_day(s.entry.known_at) for s in everything), default=None)
    found = [*_reviews(happened, things), *_complaints(happened), *_audit_actions(happened)]
    coming = [*_actions(happened), *_expected(everything, happened)]
    found += [due for due in coming if today is None or due.on >= today]
    return sorted(found, key=lambda due: (due.on, due.standing.root.position))


def plain_name(event: Event) -> str:
    """Return the event's stored name as words: `looked-after-review-held.v1` is `looked after review held`."""
    return type(event).name.rpartition(".v")[0].replace("-", " ")


def _expected(everything: Iterable[Standing], happened: Sequence[Standing]) -> list[Due]:
    """Things dated in the future when they were written, that no later entry of their kind and day confirms."""
    came = {(type(s.event), day_of(s)) for s in happened}
    return [
        Due(day, f"expected: {plain_name(s.event)}", s)
        for s in everything
        if s.event is not None and s.expected and (day := day_of(s)) is not None and (type(s.event), day) not in came
    ]


def _actions(happened: Sequence[Standing]) -> list[Due]:
    return [
        Due(s.event.due_on, "what was decided", s)
        for s in happened
        if isinstance(s.event, ManagementDecisionRecorded | SupervisionDiscussionHeld) and s.event.due_on is not None
    ]


def _reviews(happened: Sequence[Standing], things: Sequence[Span]) -> list[Due]:
    """The next review of each open plan or assessment, as last fixed."""
    found = []
    for span in things:
        if span.until is not None or span.what not in ("assessment", "child in need plan"):
            continue
        reviews = [
            s
            for s in of_kind(happened, ChildInNeedPlanReviewed)
            if isinstance(s.event, ChildInNeedPlanReviewed)
            and span.what == "child in need plan"
            and s.event.started_on == span.started_on
        ]
        last = reviews[-1] if reviews else span.start
        due = getattr(last.event, "review_due_on", None)
        if due is not None:
            found.append(Due(due, f"review of {span.what}", last))
    pathway = of_kind(happened, PathwayPlanAgreed, PathwayPlanReviewed)
    if pathway and (due := getattr(pathway[-1].event, "review_due_on", None)) is not None:
        found.append(Due(due, "review of pathway plan", pathway[-1]))
    return found


def _complaints(happened: Sequence[Standing]) -> list[Due]:
    answered = {(s.event.complaint, s.event.received_on) for s in happened if isinstance(s.event, ComplaintResolved)}
    return [
        Due(s.event.due_on, "answer to a complaint", s)
        for s in happened
        if isinstance(s.event, ComplaintReceived)
        and s.event.due_on is not None
        and (s.event.complaint, s.event.day) not in answered
    ]


def _audit_actions(happened: Sequence[Standing]) -> list[Due]:
    closed = {(s.event.audit, s.event.action) for s in happened if isinstance(s.event, AuditActionClosed)}
    return [
        Due(s.event.due_on, "action after an audit", s)
        for s in happened
        if isinstance(s.event, AuditActionAgreed)
        and s.event.due_on is not None
        and (s.event.audit, s.event.action) not in closed
    ]
