"""The sheet of journeys: one row an event, coded fields in words, and one line a child."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from ledger import Ledger, create_ledger, view
from ledger.events import (
    ChildRegistered,
    EntryRestricted,
    LookedAfterReviewHeld,
    PodAllocated,
    VisitRecorded,
    WorkerAllocated,
)
from ledger.exporters.journeys import journeys, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.domain.events.base import Event


def tell(ledger: Ledger, day: int, event: Event, who: str = "C-1") -> str:
    return ledger.append(who, event, by="W1", written_at=datetime(2024, 4, day, 18, tzinfo=UTC)).event_id


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with create_ledger(tmp_path / "made", authority="Testshire (synthetic)") as made:
        tell(made, 1, ChildRegistered(child_id="C-1", child_name="Nobody", precision="unknown", sex="F"))
        tell(made, 2, ChildRegistered(child_id="C-0", occurred_on=date(2024, 4, 2)), "C-0")
        tell(made, 5, VisitRecorded(occurred_on=date(2024, 4, 5), worker="W1", child_seen="yes", narrative="We drew."))
        tell(made, 6, WorkerAllocated(occurred_on=date(2024, 4, 1), worker="W1", pod="P1"))
        tell(made, 7, PodAllocated(occurred_on=date(2024, 4, 1), pod="P1"))
        tell(made, 8, LookedAfterReviewHeld(occurred_on=date(2024, 6, 1), participation="PN1"))
        yield made


def test_one_row_an_event_in_the_order_of_days(ledger: Ledger) -> None:
    events, _ = journeys(ledger.store)
    assert [column.name for column in events.columns] == ["child", "event", "date", "worker", "pod", "detail"]
    assert [row[:5] for row in events.rows] == [
        ("C-0", "child registered", date(2024, 4, 2), None, None),
        ("C-1", "worker allocated", date(2024, 4, 1), "W1", "P1"),
        ("C-1", "pod allocated", date(2024, 4, 1), None, "P1"),
        ("C-1", "visit recorded", date(2024, 4, 5), "W1", None),
        ("C-1", "looked after review held", date(2024, 6, 1), None, None),
        ("C-1", "child registered", None, None, None),
    ]
    assert "child seen: yes" in events.rows[3][5]
    assert events.rows[4][5].startswith("expected, not yet happened")
    assert "Nobody" not in str(events.rows) and "We drew" not in str(events.rows)


def test_one_line_a_child_tells_what_happened(ledger: Ledger) -> None:
    _, lines = journeys(ledger.store)
    assert lines.rows[1] == (
        "C-1",
        5,
        date(2024, 4, 1),
        date(2024, 4, 5),
        "[2024-04-01/worker allocated] -> [2024-04-01/pod allocated] -> [2024-04-05/visit recorded]",
    )


def test_the_clock_chooses_what_is_told(ledger: Ledger) -> None:
    events, _ = journeys(ledger.store, view("2024-04-05"))
    assert [row[1] for row in events.rows] == ["child registered", "visit recorded", "child registered"]
    assert len(journeys(ledger.store, view(at=2))[0].rows) == 1


def test_restricted_and_withdrawn_entries_are_not_told(ledger: Ledger) -> None:
    secret = tell(ledger, 9, VisitRecorded(occurred_on=date(2024, 4, 9), worker="W8"))
    wrong = tell(ledger, 9, VisitRecorded(occurred_on=date(2024, 4, 9), worker="W9"))
    ledger.append("C-1", EntryRestricted(restricts=secret, reason="third party"), by="W1")
    ledger.withdraw(wrong, reason="duplicate", by="W1")
    events, _ = journeys(ledger.store)
    assert not {"W8", "W9"} & {row[3] for row in events.rows}
    assert events.notes == ["1 entry left out: restricted or erased"]


def test_the_workbook_has_the_sheets(ledger: Ledger, tmp_path: Path) -> None:
    write(*journeys(ledger.store), tmp_path / "j.xlsx")
    book = openpyxl.load_workbook(tmp_path / "j.xlsx")
    assert book.sheetnames == ["Cover", "Notes", "Columns", "Journeys", "Child journeys"]
    rows = [[cell.value for cell in row] for row in book["Journeys"].iter_rows()]
    assert rows[0] == ["child", "event", "date", "worker", "pod", "detail"]
    assert rows[2][2] == datetime(2024, 4, 1)
    assert len(rows) == 7
