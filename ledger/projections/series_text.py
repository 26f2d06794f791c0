"""A series drawn in characters: one column per period, limits as lines, and every signal in words underneath.

Shapes, never colour, tell points with a signal from the others. Plain ASCII on request. Lines are no wider than asked
unless there are more periods than columns; then the latest periods are drawn and it says how many are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ledger.domain import wording

if TYPE_CHECKING:
    from ledger.projections.series import Series

ROWS = 13
"""Height of the picture in lines."""
SCALE = 10
"""Characters of the scale at the left."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters of a picture."""

    point: str
    signal: str
    centre: str
    limit: str
    change: str
    edge: str
    sparks: str


UNICODE = Signs("●", "◆", "─", "┄", "┊", "│", "▁▂▃▄▅▆▇█")
ASCII = Signs("o", "X", "-", ".", ":", "|", "_.-~=+*#")


def sparkline(values: list[Fraction | None], signs: Signs) -> str:
    """Return one character per value, a space for a gap.

    >>> sparkline([Fraction(1), None, Fraction(2), Fraction(3)], ASCII)
    '_ =#'
    """
    known = [value for value in values if value is not None]
    low, high = min(known, default=Fraction(0)), max(known, default=Fraction(0))
    top = len(signs.sparks) - 1
    return "".join(
        " " if value is None else signs.sparks[round((value - low) / (high - low) * top) if high > low else top // 2]
        for value in values
    )


def drawn(series: Series, *, width: int = 100, ascii_only: bool = False) -> str:
    """Return the picture of a series as lines of text, ending in a newline."""
    signs = ASCII if ascii_only else UNICODE
    chart, spans = series.chart, series.spans
    room = max(1, width - SCALE - 2)
    first = max(0, len(spans) - room)
    step = max(1, min(6, room // max(1, len(spans))))
    values = [point.value for point in chart.points][first:]
    lines = [series.title]
    if not any(value is not None for value in values):
        return "\n".join([*lines, "nothing to draw: no period has a value"]) + "\n"
    limits = [chart.lower, chart.centre, chart.upper] if series.charted and chart.centre is not None else []
    low, high = bounds([value for value in [*values, *limits] if value is not None])
    grid = [[" "] * (len(values) * step) for _ in range(ROWS)]
    for limit, sign in zip(limits, (signs.limit, signs.centre, signs.limit), strict=False):
        if limit is not None:
            grid[_row(limit, low, high)] = [sign] * (len(values) * step)
    for place in _changes(series, first):
        for row in grid:
            row[place * step] = signs.change
    for place, value in enumerate(values):
        if value is not None:
            flagged = series.charted and chart.points[first + place].signals
            grid[_row(value, low, high)][place * step + step // 2] = signs.signal if flagged else signs.point
    labels = _labels(low, high, limits)
    for number, row in enumerate(grid):
        lines.append(f"{labels.get(number, ''):>{SCALE}} {signs.edge}{''.join(row)}".rstrip())
    lines.append(f"{'':>{SCALE}}  {_feet(spans[first].label, spans[-1].label, len(values) * step)}".rstrip())
    lines.append(f"{'in short':>{SCALE}}  {sparkline(values, signs)}".rstrip())
    return "\n".join([*lines, *_words(series, signs, first)]) + "\n"


def bounds(values: list[Fraction]) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest value to draw, made apart where they are one."""
    low, high = min(values, default=Fraction(0)), max(values, default=Fraction(0))
    if low < high:
        return low, high
    return (Fraction(0), 2 * high or Fraction(1)) if high >= 0 else (2 * low, Fraction(0))


def _row(value: Fraction, low: Fraction, high: Fraction) -> int:
    return round((high - value) / (high - low) * (ROWS - 1))


def _labels(low: Fraction, high: Fraction, limits: list[Fraction | None]) -> dict[int, str]:
    """Return {row: the number at its left}: both ends, and over them the limits and the mean."""
    found = {0: number(high), ROWS - 1: number(low)}
    for limit in limits:
        if limit is not None:
            found[_row(limit, low, high)] = number(limit)
    return found


def _changes(series: Series, first: int) -> list[int]:
    return [
        place
        for place, span in enumerate(series.spans[first:])
        if any(span.starts <= when < span.ends for when, _ in series.breaks)
    ]


def _feet(start: str, end: str, width: int) -> str:
    return start if start == end or len(start) + len(end) + 2 > width else f"{start}{end:>{width - len(start)}}"


def _words(series: Series, signs: Signs, first: int) -> list[str]:
    """Return the legend, and each signal in words."""
    chart = series.chart
    undrawn = "earlier {period is|periods are} not drawn for want of room; the table has {it|them}"
    found = [wording.counted(first, undrawn)] if first else []
    found += [f"{signs.change} practice changed on {when}: {title}" for when, title in series.breaks]
    if not series.charted:
        return found
    if chart.centre is None or chart.lower is None or chart.upper is None:
        return [*found, chart.told]
    found.append(
        f"{signs.point} value  {signs.signal} value with a signal  {signs.centre} mean {number(chart.centre)}  "
        f"{signs.limit} limits {number(chart.lower)} to {number(chart.upper)}"
    )
    said = [
        f"{signs.signal} {span.label}: {number(point.value)}: {', '.join(point.signals)}"
        for span, point in zip(series.spans, chart.points, strict=True)
        if point.signals and point.value is not None
    ]
    return [*found, *(said or ["no signal: nothing but common variation"])]


def number(value: Fraction) -> str:
    """Return a value for a reader: whole, or with three places.

    >>> number(Fraction(7)), number(Fraction(2, 3))
    ('7', '0.667')
    """
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.3f}"
