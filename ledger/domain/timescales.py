"""The timescales of practice as data: what starts a clock, what stops it, how long it may run, and who says so.

A rule is a row of `timescales.toml`, in force for clocks that started in [effective_from, effective_to). A rule changed
by law is a second row of the same id: findings about earlier clocks do not move. An authority's own limits take the
place of rows (`with_local`), never of code.

    >>> due_on(rules("assessment.complete.start")[0], date(2026, 3, 2)).isoformat()
    '2026-05-07'

Counting: `next_day` counts from the day after the start, which is day 0; `inclusive` counts the start as day 1, and a
start that is no working day is not counted in working days. Months are held to the month's last day. Nothing here is a
condition for recording: what is late is kept, and found by measures. Not here: how a clock is read from entries
(`ledger/projections/views/clocks.sql`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from ledger.domain.calendar import DAY, add_months, add_working_days
from ledger.errors import Malformed, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

UNITS = ("working days", "days", "weeks", "months")
COUNTING = ("next_day", "inclusive")
TYPES = ("statutory", "guidance", "local", "data definition")
STATUS = ("confirmed", "unconfirmed")
LOCALLY_SET = ("limit", "unit", "counting", "source")
"""What an authority may set of a rule, beside `effective_from` and `effective_to`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One timescale, in one version. `status` is unconfirmed where its source was not read, only remembered or quoted.

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
    status: Literal["confirmed", "unconfirmed"]
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


def with_local(among: Sequence[Rule], local: Mapping[str, Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Return the rules with an authority's own in the place of those of the same id: {id: {limit = 20, ...}}.

    Only rules of type `local` give way: no setting takes the place of law or of statutory guidance. An own rule holds
    for all time unless it says from when to when; then the project's row stands before and after. Raises `NotFound`
    (no such rule) and `Malformed` (a rule that is not local, a part or a value that no rule has).
    """
    found = list(among)
    for id_, parts in local.items():
        wrong = sorted(set(parts) - {*LOCALLY_SET, "effective_from", "effective_to"})
        for rule in rules(id_, among):
            if rule.type != "local":
                _refuse(id_, f"{id_} is {rule.type}; an authority sets only rules of type local.")
            if wrong:
                _refuse(id_, f"{id_} sets {', '.join(wrong)}; an authority sets {', '.join(LOCALLY_SET)}.")
            own = _rule(_parts(replace(rule, effective_from=None, effective_to=None)) | {**parts})
            place = found.index(rule)
            found[place : place + 1] = [*_around(rule, own), own]
    return tuple(found)


def _around(rule: Rule, own: Rule) -> list[Rule]:
    """Return the parts of a rule's time that an own rule leaves to it."""
    left = []
    if own.effective_from is not None:
        left.append(replace(rule, effective_to=own.effective_from))
    if own.effective_to is not None:
        left.append(replace(rule, effective_from=own.effective_to))
    return left


def _parts(rule: Rule) -> dict[str, Any]:
    return {field.name: getattr(rule, field.name) for field in fields(Rule)}


def _rule(row: Mapping[str, Any]) -> Rule:
    """Read one row. Raises `Malformed`."""
    told = dict(row)
    unit = told.get("unit")
    told.setdefault("calendar", "England and Wales" if unit == "working days" else "every day")
    told.setdefault("counting", "next_day")
    id_ = told.get("id", "?")
    unknown = sorted(set(told) - {field.name for field in fields(Rule)})
    if unknown:
        _refuse(id_, f"the timescale {id_} has parts that are not known: {', '.join(unknown)}.")
    for name, allowed in (("unit", UNITS), ("counting", COUNTING), ("type", TYPES), ("status", STATUS)):
        if told.get(name) not in allowed:
            _refuse(id_, f"the timescale {id_} has {name} {told.get(name)!r}; expected one of {', '.join(allowed)}.")
    if type(told.get("limit")) is not int or told["limit"] < 0:
        _refuse(id_, f"the timescale {id_} has the limit {told.get('limit')!r}; expected a whole number from 0.")
    return Rule(**told)


def _refuse(id_: str, sentence: str) -> None:
    raise Malformed([Problem("bad-timescale", sentence, column=id_, refused=True)])
