"""What an erasure would blank, what stands in its way, and what an order may not say.

A hold in force blocks it, unless it was overridden. One entry is erased with its corrections, which hold the same
facts; an entry that others stand on (a restriction, a hold, an identity seal) is never erased alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.events.identity import ChildMerged, ChildRegistered, ChildSplit, IdentifierLinked, IdentitySealed
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryUnrestricted, EntryWithdrawn
from ledger.domain.holds import HOLD_EVENTS, blocking
from ledger.domain.standing import stand
from ledger.errors import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.domain.envelope import Entry, Subject
    from ledger.domain.holds import Hold
    from ledger.store import Store

STAYS = frozenset(
    kind.name
    for kind in (
        EntryRestricted,
        EntryUnrestricted,
        EntryWithdrawn,
        IdentitySealed,
        ChildMerged,
        ChildSplit,
        *HOLD_EVENTS,
    )
)
"""Entries that other entries stand on: erasing one alone would let through what it keeps out."""


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would blank, and what stands in its way. `merged` are journeys found to be the same child's."""

    stream: str
    version: int
    entries: tuple[Entry, ...]
    holds: tuple[Hold, ...]
    merged: tuple[str, ...]


def plan_erasure(store: Store, child: Subject, entry: str | None = None) -> ErasurePlan:
    """Say what an erasure would blank and which holds block it; changes nothing. Raises `NotFound`, `Refused`."""
    stream = store.subject_stream(child)
    if stream is None or child.kind != "journey" or not store.begun(stream):
        raise NotFound("child", child.id, store.all_ids("journey"))
    done = store.erasing.closing(stream)
    if done is not None:
        raise Refused(f"this record was erased already, under the order at position {done.position}.")
    entries = store.entries(stream)
    named = entries if entry is None else _named(store, entries, entry)
    return ErasurePlan(stream, entries[-1].version, tuple(named), tuple(blocking(entries)), _merged(entries))


def check_holds(plan: ErasurePlan) -> None:
    """Raise `Refused` where a hold blocks what is planned."""
    if plan.holds:
        ids = ", ".join(hold.hold for hold in plan.holds)
        raise Refused(
            f"a legal hold is in force on this record: {ids}. Nothing was erased.",
            "journey retention release CHILD --hold ID, or journey retention override CHILD --hold ID",
        )


def _named(store: Store, entries: Sequence[Entry], entry: str) -> list[Entry]:
    """Return one entry and its corrections, which hold the same facts."""
    found = next((each for each in entries if each.event_id == entry), None)
    if found is None:
        raise NotFound("entry of this child", entry, hint="journey trail CHILD shows the ids of entries")
    if found.event is None:
        order = next((each for each in store.erasing.orders() if each.entry == entry), None)
        under = "" if order is None else f", under the order at position {order.position}"
        raise Refused(f"the entry at position {found.position} was erased already{under}.")
    if isinstance(found.event, EntryCorrected):
        raise Refused(
            f"the entry at position {found.position} is a correction: it is erased with the entry it corrects.",
            f"journey erase CHILD --entry {found.event.corrects}",
        )
    if found.name in STAYS:
        raise Refused(
            f"a {found.name} is not erased alone: what it keeps out would be let in again.",
            "erase the whole record, or the entry it is about",
        )
    return [found, *(e for e in entries if isinstance(e.event, EntryCorrected) and e.event.corrects == entry)]


def _merged(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the streams of the journeys that were found to be the same child's."""
    found: dict[str, bool] = {}
    for standing in stand(entries):
        if isinstance(standing.event, ChildMerged | ChildSplit):
            found[f"journey:{standing.event.other_journey}"] = isinstance(standing.event, ChildMerged)
    return tuple(stream for stream, same in found.items() if same)


def names_child(text: str, child_id: str, entries: Iterable[Entry]) -> bool:
    """Whether a text holds the child's id, another identifier, or all words of a recorded name, in any order."""
    words = set(_words(text))
    events = [e.event.replacement if isinstance(e.event, EntryCorrected) else e.event for e in entries]
    ids = [child_id] + [event.upn for event in events if isinstance(event, ChildRegistered) and event.upn]
    ids += [event.value for event in events if isinstance(event, IdentifierLinked) and event.value]
    names = [event.child_name for event in events if isinstance(event, ChildRegistered) and event.child_name]
    if any(re.search(rf"(?<!\w){re.escape(each.casefold())}(?!\w)", text.casefold()) for each in ids if len(each) > 1):
        return True
    return any(parts and parts <= words for parts in (set(_words(name)) for name in names))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
