"""A witness: cosigns growth of the logs it was told of, refuses everything else, and says what it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.anchors.memory import FILE
from ledger.anchors.signer import LogSigner, make_signer
from ledger.anchors.witness import (
    Request,
    Witness,
    cosigned,
    format_request,
    make_witness,
    open_witness,
    parse_request,
)
from ledger.errors import LedgerError, Malformed, NotFound, Overtaken, Refused, Tampered
from ledger.seal.checkpoint import Checkpoint, format_checkpoint, open_checkpoint
from ledger.seal.note import Note, Signer, cosigned_at, format_note
from ledger.seal.proof import consistency
from ledger.seal.tree import root
from tests.anchors.test_signer import FORKED, LEAVES, ORIGIN, START

LOG = Signer("testshire", bytes(32))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    made = make_witness(tmp_path / "witness", "witness.example", lambda: START)
    made.trust(ORIGIN, LOG.verifier)
    return made


def checkpoint(size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN, key: Signer = LOG) -> bytes:
    text = format_checkpoint(Checkpoint(origin, size, root(leaves[:size])))
    return format_note(Note(text, (key.sign(text),)))


def request(old: int, size: int, leaves: list[bytes] = LEAVES, **given: object) -> bytes:
    proof = consistency(old, leaves[:size]) if 0 < old <= size else []
    return format_request(Request(old, tuple(proof), checkpoint(size, leaves, **given)))  # type: ignore[arg-type]


def test_it_cosigns_growth_and_its_answer_goes_below_the_checkpoint(witness: Witness) -> None:
    for old, size in ((0, 3), (3, 3), (3, 8), (8, 20)):
        line = witness.cosign(request(old, size))
        whole = cosigned(checkpoint(size), line)
        _, note, who = open_checkpoint(whole, [LOG.verifier, witness.verifier])
        assert who == [LOG.verifier, witness.verifier]
        assert cosigned_at(note, witness.verifier) == START
        assert witness.logs[ORIGIN].size == size


def test_it_says_what_it_holds_when_asked_from_elsewhere(witness: Witness) -> None:
    witness.cosign(request(0, 5))
    for old in (0, 3, 7):
        with pytest.raises(Overtaken) as told:
            witness.cosign(request(old, 9))
        assert told.value.found == 5


def test_it_refuses_what_does_not_continue_what_it_cosigned(witness: Witness) -> None:
    witness.cosign(request(0, 5))
    good = parse_request(request(5, 9))
    bad = [
        request(5, 9, FORKED),
        request(5, 5, FORKED),
        format_request(replace(good, proof=good.proof[:-1])),
        format_request(replace(good, proof=(*good.proof, bytes(32)))),
        format_request(replace(good, proof=())),
    ]
    for data in bad:
        with pytest.raises(Refused, match="does not continue the 5 entries"):
            witness.cosign(data)
    with pytest.raises(Malformed, match="above"):
        witness.cosign(request(5, 4))
    assert witness.logs[ORIGIN].size == 5


def test_it_refuses_what_the_log_has_not_signed(witness: Witness) -> None:
    stranger = Signer.new("testshire")
    with pytest.raises(Refused, match="no key"):
        witness.cosign(request(0, 5, key=stranger))
    with pytest.raises(NotFound):
        witness.cosign(request(0, 5, origin="elsewhere/00"))
    with pytest.raises(Tampered):
        witness.cosign(request(0, 5).replace(b"\n5\n", b"\n6\n"))
    witness.trust("elsewhere/00", stranger.verifier)
    with pytest.raises(Refused, match="no key"):
        witness.cosign(request(0, 5, key=stranger))
    witness.cosign(request(0, 5, origin="elsewhere/00", key=stranger))
    assert set(witness.logs) == {"elsewhere/00"}


def test_it_believes_the_keys_of_a_rotation(witness: Witness) -> None:
    new = Signer.new("testshire")
    witness.trust(ORIGIN, new.verifier)
    witness.trust(ORIGIN, new.verifier)
    assert witness.trusted == {ORIGIN: [LOG.verifier, new.verifier]}
    witness.cosign(request(0, 5))
    witness.cosign(request(5, 6, key=new))
    with pytest.raises(Refused, match="witness's key"):
        witness.trust(ORIGIN, witness.verifier)


def test_it_works_for_a_real_signer(witness: Witness, tmp_path: Path) -> None:
    signer: LogSigner = make_signer(tmp_path / "signer", "testshire")
    witness.trust(ORIGIN, signer.verifiers[0])
    signed = signer.sign(Checkpoint(ORIGIN, 4, root(LEAVES[:4])), 0, [])
    assert witness.cosign(format_request(Request(0, (), signed)))


def test_it_remembers_before_it_speaks_and_never_forgets(witness: Witness) -> None:
    witness.cosign(request(0, 5))
    again = open_witness(witness._folder.path, lambda: START)
    with pytest.raises(Refused):
        again.cosign(request(5, 9, FORKED))
    early = open_witness(witness._folder.path, lambda: START - 1)
    with pytest.raises(Refused, match="clock"):
        early.cosign(request(5, 9))
    (witness._folder.path / FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(Refused, match="damaged"):
        again.cosign(request(0, 5, FORKED))
    (witness._folder.path / "trusted.json").write_text("[]", encoding="utf-8")
    with pytest.raises(Refused, match="damaged"):
        again.cosign(request(0, 5))


def test_it_is_made_in_an_empty_folder_only(witness: Witness, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        make_witness(witness._folder.path, "w")
    with pytest.raises(Malformed):
        make_witness(tmp_path / "new", "a b")
    with pytest.raises(NotFound):
        open_witness(tmp_path / "nowhere")


GOOD = request(3, 8)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 3",
        GOOD.replace(b"old 3", b"old 03"),
        GOOD.replace(b"old 3", b"old -3"),
        GOOD.replace(b"old 3", b"old  3"),
        GOOD.replace(b"old 3", b"size 3"),
        GOOD.replace(b"old 3", b"old " + b"9" * 30),
        GOOD.replace(b"old 3", b"old 9999999999999999999"),
        GOOD.replace(b"old 3\n", b"old 3\n\xff\n"),
        GOOD.replace(b"old 3\n", b"old 3\nAAAA\n"),
        GOOD.replace(b"old 3\n", b"old 3\n!\n"),
        GOOD.replace(b"old 3\n", b"old 3\r\n"),
        b"old 3\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\n" + checkpoint(8),
    ],
)
def test_a_request_has_one_spelling(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_request(data)


@given(st.integers(0, (1 << 63) - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary())
def test_what_is_formatted_parses_back(old: int, proof: list[bytes], data: bytes) -> None:
    asked = Request(old, tuple(proof), data)
    assert parse_request(format_request(asked)) == asked


@given(st.binary(max_size=120))
def test_what_parses_formats_back_and_nothing_else_escapes(data: bytes) -> None:
    try:
        assert format_request(parse_request(data)) == data
    except LedgerError as error:
        assert isinstance(error, Malformed)


def test_an_answer_that_is_none_is_refused() -> None:
    for lines in ("", "no\n", "\u2014 a b\n"):
        with pytest.raises(Malformed):
            cosigned(checkpoint(3), lines)
