"""The whole tree of leaves, held in memory while damage is diagnosed: tries what a leaf may have been, and compares.

Two nodes of 32 bytes for every entry. Only a ledger in which something is wrong is ever read into it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ledger.seal.leaf import ZERO
from ledger.seal.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class LeafTree:
    """Leaves at positions 1 to `size`, with every complete subtree above them. A missing leaf is 32 zero bytes."""

    def __init__(self, leaves: bytearray) -> None:
        self.levels = [leaves]
        while len(below := self.levels[-1]) > 32:
            level = bytearray()
            for at in range(0, len(below) - 63, 64):
                level += sha256(b"\x01" + below[at : at + 64]).digest()
            self.levels.append(level)

    @property
    def size(self) -> int:
        """How many positions there are."""
        return len(self.levels[0]) // 32

    def leaf(self, position: int) -> bytes:
        """Return the leaf at a position."""
        return self._node(0, position - 1)

    def put(self, position: int, leaf: bytes) -> None:
        """Put a leaf at a position, and hash again the complete subtrees above it."""
        index = position - 1
        self.levels[0][32 * index : 32 * index + 32] = leaf
        for depth, level in enumerate(self.levels[:-1]):
            index >>= 1
            if 32 * index >= len(self.levels[depth + 1]):
                break
            pair = level[64 * index : 64 * index + 64]
            self.levels[depth + 1][32 * index : 32 * index + 32] = sha256(b"\x01" + pair).digest()

    def root(self, size: int) -> bytes:
        """Return the root over the first `size` leaves."""
        return Frontier(size, [self._node(depth, first >> depth) for first, depth in subtrees(size)]).root()

    def differing(self, hashes: Sequence[bytes]) -> list[tuple[int, int]]:
        """Return the ranges of positions, first and last, of full subtrees whose hashes are not these."""
        return [
            (first + 1, first + (1 << depth))
            for (first, depth), wanted in zip(subtrees(self.size), hashes, strict=True)
            if self._node(depth, first >> depth) != wanted
        ]

    def fits(self, changes: Mapping[int, bytes], hashes: Sequence[bytes]) -> bool:
        """Whether putting these leaves mends every subtree that they are in; they are kept only then."""
        before = {position: self.leaf(position) for position in changes}
        for position, leaf in changes.items():
            self.put(position, leaf)
        for (first, depth), wanted in zip(subtrees(self.size), hashes, strict=True):
            inside = any(first < position <= first + (1 << depth) for position in changes)
            if inside and self._node(depth, first >> depth) != wanted:
                for position, leaf in before.items():
                    self.put(position, leaf)
                return False
        return True

    def _node(self, depth: int, index: int) -> bytes:
        return bytes(self.levels[depth][32 * index : 32 * index + 32]) or ZERO


def subtrees(size: int) -> Iterator[tuple[int, int]]:
    """Yield (index of the first leaf, height) of the full subtrees of a tree of this size, largest first."""
    first = 0
    for depth in reversed(range(size.bit_length())):
        if size >> depth & 1:
            yield first, depth
            first += 1 << depth
