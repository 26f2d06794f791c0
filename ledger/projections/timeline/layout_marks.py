"""Lay out the marks of one lane: stacked where they would cover one another, counted where a stack would be too high.

Counted marks stand in calendar bins, one row for each shape, a number in each bin. What needs its own place (late,
corrected, withdrawn, expected, labelled) keeps it as long as there is room for it above the counts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ledger.projections.timeline.drawing import END, LEFT, Box, Drawing, Sign, Stroke, Word
from ledger.projections.timeline.kinds import KINDS, WAS
from ledger.projections.timeline.packing import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ledger.projections.timeline.model import Mark
    from ledger.projections.timeline.scale import Scale

ROW = 14
HALF = 6.0
MOST_APART = 3
STACKS = ((40, 7), (120, 4), (200, 2))
"""So many marks at most may be stacked on so many rows; more are counted. Much may happen on the day a case opens."""
BIN = 17
DIGIT = 5.4


def draw_marks(found: Drawing, marks: Sequence[Mark], scale: Scale, top: float) -> float:
    """Draw marks from `top` and return where they end."""
    most = next((rows for number, rows in STACKS if len(marks) <= number), 0)
    for whole in (True, False):
        rows = _stacked(marks, scale, most, whole=whole)
        if None not in rows:
            return _paint(found, marks, rows, scale, top)
    apart = [mark for mark in marks if _apart(mark)]
    places = _stacked(apart, scale, MOST_APART, whole=False)
    kept = [mark for mark, row in zip(apart, places, strict=True) if row is not None]
    y = _paint(found, kept, [row for row in places if row is not None], scale, top)
    ids = {id(mark) for mark in kept}
    return _count(found, [mark for mark in marks if id(mark) not in ids], scale, y)


def _apart(mark: Mark) -> bool:
    plain = mark.sort in ("in force", "ghost") and mark.known_on is None and mark.was_on is None
    return mark.sort != "ghost" and not (plain and not mark.corrected and not mark.label)


def _stacked(marks: Sequence[Mark], scale: Scale, most: int, *, whole: bool) -> list[int | None]:
    """Return the row of each mark, `whole` with its lines to other days; None for what does not fit on `most` rows."""
    rows = Rows(0.5)
    return [rows.put(*_extent(mark, scale, whole=whole), most) for mark in marks]


def _extent(mark: Mark, scale: Scale, *, whole: bool) -> tuple[float, float]:
    x = scale.middle(mark.on)
    label = len(mark.label) * DIGIT
    left, right = (x - HALF - label, x + HALF) if _before(x, mark) else (x - HALF, x + HALF + label)
    others = [on for on in (mark.known_on, mark.was_on) if on is not None and whole and mark.sort != "ghost"]
    days = [scale.middle(on) for on in others]
    return min([left, *(day - 3 for day in days)]), max([right, *(day + 3 for day in days)])


def _before(x: float, mark: Mark) -> bool:
    """Whether a mark's label must stand before it, because there is no room after it."""
    return x + HALF + 1 + len(mark.label) * DIGIT > END


def _paint(found: Drawing, marks: Sequence[Mark], rows: Sequence[int | None], scale: Scale, top: float) -> float:
    deepest = -1
    for mark, row in zip(marks, rows, strict=True):
        if row is None:
            continue
        deepest = max(deepest, row)
        x, y = scale.middle(mark.on), top + row * ROW + ROW / 2
        if mark.known_on is not None and mark.sort != "ghost":
            known = scale.middle(mark.known_on)
            found.strokes.append(Stroke(x, y, known, y, "late"))
            found.strokes.append(Stroke(known, y - 4, known, y + 4, "known"))
        if mark.was_on is not None:
            found.strokes.append(Stroke(scale.middle(mark.was_on), y, x, y, "was"))
            found.signs.append(Sign(scale.middle(mark.was_on), y, WAS, "was", f"line {mark.line} stood here before"))
        style = mark.sort.replace(" ", "-") + (" corrected" if mark.corrected else "")
        found.signs.append(Sign(x, y, KINDS.get(mark.kind), style, mark.told))
        if mark.label:
            before = _before(x, mark)
            side = -HALF - 1 if before else HALF + 1
            found.words.append(Word(x + side, y + 3.5, mark.label, "score", "end" if before else "start"))
    return top + (deepest + 1) * ROW


def _count(found: Drawing, marks: Sequence[Mark], scale: Scale, top: float) -> float:
    """Draw one row of counts for each shape, ghosts last."""
    bins = scale.bins(scale.step(BIN))
    counts = {key: Counter(_bin(mark.on, bins) for mark in marks if _key(mark) == key) for key in _keys(marks)}
    most = max((count for counter in counts.values() for count in counter.values()), default=1)
    y = top
    for key, counter in counts.items():
        kind = KINDS.get(key)
        style = "ghost" if kind is None else "in-force"
        meaning = kind.meaning if kind is not None else "became known later"
        found.signs.append(Sign(LEFT - 10, y + ROW / 2, kind, style, meaning))
        for (starts, ends), count in sorted(counter.items()):
            left, right = scale.at(starts), scale.at(ends)
            told = f"{count} × {meaning}, from {starts} to before {ends}"
            level = 1 + (3 * count - 1) // most
            found.boxes.append(Box(left + 0.5, y + 1, right - left - 1, ROW - 2, f"count {style} level-{level}", told))
            found.words.append(Word((left + right) / 2, y + ROW - 3.5, str(count), "number", "middle"))
        y += ROW
    return y + 2


def _key(mark: Mark) -> str:
    return "" if mark.sort == "ghost" else mark.kind


def _keys(marks: Sequence[Mark]) -> list[str]:
    """Return the shapes there are in the order of their catalogue, ghosts last."""
    there = {_key(mark) for mark in marks}
    return [key for key in (*KINDS, "") if key in there]


def _bin(on: date, bins: Sequence[tuple[date, date]]) -> tuple[date, date]:
    return next(period for period in reversed(bins) if period[0] <= on)
