"""A case built by hand: entries of one journey, without a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import LONDON
from ledger.domain.envelope import Actor, Entry, Source
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryRestricted, EntryWithdrawn

if TYPE_CHECKING:
    from ledger.domain.events.base import Event

JOURNEY = "journey:00000000-0000-4000-8000-000000000001"


def on(text: str) -> date:
    return date.fromisoformat(text)


def noon(text: str) -> datetime:
    """Noon in London of a day, or the moment itself."""
    return datetime.fromisoformat(f"{text}T12:00").replace(tzinfo=LONDON)


@dataclass
class Case:
    """Entries in position order; each is recorded a minute after the one before, from `recorded` on."""

    entries: list[Entry] = field(default_factory=list)
    recorded: str = "2020-01-01"

    def add(self, event: Event | None, *, written: str | None = None, by: str = "W-1", **envelope: Any) -> Entry:
        position = len(self.entries) + 1
        recorded = envelope.pop("recorded", None)
        entry = Entry(
            position=position,
            stream=JOURNEY,
            version=position,
            event_id=f"00000000-0000-4000-8000-{position:012d}",
            name=event.name if event is not None else envelope.pop("name"),
            event=event,
            recorded_at=noon(recorded) if recorded else noon(self.recorded) + timedelta(minutes=position),
            written_at=noon(written) if written else None,
            by=Actor(worker=by),
            source=envelope.pop("source", Source("casework", file="visits.csv", line=position)),
            **envelope,
        )
        self.entries.append(entry)
        return entry

    def correct(self, root: Entry, replacement: Event, *, written: str, note: str | None = None, **more: Any) -> Entry:
        event = EntryCorrected(
            corrects=root.event_id, correction_reason="wrong value", correction_note=note, replacement=replacement
        )
        return self.add(event, written=written, **more)

    def withdraw(self, root: Entry, *, written: str, reason: str = "entered in error", **more: Any) -> Entry:
        return self.add(EntryWithdrawn(withdraws=root.event_id, reason=reason), written=written, **more)

    def restrict(self, root: Entry, *, written: str, reason: str = "third party") -> Entry:
        return self.add(EntryRestricted(restricts=root.event_id, reason=reason), written=written)

    def dispute(self, root: Entry, words: str, *, written: str) -> Entry:
        return self.add(DisputeNoted(disputes=root.event_id, raised_by="parent", words=words), written=written)
