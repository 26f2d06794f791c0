"""One Merkle tree over all leaves (RFC 6962 section 2.1): grown leaf by leaf from its frontier.

The frontier of a tree of `size` leaves holds the roots of its full subtrees, largest first: one for each bit set in
`size`. It is all that a writer needs to append, and it alone fixes the root.

    >>> tree = Frontier()
    >>> tree.append(leaf)
    >>> tree.root() == leaf
    True

Leaves are given hashed already. Not here: proofs, signatures, checkpoints, storage.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

EMPTY_ROOT = sha256(b"").digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The growing edge of a tree. `size` counts leaves; `hashes` are the full subtrees' roots, largest first."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count() or (self.hashes and set(map(len, self.hashes)) != {32}):
            raise ValueError(f"a frontier of {size} leaves has {size.bit_count()} hashes of 32 bytes")

    @classmethod
    def parse(cls, size: int, packed: bytes) -> Frontier:
        """Read back what `pack` wrote. Raises `ValueError` where the hashes do not fit the size."""
        return cls(size, [packed[at : at + 32] for at in range(0, len(packed), 32)])

    def pack(self) -> bytes:
        """Return all hashes as one run of bytes."""
        return b"".join(self.hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf: amortised one hash."""
        hashes, size = self.hashes, self.size
        while size & 1:
            leaf = sha256(b"\x01" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add many leaves: what `append` does, for each."""
        hashes, size, new = self.hashes, self.size, sha256
        for leaf in leaves:
            rest = size
            while rest & 1:
                leaf = new(b"\x01" + hashes.pop() + leaf).digest()  # noqa: PLW2901
                rest >>= 1
            hashes.append(leaf)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Return the root of the whole tree, in log2(size) hashes."""
        if not self.hashes:
            return EMPTY_ROOT
        found = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            found = node(left, found)
        return found

    def copy(self) -> Frontier:
        """Return an independent frontier in the same state."""
        return Frontier(self.size, self.hashes)


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over these leaves, in constant memory."""
    tree = Frontier()
    tree.extend(leaves)
    return tree.root()
