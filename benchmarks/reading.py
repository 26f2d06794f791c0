"""Reading: a case replayed, all verified, facts rebuilt and measured; each beside the bare reading of its rows."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import bare
from benchmarks.ledgers import fill, folder, fresh
from benchmarks.measured import Pair, in_turns, seconds
from ledger.application import Ledger, open_ledger
from ledger.domain.clock import NOW
from ledger.projections.card import measures
from ledger.projections.engine import measured
from ledger.projections.facts import Facts, load_facts
from ledger.projections.facts_folder import FactsFolder
from ledger.projections.request import Request, request
from ledger.synthetic.bulk import CHILDREN, PER_CHILD

if TYPE_CHECKING:
    from collections.abc import Iterator

YEAR = 2023
"""A social-care year in the middle of what the bulk entries span."""
CONTINUITY = ("dfe-social-workers", "commissioner-changes", "continuity", "allocations", "handovers", "family-workers")


def build(where: str, count: int) -> Pair:
    """Fill a ledger in `where` with `count` entries and put the same rows in a bare table beside it."""
    path = Path(where)
    path.mkdir(exist_ok=True)
    with fresh(path) as ledger:
        ours = seconds(partial(fill, ledger, count))
        bare.open_bare(path, path / "ledger" / "ledger.db", map(bare.plain, ledger.store.scan())).close()
    return Pair(ours, ours, count)


def replay(rounds: int) -> Pair:
    """Read one journey of 100 entries, validated and decrypted, and the same rows with their JSON parsed."""
    with folder() as path, fresh(path) as ledger:
        fill(ledger, CHILDREN * PER_CHILD)
        rows = bare.rows_of(ledger.store, 0, ledger.head().size)
        child = ledger.store.all_ids("journey")[0]
        connection = bare.open_bare(path, path / "ledger" / "ledger.db", rows)
        connection.execute("CREATE INDEX by_stream ON bare (stream, version)")
        read = bare.select_and_parse(connection, ledger.stream(child))
        count = len(ledger.entries(child))
        if read() != count:
            raise AssertionError("both sides must read the same entries")
        ours, theirs = in_turns(lambda: ledger.entries(child), read, rounds=rounds)
        connection.close()
        return Pair(ours, theirs, count)


def verify(where: str, rounds: int) -> Pair:
    """Recompute every leaf and the root, and read every row with one SHA-256 of each."""
    with _both(where) as (ledger, connection):
        size = ledger.head().size
        ours, theirs = in_turns(ledger.verify_self, bare.select_and_hash(connection), rounds=rounds)
        return Pair(ours, theirs, size)


def rebuild(where: str, rounds: int) -> Pair:
    """Build the facts from nothing and run all continuity measures, and read every row."""
    with _both(where) as (ledger, connection):
        size = ledger.head().size
        loading: list[float] = []

        def ours() -> None:
            began = time.perf_counter()
            with FactsFolder(ledger.store) as kept:
                kept.forget()
            with load_facts(ledger.store, size) as facts:
                loading.append(time.perf_counter() - began)
                for name in _continuity():
                    _measure(facts, name)

        our_time, their_time = in_turns(ours, bare.select(connection), rounds=rounds)
        return Pair(our_time, their_time, size, also=(("facts alone", median(loading)),))


def refresh(where: str) -> Pair:
    """Refresh the facts after 1,000 new entries, and rebuild them whole."""
    with open_ledger(Path(where) / "ledger") as ledger:
        with FactsFolder(ledger.store) as kept:
            whole = seconds(kept.rebuild)
        took = []
        for turn in range(3):
            fill(ledger, 1000, first_child=1_000_000 + turn * 100)
            with FactsFolder(ledger.store) as kept:
                took.append(seconds(kept.refresh))
        return Pair(median(took[1:]), whole, ledger.head().size, also=(("the first, which makes the tiles", took[0]),))


def measure_loaded(where: str, rounds: int) -> Pair:
    """Run each continuity measure on loaded facts; the slowest stands against reading every row."""
    with _both(where) as (ledger, connection):
        size = ledger.head().size
        with load_facts(ledger.store, size) as facts:
            each = [
                (name, median(seconds(partial(_measure, facts, name)) for _ in range(rounds))) for name in _continuity()
            ]
        bare_time = median(seconds(bare.select(connection)) for _ in range(rounds))
        return Pair(max(took for _, took in each), bare_time, size, also=tuple(each))


def _continuity() -> list[str]:
    return [name for name in CONTINUITY if name in measures()]


def _measure(facts: Facts, name: str) -> None:
    card = measures()[name]
    measured(facts, card, NOW, _asked(name))


def _asked(name: str) -> Request:
    """Ask of a measure one social-care year where it takes a window, else what is so now."""
    card = measures()[name]
    return request(card) if card.window == "none" else request(card, year=YEAR)


@contextmanager
def _both(where: str) -> Iterator[tuple[Ledger, sqlite3.Connection]]:
    path = Path(where)
    connection = sqlite3.connect(path / "bare.db")
    try:
        with open_ledger(path / "ledger", read_only=True) as ledger:
            yield ledger, connection
    finally:
        connection.close()
