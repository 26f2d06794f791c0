"""Checkpoints: C2SP's lines, one legal spelling, and the signer's clock."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed, Tampered
from ledger.seal.checkpoint import Checkpoint, format_checkpoint, open_checkpoint, origin, parse_checkpoint
from ledger.seal.note import Note, Signer, format_note

ROOT = bytes(range(32))
B64 = b64encode(ROOT).decode()
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HELD = Checkpoint("testshire/00", 3, ROOT, ("time 2026-11-28T12:00:00Z",))
SIGNER = Signer("testshire", bytes(32))


def test_a_checkpoint_is_spelled_as_c2sp_says() -> None:
    assert format_checkpoint(HELD) == f"testshire/00\n3\n{B64}\ntime 2026-11-28T12:00:00Z\n"
    assert parse_checkpoint(format_checkpoint(HELD)) == HELD
    assert parse_checkpoint(f"a\n0\n{B64}\n") == Checkpoint("a", 0, ROOT)


@given(
    st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1),
    st.integers(0, (1 << 63) - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1).filter(lambda x: x[:5] != "time ")),
)
def test_what_is_formatted_parses_back(name: str, size: int, root: bytes, extension: list[str]) -> None:
    held = Checkpoint(name, size, root, tuple(extension))
    assert parse_checkpoint(format_checkpoint(held)) == held


def test_the_signers_clock_stands_in_a_line_of_its_own() -> None:
    assert HELD.signed_at == NOON
    assert Checkpoint("a", 1, ROOT).signed_at is None
    later = NOON.astimezone(timezone(timedelta(hours=5))) + timedelta(seconds=1, microseconds=999_999)
    assert HELD.at(later).extension == ("time 2026-11-28T12:00:01Z",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        f"a\n3\n{B64}",
        f"\n3\n{B64}\n",
        f"a\n03\n{B64}\n",
        f"a\n+3\n{B64}\n",
        f"a\n-3\n{B64}\n",
        f"a\n\u0663\n{B64}\n",
        f"a\n3 \n{B64}\n",
        f"a\n{1 << 63}\n{B64}\n",
        f"a\n{'9' * 5000}\n{B64}\n",
        f"a\n3\n{B64[:-1]}\n",
        f"a\n3\n{b64encode(ROOT[:31]).decode()}\n",
        f"a\n3\n{B64}\n\n",
        f"a\n3\n{B64}\n\nmore\n",
        f"a\n3\n{B64}\ntime yesterday\n",
        f"a\n3\n{B64}\ntime 2026-1-2T3:04:05Z\n",
        f"a\n3\n{B64}\ntime 2026-11-28T12:00:00Z\ntime 2026-11-28T12:00:01Z\n",
        f"a\n3\n{B64}\nodd\ttab\n",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "held", [Checkpoint("", 1, ROOT), Checkpoint("a\nb", 1, ROOT), Checkpoint("a", -1, ROOT), Checkpoint("a", 1, b"")]
)
def test_what_no_checkpoint_can_say_is_not_formatted(held: Checkpoint) -> None:
    with pytest.raises(Malformed):
        format_checkpoint(held)


def test_opening_one_says_who_signed_it() -> None:
    text = format_checkpoint(HELD)
    data = format_note(Note(text, (SIGNER.sign(text),)))
    assert open_checkpoint(data, [SIGNER.verifier])[::2] == (HELD, [SIGNER.verifier])
    assert open_checkpoint(data, [Signer.new("testshire").verifier])[2] == []
    with pytest.raises(Tampered):
        open_checkpoint(data.replace(b"\n3\n", b"\n4\n"), [SIGNER.verifier])


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("Testshire (synthetic)", "testshire-synthetic"),
        ("  Sir y Fflint  ", "sir-y-fflint"),
        ("Ynys M\u00f4n", "ynys-m-n"),
        ("Bath & North East Somerset", "bath-north-east-somerset"),
        ("\u6771\u4eac", "ledger"),
    ],
)
def test_a_log_is_named_by_its_authority_and_its_id(authority: str, expected: str) -> None:
    assert origin(authority, bytes(15) + b"\x0f") == f"{expected}/{'0' * 31}f"
