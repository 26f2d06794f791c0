"""Cases made by hand, entry by entry: what each holds is told here.

>>> case = Case()
>>> first = case.add(VisitRecorded(occurred_on=date(2024, 5, 3), worker="W1"), known="2024-05-03")
>>> case.entries[0].position, first == case.entries[0].event_id
(1, True)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from ledger.domain.clock import NOW, View
from ledger.domain.coverage import Coverage
from ledger.domain.envelope import Actor, Basis, Entry, Privacy, Source
from ledger.domain.events.allocation import HandoverRecorded, PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import (
    AnnualHealthAndOutcomesReported,
    CareEpisodeEnded,
    CareEpisodeStarted,
    LookedAfterReviewHeld,
    MissingEnded,
    MissingStarted,
)
from ledger.domain.events.contact import ReferralDecided, ReferralReceived
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.outcome import OutcomeMeasured
from ledger.domain.events.plan import ChildInNeedPlanReviewed, ChildInNeedPlanStarted
from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryWithdrawn,
    SourceCoverageDeclared,
)
from ledger.domain.events.supervision import ManagementDecisionRecorded, SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.domain.events.voice import VoiceCaptured
from ledger.projections.timeline import Picture, picture

if TYPE_CHECKING:
    from ledger.domain.events.base import Event

STREAM = "journey:00000000-0000-4000-8000-0000000000c1"
EVERYTHING = (
    "allocation", "referral", "contact", "in-need plan", "protection plan", "care plan", "care", "visit", "assessment",
    "supervision", "management decision", "outcome", "annual health", "voice", "story",
)  # fmt: skip


@dataclass
class Case:
    """One journey being written: entries get their positions in the order they are added."""

    entries: list[Entry] = field(default_factory=list)
    declarations: list[SourceCoverageDeclared] = field(default_factory=list)

    def add(
        self,
        event: Event | None,
        known: str | None = None,
        *,
        by: str = "W1",
        recorded: str = "2024-12-31",
        basis: Basis = "practice",
        privacy: Privacy = "open",
        name: str | None = None,
    ) -> str:
        """Append an event known at midday of a day and sealed here on `recorded`; return the entry's id."""
        position = len(self.entries) + 1
        entry = Entry(
            position=position,
            stream=STREAM,
            version=position,
            event_id=str(UUID(int=position)),
            name=name or (event.name if event is not None else "visit-recorded.v1"),
            event=event,
            recorded_at=_midday(recorded) + timedelta(seconds=position),
            written_at=None if known is None else _midday(known),
            by=Actor(worker=by),
            source=Source("records"),
            basis=basis,
            privacy=privacy,
        )
        self.entries.append(entry)
        return entry.event_id

    def declare(self, *areas: str, from_: str, until: str, scope: str = "all children", complete: bool = True) -> None:
        """Let a source declare what it covers."""
        self.declarations.append(
            SourceCoverageDeclared(
                system="records",
                areas=areas,
                covers_from=date.fromisoformat(from_),
                covers_until=date.fromisoformat(until),
                complete=complete,
                scope=scope,
            )
        )

    def picture(self, at: View = NOW, **options: date | int | None) -> Picture:
        """Return the picture of the whole case, at a view."""
        coverage = Coverage(tuple(self.declarations))
        position = at.position if at.position is not None else len(self.entries)
        return picture("C-001", self.entries, at, position, coverage, **options)  # type: ignore[arg-type]


def small() -> Case:
    """Return a short case, of everything a little.

    Referred 4 January 2024, W1 from 8 January to before 1 March, nobody for ten days, W2 from 11 March. Assessed
    from 8 January to 12 February, in need from 12 February. The last thing became known on 30 April 2024.
    """
    case = Case()
    case.declare(*EVERYTHING, from_="2024-01-01", until="2025-01-01")
    case.add(ChildRegistered(occurred_on=_day("2024-01-03"), child_id="C-001", born="2014-05"), "2024-01-03")
    case.add(ReferralReceived(occurred_on=_day("2024-01-03"), source="2A", worker="W9"), "2024-01-03")
    case.add(
        ReferralDecided(occurred_on=_day("2024-01-04"), referred_on=_day("2024-01-03"), accepted=True), "2024-01-04"
    )
    case.add(PodAllocated(occurred_on=_day("2024-01-04"), pod="P1"), "2024-01-04")
    case.add(WorkerAllocated(occurred_on=_day("2024-01-08"), worker="W1", pod="P1"), "2024-01-08")
    case.add(AssessmentStarted(occurred_on=_day("2024-01-08"), worker="W1"), "2024-01-08")
    case.add(
        VisitRecorded(
            occurred_on=_day("2024-01-10"),
            worker="W1",
            child_seen="yes",
            seen_alone="yes",
            words="I want to stay at my school.",
            narrative="We talked in the garden.",
        ),
        "2024-01-10",
    )
    late = VisitRecorded(occurred_on=_day("2024-01-22"), worker="W1", child_seen="yes", seen_alone="no")
    case.add(late, "2024-02-08")
    moved = case.add(VisitRecorded(occurred_on=_day("2024-02-01"), worker="W1", child_seen="yes"), "2024-02-02")
    case.add(VisitAttempted(occurred_on=_day("2024-02-15"), worker="W1"), "2024-02-15")
    wrong = case.add(VisitRecorded(occurred_on=_day("2024-02-20"), worker="W1", child_seen="yes"), "2024-02-20")
    case.add(SupervisionDiscussionHeld(occurred_on=_day("2024-01-25"), mode="one to one", worker="W1"), "2024-01-25")
    case.add(SupervisionDiscussionHeld(occurred_on=_day("2024-02-22"), mode="group", worker="W1"), "2024-02-22")
    case.add(
        ManagementDecisionRecorded(
            occurred_on=_day("2024-02-12"), decided_by="M1", decision="A plan is made.", rationale="Needs are clear."
        ),
        "2024-02-12",
    )
    case.add(AssessmentAuthorised(occurred_on=_day("2024-02-12"), started_on=_day("2024-01-08")), "2024-02-12")
    case.add(ChildInNeedPlanStarted(occurred_on=_day("2024-02-12"), worker="W1", pod="P1"), "2024-02-12")
    case.add(
        WorkerDeallocated(occurred_on=_day("2024-03-01"), worker="W1", started_on=_day("2024-01-08")), "2024-03-01"
    )
    case.add(WorkerAllocated(occurred_on=_day("2024-03-11"), worker="W2", pod="P1", reason="LEFTRL"), "2024-03-11")
    case.add(HandoverRecorded(occurred_on=_day("2024-03-11"), from_worker="W1", to_worker="W2"), "2024-03-11")
    corrected = VisitRecorded(occurred_on=_day("2024-02-05"), worker="W1", child_seen="yes", seen_alone="yes")
    case.add(EntryCorrected(corrects=moved, correction_reason="wrong date", replacement=corrected), "2024-03-12")
    case.add(EntryWithdrawn(withdraws=wrong, reason="entered in error"), "2024-03-13")
    case.add(OutcomeMeasured(occurred_on=_day("2024-04-02"), instrument="SDQ", score=17.0), "2024-04-02")
    case.add(ChildInNeedPlanReviewed(occurred_on=_day("2024-05-20"), started_on=_day("2024-02-12")), "2024-04-30")
    return case


def from_a_return() -> Case:
    """Return a case that only an annual return tells of, for a year in care: no visit, no supervision, no pod."""
    case = Case()
    year = {"from_": "2023-04-01", "until": "2024-04-01"}
    case.declare(
        "care", "missing", "annual health", "review", "allocation", scope="children looked after in the year", **year
    )
    known = "2024-03-31"

    def told(event: Event) -> None:
        case.add(event, known, by="return", basis="return", recorded="2024-05-10")

    told(ChildRegistered(child_id="C-002", born="2012-01"))
    told(CareEpisodeStarted(occurred_on=_day("2023-01-16"), precision="not later than", reason="L", legal_status="C1",
                            placement="U6", provider="PR1"))  # fmt: skip
    told(CareEpisodeEnded(occurred_on=_day("2023-07-03"), started_on=_day("2023-01-16"), reason="X1"))
    told(CareEpisodeStarted(occurred_on=_day("2023-07-03"), reason="P", legal_status="C1", placement="K2"))
    told(CareEpisodeEnded(occurred_on=_day("2023-11-20"), started_on=_day("2023-07-03"), reason="X1"))
    told(CareEpisodeStarted(occurred_on=_day("2023-11-20"), reason="L", legal_status="C2", placement="K2"))
    told(MissingStarted(occurred_on=_day("2023-09-01"), kind="M"))
    told(MissingEnded(occurred_on=_day("2023-09-04"), started_on=_day("2023-09-01"), kind="M"))
    told(LookedAfterReviewHeld(occurred_on=_day("2023-08-01"), participation="PN1"))
    told(LookedAfterReviewHeld(occurred_on=_day("2024-06-03")))
    told(AnnualHealthAndOutcomesReported(occurred_on=_day("2024-03-31"), reporting_year=2024, sdq_score=14))
    told(WorkerAllocated(occurred_on=_day("2023-02-01"), worker="SW101"))
    told(WorkerDeallocated(occurred_on=_day("2023-10-02"), started_on=_day("2023-02-01"), worker="SW101"))
    told(WorkerAllocated(occurred_on=_day("2023-10-02"), worker="SW205", reason="LEFTRL"))
    return case


def dense(visits: int = 300, workers: int = 14) -> Case:
    """Return six years with very many visits, every fifth of them late, and a new worker every few months."""
    case = Case()
    case.declare(*EVERYTHING, from_="2018-01-01", until="2025-01-01")
    first, days = date(2018, 4, 2), 6 * 365
    case.add(ReferralDecided(occurred_on=first, referred_on=first, accepted=True), first.isoformat())
    for number in range(visits):
        on = first + timedelta(days=number * days // visits)
        known = on + timedelta(days=20 if number % 5 == 4 else 1)
        event = VisitRecorded(
            occurred_on=on,
            worker=f"W{number % 7}",
            child_seen="yes" if number % 4 else "no",
            seen_alone="yes" if number % 3 else "no",
        )
        case.add(event, known.isoformat())
    for number in range(visits // 2):
        on = first + timedelta(days=number * days * 2 // visits)
        mode = "group" if number % 2 else "one to one"
        case.add(SupervisionDiscussionHeld(occurred_on=on, mode=mode, worker="W1"), on.isoformat())
    for number in range(workers):
        on = first + timedelta(days=5 + number * days // workers)
        off = on + timedelta(days=days // workers - (12 if number % 3 == 0 else 0))
        case.add(WorkerAllocated(occurred_on=on, worker=f"SW10{number:02}"), on.isoformat())
        gone = WorkerDeallocated(occurred_on=off, worker=f"SW10{number:02}", started_on=on)
        case.add(gone, off.isoformat())
    return case


def hostile() -> Case:
    """Return a case whose ids and words try to become part of the page."""
    case = Case()
    script = "<script>alert('x')</script>"
    case.add(WorkerAllocated(occurred_on=_day("2024-01-08"), worker='"><img src=x>', pod="</text><b>"), "2024-01-08")
    visit = case.add(
        VisitRecorded(occurred_on=_day("2024-01-10"), worker="W&1", narrative=script, words="{{ 7 * 7 }} ]]> &amp;"),
        "2024-01-10",
        by="<i>W1</i>",
    )
    case.add(VoiceCaptured(occurred_on=_day("2024-01-11"), method="talk", words=script), "2024-01-11")
    case.add(DisputeNoted(disputes=visit, raised_by="parent", words=f"No. {script}"), "2024-01-12")
    return case


def withheld() -> Case:
    """Return a case with a restricted visit, a misfiled one, an erased entry, and one visit to be seen."""
    case = Case()
    case.declare(*EVERYTHING, from_="2024-01-01", until="2025-01-01")
    case.add(VisitRecorded(occurred_on=_day("2024-02-01"), worker="W1", narrative="To be seen."), "2024-02-01")
    secret = case.add(VisitRecorded(occurred_on=_day("2024-02-10"), worker="W7", narrative="Secret."), "2024-02-10")
    other = case.add(VisitRecorded(occurred_on=_day("2024-02-12"), worker="W8", narrative="Another's."), "2024-02-12")
    case.add(None, "2024-02-14", privacy="erased")
    case.add(EntryRestricted(restricts=secret, reason="third party"), "2024-03-01")
    case.add(EntryWithdrawn(withdraws=other, reason="misfiled"), "2024-03-05")
    case.add(EntryRestricted(restricts=other, reason="misfiled"), "2024-03-05")
    return case


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _midday(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T12:00:00").replace(tzinfo=UTC)
