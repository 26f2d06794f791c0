"""Days counted as practice counts them: half-open periods, working days of England and Wales, months.

Periods are half-open: the day after the last is outside. A working day is Monday to Friday and not a bank holiday of
England and Wales. Counting starts on the day after the trigger (day 0), unless a rule says `inclusive`. Months are
calendar months on the same day of the month, held to the month's last day.

    >>> add_working_days(date(2026, 3, 2), 15).isoformat()
    '2026-03-23'

The bank holidays are those of the `holidays` package, loaded at the first question and not before.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from ledger.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `from_` up to, and without, `until`; `until` None is open. Raises `Malformed` if it ends before."""

    from_: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.from_:
            raise Malformed([Problem("end-before-start", "a period ends before it starts.", refused=True)])

    def contains(self, on: date) -> bool:
        """Whether the day lies in the period."""
        return self.from_ <= on and (self.until is None or on < self.until)

    def overlap(self, other: Period) -> Period | None:
        """Return the days that are in both, or None where there is none."""
        from_ = max(self.from_, other.from_)
        ends = [until for until in (self.until, other.until) if until is not None]
        until = min(ends) if ends else None
        return None if until is not None and until <= from_ else Period(from_, until)

    def days(self, until: date | None = None) -> int:
        """Return how many days it has, an open one counted up to, and without, `until`. Raises `Malformed`."""
        end = self.until if self.until is not None else until
        if end is None:
            raise Malformed([Problem("open-period", "an open period has no number of days.", refused=True)])
        return max(0, (end - self.from_).days)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of England and Wales in a year, one-off ones included."""
    return frozenset(named_holidays(year, year))


@cache
def named_holidays(first_year: int, last_year: int) -> Mapping[date, str]:
    """Return {day: name} of the bank holidays of England and Wales of these years, both included, in their order."""
    import holidays

    years = range(first_year, last_year + 1)
    found = holidays.country_holidays("GB", subdiv="ENG", years=years, observed=True)
    return dict(sorted(found.items()))


def holidays_version() -> str:
    """Return the version of the `holidays` package, whose list of bank holidays this is."""
    return version("holidays")


def is_working_day(on: date) -> bool:
    """Whether the day is Monday to Friday and not a bank holiday."""
    return on.weekday() < SATURDAY and on not in bank_holidays(on.year)


def add_working_days(trigger: date, count: int, *, inclusive: bool = False) -> date:
    """Return the `count`-th working day after the trigger, which is day 0; `inclusive` counts the trigger as day 1.

    A trigger that is no working day is never counted itself. `count` is at least 0; 0 gives the trigger.
    """
    day, left = trigger, count
    if inclusive and left and is_working_day(day):
        left -= 1
    while left:
        day += DAY
        left -= is_working_day(day)
    return day


def working_days_between(trigger: date, on: date) -> int:
    """Return how many working days lie after the trigger up to and including `on`; negative where `on` is earlier."""
    if on < trigger:
        return -working_days_between(on, trigger)
    return sum(is_working_day(trigger + DAY * n) for n in range(1, (on - trigger).days + 1))


def add_months(on: date, count: int) -> date:
    """Return the same day of the month `count` months later, or that month's last day where it is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 + count, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
