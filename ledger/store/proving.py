"""What a store proves of itself: its head, the roots and proofs of any of its sizes, and where its streams ended.

Part of `Store`. Every answer comes from the tiles, which prove it against the sealed frontier before they give it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ledger.seal.checkpoint import origin
from ledger.seal.heads import sorted_ends
from ledger.store.faults import engine_faults
from ledger.store.rows import Head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.seal.heads import End
    from ledger.store.log import Log
    from ledger.store.tiles import Tiles


class Proving:
    """The proofs of one log. `Store` gives it the log, its name and its tiles."""

    log: Log
    log_id: bytes
    authority: str

    def __init__(self, tiles: Tiles) -> None:
        self.tiles = tiles
        self.remembered_ends = lru_cache(maxsize=1)(self.ends)
        """`ends` at one size, remembered: for many bundles on one checkpoint."""

    def head(self, at: int | None = None) -> Head:
        """Return size and root now, or when the ledger had `at` entries. Raises `NotFound`, `Tampered`."""
        with engine_faults():
            tree = self.log.rows.edge().tree
            if at is None or at == tree.size:
                return Head(tree.size, tree.root())
            return Head(at, self.tiles.root(at))

    @property
    def origin(self) -> str:
        """The log's name in checkpoints."""
        return origin(self.authority, self.log_id)

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """Return the audit path of an entry in the tree of `size` entries. Raises `NotFound`, `Tampered`."""
        with engine_faults():
            return self.tiles.inclusion(position, size)

    def inclusions(self, leaves: Mapping[int, bytes], size: int) -> dict[int, list[bytes]]:
        """Return the audit paths of many entries, given as {position: leaf}, in the tree of `size` entries."""
        with engine_faults():
            return self.tiles.inclusions(leaves, size)

    def consistency(self, earlier: int, size: int) -> list[bytes]:
        """Return the proof that the ledger of `earlier` entries begins that of `size`. Raises as `inclusion` does."""
        with engine_faults():
            return self.tiles.consistency(earlier, size)

    def ends(self, at: int, *, since: int = 0) -> list[End]:
        """Return where every stream ended when the ledger had `at` entries, sorted by stream: what `heads` seals.

        `since` leaves out streams that got nothing after that size.
        """
        with engine_faults():
            rows = self.log.rows.read_ends(since, at)
            return sorted_ends((row.stream, row.version, self.tiles.leaf(row)) for row in rows)
