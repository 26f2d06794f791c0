"""What was asked of a measure: its window, its grouping and the options on its card, checked and ready to bind.

    >>> request(measure("care-episodes"), year=2018).bound(date(2018, 12, 31))["to_"]
    datetime.date(2018, 4, 1)

Windows are half-open. `--year 2018` is 1 April 2017 to 31 March 2018. What a measure does not take is `Malformed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from ledger.domain.clock import day, social_care_year
from ledger.domain.wording import nearest
from ledger.errors import Malformed, Problem
from ledger.projections.periods import PERIODS

if TYPE_CHECKING:
    from ledger.projections.card import Card, Parameter

PERSONAL = ("age", "sex", "ethnicity")
"""Groups that are the child's own."""
GROUPS = ("pod", "worker", "stage", "authority", *PERSONAL)
JOURNEYS = ("", "6", "~")
"""Where ids of journeys begin, and end, and where the first two fifths of them end: they are UUIDs, evenly spread."""
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request. `from_` and `to` are None where nobody gave them."""

    from_: date | None
    to: date | None
    year: int | None
    by: str | None
    values: dict[str, Any]

    def bound(self, on: date) -> dict[str, Any]:
        """Return every parameter SQL may mention, for a reader who stands on a day."""
        return {
            "from_": self.from_ or FIRST_DAY,
            "to_": self.to or LAST_DAY,
            "until_": until(self.to, on),
            "on": on,
            "year": self.year,
            "by": self.by,
            "journeys_from": JOURNEYS[0],
            "journeys_until": JOURNEYS[-1],
            **{name.replace("-", "_"): value for name, value in self.values.items()},
        }

    def told(self) -> dict[str, Any]:
        """Return what was asked, for the provenance."""
        window = {"from": self.from_, "to": self.to, "year": self.year, "by": self.by}
        return {name: value for name, value in (window | self.values).items() if value is not None}


def until(to: date | None, on: date) -> date:
    """Return the day after the last of a window that a reader who stands on a day can tell of."""
    return min(to or LAST_DAY, on + timedelta(days=1))


def request(
    card: Card,
    *,
    year: int | None = None,
    from_: date | str | None = None,
    to: date | str | None = None,
    by: str | None = None,
    **values: Any,
) -> Request:
    """Check what was asked against a card. Raises `Malformed` in a sentence."""
    if by == "child":
        by = None
    if by is not None and by not in (*GROUPS, *PERIODS):
        _refuse("by", f"--by takes child, {', '.join((*GROUPS, *PERIODS))}; found {by!r}.")
    if by is not None and card.group_sql is None:
        periods = any(parameter.name == "per" and by in parameter.choices for parameter in card.parameters)
        instead = f"; --per {by} cuts its window" if periods else ""
        _refuse("by", f"{card.name} is told row by row and is not summed by {by}{instead}.")
    start: date | None
    end: date | None
    if by in PERIODS and year is None:
        start, end = _periods(card, by, _date(from_), _date(to))
    else:
        start, end, year = _window(card, year, _date(from_), _date(to))
        if by in PERIODS and card.window == "year" and by != "year":
            _refuse("by", f"{card.name} is of a whole social-care year and is not summed by {by}.")
    return Request(start, end, year, by, _values(card, values))


def _periods(card: Card, by: str, start: date | None, end: date | None) -> tuple[date, date]:
    """Return the window that is cut into periods: both its ends are needed, and those of years where years count."""
    if card.window == "none":
        _refuse("by", f"{card.name} takes no window, so it is not summed by {by}; it tells what is so at one clock.")
    if start is None or end is None or end <= start:
        _refuse("by", f"--by {by} needs a window with both its ends: --year, or --from and a later --to.")
    if card.window == "year" and (by != "year" or (start.month, start.day, end.month, end.day) != (4, 1, 4, 1)):
        _refuse("by", f"{card.name} is of whole social-care years: --by year, --from and --to on 1 April.")
    return start, end


def _window(
    card: Card, year: int | None, start: date | None, end: date | None
) -> tuple[date | None, date | None, int | None]:
    if year is not None and (start is not None or end is not None):
        _refuse("window", "give --year, or --from and --to, not both.")
    if card.window == "none" and any(given is not None for given in (year, start, end)):
        _refuse("window", f"{card.name} takes no window; it tells what is so at the reader's clock.")
    if year is not None:
        if not isinstance(year, int) or not 1900 <= year <= 2200:
            _refuse("window", f"--year is the year of its 31 March, like 2018; found {year}.")
        return *social_care_year(year), year
    if start is not None and end is not None and end <= start:
        _refuse("window", f"the window must end after it begins: from {start} to {end}.")
    if card.window == "year":
        found = end.year if end is not None else None
        if found is None or (start, end) != social_care_year(found):
            _refuse("window", f"{card.name} needs --year Y: 1 April of the year before to 31 March of Y.")
        year = found
    return start, end, year


def _values(card: Card, given: dict[str, Any]) -> dict[str, Any]:
    """Return a value for each option on the card, as given or its default."""
    named = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
    known = {parameter.name: parameter for parameter in card.parameters}
    for name in named:
        if name not in known:
            near = nearest(name, known, before="--")
            takes = ", ".join(f"--{option}" for option in known) or "no options of its own"
            _refuse(name, f"{card.name} has no option --{name}{near}. It takes {takes}.")
    return {name: _value(parameter, named.get(name, parameter.default)) for name, parameter in known.items()}


def _value(parameter: Parameter, value: Any) -> Any:
    expected = {"text": str, "integer": int, "flag": bool, "date": date}[parameter.type]
    if isinstance(value, str) and expected is int and value.lstrip("-").isdigit():
        value = int(value)
    if isinstance(value, str) and expected is date:
        value = day(value)
    if isinstance(value, str) and expected is bool and value in ("yes", "no", "true", "false"):
        value = value in ("yes", "true")
    if value is not None and type(value) is not expected:
        _refuse(parameter.name, f"--{parameter.name} takes {parameter.type}; found {value!r}.")
    if parameter.choices and value not in parameter.choices:
        choices = ", ".join(map(str, parameter.choices))
        _refuse(parameter.name, f"--{parameter.name} takes one of {choices}; found {value!r}.")
    return value


def _date(value: date | str | None) -> date | None:
    return day(value) if isinstance(value, str) else value


def _refuse(column: str, sentence: str) -> NoReturn:
    raise Malformed([Problem("bad-parameter", sentence, column=column, refused=True)], hint="journey project show NAME")
