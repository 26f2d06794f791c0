"""What a caller writes against the front door, checked by `mypy --strict` (`make lint`) and never run.

Each line states the type that the caller relies on: a change of the public API that breaks callers fails here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, assert_type

from ledger import (
    Entry,
    Ledger,
    LedgerError,
    NewEntry,
    Reader,
    Receipt,
    Source,
    child,
    create_ledger,
    open_ledger,
    view,
)
from ledger.events import ChildRegistered, EntryCorrected, VisitRecorded


def write(folder: Path) -> None:
    with create_ledger(folder, authority="Testshire (synthetic)") as ledger:
        assert_type(ledger, Ledger)
        first = ledger.append("C-1", ChildRegistered(occurred_on=date(2024, 4, 2), child_id="C-1"), by="SW1", expect=0)
        assert_type(first, Receipt)
        visit = VisitRecorded(occurred_on=date(2024, 5, 3), worker="SW1")
        source = Source(system="case-management", reference="visit-1")
        batch = ledger.append_many(
            [NewEntry("C-1", visit, by="SW1", written_at=datetime(2024, 5, 4, tzinfo=UTC), source=source)],
            expect={"C-1": first.version},
        )
        assert_type(batch, list[Receipt])
        corrected = ledger.correct(batch[0].event_id, visit, reason="wrong value", by="SW1")
        assert_type(corrected, Receipt)
        assert_type(ledger.withdraw(batch[0].event_id, reason="duplicate", by="SW1"), Receipt)


def read_as_somebody(where: str) -> bool:
    with open_ledger(where, reader=Reader("SW1", purpose="court", reason="The hearing is on Monday.")) as ledger:
        assert_type(ledger.entries("C-1"), list[Entry])
        other = ledger.read_by(Reader("SW2"))
        assert_type(other, Ledger)
        other.journey("C-1")
        return isinstance(other.last_access, Receipt)


def read(where: str) -> str | None:
    try:
        with open_ledger(where, read_only=True) as ledger:
            entries = ledger.entries(child("C-1"))
            assert_type(entries, list[Entry])
            journey = ledger.journey("C-1", view("2024-03-31"))
            table = ledger.project("continuity", view("2024-03-31"), year=2024)
            assert_type(ledger.project("allocations", known_at=date(2024, 3, 31), at=9).provenance, dict[str, Any])
            shown: Sequence[str] = [column.name for column in table.columns]
            assert_type(ledger.head().root, bytes)
            corrections = [entry for entry in entries if isinstance(entry.event, EntryCorrected)]
            return journey.stage or (shown[0] if corrections else None)
    except LedgerError as error:
        return error.hint
