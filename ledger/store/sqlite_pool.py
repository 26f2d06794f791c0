"""Connections to one SQLite file: safe settings, one writer at a time, closed only when nobody uses them."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eventsourcing.persistence import ConnectionPoolClosedError, IntegrityError, InterfaceError, OperationalError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK_SECONDS = 60
_CLOSE_SECONDS = 5


class _Connection(SQLiteConnection):
    """A connection of the pool, in auto-commit mode."""

    @property
    def plain(self) -> sqlite3.Connection:
        """The connection itself: it is in auto-commit mode, and begins only when told."""
        return self._sqlite_conn


class _Pool(SQLiteConnectionPool):
    """Lends connections; closing waits for those that are lent, because SQLite crashes when one is closed in use."""

    _closing = False

    def close(self) -> None:
        """Lend no more, wait for what is lent, close."""
        with self._put_condition:
            self._closing = True
            self._put_condition.wait_for(lambda: not self._in_use, timeout=_CLOSE_SECONDS)
        super().close()

    def _get_connection(self, timeout: float = 0.0) -> SQLiteConnection:
        if self._closing:
            raise ConnectionPoolClosedError
        return super()._get_connection(timeout)

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = sqlite3.connect(
                self.db_name, uri=True, check_same_thread=False, isolation_level=None, timeout=LOCK_SECONDS
            )
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA recursive_triggers = ON")
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            connection.execute("PRAGMA cache_size = -16000")
        except sqlite3.Error as error:
            raise InterfaceError(str(error)) from error
        return _Connection(connection, max_age=self.max_age)


class Datastore(SQLiteDatastore):
    """The library's datastore, with a way to write and a way to read that hold no more than they must."""

    def __init__(self, db_name: str) -> None:
        super().__init__(db_name, originator_id_type="text")
        self.pool = _Pool(db_name=db_name, pool_size=8, max_overflow=64, pool_timeout=LOCK_SECONDS)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside an immediate transaction, committed at the end; errors are the library's.

        What is open is rolled back, and only that: a failed commit has often rolled back by itself, and another
        rollback would hide why.
        """
        lent = self.pool.get_connection(is_writer=True)
        connection: sqlite3.Connection = lent.plain  # type: ignore[attr-defined]
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.IntegrityError):
                raise IntegrityError(str(error)) from error
            if isinstance(error, sqlite3.Error):
                raise OperationalError(str(error)) from error
            raise
        finally:
            self.pool.put_connection(lent)

    def empty_log(self) -> None:
        """Move everything from the write-ahead log into the file and empty the log.

        Raises the library's error where a reader holds on to it for longer than a lock is waited for.
        """
        with self.reading() as connection:
            [(busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if busy:
            raise OperationalError("database is locked")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for single reading statements."""
        connection = self.pool.get_connection(is_writer=False)
        try:
            yield connection.plain  # type: ignore[attr-defined]
        finally:
            self.pool.put_connection(connection)
