"""A table as a picture: bars where the rows are things, a line where they are days, months or years.

    write(table, Path("upc-by-pod.svg"))

A picture is drawn only of a table that has one obvious category (its first column, one row each) and one obvious
number (its only fraction, else its only whole number); of any other it is refused with the reason, since a guess would
be read as a finding. Bars start at zero. An undefined number is no bar and breaks the line, and is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from ledger.errors import Refused
from ledger.exporters.cells import cell, printable
from ledger.exporters.cover import title, warning
from ledger.exporters.templates import template
from ledger.projections.kinds import Kind, kinds

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.projections.table import Table

MOST_BARS, MOST_POINTS = 60, 2000
TIMES = ("year", "quarter", "month", "week")
WIDTH, LEFT, RIGHT, ROW, HEIGHT = 960.0, 230.0, 90.0, 26.0, 340.0
TOP, FOOT = 96.0, 56.0
AS_TABLE = "write it as a table instead: -o FILE.html or -o FILE.xlsx"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is drawn: the column of the category, that of the number, and whether along time."""

    category: int
    number: int
    along_time: bool


def write(table: Table, path: Path) -> None:
    """Write a table as a picture. Raises `Refused` where it is not obvious what to draw."""
    path.write_text(picture(table), encoding="utf-8", newline="")


def picture(table: Table) -> str:
    """Return the picture. Raises `Refused` where it is not obvious what to draw."""
    choice = choose(table)
    labels = [printable(cell(row[choice.category])) for row in table.rows]
    values = [None if row[choice.number] is None else float(row[choice.number]) for row in table.rows]
    drawn = _line(labels, values) if choice.along_time else _bars(labels, values)
    number, category = table.columns[choice.number], table.columns[choice.category]
    missing = sum(value is None for value in values)
    return template("picture.svg.j2").render(
        **drawn,
        title=title(table),
        number=number,
        category=category,
        said=table.as_known + (f" Undefined, and not drawn: {missing}." if missing else ""),
        warning=warning(table) if table.synthetic else "",
        told=[f"{label}: {'undefined' if v is None else _number(v)}" for label, v in zip(labels, values, strict=True)],
    )


def choose(table: Table) -> Choice:
    """Say what is obviously to be drawn. Raises `Refused` with the reason where nothing is."""
    if not table.rows or len(table.columns) < 2:
        raise Refused("there is no picture of a table without rows and a number.", AS_TABLE)
    typed = kinds(table)
    category, names = typed[0], [column.name for column in table.columns]
    first = [row[0] for row in table.rows]
    if len(set(first)) < len(first):
        raise Refused(f"there is no obvious picture: {names[0]} has several rows of the same value.", AS_TABLE)
    along_time = _is_time(names[0], category, first)
    if not along_time and category != "text":
        raise Refused(f"there is no obvious picture: the first column, {names[0]}, is no category.", AS_TABLE)
    most = MOST_POINTS if along_time else MOST_BARS
    if len(first) > most:
        raise Refused(f"a picture holds at most {most} rows, and this table has {len(first):,}.", AS_TABLE)
    return Choice(0, _number_column(typed, names), along_time)


def _number_column(typed: tuple[Kind, ...], names: list[str]) -> int:
    """Return the only fraction, else the only whole number. Raises `Refused` naming the several there are."""
    for wanted in ("number", "whole"):
        found = [place for place, each in enumerate(typed) if place and each == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(names[place] for place in found)
            raise Refused(f"there is no obvious picture: this table has several numbers ({several}).", AS_TABLE)
    raise Refused("there is no picture of a table without a number.", AS_TABLE)


def _is_time(name: str, category: Kind, values: list[Any]) -> bool:
    return all(value is not None for value in values) and (category in ("date", "moment") or name in TIMES)


def _bars(labels: list[str], values: list[float | None]) -> dict[str, Any]:
    """Lay out one horizontal bar a row, from zero."""
    low, high, ticks = _scale([0.0, *(value for value in values if value is not None)])
    across = (WIDTH - LEFT - RIGHT) / (high - low)
    zero = LEFT - low * across
    bars = []
    for row, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = TOP + row * ROW
        end = zero if value is None else zero + value * across
        words = "undefined" if value is None else _number(value)
        bars.append((label[:34], min(zero, end), abs(end - zero), y, max(zero, end), words))
    bottom = TOP + len(bars) * ROW
    return {
        "bars": bars,
        "grid": [(LEFT + (tick - low) * across, _number(tick)) for tick in ticks],
        "line": None,
        "height": bottom + FOOT,
        "bottom": bottom,
        "zero": zero,
    }


def _line(labels: list[str], values: list[float | None]) -> dict[str, Any]:
    """Lay out points along time, evenly, joined where both neighbours are defined."""
    low, high, ticks = _scale([0.0, *(value for value in values if value is not None)])
    bottom = TOP + HEIGHT
    step = (WIDTH - 90 - 40) / max(len(values) - 1, 1)
    points = [
        (90 + place * step, None if value is None else bottom - (value - low) / (high - low) * HEIGHT)
        for place, value in enumerate(values)
    ]
    every = ceil(len(labels) / 12)
    path, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
            continue
        path.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return {
        "bars": None,
        "line": " ".join(path),
        "points": [(x, y) for x, y in points if y is not None],
        "days": [(points[place][0], labels[place]) for place in range(0, len(labels), every)],
        "grid": [(bottom - (tick - low) / (high - low) * HEIGHT, _number(tick)) for tick in ticks],
        "height": bottom + FOOT,
        "bottom": bottom,
    }


def _scale(values: list[float]) -> tuple[float, float, list[float]]:
    """Return the ends of a scale that holds the values, and its round ticks."""
    low, high = min(values), max(values)
    if low == high:
        high = low + 1
    rough = (high - low) / 5
    size = 10.0 ** floor(log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough)
    first, last = floor(low / step), ceil(high / step)
    return first * step, last * step, [tick * step for tick in range(first, last + 1)]


def _number(value: float) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".")
