"""Ledgers to measure on: made in a folder of the checkout, filled, gone afterwards.

Appending is measured with few kinds of entry made in bulk (`fill`). What reads a whole ledger is measured on the
demonstration's authority (`districts`, `write`): every kind of event that it tells, journeys of up to ten years with
their corrections and late entries, and about as many children a pod as the demonstration has.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measured import seconds
from ledger.application import Ledger, NewEntry, create_ledger
from ledger.synthetic.authority import Plan, tell_authority
from ledger.synthetic.bulk import batches
from ledger.synthetic.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.envelope import Receipt
    from ledger.synthetic.bulk import Batch

HERE = Path(__file__).parents[1] / ".benchmarks"
AUTHORITY = "Testshire (synthetic)"
YEARS = 10
"""Years that the demonstration's authority tells of, up to its `CLOSES`."""
DISTRICT = 100_000
"""Entries of one district, about: what is held in memory while a ledger is written."""
OF_CHILD, OF_POD, CHILDREN_A_POD, PODS = 137, 430, 20, (2, 12)
"""About how many entries ten years tell of one child and of one pod with its staff; how many pods there are."""
LATER = 1_000
"""The first district that no ledger is written with: what is added to one comes from here on."""
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


def districts(entries: int) -> Iterator[Plan]:
    """Yield plans of the districts that together tell about `entries`; the true number is within a tenth of it."""
    count = max(1, round(entries / DISTRICT))
    each = entries // count
    pods = min(PODS[1], max(PODS[0], each // (OF_CHILD * CHILDREN_A_POD + OF_POD)))
    children = max(1, round((each - OF_POD * pods) / OF_CHILD))
    for number in range(count):
        yield Plan(children=children, years=YEARS, district=number)


def write(ledger: Ledger, plan: Plan, first: int | None = None) -> float:
    """Tell a district and append it, or the `first` so many of its entries; return the seconds of appending alone."""
    told = tell_authority(plan)[:first]
    return seconds(partial(load, ledger, plan, told))


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
