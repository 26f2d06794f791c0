"""Stored rows as lines of JSON that DuckDB reads: the row's own columns spliced before the fields of its open part.

No key, no validation, no event object, nothing inferred: the same rows give the same table. The line file is for the
reader's own folder, of mode 0600, and is to be gone before the first query.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import duckdb

    from ledger.store import OpenPart

ERASED = b'"row_erased":true}'


def connect() -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory that downloads no extension and reads moments as UTC."""
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET enable_progress_bar = false")
    return connection


def lines_of(path: Path, parts: Iterable[Sequence[OpenPart]]) -> Path:
    """Write one line of JSON a row: the row's own columns, then the fields of its open part, or that it was erased."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for some in parts:
            file.write(
                b"".join(
                    f'{{"row_position":{position},"row_stream":"{stream}","row_version":{version},"row_name":"{name}",'
                    f'"row_event_id":"{event_id}","row_recorded_at":{recorded_at},'.encode()
                    + (open_part[1:] or ERASED)
                    + b"\n"
                    for position, stream, version, name, event_id, recorded_at, open_part in some
                )
            )
    return path
