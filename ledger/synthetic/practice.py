"""The rhythm of practice with one child: visits, supervision, decisions, outcomes, from the first day to the last.

The allocated worker visits; a colleague of the pod does where the worker is away, and now and then anyway. A new worker
is brought along by the one before where the hand-over was a good one. Group supervision is told elsewhere, pod by pod.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.events.outcome import OutcomeMeasured, OutcomeNotMeasured
from ledger.domain.events.supervision import ManagementDecisionRecorded, SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.synthetic import words
from ledger.synthetic.pathway import workday
from ledger.synthetic.staff import MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from ledger.synthetic.allocations import Spell
    from ledger.synthetic.pathway import Child, Kind, Stage
    from ledger.synthetic.staff import Staff, Worker
    from ledger.synthetic.telling import Teller

EVERY: dict[Kind, int] = {"assessment": 9, "in need": 25, "protection": 12, "looked after": 36, "care leaver": 56}
"""Days between visits, about."""

PURPOSE: dict[Kind, str] = {
    "assessment": "assessment",
    "in need": "child in need",
    "protection": "child protection",
    "looked after": "looked after",
    "care leaver": "care leaver",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A child with the stages and the workers of one case: what the rhythm is drawn from."""

    child: Child
    stages: tuple[Stage, ...]
    spells: list[Spell]
    staff: Staff
    until: date

    def spell(self, on: date) -> Spell | None:
        """Return who is allocated on a day."""
        return next((spell for spell in self.spells if spell.covers(on)), None)

    def by(self, on: date) -> str:
        """Return who writes on a day: the allocated worker, or the pod manager while nobody is."""
        spell = self.spell(on) or self.spell(on - timedelta(days=1))
        return spell.worker.id if spell is not None else self.manager(on)

    def pod(self, on: date) -> str:
        """Return the pod that holds the child on a day."""
        spell = self.spell(on) or (self.spells[0] if self.spells else None)
        return spell.worker.pod if spell is not None else self.staff.pods[0].id

    def manager(self, on: date) -> str:
        """Return the manager of the pod that holds the child on a day."""
        return self.staff.manager(self.pod(on)).id


def tell_practice(teller: Teller, held: Held) -> None:
    """Tell the visits, supervision, decisions and outcomes of one case."""
    for stage in held.stages:
        ends = stage.ends or held.until
        for day in _days(teller.random, stage.starts + timedelta(days=2), ends, EVERY[stage.kind]):
            _visit(teller, held, stage, day)
        for day in _days(teller.random, stage.starts + timedelta(days=14), ends, 42):
            _supervise(teller, held, day)
        if stage.kind in ("protection", "looked after", "in need"):
            for day in _days(teller.random, stage.starts + timedelta(days=30), ends, 180):
                _measure(teller, held, day)


def _days(random: Random, starts: date, ends: date, every: int) -> Iterator[date]:
    """Yield working days from `starts`, about `every` days apart, before `ends`."""
    day = workday(starts)
    while day < ends:
        yield day
        day = workday(day + timedelta(days=max(2, round(random.gauss(every, every / 6)))))


def _visit(teller: Teller, held: Held, stage: Stage, day: date) -> None:
    spell = held.spell(day)
    if spell is None:
        return
    random = teller.random
    visitor = _visitor(random, held, spell, day)
    if random.random() < 0.05:
        reason = "Nobody was at home; a note was left."
        teller.tell(
            VisitAttempted(
                occurred_on=day, worker=visitor.id, pod=visitor.pod, purpose=PURPOSE[stage.kind], reason=reason
            ),
            by=visitor.id,
        )
        return
    unborn = day < held.child.born
    alone = "not appropriate" if unborn or held.child.age(day) < 3 else random.choice(("yes", "yes", "yes", "no"))
    before = held.spells[held.spells.index(spell) - 1].worker if held.spells.index(spell) else None
    together = before is not None and before.present(day) and (day - spell.starts).days < 14 and visitor == spell.worker
    teller.tell(
        VisitRecorded(
            occurred_on=day,
            worker=visitor.id,
            pod=visitor.pod,
            accompanied_by=(before.id,) if together and before is not None else None,
            purpose=PURPOSE[stage.kind],
            method="virtual" if random.random() < 0.04 else "face to face",
            child_seen="not applicable" if unborn else ("no" if random.random() < 0.05 else "yes"),
            seen_alone=alone,
            words=None if unborn or held.child.age(day) < 3 else random.choice(words.CHILD_WORDS),
            narrative=random.choice(words.VISITS),
        ),
        by=visitor.id,
    )


def _visitor(random: Random, held: Held, spell: Spell, day: date) -> Worker:
    """Return who visits: the allocated worker, or a colleague of the pod."""
    colleagues = [w for w in held.staff.of(spell.worker.pod, day) if w.present(day) and w != spell.worker]
    away = not spell.worker.present(day)
    if colleagues and (away or random.random() < 0.1):
        # Cover is one colleague for the whole absence, so that the child meets one new face and not five.
        return min(colleagues, key=lambda w: w.id) if away else random.choice(colleagues)
    return spell.worker if not away else held.staff.manager(spell.worker.pod)


def _supervise(teller: Teller, held: Held, day: date) -> None:
    spell = held.spell(day)
    if spell is None or spell.worker.post == MANAGER or not spell.worker.present(day):
        return
    manager = held.staff.manager(spell.worker.pod)
    decision, rationale = teller.random.choice(words.DECISIONS)
    decided = teller.random.random() < 0.7
    teller.tell(
        SupervisionDiscussionHeld(
            occurred_on=day,
            mode="one to one",
            supervisor=manager.id,
            worker=spell.worker.id,
            pod=manager.pod,
            thinking=teller.random.choice(words.THINKING),
            decision=decision if decided else None,
            rationale=rationale if decided else None,
            decision_recorded=decided,
            owner=spell.worker.id if decided else None,
            due_on=day + timedelta(days=28) if decided else None,
        ),
        by=manager.id,
    )
    if decided and teller.random.random() < 0.25:
        teller.tell(
            ManagementDecisionRecorded(occurred_on=day, decided_by=manager.id, decision=decision, rationale=rationale),
            by=manager.id,
        )


def _measure(teller: Teller, held: Held, day: date) -> None:
    spell = held.spell(day)
    if spell is None or not 4 <= held.child.age(day) <= 16:
        return
    by = spell.worker.id
    if teller.random.random() < 0.15:
        teller.tell(OutcomeNotMeasured(occurred_on=day, instrument="SDQ", reason="declined"), by=by)
        return
    score = float(min(40, max(0, round(teller.random.gauss(15, 6)))))
    teller.tell(
        OutcomeMeasured(occurred_on=day, instrument="SDQ", scale="total", score=score, completed_by="carer", worker=by),
        by=by,
    )
