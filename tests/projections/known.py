"""What is in force of each child at a view, as plain tuples for the slow references.

It stands on decoded entries and on `ledger.domain.standing`, never on SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.domain.clock import london_day
from ledger.domain.events.allocation import HandoverRecorded, PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed, CaseReopened, TransferredIn, TransferredOut
from ledger.domain.events.contact import EarlyHelpEnded, EarlyHelpStarted, ReferralDecided
from ledger.domain.events.family import FamilyGroupLinked
from ledger.domain.events.identity import DeathRecorded
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.safeguarding import ChildProtectionPlanEnded, ChildProtectionPlanStarted
from ledger.domain.events.visit import VisitRecorded
from ledger.domain.standing import Standing, stand
from tests.projections.slow_allocations import Care, Held
from tests.projections.slow_stages import Case, Closure, Span
from tests.projections.small import Said, entries, journey_id
from tests.projections.worlds import CHILDREN

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.clock import View
    from ledger.domain.events.base import Event


class CareRow(NamedTuple):
    """A care episode as its row says, why it began and ended, and when it was expected to end, where it has not."""

    care: Care
    reason: str
    why_ended: str | None
    expected_end: date | None


class Known(NamedTuple):
    """What is in force of one child at a view."""

    held: list[Held]
    case: Case
    care: list[CareRow]
    deaths: list[date]
    pods: list[tuple[date, int, str]]
    visits: list[tuple[date, tuple[str, ...]]]
    """The day, and who came: the visitor first."""
    handovers: list[HandoverRecorded]
    families: list[date]


class Covered(NamedTuple):
    """A half-open time of which a source tells, and of which children."""

    start: date
    end: date
    scope: str


class Sources(NamedTuple):
    """What the sources declared, as known at a view."""

    covered: dict[str, list[Covered]]
    """By area."""
    unmentioned: dict[int, set[tuple[str, date]]]
    """By year of a known return: journey and start of the episodes that its latest declaration does not mention."""


def known(said: list[Said], view: View) -> tuple[dict[str, Known], Sources]:
    """Return what is in force of each child by name, and of the sources, at a view."""
    streams = entries(said)
    children = {c: stand(streams.get(f"journey:{journey_id(c)}", []), view) for c in CHILDREN}
    ledger = [s for s in stand(streams.get("ledger", []), view) if s.counts]
    return {c: _child(mine) for c, mine in children.items()}, _sources(ledger)


def reader_day(view: View) -> date:
    """The reader's day, in London."""
    assert view.instant is not None
    return london_day(view.instant)


def _child(everything: list[Standing]) -> Known:
    mine = [s for s in everything if s.counts]
    ahead = [(s, s.event) for s in everything if s.expected and isinstance(s.event, CareEpisodeEnded)]

    def of(*kinds: type[Event]) -> list[tuple[Standing, Any]]:
        return [(s, s.event) for s in mine if isinstance(s.event, kinds)]

    def spans(begun: type[Event], ended: type[Event]) -> list[Span]:
        return [Span(e.occurred_on, _end(of(ended), e.occurred_on), s.root.position) for s, e in of(begun)]

    care = []
    for _, e in of(CareEpisodeStarted):
        end = _ending(of(CareEpisodeEnded), e.occurred_on)
        row = Care(e.occurred_on, end and end.occurred_on, e.legal_status)
        care.append(CareRow(row, e.reason, end and end.reason, None if end else _end(ahead, e.occurred_on)))
    deaths = [e.occurred_on for _, e in of(DeathRecorded)]
    opened = [*of(ReferralDecided), *of(CaseReopened), *of(TransferredIn)]
    closed = [*of(CaseClosed), *of(TransferredOut), *of(DeathRecorded)]
    return Known(
        held=[_held(s, e, of(WorkerDeallocated)) for s, e in of(WorkerAllocated)],
        case=Case(
            care=days_looked_after(care, deaths),
            protection=spans(ChildProtectionPlanStarted, ChildProtectionPlanEnded),
            need=spans(ChildInNeedPlanStarted, ChildInNeedPlanEnded),
            assessments=spans(AssessmentStarted, AssessmentAuthorised),
            cases=[Span(e.occurred_on, None, s.root.position) for s, e in opened],
            early_help=spans(EarlyHelpStarted, EarlyHelpEnded),
            leaver_since=[Span(e.occurred_on, None, s.root.position) for s, e in of(CareLeaverStatusSet)],
            closures=[Closure(e.occurred_on, s.root.position) for s, e in closed],
        ),
        care=care,
        deaths=deaths,
        pods=[(e.occurred_on, s.root.position, e.pod) for s, e in of(PodAllocated)],
        visits=[(e.occurred_on, (e.worker, *(e.accompanied_by or ()))) for _, e in of(VisitRecorded)],
        handovers=[e for _, e in of(HandoverRecorded)],
        families=[e.occurred_on for _, e in of(FamilyGroupLinked)],
    )


def days_looked_after(rows: list[CareRow], deaths: list[date]) -> list[Care]:
    """The same episodes, where one that ended with X1 goes on until the next row, and none beyond the child's death."""
    starts = [row.care.started for row in rows]
    found = []
    for row in rows:
        end = row.care.ended
        if end is not None and row.why_ended == "X1":
            end = min((on for on in starts if on >= end), default=None)
        end = min((on for on in (end, *deaths) if on is not None and on >= row.care.started), default=end)
        found.append(row.care._replace(ended=end))
    return found


def _held(begun: Standing, e: WorkerAllocated, endings: list[tuple[Standing, Any]]) -> Held:
    mine = [(s, end) for s, end in endings if end.worker == e.worker and end.role == e.role]
    return Held(
        e.worker,
        e.occurred_on,
        _end(mine, e.occurred_on) if _ending(mine, e.occurred_on) else _stated_end(begun, e),
        e.reason,
        e.role,
        e.pod,
        e.post,
        begun.root.position,
        begun.entry.basis == "return",
    )


def _ending(endings: list[tuple[Standing, Any]], started: date | None) -> Any:
    """The ending that names this start; of several the last one known; None where there is none."""
    mine = [(s, e) for s, e in endings if e.started_on == started]
    return max(mine, key=lambda found: _order(found[0]))[1] if mine else None


def _end(endings: list[tuple[Standing, Any]], started: date | None) -> date | None:
    found = _ending(endings, started)
    return found.occurred_on if found is not None else None


def _stated_end(begun: Standing, event: WorkerAllocated) -> date | None:
    """The end that a beginning states itself, where it had come by the day on which that was said."""
    until = event.occurred_until
    return until if until is not None and until <= london_day(begun.entry.known_at) else None


def _order(standing: Standing) -> tuple[Any, int]:
    return standing.entry.known_at, standing.root.position


def _sources(declared: list[Standing]) -> Sources:
    covered: dict[str, list[Covered]] = {}
    unmentioned: dict[int, set[tuple[str, date]]] = {}
    for standing in sorted(declared, key=_order):
        told: Any = standing.event
        for area in told.areas:
            covered.setdefault(area, []).append(Covered(told.covers_from, told.covers_until, told.scope))
        if told.system == "ssda903":
            unmentioned[told.covers_until.year] = {(u.journey, u.started_on) for u in told.unmentioned or ()}
    return Sources(covered, unmentioned)
