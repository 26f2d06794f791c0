"""Who holds each synthetic child, day by day: the pod that begins the assessment keeps the journey.

Mostly one worker carries a child through every stage. What breaks that is drawn from the staffing: a leaver, a long
absence with cover, a vacancy in which the pod manager holds the case, and now and then a hand-over at a stage, inside
the pod or, rarely, to another pod. The codes are those of the annual return's worker table (SW_REASON).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from ledger.synthetic.staff import MANAGER

if TYPE_CHECKING:
    from random import Random

    from ledger.synthetic.pathway import Case
    from ledger.synthetic.staff import Staff, Worker

Reason = Literal["FCONTA", "LEFTRL", "TSPROC", "CHCHAN", "PCCHAN", "MANAGE"]


@dataclass(frozen=True, slots=True)
class Spell:
    """One worker allocated to a child from `starts` until the day before `ends`; None is open."""

    worker: Worker
    starts: date
    ends: date | None
    reason: Reason

    def covers(self, on: date) -> bool:
        """Whether this is the allocated worker on a day."""
        return self.starts <= on and (self.ends is None or on < self.ends)


class Caseloads:
    """Gives children to workers, the least loaded of a pod first."""

    def __init__(self, staff: Staff, random: Random) -> None:
        self._staff, self._random = staff, random
        self._held: Counter[str] = Counter()
        self._pods: Counter[str] = Counter()

    def spells(self, case: Case, until: date, *, pod: str | None = None) -> list[Spell]:
        """Allocate one case until its closure, or `until`; `pod` keeps it with a family's pod."""
        pod = pod or min((p.id for p in self._staff.pods), key=lambda id_: (self._pods[id_], id_))
        self._pods[pod] += 1
        ends = case.closed or until
        # Some days pass between the pod and the worker: a few children wait longer for a name.
        wait = self._random.choices((0, 1, 3, 12), (55, 25, 15, 5))[0]
        starts = case.stages[0].starts + timedelta(days=wait)
        reason: Reason = "FCONTA"
        previous: Worker | None = None
        spells: list[Spell] = []
        while starts < ends:
            worker = self._choose(pod, starts, previous)
            change, next_reason = self._change(case, worker, starts, ends)
            spells.append(Spell(worker, starts, None if change >= ends and not case.closed else change, reason))
            if next_reason == "TSPROC" and self._random.random() < 0.3:
                pod = self._random.choice([p.id for p in self._staff.pods if p.id != pod])
            previous, reason, starts = worker, next_reason, change
        return spells

    def _choose(self, pod: str, on: date, previous: Worker | None) -> Worker:
        """Return the least loaded practitioner present, or the manager where nobody is."""
        free = [w for w in self._staff.of(pod, on) if w.present(on) and w != previous]
        chosen = min(free, key=lambda w: (self._held[w.id], w.id)) if free else self._staff.manager(pod)
        if len(free) <= 1 and self._random.random() < 0.5:
            chosen = self._staff.manager(pod)
        self._held[chosen.id] += 1
        return chosen

    def _change(self, case: Case, worker: Worker, starts: date, ends: date) -> tuple[date, Reason]:
        """Return the day this worker stops holding the child, and why the next one starts."""
        changes: list[tuple[date, Reason]] = [(ends, "FCONTA")]
        if worker.left is not None:
            changes.append((worker.left, "LEFTRL"))
        if worker.post == MANAGER:
            changes.append((starts + timedelta(days=self._random.randrange(21, 60)), "MANAGE"))
        for absence in worker.absences:
            if (absence.ends - absence.starts).days > 90:
                changes.append((absence.starts, "MANAGE"))
        for stage in case.stages[1:]:
            if stage.starts > starts and self._random.random() < 0.12:
                changes.append((stage.starts, "TSPROC"))
        if self._random.random() < 0.03:
            asked = starts + timedelta(days=self._random.randrange(60, 200))
            changes.append((asked, self._random.choice(("CHCHAN", "PCCHAN"))))
        return min((change for change in changes if change[0] > starts), key=lambda change: change[0])
