"""Write rows as they come, to an open file: memory does not grow with their number. Forms are those of `cli.render`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from cli.render import as_json, guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

Row = tuple[Any, ...]
Remarks = tuple[list[str], dict[str, Any]]
"""Notes, and provenance."""


def stream(
    to: TextIO, form: str, columns: Iterable[str], rows: Iterable[Row], remarks: Callable[[], Remarks]
) -> Remarks | None:
    """Write rows as csv, ndjson or json; `remarks` is asked after the last row.

    JSON is one object and holds the remarks; for the other forms they are returned, to be told elsewhere.
    """
    names = list(columns)
    if form == "json":
        to.write('{"rows": [')
        for place, row in enumerate(rows):
            to.write(",\n" if place else "\n")
            to.write(as_json(dict(zip(names, row, strict=True))))
        notes, provenance = remarks()
        to.write(f'\n], "notes": {as_json(notes)}, "provenance": {as_json(provenance)}}}\n')
        return None
    if form == "csv":
        writer = csv.writer(to, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([guarded(value) for value in row] for row in rows)
    else:
        to.writelines(f"{as_json(dict(zip(names, row, strict=True)))}\n" for row in rows)
    return remarks()
