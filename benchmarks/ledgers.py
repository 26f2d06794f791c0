"""Ledgers to measure on: made in a folder of the checkout, filled in bulk, gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.application import Ledger, NewEntry, create_ledger
from ledger.synthetic.bulk import batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.envelope import Receipt
    from ledger.synthetic.bulk import Batch

HERE = Path(__file__).parents[1] / ".benchmarks"
AUTHORITY = "Testshire (synthetic)"
POSTGRES = os.environ.get("JOURNEY_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder on the checkout's own disk, for files that must be on one."""
    HERE.mkdir(exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=HERE))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@contextmanager
def fresh(path: Path, **engine: Any) -> Iterator[Ledger]:
    """Make an empty ledger."""
    with create_ledger(path / "ledger", authority=AUTHORITY, **engine) as ledger:
        yield ledger


def append(ledger: Ledger, batch: Batch) -> list[Receipt]:
    """Make, check and append one batch in one transaction: everything on."""
    return ledger.append_many(
        [NewEntry(child, kind(**fields), by="SW10001", written_at=at) for child, (kind, fields), at in batch]
    )


def fill(ledger: Ledger, count: int, *, first_child: int = 0) -> None:
    """Append `count` entries in batches."""
    for batch in batches(count, first_child=first_child):
        append(ledger, batch)


@contextmanager
def postgres_database() -> Iterator[str | None]:
    """Give the address of an empty PostgreSQL database, or None where no server answers; it is dropped afterwards."""
    try:
        import psycopg
    except ImportError:
        yield None
        return
    name = f"journey_bench_{os.getpid()}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield psycopg.conninfo.make_conninfo(POSTGRES, dbname=name)
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
