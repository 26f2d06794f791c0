"""The files of segments: made from the ledger's rows and from the files of smaller segments.

In a file the rows of one kind of event stand together, in order of position, and kinds in the order of the catalogue,
in groups that tell which kinds they hold: who asks for some kinds reads few of them. Files are made beside whatever is
there; nothing is taken away here.
"""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.domain.events import catalogue
from ledger.projections.columns import columns
from ledger.projections.fact_lines import connect, found_in, lines_of
from ledger.projections.segments import Block, Plan, Segment
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from ledger.store import Head, Store

ROWS_TOGETHER = 1 << 14
"""Rows of a group in a file."""
LARGE = 1 << 15
"""Positions of a block that takes much memory to write."""
MAKING = "making-"
"""How the names of folders begin in which files are made; one that is left is of a maker that was killed."""


def written(store: Store, folder: Path, made: Sequence[Plan], head: Head) -> list[Segment]:
    """Write blocks as new files in a folder and return their segments; `head` is the ledger's when it was looked at.

    The rows of the next block are read from the ledger while those of the last are written; of large blocks one is
    written at a time.
    """
    found: list[Future[Segment]] = []
    with ThreadPoolExecutor(2) as workers, ExitStack() as stack:
        for each in made:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=MAKING, dir=folder)))
            lines = lines_of(place, _parts(store, each.unread), found_in(store)) if each.unread else None
            if found and each.block.last - each.block.first >= LARGE:
                found[-1].result()
            found.append(workers.submit(_segment, folder, each, place, lines, head))
        return [one.result() for one in found]


def columns_digest() -> str:
    """Return the SHA-256, in hex, of the columns and the kinds of events of this build, and of how they are read."""
    return sha256(json.dumps([columns(), list(catalogue()), text("load")]).encode()).hexdigest()


def _parts(store: Store, unread: Iterable[Block]) -> Iterator[Any]:
    for block in unread:
        yield from store.open_parts(None, after=block.first - 1, upto=block.last)


def _segment(folder: Path, made: Plan, place: Path, lines: Path | None, head: Head) -> Segment:
    """Write one block from its parts and the lines read for it."""
    file = place / "made.parquet"
    with connect() as connection:
        # One thread: each holds a group of rows of every column, and the next block is read meanwhile.
        connection.execute("SET threads = 1; SET temp_directory = $place", {"place": str(place)})
        rows = _rows(connection, folder, made, lines)
        rows.write_parquet(str(file), compression="zstd", row_group_size=ROWS_TOGETHER)
    if lines is not None:
        lines.unlink()
    file.chmod(0o600)
    found = Segment(
        made.block.first,
        made.block.last,
        head.size,
        head.root.hex(),
        min([head.size, *(part.as_of for part in made.parts)]),
        sha256(file.read_bytes()).hexdigest(),
    )
    with file.open("rb+") as out:
        os.fsync(out.fileno())
    file.replace(folder / found.file)
    return found


def _rows(
    connection: duckdb.DuckDBPyConnection, folder: Path, made: Plan, lines: Path | None
) -> duckdb.DuckDBPyRelation:
    """Return the rows of a block, those of one kind together: kept in its parts, and read from the ledger."""
    from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

    rows: duckdb.DuckDBPyRelation | None = None
    if lines is not None:
        rows = connection.sql(text("load"), params={"lines": str(lines), "columns": columns()})
        if not made.parts:
            return rows  # as `lines_of` put them
    kept = connection.read_parquet([str(folder / part.file) for part in made.parts])
    kind = FunctionExpression("list_position", ConstantExpression(list(catalogue())), ColumnExpression("name"))
    return (kept if rows is None else kept.union(rows)).sort(kind, ColumnExpression("position"))
