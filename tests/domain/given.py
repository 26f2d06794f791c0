"""Given entries, when they are read at a view, then the journey is ...

    case = Given()
    visit = case(VisitRecorded(occurred_on=on("2024-05-03"), child_seen="yes"))
    case.withdraw(visit, written="2024-05-09")
    case.journey("2024-05-08").last_seen

An event is written at noon on the day it happened, unless `written` says otherwise; all are recorded years later, so
that only the claimed clock decides.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ledger.domain.clock import view
from ledger.domain.envelope import Entry
from ledger.domain.events.base import Event
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryWithdrawn
from ledger.domain.journey import Journey, fold
from ledger.domain.standing import Standing, stand

RECORDED = datetime(2030, 1, 1, tzinfo=UTC)


def on(text: str) -> date:
    return date.fromisoformat(text)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Given:
    """Entries of one journey, in the order they were sealed."""

    def __init__(self, *events: Event) -> None:
        self.entries: list[Entry] = []
        for event in events:
            self(event)

    def __call__(self, event: Event, written: str | None = None) -> Entry:
        position = len(self.entries) + 1
        day = on(written) if written else event.day
        entry = Entry(
            position=position,
            stream="journey:00000000-0000-4000-8000-000000000001",
            version=position,
            event_id=f"00000000-0000-4000-8000-{position:012d}",
            name=event.name,
            event=event,
            recorded_at=RECORDED + timedelta(minutes=position),
            written_at=noon(day) if day is not None else None,
        )
        self.entries.append(entry)
        return entry

    def correct(self, root: Entry, replacement: Event, *, written: str) -> Entry:
        return self(
            EntryCorrected(corrects=root.event_id, correction_reason="wrong value", replacement=replacement), written
        )

    def withdraw(self, root: Entry, *, written: str) -> Entry:
        return self(EntryWithdrawn(withdraws=root.event_id, reason="entered in error"), written)

    def restrict(self, root: Entry, *, written: str) -> Entry:
        return self(EntryRestricted(restricts=root.event_id, reason="third party"), written)

    def standings(self, known_at: str | None = None) -> list[Standing]:
        return stand(self.entries, view(known_at=known_at))

    def journey(self, known_at: str | None = None, *, by: str | None = None) -> Journey:
        """Fold what was known at a date, as it was at the end of that day or of the day `by`."""
        day = by or known_at
        return fold(self.standings(known_at), on=on(day) if day else None)
