"""A full disk and a disk that cannot be written: one sentence, nothing lost, and reading goes on."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ledger.access import NotLogged, Reader, accesses, log_access
from ledger.domain.envelope import Receipt, child
from ledger.errors import Tampered, Unavailable
from ledger.store import create_store, open_store
from ledger.store.faults import fault
from tests.store.news import visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.store import Store


def check_full(store: Store, stream: str) -> None:
    acknowledged = store.head().size
    with pytest.raises(Unavailable, match="the disk is full") as caught:
        for turn in range(5000):
            acknowledged = store.append([visit(stream, turn % 300, "x" * 3000) for _ in range(3)])[-1].position
    assert caught.value.hint
    found = store.verify_self()
    assert (found.entries, found.findings) == (acknowledged, [])
    assert len(store.entries(stream)) == acknowledged - 1


def test_a_full_database_loses_nothing_and_goes_on_when_there_is_room(sqlite_store: Store) -> None:
    stream = sqlite_store.open_subject(child("C-001"))
    with sqlite_store.log.rows.datastore.reading() as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 40}")
    check_full(sqlite_store, stream)
    size = sqlite_store.head().size
    with sqlite_store.log.rows.datastore.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    [receipt] = sqlite_store.append([visit(stream)], expect={stream: size - 1})
    assert receipt.position == size + 1
    assert sqlite_store.verify_self().consistent


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a real disk of two megabytes; skip where this account may not make one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("a small disk can be made only by root; test_a_full_database covers the engine's own limit")
    yield place
    subprocess.run([shutil.which("umount"), "-l", place], check=True)


def test_a_really_full_disk_loses_nothing(small_disk: Path) -> None:
    store = create_store(small_disk / "l", authority="Testshire")
    check_full(store, store.open_subject(child("C-001")))
    store.close()
    again = open_store(small_disk / "l", read_only=True)
    assert again.verify_self().consistent
    again.close()


def test_a_disk_that_cannot_be_written_is_read_and_refuses_to_append(small_disk: Path) -> None:
    made = create_store(small_disk / "l", authority="Testshire")
    stream = made.open_subject(child("C-001"))
    made.append([visit(stream)])
    made.close()
    subprocess.run([shutil.which("mount"), "-o", "remount,ro", small_disk], check=True)
    store = open_store(small_disk / "l")
    assert len(store.entries(stream)) == 1
    assert store.verify_self().consistent
    with pytest.raises(Unavailable, match="reading only"):
        store.append([visit(stream)])
    store.close()
    with pytest.raises(Unavailable):
        create_store(small_disk / "other", authority="Testshire")


def test_a_reading_on_a_disk_that_cannot_be_written_is_not_logged_and_says_so(small_disk: Path) -> None:
    made = create_store(small_disk / "l", authority="Testshire")
    stream = made.open_subject(child("C-001"))
    made.append([visit(stream)])
    assert isinstance(log_access(made, stream, Reader("SW1"), command="replay", entries=1), Receipt)
    made.close()
    subprocess.run([shutil.which("mount"), "-o", "remount,ro", small_disk], check=True)
    for read_only in (False, True):
        store = open_store(small_disk / "l", read_only=read_only)
        told = log_access(store, stream, Reader("SW2", reason="Court."), command="replay", entries=1)
        assert isinstance(told, NotLogged)
        assert [one.event.reader for one in accesses(store)] == ["SW1"]
        store.close()


def test_a_database_that_became_read_only_says_so(sqlite_store: Store) -> None:
    stream = sqlite_store.open_subject(child("C-001"))
    sqlite_store.append([visit(stream)])
    with sqlite_store.log.rows.datastore.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    with pytest.raises(Unavailable, match="can only be read"):
        sqlite_store.append([visit(stream)])
    assert sqlite_store.head().size == 2


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    create_store(tmp_path / "l", authority="Testshire").close()
    (tmp_path / "l" / "ledger.db").write_bytes(b"not a database at all" * 1000)
    with pytest.raises(Tampered, match="damaged"):
        open_store(tmp_path / "l")


def test_a_torn_page_is_damage_and_not_a_crash(tmp_path: Path) -> None:
    made = create_store(tmp_path / "l", authority="Testshire")
    stream = made.open_subject(child("C-001"))
    made.append([visit(stream, turn % 300, "x" * 2000) for turn in range(100)])
    made.close()
    file = tmp_path / "l" / "ledger.db"
    pages = bytearray(file.read_bytes())
    for page in range(40, len(pages) // 4096):
        pages[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(pages)
    store = open_store(tmp_path / "l")
    with pytest.raises(Tampered, match="damaged"):
        store.verify_self()
    store.close()


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("database or disk is full", Unavailable, "the disk is full"),
        ("could not extend file: No space left on device", Unavailable, "the disk is full"),
        ("attempt to write a readonly database", Unavailable, "can only be read"),
        ("cannot execute UPDATE in a read-only transaction", Unavailable, "can only be read"),
        ("database is locked", Unavailable, "too long"),
        ("canceling statement due to lock timeout", Unavailable, "too long"),
        ("connection failed: Connection refused", Unavailable, "cannot be reached"),
        ("server closed the connection unexpectedly", Unavailable, "cannot be reached"),
        ("permission denied for table entries", Unavailable, "may not do that"),
        ('database "x" does not exist', Unavailable, "are not there"),
        ("database disk image is malformed", Tampered, "damaged"),
        ("something nobody foresaw about C-4711", Unavailable, "refused"),
    ],
)
def test_engines_faults_become_sentences_without_their_texts(text: str, kind: type, says: str) -> None:
    made = fault("the ledger", text)
    assert type(made) is kind
    assert says in str(made)
    assert "C-4711" not in str(made)
    assert made.hint


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["entries", "frontier"])
def test_a_statement_that_fails_on_postgres_is_no_receipt(tmp_path: Path, postgres_url: str, table: str) -> None:
    import psycopg

    store = create_store(tmp_path / "l", authority="Testshire", engine="postgres", url=postgres_url)
    stream = store.open_subject(child("C-001"))
    store.append([visit(stream)])
    column = "position" if table == "entries" else "size"
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(f"ALTER TABLE journey.{table} ADD CONSTRAINT full_disk CHECK ({column} < 3)")
        for size in (1, 5):
            with pytest.raises(Unavailable):
                store.append([visit(stream) for _ in range(size)])
        owner.execute(f"ALTER TABLE journey.{table} DROP CONSTRAINT full_disk")
    assert store.head().size == 2
    [receipt] = store.append([visit(stream)], expect={stream: 1})
    assert receipt.position == 3
    assert store.verify_self().consistent
    store.close()
