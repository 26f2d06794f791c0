"""Stored rows as lines of JSON that DuckDB reads: the row's own columns spliced before the fields of its open part.

No key, no validation, no event object, nothing inferred: the same rows give the same table. The files are for the
reader's own folder, of mode 0600, and are to be gone before the first query. Lines of one kind stand together, in order
of position, and kinds in the order of the catalogue, where those of one matter are neighbours: who asks for some finds
them in few places. A family of kinds can have a file of its own, with fewer columns.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import orjson

from ledger.domain.events import catalogue
from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
)
from ledger.projections.columns import DERIVED_COLUMNS, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from ledger.store import OpenPart, Store

    Find = Callable[[Sequence[str]], Mapping[str, OpenPart]]
    """Gives, for event ids, the open parts of those entries that are there."""

CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
"""How the database is opened: nothing is downloaded, and no variable of Python is a table."""

LOADED = "FROM loaded($lines, $known)"
"""The rows of lines; the macro is in `views/load.sql`."""
ERASED = b'"row_erased":true}'
ABOUT = {
    EntryCorrected.name: "corrects",
    EntryWithdrawn.name: "withdraws",
    EntryRestricted.name: "restricts",
    EntryUnrestricted.name: "restricts",
    DisputeNoted.name: "disputes",
}
"""The events that are about another entry of their stream, and the field that names it."""
OFTEN = frozenset({"visit", "supervision", "management decision", "story"})
"""The areas in which practice records again and again: most of a ledger, in few columns."""
_AT_ONCE = 1 << 20
"""Bytes that are copied at once."""
_IN_MEMORY = 1 << 26
"""Bytes of lines that are held in memory, before they go to a file for each kind."""


class Lines(NamedTuple):
    """A file of lines, and the events it tells of: those of its rows, and those told in the place of others."""

    file: Path
    kinds: set[str]


@cache
def families() -> tuple[tuple[str, ...], ...]:
    """Return the kinds of events in families, each in the order of the catalogue.

    What is recorded often is apart, and so is what is about the record: a correction can have any column.
    """
    often = tuple(name for name, kind in catalogue().items() if kind.area in OFTEN)
    record = tuple(name for name, kind in catalogue().items() if kind.area == EntryCorrected.area)
    return tuple(name for name in catalogue() if name not in (*often, *record)), often, record


def connect() -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory that downloads no extension and reads moments as UTC."""
    import duckdb

    connection = duckdb.connect(config=CLOSED)
    connection.execute("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true")  # of every cursor too
    connection.execute("SET enable_progress_bar = false")
    return connection


def found_in(store: Store) -> Find:
    """Return how the entries of a ledger are found."""
    return lambda ids: {id_: (*row[:6], row.open) for id_, row in store.find(ids).items()}


def aligned(rows: duckdb.DuckDBPyRelation, wanted: Iterable[str]) -> duckdb.DuckDBPyRelation:
    """Return the wanted columns of facts and those derived, in this order: empty where no row of a file fills them."""
    from duckdb import ColumnExpression, ConstantExpression

    there = set(rows.columns)
    empty = ConstantExpression(None)
    names = (*(name.removeprefix("row_") for name in wanted), *DERIVED_COLUMNS)
    return rows.select(
        *(ColumnExpression(name) if name in there else empty.cast(columns()[name]).alias(name) for name in names)
    )


def lines_of(
    folder: Path, parts: Iterable[Sequence[OpenPart]], find: Find, together: Iterable[Sequence[str]]
) -> list[Lines]:
    """Write one line of JSON a row: the row's own columns, then the fields of its open part, or that it was erased.

    Rows of events that this build does not know are left out. A row about another entry of its stream tells that
    entry's position, name and moments too. Kinds that stand `together` have one file; all are in the folder, which is
    the caller's own.
    """
    held: dict[str, bytearray] = {name: bytearray() for name in catalogue()}
    parted = {name: folder / f"kind-{nth}.part" for nth, name in enumerate(held)}
    replacing: set[str] = set()
    for some in parts:
        about = [(part, orjson.loads(part[6])) for part in some if part[3] in ABOUT and part[6]]
        replacing |= {said["replacement_name"] for _, said in about if "replacement_name" in said}
        _hold(held, some, _roots(about, find))
        if sum(map(len, held.values())) >= _IN_MEMORY:
            for name in filter(held.__getitem__, held):
                with _opened(parted[name]) as out:
                    out.write(held[name])
                held[name].clear()
    found = []
    for nth, kinds in enumerate(together):
        there = {name for name in kinds if held[name] or parted[name].exists()}
        whole = folder / f"together-{nth}.ndjson"
        with _opened(whole) as out:
            for name in filter(there.__contains__, kinds):
                if parted[name].exists():
                    with parted[name].open("rb") as part:
                        shutil.copyfileobj(part, out, _AT_ONCE)
                    parted[name].unlink()
                out.write(held[name])
                held[name].clear()
        replaced = replacing & held.keys() if EntryCorrected.name in there else set()
        found.append(Lines(whole, there | replaced))
    return found


def _hold(held: Mapping[str, bytearray], some: Sequence[OpenPart], roots: Mapping[str, bytes]) -> None:
    """Add the lines of these rows to what is held of the kinds of their events, where these are known."""
    for position, stream, version, name, event_id, recorded_at, open_part in some:
        lines = held.get(name)
        if lines is None:
            continue
        lines += (
            f'{{"row_position":{position},"row_stream":"{stream}","row_version":{version},"row_name":"{name}",'
            f'"row_event_id":"{event_id}","row_recorded_at":{recorded_at},'
        ).encode()
        if roots and event_id in roots:
            lines += roots[event_id]
        lines += open_part[1:] or ERASED
        lines += b"\n"


def _roots(about: Sequence[tuple[OpenPart, dict[str, Any]]], find: Find) -> dict[str, bytes]:
    """Return, for each row that is about another entry, what is told of that entry, as JSON to be spliced in."""
    roots = find(sorted({said[ABOUT[part[3]]] for part, said in about})) if about else {}
    told = {}
    for part, said in about:
        root = roots.get(said[ABOUT[part[3]]])
        if root is not None and root[1] == part[1]:
            told[part[4]] = orjson.dumps(root_columns(root))[1:-1] + b","
    return told


def root_columns(root: OpenPart) -> dict[str, int | str | None]:
    """Return what a row that is about this entry tells of it: its position, name, and moments."""
    written_at = orjson.loads(root[6]).get("written_at") if root[6] else None
    return {
        "root_position": root[0],
        "root_name": root[3],
        "root_recorded_at": root[5],
        "root_written_at": written_at,
    }


def _opened(file: Path) -> BinaryIO:
    """Open a file to add to it, for this account alone."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
