"""The PostgreSQL engine: a schema per log, one transaction per batch, two round trips.

Writers lock the frontier's row before they read anything else, so positions have no gaps and readers that follow the
log miss nothing: the order of positions is the order of commits. Nothing is retried here: a caller that gives a source
reference may safely repeat an append whose outcome it does not know.

Not used, on purpose: the library's `POSTGRES_ENABLE_DB_FUNCTIONS` (readers that follow the log lose entries) and
`CREATE OR REPLACE` at start-up (it races): tables are made once, when a log is founded.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import psycopg
from eventsourcing.persistence import BaseInfrastructureFactory
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from psycopg.sql import SQL, Identifier

from ledger.seal.tree import Frontier
from ledger.store.batch import Batch, Edge, StreamEnd, plain_rows, stream_end
from ledger.store.erasing_sql import POSTGRES_BLANK, POSTGRES_MAY_BLANK, POSTGRES_ORDERS
from ledger.store.postgres_pool import Datastore
from ledger.store.recorder import LedgerRecorder, Opening, bounds, notification, now, stored_event
from ledger.store.rows import Row, as_row
from ledger.store.schema_check import postgres_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

    from ledger.store.rows import Finding, OpenPart

SCHEMA = "journey"
_LAST = 1 << 62
_REMEMBERED = 8192

_EDGE = "SELECT size, recorded_at, hashes FROM frontier"
_LOCK = "SELECT size, recorded_at, hashes FROM frontier FOR UPDATE"
_ADVANCE = "UPDATE frontier SET size = %b, recorded_at = %b, hashes = %b"
_INSERT_ONE = "INSERT INTO entries VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"
_INSERT = """
INSERT INTO entries SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::bigint[],
    %b::bytea[], %b::bytea[], %b::bytea[], %b::bytea[], %b::bytea[], %b::bytea[])
"""
_ENDS = """
SELECT e.*, EXISTS (SELECT 1 FROM entries s WHERE s.name = 'identity-sealed.v1' AND s.stream = e.stream)
FROM unnest(%b::text[]) AS wanted (stream)
CROSS JOIN LATERAL (SELECT * FROM entries WHERE stream = wanted.stream ORDER BY version DESC LIMIT 1) AS e
"""
_BY_ID = "SELECT * FROM entries WHERE event_id = ANY (%b::text[])"
_BY_STREAM = "SELECT * FROM entries WHERE stream = ANY (%b::text[]) AND position <= %b ORDER BY stream, version"
_RANGE = "SELECT * FROM entries WHERE position > %b AND position <= %b ORDER BY position LIMIT %b"
_NAMED = """
SELECT * FROM entries WHERE position > %b AND position <= %b AND name = ANY (%b::text[]) ORDER BY position LIMIT %b
"""
_OPEN = """
SELECT position, stream, version, name, event_id, recorded_at, open FROM entries
WHERE position > %b AND position <= %b AND (%b::text[] IS NULL OR name = ANY (%b::text[])) ORDER BY position
"""
_STREAM_ENDS = """
SELECT DISTINCT ON (stream) position, stream, version, name, event_id, recorded_at, commitment, previous_leaf,
    open_digest, sealed_digest, ''::bytea, ''::bytea
FROM entries WHERE position > %b AND position <= %b ORDER BY stream, version DESC
"""
_FORWARDS = "SELECT * FROM entries WHERE stream = %b AND version > %b AND version <= %b ORDER BY version LIMIT %b"
_BACKWARDS = "SELECT * FROM entries WHERE stream = %b AND version > %b AND version <= %b ORDER BY version DESC LIMIT %b"


class PostgresRecorder(LedgerRecorder, PostgresApplicationRecorder):
    """Inserts sealed rows and reads them. Remembers stream ends while nobody else has written."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "entries") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self._ends: dict[str, StreamEnd] = {}
        self._ends_at: bytes | None = None
        self._ends_lock = Lock()

    def create_table(self) -> None:
        """Do nothing: tables are made once, when a log is founded."""

    def found(self, opening: Opening) -> None:
        """Make the schema and the tables of a new log."""
        schema = _schema()
        with self.datastore.get_connection() as connection, connection.transaction():
            connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(self.datastore.schema)))
            connection.execute(schema)
            connection.execute(
                "INSERT INTO log VALUES (1, %s, %s, %s)", (opening.log_id, opening.authority, opening.format)
            )
        self.log_id = opening.log_id

    def opening(self) -> Opening | None:
        """Return what the log says of itself; None where the schema holds no log."""
        with self._cursor() as cursor:
            if cursor.execute("SELECT to_regclass('log')").fetchone() == (None,):
                return None
            found = cursor.execute("SELECT log_id, authority, format FROM log").fetchone()
        if found is None:
            return None
        self.log_id = found[0]
        return Opening(*found)

    def edge(self) -> Edge:
        """Return the frontier and the last `recorded_at`."""
        with self._cursor() as cursor:
            return _edge(cursor.execute(_EDGE).fetchone())

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Admit and write a batch, or plain events, all or nothing."""
        batch: Batch | None = kwargs.get("batch")
        streams = {str(event.originator_id) for event in stored_events} if batch is None else batch.streams
        wanted = [] if batch is None else batch.looked_up
        with (
            self.datastore.get_connection() as connection,
            connection.pipeline() as pipeline,
            connection.transaction(),
        ):
            edge, ends, held, stored = self._read_locked(connection, pipeline, streams, wanted)
            if batch is None:
                rows, grown = plain_rows(stored_events, self.log_id, now, edge, ends)
            else:
                rows, grown = batch.admit(edge, ends, held)
            if rows:
                hashes = grown.tree.pack()
                _write(connection, rows, (grown.tree.size, grown.recorded_at, hashes))
                connection.execute("NOTIFY entries")
                if batch is None:
                    pipeline.sync()  # Now, so that a place already taken is an integrity error, as the library wants.
                self._remember(ends, stored, hashes)
        return [row.position for row in rows] if batch is None else [each.position for each in batch.receipts]

    def _read_locked(
        self,
        connection: psycopg.Connection[Any],
        pipeline: psycopg.Pipeline,
        streams: set[str],
        wanted: list[str],
    ) -> tuple[Edge, dict[str, StreamEnd], dict[str, Row], bytes]:
        """Lock the frontier and read what is needed under the lock, in one round trip (two after another writer)."""
        locking, ending, holding = (connection.cursor(binary=True) for _ in range(3))
        with self._ends_lock:
            known = {stream: self._ends[stream] for stream in streams if stream in self._ends}
            expected = self._ends_at
        missing = [stream for stream in streams if stream not in known]
        locking.execute(_LOCK, prepare=True)
        if missing:
            ending.execute(_ENDS, (missing,), prepare=True)
        if wanted:
            holding.execute(_BY_ID, (wanted,), prepare=True)
        pipeline.sync()
        stored: Any = locking.fetchone()
        found = ending.fetchall() if missing else []
        held = {row[4]: as_row(row) for row in holding.fetchall()} if wanted else {}
        if known and stored[2] != expected:
            again = connection.cursor(binary=True).execute(_ENDS, (list(known),), prepare=True)
            found += again.fetchall()
            known = {}
        for row in found:
            known[row[1]] = stream_end(as_row(row[:12]), self.log_id, sealed=row[12])
        return _edge(stored), known, held, stored[2]

    def _remember(self, ends: dict[str, StreamEnd], stored: bytes, hashes: bytes) -> None:
        """Keep stream ends for the very frontier they belong to; a transaction that fails leaves another frontier."""
        with self._ends_lock:
            if stored != self._ends_at or len(self._ends) > _REMEMBERED:
                self._ends.clear()
            self._ends.update(ends)
            self._ends_at = hashes

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
        sql = _BACKWARDS if desc else _FORWARDS
        return [stored_event(row) for row in self._rows(sql, str(originator_id), low, high, limit)]

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
            return [notification(row) for row in self._rows(_NAMED, after, upto, list(topics), limit)]
        return [notification(row) for row in self.read_range(after, upto, limit)]

    def max_notification_id(self) -> int | None:
        """Return the last position, or None."""
        with self._cursor() as cursor:
            found: int | None = cursor.execute("SELECT max(position) FROM entries").fetchone()[0]
        return found

    def read_streams(self, streams: Sequence[str], at: int) -> Sequence[Row]:
        """Return the rows of these streams up to position `at`, by stream and version."""
        return self._rows(_BY_STREAM, list(streams), at)

    def read_ids(self, event_ids: Sequence[str]) -> Sequence[Row]:
        """Return the rows with these event ids."""
        return self._rows(_BY_ID, list(event_ids))

    def read_version(self, stream: str, version: int) -> Row | None:
        """Return one row by its place in its stream."""
        return next(iter(self._rows(_FORWARDS, stream, version - 1, version, 1)), None)

    def read_range(self, after: int, upto: int, limit: int) -> Sequence[Row]:
        """Return at most `limit` rows with positions in (after, upto]."""
        return self._rows(_RANGE, after, upto, limit)

    def read_plain(self, after: int, upto: int, limit: int) -> Sequence[tuple[Any, ...]]:
        """Return the same as plain tuples."""
        with self._cursor() as cursor:
            found: list[tuple[Any, ...]] = cursor.execute(_RANGE, (after, upto, limit), prepare=True).fetchall()
        return found

    def read_ends(self, after: int, upto: int) -> Sequence[Row]:
        """Return the last row of every stream among positions in (after, upto], without its parts."""
        return self._rows(_STREAM_ENDS, after, upto)

    def read_open(self, after: int, upto: int, names: Sequence[str] | None) -> Sequence[OpenPart]:
        """Return the open parts of the rows of these names (None: any) with positions in (after, upto]."""
        wanted = None if names is None else list(names)
        with self._cursor() as cursor:
            found: list[OpenPart] = cursor.execute(_OPEN, (after, upto, wanted, wanted), prepare=True).fetchall()
        return found

    def read_orders(self, after: int) -> Sequence[Row]:
        """Return the orders to erase beyond a position, by their own index."""
        return self._rows(POSTGRES_ORDERS, after)

    def blank(self, stream: str, event_id: str | None) -> int:
        """Empty both parts of one entry, or of all but the closing one; old copies go with the server's VACUUM."""
        with self._cursor() as cursor:
            blanked: int = cursor.execute(POSTGRES_BLANK, (stream, event_id, event_id)).rowcount
        return blanked

    def may_blank(self) -> bool:
        """Whether this account is an eraser, and the tables were made with the door for it."""
        with self._cursor() as cursor:
            return bool(cursor.execute(POSTGRES_MAY_BLANK).fetchone()[0])

    def schema_findings(self) -> list[Finding]:
        """Return what was changed about the tables, triggers, functions and views of this schema."""
        with self.datastore.get_connection() as connection:
            return postgres_schema(connection, self.datastore.schema, _schema())

    def _rows(self, sql: str, *parameters: Any) -> list[Row]:
        with self._cursor() as cursor:
            return list(map(as_row, cursor.execute(sql, parameters, prepare=True)))

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        with self.datastore.get_connection() as connection, connection.cursor(binary=True) as cursor:
            yield cursor


class LedgerPostgresFactory(PostgresFactory):
    """Makes our recorder for the library's application, from POSTGRES_URL and POSTGRES_SCHEMA."""

    def __init__(self, env: Any) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self.datastore = Datastore(
            self.env.get("POSTGRES_URL") or "",
            self.env.get("POSTGRES_SCHEMA") or SCHEMA,
            read_only=self.env.get("POSTGRES_READ_ONLY") == "y",
        )

    def application_recorder(self) -> ApplicationRecorder:
        """Return our recorder."""
        return PostgresRecorder(self.datastore)


def _write(connection: psycopg.Connection[Any], rows: Sequence[Row], frontier: tuple[int, int, bytes]) -> None:
    if len(rows) == 1:
        connection.execute(_INSERT_ONE, rows[0], prepare=True)
    else:
        connection.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)], prepare=True)
    connection.execute(_ADVANCE, frontier, prepare=True)


def _schema() -> bytes:
    return (Path(__file__).parent / "postgres_schema.sql").read_bytes()


def _edge(stored: Any) -> Edge:
    size, recorded_at, hashes = stored
    return Edge(Frontier.parse(size, hashes), recorded_at)
