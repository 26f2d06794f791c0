"""The tree, exhaustively over small sizes, against the recursive definitions of RFC 6962 and RFC 9162's checks."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ledger.seal.tree import EMPTY_ROOT, Frontier, consistency, inclusion, root

SIZES = range(35)
LEAVES = [sha256(b"\x00" + bytes([number])).digest() for number in range(max(SIZES) + 1)]


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


def included(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """RFC 9162 section 2.1.3.2: the root that a path leads to, or None where it is not a path."""
    at, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = sha256(b"\x01" + each + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + each).digest()
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def consistent(earlier: int, size: int, earlier_root: bytes, proof: list[bytes]) -> tuple[bytes, bytes] | None:
    """RFC 9162 section 2.1.4.2: both roots that a proof leads to, or None where it is not a proof."""
    if earlier == size:
        return (earlier_root, earlier_root) if not proof else None
    path = ([earlier_root] if earlier & (earlier - 1) == 0 else []) + proof
    at, last = earlier - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = other = path[0]
    for each in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            one = sha256(b"\x01" + each + one).digest()
            other = sha256(b"\x01" + each + other).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            other = sha256(b"\x01" + other + each).digest()
        at, last = at >> 1, last >> 1
    return (one, other) if last == 0 else None


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_as_defined_however_it_is_grown(size: int) -> None:
    expected = defined_root(LEAVES[:size])
    assert root(LEAVES[:size]) == expected
    for cut in range(size + 1):
        tree = Frontier()
        for leaf in LEAVES[:cut]:
            tree.append(leaf)
        continued = Frontier(tree.size, tree.hashes)
        for leaf in LEAVES[cut:size]:
            continued.append(leaf)
        assert (continued.size, continued.root()) == (size, expected)


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT


def test_a_copy_grows_alone() -> None:
    tree = Frontier()
    tree.append(LEAVES[0])
    tree.copy().append(LEAVES[1])
    assert (tree.size, tree.root()) == (1, LEAVES[0])


@pytest.mark.parametrize("size", range(1, 35))
def test_every_leaf_is_proved_to_be_there(size: int) -> None:
    expected = defined_root(LEAVES[:size])
    for index in range(size):
        path = inclusion(index, LEAVES[:size])
        assert included(index, size, LEAVES[index], path) == expected
        assert included(index, size, LEAVES[index + 1], path) != expected


@pytest.mark.parametrize("size", range(1, 35))
def test_every_earlier_tree_is_proved_to_be_a_prefix(size: int) -> None:
    for earlier in range(1, size + 1):
        proof = consistency(earlier, LEAVES[:size])
        roots = defined_root(LEAVES[:earlier]), defined_root(LEAVES[:size])
        assert consistent(earlier, size, roots[0], proof) == roots


@pytest.mark.parametrize(("size", "hashes"), [(1, []), (2, [bytes(32)] * 2), (3, [bytes(32)]), (1, [bytes(31)])])
def test_a_frontier_of_another_shape_is_refused(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, hashes)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_path_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(index, LEAVES[:size])


@pytest.mark.parametrize(("earlier", "size"), [(0, 3), (4, 3)])
def test_no_proof_for_an_earlier_tree_that_is_none(earlier: int, size: int) -> None:
    with pytest.raises(ValueError, match="no earlier tree"):
        consistency(earlier, LEAVES[:size])
