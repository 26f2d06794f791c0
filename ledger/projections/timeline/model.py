"""What the picture of a case is made of: lanes of bars and marks on one axis of days, and a table of lines.

Plain data, without pixels, columns or colours: `fold.picture` makes it, `text` and `html` draw it. All periods are
half-open. Nothing here holds the content of an entry that readers must not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.clock import View
    from ledger.projections.words import Told

Sort = Literal["in force", "expected", "withdrawn", "ghost"]
"""How a shape is drawn: solid; hollow, dated after it was known; struck; faint, not yet known at the view."""

Empty = Literal["", "not supplied", "none recorded", "none shown"]
"""What an empty lane says; `none shown` where entries are withheld, so that nobody reads it as none."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on one day. `kind` names a shape in `kinds.KINDS`, "" for a ghost; `line` its number in the table.

    `label` is a word or two to stand beside it, `told` says all of it. `line` is 0 where it is not in the table.
    `known_on` is given where it became known late; `was_on` where a correction moved it from another day.
    """

    on: date
    kind: str
    line: int
    told: str
    label: str = ""
    sort: Sort = "in force"
    known_on: date | None = None
    was_on: date | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasted. `ends` None: not ended as known at the view.

    `labels` say what it is and for how many days, `names` only what it is, both from the longest to the shortest.
    `fuzzy`: it began on or before `starts`. `expected_end`: a day after the view on which it is said to end.
    `known_on` and `was_on` as in `Mark`, for its beginning; `end_known_on` for its end.
    """

    starts: date
    ends: date | None
    kind: str
    labels: tuple[str, ...]
    names: tuple[str, ...]
    told: str
    lines: tuple[int, ...]
    sort: Sort = "in force"
    fuzzy: bool = False
    expected_end: date | None = None
    known_on: date | None = None
    end_known_on: date | None = None
    was_on: date | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A period in which the case was open, a source tells of allocations, and nobody was allocated."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Track:
    """Bars of one sort within a lane; the main one has no title. Overlapping bars are stacked when drawn."""

    title: str
    bars: tuple[Bar, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the picture. `note` stands under its title; in the half-open `unsupplied` no source covers it."""

    key: str
    title: str
    tracks: tuple[Track, ...] = ()
    marks: tuple[Mark, ...] = ()
    empty: Empty = ""
    note: str = ""
    unsupplied: tuple[tuple[date, date], ...] = ()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All bars of all tracks."""
        return tuple(bar for track in self.tracks for bar in track.bars)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the table. `remarks` say what to know of it: late, corrected, expected, from a return.

    `original` holds in words what stood there before a correction.
    """

    number: int
    on: date
    happened: str
    lane: str
    title: str
    standing: str
    fields: tuple[Told, ...]
    original: tuple[str, ...]
    who: str
    known_on: date
    remarks: tuple[str, ...]
    struck: bool
    position: int


@dataclass(frozen=True, slots=True)
class Later:
    """Something that was not yet known at the view: that it was there, of what sort, on which day, known when."""

    on: date
    lane: str
    known_on: date


@dataclass(frozen=True, slots=True)
class Counts:
    """How complete the picture is. Every entry known at the view is shown, outside the window, withheld or erased.

    `later` became known after the view, `later_outside` about days off the axis.
    """

    shown: int
    withheld: int
    erased: int
    withdrawn: int
    corrected: int
    disputed: int
    expected: int
    late: int
    from_returns: int
    by_word: int
    outside: int
    later: int
    later_outside: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One case as known at a view. The axis is [`starts`, `ends`); `until` is the day the view looks from.

    `stated` says by which clock and instant, `window` which days were asked for, `state` how the case stands.
    `declared` is False where no source had said what it covers: then what is missing says nothing.
    `hidden` says in a sentence each why entries are not shown.
    """

    child: str
    view: View
    position: int
    stated: str
    starts: date
    until: date
    ends: date
    late_by: int
    lanes: tuple[Lane, ...]
    lines: tuple[Line, ...]
    later: tuple[Later, ...]
    counts: Counts
    state: tuple[tuple[str, str], ...] = ()
    window: str = ""
    declared: bool = True
    hidden: tuple[str, ...] = ()
