"""The SQLite engine: one file, write-ahead log, every commit on the disk before it is acknowledged.

Writers begin immediate, so that the frontier is read under the lock that it is written under, and wait for each other;
readers never wait. The extension points are the library's own: connection pool, datastore, recorder, factory.
"""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteFactory

from ledger.seal.tree import Frontier
from ledger.store.batch import Batch, Edge, StreamEnd, plain_rows, stream_end
from ledger.store.erasing_sql import SQLITE_BLANK, SQLITE_MAY_BLANK, SQLITE_ORDERS
from ledger.store.recorder import LedgerRecorder, Opening, bounds, notification, now, stored_event
from ledger.store.rows import Row, as_row
from ledger.store.schema_check import sqlite_schema
from ledger.store.sqlite_logs import statement
from ledger.store.sqlite_pool import Datastore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

    from ledger.store.rows import Finding, OpenPart

_LAST = 1 << 62
_REMEMBERED = 8192

_NAME = "INSERT INTO log VALUES (1, ?, ?, ?)"
_OPENING = "SELECT log_id, authority, format FROM log"
_LAST_POSITION = "SELECT max(position) FROM entries"
_EDGE = "SELECT size, recorded_at, hashes FROM frontier"
_ADVANCE = "UPDATE frontier SET size = ?, recorded_at = ?, hashes = ?"
_INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ENDS = """
SELECT e.*, EXISTS (SELECT 1 FROM entries s WHERE s.name = 'identity-sealed.v1' AND s.stream = e.stream)
FROM json_each(?) AS wanted
JOIN entries e ON e.stream = wanted.value
    AND e.version = (SELECT max(version) FROM entries WHERE stream = wanted.value)
"""
_BY_ID = "SELECT * FROM entries WHERE event_id IN (SELECT value FROM json_each(?))"
_BY_STREAM = """
SELECT * FROM entries WHERE stream IN (SELECT value FROM json_each(?)) AND position <= ? ORDER BY stream, version
"""
_BY_ONE_STREAM = "SELECT * FROM entries WHERE stream = ? AND position <= ? ORDER BY version"
_RANGE = "SELECT * FROM entries WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
_NAMED = """
SELECT * FROM entries WHERE position > ? AND position <= ? AND name IN (SELECT value FROM json_each(?))
ORDER BY position LIMIT ?
"""
_OPEN = """
SELECT position, stream, version, name, event_id, recorded_at, open FROM entries
WHERE position > ? AND position <= ? AND name IN (SELECT value FROM json_each(?)) ORDER BY position
"""
_OPEN_OF_ALL = """
SELECT position, stream, version, name, event_id, recorded_at, open FROM entries
WHERE position > ? AND position <= ? ORDER BY position
"""
_STREAM_ENDS = """
SELECT e.position, e.stream, e.version, e.name, e.event_id, e.recorded_at, e.commitment, e.previous_leaf,
    e.open_digest, e.sealed_digest, x'', x''
FROM (
    SELECT stream, max(version) AS version FROM entries WHERE position > ? AND position <= ? GROUP BY stream
) AS ending
JOIN entries AS e ON e.stream = ending.stream AND e.version = ending.version
"""
_FORWARDS = "SELECT * FROM entries WHERE stream = ? AND version > ? AND version <= ? ORDER BY version LIMIT ?"
_BACKWARDS = "SELECT * FROM entries WHERE stream = ? AND version > ? AND version <= ? ORDER BY version DESC LIMIT ?"


class SQLiteRecorder(LedgerRecorder, SQLiteApplicationRecorder):
    """Inserts sealed rows of one log and reads them. Remembers stream ends while nobody else has written."""

    datastore: Datastore

    def __init__(self, datastore: SQLiteDatastore, log: str = "main") -> None:
        super().__init__(datastore, statement("entries", log))
        self._log = log
        self._ends: dict[str, StreamEnd] = {}
        self._ends_at: bytes | None = None

    def construct_create_table_statements(self) -> list[str]:
        """Return nothing: tables are made once, when a log is founded."""
        return []

    def found(self, opening: Opening) -> None:
        """Make the tables of a new log."""
        with self.datastore.reading() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(self._sql(_schema()))
            connection.execute(self._sql(_NAME), (opening.log_id, opening.authority, opening.format))
        self.log_id = opening.log_id

    def opening(self) -> Opening | None:
        """Return what the log says of itself; None where the file holds no log."""
        with self.datastore.reading() as connection:
            table = statement("log", self._log)
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                return None
            found = connection.execute(self._sql(_OPENING)).fetchone()
        if found is None:
            return None
        self.log_id = found[0]
        return Opening(*found)

    def edge(self) -> Edge:
        """Return the frontier and the last `recorded_at`."""
        with self.datastore.reading() as connection:
            return _edge(connection.execute(self._sql(_EDGE)).fetchone())

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Admit and write a batch, or plain events, all or nothing."""
        with self.datastore.writing() as connection:
            return self._insert(connection, stored_events, kwargs.get("batch"))

    def _insert(
        self, connection: sqlite3.Connection, stored_events: Sequence[StoredEvent], batch: Batch | None
    ) -> Sequence[int]:
        stored_edge = connection.execute(self._sql(_EDGE)).fetchone()
        edge = _edge(stored_edge)
        if batch is None:
            ends = self._read_ends(connection, {str(event.originator_id) for event in stored_events}, stored_edge[2])
            rows, grown = plain_rows(stored_events, self.log_id, now, edge, ends)
        else:
            ends = self._read_ends(connection, batch.streams, stored_edge[2])
            wanted = batch.looked_up
            found = connection.execute(self._sql(_BY_ID), (json.dumps(wanted),)) if wanted else ()
            rows, grown = batch.admit(edge, ends, {row[4]: as_row(row) for row in found})
        if rows:
            hashes = grown.tree.pack()
            connection.executemany(self._sql(_INSERT), rows)
            connection.execute(self._sql(_ADVANCE), (grown.tree.size, grown.recorded_at, hashes))
            self._ends.update(ends)
            self._ends_at = hashes
        return [row.position for row in rows] if batch is None else [each.position for each in batch.receipts]

    def _read_ends(self, connection: sqlite3.Connection, streams: set[str], hashes: bytes) -> dict[str, StreamEnd]:
        """Return the ends of streams. Those remembered hold only for the very frontier they were written with."""
        if hashes != self._ends_at or len(self._ends) > _REMEMBERED:
            self._ends.clear()
        ends = {stream: self._ends[stream] for stream in streams if stream in self._ends}
        missing = [stream for stream in streams if stream not in ends]
        if missing:
            for row in connection.execute(self._sql(_ENDS), (json.dumps(missing),)):
                ends[row[1]] = stream_end(as_row(row[:12]), self.log_id, sealed=bool(row[12]))
        return ends

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events as the library's plain type."""
        low, high = -1 if gt is None else gt, _LAST if lte is None else lte
        found = self._rows(_BACKWARDS if desc else _FORWARDS, str(originator_id), low, high, _count(limit))
        return [stored_event(row) for row in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in position order as the library's plain type."""
        after, upto = bounds(start, stop, inclusive=inclusive_of_start)
        if topics:
            return [notification(row) for row in self._rows(_NAMED, after, upto, json.dumps(list(topics)), limit)]
        return [notification(row) for row in self.read_range(after, upto, limit)]

    def max_notification_id(self) -> int | None:  # type: ignore[override]
        """Return the last position, or None."""
        with self.datastore.reading() as connection:
            found: int | None = connection.execute(self._sql(_LAST_POSITION)).fetchone()[0]
        return found

    def read_streams(self, streams: Sequence[str], at: int) -> Sequence[Row]:
        """Return the rows of these streams up to position `at`, by stream and version."""
        if len(streams) == 1:
            return self._rows(_BY_ONE_STREAM, streams[0], at)
        return self._rows(_BY_STREAM, json.dumps(list(streams)), at)

    def read_ids(self, event_ids: Sequence[str]) -> Sequence[Row]:
        """Return the rows with these event ids."""
        return self._rows(_BY_ID, json.dumps(list(event_ids)))

    def read_version(self, stream: str, version: int) -> Row | None:
        """Return one row by its place in its stream."""
        return next(iter(self._rows(_FORWARDS, stream, version - 1, version, 1)), None)

    def read_range(self, after: int, upto: int, limit: int) -> Sequence[Row]:
        """Return at most `limit` rows with positions in (after, upto]."""
        return self._rows(_RANGE, after, upto, limit)

    def read_plain(self, after: int, upto: int, limit: int) -> Sequence[tuple[Any, ...]]:
        """Return the same as plain tuples."""
        with self.datastore.reading() as connection:
            try:
                return connection.execute(self._sql(_RANGE), (after, upto, limit)).fetchall()
            except sqlite3.OperationalError:
                return self.read_range(after, upto, limit)

    def read_ends(self, after: int, upto: int) -> Sequence[Row]:
        """Return the last row of every stream among positions in (after, upto], without its parts."""
        return self._rows(_STREAM_ENDS, after, upto)

    def read_open(self, after: int, upto: int, names: Sequence[str] | None) -> Sequence[OpenPart]:
        """Return the open parts of the rows of these names (None: any) with positions in (after, upto]."""
        with self.datastore.reading() as connection:
            if names is None:
                return connection.execute(self._sql(_OPEN_OF_ALL), (after, upto)).fetchall()
            return connection.execute(self._sql(_OPEN), (after, upto, json.dumps(list(names)))).fetchall()

    def read_orders(self, after: int) -> Sequence[Row]:
        """Return the orders to erase beyond a position, by their own index."""
        return self._rows(SQLITE_ORDERS, after)

    def blank(self, stream: str, event_id: str | None) -> int:
        """Empty both parts of one entry, or of all but the closing one; nothing of them stays in the file or its log.

        What is freed is overwritten (`secure_delete`, on every connection), and the write-ahead log is emptied.
        """
        with self.datastore.writing() as connection:
            blanked = connection.execute(self._sql(SQLITE_BLANK), (stream, event_id)).rowcount
        self.datastore.empty_log()
        return blanked

    def may_blank(self) -> bool:
        """Whether the tables were made with the door for it."""
        with self.datastore.reading() as connection:
            return bool(connection.execute(self._sql(SQLITE_MAY_BLANK)).fetchone()[0])

    def schema_findings(self) -> list[Finding]:
        """Return what was changed about the tables, triggers and views of this file."""
        with self.datastore.reading() as connection:
            return sqlite_schema(connection, self._sql(_schema()), self._log)

    def _sql(self, sql: str) -> str:
        """Return a statement of this module for this recorder's log."""
        return statement(sql, self._log)

    def _rows(self, sql: str, *parameters: str | int) -> list[Row]:
        sql = self._sql(sql)
        with self.datastore.reading() as connection:
            try:
                return list(map(as_row, connection.execute(sql, parameters)))
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
                return _tolerant(connection, sql, parameters)


class LedgerSQLiteFactory(SQLiteFactory):
    """Makes our recorder for the library's application. SQLITE_DBNAME is a file: URI."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore = Datastore(self.datastore.pool.db_name)

    def application_recorder(self) -> ApplicationRecorder:
        """Return our recorder for the log that SQLITE_LOG names."""
        return SQLiteRecorder(self.datastore, self.env.get("SQLITE_LOG") or "main")


def _tolerant(connection: sqlite3.Connection, sql: str, parameters: tuple[str | int, ...]) -> list[Row]:
    """Read rows of which a text is not UTF-8, so that a verification can name them instead of stopping."""
    connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    try:
        return list(map(as_row, connection.execute(sql, parameters)))
    finally:
        connection.text_factory = str


def _edge(stored: tuple[int, int, bytes]) -> Edge:
    size, recorded_at, hashes = stored
    return Edge(Frontier.parse(size, hashes), recorded_at)


def _count(limit: int | None) -> int:
    return -1 if limit is None else limit


def _schema() -> str:
    return (Path(__file__).parent / "sqlite_schema.sql").read_text(encoding="utf-8")
