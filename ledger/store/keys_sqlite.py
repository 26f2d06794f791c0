"""Keys kept in their own SQLite file (or in memory): small rows, one connection, one lock."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from ledger.store.faults import engine_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.store.keys import SubjectRow

_TABLES = """
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (stream TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subjects (
    digest TEXT PRIMARY KEY, kind TEXT NOT NULL, stream TEXT NOT NULL UNIQUE, id BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS subjects_kind ON subjects (kind);
"""


class SQLiteKeyRows:
    """The key store's tables in SQLite. `uri` is a file: URI, or ":memory:"."""

    def __init__(self, uri: str, *, create: bool = False) -> None:
        self._lock = Lock()
        with engine_faults("the key store"):
            self._connection = sqlite3.connect(uri, uri=True, timeout=60, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA secure_delete = ON")
            if create:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.executescript(_TABLES)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, engine_faults("the key store"):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _read(self, sql: str, *parameters: str) -> list[Any]:
        with self._lock, engine_faults("the key store"):
            return self._connection.execute(sql, parameters).fetchall()

    def write_secrets(self, secrets: dict[str, bytes]) -> None:
        """Write the secrets of a new key store."""
        with self._transaction() as connection:
            connection.executemany("INSERT INTO secrets VALUES (?, ?)", secrets.items())

    def secrets(self) -> dict[str, bytes]:
        """Return all wrapped secrets."""
        return dict(self._read("SELECT name, wrapped FROM secrets"))

    def streams(self, digests: Sequence[str]) -> dict[str, str]:
        """Return the streams of these keyed hashes."""
        sql = "SELECT digest, stream FROM subjects WHERE digest IN (SELECT value FROM json_each(?))"
        return dict(self._read(sql, json.dumps(digests)))

    def open(self, rows: Sequence[SubjectRow]) -> dict[str, str]:
        """Write new subjects with their keys, and return the stream of each: the earlier one where it had one."""
        with self._transaction() as connection:
            return {row[0]: _open(connection, row) for row in rows}

    def wrapped(self, streams: Sequence[str]) -> dict[str, bytes]:
        """Return the wrapped keys of these streams."""
        sql = "SELECT stream, wrapped FROM keys WHERE stream IN (SELECT value FROM json_each(?))"
        return dict(self._read(sql, json.dumps(streams)))

    def ids(self, streams: Sequence[str]) -> dict[str, bytes]:
        """Return the encrypted ids of these streams."""
        sql = "SELECT stream, id FROM subjects WHERE id <> x'' AND stream IN (SELECT value FROM json_each(?))"
        return dict(self._read(sql, json.dumps(streams)))

    def ids_of_kind(self, kind: str) -> dict[str, bytes]:
        """Return the encrypted ids of all streams of a kind."""
        return dict(self._read("SELECT stream, id FROM subjects WHERE kind = ? AND id <> x''", kind))

    def destroy(self, stream: str) -> None:
        """Delete a key and empty the id beside it; nothing of either stays in the file or its log.

        The file is written anew: earlier splits of its pages may have left copies of a row in what they freed.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM keys WHERE stream = ?", (stream,))
            connection.execute("UPDATE subjects SET id = x'' WHERE stream = ?", (stream,))
        with self._lock, engine_faults("the key store"):
            self._connection.execute("VACUUM")
            [(busy, _, _)] = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if busy:
                raise sqlite3.OperationalError("database is locked")

    def may_destroy(self) -> bool:
        """Whether this account may: whoever may write the file may."""
        return True

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _open(connection: sqlite3.Connection, row: SubjectRow) -> str:
    digest, kind, stream, wrapped, sealed_id = row
    made = connection.execute(
        "INSERT INTO subjects VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING", (digest, kind, stream, sealed_id)
    )
    if made.rowcount:
        connection.execute("INSERT INTO keys VALUES (?, ?)", (stream, wrapped))
        return stream
    found: str = connection.execute("SELECT stream FROM subjects WHERE digest = ?", (digest,)).fetchone()[0]
    return found
