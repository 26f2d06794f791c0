"""Statistical process control: an XmR chart of a series, with the rules of "Making Data Count". Pure and exact.

    >>> chart = xmr([Fraction(n) for n in (5, 6, 5, 7, 6, 5, 6, 7, 5, 6, 5, 20)])
    >>> chart.points[-1].signals
    ('above the upper limit', 'moving range above its limit')

Values are whole numbers, decimals or fractions; None is a gap and stays one. Centre, moving ranges and limits are
exact fractions: natural process limits are the mean -+ 2.66 times the mean moving range, the limit of moving ranges is
3.268 times it. All points make the limits; none is screened out, nothing is re-based. A gap breaks moving ranges, runs,
trends and neighbours: what was not known is not bridged. Whether higher is better is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ledger.domain import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    Value = int | Decimal | Fraction

NATURAL = Fraction(266, 100)
MOVING = Fraction(3268, 1000)
RUN = 7
MINIMUM = 12
NEAR = Fraction(2, 3)

RULES = (
    "XmR chart, rules of Making Data Count: a point outside the natural process limits (mean -+ 2.66 mean moving "
    "ranges); 7 or more consecutive points on one side of the mean; 7 or more consecutive points all rising or all "
    "falling; 2 of 3 consecutive points beyond two thirds of the way from the mean to the same limit. A point on the "
    "mean, a tie and a gap break a run. Moving ranges are held against 3.268 mean moving ranges. At least 12 points "
    "for limits."
)
"""The rule set, as every result states it."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value, its moving range (None after a gap and at the start), and what the rules say of it, in words."""

    value: Fraction | None
    moving_range: Fraction | None
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A series with its limits. Without limits (`told` says why) no rule was applied."""

    points: tuple[Point, ...]
    centre: Fraction | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None
    mean_moving_range: Fraction | None = None
    moving_range_limit: Fraction | None = None
    told: str = ""


def xmr(values: Sequence[Value | None], *, minimum: int = MINIMUM) -> Chart:
    """Return the XmR chart of a series in order of time; fewer than `minimum` values give no limits."""
    found = [None if value is None else Fraction(value) for value in values]
    ranges = [
        None if before is None or now is None else abs(now - before)
        for before, now in zip([None, *found], found, strict=False)
    ]
    known = [value for value in found if value is not None]
    moves = [move for move in ranges if move is not None]
    if len(known) < minimum or not moves:
        points_known = wording.number(len(known), "point")
        few = f"{points_known} with a value: fewer than {minimum}, so no limits are drawn and no rule is applied"
        none = "no two points with a value follow each other: no limits are drawn and no rule is applied"
        points = tuple(Point(value, move) for value, move in zip(found, ranges, strict=True))
        return Chart(points, told=few if len(known) < minimum else none)
    centre, spread = sum(known, Fraction(0)) / len(known), sum(moves, Fraction(0)) / len(moves)
    lower, upper, limit = centre - NATURAL * spread, centre + NATURAL * spread, MOVING * spread
    signals = _signals(found, ranges, centre, (lower, upper), limit)
    points = tuple(Point(*one) for one in zip(found, ranges, signals, strict=True))
    return Chart(points, centre, lower, upper, spread, limit)


def _signals(
    values: Sequence[Fraction | None],
    ranges: Sequence[Fraction | None],
    centre: Fraction,
    limits: tuple[Fraction, Fraction],
    range_limit: Fraction,
) -> list[tuple[str, ...]]:
    """Return what the rules say of each point."""
    lower, upper = limits
    sides = [None if value is None else _sign(value - centre) for value in values]
    steps = [
        None if before is None or now is None else _sign(now - before)
        for before, now in zip([None, *values], values, strict=False)
    ]
    near_upper = [value is not None and value > centre + NEAR * (upper - centre) for value in values]
    near_lower = [value is not None and value < centre + NEAR * (lower - centre) for value in values]
    found: list[tuple[str, set[int]]] = [
        ("above the upper limit", _where(values, lambda value: value > upper)),
        ("below the lower limit", _where(values, lambda value: value < lower)),
        (f"{RUN} or more in a row above the mean", _runs(sides, 1, RUN)),
        (f"{RUN} or more in a row below the mean", _runs(sides, -1, RUN)),
        (f"{RUN} or more rising", _trends(steps, 1)),
        (f"{RUN} or more falling", _trends(steps, -1)),
        ("2 of 3 near the upper limit", _two_of_three(near_upper, values)),
        ("2 of 3 near the lower limit", _two_of_three(near_lower, values)),
        ("moving range above its limit", _where(ranges, lambda move: move > range_limit)),
    ]
    return [tuple(words for words, places in found if place in places) for place in range(len(values))]


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _where(values: Sequence[Fraction | None], test: Callable[[Fraction], bool]) -> set[int]:
    return {place for place, value in enumerate(values) if value is not None and test(value)}


def _runs(signs: Sequence[int | None], wanted: int, least: int) -> set[int]:
    """Return the places in unbroken runs of one sign of at least so many."""
    found: set[int] = set()
    run: list[int] = []
    for place, sign in enumerate([*signs, None]):
        if sign == wanted:
            run.append(place)
            continue
        if len(run) >= least:
            found.update(run)
        run = []
    return found


def _trends(steps: Sequence[int | None], wanted: int) -> set[int]:
    """Return the places of 7 or more points that rise (fall) one after the other: one step fewer than points."""
    rising = _runs(steps, wanted, RUN - 1)
    return rising | {place - 1 for place in rising}


def _two_of_three(near: Sequence[bool], values: Sequence[Fraction | None]) -> set[int]:
    """Return the places near one limit that share three consecutive points, none a gap, with another such."""
    found: set[int] = set()
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        mine = {place for place in three if near[place]}
        if len(mine) >= 2 and all(values[place] is not None for place in three):
            found |= mine
    return found
