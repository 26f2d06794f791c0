"""Importing into a ledger: read what is in force, compare, append the difference in one transaction.

    report = import_ssda903(store, Path("returns"), year_ending=date(2024, 3, 31))

Files are read and compared by `ledger.importers`, which knows no ledger; here is the part that does. Every import is
all or nothing: a conflict with another writer is met by reading again and deciding again.
"""

from ledger.importers.report import ImportReport, TableReport
from ledger.imports.incoming import AppendReport, append_cloudevents
from ledger.imports.native import Coverage, import_tables
from ledger.imports.returns import import_ssda903

__all__ = [
    "AppendReport",
    "Coverage",
    "ImportReport",
    "TableReport",
    "append_cloudevents",
    "import_ssda903",
    "import_tables",
]
