"""The pods of a synthetic authority and who works in them: joiners, leavers, agency, absences, a pod renamed.

A plan, not events: pure data drawn from one random generator, so that the same seed gives the same people for ever.
Periods are half-open. A pod is a manager, a senior and several social workers; a leaver is replaced after a vacancy of
some weeks, in which the manager may hold cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

POD_NAMES = ("Alder", "Birch", "Cedar", "Damson", "Elder", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Lime", "Maple")
MANAGER, SENIOR, SOCIAL_WORKER = "pod manager", "senior social worker", "social worker"
PRACTICE_POSTS = (SENIOR, SOCIAL_WORKER, SOCIAL_WORKER, SOCIAL_WORKER)
TURNOVER = 0.13
"""Share of practitioners who leave in a year."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A worker away from `starts` until the day before `ends`."""

    starts: date
    ends: date
    reason: str


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker of one pod, in post from `joined` until the day before `left`."""

    id: str
    pod: str
    post: str
    joined: date
    left: date | None = None
    agency: bool = False
    absences: tuple[Absence, ...] = ()

    def in_post(self, on: date) -> bool:
        """Whether the worker is employed on this day."""
        return self.joined <= on and (self.left is None or on < self.left)

    def absence(self, on: date) -> Absence | None:
        """Return the absence that covers this day, if any."""
        return next((a for a in self.absences if a.starts <= on < a.ends), None)

    def present(self, on: date) -> bool:
        """Whether the worker is in post and not away on this day."""
        return self.in_post(on) and self.absence(on) is None


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod; `renamed_on` is the day from which it bears its second name: it is the same pod."""

    id: str
    name: str
    formed: date
    renamed_on: date | None = None
    new_name: str | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post left empty from `opened` until the day before `filled`."""

    pod: str
    post: str
    opened: date
    filled: date


@dataclass(slots=True)
class Staff:
    """All pods, workers and vacancies of the authority over its whole time; `mark` stands in every id."""

    mark: str = ""
    pods: list[Pod] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    vacancies: list[Vacancy] = field(default_factory=list)

    def of(self, pod: str, on: date) -> list[Worker]:
        """Return the practitioners of a pod in post on a day, its manager left out."""
        return [w for w in self.workers if w.pod == pod and w.in_post(on) and w.post != MANAGER]

    def manager(self, pod: str) -> Worker:
        """Return the manager of a pod, who stays throughout."""
        return next(w for w in self.workers if w.pod == pod and w.post == MANAGER)

    def worker(self, id_: str) -> Worker:
        """Return a worker by id."""
        return next(w for w in self.workers if w.id == id_)


def draw_staff(random: Random, *, children: int, opens: date, closes: date, mark: str = "") -> Staff:
    """Draw the pods and workers that `children` cases from `opens` until `closes` need; `mark` stands in their ids."""
    staff = Staff(mark=mark)
    count = min(len(POD_NAMES), max(2, children // 20))
    for number, name in enumerate(POD_NAMES[:count], start=1):
        pod = f"POD-{mark}{number:02}"
        renamed = opens + (closes - opens) / 2 if number == 2 else None
        staff.pods.append(Pod(pod, name, opens, renamed, "Bramble" if renamed else None))
        staff.workers.append(Worker(_next_id(staff), pod, MANAGER, opens))
        for post in PRACTICE_POSTS:
            _fill(random, staff, pod, post, opens, closes)
    return staff


def _fill(random: Random, staff: Staff, pod: str, post: str, opens: date, closes: date) -> None:
    """Fill one post for the whole time: a worker, and after each leaver a vacancy and the next."""
    joined = opens
    while joined < closes:
        stay = timedelta(days=int(random.expovariate(TURNOVER) * 365) + 90)
        left = joined + stay if joined + stay < closes else None
        agency = joined > opens and random.random() < 0.3
        away = _absences(random, joined, left or closes)
        staff.workers.append(Worker(_next_id(staff), pod, post, joined, left, agency, away))
        if left is None:
            return
        joined = left + timedelta(days=random.randrange(14, 90))
        staff.vacancies.append(Vacancy(pod, post, left, min(joined, closes)))


def _absences(random: Random, joined: date, left: date) -> tuple[Absence, ...]:
    """Draw at most one long absence, inside the time in post."""
    length = timedelta(days=random.choice((28, 42, 60, 180)))
    if random.random() > 0.3 or left - joined < length + timedelta(days=120):
        return ()
    starts = joined + timedelta(days=random.randrange(60, (left - joined - length).days - 30))
    reason = "MAT" if length.days > 100 else random.choice(("SIC", "SIC", "TRN"))
    return (Absence(starts, starts + length, reason),)


def _next_id(staff: Staff) -> str:
    return f"SW{staff.mark}{9000 + len(staff.workers) + 1}"
