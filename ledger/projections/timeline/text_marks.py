"""Marks in characters: one line for each shape and standing, a sign in the column of its day, a digit for several."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ledger.projections.timeline.kinds import KINDS
from ledger.projections.timeline.packing import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ledger.projections.timeline.model import Mark, Sort
    from ledger.projections.timeline.scale import Scale
    from ledger.projections.timeline.text_signs import Signs

MOST_LINES = 3
"""So many lines at most join days; what is left over is counted."""
SORTS: tuple[Sort, ...] = ("in force", "expected", "withdrawn", "ghost")


def mark_rows(marks: Sequence[Mark], scale: Scale, signs: Signs) -> list[tuple[str, str]]:
    """Return (name, line) for the marks of a lane: by shape, then what was late, then what a correction moved."""
    found = []
    for sort in SORTS:
        for key in (*KINDS, ""):
            mine = [mark for mark in marks if mark.sort == sort and _key(mark) == key]
            if mine:
                sign, name = _named(key, sort, signs)
                found.append((f"{sign} {name}", _line(mine, sign, scale)))
    late = [(mark.on, mark.known_on) for mark in marks if mark.known_on is not None and mark.sort != "ghost"]
    moved = [(mark.was_on, mark.on) for mark in marks if mark.was_on is not None]
    for name, pairs, ends in (("known late", late, signs.late), ("moved by a correction", moved, signs.was)):
        lines = _joined(pairs, ends, scale)
        found += [(name, line) for line in lines[:MOST_LINES]]
        if len(lines) > MOST_LINES:
            found.append((f"{name}: more", f"{len(pairs)} in all: see -o FILE.html"))
    return found


def _key(mark: Mark) -> str:
    return "" if mark.sort == "ghost" else mark.kind


def _named(key: str, sort: Sort, signs: Signs) -> tuple[str, str]:
    if sort == "ghost":
        return signs.ghost, "not yet known"
    name = KINDS[key].meaning
    if sort == "expected":
        return signs.expected, f"expected: {name}"
    if sort == "withdrawn":
        return signs.withdrawn, f"withdrawn: {name}"
    return signs.of(KINDS[key]), name


def _line(marks: Sequence[Mark], sign: str, scale: Scale) -> str:
    columns = Counter(_column(scale, mark.on) for mark in marks)
    line = [" "] * int(scale.width)
    for column, count in columns.items():
        line[column] = sign if count == 1 else str(count) if count < 10 else "+"
    for mark in marks:
        after = _column(scale, mark.on) + 1
        room = line[after : after + len(mark.label) + 1]
        if mark.label and columns[after - 1] == 1 and len(room) > len(mark.label) and not "".join(room).strip():
            line[after : after + len(mark.label)] = mark.label
    return "".join(line)


def _joined(pairs: Sequence[tuple[date | None, date | None]], ends: tuple[str, str, str], scale: Scale) -> list[str]:
    """Return lines on which each pair of days is joined, as few as it takes; within one column stands the last sign."""
    rows = Rows(0)
    lines: list[list[str]] = []
    for one, other in pairs:
        if one is None or other is None:
            continue
        a, b = _column(scale, one), _column(scale, other)
        left, right = min(a, b), max(a, b) + 1
        row = rows.put(left, right) or 0
        while len(lines) <= row:
            lines.append([" "] * int(scale.width))
        inner = [ends[1]] * max(right - left - 2, 0)
        drawn = [ends[0], *inner, ends[2]] if a < b else [ends[2], *inner, ends[0]] if a > b else [ends[2]]
        lines[row][left:right] = drawn
    return ["".join(line) for line in lines]


def _column(scale: Scale, on: date) -> int:
    return min(int(scale.at(on)), int(scale.width) - 1)
