"""An authority's own timescales, as the tables `[[timescales]]` of `ledger.toml` state them, among the project's.

    [[timescales]]
    id = "protection-visit"
    limit = 4
    unit = "weeks"
    source = "Testshire procedures 2024, 4.2"
    effective_from = 2024-04-01

One table is one version of one rule, in force for clocks that started in [effective_from, effective_to). Under the id
of a rule of type local it takes that rule's place for that time, or with `off = true` leaves nothing there. Under an id
of the authority's own, with a clock and a title, it stands beside the rules that time the clock already: no setting
takes the place of law, of statutory guidance or of a data definition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.domain.timescales import COUNTING, UNITS, Rule, calendar_of
from ledger.domain.wording import nearest
from ledger.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

MOST, OLDEST = 3650, 25
"""The highest limit, in any unit, and the highest age in years."""
TIMED = ("limit", "unit", "counting")
"""What a rule that is switched off has not."""
BESIDE = ("clock", "title", "age_from", "age_until")
"""What a rule beside the project's states, and one in the place of another takes over from it."""
HINT = "mend [[timescales]] in ledger.toml; docs/TIMESCALES.md tells its keys"


class Check(NamedTuple):
    """What a value must be, told in words too. `among` are the words it may be, where it is one of some."""

    holds: Callable[[Any], bool]
    expected: str
    among: tuple[str, ...] = ()


def _one_of(words: tuple[str, ...]) -> Check:
    return Check(lambda value: value in words, f"one of {', '.join(words)}", words)


def _whole(most: int) -> Check:
    return Check(lambda value: type(value) is int and 0 <= value <= most, f"a whole number from 0 to {most}")


_TEXT = Check(
    lambda value: isinstance(value, str) and 1 <= len(value) <= 200 and value.isprintable(),
    "a text of 1 to 200 printable characters",
)
_DAY = Check(lambda value: type(value) is date, "a day, like 2024-04-01, without quotes")
CHECKS = {
    "id": Check(
        lambda value: isinstance(value, str) and value != "all" and bool(re.fullmatch(r"[a-z0-9][a-z0-9.-]*", value)),
        "an id of small letters, digits, dots and hyphens, other than all",
    ),
    "off": Check(lambda value: value is True, "true, or no such line"),
    "limit": _whole(MOST),
    "unit": _one_of(UNITS),
    "counting": _one_of(COUNTING),
    "source": _TEXT,
    "effective_from": _DAY,
    "effective_to": _DAY,
    "clock": _TEXT,
    "title": _TEXT,
    "age_from": _whole(OLDEST),
    "age_until": _whole(OLDEST),
}
"""The keys of one table."""


@dataclass(frozen=True, slots=True)
class _Version:
    """What one table states: the rule, or None where it is switched off, from a day to before another."""

    number: int
    id: str
    rule: Rule | None
    starts: date
    ends: date


def with_local(among: Sequence[Rule], stated: object, file: str | None = None) -> tuple[Rule, ...]:
    """Return the rules with an authority's own among them; `stated` is what TOML gives of `[[timescales]]`.

    An own rule holds for all time unless it says from when to when; the project's stands before and after. `file` is
    where errors say they are. Raises `Malformed` with everything that is wrong.
    """
    if not isinstance(stated, list) or not all(isinstance(table, dict) for table in stated):
        told = "timescales must be tables, each under a line [[timescales]], with an id among its keys."
        raise Malformed([Problem("bad-timescale", told, file=file, refused=True)], HINT)
    problems: list[Problem] = []
    versions: list[_Version] = []
    for number, table in enumerate(stated, 1):
        wrong = list(_wrong(table, among))
        problems += [_problem(number, table.get("id"), key, sentence, file) for key, sentence in wrong]
        versions += [] if wrong else [_version(number, table, among)]
    for one, other in combinations(versions, 2):
        if one.id == other.id and one.starts < other.ends and other.starts < one.ends:
            sentence = f"it holds on days on which table {one.number} holds too; one version is in force on a day."
            problems.append(_problem(other.number, other.id, "effective_from", sentence, file))
    if problems:
        raise Malformed(problems, HINT)
    left = [piece for rule in among for piece in _left(rule, versions)]
    return (*left, *(version.rule for version in versions if version.rule is not None))


def _wrong(table: Mapping[str, Any], among: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Yield (key, sentence) of everything that is wrong with one table."""
    for key, value in table.items():
        if key not in CHECKS:
            yield key, f"there is no such key{nearest(key, CHECKS)}. A table takes {', '.join(CHECKS)}."
        elif not CHECKS[key].holds(value):
            near = nearest(str(value), CHECKS[key].among)
            yield key, f"found {_told(value)}; expected {CHECKS[key].expected}{near}."
    yield from _missing(table, "id", "source")
    if CHECKS["id"].holds(table.get("id")):
        yield from _wrong_for_its_id(table, among)
    for first, last in (("effective_from", "effective_to"), ("age_from", "age_until")):
        ends: list[Any] = [table.get(first), table.get(last)]
        if all(CHECKS[first].holds(end) for end in ends) and ends[0] >= ends[1]:
            yield last, f"found {ends[1]}; expected one after {first}, which is {ends[0]}."


def _wrong_for_its_id(table: Mapping[str, Any], among: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a table for one in the place of a rule, or beside the rules."""
    id_ = table["id"]
    replaced = next((rule for rule in among if rule.id == id_), None)
    if "off" in table:
        for key in sorted(set(table).intersection(TIMED)):
            yield key, "a rule that is switched off has no such key."
    else:
        yield from _missing(table, "limit", "unit")
    if replaced is not None and replaced.type != "local":
        told = f"{id_} is {replaced.type}, and only rules of type local give way"
        yield "id", f'{told}: an id of the authority\'s own with clock = "{replaced.clock}" stands beside it.'
    elif replaced is not None:
        for key in sorted(set(table).intersection(BESIDE)):
            yield key, f"it is that of the project's {id_}, which this table takes the place of; leave it out."
    elif "off" in table:
        near = nearest(id_, {rule.id for rule in among if rule.type == "local"})
        yield "off", f"only a rule of the project of type local can be switched off{near}."
    elif "clock" not in table:
        near = nearest(id_, {rule.id for rule in among})
        yield "id", f"there is no timescale {id_!r}{near}. One of the authority's own names its clock and its title."
    else:
        yield from _missing(table, "title")
        clocks = {rule.clock for rule in among}
        if CHECKS["clock"].holds(table["clock"]) and table["clock"] not in clocks:
            near = nearest(table["clock"], clocks)
            yield "clock", f"there is no clock {table['clock']!r}{near}. Expected one of {', '.join(sorted(clocks))}."


def _missing(table: Mapping[str, Any], *keys: str) -> Iterator[tuple[str, str]]:
    for key in keys:
        if key not in table:
            yield key, f"it is missing; expected {CHECKS[key].expected}."


def _version(number: int, table: Mapping[str, Any], among: Sequence[Rule]) -> _Version:
    """Return what a table states that has nothing wrong."""
    starts, ends = table.get("effective_from"), table.get("effective_to")
    rule = None if "off" in table else _rule(table, among)
    return _Version(number, table["id"], rule, starts or date.min, ends or date.max)


def _rule(table: Mapping[str, Any], among: Sequence[Rule]) -> Rule:
    """Return the rule a table states: what it leaves out is that of the rule in whose place, or beside which, it is."""
    replaced = next((rule for rule in among if rule.id == table["id"]), None)
    base = replaced or next(rule for rule in among if rule.clock == table["clock"])
    return replace(
        base,
        id=table["id"],
        title=table.get("title", base.title),
        limit=table["limit"],
        unit=table["unit"],
        counting=table.get("counting", "next_day"),
        calendar=calendar_of(table["unit"]),
        type="local",
        source=table["source"],
        status="local",
        dates="confirmed",
        dated_by="the authority, in ledger.toml",
        effective_from=table.get("effective_from"),
        effective_to=table.get("effective_to"),
        age_from=base.age_from if replaced else table.get("age_from"),
        age_until=base.age_until if replaced else table.get("age_until"),
        note=None,
    )


def _left(rule: Rule, versions: Iterable[_Version]) -> list[Rule]:
    """Return the parts of a rule's time that own versions of it leave to it."""
    parts = [rule]
    for version in versions:
        if version.id == rule.id:
            parts = [part for one in parts for part in _without(one, version)]
    return parts


def _without(rule: Rule, version: _Version) -> list[Rule]:
    starts, ends = rule.effective_from or date.min, rule.effective_to or date.max
    if version.ends <= starts or version.starts >= ends:
        return [rule]
    before = [replace(rule, effective_to=version.starts)] if starts < version.starts else []
    return [*before, *([replace(rule, effective_from=version.ends)] if version.ends < ends else [])]


def _told(value: object) -> str:
    """Return a value as TOML writes it, or nearly."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else str(value)


def _problem(number: int, id_: object, key: str, sentence: str, file: str | None) -> Problem:
    which = f" ({id_})" if isinstance(id_, str) else ""
    place = f"[[timescales]] table {number}{which}, {key}"
    return Problem("bad-timescale", sentence, file=file, column=place, refused=True)
