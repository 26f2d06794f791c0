"""Proof: one entry proved with warm tiles, a case bundle made, and what sealing adds to a durable append.

`sealing` times whole appends, and in the same run everything that only the seal needs: digests of the parts, the leaf,
the tree, and the packed frontier. What it adds is its time over the time of an append without it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.ledgers import append, folder, fresh
from benchmarks.measured import Pair, seconds
from ledger.anchors.signer import make_signer
from ledger.application import open_ledger
from ledger.bundle import make_bundle
from ledger.checkpoints import make_checkpoint
from ledger.store import batch as batch_module
from ledger.store import sqlite as sqlite_module
from ledger.store.rows import Row
from ledger.synthetic.bulk import CHILDREN, PER_CHILD, batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENTRIES = 300


def inclusion(where: str, rounds: int) -> Pair:
    """Prove entries spread over the whole ledger, with the tree's hashes remembered; against the promised 1 ms."""
    with open_ledger(Path(where) / "ledger", read_only=True) as ledger:
        size = ledger.head().size
        ledger.store.inclusion(1, size)
        places = [1 + number * (size - 1) // rounds for number in range(rounds)]
        took = [seconds(lambda: [ledger.store.inclusion(place, size) for place in places]) for _ in range(5)]
    return Pair(median(took) / rounds, 1e-3, size)


def bundle(rounds: int) -> Pair:
    """Make the case bundle of a journey of 300 entries under a given checkpoint; against the promised 200 ms."""
    with folder() as path, fresh(path) as ledger:
        item = next(iter(batches(1, seed=5)))[0]
        child = item[0]
        many = [one for some in batches(CHILDREN * PER_CHILD * 4, seed=5) for one in some]
        kept = [item, *([one for one in many if one[0] == child][1:] * 4)[: ENTRIES - 1]]
        append(ledger, kept)
        append(ledger, many)
        signer = make_signer(path / "signer", "bench")
        note = make_checkpoint(ledger.store, signer)
        took = [seconds(lambda: make_bundle(ledger.store, child, checkpoint=note)) for _ in range(rounds)]
        return Pair(median(took[1:]), 0.2, len(ledger.entries(child)), also=(("the first, cold", took[0]),))


def sealing(count: int) -> Pair:
    """Append one event at a time, durably, and time all that only the seal needs inside of it."""
    with folder() as path, fresh(path) as ledger:
        first, *rest = batches(CHILDREN * PER_CHILD, seed=6)
        append(ledger, first)
        items = [item for some in rest for item in some][:count]
        whole, inside = [], []
        with _timed() as spent:
            for item in items:
                spent[0] = 0.0
                whole.append(seconds(lambda item=item: append(ledger, [item])))
                inside.append(spent[0])
        added = median(inside)
        return Pair(median(whole), median(whole) - added, len(items), also=(("the seal's own time", added),))


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Time the seal's own functions wherever an append calls them."""
    spent = [0.0]

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*args, **named)
            finally:
                spent[0] += time.perf_counter() - began

        return run

    places: list[tuple[Any, str]] = [
        (Row, "leaf"),
        (batch_module.Frontier, "append"),
        (batch_module, "digest"),
        (sqlite_module.Frontier, "pack"),
        (sqlite_module, "_edge"),
    ]
    kept = [(owner, name, getattr(owner, name)) for owner, name in places]
    for owner, name, work in kept:
        setattr(owner, name, timed(work))
    try:
        yield spent
    finally:
        for owner, name, work in kept:
            setattr(owner, name, work)
