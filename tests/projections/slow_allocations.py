"""Slow references for the measures made from allocations: day by day, plain tuples, straight from the definitions.

Nothing here knows SQL, a ledger or a view: each function takes what is in force and returns exact numbers. A period
is half-open; `ended` None is open. `order` breaks ties between periods that began on one day: the later entry wins.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

DAY = timedelta(days=1)
MANAGERS = {"pod manager", "team manager", "service manager", "head of service", "director"}
SOCIAL_WORKERS = {"social worker", "senior social worker", "newly qualified social worker"}


class Held(NamedTuple):
    """One worker's allocation to one child."""

    worker: str
    started: date | None
    ended: date | None = None
    reason: str | None = None
    role: str = "allocated"
    pod: str | None = None
    post: str | None = None
    order: int = 0
    by_return: bool = False


class Care(NamedTuple):
    """One care episode of one child."""

    started: date
    ended: date | None = None
    legal_status: str = "C2"


def days(from_: date, until: date) -> list[date]:
    """Return every day of [from_, until)."""
    return [from_ + DAY * n for n in range((until - from_).days)]


def year_before(on: date) -> date:
    """Return the same day one year earlier (28 February for 29 February)."""
    return on.replace(year=on.year - 1, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)


def looked_after(care: list[Care], on: date) -> bool:
    """Whether some episode other than short breaks was open at the end of this day."""
    return any(
        c.started <= on and (c.ended is None or c.ended > on) and c.legal_status not in ("V3", "V4") for c in care
    )


# --- dfe-social-workers -------------------------------------------------------------------------------------------


def distinct_workers(held: list[Held], from_: date, until: date) -> set[str]:
    """Workers on allocated episodes that touch the closed year: a worker held on its first day counts."""
    last = until - DAY
    return {
        h.worker
        for h in held
        if h.role == "allocated"
        and h.started is not None
        and h.started <= last
        and (h.ended is None or h.ended >= from_)
    }


def only_absence_cover(held: list[Held], from_: date, until: date) -> set[str]:
    """Those of the distinct workers who held the child in the year on episodes of reason ABSENC only."""
    counted = distinct_workers(held, from_, until)
    others = distinct_workers([h for h in held if h.reason != "ABSENC"], from_, until)
    return counted - others


def band(workers: int) -> str:
    """Return the published band of a positive count."""
    return "3+" if workers >= 3 else str(workers)


# --- commissioner-changes -----------------------------------------------------------------------------------------


class Changes(NamedTuple):
    """What the cleaning left of one child, and what it dropped; `changes` None: the child itself was dropped."""

    changes: int | None
    without_team: int | None
    duplicates: int
    no_start: int
    no_worker: int
    nested: int


def changes_of_worker(held: list[Held], from_: date, until: date, placeholders: frozenset[str]) -> Changes:
    """Apply the published cleaning rules in their order, then count starts of another worker inside the year."""
    history = year_before(from_)
    mine = [h for h in held if h.role == "allocated"]
    unique, seen, duplicates = [], set(), 0
    for h in sorted(mine, key=lambda h: h.order):
        key = (h.worker, h.started, h.ended)
        if h.started is not None and not touches(h, history, until):
            continue
        if key in seen:
            duplicates += 1
            continue
        seen.add(key)
        unique.append(h)
    dated = [h for h in unique if h.started is not None]
    named = [h for h in dated if meaningful(h.worker, placeholders)]
    open_at_end = any(h.ended is None or h.ended >= until for h in named)
    kept = [h for h in named if not any(inside(h, other) for other in named)]
    dropped = (duplicates, len(unique) - len(dated), len(dated) - len(named), len(named) - len(kept))
    if not open_at_end:
        return Changes(None, None, *dropped)
    kept.sort(key=lambda h: (h.started, h.order))
    found = [after for before, after in pairwise(kept) if from_ <= after.started and before.worker != after.worker]
    return Changes(len(found), sum(h.reason not in ("TSPROC", "ORGRST") for h in found), *dropped)


def touches(h: Held, from_: date, until: date) -> bool:
    """Whether the allocation began in, or was in force on some day of, [from_, until)."""
    return h.started < until and (h.ended is None or h.ended > from_ or h.started >= from_)


def meaningful(worker: str, placeholders: frozenset[str]) -> bool:
    """Whether the id says who it was: not a listed placeholder, and not begun with a sign."""
    return worker not in placeholders and worker[:1].isalnum()


def inside(h: Held, other: Held) -> bool:
    """Whether `h` lies wholly inside `other`; of two equal periods the later entry lies inside the earlier."""
    if h is other:
        return False
    far = date.max
    h_end, other_end = h.ended or far, other.ended or far
    if not (other.started <= h.started < other_end and h_end <= other_end):
        return False
    same = h.started == other.started and h_end == other_end
    return other.order < h.order if same else True


# --- the allocated worker, day by day -----------------------------------------------------------------------------

Line = dict[date, Held | None]
"""Who held the child on each day, in the order of days."""


def holder(held: list[Held], on: date, role: str = "allocated") -> Held | None:
    """The allocated worker's allocation on a day: of several open ones, the one that started last."""
    running = [
        h
        for h in held
        if h.role == role and h.started is not None and h.started <= on and (h.ended is None or h.ended > on)
    ]
    return max(running, key=lambda h: (h.started, h.order), default=None)


def line(held: list[Held], first: date, until: date, role: str = "allocated") -> Line:
    """Who held the child on each day of [first, until)."""
    return {on: holder(held, on, role) for on in days(first, until)}


def without_placeholders(holders: Line, placeholders: frozenset[str]) -> Line:
    """The same days, where a duty or team placeholder is nobody."""
    return {on: None if h is None or h.worker in placeholders else h for on, h in holders.items()}


class Change(NamedTuple):
    """The day on which another worker than the last held the child, and why."""

    on: date
    worker: str
    reason: str | None


def holder_changes(holders: Line) -> list[Change]:
    """A change is the first day of a worker other than the last who held."""
    found, last = [], None
    for on, now in holders.items():
        if now is None:
            continue
        if last is not None and now.worker != last:
            found.append(Change(on, now.worker, now.reason if now.started == on else None))
        last = now.worker
    return found


def tenure_start(holders: Line, last_day: date) -> date | None:
    """First day of the unbroken run of the worker who holds on `last_day`; gaps of up to 7 days are bridged."""
    now = holders.get(last_day)
    if now is None:
        return None
    start, gap, on = last_day, 0, last_day - DAY
    while on in holders and gap <= 7:
        then = holders[on]
        if then is None:
            gap += 1
        elif then.worker == now.worker:
            start, gap = on, 0
        else:
            break
        on -= DAY
    return start


def covered_days(holders: Line, from_: date) -> int:
    """Days from `from_` of an ABSENC stint of B between two stints of one A."""
    stints: list[tuple[str, str | None, list[date]]] = []
    for on, now in holders.items():
        if now is None:
            continue
        if not stints or stints[-1][0] != now.worker:
            stints.append((now.worker, now.reason if now.started == on else None, []))
        stints[-1][2].append(on)
    return sum(
        sum(on >= from_ for on in stint[2])
        for before, stint, after in zip(stints, stints[1:], stints[2:], strict=False)
        if stint[1] == "ABSENC" and before[0] == after[0]
    )


def kind_of_day(now: Held | None, *, adviser: bool, pod: bool, supplied: bool, placeholders: frozenset[str]) -> str:
    """What an open day was: who held the child, or why nobody is known to have."""
    if now is not None and now.worker in placeholders:
        return "duty or team"
    if now is not None and now.post in MANAGERS:
        return "manager"
    if now is not None:
        return "social worker" if now.post in (None, *SOCIAL_WORKERS) else "not a social worker"
    if adviser:
        return "personal adviser"
    if not supplied:
        return "not supplied"
    return "pod only" if pod else "nobody"


KINDS_OF_REASON = {
    "TSPROC": "process",
    "ORGRST": "reorganisation",
    "LEFTRL": "workforce",
    "MANAGE": "workforce",
    "SWDIED": "workforce",
    "ABSENC": "absence",
    "CHCHAN": "family",
    "PCCHAN": "family",
    "FCONTA": "first_contact",
    None: "not_stated",
}
"""Everything else is `other`."""
