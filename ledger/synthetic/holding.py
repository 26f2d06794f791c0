"""Who holds a child, as told on the child's journey: pod and worker allocated, handed over, covered, let go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.domain.events.allocation import (
    CoverArranged,
    HandoverRecorded,
    PodAllocated,
    PodAllocationEnded,
    WorkerAllocated,
    WorkerDeallocated,
)
from ledger.synthetic import words
from ledger.synthetic.staff import MANAGER

if TYPE_CHECKING:
    from ledger.synthetic.allocations import Spell
    from ledger.synthetic.practice import Held
    from ledger.synthetic.telling import Teller


def tell_holding(teller: Teller, held: Held, *, closed: bool) -> None:
    """Tell who held one case, from the pod that took it to the day it was let go."""
    if not held.spells:
        return
    first = held.spells[0]
    pod = first.worker.pod
    by = held.staff.manager(pod).id
    teller.tell(PodAllocated(occurred_on=held.stages[0].starts, pod=pod, reason="FCONTA"), by=by, prompt=True)
    before: Spell | None = None
    for spell in held.spells:
        by = held.staff.manager(spell.worker.pod).id
        if spell.worker.pod != pod:
            moved = PodAllocated(
                occurred_on=spell.starts, pod=spell.worker.pod, from_pod=pod, reason=_pod_reason(spell)
            )
            teller.tell(moved, by=by, prompt=True)
            pod = spell.worker.pod
        _tell_spell(teller, held, spell, by)
        if before is not None:
            _tell_handover(teller, before, spell)
        before = spell
    last = held.spells[-1]
    if closed and last.ends is not None:
        teller.tell(PodAllocationEnded(occurred_on=last.ends, pod=pod), by=by, prompt=True)


def _pod_reason(spell: Spell) -> str:
    return "TSPROC" if spell.reason == "TSPROC" else "OTHERS"


def _tell_spell(teller: Teller, held: Held, spell: Spell, by: str) -> None:
    worker = spell.worker
    allocated = WorkerAllocated(
        occurred_on=spell.starts, worker=worker.id, post=worker.post, pod=worker.pod, reason=spell.reason
    )
    teller.tell(allocated, by=by)
    for absence in worker.absences:
        colleagues = [w for w in held.staff.of(worker.pod, absence.starts) if w.present(absence.starts) and w != worker]
        if spell.covers(absence.starts) and worker.post != MANAGER and colleagues:
            cover = CoverArranged(
                occurred_on=absence.starts,
                absent_worker=worker.id,
                worker=min(colleagues, key=lambda w: w.id).id,
                expected_end_on=absence.ends,
            )
            teller.tell(cover, by=by)
    if spell.ends is not None:
        ended = WorkerDeallocated(occurred_on=spell.ends, worker=worker.id, started_on=spell.starts)
        teller.tell(ended, by=by, prompt=True)


def _tell_handover(teller: Teller, before: Spell, after: Spell) -> None:
    """Tell how one worker handed over to the next, where both were there to do it."""
    day = after.starts - timedelta(days=1)
    if not before.worker.present(day) and teller.random.random() < 0.6:
        return
    introduced = before.worker.present(day) and teller.random.random() < 0.8
    handed = HandoverRecorded(
        occurred_on=after.starts,
        from_worker=before.worker.id,
        to_worker=after.worker.id,
        introduced_to_child="yes" if introduced else "no",
        joint_visit="yes" if introduced else "no",
        note=words.HANDOVER if introduced else None,
    )
    teller.tell(handed, by=after.worker.id)
