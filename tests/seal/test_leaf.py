"""The frozen format, byte for byte, against leaves worked by an independent implementation."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.errors import Tampered
from ledger.seal import leaf as sealing
from ledger.seal.tree import Frontier

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "leaf_v1.json").read_text(encoding="utf-8"))
LOG_ID = bytes.fromhex(VECTORS["log_id_hex"])
ENTRIES = VECTORS["entries"]


def key(entry: dict) -> bytes:
    return bytes.fromhex(VECTORS["stream_keys_hex"][entry["stream"]])


def associated(entry: dict) -> bytes:
    return sealing.associated_data(LOG_ID, entry["stream"], entry["event_id"], entry["name"])


SEALED = [entry for entry in ENTRIES if entry["private_utf8"]]


@pytest.mark.parametrize("entry", SEALED, ids=lambda entry: str(entry["position"]))
def test_a_private_block_is_sealed_as_worked(entry: dict) -> None:
    made = sealing.seal(
        sealing.cipher(key(entry)), bytes.fromhex(entry["nonce_hex"]), entry["private_utf8"].encode(), associated(entry)
    )
    assert made.hex() == entry["sealed_hex"]
    assert sealing.commitment(key(entry)).hex() == entry["commitment_hex"]


@pytest.mark.parametrize("entry", SEALED, ids=lambda entry: str(entry["position"]))
def test_a_worked_block_opens(entry: dict) -> None:
    opened = sealing.unseal(sealing.cipher(key(entry)), bytes.fromhex(entry["sealed_hex"]), associated(entry))
    assert opened.decode() == entry["private_utf8"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry["position"]))
def test_states_and_leaves_are_as_worked(entry: dict) -> None:
    open_part, sealed_part = entry["open_utf8"].encode(), bytes.fromhex(entry["sealed_hex"])
    assert sealing.pack_state(open_part, sealed_part).hex() == entry["state_hex"]
    assert sealing.parts(bytes.fromhex(entry["state_hex"])) == (open_part, sealed_part)
    made = sealing.leaf(
        LOG_ID,
        entry["position"],
        entry["stream"],
        entry["version"],
        entry["name"],
        entry["event_id"],
        entry["recorded_at_us"],
        bytes.fromhex(entry["commitment_hex"]),
        bytes.fromhex(entry["previous_leaf_hex"]),
        sha256(open_part).digest(),
        sha256(sealed_part).digest(),
    )
    assert made.hex() == entry["leaf_hex"]


def test_roots_are_as_worked_after_every_entry() -> None:
    tree = Frontier()
    for entry in ENTRIES:
        tree.append(bytes.fromhex(entry["leaf_hex"]))
        assert tree.root().hex() == entry["root_hex"]


@pytest.mark.parametrize("part", ["stream", "event_id", "name"])
def test_a_block_does_not_open_in_another_place(part: str) -> None:
    entry = dict(SEALED[0])
    sealed = bytes.fromhex(entry["sealed_hex"])
    with_cipher = sealing.cipher(key(entry))
    entry[part] = entry[part][:-1] + "9"
    with pytest.raises(Tampered):
        sealing.unseal(with_cipher, sealed, associated(entry))


@pytest.mark.parametrize("at", [0, 1, 13, -1])
def test_a_block_with_one_flipped_bit_does_not_open(at: int) -> None:
    entry = SEALED[0]
    sealed = bytearray(bytes.fromhex(entry["sealed_hex"]))
    sealed[at] ^= 1
    with pytest.raises(Tampered):
        sealing.unseal(sealing.cipher(key(entry)), bytes(sealed), associated(entry))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(20)])
def test_a_block_that_is_too_short_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Tampered):
        sealing.unseal(sealing.cipher(bytes(32)), sealed, b"")


@pytest.mark.parametrize("state", [b"", b"\x00\x00\x00", b"\x00\x00\x00\x05open"])
def test_a_state_that_overruns_itself_is_not_split(state: bytes) -> None:
    with pytest.raises(Tampered):
        sealing.parts(state)
