"""Entries as a table, for a reader who asks what stands behind a number: position, event, day, known, file and line.

Coded parts alone: nothing is decrypted. What is restricted today is left out and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.domain.clock import london_day
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryUnrestricted, EntryWithdrawn
from ledger.projections.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.domain.envelope import Entry
    from ledger.store import Store

COLUMNS = (
    Column("position", "The entry's place in the ledger."),
    Column("event", "The stored name of the event; what is corrected or withdrawn is named by its position."),
    Column("child", "The child."),
    Column("day", "The (first) day on which it happened."),
    Column("known_at", "When it became known."),
    Column("recorded_by", "Who recorded it."),
    Column("source", "The system it comes from."),
    Column("file", "The file it was imported from."),
    Column("line", "The line of that file."),
)
TOGETHER = 500


def entry_lines(store: Store, event_ids: Sequence[str]) -> Table:
    """Return these entries in the order of their positions."""
    entries = sorted(_entries(store, event_ids), key=lambda entry: entry.position)
    roots = {_about(entry) for entry in entries} - {None}
    places = {entry.event_id: entry.position for entry in (*entries, *_entries(store, sorted(filter(None, roots))))}
    withheld = _restricted(store, {entry.stream for entry in entries})
    shown = [entry for entry in entries if (_about(entry) or entry.event_id) not in withheld]
    left_out = len(entries) - len(shown)
    notes = [wording.counted(left_out, "of these entries {is|are} restricted and not shown.")] if left_out else []
    return Table(COLUMNS, [_line(entry, places) for entry in shown], notes)


def _entries(store: Store, event_ids: Sequence[str]) -> Iterable[Entry]:
    for start in range(0, len(event_ids), TOGETHER):
        for row in store.find(event_ids[start : start + TOGETHER]).values():
            yield store.decode(row, private=False)


def _restricted(store: Store, streams: set[str]) -> set[str]:
    """Return the event ids of the entries of these streams that are restricted at the present head."""
    found: set[str] = set()
    names = (EntryRestricted.name, EntryUnrestricted.name)
    for parts in store.open_parts(names):
        ids = [event_id for _, stream, _, _, event_id, _, _ in parts if stream in streams]
        for entry in sorted(_entries(store, ids), key=lambda entry: entry.position):
            if isinstance(entry.event, EntryRestricted):
                found.add(entry.event.restricts)
            elif isinstance(entry.event, EntryUnrestricted):
                found.discard(entry.event.restricts)
    return found


def _about(entry: Entry) -> str | None:
    """Return the id of the root entry that an entry corrects or withdraws, or None."""
    if isinstance(entry.event, EntryCorrected):
        return entry.event.corrects
    return entry.event.withdraws if isinstance(entry.event, EntryWithdrawn) else None


def _line(entry: Entry, places: dict[str, int]) -> tuple[object, ...]:
    event, about = entry.event, _about(entry)
    told = entry.name if event is not None else f"{entry.name} (erased)"
    if isinstance(event, EntryCorrected):
        told = f"{event.replacement.name} in the place of {places.get(about or '', '?')}"
        event = event.replacement
    elif about is not None:
        told = f"{entry.name} of {places.get(about, '?')}"
    day = event.day if event is not None else None
    ahead = " (expected)" if day is not None and day > london_day(entry.known_at) else ""
    source = entry.source
    return (
        entry.position,
        told + ahead,
        entry.stream.removeprefix("journey:"),
        day,
        entry.known_at,
        str(entry.by),
        source.system if source else None,
        source.file if source else None,
        source.line if source else None,
    )
