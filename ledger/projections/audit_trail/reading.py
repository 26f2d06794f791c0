"""Read the audit trail of one stream, or of the whole ledger, from a store.

The whole ledger is passed through once for its restrictions, which follow its present head, and once for its lines:
memory does not grow with the entries. Private parts are opened only where an entry changes another one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
)
from ledger.projections.audit_trail.trail import Choice, Sealed, Tally, TrailLine, changes_of, trail
from ledger.projections.withheld import withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.clock import View
    from ledger.store import Store

ABOUT_ENTRIES = frozenset(
    kind.name for kind in (EntryCorrected, EntryWithdrawn, DisputeNoted, EntryRestricted, EntryUnrestricted)
)
HIDING = frozenset(kind.name for kind in (EntryWithdrawn, EntryRestricted, EntryUnrestricted))
STREAMS_AT_HAND = 64


def trail_of_stream(store: Store, stream: str, view: View, choice: Choice) -> tuple[Iterator[TrailLine], Tally]:
    """Return the trail of one stream, in which originals name their corrections, and its tally."""
    entries = store.entries(stream)
    rows = store.find([entry.event_id for entry in entries])
    sealed = ((entry, rows[entry.event_id].leaf(store.log_id).hex()) for entry in entries)
    tally = Tally()
    lines = trail(
        sealed,
        view=view,
        history=lambda _stream: entries,
        hidden=withheld(entries, view),
        tally=tally,
        choice=choice,
        changed_by=changes_of(entry for entry in entries if view.admits(entry)),
    )
    return lines, tally


def trail_of_ledger(store: Store, view: View, choice: Choice) -> tuple[Iterator[TrailLine], Tally]:
    """Return the trail of the whole ledger, one line at a time, and its tally, complete once it is exhausted."""
    tally = Tally()
    hidden = withheld((store.decode(row, private=False) for row in store.scan() if row.name in HIDING), view)
    lines = trail(
        _scanned(store, view),
        view=view,
        history=lru_cache(STREAMS_AT_HAND)(store.entries),
        hidden=hidden,
        tally=tally,
        choice=choice,
    )
    return lines, tally


def _scanned(store: Store, view: View) -> Iterator[Sealed]:
    for row in store.scan(upto=view.position):
        yield store.decode(row, private=row.name in ABOUT_ENTRIES), row.leaf(store.log_id).hex()
