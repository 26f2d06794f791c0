"""What somebody with the database's password could do, done to a copy of the synthetic ledger for the demonstration.

`alter` changes one entry where it stands, past the triggers. `reseal` does it with skill: every digest, chain, list of
heads and the frontier are computed again and the triggers put back, so that the ledger agrees with itself. Neither can
reach a checkpoint that was kept elsewhere. Raises `Refused` for a ledger that does not say that it is synthetic.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from ledger.domain.events.record import HeadsSealed
from ledger.errors import Refused
from ledger.seal.heads import heads_root
from ledger.seal.leaf import ZERO, digest
from ledger.seal.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.application import Ledger
    from ledger.store import Row

Fields = dict[str, Any]

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'"
_PARTS = "UPDATE entries SET open = ?, open_digest = ?, previous_leaf = ? WHERE position = ?"
_FRONTIER = "UPDATE frontier SET size = ?, hashes = ?"


def alter(ledger: Ledger, position: int, change: Callable[[Fields], Fields]) -> None:
    """Write other coded fields over those of one entry, and nothing else."""
    row = _row(ledger, position)
    with _unguarded(ledger) as connection:
        connection.execute("UPDATE entries SET open = ? WHERE position = ?", (_changed(row.open, change), position))


def reseal(ledger: Ledger, position: int, change: Callable[[Fields], Fields]) -> None:
    """Write other coded fields over those of one entry, and compute everything anew that follows from them."""
    _row(ledger, position)
    log_id, ends, tree = ledger.store.log_id, dict[str, tuple[int, bytes]](), Frontier()
    edits = []
    for row in ledger.store.scan():
        stated = row.open
        if row.position == position:
            stated = _changed(stated, change)
        elif row.name == HeadsSealed.name:
            heads = heads_root((stream, *end) for stream, end in ends.items())
            stated = orjson.dumps(orjson.loads(stated) | {"root": heads.hex()})
        _, before = ends.get(row.stream, (0, ZERO))
        forged = row._replace(open=stated, open_digest=digest(stated), previous_leaf=before)
        edits.append((forged.open, forged.open_digest, forged.previous_leaf, forged.position))
        leaf = forged.leaf(log_id)
        ends[row.stream] = (row.version, leaf)
        tree.append(leaf)
    with _unguarded(ledger) as connection:
        connection.executemany(_PARTS, edits)
        connection.execute(_FRONTIER, (tree.size, tree.pack()))


def _row(ledger: Ledger, position: int) -> Row:
    row = ledger.store.row_at(position)
    if row is None or "(synthetic)" not in ledger.authority:
        raise Refused("only an entry of a synthetic ledger is forged, for the demonstration.")
    return row


def _changed(stated: bytes, change: Callable[[Fields], Fields]) -> bytes:
    return orjson.dumps(change(orjson.loads(stated)))


@contextmanager
def _unguarded(ledger: Ledger) -> Iterator[Any]:
    """Lend a writing connection to the ledger's file with the triggers away, and put them back."""
    with ledger.store.log.rows.datastore.writing() as connection:  # type: ignore[attr-defined]
        triggers = connection.execute(_TRIGGERS).fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
