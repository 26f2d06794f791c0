"""Begin a verification at a head that somebody outside vouches for, instead of at the first entry.

The frontier at that size comes from the tiles, and every stream's last leaf there from its row; both are proved against
the head's root before anything relies on them. Where they cannot be, the whole ledger is verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.errors import LedgerError
from ledger.seal.leaf import ZERO
from ledger.seal.proof import check_inclusion
from ledger.seal.tree import Frontier
from ledger.store.recompute import Recomputation, spelt

if TYPE_CHECKING:
    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Head
    from ledger.store.tiles import Tiles


def resumed(recorder: LedgerRecorder, tiles: Tiles, since: Head) -> Recomputation | None:
    """Return a recomputation that stands at `since`, or None where what it needs cannot be proved."""
    try:
        if tiles.root(since.size) != since.root:
            return None
        tree = Frontier(since.size, tiles.frontier(since.size))
        work = Recomputation(recorder.log_id)
        for row in recorder.read_ends(0, since.size):
            leaf = row.leaf(recorder.log_id)
            path = tiles.inclusion(row.position, since.size)
            if not check_inclusion(leaf, row.position - 1, since.size, path, since.root):
                return None
            work.ends[row.stream] = [row.version, leaf, spelt(row.stream), row.commitment]
            work.recorded_at = max(work.recorded_at, row.recorded_at)
    except (LedgerError, ValueError, TypeError, AttributeError):
        return None
    if not since.size or tree.root() != since.root or not work.ends or ZERO in tree.hashes:
        return None
    work.tree = tree
    return work
