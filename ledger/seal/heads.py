"""The heads: one Merkle tree over where every stream ends, so that a case file can prove that it is whole.

    leaf = SHA-256(0x00 || "journey-ledger/head/v1\\n" || lp(stream) || u64 version || the stream's last leaf)

The leaves stand in the order of their streams' UTF-8 bytes, each stream once; `lp(x)` is a u32 length and the bytes,
integers are big-endian. A `heads-sealed.v1` entry states count and root over every stream as it stood just before.
That entry is sealed like any other; a path from a stream's head to its root shows which entry was the stream's last.
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, TypeAlias

from ledger.seal.proof import inclusion
from ledger.seal.tree import root

if TYPE_CHECKING:
    from collections.abc import Iterable

End: TypeAlias = tuple[str, int, bytes]
"""Where a stream ends: its name, its version, its last leaf."""

_HEAD = b"\x00journey-ledger/head/v1\n"
_U32 = Struct(">I")
_U64 = Struct(">Q")


def head_leaf(stream: str, version: int, leaf: bytes) -> bytes:
    """Return the leaf of one stream's head."""
    name = stream.encode()
    return sha256(b"".join((_HEAD, _U32.pack(len(name)), name, _U64.pack(version), leaf))).digest()


def sorted_ends(ends: Iterable[End]) -> list[End]:
    """Return ends in their one order. Raises `ValueError` where a stream comes twice."""
    found = sorted(ends, key=_by_stream)
    if len({stream for stream, _, _ in found}) < len(found):
        raise ValueError("a stream ends once")
    return found


def heads_root(ends: Iterable[End]) -> bytes:
    """Return the root over the heads of all streams, given in any order."""
    return root(head_leaf(*end) for end in sorted_ends(ends))


def heads_inclusion(ends: Iterable[End], stream: str) -> tuple[int, int, list[bytes]]:
    """Return (index, count, path) of a stream's head among all. Raises `ValueError` where it is not among them."""
    found = sorted_ends(ends)
    index = [name for name, _, _ in found].index(stream)
    return index, len(found), inclusion(index, [head_leaf(*end) for end in found])


def _by_stream(end: End) -> bytes:
    return end[0].encode()
