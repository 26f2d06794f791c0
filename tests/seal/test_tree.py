"""The tree, exhaustively over small sizes, against the recursive definition of RFC 6962."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ledger.seal.tree import EMPTY_ROOT, Frontier, node, root

SIZES = range(71)
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


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_as_defined_however_it_is_grown(size: int) -> None:
    expected = defined_root(LEAVES[:size])
    assert root(LEAVES[:size]) == expected
    for cut in range(0, size + 1, 1 + size // 20):
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


@pytest.mark.parametrize(("size", "hashes"), [(1, []), (2, [bytes(32)] * 2), (3, [bytes(32)]), (1, [bytes(31)])])
def test_a_frontier_of_another_shape_is_refused(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, hashes)


def test_a_node_is_hashed_as_others_hash_it() -> None:
    """The constants of transparency-dev/merkle's test of its hasher (Apache-2.0)."""
    expected = "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert node(b"N123", b"N456").hex() == expected
