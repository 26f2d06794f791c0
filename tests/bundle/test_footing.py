"""What a bundle may stand on, and on every engine."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ledger.anchors.signer import make_signer
from ledger.bundle import covers, make_bundle
from ledger.checkpoints import make_checkpoint
from ledger.domain.envelope import child
from ledger.errors import Malformed, NotFound, Refused, Tampered
from ledger.seal.checkpoint import Checkpoint, format_checkpoint
from ledger.seal.note import Note, Signer, format_note
from ledger.store import create_store, open_store
from tests.bundle.case import Case, begin, verify, visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.store import Store


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = begin(tmp_path / "made")
    yield made
    made.store.close()


def signed(store: Store, size: int, root: bytes | None = None) -> bytes:
    text = format_checkpoint(Checkpoint(store.origin, size, store.head(size).root if root is None else root))
    return format_note(Note(text, (Signer.new("someone").sign(text),)))


def test_on_every_engine(engine: dict[str, str], tmp_path: Path) -> None:
    made = begin(tmp_path / "made", **engine)
    answer = verify(made.bundle(), made.vkey, folder=tmp_path)
    made.store.close()
    assert answer.code == 0, answer.said


def test_a_bundle_on_an_earlier_checkpoint_that_covers_the_case(case: Case, tmp_path: Path) -> None:
    held = case.checkpoint()
    for _ in range(5):
        case.add(visit(9), stream=case.other)
    assert covers(case.store, held, case.stream)
    size = case.store.head().size
    made = make_bundle(case.store, "C-001", checkpoint=held)
    assert verify(made.data, case.vkey, folder=tmp_path).code == 0
    assert case.store.head().size == size, "nothing is appended"


def test_a_checkpoint_that_does_not_cover_the_case(case: Case) -> None:
    held = case.checkpoint()
    case.add(visit(9))
    assert not covers(case.store, held, case.stream)
    with pytest.raises(Refused, match="this checkpoint covers 10 entries, and the journey needs 12"):
        make_bundle(case.store, "C-001", checkpoint=held)


def test_a_checkpoint_without_heads_at_its_end(case: Case) -> None:
    with pytest.raises(Refused, match="does not end with the sealed heads"):
        case.checkpoint()
        case.add(visit(9), stream=case.other)
        make_bundle(case.store, "C-001", checkpoint=signed(case.store, case.store.head().size))


def test_a_checkpoint_of_another_ledger(case: Case, tmp_path: Path) -> None:
    other = create_store(tmp_path / "other", authority="Testshire (synthetic)")
    note = make_checkpoint(other, make_signer(tmp_path / "signer", "other"))
    other.close()
    with pytest.raises(Refused, match="of another ledger"):
        make_bundle(case.store, "C-001", checkpoint=note)


def test_a_ledger_that_is_not_what_was_signed(case: Case, tmp_path: Path) -> None:
    case.checkpoint()
    with pytest.raises(Tampered, match="not a continuation"):
        make_bundle(case.store, "C-001", checkpoint=signed(case.store, case.store.head().size, bytes(32)))
    older = tmp_path / "older"
    shutil.copytree(case.store.settings.folder, older)
    case.add(visit(9))
    held = case.checkpoint()
    store = open_store(older)
    with pytest.raises(Tampered, match="not a continuation"):
        make_bundle(store, "C-001", checkpoint=held)
    store.close()


def test_what_is_no_checkpoint_and_who_is_no_child(case: Case) -> None:
    with pytest.raises(Malformed):
        make_bundle(case.store, "C-001", checkpoint=b"nothing")
    with pytest.raises(NotFound, match="C-009"):
        make_bundle(case.store, "C-009", checkpoint=case.checkpoint())
    case.store.open_subject(child("C-010"))
    with pytest.raises(NotFound, match="entry of this child"):
        make_bundle(case.store, "C-010", checkpoint=case.checkpoint())


def test_without_the_key_words_are_withheld_and_it_says_so(case: Case, tmp_path: Path) -> None:
    held = case.checkpoint()
    folder = case.store.settings.folder
    (folder / "keys.db").rename(tmp_path / "keys.db")
    store = open_store(folder, read_only=True)
    made = make_bundle(store, case.stream, checkpoint=held)
    store.close()
    said = verify(made.data, case.vkey, folder=tmp_path).said
    assert "entry 3, visit-recorded.v1: private words withheld: the key to them is not here" in said
