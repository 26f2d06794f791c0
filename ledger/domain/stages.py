"""The stage of a journey on every day: the highest of the statuses that are open.

    looked after > child protection plan > child in need plan > assessment > referral > early help
    after care: care leaver; else: closed

A child can hold several statuses at once. Section 47 enquiries, pre-proceedings and proceedings are overlays, never
stages. `referral` runs from the acceptance of a referral (or a reopening, or a transfer in) to closure. Closure, or a
transfer out, ends what had begun before it and had no end; being looked after ends only with an ending of care, or
with death.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ledger.domain.events.case import CaseClosed, CaseReopened, TransferredIn, TransferredOut
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.identity import DeathRecorded
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.spans import PAIRINGS, Span, day_of, of_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.looked_after import Care
    from ledger.domain.standing import Standing

STAGES = (
    "looked after",
    "child protection plan",
    "child in need plan",
    "assessment",
    "referral",
    "early help",
    "care leaver",
)
"""From the highest down."""
CLOSED = "closed"
CUT_BY_CLOSURE = frozenset({p.what for p in PAIRINGS if p.cut} | {"referral", "care leaver"})


@dataclass(frozen=True, slots=True)
class Status:
    """One status open now: its name, since when (None: no date is known), and the entry that began it."""

    name: str
    since: date | None
    start: Standing


@dataclass(frozen=True, slots=True)
class StageSpell:
    """A stage from `started_on` (None: no date is known) until the day before `ended_on` (None: still so)."""

    stage: str
    started_on: date | None
    ended_on: date | None


def case_spans(happened: Sequence[Standing]) -> list[Span]:
    """Return the spans of the case itself: `referral` from each acceptance, and `care leaver` from each status."""
    opened = [
        s
        for s in of_kind(happened, ReferralDecided, CaseReopened, TransferredIn)
        if not isinstance(s.event, ReferralDecided) or s.event.accepted
    ]
    leavers = of_kind(happened, CareLeaverStatusSet)
    return [Span("referral", day_of(s), None, s) for s in opened] + [
        Span("care leaver", day_of(s), None, s) for s in leavers
    ]


def cut_by_closure(spans: Sequence[Span], happened: Sequence[Standing]) -> list[Span]:
    """End, with the first closure, transfer out or death after it began, what closure ends and had no earlier end."""
    closures = of_kind(happened, CaseClosed, TransferredOut, DeathRecorded)
    return [_cut(span, closures) for span in spans]


def _cut(span: Span, closures: Sequence[Standing]) -> Span:
    if span.what not in CUT_BY_CLOSURE:
        closures = of_kind(closures, DeathRecorded)
    for closure in closures:
        closed = day_of(closure)
        if closed is None or not _began_before(span, closure, closed):
            continue
        return span if span.until is not None and span.until <= closed else replace(span, until=closed, cut=True)
    return span


def _began_before(span: Span, closure: Standing, closed: date) -> bool:
    """Whether it began before the closure: on an earlier day, or on the same day and written into the ledger first."""
    if span.started_on is None or span.started_on < closed:
        return True
    return span.started_on == closed and span.start.root.position < closure.root.position


def stage_spells(spans: Sequence[Span], care: Care) -> list[StageSpell]:
    """Return the stage of every day as adjoining spells, from the first day that anything was open."""
    intervals = [(s.what, s.started_on or date.min, s.until) for s in spans if s.what in STAGES]
    intervals += [("looked after", p.from_, p.until) for p in care.spells]
    edges = sorted({i[1] for i in intervals} | {i[2] for i in intervals if i[2] is not None})
    spells: list[StageSpell] = []
    for from_, until in zip(edges, [*edges[1:], None], strict=False):
        open_then = {what for what, began, ended in intervals if began <= from_ and (ended is None or from_ < ended)}
        stage = next((name for name in STAGES if name in open_then), CLOSED)
        if spells and spells[-1].stage == stage:
            spells[-1] = replace(spells[-1], ended_on=until)
        else:
            spells.append(StageSpell(stage, None if from_ == date.min else from_, until))
    return spells


def statuses(spans: Sequence[Span], care: Care) -> list[Status]:
    """Return the statuses open at the end, the highest first; of several of one name the earliest begun."""
    found: dict[str, Status] = {}
    if care.spells and care.spells[-1].until is None:
        since = care.spells[-1].from_
        began = next(row for row in care.rows if row.started_on == since and not row.short_break)
        found["looked after"] = Status("looked after", since, began.start)
    for span in spans:
        if span.what in STAGES and span.until is None:
            found.setdefault(span.what, Status(span.what, span.started_on, span.start))
    return [found[name] for name in STAGES if name in found]
