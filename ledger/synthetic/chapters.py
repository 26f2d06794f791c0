"""The chapters of a case, as told on the journey: front door, assessment, need, protection, leaving care, closing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ContactReceived, ReferralDecided, ReferralReceived
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.plan import (
    CarePlanAgreed,
    ChildInNeedPlanEnded,
    ChildInNeedPlanReviewed,
    ChildInNeedPlanStarted,
    PathwayPlanAgreed,
    SteppedDown,
    SteppedUp,
)
from ledger.domain.events.safeguarding import (
    ChildProtectionPlanEnded,
    ChildProtectionPlanStarted,
    ConferenceHeld,
    CoreGroupHeld,
    Section47Completed,
    Section47Started,
    StrategyDiscussionHeld,
)
from ledger.synthetic import words
from ledger.synthetic.pathway import workday

if TYPE_CHECKING:
    from ledger.synthetic.pathway import Case, Kind, Stage
    from ledger.synthetic.practice import Held
    from ledger.synthetic.telling import Teller

FRONT_DOOR = "SW9900"
"""The worker who takes contacts for the whole authority; the pod begins with the assessment."""
CONFERENCE_CHAIR = "SW9902"
AGENCIES = ("police", "health", "education")
ORDER: dict[Kind | None, int] = {None: 0, "assessment": 1, "in need": 2, "protection": 3, "looked after": 4}
OUTCOME: dict[Kind | None, str] = {
    None: "no further action",
    "in need": "child in need plan",
    "protection": "strategy discussion",
    "looked after": "looked after",
}
STAGE: dict[Kind, str] = {
    "assessment": "assessment",
    "in need": "child in need plan",
    "protection": "child protection plan",
    "looked after": "looked after",
    "care leaver": "care leaver",
}


def tell_front_door(teller: Teller, held: Held, case: Case) -> None:
    """Tell the contact, the referral and the decision to take it on."""
    source = teller.random.choice(("2A", "3A", "6", "1A", "5A", "3C"))
    referral = "The school wrote that attendance had dropped and that the child seemed tired and hungry."
    teller.tell(
        ContactReceived(occurred_on=case.contacted, source=source, outcome="referral", worker=FRONT_DOOR),
        by=FRONT_DOOR,
        prompt=True,
    )
    teller.tell(
        ReferralReceived(occurred_on=case.referred, source=source, need="N1", worker=FRONT_DOOR, referral=referral),
        by=FRONT_DOOR,
        prompt=True,
    )
    pod = held.spells[0].worker.pod if held.spells else held.staff.pods[0].id
    by = held.staff.manager(pod).id
    teller.tell(
        ReferralDecided(
            occurred_on=case.stages[0].starts,
            referred_on=case.referred,
            accepted=True,
            outcome="assessment",
            decided_by=by,
            pod=pod,
            rationale="What is described needs to be understood with the family before anything else is decided.",
        ),
        by=by,
        prompt=True,
    )


def tell_assessment(teller: Teller, held: Held, stage: Stage, follows: Kind | None) -> None:
    """Tell an assessment, from its start to its authorisation."""
    started = AssessmentStarted(
        occurred_on=stage.starts, kind="child and family", worker=held.by(stage.starts), pod=held.pod(stage.starts)
    )
    teller.tell(started, by=held.by(stage.starts), prompt=True)
    if stage.ends is None:
        return
    outcome = OUTCOME[follows]
    authorised = AssessmentAuthorised(
        occurred_on=stage.ends,
        started_on=stage.starts,
        outcome=outcome,
        factors=tuple(teller.random.sample(("3B", "4B", "19B", "16A", "10A"), 2)) if follows else ("21",),
        child_seen="not applicable" if stage.ends < held.child.born else "yes",
        authorised_by=held.manager(stage.ends),
        worker=held.by(stage.ends),
        pod=held.pod(stage.ends),
        analysis=teller.random.choice(words.THINKING),
    )
    teller.tell(authorised, by=held.manager(stage.ends), lag=0)


def tell_in_need(teller: Teller, held: Held, stage: Stage) -> None:
    """Tell a child in need plan."""
    by = held.by(stage.starts)
    started = ChildInNeedPlanStarted(occurred_on=stage.starts, worker=by, pod=held.pod(stage.starts))
    teller.tell(started, by=by, prompt=True)
    day = workday(stage.starts + timedelta(days=84))
    while day < (stage.ends or held.until):
        reviewed = ChildInNeedPlanReviewed(
            occurred_on=day,
            started_on=stage.starts,
            outcome="plan goes on",
            worker=held.by(day),
            decisions=teller.random.choice(words.REVIEWS),
        )
        teller.tell(reviewed, by=held.by(day))
        day = workday(day + timedelta(days=teller.random.randrange(80, 110)))
    if stage.ends is not None:
        ended = ChildInNeedPlanEnded(occurred_on=stage.ends, started_on=stage.starts)
        teller.tell(ended, by=held.by(stage.ends), prompt=True)


def tell_protection(teller: Teller, held: Held, stage: Stage, *, previous: int) -> None:
    """Tell a section 47 enquiry, its conference and the child protection plan that followed."""
    by, enquiry = held.by(stage.starts), workday(stage.starts - timedelta(days=20))
    chaired = held.manager(enquiry)
    strategy = StrategyDiscussionHeld(occurred_on=enquiry, section_47=True, agencies=AGENCIES, chair=chaired)
    teller.tell(strategy, by=chaired, prompt=True)
    teller.tell(Section47Started(occurred_on=enquiry, worker=by, joint=True), by=by, prompt=True)
    completed = workday(enquiry + timedelta(days=14))
    concluded = Section47Completed(
        occurred_on=completed, started_on=enquiry, outcome="initial child protection conference", worker=by
    )
    teller.tell(concluded, by=by)
    category = teller.random.choice(("NEG", "EMO", "PHY"))
    _tell_conference(teller, held, stage.starts, "initial", category)
    started = ChildProtectionPlanStarted(
        occurred_on=stage.starts, category=category, previous_plans=previous, worker=by, pod=held.pod(stage.starts)
    )
    teller.tell(started, by=CONFERENCE_CHAIR, prompt=True)
    ends = stage.ends or held.until
    day = workday(stage.starts + timedelta(days=12))
    while day < ends:
        group = CoreGroupHeld(occurred_on=day, plan_started_on=stage.starts, agencies=AGENCIES, worker=held.by(day))
        teller.tell(group, by=held.by(day))
        day = workday(day + timedelta(days=teller.random.randrange(36, 50)))
    day = workday(stage.starts + timedelta(days=88))
    while day < ends:
        _tell_conference(teller, held, day, "review", category)
        day = workday(day + timedelta(days=178))
    if stage.ends is not None:
        ended = ChildProtectionPlanEnded(occurred_on=stage.ends, started_on=stage.starts)
        teller.tell(ended, by=CONFERENCE_CHAIR, prompt=True)


def _tell_conference(teller: Teller, held: Held, day: date, kind: str, category: str) -> None:
    conference = ConferenceHeld(
        occurred_on=day,
        kind=kind,
        quorate=True,
        participation="PN0" if held.child.age(day) < 4 else teller.random.choice(("PN1", "PN4", "PN6")),
        outcome_cp=True,
        category=category,
        chair=CONFERENCE_CHAIR,
        worker=held.by(day),
        agencies=AGENCIES,
        decisions=teller.random.choice(words.REVIEWS),
    )
    teller.tell(conference, by=CONFERENCE_CHAIR)


def tell_care_plan(teller: Teller, held: Held, stage: Stage) -> None:
    """Tell the care plan agreed when a child begins to be looked after."""
    day = workday(stage.starts + timedelta(days=8))
    if day < (stage.ends or held.until):
        agreed = CarePlanAgreed(occurred_on=day, worker=held.by(day), agreed_by=held.manager(day))
        teller.tell(agreed, by=held.by(day))


def tell_leaving(teller: Teller, held: Held, stage: Stage) -> None:
    """Tell a young person's status as a care leaver and the first pathway plan."""
    by = held.by(stage.starts)
    status = CareLeaverStatusSet(occurred_on=stage.starts, status="former relevant", adviser=by)
    teller.tell(status, by=by, prompt=True)
    day = workday(stage.starts + timedelta(days=10))
    teller.tell(PathwayPlanAgreed(occurred_on=day, worker=by, agreed_by=held.manager(day)), by=by)


def tell_step(teller: Teller, held: Held, stage: Stage, follows: Kind) -> None:
    """Tell a step up or down between two stages, and why."""
    if stage.ends is None or "care leaver" in (stage.kind, follows):
        return
    step = SteppedUp if ORDER[follows] > ORDER[stage.kind] else SteppedDown
    by = held.manager(stage.ends)
    stepped = step(
        occurred_on=stage.ends,
        from_stage=STAGE[stage.kind],
        to_stage=STAGE[follows],
        decided_by=by,
        rationale=teller.random.choice(words.DECISIONS)[1],
    )
    teller.tell(stepped, by=by)


def tell_closing(teller: Teller, held: Held, case: Case) -> None:
    """Tell the closure of a case."""
    if case.closed is None:
        return
    by = held.manager(case.closed)
    reason = "RC8" if len(case.stages) == 1 else "RC7"
    closed = CaseClosed(occurred_on=case.closed, reason=reason, decided_by=by, summary=words.CLOSING)
    teller.tell(closed, by=by, prompt=True)
