"""Make a ledger, and open one: settings, engine, keys, in that order; each check before anything is written."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.domain.envelope import LEDGER, Actor
from ledger.domain.events.record import LedgerOpened
from ledger.errors import NotFound, Refused, Unavailable, VersionConflict
from ledger.store.engines import open_engine, open_key_rows
from ledger.store.faults import engine_faults
from ledger.store.keys import KeyStore
from ledger.store.keys_sqlite import SQLiteKeyRows
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
    settings_of_server,
    write_settings,
)
from ledger.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.store.keys import KeyRows
    from ledger.store.log import Log

SYSTEM = "journey-ledger"
"""Who records the opening."""


def create_store(
    where: Path | str,
    *,
    authority: str,
    engine: str = "sqlite",
    clock: Callable[[], int] = now,
    **places: Any,
) -> Store:
    """Make a ledger in an empty or missing folder and open it; its first entry is `ledger-opened.v1`.

    `engine` is sqlite, postgres or memory (`where` is not used). `places` are fields of `Settings`: `keys` and
    `master` put the key store and the master key's file elsewhere (relative to the folder, or absolute); on PostgreSQL
    `url` or `url_variable`, `schema`, `keys_url`, `keys_schema`. Raises `Refused` where there is a ledger already, and
    then changes nothing.
    """
    check_authority(authority)
    settings = Settings(Path(where).absolute(), authority, engine, **places)
    if engine == "memory":
        in_memory = SQLiteKeyRows(":memory:", create=True)
        return _found(settings, open_engine(settings), in_memory, os.urandom(32), clock)
    check_vacant(settings.folder)
    with engine_faults(), ExitStack() as undo:
        for folder in (settings.folder, settings.folder / "facts"):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True)
                undo.callback(_remove_if_empty, folder)
        (settings.folder / "facts").chmod(0o700)
        for file in settings.files:
            undo.callback(file.unlink, missing_ok=True)
        master = make_master_key(settings.master_file)
        log = open_engine(settings, create=True)
        undo.callback(log.close)
        if log.rows.opening() is not None:
            raise Refused("this database holds a ledger already; nothing was changed.", "name another database")
        rows = open_key_rows(settings, create=True)
        undo.callback(rows.close)
        for file in settings.files:
            if file.exists():
                file.chmod(0o600)
        store = _found(settings, log, rows, master, clock)
        write_settings(settings)
        undo.pop_all()
    return store


def open_store(where: Path | str, *, read_only: bool = False, clock: Callable[[], int] = now) -> Store:
    """Open the ledger in a folder, or on a PostgreSQL server by its URL.

    Read-only without a key store or a master key, private blocks stay locked.

    Raises `NotFound` for a folder that is no ledger, `Unreadable` for a newer format, `Refused` for a wrong master
    key, `Unavailable` where a key store is missing or an engine does not serve.
    """
    if str(where).startswith(("postgresql://", "postgres://")):
        settings = settings_of_server(str(where))
    else:
        settings = read_settings(Path(where).absolute())
        read_only = read_only or not os.access(settings.folder, os.W_OK)
    with engine_faults(), ExitStack() as undo:
        log = open_engine(settings, read_only=read_only)
        undo.callback(log.close)
        opening = log.rows.opening()
        if opening is None:
            raise NotFound("ledger", str(settings.folder), hint="restore its database from a backup")
        if opening.format > FORMAT:
            raise newer_format(opening.format)
        keys = _open_keys(settings, opening.log_id, read_only=read_only)
        undo.pop_all()
    return _store(settings, log, opening, keys, read_only=read_only, clock=clock)


def _found(settings: Settings, log: Log, rows: KeyRows, master: bytes, clock: Callable[[], int]) -> Store:
    """Write the secrets, the log's name, the ledger's own key and its first entry."""
    opening = Opening(os.urandom(16), settings.authority, FORMAT)
    keys = KeyStore.create(rows, master, opening.log_id)
    log.rows.found(opening)
    store = _store(settings, log, opening, keys, read_only=False, clock=clock)
    store.open_subject(LEDGER)
    _begin(store)
    if settings.engine != "memory":
        store.access.head()
    return store


def _begin(store: Store) -> None:
    """Write the first entry of a log."""
    opened = LedgerOpened(log_id=store.log_id.hex(), authority=store.authority, format=store.format)
    store.append([New("ledger", opened, Actor(system=SYSTEM))], expect={"ledger": 0}, keyless=True)


def _store(
    settings: Settings,
    log: Log,
    opening: Opening,
    keys: KeyStore | None,
    *,
    read_only: bool,
    clock: Callable[[], int],
) -> Store:
    """Return the main log's store; its access log is opened when it is first asked for."""

    def open_access() -> Store:
        return _open_access(settings, opening, keys, clock)

    return Store(log, opening, keys, read_only=read_only, clock=clock, settings=settings, open_access=open_access)


def _open_access(settings: Settings, main: Opening, keys: KeyStore | None, clock: Callable[[], int]) -> Store:
    """Open the log of readings, making it where there is none. It shares the keys; its id and its head are its own.

    It may be written even where the main log was opened for reading only: readers write here and nowhere else. Where
    this account may only read, or the disk, it is opened for reading.
    """
    may_write = settings.engine != "sqlite" or os.access(settings.folder, os.W_OK)
    with engine_faults("the access log"), ExitStack() as undo:
        log = open_engine(settings, "access", read_only=not may_write)
        undo.callback(log.close)
        opening = log.rows.opening()
        if opening is None:
            opening, log = _found_access(settings, main, log, undo)
        store = Store(log, opening, keys, read_only=not may_write, clock=clock, settings=settings)
        if may_write and log.rows.edge().tree.size == 0:
            with suppress(VersionConflict):  # Another process made it at the same time and wrote its first entry.
                _begin(store)
        undo.pop_all()
    return store


def _found_access(settings: Settings, main: Opening, log: Log, undo: ExitStack) -> tuple[Opening, Log]:
    """Make the log of readings of a ledger that has none; where another process was quicker, open what it made."""
    opening = Opening(os.urandom(16), main.authority, FORMAT)
    try:
        log.rows.found(opening)
    except Exception:
        log.close()  # What failed may have left a transaction open on its connection.
        log = open_engine(settings, "access")
        undo.callback(log.close)
        found = log.rows.opening()
        if found is None:
            raise
        return found, log
    return opening, log


def _open_keys(settings: Settings, log_id: bytes, *, read_only: bool) -> KeyStore | None:
    """Open the key store; a reader may do without, a writer may not."""
    master = find_master_key(settings.master_file)
    there = settings.engine == "postgres" or settings.keys_file.exists()
    if master is None or not there:
        if read_only:
            return None
        missing = "the master key" if there else "the key store"
        raise Unavailable(f"{missing} is not here.", "restore it, set JOURNEY_MASTER_KEY, or open read-only")
    rows = open_key_rows(settings, read_only=read_only)
    try:
        return KeyStore(rows, master, log_id)
    except BaseException:
        rows.close()
        raise


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
