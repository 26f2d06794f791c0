"""Slow reference for continuity from visits: plain Python and exact fractions, straight from the definitions.

Nothing here knows SQL, a ledger or a view. A visit is what was known of it; who holds the child on a day is given as a
function of the day.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OWN_ROLES = {None, "allocated", "co-worker", "cover", "pod colleague", "pod manager"}


@dataclass(frozen=True)
class Visit:
    """One visit as known: `who` is the worker, or the pod at pod level; `companions` likewise."""

    day: date
    time: datetime | None
    position: int
    who: str | None
    companions: tuple[str, ...] = ()
    role: str | None = None
    method: str = "face to face"
    seen: str | None = None
    inferred: bool = False


@dataclass(frozen=True)
class Indices:
    """The indices of one child; None is undefined."""

    n: int
    whos: int
    upc: Fraction | None = None
    coc: Fraction | None = None
    secon: Fraction | None = None
    hhi: Fraction | None = None
    k: Fraction | None = None
    mmci: Fraction | None = None
    known_share: Fraction | None = None
    named_share: Fraction | None = None


def counts(visit: Visit, *, leave_out_inferred: bool = False) -> bool:
    """Whether a visit is one of the n."""
    return (
        visit.method == "face to face"
        and visit.seen != "no"
        and visit.role in OWN_ROLES
        and visit.who is not None
        and not (leave_out_inferred and visit.inferred)
    )


def in_order(visits: Sequence[Visit]) -> list[Visit]:
    """By day; on one day by time, those without one last; else by position."""
    timed = [v for v in visits if v.time is not None]
    untimed = [v for v in visits if v.time is None]
    timed.sort(key=lambda v: (v.time, v.position))
    untimed.sort(key=lambda v: v.position)
    return [v for day in sorted({v.day for v in visits}) for group in (timed, untimed) for v in group if v.day == day]


def indices(visits: Sequence[Visit], named_on: Callable[[date], str | None]) -> Indices:
    """Compute every index over the counted visits, in their order."""
    seq = [v.who for v in visits]
    n, by_who = len(seq), Counter(seq)
    if n == 0:
        return Indices(0, 0)
    squares = sum(count * count for count in by_who.values())
    days_named = [(v.who, named_on(v.day)) for v in visits if named_on(v.day) is not None]
    tenth = Fraction(1, 10)
    return Indices(
        n=n,
        whos=len(by_who),
        upc=Fraction(max(by_who.values()), n),
        hhi=sum((Fraction(count, n) ** 2 for count in by_who.values()), Fraction(0)),
        mmci=(1 - Fraction(len(by_who)) / (n + tenth)) / (1 - 1 / (n + tenth)),
        coc=Fraction(squares - n, n * (n - 1)) if n > 1 else None,
        secon=Fraction(sum(a == b for a, b in itertools.pairwise(seq)), n - 1) if n > 1 else None,
        k=Fraction(n - len(by_who), n - 1) if n > 1 else None,
        known_share=Fraction(sum(_met_before(visits, j) for j in range(1, n)), n - 1) if n > 1 else None,
        named_share=Fraction(sum(a == b for a, b in days_named), len(days_named)) if days_named else None,
    )


def _met_before(visits: Sequence[Visit], j: int) -> bool:
    return any(visits[j].who == v.who or visits[j].who in v.companions for v in visits[:j])


def places(value: Fraction | None) -> Decimal | None:
    """Round a fraction half up to 12 places."""
    if value is None:
        return None
    scaled = value * 10**12
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-12).quantize(Decimal(10) ** -12, rounding=ROUND_HALF_UP)


def quartile(values: Sequence[Decimal], quarter: int) -> Decimal | None:
    """Interpolate linearly at position (m - 1) * quarter / 4 of the ordered values."""
    if not values:
        return None
    ordered = [Fraction(value) for value in sorted(values)]
    at = Fraction((len(ordered) - 1) * quarter, 4)
    low = at.numerator // at.denominator
    high = min(low + 1, len(ordered) - 1)
    return places(ordered[low] + (ordered[high] - ordered[low]) * (at - low))
