"""The parts of a measure's rows: what each child brings to a row, so that a row can be told child by child.

Rows of a child are their own parts. A measure whose rows are of no child alone says its parts in `parts.sql`, and what
its sums by a group are made of in `group_parts.sql`; else a sum is of the measure's rows, joined to `members`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.projections.conditions import narrowed
from ledger.projections.rows import key_length
from ledger.projections.table import Column, Table
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.projections.card import Card
    from ledger.projections.facts import Facts
    from ledger.projections.request import Request

Cells = tuple[Any, ...]


@dataclass(frozen=True)
class Picked:
    """Rows of a measure, and how the parts of these rows are known: by their first columns and by conditions."""

    rows: list[Cells]
    named: tuple[str, ...]
    where: tuple[str, ...] = ()

    def parts(self, names: Sequence[str], rows: list[Cells]) -> list[Cells]:
        """Return those parts that stand in the rows; none where parts have no column by which rows are known."""
        known = [(here, names.index(name)) for here, name in enumerate(self.named) if name in names]
        if not known:
            return []
        keys = {tuple(row[here] for here, _ in known) for row in self.rows}
        mine = [_hashable(row) for row in rows if tuple(row[there] for _, there in known) in keys]
        return narrowed(Table(tuple(map(Column, names)), mine), self.where).rows if self.where else mine


def picked(table: Table, rows: list[Cells], length: int, where: Sequence[str] = ()) -> Picked:
    """Pick rows of a result by their first `length` columns; rows of no child alone by as many as name them."""
    names = tuple(column.name for column in table.columns)
    if names[0] == "child":
        return Picked(rows, names[:length], tuple(where))
    return Picked(rows, names[: max(length, key_length([table]))])


def statement(facts: Facts, card: Card, wanted: Request) -> str | None:
    """Return the SQL that gives the parts of what was just run, or None for a measure whose parts are not known."""
    own = [name for name, *_ in facts.rows("DESCRIBE measured", {})[1]]
    if wanted.by is None and own[:1] == ["child"]:
        return "FROM measured"
    if wanted.by is not None and card.group_parts_sql:
        return "FROM parts"
    if card.parts_sql:
        return "FROM parts" if card.sums_parts else card.parts_sql
    return text("parts_of_group") if wanted.by is not None and "child" in own else None


def place_of_child(names: Sequence[str]) -> int:
    """Return which column of parts holds the journey of the child whose part it is."""
    return names.index("journey") if "journey" in names else names.index("child")


def _hashable(row: Iterable[Any]) -> Cells:
    return tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row)
