"""What a page is drawn from: rectangles, lines, words and shapes with places in pixels. Nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.projections.timeline.kinds import Kind

WIDTH = 1200
LEFT = 190
RIGHT = 22
END = WIDTH - RIGHT
CHARACTER = 6.1
"""Width of a character of a label, in pixels: on the safe side for the common sans-serif fonts."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `style` names its look, `told` what a pointer or a screen reader is told."""

    x: float
    y: float
    width: float
    height: float
    style: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float
    style: str


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    style: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Sign:
    """The shape of a mark, centred on a point; `kind` None is a ghost."""

    x: float
    y: float
    kind: Kind | None
    style: str
    told: str = ""


@dataclass(slots=True)
class Drawing:
    """Everything to be drawn, in the order of painting, and the height that it took."""

    height: float = 0
    grounds: list[Box] = field(default_factory=list)
    grid: list[Stroke] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)


def length(text: str) -> float:
    """Return the room a label takes, in pixels."""
    return len(text) * CHARACTER
