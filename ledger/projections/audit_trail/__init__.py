"""The audit trail, a reading: every entry with its clocks, its lag, its author and what it changed."""

from ledger.projections.audit_trail.change import Change
from ledger.projections.audit_trail.trail import Choice, Sealed, Tally, TrailLine, changes_of, trail

__all__ = ["Change", "Choice", "Sealed", "Tally", "TrailLine", "changes_of", "trail"]
