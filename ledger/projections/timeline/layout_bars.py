"""Lay out the bars of one track: overlapping ones on rows of their own, each with the words that find room.

Words go into the bar, else beside it, else under the track with a thin leader; where all that is full they are left to
the table. What is not ended has an arrow, what began on or before its first day a ragged edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.projections.timeline.drawing import END, LEFT, Box, Drawing, Sign, Stroke, Word, length
from ledger.projections.timeline.kinds import ARROW, RAGGED, WAS
from ledger.projections.timeline.packing import Rows, packed

if TYPE_CHECKING:
    from datetime import date

    from ledger.projections.timeline.model import Bar, Gap, Track
    from ledger.projections.timeline.scale import Scale

DAY = timedelta(days=1)
BAR = 15
ROW = 22
CALLOUT = 12
MOST_CALLOUTS = 3
LEAST = 2.5
"""A bar is never thinner than this, in pixels."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A bar or a gap with its extent; `solid` is where its certain part ends."""

    left: float
    solid: float
    right: float
    bar: Bar | None
    labels: tuple[str, ...]
    name: str
    told: str


def draw_track(found: Drawing, track: Track, scale: Scale, top: float, until: date) -> float:
    """Draw a track from `top` and return where it ends."""
    items = [_bar(bar, scale, until) for bar in track.bars] + [_gap(gap, scale) for gap in track.gaps]
    items.sort(key=lambda item: (item.left, item.right))
    rows = packed(((item.left, item.right) for item in items), -0.01)
    if track.title:
        found.words.append(Word(LEFT - 8, top + 11, track.title, "track", "end"))
    for item, row in zip(items, rows, strict=True):
        _paint(found, item, top + row * ROW, scale)
    bottom = top + (max(rows, default=-1) + 1) * ROW
    below = _label(found, items, rows, top, bottom)
    return bottom + below * CALLOUT + (2 if below else 0)


def _bar(bar: Bar, scale: Scale, until: date) -> _Item:
    after = until + DAY
    left = scale.at(bar.starts)
    certain = bar.ends or (min(after, bar.expected_end) if bar.expected_end is not None else after)
    last = bar.ends or max(after, bar.expected_end or after)
    if bar.kind == "cover" and bar.ends is None and bar.expected_end is not None:
        last = bar.expected_end
    solid = left if bar.sort == "expected" else max(scale.at(certain), left + LEAST)
    right = max(scale.at(bar.expected_end or scale.ends if bar.sort == "expected" else last), left + LEAST)
    return _Item(left, solid, max(solid, right), bar, bar.labels, bar.names[-1], bar.told)


def _gap(gap: Gap, scale: Scale) -> _Item:
    left = scale.at(gap.starts)
    right = max(scale.at(gap.ends), left + LEAST)
    days = (gap.ends - gap.starts).days
    count = wording.number(days, "day")
    labels = (f"unallocated · {count}", f"unallocated {days}d", f"no one {days}d")
    told = f"unallocated from {gap.starts} to before {gap.ends}, {count}"
    return _Item(left, right, right, None, labels, "", told)


def _paint(found: Drawing, item: _Item, y: float, scale: Scale) -> None:
    bar = item.bar
    if bar is None:
        found.boxes.append(Box(item.left, y, item.right - item.left, BAR, "gap", item.told))
        return
    if item.solid > item.left:
        style = f"bar {bar.kind.replace(' ', '-')}"
        found.boxes.append(Box(item.left, y, item.solid - item.left, BAR, style, item.told))
    if item.right > item.solid:
        found.boxes.append(Box(item.solid, y, item.right - item.solid, BAR, "bar hollow", item.told))
    if bar.ends is None and bar.kind != "cover" and item.solid > item.left + 8:
        found.signs.append(Sign(item.solid - 5, y + BAR / 2, ARROW, "arrow"))
    if bar.fuzzy:
        found.signs.append(Sign(item.left, y + BAR / 2, RAGGED, "ragged"))
    for on, known_on in ((bar.starts, bar.known_on), (bar.ends, bar.end_known_on)):
        if on is not None and known_on is not None:
            _late(found, scale.at(on), scale.middle(known_on), y + BAR + 3)
    if bar.was_on is not None:
        x = scale.middle(bar.was_on)
        found.strokes.append(Stroke(x, y + BAR + 3, item.left, y + BAR + 3, "was"))
        found.signs.append(Sign(x, y + BAR + 3, WAS, "was"))


def _late(found: Drawing, left: float, right: float, y: float) -> None:
    found.strokes.append(Stroke(left, y, right, y, "late"))
    found.strokes.append(Stroke(right, y - 3, right, y + 3, "known"))


def _label(found: Drawing, items: list[_Item], rows: list[int], top: float, bottom: float) -> int:
    """Write what each item is where there is room, and return how many rows of words stand below the track."""
    beside = [Rows(3) for _ in range(max(rows, default=-1) + 1)]
    for item, row in zip(items, rows, strict=True):
        beside[row].take(0, item.left, item.right)
    callouts = Rows(5)
    for item, row in zip(items, rows, strict=True):
        y = top + row * ROW + 11.5
        left, right = max(item.left, LEFT) + 5 * (item.bar is not None and item.bar.fuzzy), min(item.right, END)
        room = right - left - (16 if item.bar is not None and item.bar.ends is None else 8)
        inside = next((label for label in item.labels if length(label) <= room), None)
        near = next(
            (label for label in item.labels[1:] or item.labels if _beside(beside[row], item.right, label)), None
        )
        if inside is not None:
            found.words.append(Word(left + 4, y, inside, "inside"))
        elif near is not None:
            beside[row].take(0, item.right + 3.5, item.right + 4 + length(near))
            found.words.append(Word(item.right + 4, y, near, "beside"))
        called = inside or near or _call_out(found, callouts, item.labels[-1], (left + right) / 2, y + 3.5, bottom)
        if not called and length(item.name) <= room + 4:
            found.words.append(Word(left + 2, y, item.name, "inside"))
    return len(callouts)


def _beside(taken: Rows, right: float, text: str) -> bool:
    """Whether there is room for words beside a bar that ends at `right`."""
    return right + 4 + length(text) <= END and taken.free(0, right + 3.5, right + 4 + length(text))


def _call_out(found: Drawing, callouts: Rows, text: str, x: float, y: float, bottom: float) -> bool:
    """Write words on a row below, joined by a thin line; return whether there was room."""
    half = length(text) / 2
    middle = min(max(x, LEFT + half + 3), END - half - 3)
    row = callouts.put(middle - half, middle + half, MOST_CALLOUTS)
    if row is None:
        return False
    line = bottom + row * CALLOUT
    found.strokes.append(Stroke(x, y, x, line + 1, "leader"))
    found.words.append(Word(middle, line + 9, text, "callout", "middle"))
    return True
