"""Slow reference for timeliness: each clock against each rule, with due days counted day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ledger.domain.coverage import Coverage
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryRestricted
from ledger.domain.timescales import Rule, due_on, timescales
from tests.projections.clocked import CHILDREN
from tests.projections.slow_clocks import Child, Clock, clocks
from tests.projections.slow_holding import in_force
from tests.projections.small import Said, entries, entry_id, journey_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.domain.clock import View

LOOKED_AFTER = ("all children", "children looked after in the year")


def findings(said: Sequence[Said], at: View, on: date, own: Sequence[Mapping[str, Any]] = ()) -> list[tuple[Any, ...]]:
    """Return (journey, rule, started, due, done, finding, positions, told by return) of all clocks.

    `own` are an authority's own timescales, as tables of `ledger.toml`.
    """
    restricts = {one.event.restricts for one in said if isinstance(one.event, EntryRestricted)}
    restricted = {n for n in range(1, len(said) + 1) if entry_id(n) in restricts}
    coverage = Coverage.of(entries(said).get("ledger", []), at)
    found = []
    for word in CHILDREN:
        everything = in_force(said, word, at, expected=True)
        mine = [s for s in everything if s.counts]
        ahead = [s for s in everything if not s.counts]
        birth = born(mine)
        for clock in clocks(Child(mine, ahead, restricted)):
            if clock.restricted or clock.start.day > on:
                continue
            for rule in rules_on(clock.start.day, own):
                if rule.clock != clock.name:
                    continue
                age = years(birth, clock.start.day)
                bound = (rule.age_from, rule.age_until) != (None, None)
                if bound and age is not None and not (rule.age_from or 0) <= age < (rule.age_until or 1000):
                    continue
                known = clock.start.exact and clock.start_known and (age is not None or not bound)
                due = due_on(rule, clock.start.day) if known else None
                stop = clock.stop
                found.append(
                    (
                        journey_id(word),
                        rule.id,
                        clock.start.day,
                        due,
                        stop.day if stop else None,
                        finding(clock, due, on, coverage),
                        clock.start.position,
                        stop.position if stop else None,
                        clock.start.by_return or (stop is not None and stop.by_return),
                    )
                )
    return found


def born(mine: Sequence[Any]) -> str | None:
    """Return the year and month of birth, as last registered."""
    told = [s for s in mine if isinstance(s.event, ChildRegistered) and s.event.born is not None]
    last = max(told, key=lambda s: (s.entry.known_at, s.root.position), default=None)
    return last.event.born if last is not None else None


def years(birth: str | None, on: date) -> int | None:
    """Return the age in whole years in the month of a day."""
    if birth is None:
        return None
    year, month = map(int, birth.split("-"))
    return on.year - year - (on.month < month)


def rules_on(day: date, own: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """Return the rules for clocks that start on a day: the project's, but where a table of the authority's stands."""
    tables = [one for one in own if one.get("effective_from", date.min) <= day < one.get("effective_to", date.max)]
    taken = {one["id"] for one in tables}
    found = [rule for rule in timescales() if in_effect(rule, day) and rule.id not in taken]
    for one in tables:
        if not one.get("off"):
            like = next(rule for rule in timescales() if one.get("clock", rule.clock) == rule.clock)
            like = next((rule for rule in timescales() if rule.id == one["id"]), like)
            ages = {name: one.get(name) for name in ("age_from", "age_until")} if "clock" in one else {}
            counting = one.get("counting", "next_day")
            found.append(replace(like, id=one["id"], limit=one["limit"], unit=one["unit"], counting=counting, **ages))
    return found


def in_effect(rule: Rule, on: date) -> bool:
    """Whether this version of the rule holds for clocks that start on a day."""
    return (rule.effective_from or date.min) <= on < (rule.effective_to or date.max)


def finding(clock: Clock, due: date | None, on: date, coverage: Coverage) -> str:
    """Return what came of a clock, as the card says."""
    stop = clock.stop
    if stop is None and clock.lapse:
        return "no longer due"
    if due is None or (stop is not None and (not stop.exact or stop.day < clock.start.day)):
        return "not known"
    if stop is not None and stop.day <= due:
        return "in time"
    if stop is None and clock.ceased is not None and clock.ceased <= due:
        return "no longer due"
    if stop is None and due >= on:
        return "not yet due"
    if stop is None or not clock.named:
        scopes = LOOKED_AFTER if clock.looked_after else LOOKED_AFTER[:1]
        told = coverage.supplied(clock.area, clock.start.day, due + timedelta(days=1), scopes=scopes)
        if told != "complete":
            return "not supplied" if told == "not supplied" else "not known"
    if stop is not None:
        return "late"
    return "not done" if clock.ceased is not None else "overdue"
