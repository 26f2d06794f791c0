"""Slow references for stages and the boundaries between them: day by day, plain tuples, from the definitions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tests.projections.slow_allocations import DAY, Care, Held, Line, looked_after

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = (
    "looked after",
    "child protection plan",
    "child in need plan",
    "assessment",
    "referral",
    "early help",
    "care leaver",
)
"""From the highest down; a care leaver is one who holds no higher stage."""
FORTNIGHT = timedelta(days=14)


class Span(NamedTuple):
    """A plan, an assessment, a case or early help: from its start until its end, if it has one. `order`: as entered."""

    started: date
    ended: date | None = None
    order: int = 0


class Closure(NamedTuple):
    """A day on which the case was closed."""

    on: date
    order: int = 0


class Case(NamedTuple):
    """What is in force of one child, as far as stages need it. `care` holds days looked after, short breaks marked."""

    care: list[Care]
    protection: list[Span]
    need: list[Span]
    assessments: list[Span]
    cases: list[Span]
    early_help: list[Span]
    leaver_since: list[Span]
    closures: list[Closure]


def running(spans: list[Span], closures: list[Closure], on: date) -> bool:
    """Whether one of the spans was running: a closure after its start ends it, one on that day if entered later."""
    return any(
        s.started <= on
        and (s.ended is None or s.ended > on)
        and not any((s.started, s.order) < (c.on, c.order) and c.on <= on for c in closures)
        for s in spans
    )


def stage(case: Case, on: date) -> str:
    """The highest stage open on this day; `closed` where there is none."""
    cut = case.closures
    has = {
        "looked after": looked_after(case.care, on),
        "child protection plan": running(case.protection, cut, on),
        "child in need plan": running(case.need, cut, on),
        "assessment": running(case.assessments, cut, on),
        "referral": running(case.cases, cut, on),
        "early help": running(case.early_help, cut, on),
        "care leaver": running(case.leaver_since, cut, on),
    }
    return next((name for name in ORDER if has[name]), "closed")


class Boundary(NamedTuple):
    """A stage entered, after merging: from which (None: not known), into which, and on which day the last began."""

    on: date
    from_stage: str | None
    to_stage: str
    kind: str
    before: date
    """The day whose allocated worker is compared with that of a fortnight after."""


def boundaries(
    stages: dict[date, str], vague: set[date], referrals_told_before: Callable[[date], bool]
) -> list[Boundary]:
    """Merge stages entered within 14 days of the first of them; what ends where it began is no boundary.

    `stages` holds a stage for every day in order, `vague` the days on which care is only known to have begun earlier.
    """
    entered = []
    for on, now in stages.items():
        before = stages.get(on - DAY, "closed")
        if now in (before, "closed") or (now == "looked after" and before == "closed" and on in vague):
            continue
        entered.append((on, before, now))
    merged: list[list[tuple[date, str, str]]] = []
    for crossing in entered:
        if merged and crossing[0] - merged[-1][0][0] <= FORTNIGHT:
            merged[-1].append(crossing)
        else:
            merged.append([crossing])
    found = []
    for group in merged:
        first, from_stage, to_stage, on = group[0][0], group[0][1], group[-1][2], group[-1][0]
        open_before = [day for day, name in stages.items() if day < first and name != "closed"]
        known_stage = from_stage if from_stage != "closed" or referrals_told_before(first) else None
        if known_stage == to_stage:
            continue
        again = known_stage == "closed" and open_before
        day = open_before[-1] if again else on - FORTNIGHT - DAY
        found.append(Boundary(on, known_stage, to_stage, kind(known_stage, to_stage, bool(again)), day))
    return found


def kind(from_stage: str | None, to_stage: str, again: bool) -> str:
    """What sort of boundary it is."""
    if from_stage is None:
        return "stage before not known"
    if from_stage == "closed":
        return "re-referral" if again else "opening"
    if from_stage in ("early help", "referral") and to_stage in ("referral", "assessment"):
        return "front door"
    if to_stage == "care leaver":
        return "leaving care"
    return "step up" if ORDER.index(to_stage) < ORDER.index(from_stage) else "step down"


class Kept(NamedTuple):
    """What a boundary's row says of who was kept."""

    kept: str
    from_worker: str | None
    to_worker: str | None
    changed_on: date | None
    reason: str | None


def kept(
    people: Line,
    advisers: Line,
    boundary: Boundary,
    pods: tuple[str | None, str | None],
    supplied: Callable[[date], bool],
) -> Kept:
    """Who was kept across a boundary whose fortnight is over. `people` holds every day from the first on."""
    to_day = boundary.on + FORTNIGHT
    before, after = people.get(boundary.before), people[to_day]
    if before is None and boundary.from_stage == "care leaver":
        before = advisers.get(boundary.before)
    adviser_after = after is None and boundary.to_stage == "care leaver"
    if adviser_after:
        after = advisers[to_day]
    ever = any(h is not None for on, h in people.items() if on <= boundary.before)
    between = {h.worker for on, h in people.items() if boundary.before <= on <= to_day and h is not None} - (
        {before.worker} if before else set()
    )
    answer = _kept(boundary, before, after, ever, between, pods, supplied)
    told = Kept(answer, before.worker if before else None, after.worker if after else None, None, None)
    if answer in ("worker", "not known") and not (answer == "not known" and before and after):
        return told
    if after is None:
        last = [on for on, h in people.items() if on <= to_day and h is not None]
        return told._replace(changed_on=last[-1] + DAY if last else None)
    days = advisers if adviser_after else people
    first = to_day
    while (h := days.get(first - DAY)) is not None and h.worker == after.worker:
        first -= DAY
    began = days[first]
    assert began is not None
    return told._replace(changed_on=first, reason=began.reason if began.started == first else None)


def _kept(
    boundary: Boundary,
    before: Held | None,
    after: Held | None,
    ever: bool,
    between: set[str],
    pods: tuple[str | None, str | None],
    supplied: Callable[[date], bool],
) -> str:
    if before is None and not ever and boundary.kind != "opening" and not supplied(boundary.before):
        return "not known"
    if after is None and not supplied(boundary.on + FORTNIGHT):
        return "not known"
    if before is None and not ever:
        return "first allocation"
    if before is None and not supplied(boundary.before):
        return "not known"
    if before is None or after is None:
        return "unallocated"
    if before.worker == after.worker and not between:
        return "worker"
    if None in pods:
        return "not known"
    return "pod" if pods[0] == pods[1] else "neither"
