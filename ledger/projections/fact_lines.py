"""Stored rows as lines of JSON that DuckDB reads: the row's own columns spliced before the fields of its open part.

No key, no validation, no event object, nothing inferred: the same rows give the same table. The line file is for the
reader's own folder, of mode 0600, and is to be gone before the first query. Lines of one kind stand together, in order
of position, and kinds in the order of the catalogue, where those of one matter are neighbours: who asks for some finds
them in few places.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

import orjson

from ledger.domain.events import catalogue
from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
)

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

ERASED = b'"row_erased":true}'
ABOUT = {
    EntryCorrected.name: "corrects",
    EntryWithdrawn.name: "withdraws",
    EntryRestricted.name: "restricts",
    EntryUnrestricted.name: "restricts",
    DisputeNoted.name: "disputes",
}
"""The events that are about another entry of their stream, and the field that names it."""
_AT_ONCE = 1 << 20
"""Bytes that are copied at once."""
_IN_MEMORY = 1 << 14
"""Rows whose lines are held in memory, before they go to a file for each kind."""


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


def lines_of(folder: Path, parts: Iterable[Sequence[OpenPart]], find: Find) -> Path:
    """Write one line of JSON a row: the row's own columns, then the fields of its open part, or that it was erased.

    Rows of events that this build does not know are left out. A row about another entry of its stream tells that
    entry's position, name and moments too. The folder is the caller's own; one file is left in it, and named.
    """
    whole = folder / "entries.ndjson"
    kinds = list(catalogue())
    held: dict[str, list[bytes]] = {name: [] for name in kinds}
    rows = 0
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {}
        for some in parts:
            for name, lines in _by_kind(some, _roots(some, find)).items():
                if name in held:
                    held[name] += lines
            rows += len(some)
            if rows >= _IN_MEMORY:
                for name in filter(held.__getitem__, kinds):
                    if name not in files:
                        files[name] = stack.enter_context(_made(folder / f"kind-{kinds.index(name)}.part"))
                    files[name].write(b"".join(held[name]))
                    held[name].clear()
                rows = 0
    with _made(whole) as out:
        for nth, name in enumerate(kinds):
            if name in files:
                part = folder / f"kind-{nth}.part"
                with part.open("rb") as lines_of_kind:
                    shutil.copyfileobj(lines_of_kind, out, _AT_ONCE)
                part.unlink()
            out.write(b"".join(held[name]))
    return whole


def _by_kind(some: Sequence[OpenPart], roots: Mapping[str, bytes]) -> dict[str, list[bytes]]:
    """Return the lines of these rows by the name of their event."""
    found: dict[str, list[bytes]] = {}
    for position, stream, version, name, event_id, recorded_at, open_part in some:
        line = (
            f'{{"row_position":{position},"row_stream":"{stream}","row_version":{version},"row_name":"{name}",'
            f'"row_event_id":"{event_id}","row_recorded_at":{recorded_at},'
        ).encode()
        if roots and event_id in roots:
            line += roots[event_id]
        try:
            found[name].append(line + (open_part[1:] or ERASED) + b"\n")
        except KeyError:
            found[name] = [line + (open_part[1:] or ERASED) + b"\n"]
    return found


def _roots(some: Sequence[OpenPart], find: Find) -> dict[str, bytes]:
    """Return, for each row that is about another entry, what is told of that entry, as JSON to be spliced in."""
    about = {part[4]: _named(part) for part in some if part[3] in ABOUT and part[6]}
    roots = find(sorted(set(about.values()))) if about else {}
    told = {}
    streams = {part[4]: part[1] for part in some if part[4] in about}
    for event_id, root_id in about.items():
        root = roots.get(root_id)
        if root is not None and root[1] == streams[event_id]:
            told[event_id] = orjson.dumps(root_columns(root))[1:-1] + b","
    return told


def _named(part: OpenPart) -> str:
    named: str = orjson.loads(part[6])[ABOUT[part[3]]]
    return named


def root_columns(root: OpenPart) -> dict[str, int | str | None]:
    """Return what a row that is about this entry tells of it: its position, name, and moments."""
    written_at = orjson.loads(root[6]).get("written_at") if root[6] else None
    return {
        "root_position": root[0],
        "root_name": root[3],
        "root_recorded_at": root[5],
        "root_written_at": written_at,
    }


def _made(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
