"""One Story and the voices in it: what was written to the child, what the child and family said back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.events.story import StoryEntryWritten, StoryShared
from ledger.domain.events.voice import (
    AdvocateOffered,
    ComplaintReceived,
    ComplaintResolved,
    ComplimentReceived,
    FamilyFeedbackReceived,
    FeedbackInvited,
    VoiceCaptured,
)
from ledger.synthetic import words
from ledger.synthetic.pathway import workday

if TYPE_CHECKING:
    from ledger.synthetic.pathway import Kind
    from ledger.synthetic.practice import Held
    from ledger.synthetic.telling import Teller

PURPOSES: dict[Kind, str] = {
    "assessment": "assessment",
    "in need": "plan",
    "protection": "plan",
    "looked after": "visit",
    "care leaver": "review",
}


def tell_story(teller: Teller, held: Held) -> None:
    """Tell the story entries of one case, about one a quarter, and what was said back."""
    for stage in held.stages:
        ends = stage.ends or held.until
        day = workday(stage.starts + timedelta(days=20))
        while day < ends:
            _tell_entry(teller, held, day, PURPOSES[stage.kind])
            day = workday(day + timedelta(days=teller.random.randrange(70, 110)))
        offered = workday(stage.starts + timedelta(days=10))
        if stage.kind in ("protection", "looked after") and offered < ends and held.child.age(offered) >= 5:
            answer = teller.random.choice(("yes", "no"))
            by = held.by(offered)
            teller.tell(AdvocateOffered(occurred_on=offered, answer=answer, worker=by), by=by)
    if len(held.stages) > 1:
        _tell_feedback(teller, held)


def _tell_entry(teller: Teller, held: Held, day: date, purpose: str) -> None:
    by, random = held.by(day), teller.random
    older = held.child.age(day) >= 5
    teller.tell(
        StoryEntryWritten(
            occurred_on=day,
            purpose=purpose,
            addressed_to="child",
            worker=by,
            pod=held.pod(day),
            body=random.choice(words.STORY),
            voice_of_child=random.choice(words.CHILD_WORDS) if older else None,
        ),
        by=by,
    )
    if older and random.random() < 0.5:
        spoken = VoiceCaptured(
            occurred_on=day,
            method="conversation",
            worker=by,
            worries_explained=random.choice(("yes", "yes", "no")),
            story_understood=random.choice(("yes", "yes", "no")),
            words=random.choice(words.CHILD_WORDS),
        )
        teller.tell(spoken, by=by)
    if random.random() < 0.4:
        read = workday(day + timedelta(days=7))
        shared = StoryShared(occurred_on=read, shared_with="child" if older else "parent", worker=by, agreed="agreed")
        teller.tell(shared, by=by)


def _tell_feedback(teller: Teller, held: Held) -> None:
    """Tell whether a parent was asked and answered; now and then a compliment, more seldom a complaint."""
    random, day = teller.random, workday(held.stages[1].starts + timedelta(days=45))
    by, pod = held.by(day), held.pod(day)
    invited = FeedbackInvited(occurred_on=day, instrument="survey", respondent="parent", worker=by, pod=pod)
    teller.tell(invited, by=by)
    answered = workday(day + timedelta(days=random.randrange(5, 30)))
    if random.random() < 0.4:
        feedback = FamilyFeedbackReceived(
            occurred_on=answered,
            instrument="survey",
            respondent="parent",
            score=float(random.choice((2, 3, 4, 4, 5))),
            consent="may be counted only",
            pod=pod,
        )
        teller.tell(feedback, by=by)
    if random.random() < 0.15:
        praise = ComplimentReceived(
            occurred_on=answered, raised_by="parent", about_worker=by, words="She does what she says she will do."
        )
        teller.tell(praise, by=held.manager(day))
    if random.random() < 0.08:
        complaint = ComplaintReceived(
            occurred_on=answered, raised_by="parent", stage="1", about_pod=pod, words="Nobody rang me back."
        )
        teller.tell(complaint, by=held.manager(day))
        resolved = ComplaintResolved(
            occurred_on=workday(answered + timedelta(days=12)),
            received_on=answered,
            stage="1",
            outcome="partly upheld",
            findings="Two messages were not passed on; the pod now shares one number.",
        )
        teller.tell(resolved, by=held.manager(day))
