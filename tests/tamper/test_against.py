"""What only something kept outside shows: a ledger sealed anew, cut off or put back, and a stolen key."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ledger.domain.clock import from_microseconds
from ledger.errors import Malformed
from ledger.seal.checkpoint import Checkpoint, format_checkpoint
from ledger.seal.note import COSIGNATURE, Note, Signer, format_note
from ledger.store import open_store
from ledger.verification import verify
from tests.store.news import visit
from tests.tamper.forger import MINUTE, SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tamper.conftest import Scene

LOG, THIEF, WITNESS = Signer.new("log"), Signer.new("log"), Signer.new("witness", COSIGNATURE)
KEYS = [LOG.verifier.vkey]
Codes = list[tuple[str, "int | None"]]


def signed(scene: Scene, *signers: Signer, size: int | None = None, at: int | None = None, origin: str = "") -> bytes:
    """Return a checkpoint of the ledger as it is now."""
    head = scene.store.head(size)
    moment = from_microseconds(scene.clock.time if at is None else at)
    stated = Checkpoint(origin or scene.store.origin, head.size, head.root).at(moment)
    text = format_checkpoint(stated)
    return format_note(Note(text, tuple(each.sign(text, int(moment.timestamp())) for each in signers or (LOG,))))


def codes(scene: Scene, *against: bytes, keys: list[str] | None = None) -> Codes:
    done = verify(scene.store, against=against, keys=KEYS if keys is None else keys)
    assert done.ok is (not done.findings)
    assert done.verdict == ("verified" if done.ok else "not verified")
    return [(each.code, each.position) for each in done.findings]


def test_an_honest_ledger_is_verified(scene: Scene) -> None:
    early, late = signed(scene, size=20, at=scene.forger.row(20).recorded_at), signed(scene, LOG, WITNESS)
    for against, keys, anchor in (
        ([early], KEYS, "own copy"),
        ([early, late], KEYS, "own copy"),
        ([late], [WITNESS.verifier.vkey], "witness"),
        ([early, late], [*KEYS, WITNESS.verifier.vkey], "witness"),
    ):
        done = verify(scene.store, against=against, keys=keys)
        assert (done.ok, done.verdict, done.anchor, done.findings) == (True, "verified", anchor, [])
        assert done.entries == SIZE
        assert done.head == scene.store.head()


def test_without_a_checkpoint_it_is_self_consistent_and_no_more(scene: Scene) -> None:
    done = verify(scene.store)
    assert (done.ok, done.verdict, done.anchor) == (True, "self-consistent", "none")


def test_a_checkpoint_without_a_key_is_refused(scene: Scene) -> None:
    with pytest.raises(Malformed):
        verify(scene.store, against=[signed(scene)])


@pytest.mark.parametrize(
    "attack",
    [
        lambda forger: forger.set(9, **forger.forge(9)),
        lambda forger: forger.sql("DELETE FROM entries WHERE position = 9"),
        lambda forger: forger.sql("DELETE FROM entries WHERE position > 20"),
        lambda forger: forger.set(24, **forger.forge(24)),
    ],
    ids=["changed", "taken out", "cut off", "the last changed"],
)
def test_sealed_anew_and_grown_on_is_forked(scene: Scene, attack: Callable[..., None]) -> None:
    kept = signed(scene)
    attack(scene.forger)
    scene.forger.reseal()
    with_more = open_store(scene.folder, clock=scene.clock)
    with_more.append([visit(scene.streams["A"], 30 + day) for day in range(5)])
    with_more.close()
    assert codes(scene, kept) == [("forked", None)]


def test_sealed_anew_and_signed_with_a_stolen_key(scene: Scene) -> None:
    """The thief's checkpoint verifies: it is the one kept outside, or the witness's, that shows the other history."""
    kept, witnessed = signed(scene), signed(scene, WITNESS)
    scene.forger.set(9, **scene.forger.forge(9))
    scene.forger.reseal()
    stolen = signed(scene, LOG)
    assert codes(scene, stolen) == []
    assert codes(scene, stolen, kept) == [("forked", None)]
    assert codes(scene, stolen, witnessed, keys=[*KEYS, WITNESS.verifier.vkey]) == [("forked", None)]


def test_another_key_under_the_same_name(scene: Scene) -> None:
    assert codes(scene, signed(scene, THIEF)) == [("wrong-key", None)]


def test_a_checkpoint_that_was_edited(scene: Scene) -> None:
    kept = signed(scene).replace(b"\n24\n", b"\n23\n")
    assert codes(scene, kept) == [("wrong-key", None)]


def test_another_log_s_checkpoint(scene: Scene) -> None:
    assert codes(scene, signed(scene, origin="elsewhere/00")) == [("wrong-log", None)]


def test_an_older_copy_put_back(scene: Scene) -> None:
    old = scene.forger.rows()
    scene.store.append([visit(scene.streams["A"], 50)])
    kept = signed(scene)
    scene.forger.put(*old, instead_of=lambda _: True)
    scene.forger.reseal()
    assert codes(scene, kept) == [("rolled-back", SIZE + 1)]


def test_a_tail_cut_off_is_one_finding(scene: Scene) -> None:
    early, late = signed(scene, size=10, at=scene.forger.row(10).recorded_at), signed(scene)
    scene.forger.sql("DELETE FROM entries WHERE position > 20")
    assert codes(scene, early, late) == [("tail-cut", 21)]


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (lambda forger: forger.set(9, **forger.forge(9)), ("changed", 9)),
        (lambda forger: forger.set(9, sealed=b"\x01"), ("changed", 9)),
        (lambda forger: forger.sql("DELETE FROM entries WHERE position = 9"), ("missing", 9)),
        (
            lambda forger: forger.put(forger.row(24)._replace(position=25, version=30, event_id="x" * 36)),
            ("inserted", 25),
        ),
        (lambda forger: forger.set(24, **forger.forge(24)), ("changed", None)),
    ],
    ids=["changed", "part", "taken out", "put in", "last"],
)
def test_what_is_damaged_and_not_sealed_anew_is_that_and_not_forked(
    scene: Scene, attack: Callable[..., None], found: tuple[str, int | None]
) -> None:
    kept = signed(scene)
    attack(scene.forger)
    told = codes(scene, kept)
    assert [code for code, _ in told] == [found[0]]
    assert told == [found] or found[1] is None


def test_an_entry_recorded_before_a_checkpoint_that_does_not_hold_it(scene: Scene) -> None:
    kept = signed(scene, size=20, at=scene.forger.row(22).recorded_at + 20 * MINUTE)
    assert codes(scene, kept) == [("back-dated", 21)]


def test_an_entry_recorded_after_a_checkpoint_that_holds_it(scene: Scene) -> None:
    kept = signed(scene, size=20, at=scene.forger.row(20).recorded_at - 20 * MINUTE)
    assert codes(scene, kept) == [("back-dated", 20)]


def test_only_what_follows_a_checkpoint(scene: Scene) -> None:
    since = signed(scene, size=20, at=scene.forger.row(20).recorded_at)
    done = verify(scene.store, since=since, keys=KEYS)
    assert done.ok
    assert any("position 20" in sentence for sentence in done.told)
    scene.forger.set(22, **scene.forger.forge(22))
    assert [each.code for each in verify(scene.store, since=since, keys=KEYS).findings] == ["changed"]


def test_since_a_checkpoint_of_another_history(scene: Scene) -> None:
    since = signed(scene, size=20, at=scene.forger.row(20).recorded_at)
    shutil.rmtree(scene.folder / "tiles", ignore_errors=True)
    scene.forger.set(9, **scene.forger.forge(9))
    scene.forger.reseal()
    assert [each.code for each in verify(scene.store, since=since, keys=KEYS).findings] == ["forked"]


def test_a_missing_key_and_another_s_key(scene: Scene) -> None:
    if scene.url:
        pytest.skip("the sample's keys are shared on PostgreSQL")
    import sqlite3

    with sqlite3.connect(scene.folder / "keys.db") as keys:
        keys.execute("DELETE FROM keys WHERE stream = ?", (scene.streams["B"],))
        keys.execute("UPDATE keys SET wrapped = zeroblob(60) WHERE stream = ?", (scene.streams["C"],))
    keys.close()
    again = open_store(scene.folder, clock=scene.clock)
    found = verify(again).findings
    again.close()
    assert {(each.code, each.stream) for each in found} == {
        ("key-lost", scene.streams["B"]),
        ("key-wrong", scene.streams["C"]),
    }
