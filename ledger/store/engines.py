"""From settings to a running engine and its key rows: one function per engine and side, in two tables.

A new engine is one recorder, one row in `log.FACTORIES` and one row in each table here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ledger.errors import NotFound, Unavailable
from ledger.store.faults import engine_faults
from ledger.store.keys_sqlite import SQLiteKeyRows
from ledger.store.log import open_log

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.store.keys import KeyRows
    from ledger.store.log import Log
    from ledger.store.settings import Settings


def open_engine(settings: Settings, log: str = "main", *, create: bool = False, read_only: bool = False) -> Log:
    """Open the engine of a ledger for one of its logs: `main`, or `access`.

    Raises `NotFound` where its file is gone, `Unavailable` where it does not serve.
    """
    return _ENGINES[settings.engine](settings, log, create, read_only)


def open_key_rows(settings: Settings, *, create: bool = False, read_only: bool = False) -> KeyRows:
    """Open the key store's rows."""
    return _KEY_ROWS[settings.engine](settings, create, read_only)


def _sqlite(settings: Settings, log: str, create: bool, read_only: bool) -> Log:
    if not create and not settings.database.exists():
        raise NotFound("ledger", str(settings.folder), hint="restore ledger.db from a backup")
    return open_log("sqlite", {"SQLITE_DBNAME": _uri(settings.database, create, read_only), "SQLITE_LOG": log})


def _sqlite_keys(settings: Settings, create: bool, read_only: bool) -> KeyRows:
    return SQLiteKeyRows(_uri(settings.keys_file, create, read_only), create=create)


def _uri(file: Path, create: bool, read_only: bool) -> str:
    """Return a SQLite URI. A file on a disk that cannot be written is read as it stands, if no writer left a log."""
    if not read_only:
        return file.as_uri() + ("?mode=rwc" if create else "?mode=rw")
    unfinished = file.with_name(file.name + "-wal")
    as_it_stands = not os.access(file.parent, os.W_OK) and not (unfinished.exists() and unfinished.stat().st_size)
    return file.as_uri() + ("?immutable=1" if as_it_stands else "?mode=ro")


def _postgres(settings: Settings, log: str, create: bool, read_only: bool) -> Log:
    if log == "main":  # Another log is asked for when the main one has been opened: the server answers.
        _check_server(settings.server)
    return open_log(
        "postgres",
        {
            "POSTGRES_URL": settings.server,
            "POSTGRES_SCHEMA": settings.schema if log == "main" else f"{settings.schema}_{log}",
            "POSTGRES_READ_ONLY": "y" if read_only else "n",
        },
    )


def _memory(settings: Settings, log: str, create: bool, read_only: bool) -> Log:
    return open_log("memory", {})


def _postgres_keys(settings: Settings, create: bool, read_only: bool) -> KeyRows:
    from ledger.store.keys_postgres import PostgresKeyRows

    url = settings.keys_url or settings.server
    return PostgresKeyRows(url, settings.keys_schema, create=create, read_only=read_only)


def _check_server(url: str) -> None:
    """Find out at once, and not after a pool's patience, whether the server answers."""
    try:
        import psycopg
    except ImportError:
        raise Unavailable("PostgreSQL support is not installed.", "pip install 'journey-ledger[postgres]'") from None
    with engine_faults("the PostgreSQL server"):
        psycopg.connect(url, connect_timeout=10).close()


_ENGINES = {"sqlite": _sqlite, "postgres": _postgres, "memory": _memory}
_KEY_ROWS = {"sqlite": _sqlite_keys, "postgres": _postgres_keys}
