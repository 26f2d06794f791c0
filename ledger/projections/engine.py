"""Run a measure: bind its parameters, run its SQL over the facts, and say where the numbers come from.

    >>> run_measure(store, "continuity", view("2024-03-31"), year=2024).dicts()          # doctest: +SKIP

Parameters are bound, never pasted. Undefined is None with a reason, never 0. A result is fixed by (instant, position):
the same two give the same rows. The last step fills the columns that hold journeys with the authority's ids, where the
lookup key is present. Raises `NotFound` (no such measure) and `Malformed` (a parameter it does not take).
Not here: rendering, keys, what a measure means (its card).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.domain.clock import NOW, View
from ledger.errors import Malformed, Problem
from ledger.projections.card import Card, measure
from ledger.projections.columns import sql_of
from ledger.projections.facts import Facts, load_facts
from ledger.projections.provenance import provenance
from ledger.projections.request import Request, request
from ledger.projections.table import Table
from ledger.projections.views import text

if TYPE_CHECKING:
    from ledger.store import Store

Result = Table
"""What running a measure gives: rows, columns, notes and provenance."""


def run_measure(store: Store, name: str, view: View = NOW, **parameters: Any) -> Result:
    """Run a measure over a ledger as known at a view, and fill in the authority's ids where their key is here.

    `parameters` are `year`, `from_`, `to`, `by`, and those on the measure's card.
    """
    card = measure(name)
    wanted = request(card, **parameters)
    with facts_for(store, view, sql_of(card)) as facts:
        position = facts.position
        table = measured(facts, card, view, wanted)
    if store.placeholders:
        table.provenance["placeholders"] = list(store.placeholders)
    table.provenance["root"] = store.head(position).root.hex()
    return _identified(table, card, store)


def facts_for(store: Store, view: View, sql: tuple[str, ...] | None = None) -> Facts:
    """Load the facts that a view stands on, or the columns of them that `sql` mentions; close them.

    Raises `Malformed` for a position beyond the head.
    """
    size = store.head().size
    position = size if view.position is None else view.position
    if position > size:
        raise Malformed([Problem("beyond-head", f"this ledger ends at position {size}; found {position}.")])
    facts = load_facts(store, position, sql)
    facts.query("SET VARIABLE placeholders = $ids", ids=list(store.placeholders))
    return facts


def measured(facts: Facts, card: Card, view: View, wanted: Request) -> Table:
    """Run a measure over loaded facts; journeys stay journeys. Leaves the facts standing at the view."""
    on = facts.stand(view, sql_of(card))
    bound = wanted.bound(on)
    facts.connection.execute("DROP TABLE IF EXISTS measured; DROP TABLE IF EXISTS members")
    facts.create("measured", card.sql, bound)
    if wanted.by is None:
        columns, (names, rows) = card.columns, facts.rows("FROM measured", {})
    else:
        facts.create("members", text("members"), bound)
        columns, (names, rows) = card.group_columns, facts.rows(card.group_sql or "", bound)
    if names != [column.name for column in columns]:
        raise TypeError(f"the SQL of {card.name} gives {names}, which is not what its card says")
    return Table(columns, rows, _notes(facts, card, bound), provenance(facts, card, view, wanted, on))


def _notes(facts: Facts, card: Card, bound: dict[str, Any]) -> list[str]:
    """Return what stands beside the result; a note with a count of nothing is left out."""
    if card.notes_sql is None:
        return []
    _, rows = facts.rows(card.notes_sql, bound)
    return [note if count is None else f"{count} {note}" for note, count in rows if count != 0]


def _identified(table: Table, card: Card, store: Store) -> Table:
    """Put the authority's child ids in the place of journeys, and say in the provenance which of them stand there.

    Rows that begin with a child are put in the order of the ids shown; each child's own rows keep theirs.
    """
    places = [place for place, column in enumerate(table.columns) if column.name in card.journeys]
    if not places:
        return table
    streams = {f"journey:{row[place]}" for row in table.rows for place in places if row[place] is not None}
    ids = store.subject_ids(sorted(streams))
    rows = [
        tuple(ids.get(f"journey:{value}", value) if place in places else value for place, value in enumerate(row))
        for row in table.rows
    ]
    if places[0] == 0:
        rows.sort(key=lambda row: str(row[0]))
    missing = len(streams) - len(ids)
    told = "the authority's ids" if not missing else "journey ids" if not ids else f"{missing} journey ids among them"
    return Table(table.columns, rows, table.notes, table.provenance | {"child": told})
