"""The lag of an entry: how long after it happened it was written down.

Entries of a periodic return have none: a return's date says nothing about when a worker wrote. Neither has what is
undated, dated less exactly than to the day, or still expected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.clock import london_day

if TYPE_CHECKING:
    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event

EXACT = (None, "approximate")


def lag_days(entry: Entry, event: Event | None) -> int | None:
    """Return the calendar days in London from the (first) day of `event` to the day `entry` was known, or None."""
    if event is None or event.day is None or entry.basis == "return" or event.precision not in EXACT:
        return None
    days = (london_day(entry.known_at) - event.day).days
    return days if days >= 0 else None
