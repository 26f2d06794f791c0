"""Proofs: exhaustively to 70 leaves against the recursive definitions of RFC 6962, at random above, others' probes."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.seal.proof import (
    check_consistency,
    check_growth,
    check_inclusion,
    consistency,
    consistency_plan,
    inclusion,
    inclusion_plan,
    root_plan,
)
from ledger.seal.tree import EMPTY_ROOT
from tests.seal.test_tree import defined_root

SHARED = Path(__file__).parents[3] / "shared" / "vectors" / "merkle"
PROBES = sorted(SHARED.glob("*/*/*.json"))
SIZES = range(1, 71)
LEAVES = [sha256(b"\x00" + number.to_bytes(2, "big")).digest() for number in range(700)]
ROOTS = [defined_root(LEAVES[:size]) for size in range(72)]


def split(size: int) -> int:
    """The largest power of two below a size."""
    found = 1
    while found * 2 < size:
        found *= 2
    return found


def defined_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*defined_path(index, leaves[:k]), defined_root(leaves[k:])]
    return [*defined_path(index - k, leaves[k:]), defined_root(leaves[:k])]


def defined_proof(earlier: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2, word for word."""
    if earlier == len(leaves):
        return [] if whole else [defined_root(leaves)]
    k = split(len(leaves))
    if earlier <= k:
        return [*defined_proof(earlier, leaves[:k], whole), defined_root(leaves[k:])]
    return [*defined_proof(earlier - k, leaves[k:], False), defined_root(leaves[:k])]


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_by_the_path_as_defined_and_by_no_other(size: int) -> None:
    for index in range(size):
        path = inclusion(index, LEAVES[:size])
        assert path == defined_path(index, LEAVES[:size])
        assert check_inclusion(LEAVES[index], index, size, path, ROOTS[size])
        assert not check_inclusion(LEAVES[index + 1], index, size, path, ROOTS[size])
        assert not check_inclusion(LEAVES[index], index, size, path, ROOTS[size - 1])
        assert not check_inclusion(LEAVES[index], index, size, [*path, bytes(32)], ROOTS[size])
        assert not path or not check_inclusion(LEAVES[index], index, size, path[:-1], ROOTS[size])
        elsewhere = [at for at in range(size) if check_inclusion(LEAVES[index], at, size, path, ROOTS[size])]
        assert elsewhere == [index]


@pytest.mark.parametrize("size", SIZES)
def test_every_earlier_tree_is_proved_by_the_proof_as_defined_and_by_no_other(size: int) -> None:
    for earlier in range(1, size + 1):
        path = consistency(earlier, LEAVES[:size])
        assert path == defined_proof(earlier, LEAVES[:size])
        assert check_consistency(earlier, size, ROOTS[earlier], ROOTS[size], path)
        assert not check_consistency(earlier, size, ROOTS[earlier - 1], ROOTS[size], path)
        assert not check_consistency(earlier, size, ROOTS[earlier], ROOTS[size + 1], path)
        assert not check_consistency(earlier, size, ROOTS[earlier], ROOTS[size], [*path, bytes(32)])
        assert not path or not check_consistency(earlier, size, ROOTS[earlier], ROOTS[size], path[:-1])
        assert not check_consistency(earlier + 1, size, ROOTS[earlier], ROOTS[size], path)


@given(st.data())
def test_bigger_trees_are_proved_too(data: st.DataObject) -> None:
    size = data.draw(st.integers(71, len(LEAVES)))
    earlier = data.draw(st.integers(1, size))
    leaves = LEAVES[:size]
    assert inclusion(earlier - 1, leaves) == defined_path(earlier - 1, leaves)
    path = consistency(earlier, leaves)
    assert path == defined_proof(earlier, leaves)
    assert check_consistency(earlier, size, defined_root(leaves[:earlier]), defined_root(leaves), path)


@given(st.integers(1, 1 << 62), st.data())
def test_a_plan_is_short_and_within_its_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    for plan in (inclusion_plan(index, size), consistency_plan(index + 1, size)):
        assert len(plan) <= 63
        assert all(at << level < size for level, at in plan)
    covered = root_plan(0, size)
    assert [at << level for level, at in covered] == [
        sum(1 << low for low, _ in covered[:i]) for i in range(len(covered))
    ]
    assert sum(1 << level for level, _ in covered) == size


def test_of_nothing_everything_is_a_continuation_and_only_a_witness_takes_that() -> None:
    assert check_growth(0, 5, EMPTY_ROOT, ROOTS[5], [])
    assert check_growth(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not check_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    assert not check_growth(0, 5, EMPTY_ROOT, ROOTS[5], [bytes(32)])
    assert not check_growth(0, 5, ROOTS[1], ROOTS[5], [])
    assert not check_growth(0, 0, EMPTY_ROOT, ROOTS[5], [])
    assert not check_growth(0, -1, EMPTY_ROOT, ROOTS[5], [])
    assert check_growth(3, 5, ROOTS[3], ROOTS[5], consistency(3, LEAVES[:5]))
    assert not check_growth(3, 5, ROOTS[2], ROOTS[5], consistency(3, LEAVES[:5]))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_path_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_plan(index, size)
    assert not check_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("earlier", "size"), [(0, 3), (4, 3)])
def test_no_proof_for_an_earlier_tree_that_is_none(earlier: int, size: int) -> None:
    with pytest.raises(ValueError, match="no earlier tree"):
        consistency_plan(earlier, size)
    assert not check_consistency(earlier, size, ROOTS[earlier], ROOTS[size], [])


def test_every_hash_has_32_bytes() -> None:
    assert not check_inclusion(b"", 0, 1, [], b"")
    assert not check_inclusion(LEAVES[0], 0, 2, [LEAVES[1][:31]], ROOTS[2])
    assert not check_consistency(1, 1, b"", b"", [])
    assert not check_consistency(2, 3, ROOTS[2], ROOTS[3], [LEAVES[2] + b"\x00"])


@pytest.mark.shared
@pytest.mark.skipif(not PROBES, reason="../shared/vectors is not here")
def test_others_probes_are_judged_as_they_judge_them() -> None:
    def hashes(given: str | list[str] | None) -> list[bytes]:
        return [b64decode(each) for each in ([given] if isinstance(given, str) else given or [])]

    assert len(PROBES) > 60
    for file in PROBES:
        probe = json.loads(file.read_text(encoding="utf-8"))
        path = hashes(probe["proof"])
        if "leafIdx" in probe:
            leaf, root = hashes(probe["leafHash"])[0], hashes(probe["root"])[0]
            found = check_inclusion(leaf, probe["leafIdx"], probe["treeSize"], path, root)
        else:
            one, other = hashes(probe["root1"])[0], hashes(probe["root2"])[0]
            found = check_consistency(probe["size1"], probe["size2"], one, other, path)
        assert found is not probe["wantErr"], file.name
