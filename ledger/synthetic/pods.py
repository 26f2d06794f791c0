"""The pods' and workers' own streams: formed, renamed, joined, left, away, vacant; group supervision; what workers say.

A group supervision of five children is one entry on each child's journey and one on the pod's, sharing a session id, as
the design asks; the pod's entry never says anything of a child.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.envelope import LEDGER, pod, worker
from ledger.domain.events.pod import (
    PodFormed,
    PodRenamed,
    PodVacancyFilled,
    PodVacancyOpened,
    PracticeModelChanged,
    PractitionerFeedbackReceived,
    WorkerAbsenceEnded,
    WorkerAbsenceStarted,
    WorkerJoined,
    WorkerJoinedPod,
    WorkerLeft,
    WorkerLeftPod,
)
from ledger.domain.events.supervision import GroupSupervisionHeld, SupervisionDiscussionHeld, WorkerSupervised
from ledger.synthetic import words
from ledger.synthetic.pathway import workday
from ledger.synthetic.telling import Teller

if TYPE_CHECKING:
    from random import Random

    from ledger.synthetic.practice import Held
    from ledger.synthetic.staff import Pod, Staff, Worker

PRACTICE_LEAD = "SW9903"
THEMES = ("relationships", "risk", "drift", "endings", "hope", "uncertainty", "the child's voice")


def tell_pods(staff: Staff, random: Random, opens: date, closes: date) -> list[Teller]:
    """Tell the streams of the pods and the workers."""
    tellers = [_pod(staff, one, Teller(pod(one.id), random, closes), opens, closes) for one in staff.pods]
    for person in staff.workers:
        tellers.append(_worker(staff, person, Teller(worker(person.id), random, closes), closes))
    return tellers


def tell_model(random: Random, opens: date, closes: date) -> Teller:
    """Tell the authority's own stream: how it works, from its first day. Draws nothing."""
    authority = Teller(LEDGER, random, closes)
    changed = PracticeModelChanged(occurred_on=opens, title="Pods: one team from assessment to the end of the journey")
    authority.tell(changed, by=PRACTICE_LEAD, prompt=True)
    return authority


def tell_groups(tellers: dict[str, Teller], held: dict[str, list[Held]], staff: Staff, random: Random) -> None:
    """Tell group supervision: every four weeks each pod discusses a few of the children it holds on that day.

    `tellers` are those of children by their id and of pods by theirs; `held` is each child's cases.
    """
    until = next(iter(held.values()))[0].until
    for one in staff.pods:
        day, number = workday(one.formed + timedelta(days=30)), 0
        while day < until:
            here = [child for child, cases in sorted(held.items()) if _with_pod(cases, one.id, day)]
            number += 1
            _tell_group(tellers, held, staff, one, random.sample(here, min(3, len(here))), day, number)
            day = workday(day + timedelta(days=28))


def _with_pod(cases: list[Held], pod_id: str, day: date) -> bool:
    spells = [case.spell(day) for case in cases]
    return any(spell is not None and spell.worker.pod == pod_id for spell in spells)


def _tell_group(
    tellers: dict[str, Teller],
    held: dict[str, list[Held]],
    staff: Staff,
    one: Pod,
    children: list[str],
    day: date,
    number: int,
) -> None:
    if not children:
        return
    session, manager = f"{one.id}-G{number:03}", staff.manager(one.id)
    present = tuple(w.id for w in staff.of(one.id, day) if w.present(day))
    random = tellers[one.id].random
    for child in children:
        spell = next(spell for case in held[child] if (spell := case.spell(day)) is not None)
        decision, rationale = random.choice(words.DECISIONS)
        discussion = SupervisionDiscussionHeld(
            occurred_on=day,
            mode="group",
            session_id=session,
            supervisor=manager.id,
            worker=spell.worker.id,
            attendees=present,
            pod=one.id,
            thinking=random.choice(words.THINKING),
            decision=decision,
            rationale=rationale,
            decision_recorded=True,
        )
        tellers[child].tell(discussion, by=manager.id, lag=1)
    group = GroupSupervisionHeld(
        occurred_on=day,
        session_id=session,
        facilitator=manager.id,
        attendees=present,
        themes=tuple(sorted(random.sample(THEMES, 2))),
        children_discussed=len(children),
    )
    tellers[one.id].tell(group, by=manager.id, lag=1)


def _pod(staff: Staff, one: Pod, teller: Teller, opens: date, closes: date) -> Teller:
    manager = staff.manager(one.id).id
    formed = PodFormed(occurred_on=one.formed, pod=one.id, pod_name=f"{one.name} (synthetic)", manager=manager)
    teller.tell(formed, by=PRACTICE_LEAD, prompt=True)
    for person in [w for w in staff.workers if w.pod == one.id]:
        joined = WorkerJoinedPod(occurred_on=person.joined, worker=person.id, pod=one.id, role=person.post, fte=1.0)
        teller.tell(joined, by=manager, prompt=True)
        if person.left is not None:
            left = WorkerLeftPod(occurred_on=person.left, worker=person.id, pod=one.id, started_on=person.joined)
            teller.tell(left, by=manager, prompt=True)
    for gap in [v for v in staff.vacancies if v.pod == one.id]:
        opened = PodVacancyOpened(occurred_on=gap.opened, pod=one.id, post=gap.post, fte=1.0)
        teller.tell(opened, by=manager, prompt=True)
        if gap.filled < closes:
            filled = PodVacancyFilled(occurred_on=gap.filled, pod=one.id, post=gap.post, started_on=gap.opened)
            teller.tell(filled, by=manager, prompt=True)
    if one.renamed_on is not None and one.new_name is not None:
        renamed = PodRenamed(occurred_on=one.renamed_on, pod=one.id, pod_name=f"{one.new_name} (synthetic)")
        teller.tell(renamed, by=PRACTICE_LEAD, prompt=True)
    for year in range(opens.year + 1, closes.year + 1):
        said = PractitionerFeedbackReceived(
            occurred_on=date(year, 2, 10),
            instrument="survey",
            theme="relationships",
            score=float(teller.random.choice((3, 4, 4, 5))),
            pod=one.id,
            words="I can think here.",
        )
        teller.tell(said, by=PRACTICE_LEAD)
    return teller


def _worker(staff: Staff, person: Worker, teller: Teller, closes: date) -> Teller:
    manager = staff.manager(person.pod).id
    joined = WorkerJoined(
        occurred_on=person.joined,
        worker=person.id,
        post=person.post,
        fte=1.0,
        agency=person.agency,
        worker_name=f"Synthetic Worker {person.id}",
    )
    teller.tell(joined, by=manager, prompt=True)
    for away in person.absences:
        started = WorkerAbsenceStarted(
            occurred_on=away.starts, worker=person.id, kind=away.reason, expected_end_on=away.ends
        )
        teller.tell(started, by=manager, prompt=True)
        if away.ends < closes:
            ended = WorkerAbsenceEnded(occurred_on=away.ends, worker=person.id, started_on=away.starts)
            teller.tell(ended, by=manager, prompt=True)
    if person.left is not None:
        left = WorkerLeft(occurred_on=person.left, worker=person.id, started_on=person.joined)
        teller.tell(left, by=manager, prompt=True)
    day = workday(person.joined + timedelta(days=21))
    while day < (person.left or closes) and person.id != manager:
        if person.present(day):
            supervised = WorkerSupervised(
                occurred_on=day,
                supervisor=manager,
                mode="one to one",
                reflection="What I carry home, and what I leave.",
            )
            teller.tell(supervised, by=manager)
        day = workday(day + timedelta(days=teller.random.randrange(35, 60)))
    return teller
