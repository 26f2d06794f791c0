"""The audit trail, a reading: every entry with its clocks, its lag, its author and what it changed."""

from ledger.projections.audit_trail.change import Change
from ledger.projections.audit_trail.reading import trail_of_ledger, trail_of_stream
from ledger.projections.audit_trail.rows import COLUMNS, difference_words, notes, row
from ledger.projections.audit_trail.trail import Choice, Sealed, Tally, TrailLine, changes_of, trail

__all__ = [
    "COLUMNS",
    "Change",
    "Choice",
    "Sealed",
    "Tally",
    "TrailLine",
    "changes_of",
    "difference_words",
    "notes",
    "row",
    "trail",
    "trail_of_ledger",
    "trail_of_stream",
]
