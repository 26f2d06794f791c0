"""The clocks by which a ledger is read, and the moments they are given in.

Three clocks are never confused (DESIGN section 2): when it *occurred*, when it was *written* in the system it comes
from, and when this ledger *recorded* it. A reader stands at a `View`: an instant on one knowing clock, and a position.

    >>> view("2018-12-31").instant.isoformat()
    '2018-12-31T23:59:59.999999+00:00'

A bare date means the whole of that day in Europe/London.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from ledger.errors import Malformed, Problem

if TYPE_CHECKING:
    from ledger.domain.envelope import Entry

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Clock = Literal["known", "sealed"]


@dataclass(frozen=True, slots=True)
class View:
    """Where a reader stands: what was known (or sealed) at `instant`, in the ledger up to `position`.

    `instant` None is "now, everything"; it is inclusive. `position` None is the present head.
    `stated` is the date or moment as the reader gave it.
    """

    clock: Clock = "known"
    instant: datetime | None = None
    position: int | None = None
    stated: str = ""

    def admits(self, entry: Entry) -> bool:
        """Whether the entry was known (or sealed) at this view."""
        if self.position is not None and entry.position > self.position:
            return False
        if self.instant is None:
            return True
        return (entry.known_at if self.clock == "known" else entry.recorded_at) <= self.instant

    def at(self, position: int) -> View:
        """Return the same view, held to a position."""
        return replace(self, position=position)


NOW = View()


def view(known_at: str | None = None, sealed_by: str | None = None, at: int | None = None) -> View:
    """Build the view a reader asked for; the two clocks exclude each other. Raises `Malformed`."""
    if known_at is not None and sealed_by is not None:
        raise Malformed([Problem("two-clocks", "give --known-at or --sealed-by, not both.", refused=True)])
    stated = known_at if known_at is not None else sealed_by
    return View(
        clock="sealed" if sealed_by is not None else "known",
        instant=None if stated is None else last_instant(stated),
        position=at,
        stated=stated or "",
    )


def view_of(
    given: View,
    known_at: str | date | datetime | None = None,
    sealed_by: str | date | datetime | None = None,
    at: int | None = None,
) -> View:
    """Return the view given, or the one that clocks named beside it ask for. Raises `Malformed` for both."""
    if known_at is None and sealed_by is None and at is None:
        return given
    if given != NOW:
        raise Malformed([Problem("two-clocks", "give a view, or known_at, sealed_by and at, not both.", refused=True)])
    return view(_stated(known_at), _stated(sealed_by), at)


def _stated(clock: str | date | datetime | None) -> str | None:
    return clock.isoformat() if isinstance(clock, date) else clock


def last_instant(text: str) -> datetime:
    """Parse an ISO date (its last microsecond in London) or an aware ISO moment. Raises `Malformed`."""
    day = _day_or_none(text)
    return end_of_day(day) if day is not None else moment(text)


def moment(text: str) -> datetime:
    """Parse an ISO 8601 moment with its offset. Raises `Malformed` for a naive or misspelt one."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            [
                Problem(
                    "bad-date",
                    f"expected a date like 2024-03-31 or a moment with its offset, found {text!r}.",
                )
            ]
        ) from None
    if found.tzinfo is None:
        raise Malformed(
            [Problem("naive-datetime", f"the moment {text!r} has no time zone; add Z or an offset like +01:00.")]
        )
    return found


def day(text: str) -> date:
    """Parse an ISO date. Raises `Malformed`."""
    found = _day_or_none(text)
    if found is None:
        raise Malformed([Problem("bad-date", f"expected a date like 2024-03-31, found {text!r}.")])
    return found


def _day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def start_of_day(on: date) -> datetime:
    """Return the first instant of a day in London."""
    return datetime.combine(on, time(), LONDON)


def end_of_day(on: date) -> datetime:
    """Return the last microsecond of a day in London, in UTC."""
    return (start_of_day(on + timedelta(days=1)).astimezone(UTC)) - MICROSECOND


def london_day(instant: datetime) -> date:
    """Return the calendar day of an aware moment in London."""
    return instant.astimezone(LONDON).date()


def microseconds(instant: datetime) -> int:
    """Return whole microseconds since 1970-01-01T00:00Z of an aware moment."""
    return (instant - EPOCH) // MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Return the UTC moment `count` microseconds after 1970-01-01T00:00Z."""
    return EPOCH + timedelta(microseconds=count)


def social_care_year(year: int) -> tuple[date, date]:
    """Return the half-open period [1 April year-1, 1 April year) that ends on 31 March of `year`."""
    return date(year - 1, 4, 1), date(year, 4, 1)
