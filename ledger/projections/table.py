"""A table: what every projection hands up to be rendered.

    >>> table = Table((Column("child"), Column("visits")), [("C-1", 4)])
    >>> table.dicts()
    [{'child': 'C-1', 'visits': 4}]

Cells are None (undefined), bool, int, str, Decimal or Fraction, date, datetime or a tuple of these. `arrow`, `polars`
and `pandas` need the package of that name, and say so where it is not installed. Rendering is not decided here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from ledger.domain import wording

if TYPE_CHECKING:
    # Optional packages: without them their types are unknown, and nothing else is.
    import pandas as pd
    import polars as pl
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its meaning, for a ratio the columns it is made from, and its SQL type where known."""

    name: str
    meaning: str = ""
    type: str = field(default="", compare=False)
    numerator: str = ""
    denominator: str = ""


def finite(rows: list[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Return the rows with every cell that is no finite number left empty, and a note that counts these."""
    endless = sum(map(_endless, chain.from_iterable(rows)))
    if not endless:
        return rows, []
    told = wording.counted(endless, "{cell was|cells were} no finite number and left empty.")
    return [tuple(None if _endless(cell) else cell for cell in row) for row in rows], [told]


def _endless(cell: Any) -> bool:
    return isinstance(cell, float | Decimal) and not math.isfinite(cell)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns, with notes for the reader and the provenance of the numbers.

    `definition` says in words what was counted, as (what, how) pairs: a file that leaves the house takes it along.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    notes: list[str] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    definition: tuple[tuple[str, str], ...] = ()

    @property
    def synthetic(self) -> bool:
        """Whether the data say of themselves, in the authority's name, that they are made up."""
        return "synthetic" in str(self.provenance.get("authority", "")).casefold()

    @property
    def as_known(self) -> str:
        """The clock and the position that the rows stand at, in a sentence."""
        stated = self.provenance.get("stated", "now")
        known = "now" if stated == "now" else f"at {stated}"
        return f"As known {known}, position {self.provenance.get('position', 'not stated')}."

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows as {column name: value}."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def arrow(self) -> pa.Table:
        """Return the rows as an Arrow table, typed. Raises `Unavailable` where pyarrow is not installed."""
        from ledger.projections.frames import arrow

        return arrow(self)

    def polars(self) -> pl.DataFrame:
        """Return the rows as a Polars frame, typed. Raises `Unavailable` where polars is not installed."""
        from ledger.projections.frames import polars

        return polars(self)

    def pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas frame. Raises `Unavailable` where pandas is not installed."""
        from ledger.projections.frames import pandas

        return pandas(self)
