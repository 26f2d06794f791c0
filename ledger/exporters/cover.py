"""What stands beside a table in every file that leaves the house: whose data, which measure, which clock, which root.

    >>> from ledger.projections.table import Table
    >>> warning(Table((), [], provenance={"authority": "Testshire (synthetic)"})) == SYNTHETIC
    True

Pure: a table in, lines of (what, how) out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.exporters.cells import remark

if TYPE_CHECKING:
    from ledger.projections.table import Table

SYNTHETIC = "Synthetic data: made up from beginning to end. No child, worker or family in it exists."
CONFIDENTIAL = "Personal data of children, also where names are left out. Keep it as you would the case files."

FIRST = {
    "authority": "Authority",
    "measure": "Measure",
    "version": "Version",
    "clock": "Clock",
    "stated": "As known at",
    "instant": "That is, up to",
    "reader_day": "Reader's day",
    "position": "Position of the ledger",
    "root": "Root of the ledger there",
    "child": "Children are shown by",
    "asked": "Asked for",
}
"""What a reader looks for first, in this order and these words; whatever else a provenance says follows."""


def title(table: Table) -> str:
    """Return what to call the table."""
    return str(table.provenance.get("measure") or "Journey Ledger")


def warning(table: Table) -> str:
    """Return the sentence that stands first: what kind of data this is."""
    return SYNTHETIC if table.synthetic else CONFIDENTIAL


def provenance_lines(table: Table) -> list[tuple[str, str]]:
    """Return the provenance as (what, how), what readers look for first at the top."""
    found = table.provenance
    lines = [(words, remark(found[key])) for key, words in FIRST.items() if key in found]
    return lines + [
        (key.replace("_", " ").capitalize(), remark(value)) for key, value in found.items() if key not in FIRST
    ]
