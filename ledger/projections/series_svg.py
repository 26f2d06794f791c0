"""A series drawn as one SVG file that needs nothing else: no script, no font, no address but the namespace.

The picture has a title and a description in words, and each point says its period, value and signals. Points with a
signal are diamonds with a dark edge and limits are dashed, so that colour is never the only sign.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.projections.series_text import bounds, number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from fractions import Fraction

    from ledger.projections.series import Series
    from ledger.projections.spc import Point

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 60, 70
LABELS = 12
"""About so many periods are named under the picture."""
STYLE = """
text { font: 12px sans-serif; fill: #222 } .title { font-size: 16px; font-weight: bold }
.axis { stroke: #767676 } .line { fill: none; stroke: #1d4f7c; stroke-width: 1.5 }
.centre { stroke: #222; stroke-width: 1.5 } .limit { stroke: #222; stroke-dasharray: 6 4 }
.change { stroke: #6b3fa0; stroke-dasharray: 2 3 } .point { fill: #1d4f7c } .signal { fill: #d95f02; stroke: #222 }
"""


def svg(series: Series) -> str:
    """Return the picture of a series as the text of an SVG file."""
    chart = series.chart
    limits = [chart.lower, chart.centre, chart.upper] if series.charted and chart.centre is not None else []
    values = [value for value in [*(point.value for point in chart.points), *limits] if value is not None]
    low, high = bounds(values)
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(place: float) -> str:
        return f"{LEFT + across * (place + 0.5) / max(1, len(series.spans)):.1f}"

    def y(value: Fraction) -> str:
        return f"{TOP + down * float((high - value) / (high - low)):.1f}"

    body = [
        f'<text class="title" x="{LEFT}" y="28">{escape(series.title)}</text>',
        f'<text x="{LEFT}" y="46">{escape(_known(series))}</text>',
        f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none"/>',
        *(_scale(number(value), y(value)) for value in (low, high)),
        *_feet(series, x),
        *_changes(series, x),
        *_limits(series, y),
        *_line(series, x, y),
        *(_point(series, place, x, y) for place, point in enumerate(chart.points) if point.value is not None),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="title description">'
    )
    words = (
        f'<title id="title">{escape(series.title)}</title>\n<desc id="description">{escape(described(series))}</desc>'
    )
    return "\n".join([head, words, f"<style>{STYLE}</style>", *body, "</svg>"]) + "\n"


def _known(series: Series) -> str:
    """Return where the figures stand, and that they are made up where the authority's name says so."""
    return ("Synthetic data. " if series.table.synthetic else "") + series.table.as_known


def described(series: Series) -> str:
    """Return in words what the picture shows."""
    chart = series.chart
    told = [
        wording.number(len(series.spans), "period")
        + (f", {series.spans[0].label} to {series.spans[-1].label}" if series.spans else "")
    ]
    gaps = sum(point.value is None for point in chart.points)
    told += [f"{gaps} without a value"] if gaps else []
    if series.charted and chart.centre is not None and chart.lower is not None and chart.upper is not None:
        told.append(f"mean {number(chart.centre)}, limits {number(chart.lower)} to {number(chart.upper)}")
        said = [
            f"{span.label}: {', '.join(point.signals)}"
            for span, point in zip(series.spans, chart.points, strict=True)
            if point.signals
        ]
        told += said or ["no signal"]
    elif series.charted:
        told.append(chart.told)
    told += [f"practice changed on {when}: {title}" for when, title in series.breaks]
    return ". ".join(told) + "."


def _scale(text: str, height: str) -> str:
    return f'<text x="{LEFT - 8}" y="{height}" text-anchor="end" dominant-baseline="middle">{escape(text)}</text>'


def _feet(series: Series, x: Callable[[float], str]) -> list[str]:
    every = max(1, -(-len(series.spans) // LABELS))
    return [
        f'<text x="{x(place)}" y="{HEIGHT - BOTTOM + 16}" text-anchor="end" '
        f'transform="rotate(-30 {x(place)} {HEIGHT - BOTTOM + 16})">{escape(span.label)}</text>'
        for place, span in enumerate(series.spans)
        if place % every == 0
    ]


def _changes(series: Series, x: Callable[[float], str]) -> list[str]:
    found = []
    for when, title in series.breaks:
        place = _place(series, when)
        at = x(place)
        share = (place + 0.5) / max(len(series.spans), 1)
        anchor = "start" if share < 1 / 3 else "end" if share > 2 / 3 else "middle"
        found.append(f'<path class="change" d="M{at} {TOP}V{HEIGHT - BOTTOM}" fill="none"/>')
        found.append(f'<text x="{at}" y="{TOP - 8}" text-anchor="{anchor}">{escape(f"{title}, {when}")}</text>')
    return found


def _place(series: Series, when: date) -> float:
    """Return where a day lies among the periods; -0.5 is the beginning of the first."""
    for place, span in enumerate(series.spans):
        if span.starts <= when < span.ends:
            return place - 0.5 + (when - span.starts).days / (span.ends - span.starts).days
    return -0.5


def _limits(series: Series, y: Callable[[Fraction], str]) -> list[str]:
    chart = series.chart
    if not series.charted or chart.centre is None or chart.lower is None or chart.upper is None:
        return []
    found = []
    lines = (
        ("limit", "upper limit", chart.upper),
        ("centre", "mean", chart.centre),
        ("limit", "lower limit", chart.lower),
    )
    for style, name, value in lines:
        found.append(f'<path class="{style}" d="M{LEFT} {y(value)}H{WIDTH - RIGHT}" fill="none"/>')
        found.append(
            f'<text x="{WIDTH - RIGHT + 6}" y="{y(value)}" dominant-baseline="middle">{name} {number(value)}</text>'
        )
    return found


def _line(series: Series, x: Callable[[float], str], y: Callable[[Fraction], str]) -> list[str]:
    """Return one path through all values, broken at each gap."""
    steps, pen = [], "M"
    for place, point in enumerate(series.chart.points):
        if point.value is None:
            pen = "M"
            continue
        steps.append(f"{pen}{x(place)} {y(point.value)}")
        pen = "L"
    return [f'<path class="line" d="{"".join(steps)}"/>'] if steps else []


def _point(series: Series, place: int, x: Callable[[float], str], y: Callable[[Fraction], str]) -> str:
    point: Point = series.chart.points[place]
    assert point.value is not None
    flagged = series.charted and bool(point.signals)
    said = f"{series.spans[place].label}: {number(point.value)}"
    if flagged:
        said += f": {', '.join(point.signals)}"
    shape = '<path class="signal" d="M0 -7L7 0L0 7L-7 0Z"/>' if flagged else '<circle class="point" r="4"/>'
    return f'<g transform="translate({x(place)} {y(point.value)})"><title>{escape(said)}</title>{shape}</g>'
