"""What an append refuses under the lock: only the impossible. What is odd or late is kept, and found by projections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
)
from ledger.errors import Malformed, NotFound, Problem, Refused
from ledger.seal.leaf import EMPTY_DIGEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ledger.domain.events.base import Event
    from ledger.store.rows import New, Row

TOLERANCE = 300_000_000
"""Microseconds by which a source's clock may run ahead of ours."""

_WRITTEN_LATER = "written_at is later than now; an entry cannot be written down after it is recorded."
_SEE_ORDER = "journey trail shows the order"
_ROOTLESS = (EntryCorrected.name, EntryWithdrawn.name)


def check_clock(new: New, latest: datetime) -> None:
    """Refuse an entry that claims to be written after `latest`."""
    if new.written_at is not None and new.written_at > latest:
        raise Malformed([Problem("written-later", _WRITTEN_LATER, column="written_at", refused=True)])


def sealed_identity() -> Refused:
    """Return the error for a practice entry in a sealed identity."""
    return Refused(
        "this identity is sealed: practice entries go to the child's new identity.",
        "record entries (correction, access, dispute, hold) still append here",
    )


def erased_record(order: int | None) -> Refused:
    """Return the error for anything that would be written in an erased record; `order` is its order's position."""
    under = "an order" if order is None else f"the order at position {order}"
    return Refused(f"this record was erased under {under}: nothing is written in it again.", _SEE_ORDER)


def erased_entry(position: int, order: int | None) -> Refused:
    """Return the error for writing again what was erased; `order` is its order's position, where that is known."""
    under = "an order" if order is None else f"the order at position {order}"
    told = f"the entry at position {position}, which holds this source reference, was erased under {under}"
    return Refused(f"{told}: it is not written again.", _SEE_ORDER)


def target(event: Event) -> str | None:
    """Return the event id of the entry that a record event is about, if it names one of its own stream."""
    if isinstance(event, EntryCorrected):
        return event.corrects
    if isinstance(event, EntryWithdrawn):
        return event.withdraws
    if isinstance(event, DisputeNoted):
        return event.disputes
    if isinstance(event, EntryRestricted | EntryUnrestricted):
        return event.restricts
    return None


def check_target(new: New, held: Mapping[str, Row]) -> None:
    """Refuse what is about an entry that is not in this stream, or about one that is itself a correction."""
    wanted = target(new.event)
    if wanted is None:
        return
    row = held.get(wanted)
    if row is None or row.stream != new.stream:
        raise NotFound("entry of this stream", wanted, hint="journey trail CHILD shows the ids of entries")
    changes = isinstance(new.event, EntryCorrected | EntryWithdrawn)
    if isinstance(new.event, EntryCorrected) and not row.open and row.open_digest != EMPTY_DIGEST:
        raise Refused(f"the entry at position {row.position} was erased: it is not corrected.", _SEE_ORDER)
    if row.name == EntryCorrected.name or (changes and row.name in _ROOTLESS):
        raise Refused(f"the entry at position {row.position} is itself a correction; name the entry it corrects.")
