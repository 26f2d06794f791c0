"""Make a ledger, and open one: settings, engine, keys, in that order; each check before anything is written."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING


from ledger.domain.envelope import LEDGER, Actor
from ledger.domain.events.record import LedgerOpened
from ledger.errors import NotFound, Refused, Unavailable
from ledger.store.faults import engine_faults
from ledger.store.keys import KeyStore
from ledger.store.keys_sqlite import SQLiteKeyRows
from ledger.store.log import Log, open_log
from ledger.store.master import find_master_key, make_master_key
from ledger.store.recorder import Opening, now
from ledger.store.rows import New
from ledger.store.settings import (
    FORMAT,
    Settings,
    check_authority,
    check_vacant,
    newer_format,
    read_settings,
    write_settings,
)
from ledger.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.store.keys import KeyRows

SYSTEM = "journey-ledger"
"""Who records the opening."""


def create_store(
    where: Path | str,
    *,
    authority: str,
    engine: str = "sqlite",
    url: str = "",
    url_variable: str = "",
    keys: str = "",
    keys_url: str = "",
    master: str = "",
    clock: Callable[[], int] = now,
) -> Store:
    """Make a ledger in an empty or missing folder and open it; its first entry is `ledger-opened.v1`.

    `engine` is sqlite, postgres (with `url`, or `url_variable` naming an environment variable) or memory (`where` is
    not used). `keys` and `master` place the key store and the master key's file, relative to the folder or absolute.
    Raises `Refused` where there is a ledger already, and then changes nothing.
    """
    check_authority(authority)
    folder = Path(where).absolute()
    settings = Settings(folder, authority, engine, url, url_variable, keys_url=keys_url)
    settings = replace(settings, keys=keys or settings.keys, master=master or settings.master)
    if engine == "memory":
        return _found(settings, open_log("memory", {}), SQLiteKeyRows(":memory:", create=True), os.urandom(32), clock)
    check_vacant(folder)
    with engine_faults(), ExitStack() as undo:
        for each in (folder, folder / "facts"):
            if not each.exists():
                each.mkdir(mode=0o700, parents=True)
                undo.callback(_remove_if_empty, each)
        (folder / "facts").chmod(0o700)
        log, rows = _engine(settings, create=True)
        undo.callback(log.close)
        undo.callback(rows.close)
        store = _found(settings, log, rows, make_master_key(settings.master_file), clock)
        write_settings(settings)
        undo.pop_all()
    return store


def open_store(where: Path | str, *, read_only: bool = False, clock: Callable[[], int] = now) -> Store:
    """Open the ledger in a folder. Read-only without a key store or a master key, private blocks stay locked.

    Raises `NotFound` for a folder that is no ledger, `Unreadable` for a newer format, `Refused` for a wrong master
    key, `Unavailable` where a key store is missing or an engine does not serve.
    """
    settings = read_settings(Path(where).absolute())
    read_only = read_only or not os.access(settings.folder, os.W_OK)
    with engine_faults(), ExitStack() as undo:
        log = _open_engine(settings, read_only=read_only)
        undo.callback(log.close)
        opening = log.rows.opening()
        if opening is None:
            raise NotFound("ledger", str(settings.folder), hint="restore ledger.db from a backup")
        if opening.format > FORMAT:
            raise newer_format(opening.format)
        keys = _open_keys(settings, opening.log_id, read_only=read_only)
        undo.pop_all()
    return Store(log, opening, keys, read_only=read_only, clock=clock)


def _found(settings: Settings, log: Log, rows: KeyRows, master: bytes, clock: Callable[[], int]) -> Store:
    """Write the log's name, its secrets, the ledger's own key and its first entry."""
    opening = Opening(os.urandom(16), settings.authority, FORMAT)
    if log.rows.opening() is not None:
        raise Refused("this database holds a ledger already; nothing was changed.", "name another database")
    log.rows.found(opening)
    keys = KeyStore.create(rows, master, opening.log_id)
    store = Store(log, opening, keys, read_only=False, clock=clock)
    stream = store.open_subject(LEDGER)
    opened = LedgerOpened(log_id=opening.log_id.hex(), authority=settings.authority, format=FORMAT)
    store.append([New(stream, opened, Actor(system=SYSTEM))], expect={stream: 0})
    return store


def _engine(settings: Settings, *, create: bool) -> tuple[Log, KeyRows]:
    mode = "?mode=rwc" if create else "?mode=rw"
    log = open_log("sqlite", {"SQLITE_DBNAME": settings.database.as_uri() + mode})
    return log, SQLiteKeyRows(settings.keys_file.as_uri() + mode, create=create)


def _open_engine(settings: Settings, *, read_only: bool) -> Log:
    """Open the engine; a SQLite file on a disk that cannot be written is read as it stands."""
    if not settings.database.exists():
        raise NotFound("ledger", str(settings.folder), hint="restore ledger.db from a backup")
    uri = settings.database.as_uri()
    log = open_log("sqlite", {"SQLITE_DBNAME": uri + ("?mode=ro" if read_only else "?mode=rw")})
    if read_only and not os.access(settings.folder, os.W_OK):
        try:
            log.rows.opening()
        except Exception as error:
            log.close()
            if "unable to open" not in str(error):
                raise
            return open_log("sqlite", {"SQLITE_DBNAME": uri + "?immutable=1"})
    return log


def _open_keys(settings: Settings, log_id: bytes, *, read_only: bool) -> KeyStore | None:
    """Open the key store; a reader may do without, a writer may not."""
    master = find_master_key(settings.master_file)
    there = settings.keys_file.exists()
    if master is None or not there:
        if read_only:
            return None
        missing = "the key store" if not there else "the master key"
        raise Unavailable(f"{missing} is not here.", "restore it, set JOURNEY_MASTER_KEY, or open read-only")
    rows = SQLiteKeyRows(settings.keys_file.as_uri() + ("?mode=ro" if read_only else "?mode=rw"))
    try:
        return KeyStore(rows, master, log_id)
    except BaseException:
        rows.close()
        raise


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
