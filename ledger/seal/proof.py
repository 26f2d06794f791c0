"""Proofs that an entry is in the tree, and that an earlier tree is the beginning of a later one (RFC 9162 section 2.1).

A proof is made in three steps: plan which subtrees it needs, read their hashes once, join them. A place, as
`(level, index)`, is the subtree over 2**level leaves from `index * 2**level`, cut off where the tree ends.

    >>> proof(inclusion_plan(index, size), size, read)                                   # doctest: +SKIP

Checks take everything from the other side: hashes of another length than 32 bytes, sizes that no tree has and proofs
longer or shorter than they should be are refused, never an error.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from ledger.seal.tree import EMPTY_ROOT, node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Place: TypeAlias = tuple[int, int]
Read: TypeAlias = "Callable[[Sequence[Place]], Sequence[bytes]]"
"""Reads the hashes of complete subtrees, in the order of their places."""


def inclusion_plan(index: int, size: int) -> list[Place]:
    """Return the places of the audit path of the leaf at `index` (from 0), from the leaf upwards (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return _upwards(0, index, size)


def consistency_plan(earlier: int, size: int) -> list[Place]:
    """Return the places of the proof that the tree of the first `earlier` leaves begins this one (2.1.4.1)."""
    if not 0 < earlier <= size:
        raise ValueError(f"no earlier tree of {earlier} in one of {size}")
    if earlier == size:
        return []
    level, index = 0, earlier - 1
    while index & 1:
        level, index = level + 1, index >> 1
    # The last complete subtree of the earlier tree; where it is that whole tree, the checker holds its root already.
    return [*([(level, index)] if index else []), *_upwards(level, index, size)]


def root_plan(start: int, size: int) -> list[Place]:
    """Return the complete subtrees that cover the leaves from `start` to `size`, largest first, as the tree cuts them.

    `start` is a multiple of the largest of them.
    """
    places = []
    while start < size:
        level = (size - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


def proof(plan: Sequence[Place], size: int, read: Read) -> list[bytes]:
    """Return the hashes that a plan for a tree of `size` leaves names, having read each complete subtree once."""
    wanted = [_complete(place, size) for place in plan]
    hashes = iter(read([each for some in wanted for each in some]))
    return [joined([next(hashes) for _ in some]) for some in wanted]


def joined(hashes: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees that stand side by side, largest first."""
    if not hashes:
        return EMPTY_ROOT
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node(left, found)
    return found


def inclusion(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of the leaf at `index` among leaves that are all here."""
    return proof(inclusion_plan(index, len(leaves)), len(leaves), _reader(leaves))


def consistency(earlier: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the first `earlier` of these leaves are the beginning of them all."""
    return proof(consistency_plan(earlier, len(leaves)), len(leaves), _reader(leaves))


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path leads from the leaf at `index` to this root of a tree of `size` leaves (2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes([leaf, root, *path]):
        return False
    last, found = size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node(each, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node(found, each)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def check_consistency(earlier: int, size: int, earlier_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree with the earlier root is the beginning of the other (2.1.4.2).

    `earlier` is above zero: of an empty tree everything is a continuation, which proves nothing.
    """
    if not 0 < earlier <= size or not _all_hashes([earlier_root, root, *path]):
        return False
    if earlier == size:
        return not path and earlier_root == root
    if not path:
        return False
    whole = earlier & (earlier - 1) == 0
    first, *rest = [earlier_root, *path] if whole else path
    at, last = earlier - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = other = first
    for each in rest:
        if last == 0:
            return False
        if at & 1 or at == last:
            one, other = node(each, one), node(each, other)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            other = node(other, each)
        at, last = at >> 1, last >> 1
    return last == 0 and one == earlier_root and other == root


def check_growth(earlier: int, size: int, earlier_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Do what `check_consistency` does for one who may have seen nothing yet: from size 0 the proof is empty."""
    if earlier or size < 0:
        return check_consistency(earlier, size, earlier_root, root, path)
    return not path and earlier_root == EMPTY_ROOT and len(root) == 32 and (size > 0 or root == EMPTY_ROOT)


def _upwards(level: int, index: int, size: int) -> list[Place]:
    """Return the sibling of a complete subtree and of all its ancestors, from below."""
    places, last = [], (size - 1) >> level
    while last:
        if index ^ 1 <= last:
            places.append((level, index ^ 1))
        level, index, last = level + 1, index >> 1, last >> 1
    return places


def _complete(place: Place, size: int) -> list[Place]:
    """Return the complete subtrees that make up a place: itself, unless the tree ends in it."""
    level, index = place
    if (index + 1) << level <= size:
        return [place]
    return root_plan(index << level, size)


def _all_hashes(given: Sequence[bytes]) -> bool:
    return all(isinstance(each, bytes) and len(each) == 32 for each in given)


def _reader(leaves: Sequence[bytes]) -> Read:
    """Return a reader that computes each complete subtree from the leaves themselves."""

    def of(place: Place) -> bytes:
        level, index = place
        hashes = list(leaves[index << level : (index + 1) << level])
        while len(hashes) > 1:
            hashes = [sha256(b"\x01" + hashes[i] + hashes[i + 1]).digest() for i in range(0, len(hashes), 2)]
        return hashes[0]

    return lambda places: [of(place) for place in places]
