"""The columns of the facts: the row's own, the envelope's, and every coded field of every event.

Nothing is registered and nothing inferred: an event class with a coded field makes a column of that name and type.
Private fields make none. A field that two events give different types is text.

    >>> columns()["started_on"]
    'DATE'
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime

from ledger.domain.events import catalogue
from ledger.domain.events.base import Event, private_fields
from ledger.projections.card import Card, measures
from ledger.projections.views import WIDE, made, relations, statements, text, words

if TYPE_CHECKING:
    from collections.abc import Iterable

ROW_COLUMNS = {
    "row_position": "BIGINT",
    "row_stream": "VARCHAR",
    "row_version": "BIGINT",
    "row_name": "VARCHAR",
    "row_event_id": "VARCHAR",
    "row_recorded_at": "BIGINT",
    "row_erased": "BOOLEAN",
}
"""Columns of a stored row, spliced before the fields of its open part; they lose their first word in `entries`."""

ROOT_COLUMNS = {
    "root_position": "BIGINT",
    "root_name": "VARCHAR",
    "root_recorded_at": "BIGINT",
    "root_written_at": "TIMESTAMPTZ",
}
"""Columns of the entry that a row is about, in rows that correct, withdraw, restrict or dispute one of their stream."""

ENVELOPE_COLUMNS = {
    "written_at": "TIMESTAMPTZ",
    "recorded_by": "VARCHAR",
    "recorded_system": "VARCHAR",
    "source_system": "VARCHAR",
    "basis": "VARCHAR",
    "corrects": "VARCHAR",
    "replacement_name": "VARCHAR",
}
"""Columns of the envelope in an open part that measures may need."""

DERIVED_COLUMNS = ("day", "known_at", "known_on")
"""Columns that are computed where the facts are made (`views/load.sql`), so that what is not asked for is not read."""
MADE_FROM = frozenset({"occurred_on", "occurred_at", "written_at", *ROOT_COLUMNS})
"""Columns that are always read where facts are made: others are made from them."""

COMPUTED = frozenset({*DERIVED_COLUMNS, "journey", "expected", "restricted", "corrected", "root_id"})
TAKEN = COMPUTED | set(ROOT_COLUMNS) | {name.removeprefix("row_") for name in ROW_COLUMNS}
"""Names of the row and of what the views compute: an event's field of such a name is no column of the facts."""


@cache
def columns() -> dict[str, str]:
    """Return {column: SQL type} of the table `entries`: row, root, envelope, and every coded field of every event.

    A field that two events give different types is text.
    """
    found: dict[str, str] = {}
    for kind in catalogue().values():
        for name, info in kind.model_fields.items():
            coded = name not in private_fields(kind) and name not in ENVELOPE_COLUMNS and name not in TAKEN
            sql_type = _sql_type(info.annotation) if coded else None
            if sql_type is None:
                continue
            found[name] = sql_type if found.get(name, sql_type) == sql_type else "VARCHAR"
    return ROW_COLUMNS | ROOT_COLUMNS | ENVELOPE_COLUMNS | found


def columns_of(kinds: Iterable[str]) -> dict[str, str]:
    """Return those columns that rows of these events can fill, with what every row has: the others are empty there."""
    fields = set().union(*(catalogue()[kind].model_fields for kind in kinds))
    always = {*ROW_COLUMNS, *ENVELOPE_COLUMNS, *MADE_FROM}
    return {name: sql_type for name, sql_type in columns().items() if name in always or name in fields}


@cache
def columns_mentioned(sql: tuple[str, ...] | None = None) -> dict[str, str]:
    """Return those columns whose names stand in this SQL: planning with the others would cost and serve none.

    SQL that reads no view with every column mentions none. Without `sql`, all views and measures are asked.
    """
    mentioned = set().union(*(_may_name(one) for one in sql or _all_sql() if relations(one) & WIDE))
    return {name: sql_type for name, sql_type in columns().items() if name in ROW_COLUMNS or name in mentioned}


def _may_name(sql: str) -> set[str]:
    """Return the words of SQL that may name a column: none of text, of what is called, or of the reader."""
    return words(re.sub(r"'[^']*'(\)\.\w+)?|\w+\s*\(|\border\s+by\b", " ", statements(sql).lower()))


@cache
def kinds_mentioned() -> tuple[str, ...]:
    """Return the stored names of the events that some view or measure reads."""
    names = set(re.findall(r"'([a-z0-9-]+\.v\d+)'", "\n".join(map(statements, _all_sql()))))
    return tuple(name for name in catalogue() if name in names)


def sql_of(card: Card) -> tuple[str, ...]:
    """Return the statements of a measure, and what stands beside every result."""
    return (*card.all_own_sql, text("members"), text("provenance"), text("coverage_told"))


@cache
def _all_sql() -> tuple[str, ...]:
    """Return the SQL of all views and measures."""
    return (*made().values(), *(sql for card in measures().values() for sql in sql_of(card)))


_SIMPLE = {
    str: "VARCHAR",
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    date: "DATE",
    datetime: "TIMESTAMPTZ",
    AwareDatetime: "TIMESTAMPTZ",
}


def _sql_type(annotation: Any) -> str | None:
    """Return the SQL type of a field, or None for a whole event inside an event."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return f"{_sql_type(inner[0])}[]"
    if origin is Literal:
        return _SIMPLE[type(inner[0])]
    if origin in (Annotated, Union, UnionType):
        return _sql_type(next(kind for kind in inner if kind is not NoneType))
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if issubclass(annotation, Event):
        return None
    parts = [f"{name} {_sql_type(info.annotation)}" for name, info in annotation.model_fields.items()]
    return f"STRUCT({', '.join(parts)})"
