"""Entries as their coded part alone tells them: for questions over all records that need no key.

    for entry in coded_entries(store, ["death-recorded.v1"]):
        entry.event.day

Private fields are None, whether or not a key is here; the event of an erased entry is None. Memory does not grow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.seal.leaf import EMPTY_DIGEST, ZERO
from ledger.store.codec import decode
from ledger.store.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.domain.envelope import Entry
    from ledger.store.store import Store


def coded_entries(store: Store, names: Sequence[str], *, upto: int | None = None) -> Iterator[Entry]:
    """Yield the entries of these names by position, up to `upto` (the head, if not given), without private fields."""
    for some in store.open_parts(names, upto=upto):
        for position, stream, version, name, event_id, recorded_at, part in some:
            # An empty part is one that was blanked: any digest but that of nothing says so.
            place = (position, stream, version, name, event_id, recorded_at)
            yield decode(Row(*place, ZERO, ZERO, ZERO, EMPTY_DIGEST, part, b""), None, "locked")
