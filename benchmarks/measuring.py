"""Every measure on fresh facts, beside the bare reading of the same entries.

Fresh facts are those of the present head, kept on disk, loaded with the columns that the measure and its views mention,
and of which nothing has been made yet. What is promised is the time from there to the result: every view that the
measure builds on is made, its SQL and its notes are run, its rows are fetched and their provenance is told. Facts keep
the views that were made of them, so each round loads its own. Loading is told beside it, and so is the sum of both in a
process that has just begun: DuckDB imported, SQL read, columns found. The files are in the system's cache. The peak of
memory is that of both.
"""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import bare
from benchmarks.measured import Pair, seconds
from benchmarks.memory import Peak
from benchmarks.reading import asked, both, run
from ledger.projections.card import Card, measures
from ledger.projections.engine import facts_for, members_file
from ledger.projections.views import text

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.projections.facts import Facts


def measure(where: str, name: str, rounds: int) -> Pair:
    """Run one measure on fresh facts, and read every row, in turns."""
    card, peak, each, reading = measures()[name], Peak(), [], []
    with both(where) as (ledger, connection):
        size = ledger.head().size
        for _ in range(rounds):
            with peak.watching():
                each.append(load_and_run(ledger, card))
            reading.append(seconds(bare.select(connection)))
    also = (
        ("loading", median(load for load, _ in each)),
        ("the first, loading and all, in a new process", sum(each[0])),
    )
    return Pair(median(took for _, took in each), median(reading), size, memory=peak.megabytes, also=also)


def load_and_run(ledger: Ledger, card: Card) -> tuple[float, float]:
    """Load facts for one measure and run it; return the seconds of each."""
    loaded: list[Facts] = []
    loading = seconds(lambda: loaded.append(_load(ledger, card)))
    with loaded[0] as facts:
        return loading, seconds(partial(run, facts, card))


def _load(ledger: Ledger, card: Card) -> Facts:
    return facts_for(ledger.store, ledger.head().size, card, (text(members_file(asked(card))),))
