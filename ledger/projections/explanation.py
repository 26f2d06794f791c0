"""What is behind one row of a measure: each child's part in it, and the entries that made it, down to file and line.

    >>> explanation(store, measure("continuity"), "C-1", year=2025).entries.dicts()          # doctest: +SKIP

An entry counts where the row is another once that entry alone is withdrawn: the measure's own SQL is asked (`worlds`),
and asked again with everything withdrawn that is not told here (`counted`). A row that sums children is told child by
child, and an entry counts where the child's own part is another. Where a measure of one's own cannot be asked so, its
`explain.sql` tells the positions; without one every entry of the row's journeys is told whose kind the measure can
read: right, and wider than what was counted, which a note says. Entries about workers, pods and sources are about no
child, and not listed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ledger.domain import wording
from ledger.domain.clock import NOW, View
from ledger.errors import NotFound, Refused
from ledger.projections.conditions import narrowed
from ledger.projections.counted import Behind, behind
from ledger.projections.engine import facts_for, identified, of_ledger, read, view_position
from ledger.projections.entry_lines import entry_lines
from ledger.projections.kinds_read import kinds_read
from ledger.projections.parts import Picked, picked, statement
from ledger.projections.periods import PERIODS, label_and_member, periods
from ledger.projections.request import Request, request
from ledger.projections.rows import BESIDE, Rows, rows_of
from ledger.projections.table import Column, Table
from ledger.projections.views import text
from ledger.projections.worlds import Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.projections.card import Card
    from ledger.projections.facts import Facts
    from ledger.store import Store

CHILDREN = 20
"""How many children are told of a row that sums more, unless all are asked for."""
ROLES = (
    Column("role", "Counted: the row is another without it. One of several: others tell the same, and one is needed."),
    Column(
        "counts_in", "The columns of the child's part that are other without it; `the row` where none is left, or more."
    ),
)
OF_PARTS = tuple(map(text, ("links", "roots", "told_of", "worlds", "parts_of_group")))


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of the row, each of one child, and the entries behind them."""

    parts: Table
    entries: Table


def explanation(
    store: Store,
    card: Card,
    key: str,
    view: View = NOW,
    *,
    where: Sequence[str] = (),
    most: int | None = CHILDREN,
    **parameters: Any,
) -> Explanation:
    """Tell what is behind the rows whose leading cells are `key`, comma between, and that meet every condition.

    At most `most` children are told of, or all. Raises `NotFound`, `Malformed`, `Refused`.
    """
    wanted, keyed = _of_period(card, request(card, **parameters), key)
    position = view_position(store, view)
    at = view.at(position)
    asked = _Question(store, card, at, wanted, keyed, tuple(where))
    found = None if card.fold or card.explain_sql else _exactly(asked, most)
    parts, entries = found or _widely(asked)
    origin = parts.provenance | {"row": key} | of_ledger(store, position)
    origin |= {"where": list(where)} if where else {}
    told = [replace(table, provenance=origin) for table in (parts, entries)]
    return Explanation(*(identified(table, ("child", "journey"), store) for table in told))


@dataclass(frozen=True)
class _Question:
    """Whose rows are explained: a measure at a view, and which of its rows."""

    store: Store
    card: Card
    view: View
    wanted: Request
    key: list[str]
    where: tuple[str, ...]

    def facts(self, *beside: str) -> Facts:
        """Load what the measure and SQL beside it needs. Close them."""
        return facts_for(self.store, self.view.position or 0, self.card, (*BESIDE, *beside))

    def rows(self, facts: Facts) -> tuple[Rows, Picked]:
        """Run the measure; return its rows, and which of them are explained."""
        rows = rows_of(self.store, facts, self.card, self.view, self.wanted)
        return rows, _picked(self, rows.table)


def _of_period(card: Card, wanted: Request, key: str) -> tuple[Request, list[str]]:
    """Return what was asked, and the cells of the key; of a year, quarter or month its own run over the authority."""
    first, *rest = key.split(",")
    if wanted.by not in PERIODS or wanted.from_ is None or wanted.to is None:
        return wanted, [first, *rest]
    windows = {label: (start, end) for label, start, end in periods(wanted.by, wanted.from_, wanted.to)}
    label, member = label_and_member(first)
    if label not in windows:
        raise NotFound("row", key, windows, hint=f"journey project run {card.name} --by {wanted.by}")
    start, end = windows[label]
    year = end.year if card.window == "year" else None
    return replace(wanted, from_=start, to=end, by="authority", year=year), [member, *rest]


def _picked(asked: _Question, table: Table) -> Picked:
    """Return the rows that the key and the conditions name. Raises `NotFound` with the nearest keys, `Malformed`."""
    numbered = [(*row, n) for n, row in enumerate(table.rows)]
    shown = identified(replace(table, rows=numbered), asked.card.journeys, asked.store)
    mine = [row for row in shown.rows if [_cell(cell) for cell in row[: len(asked.key)]] == asked.key]
    left = narrowed(replace(table, rows=mine), asked.where).rows
    if not left:
        near = {_cell(row[0]) for row in shown.rows}
        raise NotFound("row", ",".join(asked.key), near, f"journey project run {asked.card.name}")
    return picked(table, [table.rows[row[-1]] for row in left], len(asked.key), asked.where)


def _cell(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _exactly(asked: _Question, most: int | None) -> tuple[Table, Table] | None:
    """Return the children's parts and the entries that made them; None where a child's part is not known by itself."""
    card = asked.card
    with asked.facts(*OF_PARTS) as facts:
        rows, chosen = asked.rows(facts)
        sql = statement(facts, card, asked.wanted)
        if sql is None:
            return None
        question = Asked(card, asked.view, asked.wanted, sql, chosen.parts)
        found = behind(facts, question, most, lambda journeys: _in_order(asked.store, journeys))
    if found is None:
        return None
    notes = []
    if found.more:
        notes.append(f"and {wording.number(found.more, 'more child', 'more children')}: --all tells of them too.")
    parts = Table(tuple(map(Column, found.names)), found.parts, list(notes), rows.table.provenance)
    return parts, _lines(asked.store, found, notes)


def _in_order(store: Store, journeys: set[str]) -> list[str]:
    """Return journeys in the order of the authority's ids of the children, where they are known."""
    ids = store.subject_ids(sorted(f"journey:{journey}" for journey in journeys))
    return sorted(journeys, key=lambda journey: str(ids.get(f"journey:{journey}", journey)))


def _lines(store: Store, found: Behind, notes: Sequence[str]) -> Table:
    """Return the entries that made the parts, with their corrections, in the order of their positions."""
    roles = {root.root_id: role for one in found.counted for root, role in one.roots.items()}
    told = {position: roles[root_id] for position, _, root_id in found.chains if root_id in roles}
    table = entry_lines(store, [event_id for _, event_id, root_id in found.chains if root_id in roles])
    columns = (*table.columns[:2], *ROLES, *table.columns[2:])
    rows = [(*row[:2], *told[row[0]], *row[2:]) for row in table.rows]
    held = sum(one.unit.size for one in found.counted)
    made = f"{len(roles)} of {wording.entries(held)} in force made it"
    said = f"{made}: were all the others withdrawn, it would be the same."
    return replace(table, columns=columns, rows=rows, notes=[*table.notes, said, *notes])


def _widely(asked: _Question) -> tuple[Table, Table]:
    """Return the rows, and the entries that `explain.sql` tells, or all that may be behind them. Raises `Refused`."""
    store, card = asked.store, asked.card
    own = card.explain_sql
    with asked.facts(own or "") as facts:
        rows, chosen = asked.rows(facts)
        if rows.journeys is None:
            told = f"a row of {card.name} is about nobody in particular, so no entries stand behind it alone."
            raise Refused(told, "journey project diff tells what moved it")
        journeys = sorted(set().union(*(rows.journeys.get(row[0], set()) for row in chosen.rows)))
        kinds = kinds_read(card)
        bound = {**asked.wanted.bound(rows.on), "journeys": journeys, "kinds": None if kinds is None else list(kinds)}
        facts.stand(asked.view)
        found = read(facts, card, own, bound)[1] if own else facts.rows(text("behind"), bound)[1]
    table = entry_lines(store, [event_id for _, event_id in found])
    notes = [*table.notes, _width(card, kinds, exact=own is not None)]
    return replace(rows.table, rows=chosen.rows, notes=[]), replace(table, notes=notes)


def _width(card: Card, kinds: tuple[str, ...] | None, *, exact: bool) -> str:
    if exact:
        return f"these are the entries that {card.name} counts in this row, as its own explain.sql says."
    which = "any kind" if kinds is None else f"{wording.number(len(kinds), 'kind')} of event that its views read"
    return f"wider than what was counted: every entry of {which}, dated before the end of the window or undated."
