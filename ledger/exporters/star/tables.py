"""The tables of the star and how they hang together, read from the facts as known at a view."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ledger.domain.calendar import is_working_day
from ledger.domain.clock import NOW, View
from ledger.errors import Malformed, Problem
from ledger.projections.facts import load_facts
from ledger.projections.local import apply_settings
from ledger.projections.table import Column, Table
from ledger.projections.views import text

if TYPE_CHECKING:
    from ledger.projections.facts import Facts
    from ledger.store import Store

PLACE = "ledger.exporters.star"
DIMENSIONS = ("dim_child", "dim_worker", "dim_pod")
MAIN_DAY = {
    "fact_allocations": "started_on",
    "fact_assessments": "started_on",
    "fact_care_episodes": "started_on",
    "fact_cases": "opened_on",
    "fact_outcomes": "measured_on",
    "fact_plans": "started_on",
    "fact_stages": "started_on",
    "fact_supervisions": "held_on",
    "fact_visits": "visited_on",
}
"""The fact tables, and the day of each that is joined to the calendar; other days are joined when a measure asks."""
KEYS = {"journey": ("dim_child", "journey"), "worker": ("dim_worker", "worker"), "pod": ("dim_pod", "pod")}
FIRST, LAST = date(1990, 1, 1), date(2060, 12, 31)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A column of a fact table that points at the key of a dimension. Only one a pair of tables can be active."""

    table: str
    column: str
    to: str
    key: str
    active: bool = True


@dataclass(slots=True)
class Star:
    """All tables by name, their relationships, and where they come from."""

    tables: dict[str, Table]
    provenance: dict[str, Any]
    notes: list[str] = field(default_factory=list)

    @property
    def relationships(self) -> list[Relationship]:
        """Return how the tables are joined, facts to dimensions, many to one."""
        found = []
        for name, main in MAIN_DAY.items():
            columns = self.tables[name].columns
            found += [Relationship(name, c.name, *KEYS[c.name]) for c in columns if c.name in KEYS]
            days = [column.name for column in columns if column.type == "DATE"]
            days.sort(key=lambda day: day != main)
            found += [Relationship(name, day, "dim_date", "date", active=day == main) for day in days]
        return found


def star(store: Store, view: View = NOW, *, identify: bool = False) -> Star:
    """Return the star as known at a view. Raises `Malformed` for a position beyond the head."""
    size = store.head().size
    position = size if view.position is None else view.position
    if position > size:
        raise Malformed([Problem("beyond-head", f"this ledger ends at position {size}; found {position}.")])
    with load_facts(store, position) as facts:
        apply_settings(facts, store)
        on = facts.stand(view)
        tables = {name: _table(facts, name) for name in (*DIMENSIONS, *MAIN_DAY)}
        counts = dict(zip(*_one(facts, text("provenance")), strict=True))
        _, restricted = facts.rows(_sql("restricted"), {})
    tables["dim_date"] = calendar(tables.values())
    if identify:
        tables["dim_child"] = _identified(tables["dim_child"], store)
    provenance = {
        "measure": "star of tables",
        "authority": store.authority,
        "clock": "known, as its sources claim" if view.clock == "known" else "sealed by this ledger",
        "stated": view.stated or "now",
        "reader_day": on,
        "position": position,
        "root": store.head(position).root.hex(),
        **counts,
    }
    notes = [f"{name}: {count} restricted rows are left out" for name, count in restricted if count]
    for name, table in tables.items():
        told = table.provenance["grain"]
        tables[name] = replace(table, provenance={**provenance, "measure": name}, definition=(("One row is", told),))
    return Star(dict(sorted(tables.items())), provenance, notes)


def calendar(tables: Any) -> Table:
    """Return one row a day from 1 April before the first day of any table to 31 March after the last."""
    days = [
        value
        for table in tables
        for place, column in enumerate(table.columns)
        if column.type == "DATE"
        for value in {row[place] for row in table.rows}
        if value is not None and FIRST <= value <= LAST
    ] or [date(2024, 4, 1)]
    begins = date(_social_care_year(min(days)) - 1, 4, 1)
    until = date(_social_care_year(max(days)), 4, 1)
    types = {"date": "DATE", "working_day": "BOOLEAN"}
    types |= dict.fromkeys(("year", "weekday", "social_care_year", "social_care_quarter"), "BIGINT")
    names = (
        *("date", "year", "quarter", "month", "month_name", "week", "weekday", "weekday_name"),
        *("social_care_year", "social_care_quarter", "working_day"),
    )
    rows = [_day(begins + DAY * number) for number in range((until - begins).days)]
    columns = tuple(Column(name, meanings()[name], types.get(name, "VARCHAR")) for name in names)
    return Table(columns, rows, provenance={"grain": "one day"})


def _day(on: date) -> tuple[Any, ...]:
    week = on.isocalendar()
    return (
        on,
        on.year,
        f"{on.year} Q{(on.month + 2) // 3}",
        f"{on:%Y-%m}",
        f"{on:%B %Y}",
        f"{week.year}-W{week.week:02}",
        on.isoweekday(),
        f"{on:%A}",
        _social_care_year(on),
        (on.month + 8) % 12 // 3 + 1,
        is_working_day(on),
    )


def _social_care_year(on: date) -> int:
    return on.year + (on.month >= 4)


def _table(facts: Facts, name: str) -> Table:
    sql = _sql(name)
    facts.create(name, sql, {})
    names, rows = facts.rows(f"FROM {name}", {})  # a name of this module, never given
    types = [row[1] for row in facts.rows(f"DESCRIBE {name}", {})[1]]
    columns = tuple(Column(one, meanings()[one], type_) for one, type_ in zip(names, types, strict=True))
    grain = sql.partition("\n")[0].removeprefix("-- One row is ").rstrip(".")
    return Table(columns, rows, provenance={"grain": grain})


def _one(facts: Facts, sql: str) -> tuple[list[str], tuple[Any, ...]]:
    names, rows = facts.rows(sql, {})
    return names, rows[0]


def _identified(table: Table, store: Store) -> Table:
    """Add the authority's own ids beside the journeys."""
    ids = store.subject_ids([f"journey:{row[0]}" for row in table.rows])
    rows = [(row[0], ids.get(f"journey:{row[0]}", row[0]), *row[1:]) for row in table.rows]
    first, *rest = table.columns
    return replace(table, columns=(first, Column("child", meanings()["child"], "VARCHAR"), *rest), rows=rows)


@cache
def meanings() -> dict[str, str]:
    """Return what each column means."""
    return tomllib.loads(files(PLACE).joinpath("columns.toml").read_text("utf-8"))


@cache
def _sql(name: str) -> str:
    return files(PLACE).joinpath(f"{name}.sql").read_text("utf-8")
