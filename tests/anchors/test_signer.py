"""The signer: signs growth only, remembers before it speaks, rotates its keys, and keeps them to itself."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.anchors.memory import FILE
from ledger.anchors.signer import LogSigner, make_signer, open_signer, signer_readable_here
from ledger.errors import LedgerError, Malformed, NotFound, Overtaken, Refused, Unavailable
from ledger.seal.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.seal.note import parse_note
from ledger.seal.proof import consistency
from ledger.seal.tree import root

LEAVES = [sha256(bytes([number])).digest() for number in range(20)]
FORKED = [*LEAVES[:3], bytes(32), *LEAVES[4:]]
ORIGIN = "testshire/00"
START = 1_800_000_000


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signer(tmp_path: Path, clock: Clock) -> LogSigner:
    return make_signer(tmp_path / "signer", "testshire", clock)


def sign(signer: LogSigner, size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN) -> bytes:
    earlier = signer.last(origin).size
    proof = consistency(earlier, leaves[:size]) if 0 < earlier <= size else []
    return signer.sign(Checkpoint(origin, size, root(leaves[:size])), earlier, proof)


def test_what_it_signs_verifies_and_says_when(signer: LogSigner, clock: Clock) -> None:
    checkpoint, _, who = open_checkpoint(sign(signer, 5), signer.verifiers)
    assert who == signer.verifiers
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 5, root(LEAVES[:5]))
    assert checkpoint.signed_at == datetime.fromtimestamp(START, UTC)


def test_it_signs_what_grows_and_what_stands_still(signer: LogSigner, clock: Clock) -> None:
    for size in (0, 1, 1, 7, 8, 20):
        clock.now += 1
        sign(signer, size)
        assert (signer.last(ORIGIN).size, signer.last(ORIGIN).at) == (size, clock.now)


def test_it_signs_nothing_smaller_and_no_other_history(signer: LogSigner) -> None:
    sign(signer, 7)
    before = (signer._folder.path / FILE).read_bytes()
    with pytest.raises(Refused, match=r"7 entries .* no smaller one, of 6"):
        sign(signer, 6)
    with pytest.raises(Refused, match="does not continue"):
        sign(signer, 7, FORKED)
    with pytest.raises(Refused, match="does not continue"):
        sign(signer, 9, FORKED)
    with pytest.raises(Refused, match="does not continue"):
        signer.sign(Checkpoint(ORIGIN, 9, root(LEAVES[:9])), 7, [])
    with pytest.raises(Overtaken):
        signer.sign(Checkpoint(ORIGIN, 9, root(FORKED[:9])), 0, [])
    assert (signer._folder.path / FILE).read_bytes() == before
    sign(signer, 9)


def test_every_log_is_remembered_by_itself(signer: LogSigner) -> None:
    sign(signer, 7)
    sign(signer, 2, FORKED, "testshire/01")
    assert {origin: held.size for origin, held in signer.logs.items()} == {ORIGIN: 7, "testshire/01": 2}


def test_a_clock_set_back_signs_nothing(signer: LogSigner, clock: Clock) -> None:
    sign(signer, 3)
    clock.now = 0
    with pytest.raises(Refused, match="clock"):
        sign(signer, 4)
    assert signer.last(ORIGIN).size == 3


def test_it_remembers_before_it_speaks(signer: LogSigner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at the last moment before the signature is handed out, it still never signs another history."""
    killed = KeyboardInterrupt()

    def interrupted(*_: object) -> bytes:
        raise killed

    with monkeypatch.context() as patched:
        patched.setattr("ledger.anchors.signer.format_note", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sign(signer, 7)
    again = open_signer(signer._folder.path, lambda: START)
    assert again.last(ORIGIN).size == 7
    with pytest.raises(Refused):
        sign(again, 8, FORKED)
    sign(again, 7)


def test_killed_while_it_writes_it_remembers_what_it_did(signer: LogSigner, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(signer, 3)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sign(signer, 7)
    assert open_signer(signer._folder.path).last(ORIGIN).size == 3
    sign(signer, 7)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"logs": 3}', '{"logs": {"a": {"size": "7", "root": "00", "at": 0}}}', "\udcff"]
)
def test_a_damaged_or_lost_memory_is_not_an_empty_one(signer: LogSigner, text: str) -> None:
    sign(signer, 7)
    file = signer._folder.path / FILE
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused, match="damaged"):
        sign(signer, 8)
    file.unlink()
    with pytest.raises(Refused, match="gone"):
        sign(signer, 8)
    with pytest.raises(NotFound):
        open_signer(signer._folder.path)


def test_while_keys_are_rotated_both_sign_until_the_old_one_is_retired(signer: LogSigner) -> None:
    [old] = signer.verifiers
    early = sign(signer, 2)
    new = signer.rotate()
    assert signer.verifiers == [old, new]
    both = parse_note(sign(signer, 4))
    assert open_checkpoint(sign(signer, 4), [old, new])[2] == [old, new]
    assert len(both.signatures) == 2
    signer.retire(old.key_id.hex())
    late = sign(signer, 5)
    assert (open_checkpoint(late, [old])[2], open_checkpoint(late, [new])[2]) == ([], [new])
    assert open_checkpoint(early, signer.retired)[2] == [old]
    assert not list(signer._folder.path.glob(f"{old.key_id.hex()}.key"))
    with pytest.raises(Refused, match="only key"):
        signer.retire(new.key_id.hex())
    with pytest.raises(NotFound):
        signer.retire(old.key_id.hex())


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_its_folder_is_its_own(signer: LogSigner) -> None:
    folder = signer._folder.path
    sign(signer, 2)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    [key] = folder.glob("*.key")
    key.chmod(0o640)
    with pytest.raises(Refused, match="other accounts"):
        sign(signer, 3)
    key.chmod(0o600)
    folder.chmod(0o750)
    with pytest.raises(Refused, match="other accounts"):
        open_signer(folder)


def test_a_signer_is_made_in_an_empty_folder_only(signer: LogSigner, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        make_signer(signer._folder.path, "other")
    with pytest.raises(Malformed):
        make_signer(tmp_path / "new", "two words")
    assert not (tmp_path / "new").exists()
    with pytest.raises(NotFound):
        open_signer(tmp_path / "nowhere")


def test_no_error_shows_a_key(signer: LogSigner) -> None:
    [file] = signer._folder.path.glob("*.key")
    secret = file.read_text(encoding="utf-8").strip()
    for text in (secret[:-3], secret.replace("testshire", "other"), "", "PRIVATE+KEY+" + "a" * 99):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(LedgerError) as refused:
            sign(signer, 3)
        assert secret[-30:-5] not in str(refused.value) + refused.value.hint


def test_two_that_sign_at_once_sign_one_history(signer: LogSigner) -> None:
    def once(leaves: list[bytes]) -> bool:
        try:
            sign(open_signer(signer._folder.path), 9, leaves)
        except (Overtaken, Refused):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(once, [LEAVES, FORKED] * 4))
    signed = {leaves is LEAVES for leaves, ok in zip([LEAVES, FORKED] * 4, done, strict=True) if ok}
    assert len(signed) == 1


def test_a_disk_that_refuses_is_told(signer: LogSigner, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Unavailable):
            sign(signer, 3)
    assert signer.last(ORIGIN).size == 0
    sign(signer, 3)


def test_who_can_write_the_ledger_and_read_the_key_is_told(signer: LogSigner, tmp_path: Path) -> None:
    folder = signer._folder.path
    assert signer_readable_here(tmp_path, folder)
    assert signer_readable_here(None, folder)
    assert not signer_readable_here(tmp_path, tmp_path / "elsewhere")
    assert not signer_readable_here(tmp_path / "nowhere", folder)


def test_its_memory_is_plain_to_read(signer: LogSigner) -> None:
    sign(signer, 3)
    found = json.loads((signer._folder.path / FILE).read_text(encoding="utf-8"))
    assert found == {"format": 1, "logs": {ORIGIN: {"size": 3, "root": root(LEAVES[:3]).hex(), "at": START}}}
    assert parse_checkpoint(parse_note(sign(signer, 3)).text).size == 3
