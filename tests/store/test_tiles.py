"""Roots and proofs from tiles, on every engine: exhaustively against the leaves themselves, and with damaged tiles."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from ledger.domain.envelope import child
from ledger.errors import NotFound, Tampered
from ledger.seal.checkpoint import origin
from ledger.seal.proof import check_consistency, check_inclusion, consistency, inclusion
from ledger.seal.tree import EMPTY_ROOT, root
from ledger.store import Store, create_store, open_store
from tests.conftest import AUTHORITY
from tests.store.news import registered, visit

SIZE = 70


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of four leaves, so that seventy entries fill four levels."""
    monkeypatch.setattr("ledger.store.tiles.HEIGHT", 2)
    monkeypatch.setattr("ledger.store.tiles.WIDTH", 4)


def grow(store: Store, size: int = SIZE) -> list[bytes]:
    """Append up to a size; return all leaves, computed from the rows."""
    stream = store.open_subject(child("C-001"))
    if not store.begun(stream):
        store.append([registered(stream)])
    have = store.head().size
    if have < size:
        store.append([visit(stream, number % 28) for number in range(have, size)])
    return [row.leaf(store.log_id) for row in store.scan()]


def tiles_of(folder: Path, store: Store) -> Path:
    return folder / "tiles" / store.log_id.hex()


def test_every_root_and_proof_is_that_of_the_leaves(store: Store) -> None:
    leaves = grow(store)
    for size in range(SIZE + 1):
        assert store.head(size) == (size, root(leaves[:size]))
        for at in {1, 2, size // 2, size - 1, size} & set(range(1, size + 1)):
            assert store.inclusion(at, size) == inclusion(at - 1, leaves[:size])
            assert store.consistency(at, size) == consistency(at, leaves[:size])
    assert store.consistency(0, SIZE) == store.consistency(SIZE, SIZE) == []


def test_proofs_of_many_entries_are_those_of_each(store: Store) -> None:
    leaves = grow(store)
    for size in (1, 2, 5, 16, 17, 63, 64, 65, SIZE):
        wanted = {at: leaves[at - 1] for at in range(1, size + 1)}
        assert store.inclusions(wanted, size) == {at: inclusion(at - 1, leaves[:size]) for at in wanted}
    assert store.inclusions({}, SIZE) == {}
    for at in (0, SIZE + 1):
        with pytest.raises(NotFound):
            store.inclusions({at: leaves[0]}, SIZE)
    with pytest.raises(Tampered):
        store.inclusions({1: leaves[1]}, SIZE)


def test_tiles_grow_with_the_ledger(store: Store) -> None:
    for size in (2, 3, 15, 16, 17, 64, 65):
        leaves = grow(store, size)
        assert store.head(size - 1).root == root(leaves[: size - 1])
        assert check_inclusion(leaves[0], 0, size, store.inclusion(1, size), root(leaves))
        assert check_consistency(1, size, leaves[0], root(leaves), store.consistency(1, size))


@pytest.mark.parametrize(("position", "size"), [(0, 3), (-1, 3), (4, 3), (1, 71), (71, 71), (1, 0)])
def test_what_is_not_there_is_not_found(store: Store, position: int, size: int) -> None:
    grow(store)
    with pytest.raises(NotFound):
        store.inclusion(position, size)
    with pytest.raises(NotFound):
        store.head(71)
    with pytest.raises(NotFound):
        store.consistency(4, 3)
    with pytest.raises(NotFound):
        store.consistency(-1, 3)
    assert store.head(0).root == EMPTY_ROOT


def test_where_streams_end_is_told_as_of_any_size(store: Store) -> None:
    one, other = store.open_subject(child("C-001")), store.open_subject(child("C-002"))
    receipts = store.append([registered(one), registered(other, "C-002"), visit(one), visit(other), visit(one, 1)])
    opened = store.row_at(1)
    assert opened is not None
    whole: list[tuple[int, str, int, bytes]] = [(1, "ledger", 1, opened.leaf(store.log_id))]
    whole += [(receipt.position, receipt.stream, receipt.version, receipt.leaf) for receipt in receipts]
    for at in range(7):
        for since in range(at + 1):
            last = {stream: (stream, version, leaf) for at_, stream, version, leaf in whole if since < at_ <= at}
            assert store.ends(at, since=since) == sorted(last.values(), key=lambda end: end[0].encode())


def test_a_log_has_its_own_origin_and_tiles(sqlite_store: Store, tmp_path: Path) -> None:
    grow(sqlite_store, 5)
    assert sqlite_store.origin == origin(AUTHORITY, sqlite_store.log_id) != sqlite_store.access.origin
    sqlite_store.head(3)
    sqlite_store.access.head(0)
    folder = tiles_of(tmp_path / "ledger", sqlite_store)
    assert (folder / "0").stat().st_size == 5 * 32
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("level", ["0", "1", "2"])
@pytest.mark.parametrize("harm", ["truncated", "torn", "emptied", "removed", "flipped", "foreign", "longer"])
def test_damaged_tiles_change_no_answer(sqlite_store: Store, tmp_path: Path, level: str, harm: str) -> None:
    leaves = grow(sqlite_store)
    sqlite_store.head(3)
    file = tiles_of(tmp_path / "ledger", sqlite_store) / level
    data = file.read_bytes()
    harmed = {
        "truncated": data[:-32],
        "torn": data[:-5],
        "emptied": b"",
        "flipped": bytes([data[0] ^ 1]) + data[1:],
        "foreign": bytes(len(data)),
        "longer": data + bytes(64),
    }
    if harm == "removed":
        file.unlink()
    else:
        file.write_bytes(harmed[harm])
    for store in (sqlite_store, open_store(tmp_path / "ledger", read_only=True)):
        for size in range(SIZE + 1):
            assert store.head(size).root == root(leaves[:size])
        for position in range(1, SIZE + 1):
            assert store.inclusion(position, SIZE) == inclusion(position - 1, leaves)
            assert store.consistency(position, SIZE) == consistency(position, leaves)
    grow(sqlite_store, SIZE + 20)
    assert sqlite_store.head(SIZE + 10).root == root(
        [row.leaf(sqlite_store.log_id) for row in sqlite_store.scan()][:80]
    )


def test_tiles_of_a_ledger_that_was_put_back_are_made_again(tmp_path: Path) -> None:
    with closing(create_store(tmp_path / "ledger", authority=AUTHORITY)) as store:
        grow(store, 20)
    shutil.copytree(tmp_path / "ledger", tmp_path / "backup")
    with closing(open_store(tmp_path / "ledger")) as store:
        grow(store, 40)
        store.head(39)
    tiles = tmp_path / "ledger" / "tiles"
    for file in ("ledger.db", "keys.db"):
        shutil.copy(tmp_path / "backup" / file, tmp_path / "ledger" / file)
        for end in ("-wal", "-shm"):
            (tmp_path / "ledger" / (file + end)).unlink(missing_ok=True)
    assert any(tiles.iterdir())
    with closing(open_store(tmp_path / "ledger")) as store:
        assert store.head(19).root == root([row.leaf(store.log_id) for row in store.scan()][:19])
        leaves = grow(store, 41)
        assert store.head(40).root == root(leaves[:40])


def test_where_nothing_can_be_kept_they_are_made_in_memory(sqlite_store: Store, tmp_path: Path) -> None:
    leaves = grow(sqlite_store)
    (tmp_path / "ledger" / "tiles").write_text("a file where a folder should be", encoding="utf-8")
    assert sqlite_store.head(50).root == root(leaves[:50])
    assert sqlite_store.inclusion(7, 60) == inclusion(6, leaves[:60])


def test_two_that_extend_them_at_once_agree(tmp_path: Path) -> None:
    with closing(create_store(tmp_path / "ledger", authority=AUTHORITY)) as store:
        leaves = grow(store)
    stores = [open_store(tmp_path / "ledger", read_only=True) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda store: [store.head(size).root for size in range(SIZE)], stores))
    assert all(roots == [root(leaves[:size]) for size in range(SIZE)] for roots in found)
    for store in stores:
        store.close()


@pytest.mark.parametrize("statement", ["UPDATE entries SET recorded_at = 1 WHERE position = 9", "DELETE FROM entries"])
def test_rows_that_do_not_give_the_sealed_root_are_told(tmp_path: Path, statement: str) -> None:
    with closing(create_store(tmp_path / "ledger", authority=AUTHORITY)) as store:
        grow(store, 20)
    with sqlite3.connect(tmp_path / "ledger" / "ledger.db") as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement)
    with closing(open_store(tmp_path / "ledger")) as store:
        for ask in (lambda: store.head(10), lambda: store.inclusion(3, 12), lambda: store.consistency(4, 20)):
            with pytest.raises(Tampered):
                ask()
