"""Lay a picture out on a page: lanes from top to bottom, on one scale of days.

A lane's tracks come first, its marks below them. What a lane says of itself stands in the left column; where no
source covers it, its ground is dotted. The line of the view stands where the reader's knowledge ends.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.projections.timeline.drawing import LEFT, RIGHT, WIDTH, Box, Drawing, Stroke, Word, length
from ledger.projections.timeline.layout_bars import draw_track
from ledger.projections.timeline.layout_marks import draw_marks
from ledger.projections.timeline.packing import Rows
from ledger.projections.timeline.scale import Scale

if TYPE_CHECKING:
    from datetime import date

    from ledger.projections.timeline.model import Lane, Picture

DAY = timedelta(days=1)
HEAD = 40
FOOT = 22
PADDING = 7
LINE = 13
NOTE = 20
"""Characters of a lane's note on one line of the left column."""


def draw(picture: Picture) -> Drawing:
    """Return the drawing of a picture."""
    scale = Scale(picture.starts, picture.ends, LEFT, WIDTH - LEFT - RIGHT)
    found = Drawing()
    y = float(HEAD)
    for place, lane in enumerate(picture.lanes):
        top, y = y, _lane(found, lane, scale, y, picture.until)
        found.grounds.insert(place, Box(0, top, WIDTH, y - top, "lane odd" if place % 2 else "lane"))
        found.grid.append(Stroke(0, y, WIDTH, y, "between"))
    _axis(found, scale, y, scale.at(picture.until + DAY))
    _view(found, picture, scale, y)
    found.height = y + FOOT
    return found


def _lane(found: Drawing, lane: Lane, scale: Scale, top: float, until: date) -> float:
    """Draw one lane from `top` and return where it ends."""
    y = top + PADDING
    found.words.append(Word(10, y + 12, lane.title, "title"))
    notes = _lines(lane.note)
    for place, note in enumerate(notes):
        found.words.append(Word(10, y + 25 + 11 * place, note, "note"))
    if lane.empty:
        found.words.append(Word(LEFT + 8, y + 12, lane.empty, "empty"))
        if lane.empty == "not supplied":
            found.grounds.append(Box(LEFT, top, scale.width, 32, "silent"))
        y += 18 if not lane.marks else 16
    for track in lane.tracks:
        y = draw_track(found, track, scale, y, until)
    if lane.marks:
        y = draw_marks(found, lane.marks, scale, y)
    bottom = max(y, top + PADDING + 16 + 11 * len(notes)) + PADDING
    for starts, ends in lane.unsupplied:
        _silent(found, scale.at(starts), scale.at(ends), top, bottom)
    return bottom


def _silent(found: Drawing, left: float, right: float, top: float, bottom: float) -> None:
    found.grounds.append(Box(left, top, right - left, bottom - top, "silent", "no source covers these days"))
    if right - left > length("not supplied") + 8:
        found.words.append(Word((left + right) / 2, bottom - 4, "not supplied", "hushed", "middle"))


def _lines(note: str) -> list[str]:
    """Break a note into lines for the left column."""
    lines: list[str] = []
    for word in note.split():
        if lines and len(lines[-1]) + 1 + len(word) <= NOTE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _axis(found: Drawing, scale: Scale, bottom: float, view: float) -> None:
    """Draw the ticks with their words above and below, and the lines of the grid through all lanes."""
    for on in scale.edges(scale.step(24)):
        x = scale.at(on)
        found.grid.append(Stroke(x, HEAD, x, bottom, "grid year" if (on.month, on.day) == (1, 1) else "grid"))
    taken = Rows(8)
    for on, text in sorted(scale.labels(44), key=lambda label: (not label[1].isdigit(), label[0])):
        x = scale.at(on)
        crosses = not text.isdigit() and x < view < min(x + 3 + length(text), WIDTH - RIGHT)
        if crosses or x + 3 + length(text) > WIDTH - 2 or not taken.free(0, x, x + 3 + length(text)):
            continue
        taken.take(0, x, x + 3 + length(text))
        found.grid.append(Stroke(x, HEAD - 6, x, HEAD, "tick"))
        found.grid.append(Stroke(x, bottom, x, bottom + 5, "tick"))
        for y in (HEAD - 8, bottom + 15):
            found.words.append(Word(x + 3, y, text, "axis year" if text.isdigit() else "axis"))
    found.grid.append(Stroke(LEFT, HEAD, LEFT, bottom, "edge"))


def _view(found: Drawing, picture: Picture, scale: Scale, bottom: float) -> None:
    """Draw the line where the reader's knowledge ends, and the ground of what is only expected."""
    after = picture.until + DAY
    if not picture.starts < after <= picture.ends:
        return
    x = scale.at(after)
    if after < picture.ends:
        found.grounds.append(Box(x, HEAD, scale.at(picture.ends) - x, bottom - HEAD, "ahead", "days after the view"))
    found.strokes.append(Stroke(x, HEAD - 24, x, bottom, "view"))
    text = f"known to {picture.until}"
    anchor = "end" if x - length(text) > LEFT else "start"
    found.words.append(Word(x + (-4 if anchor == "end" else 4), HEAD - 26 + 3, text, "view", anchor))
