"""One view per event, `events_visit_recorded` and so on: its own coded columns, and the envelope.

One row is one entry of that event in force at the reader's view, what is only expected included (`expected`). Nothing
is registered: a new event class has its view. They are made when SQL mentions them, over the view `effective`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ledger.domain.events import catalogue
from ledger.projections.columns import ENVELOPE_COLUMNS, columns
from ledger.projections.views import words

if TYPE_CHECKING:
    from ledger.projections.facts import Facts

ENVELOPE = (
    "position",
    "journey",
    "stream",
    "version",
    "name",
    "event_id",
    "day",
    "known_at",
    "known_on",
    "recorded_at",
    "written_at",
    "recorded_by",
    "recorded_system",
    "source_system",
    "basis",
    "expected",
    "restricted",
    "corrected",
    "root_id",
    "entry_position",
)
"""The columns that every such view begins with, as in `effective`."""


@cache
def event_views() -> dict[str, tuple[str, ...]]:
    """Return {view: stored names of its event, in all versions}, in the order of the catalogue."""
    found: dict[str, tuple[str, ...]] = {}
    for name in catalogue():
        view = "events_" + name.rpartition(".v")[0].replace("-", "_")
        found[view] = (*found.get(view, ()), name)
    return found


@cache
def own_columns(view: str) -> tuple[str, ...]:
    """Return the coded fields of the event of a view, in the order of its class."""
    named = dict.fromkeys(field for name in event_views()[view] for field in catalogue()[name].model_fields)
    return tuple(field for field in named if field in columns() and field not in ENVELOPE_COLUMNS)


def mentioned(sql: str) -> tuple[str, ...]:
    """Return the views of events that SQL mentions."""
    return tuple(view for view in event_views() if view in words(sql))


def lay(facts: Facts, views: tuple[str, ...]) -> None:
    """Make these views over `effective`; the facts must have all their columns."""
    import duckdb

    if views:
        facts.need("FROM effective")
    for view in views:
        names = map(duckdb.ConstantExpression, event_views()[view])
        rows = facts.connection.view("effective").filter(duckdb.ColumnExpression("name").isin(*names))
        rows.select(*map(duckdb.ColumnExpression, (*ENVELOPE, *own_columns(view)))).create_view(view)
