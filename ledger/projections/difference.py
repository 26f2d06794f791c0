"""How a measure's result at one view differs from that at another, and which entries made the difference.

    >>> difference(store, measure("continuity"), view("2024-05-31"), view("2024-06-30"), year=2024)  # doctest: +SKIP

A row is there at one view alone (`gone`, `added`) or at both with other values (`changed`, one line a value). The
entries are those of the children concerned, of kinds the measure can read, that are known at one view and not at the
other: new ones, corrections and withdrawals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ledger.domain import wording
from ledger.projections.engine import facts_for, identified, of_ledger, view_position
from ledger.projections.entry_lines import entry_lines
from ledger.projections.kinds_read import kinds_read
from ledger.projections.request import request
from ledger.projections.rows import BESIDE, Rows, key_length, rows_of
from ledger.projections.table import Column, Table
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.clock import View
    from ledger.projections.card import Card
    from ledger.store import Store

Cells = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows that differ, and the entries that made them differ."""

    rows: Table
    entries: Table


@dataclass(frozen=True, slots=True)
class _Between:
    """An entry known at one of the two views alone."""

    position: int
    event_id: str
    journey: str | None


def difference(store: Store, card: Card, before: View, after: View, **parameters: Any) -> Difference:
    """Run a measure at two views and tell them apart. Raises `Malformed` as running it does."""
    wanted = request(card, **parameters)
    views = [view.at(view_position(store, view)) for view in (before, after)]
    sides: dict[int, Rows] = {}
    between: list[_Between] = []
    other: dict[str, Any] = {}
    for place in sorted((0, 1), key=lambda place: (views[place].position or 0, place)):
        with facts_for(store, views[place].position or 0, card, BESIDE) as facts:
            sides[place] = rows_of(store, facts, card, views[place], wanted)
            if other:
                asked = {f"other_{name}": other[name] for name in ("position", "clock", "instant")}
                between = _between(card, facts.rows(text("between"), asked)[1])
            other = dict(facts.reader)
    rows = _rows(sides[0], sides[1], between)
    concerned = {position for row in rows.rows for position in row[-1]}
    found = entry_lines(store, [one.event_id for one in between if one.position in concerned])
    told = _provenance(sides[0].table, sides[1].table)
    told |= of_ledger(store, max(view.position or 0 for view in views))
    elsewhere = sum(one.journey is None for one in between)
    notes = [f"rows are named by {', '.join(column.name for column in rows.columns[:-5])}."]
    if not rows.rows:
        notes = ["nothing differs."]
    if elsewhere:
        notes.append(
            f"{wording.entries(elsewhere)} of no child (sources, workers, pods) lie between too; they may move any row."
        )
    alone = sum(not row[-1] for row in rows.rows)
    if alone and sides[0].on != sides[1].on:
        notes.append(
            f"{wording.number(alone, 'line')} moved without an entry of their own: the reader's day is another."
        )
    shown = _sorted(identified(Table(rows.columns, rows.rows, notes, told), card.journeys, store))
    return Difference(shown, identified(replace(found, provenance=told), ("child",), store))


def _between(card: Card, rows: list[Cells]) -> list[_Between]:
    kinds = kinds_read(card)
    return [
        _Between(position, event_id, journey)
        for position, event_id, _, journey, kind, _ in rows
        if kinds is None or kind in kinds
    ]


def _rows(before: Rows, after: Rows, between: list[_Between]) -> Table:
    """Return one line for each row that is there once, and for each value that is another."""
    length = key_length([before.table, after.table])
    columns = after.table.columns
    old, new = ({row[:length]: row for row in side.table.rows} for side in (before, after))
    lines: list[Cells] = []
    for key in dict.fromkeys((*old, *new)):
        entries = _entries(key[0], before, after, between)
        if key not in new:
            lines.append((*key, "gone", None, _told(columns, old[key], length), None, entries))
        elif key not in old:
            lines.append((*key, "added", None, None, _told(columns, new[key], length), entries))
        else:
            changes = _changes(columns, old[key], new[key])
            lines += [(*key, "changed", name, one, other, entries) for name, one, other in changes]
    return Table(
        (
            *columns[:length],
            Column("change", "added, gone, or changed."),
            Column("column", "The column whose value is another; empty for a row that is there once."),
            Column("before", "Its value at the first view."),
            Column("after", "Its value at the second view."),
            Column("entries", "Positions of the entries, known at one view alone, that can have made the difference."),
        ),
        lines,
    )


def _entries(member: Any, before: Rows, after: Rows, between: list[_Between]) -> tuple[int, ...]:
    if before.journeys is None or after.journeys is None:
        return tuple(one.position for one in between if one.journey is not None)
    whose = before.journeys.get(member, set()) | after.journeys.get(member, set())
    return tuple(one.position for one in between if one.journey in whose)


def _changes(columns: tuple[Column, ...], old: Cells, new: Cells) -> Iterator[tuple[str, Any, Any]]:
    for column, one, other in zip(columns, old, new, strict=True):
        if one != other:
            yield column.name, one, other


def _told(columns: tuple[Column, ...], row: Cells, length: int) -> str:
    values = zip(columns[length:], row[length:], strict=True)
    return ", ".join(f"{column.name} {value}" for column, value in values if value is not None)


def _sorted(table: Table) -> Table:
    return replace(table, rows=sorted(table.rows, key=lambda row: [str(cell) for cell in row[:-5]]))


def _provenance(before: Table, after: Table) -> dict[str, Any]:
    same = {name: value for name, value in after.provenance.items() if before.provenance.get(name) == value}
    views = ("clock", "instant", "stated", "position")
    return {
        **{name: value for name, value in same.items() if name not in views},
        "before": {name: before.provenance[name] for name in views},
        "after": {name: after.provenance[name] for name in views},
    }
