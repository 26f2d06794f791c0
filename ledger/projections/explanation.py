"""The entries behind one row of a measure, in order, down to the source's file and line.

A measure may bring an `explain.sql` that gives their positions exactly. Where it brings none, every entry of the row's
journeys is told whose kind the measure can read and whose date lies before the window's end: right, and wider than
what was counted, which a note says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import NOW, View
from ledger.errors import NotFound, Refused
from ledger.projections.engine import facts_for, identified, read, view_position
from ledger.projections.entry_lines import entry_lines
from ledger.projections.kinds_read import kinds_read
from ledger.projections.request import request
from ledger.projections.rows import BESIDE, rows_of
from ledger.projections.views import text

if TYPE_CHECKING:
    from ledger.projections.card import Card
    from ledger.projections.table import Table
    from ledger.store import Store


def explanation(store: Store, card: Card, key: str, view: View = NOW, **parameters: Any) -> Table:
    """Return the entries behind the rows whose leading cells are `key`, comma between. Raises `NotFound`, `Refused`."""
    wanted = request(card, **parameters)
    at = view.at(view_position(store, view))
    own = card.explain_sql
    with facts_for(store, at.position or 0, card, (*BESIDE, own or "")) as facts:
        rows = rows_of(store, facts, card, at, wanted)
        if rows.journeys is None:
            told = f"a row of {card.name} is about nobody in particular, so no entries stand behind it alone."
            raise Refused(told, "journey project diff tells what moved it")
        members = _members(rows.table, card, key, store)
        journeys = sorted(set().union(*(rows.journeys.get(member, set()) for member in members)))
        kinds = kinds_read(card)
        bound = {**wanted.bound(rows.on), "journeys": journeys, "kinds": None if kinds is None else list(kinds)}
        facts.stand(at)
        found = read(facts, card, own, bound)[1] if own else facts.rows(text("behind"), bound)[1]
    table = entry_lines(store, [event_id for _, event_id in found])
    origin = rows.table.provenance | {"row": key, "root": store.head(at.position).root.hex()}
    notes = [*table.notes, _width(card, kinds, exact=own is not None)]
    return identified(replace(table, notes=notes, provenance=origin), ("child",), store)


def _members(table: Table, card: Card, key: str, store: Store) -> list[Any]:
    """Return the first cells of the rows that a key names. Raises `NotFound` with the nearest keys."""
    shown = identified(replace(table, rows=[(*row, row[0]) for row in table.rows]), card.journeys, store).rows
    wanted = key.split(",")
    found = dict.fromkeys(row[-1] for row in shown if [str(cell) for cell in row[: len(wanted)]] == wanted)
    if not found:
        raise NotFound("row", key, {str(row[0]) for row in shown}, hint=f"journey project run {card.name}")
    return list(found)


def _width(card: Card, kinds: tuple[str, ...] | None, *, exact: bool) -> str:
    if exact:
        return f"these are the entries that {card.name} counts in this row, as its own explain.sql says."
    which = "any kind" if kinds is None else f"{len(kinds)} kinds of event that its views read"
    return f"wider than what was counted: every entry of {which}, dated before the end of the window or undated."
