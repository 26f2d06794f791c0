"""The picture of a case in characters: for a terminal of any width, without colour, in plain ASCII where need be.

Each shape has a row of its own, named at its left, so that nothing has to be looked up; a digit stands for so many in
one column, `+` for ten and more. Text from the ledger never drives the terminal: control characters become `?`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from ledger.projections.timeline.counts import sentences
from ledger.projections.timeline.packing import Rows
from ledger.projections.timeline.scale import Scale
from ledger.projections.timeline.text_bars import track_rows
from ledger.projections.timeline.text_marks import mark_rows
from ledger.projections.timeline.text_signs import ASCII, SIGNS, Signs, fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ledger.projections.timeline.model import Lane, Picture

DAY = timedelta(days=1)
LABEL = 27
LEAST, MOST = 60, 220

Style = Literal["plain", "head", "quiet", "lane"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text: what stands at the left, what is drawn, and how it may be emphasised."""

    left: str
    right: str = ""
    style: Style = "plain"

    def __str__(self) -> str:
        return f"{self.left:<{LABEL}}{self.right}".rstrip() if self.right else self.left.rstrip()

    def styled(self, style: Callable[..., str]) -> str:
        """Return the line emphasised by `style(text, bold=..., dim=...)`, as `click.style` does."""
        if self.style in ("head", "lane"):
            return style(f"{self.left:<{LABEL * bool(self.right)}}", bold=True) + self.right.rstrip()
        return style(str(self), dim=True) if self.style == "quiet" else str(self)


def rows(picture: Picture, width: int = 100, *, ascii_only: bool = False) -> list[Row]:
    """Return the picture as lines of at most `width` characters (at least 60)."""
    width = min(max(width, LEAST), MOST)
    signs = ASCII if ascii_only else SIGNS
    scale = Scale(picture.starts, picture.ends, 0, width - LABEL - 1)
    found = _head(picture, width)
    found += [Row(""), *_axis(picture, scale, signs)]
    for lane in picture.lanes:
        found += _lane(lane, picture, scale, signs)
    found += [Row(""), *_foot(picture, scale, signs, width)]
    return [_fitting(row, width, signs) for row in found]


def text(picture: Picture, width: int = 100, *, ascii_only: bool = False) -> str:
    """Return the picture as one text, lines ending in a line feed."""
    return "".join(f"{row}\n" for row in rows(picture, width, ascii_only=ascii_only))


def _fitting(row: Row, width: int, signs: Signs) -> Row:
    """Return a line that can be shown and is not too wide."""
    left = fitted(signs.clean(row.left), width if not row.right else LABEL - 1, signs)
    return Row(left, fitted(signs.clean(row.right.rstrip()), width - LABEL, signs), row.style)


def _head(picture: Picture, width: int) -> list[Row]:
    said = f"{picture.stated}; position {picture.position}"
    found = [Row(picture.child, style="head")]
    found += [Row(line) for line in wrap(said, width)]
    if picture.window:
        found.append(Row(f"days asked for: {picture.window}"))
    state = "; ".join(f"{what.lower()}: {how}" for what, how in picture.state)
    counts = "; ".join(f"{number} {what}" for number, what in sentences(picture.counts, picture.late_by))
    if not picture.declared:
        counts += "; no source had said what it covers: what is missing says nothing"
    return found + [Row(line, style="quiet") for part in (state, counts) for line in wrap(part, width)]


def _axis(picture: Picture, scale: Scale, signs: Signs) -> list[Row]:
    columns = int(scale.width)
    words, ticks = [" "] * columns, [signs.line] * columns
    taken = Rows(1)
    for on, label in sorted(scale.labels(9), key=lambda item: (not item[1].isdigit(), item[0])):
        column = int(scale.at(on))
        ticks[min(column, columns - 1)] = signs.tick
        if column + len(label) <= columns and taken.free(0, column, column + len(label)):
            taken.take(0, column, column + len(label))
            words[column : column + len(label)] = label
    if picture.until + DAY < picture.ends:
        ticks[min(int(scale.at(picture.until + DAY)), columns - 1)] = signs.view
    return [Row("", "".join(words), "quiet"), Row("", "".join(ticks), "quiet")]


def _lane(lane: Lane, picture: Picture, scale: Scale, signs: Signs) -> list[Row]:
    drawn: list[Row] = []
    for track in lane.tracks:
        for place, line in enumerate(track_rows(track, scale, picture.until, signs)):
            drawn.append(Row(f"  {track.title}" if track.title and place == 0 else "", line))
    drawn += [Row(f"  {name}", line) for name, line in mark_rows(lane.marks, scale, signs)]
    title = Row(lane.title, lane.empty or (f"({lane.note})" if lane.note else ""), "lane")
    if drawn and not title.right and not drawn[0].left:
        title, drawn = Row(lane.title, drawn[0].right, "lane"), drawn[1:]
    silent = [Row("", f"not supplied {a} to {b - DAY}", "quiet") for a, b in lane.unsupplied]
    return [title, *drawn, *silent]


def _flowed(parts: Iterable[str], width: int) -> list[str]:
    """Put parts side by side, none of them broken over two lines."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 3 + len(part) <= width:
            lines[-1] += f"   {part}"
        else:
            lines.append(part)
    return lines


def _foot(picture: Picture, scale: Scale, signs: Signs, width: int) -> list[Row]:
    days = (scale.ends - scale.starts).days / scale.width
    column = f"one column is about {days:.0f} days" if days >= 1.5 else "one column is about a day"
    lines = [*wrap(f"{column}; a digit counts, + is ten or more", width), *_flowed(signs.legend, width)]
    if picture.until + DAY < picture.ends:
        lines += wrap(f"{signs.view} known to {picture.until}: what stands to its right is expected", width)
    return [Row(line, style="quiet") for line in lines] + [
        Row(line) for sentence in picture.hidden for line in wrap(sentence, width)
    ]
