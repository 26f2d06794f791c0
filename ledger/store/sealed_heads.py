"""Check each sealed list of stream ends as the pass reaches it, hashing again only what has changed since the last one.

A `heads-sealed.v1` entry states how many streams there were just before it, and the root over their ends. Its stored
bytes are searched for exactly that: nothing is decoded. New streams move those behind them in the order, so that the
nodes to their right are hashed again; without new ones it is a path for each changed stream.
"""

from __future__ import annotations

from bisect import bisect_left
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.seal.heads import head_leaf
from ledger.seal.tree import EMPTY_ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ledger.store.recompute import Stated


class SealedHeads:
    """The list of ends as of the last sealed heads, and what was wrong with any of them."""

    def __init__(self) -> None:
        self.seen = 0
        """How many rows of the chunk in hand were told of already."""
        self.wrong: list[Stated] = []
        self._order: list[str] = []
        self._levels: list[list[bytes]] = [[]]
        self._changed: set[str] | None = None

    def touch(self, streams: Iterable[str]) -> None:
        """Remember streams with new entries; before the first sealed heads all are new anyway."""
        if self._changed is not None:
            self._changed.update(streams)

    def check(self, stated: Stated, ends: Mapping[str, Sequence[Any]]) -> None:
        """Compare what an entry states with the ends just before it."""
        changed = ends.keys() if self._changed is None else self._changed
        self._update({stream: head_leaf(stream, *ends[stream][:2]) for stream in changed})
        self._changed = set()
        says = b'"count":%d,"root":"%s"' % (len(self._order), self._root().hex().encode())
        if says not in stated.open and stated.open:
            self.wrong.append(stated)

    def _root(self) -> bytes:
        return self._levels[-1][0] if self._order else EMPTY_ROOT

    def _update(self, leaves: dict[str, bytes]) -> None:
        order, bottom = self._order, self._levels[0]
        known = [bisect_left(order, stream) for stream in leaves]
        new = [s for s, at in zip(leaves, known, strict=True) if at == len(order) or order[at] != s]
        first = len(order)
        if new:
            held = dict(zip(order, bottom, strict=True)) | leaves
            first = bisect_left(order, min(new))
            order[:] = sorted(held)
            bottom[:] = [held[stream] for stream in order]
        dirty = set(range(first, len(order))) if new else set()
        for stream, leaf in leaves.items():
            at = bisect_left(order, stream)
            bottom[at] = leaf
            dirty.add(at)
        self._rehash(dirty)

    def _rehash(self, dirty: set[int]) -> None:
        """Hash again the nodes above what is dirty; a node without a partner moves up as it is (RFC 6962)."""
        depth = 0
        while len(below := self._levels[depth]) > 1:
            depth += 1
            if depth == len(self._levels):
                self._levels.append([])
            level, size = self._levels[depth], (len(below) + 1) // 2
            dirty = {at >> 1 for at in dirty}
            del level[size:]
            level.extend([b""] * (size - len(level)))
            for at in dirty:
                pair = below[2 * at : 2 * at + 2]
                level[at] = sha256(b"\x01" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0]
        del self._levels[depth + 1 :]
