"""What of each entry of a journey may be shown in a bundle, and why the rest is not.

In this order: what was ordered to be erased is not shown, carried out or not; what is restricted or misfiled is
withheld, by the ledger's present head; what a rule redacts is withheld; what became known after the view is withheld;
and of the rest, words whose key is not here are. With an entry goes whatever repeats it: its corrections and disputes
wholly, and the private words of what withdraws or restricts it, which may name why.

A withheld part is left out of the bundle altogether, the ciphertext too: the bundle holds the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.envelope import Entry
from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
    ErasureOrdered,
    RecordClosed,
)
from ledger.errors import Tampered
from ledger.projections.withheld import withheld
from ledger.seal.leaf import EMPTY_DIGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.bundle.rules import Rule
    from ledger.domain.clock import View
    from ledger.domain.events.base import Event
    from ledger.projections.withheld import Withheld
    from ledger.store import Store
    from ledger.store.rows import Row


@dataclass(frozen=True, slots=True)
class Order:
    """A sealed order to erase."""

    row: Row
    entry: Entry
    event: ErasureOrdered

    def covers(self, row: Row) -> bool:
        """Whether it orders the erasure of a row of its journey."""
        if self.event.entry is None:
            return row.name != RecordClosed.name
        return row.event_id == self.event.entry


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry with what may be shown of it. `entry` holds no more than that; `why` is empty where all is shown."""

    row: Row
    entry: Entry
    open: bytes
    sealed: bytes
    why: str = ""
    order: Order | None = None


def orders(store: Store, stream: str, ledger: Sequence[Row]) -> list[Order]:
    """Return the orders to erase a journey or entries of it, among the rows of the ledger's own stream."""
    journey = stream.partition(":")[2]
    named = [(row, store.decode(row)) for row in ledger if row.name == ErasureOrdered.name]
    return [
        Order(row, entry, entry.event)
        for row, entry in named
        if isinstance(entry.event, ErasureOrdered) and entry.event.journey == journey
    ]


def shown(
    store: Store, rows: Sequence[Row], view: View, rules: Sequence[Rule], ordered: Sequence[Order]
) -> tuple[list[Shown], list[str]]:
    """Return what may be shown of each entry, and what whoever makes the bundle should be told."""
    entries = [store.decode(row) for row in rows]
    unseen = {root: _restricted(why) for root, why in withheld(entries, view).items()}
    used: set[int] = set()
    redacted: dict[str, str] = {}
    for entry in entries:
        for number, rule in enumerate(rules):
            if rule.meets(entry):
                used.add(number)
                redacted.setdefault(entry.event_id, str(rule))
    found = []
    for row, entry in zip(rows, entries, strict=True):
        order = next((each for each in ordered if each.covers(row)), None)
        found.append(_shown(store, row, entry, view, unseen, redacted, order))
    told = [
        f"the rule in line {rule.line} ({rule.exemption}) meets no entry of this journey."
        for number, rule in enumerate(rules)
        if number not in used
    ]
    return found, told


def _shown(
    store: Store,
    row: Row,
    entry: Entry,
    view: View,
    unseen: dict[str, str],
    redacted: dict[str, str],
    order: Order | None,
) -> Shown:
    bare = Entry(row.position, row.stream, row.version, row.event_id, row.name, None, entry.recorded_at)
    if order is not None:
        return Shown(row, bare, b"", b"", order=order)
    if _blank(row):
        raise Tampered(f"the entry at position {row.position} is blank, and no sealed order says so.", "journey verify")
    root = _about(entry.event) or row.event_id
    why = unseen.get(row.event_id) or redacted.get(row.event_id)
    whole = unseen.get(root) or redacted.get(root)
    if why is None and isinstance(entry.event, EntryCorrected | DisputeNoted):
        why = whole
    if why is None and not view.admits(entry):
        why = later(view, entry)
    if why is not None:
        return Shown(row, bare, b"", b"", why)
    if row.sealed and (whole is not None or entry.privacy == "locked"):
        told = whole or "the key to them is not here"
        return Shown(row, store.decode(row, private=False), row.open, b"", told)
    return Shown(row, entry, row.open, row.sealed)


def later(view: View, entry: Entry) -> str:
    """Say why an entry that a view does not admit is withheld."""
    if view.position is not None and entry.position > view.position:
        return f"recorded after position {view.position}"
    verb = "sealed" if view.clock == "sealed" else "became known"
    return f"{verb} later than {view.stated or view.instant}"


def _restricted(why: Withheld) -> str:
    return str(why) if why.misfiled else str(why.reason)


def _about(event: Event | None) -> str | None:
    """Return the id of the entry that an entry about the record is about."""
    match event:
        case EntryCorrected():
            return event.corrects
        case EntryWithdrawn():
            return event.withdraws
        case DisputeNoted():
            return event.disputes
        case EntryRestricted() | EntryUnrestricted():
            return event.restricts
    return None


def _blank(row: Row) -> bool:
    return (not row.open and row.open_digest != EMPTY_DIGEST) or (not row.sealed and row.sealed_digest != EMPTY_DIGEST)
