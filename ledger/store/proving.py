"""What a store proves of itself: its head, roots and proofs of any of its sizes, where its streams ended, its state.

Part of `Store`. Every proof comes from the tiles, which prove it against the sealed frontier before they give it; a
verification believes neither, and recomputes everything from the stored bytes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ledger.errors import Unavailable
from ledger.seal.checkpoint import origin
from ledger.seal.heads import sorted_ends
from ledger.store import verify
from ledger.store.faults import engine_faults
from ledger.store.key_check import check_keys
from ledger.store.rows import Head
from ledger.store.schema_check import SchemaUnread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.seal.heads import End
    from ledger.store.keys import KeyStore
    from ledger.store.log import Log
    from ledger.store.rows import Finding, SelfVerification
    from ledger.store.tiles import Tiles
    from ledger.store.verify import Progress


class Proving:
    """The proofs of one log. `Store` gives it the log, its name and its tiles."""

    log: Log
    log_id: bytes
    authority: str
    _keys: KeyStore | None
    _clock: Callable[[], int]

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

    def verify_self(self, progress: Progress | None = None, **wanted: Any) -> SelfVerification:
        """Recompute every digest, leaf and chain and the root from stored bytes, and return all findings.

        `wanted` are options of `verify.verify_self`; `at`, the present time, is the clock's unless it is given.
        """
        with engine_faults():
            options: dict[str, Any] = {"at": self._clock(), "tiles": self.tiles} | wanted
            return verify.verify_self(self.log.rows, progress, **options)

    def check_schema(self) -> tuple[list[Finding], bool]:
        """Compare tables, triggers, functions and views with those this build makes; whether that could be done."""
        try:
            with engine_faults():
                return self.log.rows.schema_findings(), True
        except (SchemaUnread, Unavailable):
            return [], False

    def check_keys(self, done: SelfVerification) -> list[Finding] | None:
        """Hold the key store against what a verification found of the streams; None where it is not here."""
        return None if self._keys is None else check_keys(self._keys, done.commitments, done.orders)
