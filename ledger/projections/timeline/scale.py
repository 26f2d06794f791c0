"""Days on a line: where a day falls, which ticks to draw, and into which calendar bins a crowd of days is counted.

Positions are in whatever unit `width` has: pixels on a page, columns in a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Step = Literal["week", "month", "quarter", "half", "year", "decade"]
DAYS: dict[Step, float] = {"week": 7, "month": 30.4, "quarter": 91.3, "half": 182.6, "year": 365.2, "decade": 3652.5}
"""Average length of each step in days, the shortest first."""
MONTH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS: dict[Step, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}


@dataclass(frozen=True, slots=True)
class Scale:
    """A half-open axis of days [`starts`, `ends`) drawn from `left` over `width`."""

    starts: date
    ends: date
    left: float
    width: float

    def at(self, on: date) -> float:
        """Return where a day begins, held to the axis."""
        whole = (self.ends - self.starts).days
        return self.left + self.width * min(max((on - self.starts).days, 0), whole) / whole

    def middle(self, on: date) -> float:
        """Return the middle of a day, held to the axis."""
        return (self.at(on) + self.at(on + timedelta(days=1))) / 2

    def step(self, room: float) -> Step:
        """Return the shortest calendar step that gets at least this much room."""
        a_day = self.width / (self.ends - self.starts).days
        return next((step for step, days in DAYS.items() if days * a_day >= room), "decade")

    def edges(self, step: Step) -> list[date]:
        """Return the beginnings of calendar steps on the axis, the first at or after its start."""
        reached = takewhile(lambda on: on < self.ends, beginnings(step, self.starts))
        return [on for on in reached if on >= self.starts]

    def bins(self, step: Step) -> list[tuple[date, date]]:
        """Return the axis cut at the beginnings of calendar steps."""
        cuts = sorted({self.starts, *self.edges(step), self.ends})
        return list(pairwise(cuts))

    def labels(self, room: float) -> list[tuple[date, str]]:
        """Return days with words for them: years in full, months by name, the first tick with its year.

        They are meant to stand `room` apart; who draws them leaves out what collides, years last.
        """
        step = self.step(room)
        edges = self.edges(step)
        return [(on, words(on, step, first=place == 0)) for place, on in enumerate(edges)]


def words(on: date, step: Step, *, first: bool) -> str:
    """Return what a tick says: `2019`, `Apr`, `6 May`; the first also says its year."""
    if step in ("year", "decade") or (on.month == 1 and step != "week"):
        return f"{on:%Y}"
    text = f"{on.day} {MONTH[on.month - 1]}" if step == "week" else MONTH[on.month - 1]
    return f"{text} {on:%Y}" if first or (step == "week" and on.month == 1 and on.day <= 7) else text


def beginnings(step: Step, near: date) -> Iterator[date]:
    """Return the beginnings of calendar steps, for ever, from one that is not after `near`."""
    if step == "week":
        on = near - timedelta(days=near.weekday())
        while True:
            yield on
            on += timedelta(days=7)
    months = MONTHS[step]
    count = (near.year * 12 + near.month - 1) // months * months
    while True:
        yield date(count // 12, count % 12 + 1, 1)
        count += months
