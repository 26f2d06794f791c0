"""Several readers at once, readers beside a writer, and a ledger whose access log has still to be made."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.access import Reader, accesses, log_access
from ledger.domain.envelope import Receipt, child
from ledger.domain.events.record import LedgerOpened
from ledger.store import create_store, open_store
from ledger.store.settings import read_settings
from tests.store.news import registered, visit

if TYPE_CHECKING:
    from ledger.store import Store

PROCESSES, EACH = 4, 4
REPOSITORY = Path(__file__).parents[2]
READS = """
import sys
from ledger.access import Reader, read_case
from ledger.domain.envelope import Receipt, child
from ledger.store import open_store

for turn in range(int(sys.argv[3])):
    store = open_store(sys.argv[1], read_only=True)
    reader = Reader(sys.argv[2], reason=f"turn {turn}")
    entries, told = read_case(store, store.subject_stream(child("C-001")), reader, command="replay")
    assert len(entries) >= 2 and isinstance(told, Receipt), told
    store.close()
"""
LOGS = ("access_entries", "access_frontier", "access_log")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Make a ledger of one child that several processes can open."""
    options = (
        {"engine": "postgres", "url": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    )
    made = create_store(tmp_path / "l", authority="Testshire", **options)
    stream = made.open_subject(child("C-001"))
    made.append([registered(stream), visit(stream)])
    made.close()
    return tmp_path / "l"


def start(where: Path, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", READS, str(where), f"SW{number}", str(EACH)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def finish(readers: list[subprocess.Popen[str]]) -> None:
    assert [reader.communicate(timeout=180)[1] for reader in readers] == [""] * len(readers)


def check(where: Path, readings: int) -> None:
    """Every reading is there once, after one opening, and the log is whole."""
    store = open_store(where, read_only=True)
    found = list(accesses(store))
    assert len(found) == readings
    rows = list(store.access.scan())
    assert [row.position for row in rows] == list(range(1, readings + 2))
    assert [row.position for row in rows if row.name == LedgerOpened.name] == [1]
    assert {(one.event.reader, one.event.reason) for one in found} == {
        (f"SW{number}", f"turn {turn}") for number in range(readings // EACH) for turn in range(EACH)
    }
    assert store.access.verify_self().findings == []
    store.close()


def test_processes_that_read_at_once_wait_for_each_other(where: Path) -> None:
    finish([start(where, number) for number in range(PROCESSES)])
    check(where, PROCESSES * EACH)


def test_readers_and_a_writer_do_not_stop_each_other(where: Path) -> None:
    store = open_store(where)
    stream = store.subject_stream(child("C-001"))
    assert stream is not None
    readers = [start(where, number) for number in range(2)]
    written = 0
    while any(reader.poll() is None for reader in readers):
        store.append([visit(stream, written % 300)])
        written += 1
    finish(readers)
    assert written > 0 and store.verify_self().findings == []
    store.close()
    check(where, 2 * EACH)


def test_an_access_log_that_is_not_there_is_made_once(where: Path) -> None:
    settings = read_settings(where)
    if settings.engine == "sqlite":
        with sqlite3.connect(settings.database) as database:
            for table in LOGS:
                database.execute(f"DROP TABLE {table}")
    else:
        with psycopg.connect(settings.server) as database:
            database.execute("DROP SCHEMA journey_access CASCADE")
    finish([start(where, number) for number in range(PROCESSES)])
    check(where, PROCESSES * EACH)


def test_a_reading_waits_while_a_writer_holds_the_lock(tmp_path: Path) -> None:
    store = create_store(tmp_path / "l", authority="Testshire")
    stream = store.open_subject(child("C-001"))
    store.append([registered(stream)])
    writer = sqlite3.connect(tmp_path / "l" / "ledger.db", isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    told: list[object] = []

    def read() -> None:
        reader = open_store(tmp_path / "l", read_only=True)
        told.append(log_access(reader, stream, Reader("SW1"), command="replay", entries=1))
        reader.close()

    waiting = Thread(target=read)
    waiting.start()
    time.sleep(0.5)
    assert told == []
    writer.execute("ROLLBACK")
    waiting.join(timeout=30)
    writer.close()
    store.close()
    assert isinstance(told[0], Receipt)


def test_threads_of_one_store_open_one_access_log(store: Store) -> None:
    stream = store.open_subject(child("C-001"))
    store.append([registered(stream)])
    errors: list[BaseException] = []

    def read(number: int) -> None:
        try:
            for _ in range(5):
                log_access(store, stream, Reader(f"SW{number}"), command="replay", entries=1)
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(list(accesses(store))) == 20
