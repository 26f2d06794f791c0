"""The hashes of the tree, remembered beside the ledger, so that a root or a proof needs no reading of all entries.

    tiles = Tiles(recorder, folder)          # without a folder they are kept in memory
    tiles.root(1000)                         # when the ledger had 1,000 entries
    tiles.inclusion(17, 1000)                # position 17 in the tree of 1,000 entries

They are derived and disposable: made from the stored rows when they are asked for, in the heights of C2SP's tlog-tiles.
They are never believed: every answer is proved against the root of the sealed frontier before it is given. Where one
does not hold, all are made again from the rows; where it does not hold then, rows and frontier disagree: `Tampered`.
"""

from __future__ import annotations

from hashlib import sha256
from struct import error as StructError  # noqa: N812
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from ledger.domain import wording
from ledger.errors import NotFound, Tampered
from ledger.seal.proof import (
    check_consistency,
    check_inclusion,
    consistency_plan,
    inclusion_plan,
    joined,
    proof,
    root_plan,
)
from ledger.seal.tree import EMPTY_ROOT, Frontier
from ledger.store.tile_files import HASH, InFolder, InMemory, Levels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ledger.seal.proof import Place
    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Row

HEIGHT = 8
WIDTH = 1 << HEIGHT
REMEMBERED = 1000
"""How many earlier roots are remembered while the frontier stands still."""
_ODD = (TypeError, AttributeError, ValueError, StructError)

Answer = TypeVar("Answer")


class Tiles:
    """Roots and proofs of one log at any of its sizes. Its methods may be called from several threads."""

    def __init__(self, rows: LedgerRecorder, folder: Path | None = None) -> None:
        self._rows = rows
        self._levels: Levels = InMemory() if folder is None else InFolder(folder)
        self._ready_for: tuple[int, bytes] | None = None
        self._proved_roots: dict[int, bytes] = {}
        self._lock = Lock()

    def root(self, size: int) -> bytes:
        """Return the root over the first `size` entries. Raises `NotFound` beyond the head, `Tampered`."""
        return self._proved(size, lambda tree: self._root(size, tree))

    def frontier(self, size: int) -> list[bytes]:
        """Return the roots of the full subtrees of an earlier tree, largest first: together they give `root(size)`."""

        def hashes(tree: Frontier) -> list[bytes] | None:
            found = self._read(root_plan(0, size))
            return found if self._root(size, tree) == Frontier(size, found).root() else None

        return self._proved(size, hashes)

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """Return the audit path of the entry at `position` (from 1) in the tree of `size` entries."""
        if not 1 <= position <= size:
            raise NotFound("position", str(position), hint=f"the tree of that size has positions 1 to {size}")

        def path(tree: Frontier) -> list[bytes] | None:
            found = proof(inclusion_plan(position - 1, size), size, _Once(self._levels))
            root = self._root(size, tree)
            held = root is not None and check_inclusion(self._leaf_at(position), position - 1, size, found, root)
            return found if held else None

        return self._proved(size, path)

    def inclusions(self, leaves: Mapping[int, bytes], size: int) -> dict[int, list[bytes]]:
        """Return the audit paths of many entries, given as {position: leaf}, from tiles that are read once each."""
        if not all(1 <= position <= size for position in leaves):
            raise NotFound("position", str(max(leaves)), hint=f"the tree of that size has positions 1 to {size}")

        def paths(tree: Frontier) -> dict[int, list[bytes]] | None:
            read, root = _Once(self._levels), self._root(size, tree)
            found = {position: proof(inclusion_plan(position - 1, size), size, read) for position in leaves}
            held = root is not None and all(
                check_inclusion(leaf, position - 1, size, found[position], root) for position, leaf in leaves.items()
            )
            return found if held else None

        return self._proved(size, paths)

    def consistency(self, earlier: int, size: int) -> list[bytes]:
        """Return the proof that the first `earlier` of `size` entries were the ledger then; none is needed from 0."""
        if not 0 <= earlier <= size:
            raise NotFound("size", str(earlier), hint=f"an earlier size is between 0 and {size}")

        def path(tree: Frontier) -> list[bytes] | None:
            found = proof(consistency_plan(earlier, size), size, self._read) if earlier else []
            before, root = self._root(earlier, tree), self._root(size, tree)
            if before is None or root is None:
                return None
            return found if not earlier or check_consistency(earlier, size, before, root, found) else None

        return self._proved(size, path)

    def _root(self, size: int, tree: Frontier) -> bytes | None:
        """Return an earlier root, proved to be the beginning of the sealed tree; None where the proof does not hold."""
        if size in (0, tree.size):
            return tree.root() if size else EMPTY_ROOT
        if size in self._proved_roots:
            return self._proved_roots[size]
        found = joined(self._read(root_plan(0, size)))
        path = proof(consistency_plan(size, tree.size), tree.size, self._read)
        if not check_consistency(size, tree.size, found, tree.root(), path):
            return None
        if len(self._proved_roots) >= REMEMBERED:
            self._proved_roots.clear()
        self._proved_roots[size] = found
        return found

    def _proved(self, size: int, make: Callable[[Frontier], Answer | None]) -> Answer:
        """Give an answer that holds against the sealed frontier, from tiles made again if need be."""
        with self._lock:
            for again in (False, True):
                tree = self._rows.edge().tree
                if not 0 <= size <= tree.size:
                    raise NotFound("position", str(size), hint=f"the ledger has {wording.entries(tree.size)}")
                found = make(tree) if self._ready(tree, again=again) else None
                if found is not None:
                    return found
        raise _damaged("the entries do not give the root of the sealed frontier")

    def _ready(self, tree: Frontier, *, again: bool) -> bool:
        """Bring the tiles up to a frontier, or make them again; whether they then give its root."""
        now = (tree.size, tree.pack())
        if now == self._ready_for and not again:
            return True
        self._proved_roots.clear()
        try:
            if again:
                self._levels.renew(lambda levels: self._extend(levels, tree.size))
            else:
                self._extend(self._levels, tree.size)
        except OSError:
            # A cache that cannot be kept is made in memory: a full or read-only disk does not stop reading.
            self._levels = InMemory()
            self._extend(self._levels, tree.size)
        ready = self._read(root_plan(0, tree.size)) == tree.hashes
        self._ready_for = now if ready else None
        return ready

    def _extend(self, levels: Levels, size: int) -> None:
        """Add what is missing of the tree of `size` entries: its leaves from the rows, then each level above."""
        have = levels.length(0)
        for rows in self._rows.chunks(have, size) if have < size else ():
            leaves = []
            for expected, row in enumerate(rows, have + 1):
                if row.position != expected:
                    raise _damaged(f"there is no entry at position {expected}")
                leaves.append(self.leaf(row))
            levels.write(0, have, b"".join(leaves))
            have += len(leaves)
        level = 0
        while (below := levels.length(level)) >= WIDTH:
            level += 1
            start, end = levels.length(level), below // WIDTH
            roots = [_folded(levels.read(level - 1, index * WIDTH, WIDTH)) for index in range(start, end)]
            levels.write(level, start, b"".join(roots))

    def _read(self, places: Sequence[Place]) -> list[bytes]:
        """Return the roots of complete subtrees; one that is not there is empty, and no proof holds with it."""
        found = []
        for height, index in places:
            level, rest = divmod(height, HEIGHT)
            hashes = self._levels.read(level, index << rest, 1 << rest)
            found.append(_folded(hashes) if len(hashes) == HASH << rest else b"")
        return found

    def _leaf_at(self, position: int) -> bytes:
        for row in self._rows.read_range(position - 1, position, 1):
            return self.leaf(row)
        raise _damaged(f"there is no entry at position {position}")

    def leaf(self, row: Row) -> bytes:
        """Return the leaf of a row as it is stored. Raises `Tampered` for a row that was never written here."""
        try:
            return row.leaf(self._rows.log_id)
        except _ODD:
            raise _damaged("an entry holds a field of a type or a length that was never written") from None


class _Once:
    """Reads the roots of complete subtrees from whole tiles, each read and hashed once, for proofs of many entries."""

    def __init__(self, levels: Levels) -> None:
        self._levels = levels
        self._tiles: dict[tuple[int, int], list[list[bytes]]] = {}

    def __call__(self, places: Sequence[Place]) -> list[bytes]:
        found = []
        for height, index in places:
            level, rest = divmod(height, HEIGHT)
            tile, inside = divmod(index, WIDTH >> rest)
            row = self._tile(level, tile)[rest]
            found.append(row[inside] if inside < len(row) else b"")
        return found

    def _tile(self, level: int, tile: int) -> list[list[bytes]]:
        """Return the hashes of one tile, and the rows above them, as far as they are complete."""
        rows = self._tiles.get((level, tile))
        if rows is None:
            data = self._levels.read(level, tile * WIDTH, WIDTH)
            rows = [[data[at : at + HASH] for at in range(0, len(data), HASH)]]
            for _ in range(1, HEIGHT):
                below = rows[-1]
                rows.append(
                    [sha256(b"\x01" + below[at] + below[at + 1]).digest() for at in range(0, len(below) - 1, 2)]
                )
            self._tiles[level, tile] = rows
        return rows


def _folded(hashes: bytes) -> bytes:
    """Return the root over a run of hashes whose number is a power of two."""
    while len(hashes) > HASH:
        hashes = b"".join(
            [sha256(b"\x01" + hashes[at : at + 2 * HASH]).digest() for at in range(0, len(hashes), 2 * HASH)]
        )
    return hashes


def _damaged(what: str) -> Tampered:
    return Tampered(f"{what}.", "journey verify")
