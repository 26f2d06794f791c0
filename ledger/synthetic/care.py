"""Being looked after, as told on the journey: episodes, reviews, health, education, missing, the annual report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.events.care import (
    AnnualHealthAndOutcomesReported,
    CareEpisodeEnded,
    CareEpisodeStarted,
    HealthAssessmentDone,
    LookedAfterReviewHeld,
    MissingEnded,
    MissingStarted,
    PersonalEducationPlanHeld,
    ReturnInterviewHeld,
    ReturnInterviewOffered,
)
from ledger.synthetic import words
from ledger.synthetic.pathway import ADULT, workday

if TYPE_CHECKING:
    from ledger.synthetic.pathway import Stage
    from ledger.synthetic.practice import Held
    from ledger.synthetic.telling import Teller

REVIEWING_OFFICER = "SW9901"
"""One reviewing officer for the whole authority: never a change of worker."""

PLACEMENTS = (("U6", "PR1"), ("U6", "PR1"), ("U4", "PR1"), ("U1", "PR1"), ("K2", "PR4"), ("P1", "PR0"))
"""Placements with their providers: foster care, with friends or relatives, a children's home, with parents."""

SLIPS = (0, 0, 0, 0, 21)
"""Days by which a review is held after it was due."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the child lived from `starts`, and with whom it was provided."""

    starts: date
    kind: str
    provider: str


def tell_care(teller: Teller, held: Held, stage: Stage) -> None:
    """Tell one period of care."""
    ends = stage.ends or held.until
    _tell_episodes(teller, held, stage, ends)
    _tell_reviews(teller, held, stage, ends)
    _tell_health_and_education(teller, held, stage, ends)
    if 11 <= held.child.age(stage.starts) < ADULT and teller.random.random() < 0.4:
        _tell_missing(teller, held, stage, ends)


def _tell_episodes(teller: Teller, held: Held, stage: Stage, ends: date) -> None:
    random = teller.random
    by = held.by(stage.starts)
    places = [Placement(stage.starts, *random.choice(PLACEMENTS[:-1]))]
    while random.random() < 0.35:
        moves = workday(places[-1].starts + timedelta(days=random.randrange(40, 300)))
        if moves >= ends:
            break
        places.append(Placement(moves, *random.choice([p for p in PLACEMENTS if p[0] != places[-1].kind])))
    status = random.choice(("V2", "C1", "C1"))
    for number, place in enumerate(places):
        started = CareEpisodeStarted(
            occurred_on=place.starts,
            reason="P" if number else "S",
            legal_status=status,
            need="N1",
            placement=place.kind,
            provider=place.provider,
        )
        teller.tell(started, by=by, prompt=True)
        following = places[number + 1].starts if number + 1 < len(places) else ends
        if following < held.until:
            last = number + 1 == len(places)
            ended = CareEpisodeEnded(
                occurred_on=following,
                started_on=place.starts,
                reason=_end_reason(held, following) if last else "X1",
                change_reason=None if last else random.choice(("CARPL", "STAND", "CREQB")),
            )
            teller.tell(ended, by=by, prompt=True)


def _end_reason(held: Held, ends: date) -> str:
    """Return E7 at eighteen, else E4A: home to parents."""
    return "E7" if held.child.age(ends) >= ADULT else "E4A"


def _tell_reviews(teller: Teller, held: Held, stage: Stage, ends: date) -> None:
    day, due = workday(stage.starts + timedelta(days=26)), 91
    held_on = workday(day + timedelta(days=teller.random.choice(SLIPS)))
    while held_on < ends:
        young = held.child.age(held_on) < 4
        review = LookedAfterReviewHeld(
            occurred_on=held_on,
            participation="PN0" if young else teller.random.choice(("PN1", "PN1", "PN2", "PN5")),
            reviewing_officer=REVIEWING_OFFICER,
            due_on=day,
            decisions=teller.random.choice(words.REVIEWS),
        )
        teller.tell(review, by=REVIEWING_OFFICER)
        day, due = workday(held_on + timedelta(days=due)), 182
        held_on = workday(day + timedelta(days=teller.random.choice(SLIPS)))
    _tell_expected_review(teller, stage, day)


def _tell_expected_review(teller: Teller, stage: Stage, day: date) -> None:
    """Tell the next review of a child still looked after, entered in advance as some do: it has not been held."""
    if stage.ends is None and day > teller.closes:
        expected = LookedAfterReviewHeld(occurred_on=day, reviewing_officer=REVIEWING_OFFICER, due_on=day)
        teller.tell(expected, by=REVIEWING_OFFICER, lag=-((day - teller.closes).days + 20))


def _tell_health_and_education(teller: Teller, held: Held, stage: Stage, ends: date) -> None:
    day, kind = workday(stage.starts + timedelta(days=24)), "initial"
    while day < ends:
        teller.tell(HealthAssessmentDone(occurred_on=day, kind=kind), by=held.by(day))
        if held.child.age(day) >= 4:
            plan = PersonalEducationPlanHeld(occurred_on=day, child_took_part=teller.random.choice(("yes", "no")))
            teller.tell(plan, by=held.by(day))
        day, kind = workday(day + timedelta(days=182 if held.child.age(day) < 5 else 365)), "review"
    for year in range(stage.starts.year, ends.year + 1):
        if stage.starts <= date(year - 1, 3, 31) and date(year, 3, 31) < ends:
            report = AnnualHealthAndOutcomesReported(
                occurred_on=date(year, 3, 31),
                reporting_year=year,
                sdq_score=teller.random.randrange(4, 28) if 4 <= held.child.age(date(year, 3, 31)) <= 16 else None,
                health_check=None,
                immunisations=True,
                teeth_check=teller.random.random() < 0.9,
                health_assessment=True,
                convicted=False,
                substance_misuse=False,
            )
            teller.tell(report, by=held.by(date(year, 3, 31)))


def _tell_missing(teller: Teller, held: Held, stage: Stage, ends: date) -> None:
    day = stage.starts + timedelta(days=teller.random.randrange(30, 200))
    back = day + timedelta(days=teller.random.choice((1, 1, 2, 5)))
    if back + timedelta(days=4) >= ends:
        return
    by = held.by(day)
    teller.tell(MissingStarted(occurred_on=day, kind="M"), by=by, prompt=True)
    teller.tell(MissingEnded(occurred_on=back, kind="M", started_on=day), by=by, prompt=True)
    accepted = teller.random.random() < 0.7
    offered = ReturnInterviewOffered(
        occurred_on=back + timedelta(days=1), answer="yes" if accepted else "no", missing_started_on=day
    )
    teller.tell(offered, by=by)
    if accepted:
        spoke = ReturnInterviewHeld(
            occurred_on=back + timedelta(days=3), missing_started_on=day, words=teller.random.choice(words.CHILD_WORDS)
        )
        teller.tell(spoke, by=by)
