"""Run a measure: bind its parameters, run its SQL over the facts, and say where the numbers come from.

    >>> run_measure(store, "continuity", view("2024-03-31"), year=2024).dicts()          # doctest: +SKIP

Parameters are bound, never pasted. Undefined is None with a reason, never 0. A result is fixed by (instant, position):
the same two give the same rows. The last step fills the columns that hold journeys with the authority's ids, where the
lookup key is present. Raises `NotFound` (no such measure) and `Malformed` (a parameter it does not take).
Not here: rendering, keys, what a measure means (its card).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from ledger.domain import wording
from ledger.domain.clock import NOW, View, view_of
from ledger.errors import Malformed, Problem
from ledger.projections.card import Card, measure
from ledger.projections.columns import sql_of
from ledger.projections.conditions import narrowed
from ledger.projections.facts import Facts, load_facts
from ledger.projections.fold import folded, given_sql
from ledger.projections.local import apply_settings, with_own_rules
from ledger.projections.periods import PERIODS, by_period
from ledger.projections.provenance import provenance
from ledger.projections.request import JOURNEYS, PERSONAL, Request, request
from ledger.projections.sql_fault import fault
from ledger.projections.suppression import suppressed
from ledger.projections.table import Column, Table
from ledger.projections.views import text
from ledger.projections.wanted import checked, planned, wanted_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from ledger.store import Store

_Found = TypeVar("_Found")

DROP = """
DROP VIEW IF EXISTS measured; DROP TABLE IF EXISTS measured_first; DROP TABLE IF EXISTS measured_rest;
DROP TABLE IF EXISTS parts; DROP TABLE IF EXISTS members; DROP TABLE IF EXISTS summed
"""
WHOLE = "CREATE VIEW measured AS FROM measured_first"
APART = "CREATE VIEW measured AS FROM measured_first UNION ALL FROM measured_rest"
LARGE = 1 << 16
"""Entries from which on a measure that can be asked of a range of journeys is made of two of them, side by side."""

AHEAD = "the window begins after the reader's day: nothing of it can be known yet, and what is 0 here says nothing"

Result = Table
"""What running a measure gives: rows, columns, notes and provenance."""


def run_measure(
    store: Store,
    name: str | Card,
    view: View = NOW,
    *,
    known_at: str | date | None = None,
    sealed_by: str | date | None = None,
    at: int | None = None,
    where: Sequence[str] = (),
    suppress_below: int | None = None,
    **parameters: Any,
) -> Result:
    """Run a measure over a ledger as known at a view, and fill in the authority's ids where their key is here.

    The view may be given as clocks instead. `parameters` are `year`, `from_`, `to`, `by`, and those on the card.
    `where` are conditions on columns of the result; with `suppress_below`, counts below it are hidden with what would
    give them away.
    """
    view = view_of(view, known_at, sealed_by, at)
    card = with_own_rules(name if isinstance(name, Card) else measure(name), store.settings.policy.timescales)
    wanted = request(card, **parameters)
    position = view_position(store, view)
    with facts_for(store, position, card, (text(members_file(wanted)),)) as facts:
        table = result(store, facts, card, view, wanted)
    table.provenance.update(of_ledger(store, position))
    found = identified(table, card.journeys, store)
    if suppress_below is not None:
        found = suppressed(found, suppress_below, card.journeys)
    return narrowed(found, where, textual=suppress_below is not None)


def of_ledger(store: Store, position: int) -> dict[str, Any]:
    """Return what a provenance says of the ledger: stand-ins for workers, the root at a position, whose it is."""
    told: dict[str, Any] = {"placeholders": list(store.placeholders)} if store.placeholders else {}
    return told | {"root": store.head(position).root.hex(), "authority": store.authority}


def view_position(store: Store, view: View) -> int:
    """Return the position a view stands at. Raises `Malformed` beyond the head."""
    size = store.head().size
    position = size if view.position is None else view.position
    if position > size:
        raise Malformed([Problem("beyond-head", f"this ledger ends at position {size}; found {position}.")])
    return position


def facts_for(store: Store, position: int, card: Card, beside: tuple[str, ...] = ()) -> Facts:
    """Load the facts up to a position that a measure, and other SQL beside it, can need. Close them."""
    sql = (*sql_of(card), *given_sql(card), *beside)
    facts = load_facts(store, position, sql, wanted_columns(*sql) if card.own else None)
    apply_settings(facts, store)
    if card.own:
        facts.lock()
    return facts


def result(store: Store, facts: Facts, card: Card, view: View, wanted: Request) -> Table:
    """Run a measure in SQL, or a fold in Python, over loaded facts; journeys stay journeys."""
    if card.fold:
        return folded(store, facts, card, view, wanted, (*sql_of(card), *given_sql(card)))
    if not card.own:
        return measured(facts, card, view, wanted)
    import duckdb

    try:
        return measured(facts, card, view, wanted)
    except duckdb.Error as error:
        raise fault(error, card.sql, card.code) from None


def measured(facts: Facts, card: Card, view: View, wanted: Request) -> Table:
    """Run a measure over loaded facts; journeys stay journeys. Leaves the facts standing at the view."""
    on = facts.stand(view)
    if wanted.by in PERIODS:
        whole_year = card.window == "year"
        return by_period(
            wanted, on, lambda one: measured(facts, card, view, one), lambda end: end.year if whole_year else None
        )
    bound = wanted.bound(on)
    facts.need(*_run(card, wanted), loosely=card.own)
    with ThreadPoolExecutor(1) as beside:
        told = beside.submit(_beside, facts, lambda other: provenance(other, card, view, wanted, on))
        apart = wanted.by is None and card.by_range and facts.position >= LARGE
        first: list[tuple[Any, ...]] = []
        if apart:
            first = _make_apart(facts, card, bound)
        else:
            make_tables(facts, card, wanted, bound)
        notes = beside.submit(_beside, facts, lambda other: _notes(other, card, bound))
        if wanted.by is None:
            left = "FROM measured_rest" if apart else "FROM measured"
            columns, (names, rows) = card.columns, facts.rows(left, {})
            rows = [*first, *rows]
            types = facts.rows("DESCRIBE measured", {})[1]
        else:
            columns, (names, rows) = card.group_columns, facts.rows("FROM summed", {})
            types = facts.rows("DESCRIBE summed", {})[1]
    if card.own and not columns:
        columns = tuple(map(Column, names))
    if names != [column.name for column in columns]:
        wrong = f"the SQL of {card.name} gives {', '.join(names)}, which is not what its card says"
        raise Malformed([Problem("bad-card", f"{wrong}.", file=card.code)]) if card.own else TypeError(wrong)
    typed = tuple(replace(column, type=described[1]) for column, described in zip(columns, types, strict=True))
    ahead = [AHEAD] if wanted.from_ is not None and wanted.from_ > on else []
    return Table(typed, rows, [*ahead, *notes.result()], told.result(), card.definition())


def _beside(facts: Facts, ask: Callable[[Facts], _Found]) -> _Found:
    """Ask something of the facts in a thread of its own."""
    with facts.beside() as other:
        return ask(other)


def _run(card: Card, wanted: Request) -> tuple[str, ...]:
    """Return the SQL that is run for a request: a projection of the reader's own is checked in all its parts."""
    if wanted.by is not None or card.own:
        return (*sql_of(card), text(members_file(wanted)))
    own = (card.sql, card.notes_sql or "", card.parts_sql or "" if card.sums_parts else "")
    return (*own, text("provenance"), text("coverage_told"))


def make_tables(facts: Facts, card: Card, wanted: Request, bound: dict[str, Any]) -> None:
    """Make `parts` (where they are summed) and `measured`; where a group is wanted, `members` and `summed` too.

    Facts stand at the view, and what the card's SQL reads is there.
    """
    if card.own:
        checked(facts, card, bound)
    facts.connection.execute(DROP)
    if card.parts_sql and card.sums_parts:
        _make(facts, card, "parts", card.parts_sql, bound)
    _make(facts, card, "measured_first", card.sql, bound)
    facts.connection.execute(WHOLE)
    if wanted.by is None:
        return
    facts.create("members", text(members_file(wanted)), bound)
    if card.group_parts_sql:
        facts.connection.execute("DROP TABLE IF EXISTS parts")
        _make(facts, card, "parts", card.group_parts_sql, bound)
    _make(facts, card, "summed", card.group_sql or "", bound)


def _make_apart(facts: Facts, card: Card, bound: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Make `measured` of two ranges of journeys side by side, each by one thread; return the rows of the first.

    Those are read while the second is made. A table is made by one thread anyway, unless it is read from large ones.
    """
    facts.connection.execute(DROP)
    with facts.one_thread_each(), facts.beside() as other, ThreadPoolExecutor(1) as worker:
        rest = worker.submit(other.create, "measured_rest", card.sql, bound | {"journeys_from": JOURNEYS[1]})
        facts.create("measured_first", card.sql, bound | {"journeys_until": JOURNEYS[1]})
        rows = facts.rows("FROM measured_first", {})[1]
        rest.result()
    facts.connection.execute(APART)
    return rows


def _make(facts: Facts, card: Card, name: str, sql: str, bound: dict[str, Any]) -> None:
    """Keep the rows of one statement of a card as a table; one of the reader's own is planned first."""
    if card.own:
        planned(facts, sql, bound, card.code)
    facts.create(name, sql, bound)


def read(facts: Facts, card: Card, sql: str, bound: dict[str, Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement of a card; one of the reader's own is planned first, where it cannot write."""
    if card.own:
        planned(facts, sql, bound, card.code)
    return facts.rows(sql, bound)


def members_file(wanted: Request) -> str:
    """Return the name of the SQL that says which group each journey is in."""
    return "members_by_person" if wanted.by in PERSONAL else "members"


def _notes(facts: Facts, card: Card, bound: dict[str, Any]) -> list[str]:
    """Return what stands beside the result; a note with a count of nothing is left out."""
    if card.notes_sql is None:
        return []
    _, rows = read(facts, card, card.notes_sql, bound)
    return [note if count is None else wording.counted(count, note) for note, count in rows if count != 0]


def identified(table: Table, journeys: tuple[str, ...], store: Store) -> Table:
    """Put the authority's child ids in the place of journeys, and say in the provenance which of them stand there.

    Rows that begin with a child are put in the order of the ids shown; each child's own rows keep theirs.
    """
    places = [place for place, column in enumerate(table.columns) if column.name in journeys]
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
    return replace(table, rows=rows, provenance=table.provenance | {"child": told})
