"""A table as a Parquet file, typed, with its columns' meanings, notes and provenance in the file's own metadata.

    write(table, Path("continuity.parquet"))

Whole numbers are BIGINT, other numbers DOUBLE, dates DATE, moments TIMESTAMP WITH TIME ZONE, several values a list of
these; undefined is NULL. DuckDB writes the file: no Parquet code of our own, and nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.exporters.cells import as_json, cell, iso, plain
from ledger.projections.kinds import Kind, elements, kinds

if TYPE_CHECKING:
    from ledger.projections.table import Table

SQL_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "whole": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "moment": "TIMESTAMPTZ",
    "yes-no": "BOOLEAN",
}

COPY = """
COPY (
    SELECT * EXCLUDE (journey_row)
    FROM read_json($lines, format = 'newline_delimited', columns = $columns)
    ORDER BY journey_row
)
TO $path (FORMAT parquet, COMPRESSION zstd, KV_METADATA {
    'journey_columns': $meanings,
    'journey_notes': $notes,
    'journey_provenance': $provenance,
    'journey_definition': $definition
})
"""


def write(table: Table, path: Path) -> None:
    """Write a table as a Parquet file. Rows keep their order."""
    import duckdb

    typed = list(zip(kinds(table), elements(table), strict=True))
    names = [column.name for column in table.columns]
    columns = {"journey_row": "BIGINT"} | {
        name: f"{SQL_TYPES[each]}{'[]' if whole == 'list' else ''}"
        for name, (whole, each) in zip(names, typed, strict=True)
    }
    folder = Path(tempfile.mkdtemp(prefix="journey-parquet-"))
    try:
        lines = folder / "rows.ndjson"
        _write_lines(table, typed, names, lines)
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
            connection.execute(
                COPY,
                {
                    "lines": str(lines),
                    "columns": columns,
                    "path": str(path),
                    "meanings": as_json({column.name: column.meaning for column in table.columns}),
                    "notes": as_json(table.notes),
                    "provenance": as_json(table.provenance),
                    "definition": as_json(table.definition),
                },
            )
    finally:
        shutil.rmtree(folder)


def _write_lines(table: Table, typed: list[tuple[Kind, Kind]], names: list[str], path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        import orjson

        for number, row in enumerate(table.rows):
            values = {name: _value(value, *each) for name, value, each in zip(names, row, typed, strict=True)}
            file.write(orjson.dumps({"journey_row": number} | values) + b"\n")


def _value(value: Any, whole: Kind, each: Kind) -> Any:
    """Return a cell as JSON can hold it: its column is of kind `whole`, and holds values of kind `each`."""
    if value is None:
        return None
    if whole == "list":
        return [_value(inner, each, each) for inner in value]
    if each == "moment":
        return iso(value)
    if each == "number":
        return plain(float(value))
    return cell(value) if each == "text" else plain(value)
