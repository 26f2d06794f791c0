"""Keys kept in PostgreSQL: a schema of their own, in production a database and a role of their own."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Identifier

from ledger.store.erasing_sql import POSTGRES_MAY_DESTROY
from ledger.store.faults import engine_faults
from ledger.store.postgres_connection import configured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.store.keys import SubjectRow

_TABLES = """
CREATE TABLE IF NOT EXISTS secrets (name text PRIMARY KEY, wrapped bytea NOT NULL);
CREATE TABLE IF NOT EXISTS keys (stream text COLLATE "C" PRIMARY KEY, wrapped bytea NOT NULL);
CREATE TABLE IF NOT EXISTS subjects (
    digest text COLLATE "C" PRIMARY KEY, kind text NOT NULL, stream text COLLATE "C" NOT NULL UNIQUE, id bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS subjects_kind ON subjects (kind);
"""
_OPEN = """
WITH made AS (
    INSERT INTO subjects
    SELECT digest, kind, stream, id
    FROM unnest(%b::text[], %b::text[], %b::text[], %b::bytea[], %b::bytea[]) AS new (digest, kind, stream, wrapped, id)
    ON CONFLICT (digest) DO NOTHING
    RETURNING stream
)
INSERT INTO keys
SELECT stream, wrapped
FROM unnest(%b::text[], %b::bytea[]) AS new (stream, wrapped)
WHERE stream IN (SELECT stream FROM made)
"""
_STREAMS = "SELECT digest, stream FROM subjects WHERE digest = ANY (%b::text[])"


class PostgresKeyRows:
    """The key store's tables in a schema of a PostgreSQL database. Reconnects after a lost connection."""

    def __init__(self, url: str, schema: str, *, create: bool = False, read_only: bool = False) -> None:
        self._url, self._configure = url, configured(schema, read_only=read_only)
        self._lock = Lock()
        self._connection: psycopg.Connection[Any] | None = None
        if create:
            with engine_faults("the key store"), self._connected().transaction():
                self._connected().execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(schema)))
                self._connected().execute(_TABLES.encode())

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, connect_timeout=10)
            self._configure(self._connection)
        return self._connection

    def _read(self, sql: str, *parameters: Any) -> list[Any]:
        with self._lock, engine_faults("the key store"), self._connected().cursor(binary=True) as cursor:
            return cursor.execute(sql, parameters).fetchall()

    def write_secrets(self, secrets: dict[str, bytes]) -> None:
        """Write the secrets of a new key store."""
        with self._lock, engine_faults("the key store"), self._connected().transaction():
            self._connected().cursor().executemany("INSERT INTO secrets VALUES (%s, %s)", list(secrets.items()))

    def secrets(self) -> dict[str, bytes]:
        """Return all wrapped secrets."""
        return dict(self._read("SELECT name, wrapped FROM secrets"))

    def streams(self, digests: Sequence[str]) -> dict[str, str]:
        """Return the streams of these keyed hashes."""
        return dict(self._read(_STREAMS, list(digests)))

    def open(self, rows: Sequence[SubjectRow]) -> dict[str, str]:
        """Write new subjects with their keys, and return the stream of each: the earlier one where it had one."""
        digests, kinds, streams, wrapped, ids = (list(column) for column in zip(*rows, strict=True))
        with self._lock, engine_faults("the key store"), self._connected().transaction():
            self._connected().execute(_OPEN, (digests, kinds, streams, wrapped, ids, streams, wrapped))
        return self.streams(digests)

    def wrapped(self, streams: Sequence[str]) -> dict[str, bytes]:
        """Return the wrapped keys of these streams."""
        return dict(self._read("SELECT stream, wrapped FROM keys WHERE stream = ANY (%b::text[])", list(streams)))

    def ids(self, streams: Sequence[str]) -> dict[str, bytes]:
        """Return the encrypted ids of these streams."""
        return dict(
            self._read("SELECT stream, id FROM subjects WHERE id <> '' AND stream = ANY (%b::text[])", list(streams))
        )

    def ids_of_kind(self, kind: str) -> dict[str, bytes]:
        """Return the encrypted ids of all streams of a kind."""
        return dict(self._read("SELECT stream, id FROM subjects WHERE kind = %b AND id <> ''", kind))

    def destroy(self, stream: str) -> None:
        """Delete a key and empty the id beside it; old copies go with the server's VACUUM."""
        with self._lock, engine_faults("the key store"), self._connected().transaction():
            self._connected().execute("DELETE FROM keys WHERE stream = %s", (stream,))
            self._connected().execute("UPDATE subjects SET id = '' WHERE stream = %s", (stream,))

    def may_destroy(self) -> bool:
        """Whether this account is an eraser."""
        return bool(self._read(POSTGRES_MAY_DESTROY)[0][0])

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
