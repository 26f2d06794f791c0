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
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.domain.events import catalogue
from ledger.projections.columns import columns, columns_of
from ledger.projections.fact_lines import LOADED, Lines, aligned, connect, families, found_in, lines_of
from ledger.projections.segments import Block, Plan, Segment
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from ledger.store import Head, Store

ROWS_TOGETHER = 1 << 14
"""Rows of a group in a file."""
LARGE = 1 << 15
"""Positions of a block that takes much memory to write, and whose families of kinds have files of their own."""
MAKING = "making-"
"""How the names of folders begin in which files are made; one that is left is of a maker that was killed."""


def written(store: Store, folder: Path, made: Sequence[Plan], head: Head) -> list[Segment]:
    """Write blocks as new files in a folder and return their segments; `head` is the ledger's when it was looked at.

    The rows of the next block are read from the ledger while those of the last are written; of large blocks one is
    written at a time.
    """
    if not made:
        return []
    found: list[Future[Segment]] = []
    with (
        tempfile.TemporaryDirectory(prefix=MAKING, dir=folder) as making,
        connect() as connection,
        ThreadPoolExecutor(2) as workers,
    ):
        # One thread: each holds a group of rows of every column, and the next block is read meanwhile.
        connection.execute("SET threads = 1; SET temp_directory = $making", {"making": making})
        connection.execute(text("load"))
        for nth, each in enumerate(made):
            place = Path(making) / str(nth)
            place.mkdir()
            lines = lines_of(place, _parts(store, each.unread), found_in(store), _together(each))
            if found and _large(each):
                found[-1].result()
            found.append(workers.submit(_segment, connection.cursor(), folder, each, place, lines, head))
        return [one.result() for one in found]


def columns_digest() -> str:
    """Return the SHA-256, in hex, of the columns and the kinds of events of this build, and of how they are read."""
    return sha256(json.dumps([columns(), list(catalogue()), text("load")]).encode()).hexdigest()


def _parts(store: Store, unread: Iterable[Block]) -> Iterator[Any]:
    for block in unread:
        yield from store.open_parts(None, after=block.first - 1, upto=block.last)


def _large(made: Plan) -> bool:
    return made.block.last - made.block.first >= LARGE


def _together(made: Plan) -> Sequence[Sequence[str]]:
    """Return which kinds of events stand together in a file of this block."""
    return families() if _large(made) else [tuple(catalogue())]


def _segment(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    made: Plan,
    place: Path,
    lines: Sequence[Lines],
    head: Head,
) -> Segment:
    """Write one block from its parts and the lines read for it: a file for all kinds that stand together."""
    files: list[Path] = []
    for nth, (kinds, mine) in enumerate(zip(_together(made), lines, strict=True)):
        files.append(place / f"{nth}.parquet")
        rows = _rows(connection, folder, made, kinds, mine)
        rows.write_parquet(str(files[-1]), compression="zstd", row_group_size=ROWS_TOGETHER)
        mine.file.unlink()
    connection.close()
    found = Segment(
        made.block.first,
        made.block.last,
        head.size,
        head.root.hex(),
        min([head.size, *(part.as_of for part in made.parts)]),
        tuple(sha256(file.read_bytes()).hexdigest() for file in files),
    )
    for file, name in zip(files, found.files, strict=True):
        file.chmod(0o600)
        with file.open("rb+") as out:
            os.fsync(out.fileno())
        file.replace(folder / name)
    return found


def _rows(
    connection: duckdb.DuckDBPyConnection, folder: Path, made: Plan, kinds: Sequence[str], lines: Lines
) -> duckdb.DuckDBPyRelation:
    """Return the rows of a block of these kinds, those of one together, with the columns that they can fill."""
    given = {"lines": str(lines.file), "known": columns_of(lines.kinds)}
    if not made.parts:
        return connection.sql(LOADED, params=given)  # as `lines_of` put them
    files = [str(folder / file) for part in made.parts for file in part.files]
    rows = connection.sql(text("merged"), params=given | {"files": files, "kinds": list(kinds)})
    if not _large(made):
        return rows
    # Files of smaller segments have the columns of kinds that now stand apart.
    kept = connection.read_parquet(files, union_by_name=True).select("name", "replacement_name").distinct().fetchall()
    told = lines.kinds.union(*(each for each in kept if each[0] in kinds)) & catalogue().keys()
    return aligned(rows, columns_of(told))
