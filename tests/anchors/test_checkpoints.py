"""Checkpoints of a real ledger on every engine: heads first, then what is durable, and never another history."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event as Flag

import pytest

from ledger.anchors.signer import LogSigner, make_signer
from ledger.anchors.witness import cosigned, make_witness
from ledger.checkpoints import make_checkpoint, seal_heads, witness_request
from ledger.domain.envelope import child
from ledger.domain.events.record import HeadsSealed
from ledger.errors import Overtaken, Refused, Tampered, Unavailable
from ledger.seal.checkpoint import Checkpoint, open_checkpoint
from ledger.seal.heads import head_leaf, heads_inclusion, heads_root
from ledger.seal.proof import check_consistency, check_inclusion
from ledger.seal.tree import Frontier, root
from ledger.store import Store, create_store, open_store
from tests.conftest import AUTHORITY
from tests.store.news import registered, visit


@pytest.fixture
def signer(tmp_path: Path) -> LogSigner:
    return make_signer(tmp_path / "signer", "testshire")


def grow(store: Store, count: int = 3, name: str = "C-001") -> str:
    stream = store.open_subject(child(name))
    if not store.begun(stream):
        store.append([registered(stream, name)])
    store.append([visit(stream, number) for number in range(count)])
    return stream


def opened(data: bytes, signer: LogSigner) -> Checkpoint:
    checkpoint, _, who = open_checkpoint(data, signer.verifiers)
    assert who == signer.verifiers
    return checkpoint


def leaves(store: Store) -> list[bytes]:
    return [row.leaf(store.log_id) for row in store.scan()]


def heads_in(store: Store, position: int) -> HeadsSealed:
    row = store.row_at(position)
    assert row is not None
    event = store.decode(row).event
    assert isinstance(event, HeadsSealed)
    return event


def test_a_checkpoint_stands_right_after_the_heads_of_everything_before(store: Store, signer: LogSigner) -> None:
    grow(store)
    grow(store, 2, "C-002")
    before = store.head().size
    made = opened(make_checkpoint(store, signer), signer)
    assert (made.origin, made.size, made.root) == (store.origin, before + 1, root(leaves(store)))
    event = heads_in(store, made.size)
    ends = store.ends(before)
    assert {stream for stream, _, _ in ends} == {row.stream for row in store.scan()}
    assert (event.count, event.root) == (3, heads_root(ends).hex())
    for stream, version, leaf in ends:
        index, count, path = heads_inclusion(ends, stream)
        assert check_inclusion(head_leaf(stream, version, leaf), index, count, path, bytes.fromhex(event.root))


def test_nothing_is_appended_where_nothing_followed(store: Store, signer: LogSigner) -> None:
    first, again = (opened(make_checkpoint(store, signer), signer) for _ in range(2))
    assert (first.size, first.root) == (again.size, again.root) == (2, store.head().root)
    grow(store)
    later = opened(make_checkpoint(store, signer), signer)
    proof = store.consistency(first.size, later.size)
    assert check_consistency(first.size, later.size, first.root, later.root, proof)
    assert signer.last(store.origin).size == later.size


def test_the_access_log_has_checkpoints_of_its_own(sqlite_store: Store, signer: LogSigner) -> None:
    main, access = (opened(make_checkpoint(log, signer), signer) for log in (sqlite_store, sqlite_store.access))
    assert main.origin != access.origin
    assert len(signer.logs) == 2


def test_a_witness_is_asked_from_what_it_holds(store: Store, signer: LogSigner, tmp_path: Path) -> None:
    witness = make_witness(tmp_path / "witness", "w")
    witness.trust(store.origin, signer.verifiers[0])
    held = 0
    for _ in range(3):
        grow(store, 5)
        made = make_checkpoint(store, signer)
        line = witness.cosign(witness_request(store, made, held))
        whole = cosigned(made, line)
        assert open_checkpoint(whole, [witness.verifier])[2] == [witness.verifier]
        held = witness.logs[store.origin].size
    with pytest.raises(Refused, match="the witness holds"):
        witness_request(store, made, held + 1)


def test_a_witness_request_is_for_this_log_only(sqlite_store: Store, signer: LogSigner) -> None:
    made = make_checkpoint(sqlite_store.access, signer)
    with pytest.raises(Refused, match="another log"):
        witness_request(sqlite_store, made, 0)


def test_entries_can_be_appended_only_as_what_comes_next(store: Store) -> None:
    stream = grow(store)
    size = store.head().size
    for after in (size - 1, size + 1, 0):
        with pytest.raises(Overtaken):
            store.append([visit(stream, 9)], after=after)
    assert store.head().size == size
    [receipt] = store.append([visit(stream, 9)], after=size)
    assert receipt.position == size + 1


def test_heads_are_right_whoever_writes_in_between(store: Store) -> None:
    """Another writer appends all the time: the heads are still those of every stream just before them."""
    stream, stop = grow(store), Flag()

    def write() -> None:
        number = 0
        while not stop.is_set():
            store.append([visit(stream, number % 28)])
            number += 1
            stop.wait(0.002)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            positions = [seal_heads(store).size for _ in range(5)]
        finally:
            stop.set()
        writing.result()
    for position in positions:
        assert heads_in(store, position).root == heads_root(store.ends(position - 1)).hex()


def backup(tmp_path: Path) -> Path:
    shutil.copytree(tmp_path / "ledger", tmp_path / "backup")
    return tmp_path / "backup"


def test_a_ledger_that_was_put_back_is_not_signed(tmp_path: Path, signer: LogSigner) -> None:
    with closing(create_store(tmp_path / "ledger", authority=AUTHORITY)) as store:
        grow(store)
        make_checkpoint(store, signer)
    older = backup(tmp_path)
    with closing(open_store(tmp_path / "ledger")) as store:
        grow(store, 5)
        make_checkpoint(store, signer)
    with closing(open_store(older)) as store, pytest.raises(Tampered, match="put back, or its end was cut off"):
        make_checkpoint(store, signer)
    with closing(open_store(older)) as store:
        grow(store, 20, "C-003")
        with pytest.raises(Tampered, match="another history"):
            make_checkpoint(store, signer)
    with closing(open_store(tmp_path / "ledger")) as store:
        make_checkpoint(store, signer)


def test_a_ledger_sealed_anew_is_not_signed(tmp_path: Path, signer: LogSigner) -> None:
    """Whoever holds the database can seal other entries; the signer has the true ones in its memory."""
    with closing(create_store(tmp_path / "ledger", authority=AUTHORITY)) as store:
        grow(store)
        make_checkpoint(store, signer)
    with sqlite3.connect(tmp_path / "ledger" / "ledger.db") as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE entries SET recorded_at = recorded_at - 1 WHERE position = 2")
    with closing(open_store(tmp_path / "ledger")) as store:
        tree = Frontier()
        tree.extend(leaves(store))
    with sqlite3.connect(tmp_path / "ledger" / "ledger.db") as raw:
        raw.execute("UPDATE frontier SET hashes = ?", (tree.pack(),))
    with closing(open_store(tmp_path / "ledger")) as store, pytest.raises(Tampered, match="another history"):
        make_checkpoint(store, signer)
    assert signer.last(store.origin).size == 6


def test_a_ledger_open_for_reading_is_signed_where_its_heads_are_sealed(tmp_path: Path, signer: LogSigner) -> None:
    with closing(create_store(tmp_path / "ledger", authority=AUTHORITY)) as store:
        grow(store)
    with closing(open_store(tmp_path / "ledger", read_only=True)) as store, pytest.raises(Unavailable):
        make_checkpoint(store, signer)
    with closing(open_store(tmp_path / "ledger")) as store:
        seal_heads(store)
    with closing(open_store(tmp_path / "ledger", read_only=True)) as store:
        assert opened(make_checkpoint(store, signer), signer).size == store.head().size


def test_several_that_make_checkpoints_at_once_agree(tmp_path: Path, signer: LogSigner) -> None:
    with closing(create_store(tmp_path / "ledger", authority=AUTHORITY)) as store:
        grow(store)

    def once(number: int) -> Checkpoint:
        with closing(open_store(tmp_path / "ledger")) as mine:
            grow(mine, 1, f"C-1{number}")
            return opened(make_checkpoint(mine, signer), signer)

    with ThreadPoolExecutor(4) as pool:
        made = sorted(pool.map(once, range(8)), key=lambda each: each.size)
    with closing(open_store(tmp_path / "ledger", read_only=True)) as store:
        assert all(store.head(each.size).root == each.root for each in made)
        assert all(heads_in(store, each.size).count for each in made)
