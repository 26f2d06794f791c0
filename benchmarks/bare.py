"""The bare operations: what the same bytes cost with nothing of ours around them.

A bare table has a position, the columns of an entry and no index but its primary key. SQLite is opened with the journal
mode and the durability that the ledger's own file has.
"""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from ledger.store import Store

CREATE = (
    "CREATE TABLE bare (position INTEGER PRIMARY KEY, stream TEXT, version INTEGER, name TEXT, event_id TEXT, "
    "recorded_at INTEGER, commitment BLOB, previous_leaf BLOB, open_digest BLOB, sealed_digest BLOB, "
    "open BLOB, sealed BLOB)"
)
INSERT = "INSERT INTO bare VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
SELECT = "SELECT * FROM bare ORDER BY position"
OPEN = 10
"""Index of the open part in a bare row."""


def rows_of(store: Store, after: int, upto: int) -> list[tuple[Any, ...]]:
    """Return stored rows as plain tuples: the very bytes the ledger wrote."""
    return [plain(row) for row in store.scan(after=after, upto=upto)]


def plain(row: Any) -> tuple[Any, ...]:
    """Return one stored row as a tuple in the order of the bare table."""
    return (
        row.position,
        row.stream,
        row.version,
        row.name,
        row.event_id,
        row.recorded_at,
        row.commitment,
        row.previous_leaf,
        row.open_digest,
        row.sealed_digest,
        row.open,
        row.sealed,
    )


def open_bare(folder: Path, like: Path, rows: Iterable[tuple[Any, ...]] = ()) -> sqlite3.Connection:
    """Open a bare database beside the ledger's, as durable as it, holding these rows."""
    with sqlite3.connect(like) as ledger:
        mode = ledger.execute("PRAGMA journal_mode").fetchone()[0]
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={mode}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(CREATE)
    connection.execute("BEGIN")
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
    return connection


def insert_one(connection: sqlite3.Connection, row: tuple[Any, ...]) -> None:
    """Insert one row in a transaction of its own."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(INSERT, row)
    connection.execute("COMMIT")


def insert_many(connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Insert many rows in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")


def select(connection: sqlite3.Connection) -> Callable[[], int]:
    """Return a reader of every row, one after another, which answers how many there were."""
    return lambda: sum(1 for _ in connection.execute(SELECT))


def select_and_hash(connection: sqlite3.Connection) -> Callable[[], int]:
    """Return a reader of every row that takes one SHA-256 of each."""

    def read() -> int:
        count = 0
        for row in connection.execute(SELECT):
            sha256(row[OPEN] + row[OPEN + 1]).digest()
            count += 1
        return count

    return read


def select_and_parse(connection: sqlite3.Connection, stream: str) -> Callable[[], int]:
    """Return a reader of one stream's rows that parses the open part of each."""

    def read() -> int:
        found = connection.execute("SELECT * FROM bare WHERE stream = ? ORDER BY version", (stream,)).fetchall()
        return len([orjson.loads(row[OPEN]) for row in found])

    return read


class BarePostgres:
    """A bare table in PostgreSQL, with a commit after every call."""

    CREATE = (
        "CREATE TABLE bare (position bigint PRIMARY KEY, stream text, version bigint, name text, event_id text, "
        "recorded_at bigint, commitment bytea, previous_leaf bytea, open_digest bytea, sealed_digest bytea, "
        "open bytea, sealed bytea)"
    )
    INSERT = "INSERT INTO bare VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    COPY = "COPY bare FROM STDIN WITH (FORMAT binary)"
    TYPES = ("int8", "text", "int8", "text", "text", "int8", *["bytea"] * 6)

    def __init__(self, url: str) -> None:
        import psycopg

        self._connection = psycopg.connect(url)
        self._connection.execute(self.CREATE)
        self._connection.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *left: object) -> None:
        self._connection.close()

    def insert_one(self, row: tuple[Any, ...]) -> None:
        """Insert one row in a transaction of its own."""
        self._connection.execute(self.INSERT, row)
        self._connection.commit()

    def copy_many(self, rows: list[tuple[Any, ...]]) -> None:
        """Copy many rows in one transaction."""
        with self._connection.cursor() as cursor, cursor.copy(self.COPY) as copy:
            copy.set_types(self.TYPES)
            for row in rows:
                copy.write_row(row)
        self._connection.commit()
