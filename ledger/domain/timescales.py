"""The timescales of practice as data: what starts a clock, what stops it, how long it may run, and who says so.

A rule is a row of `timescales.toml`, in force for clocks that started in [effective_from, effective_to). A rule changed
by law is a second row of the same id: findings about earlier clocks do not move.

    >>> due_on(rules("assessment.complete.start")[0], date(2026, 3, 2)).isoformat()
    '2026-05-07'

Counting: `next_day` counts from the day after the start, which is day 0; `inclusive` counts the start as day 1, and a
start that is no working day is not counted in working days. Months are held to the month's last day. Nothing here is a
condition for recording: what is late is kept, and found by measures. Not here: how a clock is read from entries
(`ledger/projections/views/clocks.sql`), and an authority's own rules (`local_timescales`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from ledger.domain.calendar import DAY, add_months, add_working_days
from ledger.errors import Malformed, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNITS = ("working days", "days", "weeks", "months")
COUNTING = ("next_day", "inclusive")
TYPES = ("statutory", "guidance", "local", "data definition")
STATUS = ("confirmed", "unconfirmed", "local")
DATES = ("confirmed", "unconfirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One timescale, in one version. `status` is unconfirmed where its source was not read, only remembered or quoted,
    and local where the authority itself has set it.

    `dates` tells the same of `effective_from`: it is unconfirmed where nobody has read from when the rule holds, which
    is so too where it is applied to clocks of any day; `dated_by` is who says from when.
    `age_from` and `age_until` bound the child's age in years when the clock starts, half-open; None is unbounded.
    """

    id: str
    title: str
    clock: str
    """The clock it times, by its name in the view `clocks`."""
    starts: str
    stops: str
    limit: int
    unit: Literal["working days", "days", "weeks", "months"]
    counting: Literal["next_day", "inclusive"]
    calendar: str
    type: Literal["statutory", "guidance", "local", "data definition"]
    source: str
    status: Literal["confirmed", "unconfirmed", "local"]
    dates: Literal["confirmed", "unconfirmed"] = "unconfirmed"
    dated_by: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    age_from: int | None = None
    age_until: int | None = None
    note: str | None = None


@cache
def timescales() -> tuple[Rule, ...]:
    """Return all rules, in the order of the file, which is that of a child's way. Raises `Malformed`."""
    stored = tomllib.loads(files("ledger.domain").joinpath("timescales.toml").read_text("utf-8"))
    return tuple(_rule(row) for row in stored["rule"])


def rules(id_: str, among: Iterable[Rule] | None = None) -> tuple[Rule, ...]:
    """Return the versions of one rule. Raises `NotFound` with the nearest ids."""
    known = tuple(timescales() if among is None else among)
    found = tuple(rule for rule in known if rule.id == id_)
    if not found:
        raise NotFound("timescale", id_, {rule.id for rule in known}, hint="journey project show timeliness")
    return found


def due_on(rule: Rule, started: date) -> date:
    """Return the last day on which a clock that started on a day stops in time."""
    if rule.unit == "working days":
        return add_working_days(started, rule.limit, inclusive=rule.counting == "inclusive")
    if rule.unit == "months":
        due = add_months(started, rule.limit)
    else:
        due = started + timedelta(days=rule.limit * (7 if rule.unit == "weeks" else 1))
    return due - DAY if rule.counting == "inclusive" and rule.limit else due


def calendar_of(unit: str) -> str:
    """Return whose days a limit of this unit counts."""
    return "England and Wales" if unit == "working days" else "every day"


def _rule(row: Mapping[str, Any]) -> Rule:
    """Read one row. Raises `Malformed`."""
    told = dict(row)
    told.setdefault("calendar", calendar_of(told.get("unit", "")))
    told.setdefault("counting", "next_day")
    told.setdefault("dates", "unconfirmed")
    id_ = told.get("id", "?")
    unknown = sorted(set(told) - {field.name for field in fields(Rule)})
    if unknown:
        _refuse(id_, f"the timescale {id_} has parts that are not known: {', '.join(unknown)}.")
    allowed_of = {"unit": UNITS, "counting": COUNTING, "type": TYPES, "status": STATUS, "dates": DATES}
    for name, allowed in allowed_of.items():
        if told.get(name) not in allowed:
            _refuse(id_, f"the timescale {id_} has {name} {told.get(name)!r}; expected one of {', '.join(allowed)}.")
    if type(told.get("limit")) is not int or told["limit"] < 0:
        _refuse(id_, f"the timescale {id_} has the limit {told.get('limit')!r}; expected a whole number from 0.")
    return Rule(**told)


def _refuse(id_: str, sentence: str) -> None:
    raise Malformed([Problem("bad-timescale", sentence, column=id_, refused=True)])
