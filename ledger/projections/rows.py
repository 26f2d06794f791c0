"""The rows of a measure and whose they are: what telling two results apart, and telling what stands behind one, share.

A row is named by its first column: a child, or the pod, worker, stage ... that it sums. Where several rows have the
same, by as many of the columns that follow as are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.projections.engine import result
from ledger.projections.periods import PERIODS
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ledger.domain.clock import View
    from ledger.projections.card import Card
    from ledger.projections.facts import Facts
    from ledger.projections.request import Request
    from ledger.projections.table import Table
    from ledger.store import Store

BESIDE = (text("behind"), text("between"), text("members_by_person"))
"""SQL that is run over the same facts as the measure."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One result with journeys still journeys, the reader's day, and the journeys of each value of the first column.

    `journeys` is None where a row is about nobody in particular.
    """

    table: Table
    on: date
    journeys: dict[Any, set[str]] | None


def rows_of(store: Store, facts: Facts, card: Card, view: View, wanted: Request) -> Rows:
    """Run a measure over loaded facts, and leave these standing at the view with all that `BESIDE` needs."""
    table = result(store, facts, card, view, wanted)
    journeys: dict[Any, set[str]] | None = None
    if wanted.by is not None and wanted.by not in PERIODS:
        journeys = {}
        for journey, member in facts.query("SELECT journey, coalesce(member, 'not known') FROM members").fetchall():
            journeys.setdefault(member, set()).add(journey)
    elif wanted.by is None and table.columns and table.columns[0].name in card.journeys:
        journeys = {row[0]: {row[0]} for row in table.rows}
    return Rows(table, facts.stand(view), journeys)


def key_length(tables: Sequence[Table]) -> int:
    """Return how many leading columns name a row in each of these tables; all of them where none do."""
    width = len(tables[0].columns)
    for length in range(1, width):
        if all(len({row[:length] for row in table.rows}) == len(table.rows) for table in tables):
            return length
    return width
