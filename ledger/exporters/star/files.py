"""The star as a folder: one Parquet file a table, `relationships.csv`, and a README that says what all of it is."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.exporters import parquet
from ledger.exporters.cells import cell
from ledger.exporters.cover import provenance_lines, warning
from ledger.exporters.whole import whole_file
from ledger.projections.table import Table

if TYPE_CHECKING:
    from ledger.exporters.star.tables import Star

HOW = """\
In Power BI: Get data, Parquet, once for each file (or Folder for all), then Model view, and join the tables as listed
under "Relationships": many to one, single direction. Only the relationships marked active are used by themselves; the
others are asked for with USERELATIONSHIP. Mark dim_date as the date table, by its column date.
In Excel: Data, Get data, From file, From Parquet (Power Query), and add each to the data model.
An empty cell is undefined or not supplied, never zero. Periods are half-open: the end is the first day outside."""


def write(star: Star, folder: Path) -> list[Path]:
    """Write the folder, made if need be; files of these names are replaced, each as a whole."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, table in star.tables.items():
        with whole_file(folder / f"{name}.parquet") as path:
            parquet.write(table, path)
    texts = {"relationships.csv": relationships(star), "README.txt": readme(star)}
    for name, text in texts.items():
        with whole_file(folder / name) as path:
            path.write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in (*(f"{name}.parquet" for name in star.tables), *texts)]


def relationships(star: Star) -> str:
    """Return the relationships as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["from_table", "from_column", "to_table", "to_column", "active"])
    writer.writerows(
        [each.table, each.column, each.to, each.key, "yes" if each.active else "no"] for each in star.relationships
    )
    return out.getvalue()


def readme(star: Star) -> str:
    """Return what stands beside the files."""
    whole = Table((), [], provenance=star.provenance)
    lines = [
        "JOURNEY LEDGER: TABLES FOR POWER BI AND EXCEL",
        "",
        warning(whole),
        "",
        HOW,
        "",
        "WHERE THEY COME FROM",
        "",
    ]
    lines += [f"{what}: {how}" for what, how in provenance_lines(whole)]
    lines += ["", "NOTES", "", *(star.notes or ["No row is left out."])]
    lines += ["", "RELATIONSHIPS", ""]
    for each in star.relationships:
        lines.append(f"{each.table}.{each.column} -> {each.to}.{each.key}{'' if each.active else ' (not active)'}")
    lines += ["", "TABLES"]
    for name, table in star.tables.items():
        grain = cell(dict(table.definition)["One row is"])
        lines += ["", f"{name}.parquet: {wording.number(len(table.rows), 'row')}; one row is {grain}."]
        lines += [f"    {column.name} ({column.type}): {column.meaning}" for column in table.columns]
    return "\n".join(lines) + "\n"
