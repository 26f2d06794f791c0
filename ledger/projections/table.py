"""A table: what every projection hands up to be rendered.

    >>> table = Table((Column("child"), Column("visits")), [("C-1", 4)])
    >>> table.dicts()
    [{'child': 'C-1', 'visits': 4}]

Cells are None (undefined), bool, int, str, Decimal or Fraction, date, datetime or a tuple of these. Rendering is not
decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what a value in it means, and for a ratio the columns it is made from."""

    name: str
    meaning: str = ""
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns, with notes for the reader and the provenance of the numbers."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    notes: list[str] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows as {column name: value}."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]
