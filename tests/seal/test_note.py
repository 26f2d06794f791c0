"""Signed notes: one legal spelling, keys from outside only, and the worked example of the specification."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, Malformed, Tampered
from ledger.seal.note import (
    COSIGNATURE,
    Note,
    Signature,
    Signer,
    Verifier,
    cosigned_at,
    format_note,
    parse_note,
    parse_signer,
    parse_verifier,
    verified,
    with_signatures,
)

EXAMPLE = Path(__file__).parents[3] / "shared" / "vectors" / "signed_note_example.json"
SEED = bytes(range(32))
LOG = Signer("log.example/a", SEED)
WITNESS = Signer("witness.example/w", bytes(32), COSIGNATURE)
TEXT = "log.example/a\n3\nroot\n"


def signed(*signers: Signer, text: str = TEXT, at: int = 1_700_000_000) -> bytes:
    return format_note(Note(text, tuple(signer.sign(text, at) for signer in signers)))


@pytest.mark.shared
@pytest.mark.skipif(not EXAMPLE.exists(), reason="../shared/vectors is not here")
def test_the_example_of_the_specification_verifies() -> None:
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))["example"]
    verifier = parse_verifier(example["vkey"])
    note = parse_note(example["note"].encode())
    assert (verifier.name, note.text) == ("example.com/foo", "This is an example message.\n")
    assert verified(note, [verifier]) == [verifier]
    assert format_note(note) == example["note"].encode()
    with pytest.raises(Tampered, match=r"example\.com/foo"):
        verified(Note("This is another message.\n", note.signatures), [verifier])


def test_a_key_is_named_as_the_specification_says() -> None:
    public = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    key_id = sha256(b"log.example/a\n\x01" + public).digest()[:4]
    assert LOG.verifier.vkey == "log.example/a+" + key_id.hex() + "+" + b64encode(b"\x01" + public).decode()
    assert parse_verifier(LOG.verifier.vkey + "\n") == LOG.verifier


def test_a_signature_is_ed25519_over_the_text() -> None:
    made = LOG.sign(TEXT)
    assert made.data == Ed25519PrivateKey.from_private_bytes(SEED).sign(TEXT.encode())
    assert made.line == f"\u2014 log.example/a {b64encode(LOG.verifier.key_id + made.data).decode()}\n"


def test_a_cosignature_is_over_its_time_and_the_text() -> None:
    at = 1_679_315_147
    message = b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    expected = at.to_bytes(8, "big") + Ed25519PrivateKey.from_private_bytes(bytes(32)).sign(message)
    assert WITNESS.sign(TEXT, at).data == expected
    note = parse_note(signed(LOG, WITNESS, at=at))
    assert verified(note, [WITNESS.verifier, LOG.verifier]) == [WITNESS.verifier, LOG.verifier]
    assert (cosigned_at(note, WITNESS.verifier), cosigned_at(note, LOG.verifier)) == (at, None)
    moved = Signature(WITNESS.verifier.name, WITNESS.verifier.key_id, (at + 1).to_bytes(8, "big") + expected[8:])
    with pytest.raises(Tampered):
        verified(Note(TEXT, (moved,)), [WITNESS.verifier])


def test_the_same_key_under_another_algorithm_is_another_key() -> None:
    other = Signer(LOG.verifier.name, SEED, COSIGNATURE)
    assert other.verifier.key_id != LOG.verifier.key_id
    assert verified(parse_note(signed(LOG)), [other.verifier]) == []


def test_unknown_keys_are_ignored_and_a_wrong_signature_of_a_known_key_refuses_all() -> None:
    stranger = Signer.new("stranger.example/s")
    note = parse_note(signed(stranger, LOG))
    assert verified(note, [LOG.verifier]) == [LOG.verifier]
    assert verified(note, [Signer.new("log.example/a").verifier]) == []
    assert verified(note, []) == []
    forged = Signature(LOG.verifier.name, LOG.verifier.key_id, bytes(64))
    for signatures in ((LOG.sign(TEXT), forged), (forged, LOG.sign(TEXT)), (forged,)):
        with pytest.raises(Tampered):
            verified(Note(TEXT, signatures), [LOG.verifier])
    assert verified(Note(TEXT, (forged,)), [stranger.verifier]) == []


@pytest.mark.parametrize("data", [b"", bytes(8), bytes(63), bytes(65), bytes(71), bytes(73), b"\xff" * 72])
def test_a_signature_of_another_length_or_time_does_not_fit(data: bytes) -> None:
    assert not LOG.verifier.fits(TEXT, data)
    assert not WITNESS.verifier.fits(TEXT, data)


def test_a_private_key_is_kept_as_text() -> None:
    for signer in (LOG, WITNESS):
        assert parse_signer(signer.private_text + "\n").verifier == signer.verifier
        assert signer.private_text.startswith(f"PRIVATE+KEY+{signer.verifier.name}+{signer.verifier.key_id.hex()}+")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PRIVATE+KEY+",
        LOG.verifier.vkey,
        LOG.private_text.replace("log.example/a", "log.example/b"),
        LOG.private_text[:-4],
    ],
)
def test_what_is_no_private_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_signer(text)
    assert b64encode(b"\x01" + SEED).decode()[:12] not in str(refused.value)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "log.example/a",
        "log.example/a+00000000+" + b64encode(b"\x01" + bytes(32)).decode(),
        LOG.verifier.vkey.replace("+", "+ ", 1),
        LOG.verifier.vkey + "=",
        LOG.verifier.vkey[:-4],
        Verifier("log.example/a", 2, bytes(32)).vkey,
        Verifier("log example", 1, bytes(32)).vkey,
        Verifier("", 1, bytes(32)).vkey,
    ],
)
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        parse_verifier(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a\u00a0b", "a\u2003b", "a+b", "a\nb", "a\tb", "\ud800"])
def test_a_key_has_a_name_that_a_line_can_hold(name: str) -> None:
    with pytest.raises(Malformed):
        Signer.new(name)


GOOD = signed(LOG)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        TEXT.encode(),
        GOOD[:-1],
        GOOD + b"\n",
        GOOD + b"more\n",
        GOOD.replace(b"\n\n", b"\n"),
        GOOD.replace(b"3\n", b"3\r\n"),
        GOOD.replace(b"3\n", b"3\t\n"),
        GOOD.replace(b"3\n", b"\xff\n"),
        GOOD.replace("\u2014".encode(), b"-"),
        GOOD.replace(b"log.example/a ", b"log.example/a  "),
        GOOD.replace(b"log.example/a ", b""),
        GOOD[:-2] + b"\n",
        GOOD[:-1] + b" \n",
        TEXT.encode() + b"\n" + GOOD.split(b"\n\n")[1] * 101,
        b"a" * 1_000_001,
    ],
)
def test_a_note_has_one_spelling(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_note(data)


@pytest.mark.parametrize("text", ["", "no newline", "a tab\t\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        LOG.sign(text)
    with pytest.raises(Malformed):
        format_note(Note(text, (LOG.sign(TEXT),)))
    with pytest.raises(Malformed):
        format_note(Note(TEXT, ()))


@given(st.text(st.characters(codec="utf-8", min_codepoint=32) | st.just("\n"), max_size=60))
def test_what_is_formatted_parses_back(text: str) -> None:
    note = Note(text + "\n", (LOG.sign(text + "\n"), WITNESS.sign(text + "\n", 5)))
    assert parse_note(format_note(note)) == note


@given(st.binary(max_size=200) | st.integers(0, len(GOOD)).map(lambda cut: GOOD[:cut] + GOOD[cut + 1 :]))
def test_what_parses_formats_back_and_nothing_else_escapes(data: bytes) -> None:
    try:
        assert format_note(parse_note(data)) == data
    except LedgerError as error:
        assert isinstance(error, Malformed)


def test_signatures_are_added_once() -> None:
    note = parse_note(GOOD)
    assert with_signatures(with_signatures(note, [WITNESS.sign(TEXT, 1)]), [WITNESS.sign(TEXT, 1)]).signatures == (
        LOG.sign(TEXT),
        WITNESS.sign(TEXT, 1),
    )
