"""The annual return as files: `header.csv`, `episodes.csv` and `sw_episodes.csv`, as the sector's tools read them.

Dates are dd/mm/yyyy, an unknown value is an empty cell, the columns stand in the order of the return, UTF-8 without a
byte order mark. Cells stand as they are: a child's id is never given an apostrophe, for it would be another id.
"""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.exporters.ssda903 import AnnualReturn


def write(made: AnnualReturn, folder: Path) -> list[Path]:
    """Write the files of a return into a folder, made if need be; files of these names are replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for name, (columns, rows) in made.tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            path.chmod(0o600)
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([uk(value) for value in row] for row in rows)
        written.append(path)
    return written


def uk(value: object) -> str:
    """Return a value as a cell of the return."""
    return "" if value is None else f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
