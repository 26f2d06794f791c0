"""The key store: what it keeps, what it never shows, and a wrong master key found at once."""

from __future__ import annotations

import os
import sqlite3
from base64 import b64encode
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from ledger.domain.envelope import child, worker
from ledger.errors import Malformed, NotFound, Refused, Unavailable
from ledger.store import create_store, open_store
from ledger.store.keys import KeyStore
from ledger.store.keys_sqlite import SQLiteKeyRows
from ledger.store.master import VARIABLE, find_master_key, make_master_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOG_ID = bytes(range(16))
MASTER = bytes(range(32))


@pytest.fixture
def rows() -> Iterator[SQLiteKeyRows]:
    made = SQLiteKeyRows(":memory:", create=True)
    yield made
    made.close()


@pytest.fixture
def keys(rows: SQLiteKeyRows) -> KeyStore:
    return KeyStore.create(rows, MASTER, LOG_ID)


def test_every_stream_has_its_own_key(keys: KeyStore) -> None:
    streams = keys.open([child("C-001"), child("C-002"), worker("C-001")])
    commitments = {keys.need([stream])[stream].commitment for stream in streams.values()}
    assert len(commitments) == 3


def test_what_was_opened_is_found_by_another_reader_of_the_same_rows(keys: KeyStore, rows: SQLiteKeyRows) -> None:
    stream = keys.open([child("C-001")])[child("C-001")]
    again = KeyStore(rows, MASTER, LOG_ID)
    assert again.stream(child("C-001")) == stream
    assert again.need([stream])[stream].commitment == keys.need([stream])[stream].commitment
    assert again.ids([stream]) == {stream: "C-001"}


def test_two_that_open_the_same_child_at_once_get_one_stream(keys: KeyStore, rows: SQLiteKeyRows) -> None:
    other = KeyStore(rows, MASTER, LOG_ID)
    other._rows = _Late(rows)
    first = keys.open([child("C-001")])
    assert other.open([child("C-001")]) == first
    assert len(rows.ids_of_kind("journey")) == 1


class _Late:
    """Rows as another process saw them before the child was opened."""

    def __init__(self, rows: SQLiteKeyRows) -> None:
        self.open = rows.open

    def streams(self, digests: list[str]) -> dict[str, str]:
        return {}


def test_a_stream_without_a_key_is_not_found(keys: KeyStore) -> None:
    with pytest.raises(NotFound):
        keys.need(["journey:nobody"])
    assert keys.key("journey:nobody") is None


def test_caches_are_bounded_and_forgetting_changes_nothing(keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.keys._CACHED", 10)
    subjects = [child(f"C-{number:03}") for number in range(40)]
    streams = keys.open(subjects)
    assert set(keys.keys(streams.values())) == set(streams.values())
    assert len(keys._keys) <= 10
    assert len(keys._found) <= 10
    assert keys.streams(subjects) == streams


def test_a_reference_always_meets_the_same_id_and_no_other(keys: KeyStore, rows: SQLiteKeyRows) -> None:
    made = keys.event_id("casework", "visit-17")
    assert made == KeyStore(rows, MASTER, LOG_ID).event_id("casework", "visit-17")
    assert str(UUID(made)) == made
    others = {keys.event_id("casework", "visit-18"), keys.event_id("caseworkv", "isit-17"), keys.event_id("", "")}
    assert len(others | {made}) == 4


def test_another_ledger_gives_a_reference_another_id(keys: KeyStore) -> None:
    elsewhere = SQLiteKeyRows(":memory:", create=True)
    other = KeyStore.create(elsewhere, MASTER, LOG_ID)
    assert other.event_id("casework", "visit-17") != keys.event_id("casework", "visit-17")
    elsewhere.close()


@pytest.mark.parametrize(("master", "log_id"), [(bytes(32), LOG_ID), (MASTER, bytes(16))], ids=["master", "log"])
def test_keys_of_another_master_or_ledger_do_not_open(
    keys: KeyStore, rows: SQLiteKeyRows, master: bytes, log_id: bytes
) -> None:
    with pytest.raises(Refused, match="master key does not open"):
        KeyStore(rows, master, log_id)


def test_an_empty_key_store_is_no_key_store() -> None:
    rows = SQLiteKeyRows(":memory:", create=True)
    with pytest.raises(Unavailable, match="empty or incomplete"):
        KeyStore(rows, MASTER, LOG_ID)
    rows.close()


def test_a_key_store_is_not_made_twice(keys: KeyStore, rows: SQLiteKeyRows) -> None:
    with pytest.raises(Refused):
        KeyStore.create(rows, MASTER, LOG_ID)
    assert keys.event_id("a", "b") == KeyStore(rows, MASTER, LOG_ID).event_id("a", "b")


def test_a_damaged_key_is_said_to_be_damaged(keys: KeyStore, rows: SQLiteKeyRows) -> None:
    stream = keys.open([child("C-001")])[child("C-001")]
    rows._connection.execute("UPDATE keys SET wrapped = zeroblob(60) WHERE stream = ?", (stream,))
    with pytest.raises(Unavailable, match="damaged"):
        KeyStore(rows, MASTER, LOG_ID).need([stream])


def test_no_id_and_no_key_is_stored_in_clear(tmp_path: Path) -> None:
    store = create_store(tmp_path / "l", authority="Testshire")
    stream = store.open_subject(child("CHILD-4711"))
    store.close()
    for file in (tmp_path / "l").iterdir():
        if file.is_file():
            assert b"CHILD-4711" not in file.read_bytes()
    with sqlite3.connect(tmp_path / "l" / "keys.db") as stored:
        [(wrapped,)] = stored.execute("SELECT wrapped FROM keys WHERE stream = ?", (stream,)).fetchall()
    assert len(wrapped) == 12 + 32 + 16


# -- the master key ----------------------------------------------------------------------------------------------------


def test_a_made_master_key_is_its_owners_alone(tmp_path: Path) -> None:
    key = make_master_key(tmp_path / "master.key")
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    assert find_master_key(tmp_path / "master.key") == key
    assert len(key) == 32


def test_a_master_key_is_never_overwritten(tmp_path: Path) -> None:
    key = make_master_key(tmp_path / "master.key")
    with pytest.raises(Refused):
        make_master_key(tmp_path / "master.key")
    assert find_master_key(tmp_path / "master.key") == key


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_master_key(tmp_path / "master.key")
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(Refused, match="other accounts"):
        find_master_key(tmp_path / "master.key")


@pytest.mark.parametrize("spelt", [MASTER.hex(), MASTER.hex().upper(), b64encode(MASTER).decode() + "\n"])
def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelt: str) -> None:
    make_master_key(tmp_path / "master.key")
    monkeypatch.setenv(VARIABLE, spelt)
    assert find_master_key(tmp_path / "master.key") == MASTER


@pytest.mark.parametrize("spelt", ["secret", MASTER.hex()[:-2], b64encode(MASTER[:-1]).decode(), "ä" * 64])
def test_what_is_no_key_is_refused_by_where_it_stands(monkeypatch: pytest.MonkeyPatch, spelt: str) -> None:
    monkeypatch.setenv(VARIABLE, spelt)
    with pytest.raises(Refused, match=VARIABLE):
        find_master_key(None)


def test_without_any_master_key_there_is_none(tmp_path: Path) -> None:
    assert find_master_key(tmp_path / "master.key") is None
    assert find_master_key(None) is None


def test_a_ledger_made_with_the_environments_key_keeps_no_key_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, MASTER.hex())
    create_store(tmp_path / "l", authority="Testshire").close()
    assert not (tmp_path / "l" / "master.key").exists()
    open_store(tmp_path / "l").close()
    monkeypatch.setenv(VARIABLE, bytes(32).hex())
    with pytest.raises(Refused, match="master key does not open"):
        open_store(tmp_path / "l")


def test_keys_may_live_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    made = create_store(
        tmp_path / "l",
        authority="Testshire",
        keys=str(tmp_path / "vault" / "keys.db"),
        master=str(tmp_path / "vault" / "master.key"),
    )
    stream = made.open_subject(child("C-001"))
    made.close()
    assert {file.name for file in (tmp_path / "vault").iterdir()} == {"keys.db", "master.key"}
    again = open_store(tmp_path / "l")
    assert again.subject_stream(child("C-001")) == stream
    again.close()


@pytest.mark.parametrize("name", ["", "x" * 201, "two\nlines"])
def test_an_authority_needs_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed):
        create_store(tmp_path / "l", authority=name)
    assert not (tmp_path / "l").exists()
