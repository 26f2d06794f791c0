"""The heads: their leaf byte for byte, their order, and a path from each to the root."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.seal.heads import head_leaf, heads_inclusion, heads_root
from ledger.seal.proof import check_inclusion
from ledger.seal.tree import EMPTY_ROOT
from tests.seal.test_tree import defined_root

STREAMS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
LEAVES = st.binary(min_size=32, max_size=32)


def defined_leaf(stream: str, version: int, leaf: bytes) -> bytes:
    name = stream.encode()
    return sha256(
        b"\x00journey-ledger/head/v1\n" + len(name).to_bytes(4, "big") + name + version.to_bytes(8, "big") + leaf
    ).digest()


def test_the_leaf_of_a_head_is_as_defined() -> None:
    assert head_leaf("journey:\u00e9", 258, bytes(32)) == defined_leaf("journey:\u00e9", 258, bytes(32))


def test_no_stream_has_the_root_of_nothing() -> None:
    assert heads_root([]) == EMPTY_ROOT


@given(st.dictionaries(STREAMS, st.tuples(st.integers(1, 1 << 40), LEAVES), min_size=1, max_size=20))
def test_every_head_is_proved_to_be_in_the_root_whatever_order_they_come_in(ends: dict[str, tuple[int, bytes]]) -> None:
    given_ends = [(stream, *end) for stream, end in ends.items()]
    names = sorted(ends, key=str.encode)
    expected = defined_root([defined_leaf(name, *ends[name]) for name in names])
    assert heads_root(given_ends) == heads_root(given_ends[::-1]) == expected
    for at, name in enumerate(names):
        index, count, path = heads_inclusion(given_ends, name)
        assert (index, count) == (at, len(ends))
        assert check_inclusion(defined_leaf(name, *ends[name]), index, count, path, expected)


def test_streams_stand_in_the_order_of_their_bytes_not_of_their_letters() -> None:
    ends = [("\uffee", 1, bytes(32)), ("\U00010000", 1, bytes(32)), ("b", 1, bytes(32))]
    assert [heads_inclusion(ends, name)[0] for name in ("b", "\uffee", "\U00010000")] == [0, 1, 2]


def test_a_stream_ends_once_and_one_that_is_not_there_has_no_path() -> None:
    with pytest.raises(ValueError, match="ends once"):
        heads_root([("a", 1, bytes(32)), ("a", 2, bytes(32))])
    with pytest.raises(ValueError, match="not in list"):
        heads_inclusion([("a", 1, bytes(32))], "b")
