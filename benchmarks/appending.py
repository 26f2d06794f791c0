"""Appending: one durable entry, and batches of a hundred, against bare inserts of the very same bytes.

`single` and `bulk` take the engine and give nothing where it does not answer. Ours makes the event, checks it, encrypts
its private part, seals it and commits; bare inserts the row that came of it into a table without any index of ours.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import bare
from benchmarks.ledgers import append, folder, fresh, postgres_database
from benchmarks.library import Library
from benchmarks.measured import Pair, seconds
from ledger.synthetic.bulk import BATCH, CHILDREN, PER_CHILD, batches

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.application import Ledger
    from ledger.synthetic.bulk import Batch

ROUND = CHILDREN * PER_CHILD
"""Entries until the next ten children begin: the first batch of each round meets children never seen before."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A ledger and a bare table on one engine."""

    ledger: Ledger
    insert_one: Callable[[Any], object]
    insert_many: Callable[[list[Any]], object]


def single(engine: str, count: int) -> Pair | None:
    """Append one event at a time to known children, and insert the same rows one at a time, in turns."""
    with ExitStack() as stack:
        bench = _bench(stack, engine)
        if bench is None:
            return None
        first, *rest = batches(ROUND, seed=1)
        append(bench.ledger, first)
        ours, theirs = [], []
        for item in [item for batch in rest for item in batch][:count]:
            ours.append(seconds(lambda item=item: append(bench.ledger, [item])))
            (row,) = _last(bench.ledger, 1)
            theirs.append(seconds(lambda row=row: bench.insert_one(row)))
        return Pair(median(ours), median(theirs), len(ours))


def bulk(engine: str, rounds: int) -> Pair | None:
    """Append batches of 100 entries over 10 journeys, keys cached, and insert the same rows, in turns."""
    with ExitStack() as stack:
        bench = _bench(stack, engine)
        if bench is None:
            return None
        ours, theirs, new = [], [], []
        for number, batch in enumerate(batches(rounds * ROUND, seed=2)):
            took = seconds(lambda batch=batch: append(bench.ledger, batch))
            rows = _last(bench.ledger, len(batch))
            bare_took = seconds(lambda rows=rows: bench.insert_many(rows))
            if number * BATCH % ROUND == 0:
                new.append(took)
            else:
                ours.append(took)
                theirs.append(bare_took)
        also = (("10 new journeys", median(new)), ("100 new journeys", _cold(bench)))
        return Pair(median(ours), median(theirs), len(ours) * BATCH, also=also)


def beside_the_library(rounds: int) -> Pair:
    """Append the same batches through us, and through the library as its documentation shows, without a seal."""
    with folder() as path, fresh(path) as ledger, Library(path / "library.db") as library:
        ours, theirs = [], []
        for number, batch in enumerate(batches(rounds * ROUND, seed=3)):
            took = seconds(lambda batch=batch: append(ledger, batch))
            library_took = seconds(lambda batch=batch: library.save(batch))
            if number * BATCH % ROUND:
                ours.append(took)
                theirs.append(library_took)
        return Pair(median(ours), median(theirs), len(ours) * BATCH)


def _cold(bench: Bench) -> float:
    """Return the seconds of one batch that registers 100 children: 100 keys and 100 look-ups are made."""
    took = []
    for turn in range(3):
        batch: Batch = []
        for starts in batches(100 * PER_CHILD, seed=4, first_child=10_000 + turn * 100):
            batch += [item for item in starts if item[1][0].__name__ == "ChildRegistered"]
        took.append(seconds(lambda batch=batch: append(bench.ledger, batch)))
    return median(took)


def _last(ledger: Ledger, count: int) -> list[Any]:
    size = ledger.head().size
    return bare.rows_of(ledger.store, size - count, size)


def _bench(stack: ExitStack, engine: str) -> Bench | None:
    path = stack.enter_context(folder())
    if engine == "sqlite":
        ledger = stack.enter_context(fresh(path))
        sqlite = bare.open_bare(path, path / "ledger" / "ledger.db")
        stack.callback(sqlite.close)
        return Bench(ledger, lambda row: bare.insert_one(sqlite, row), lambda rows: bare.insert_many(sqlite, rows))
    url = stack.enter_context(postgres_database())
    if url is None:
        return None
    ledger = stack.enter_context(fresh(path, engine="postgres", url=url))
    postgres = stack.enter_context(bare.BarePostgres(url))
    return Bench(ledger, postgres.insert_one, postgres.copy_many)
