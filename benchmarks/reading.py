"""Reading: a case replayed, all verified, facts rebuilt and measured; each beside the bare reading of its rows.

What reads a whole ledger reads one that is written as the demonstration's is (`ledgers`), and the same rows in a bare
table beside it.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import bare
from benchmarks.ledgers import LATER, YEARS, districts, fill, folder, fresh, write
from benchmarks.measured import Pair, in_turns, seconds
from benchmarks.memory import Peak
from ledger.application import Ledger, open_ledger
from ledger.domain.clock import NOW
from ledger.projections.card import Card, measures
from ledger.projections.engine import measured
from ledger.projections.facts import Facts, load_facts
from ledger.projections.facts_folder import FactsFolder
from ledger.projections.request import Request, request
from ledger.synthetic.authority import CLOSES, Plan
from ledger.synthetic.bulk import CHILDREN, PER_CHILD

if TYPE_CHECKING:
    from collections.abc import Iterator

YEAR = CLOSES.year - YEARS // 2
"""The social-care year in the middle of what the ledger tells of."""
CONTINUITY = ("dfe-social-workers", "commissioner-changes", "continuity", "allocations", "handovers", "family-workers")
NEW = 1_000
"""Entries that are new at a refresh."""


def written(where: str, count: int) -> Pair:
    """Write a ledger of about `count` entries in `where`, telling left out of the time. Memory: with what is told."""
    path = Path(where)
    path.mkdir()
    peak = Peak()
    with fresh(path) as ledger:
        with peak.watching():
            took = [write(ledger, plan) for plan in districts(count)]
        return Pair(sum(took), sum(took), ledger.head().size, memory=peak.megabytes)


def build(where: str, count: int) -> Pair:
    """Write a ledger, put the same rows in a bare table beside it, and keep its facts on disk."""
    found = written(where, count)
    path = Path(where)
    with open_ledger(path / "ledger") as ledger:
        bare.open_bare(path, path / "ledger" / "ledger.db", map(bare.plain, ledger.store.scan())).close()
        with FactsFolder(ledger.store) as kept:
            return replace(found, also=(("its facts, kept on disk", seconds(kept.refresh)),))


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
        found = in_turns(lambda: ledger.entries(child), read, rounds=rounds, count=count)
        connection.close()
        return found


def verify(where: str, rounds: int) -> Pair:
    """Recompute every leaf and the root, and read every row with one SHA-256 of each."""
    with both(where) as (ledger, connection):
        size = ledger.head().size
        return in_turns(ledger.verify_self, bare.select_and_hash(connection), rounds=rounds, count=size)


def rebuild(where: str, rounds: int) -> Pair:
    """Build the facts from nothing and run all continuity measures, and read every row."""
    with both(where) as (ledger, connection):
        size = ledger.head().size
        loading: list[float] = []

        def ours() -> None:
            began = time.perf_counter()
            with FactsFolder(ledger.store) as kept:
                kept.forget()
            with load_facts(ledger.store, size) as facts:
                loading.append(time.perf_counter() - began)
                for card in continuity():
                    run(facts, card)

        found = in_turns(ours, bare.select(connection), rounds=rounds, count=size)
        return replace(found, also=(("facts alone", median(loading)),))


def refresh(where: str) -> Pair:
    """Refresh the facts after 1,000 new entries of another district, and rebuild them whole."""
    peak = Peak()
    with open_ledger(Path(where) / "ledger") as ledger:
        with FactsFolder(ledger.store) as kept:
            whole = seconds(kept.rebuild)
        took = []
        for turn in range(3):
            before = ledger.head().size
            write(ledger, Plan(children=100, years=YEARS, district=LATER + turn), NEW)
            if ledger.head().size != before + NEW:
                raise AssertionError("every entry of another district is new")
            with peak.watching(), FactsFolder(ledger.store) as kept:
                took.append(seconds(kept.refresh))
        also = (("the first, which makes the tiles", took[0]),)
        return Pair(median(took[1:]), whole, ledger.head().size, memory=peak.megabytes, also=also)


def continuity() -> list[Card]:
    """Return the cards of the continuity measures."""
    return [measures()[name] for name in CONTINUITY]


def run(facts: Facts, card: Card) -> None:
    """Run a measure as known now over loaded facts."""
    measured(facts, card, NOW, asked(card))


def asked(card: Card) -> Request:
    """Ask of a measure one social-care year where it takes a window, else what is so now."""
    return request(card) if card.window == "none" else request(card, year=YEAR)


@contextmanager
def both(where: str) -> Iterator[tuple[Ledger, sqlite3.Connection]]:
    """Open a ledger for reading, and the bare table of its rows."""
    path = Path(where)
    connection = sqlite3.connect(path / "bare.db")
    try:
        with open_ledger(path / "ledger", read_only=True) as ledger:
            yield ledger, connection
    finally:
        connection.close()
