"""What one entry does to another: a correction field by field, a withdrawal, a dispute, a restriction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
)
from ledger.projections.words import Difference, coded, differences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.projections.withheld import Withheld


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry did to the entry at `position` (None where that is not in the ledger), and why, in words.

    `differences` compares with what stood before; it is empty where the entry is withheld, its content erased, or where
    nothing was known of it before.
    """

    did: str
    position: int | None
    reason: str | None
    note: str | None
    differences: tuple[Difference, ...] = ()


def change(entry: Entry, history: Callable[[str], Sequence[Entry]], hidden: Mapping[str, Withheld]) -> Change | None:
    """Tell what an entry did to another one; None for an entry that stands by itself."""
    event = entry.event
    if isinstance(event, EntryCorrected):
        root, before = _stood(event.corrects, entry, history(entry.stream))
        place = root.position if root is not None else None
        if event.corrects in hidden:
            return Change("corrects", place, None, None)
        why = coded("correction-reason", event.correction_reason)
        changed = differences(before, event.replacement) if before is not None else ()
        return Change("corrects", place, why, event.correction_note, changed)
    found = _about(event)
    if found is None:
        return None
    did, target, reason, note = found
    root, _ = _stood(target, entry, history(entry.stream))
    return Change(did, root.position if root else None, reason, None if target in hidden else note)


def _about(event: Event | None) -> tuple[str, str, str | None, str | None] | None:
    """Return what is done, to which entry, why and in which words."""
    match event:
        case EntryWithdrawn():
            return "withdraws", event.withdraws, coded("withdrawal-reason", event.reason), event.note
        case DisputeNoted():
            return "disputes", event.disputes, f"raised by {coded('respondent', event.raised_by)}", event.words
        case EntryRestricted():
            return "restricts", event.restricts, coded("restriction-reason", event.reason), event.note
        case EntryUnrestricted():
            return "lifts the restriction of", event.restricts, None, event.note
    return None


def _stood(target: str, by: Entry, entries: Sequence[Entry]) -> tuple[Entry | None, Event | None]:
    """Return the root entry `target` and the content that stood for it before `by`, in (known, position) order."""
    root = next((entry for entry in entries if entry.event_id == target), None)
    if root is None:
        return None, None
    before = root.event if _order(root) < _order(by) else None
    earlier = (entry for entry in entries if _order(entry) < _order(by))
    for entry in sorted(earlier, key=_order):
        if isinstance(entry.event, EntryCorrected) and entry.event.corrects == target:
            before = entry.event.replacement
    return root, before


def _order(entry: Entry) -> tuple[object, int]:
    return entry.known_at, entry.position
