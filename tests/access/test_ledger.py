"""Python reads a case as somebody: each call that reads one is an entry of the access log, and nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from ledger import Ledger, Reader, create_ledger, open_ledger, view, worker
from ledger.access import NotLogged, accesses
from ledger.domain.envelope import LEDGER, Receipt
from ledger.errors import NotFound, Refused
from ledger.events import ChildRegistered, VisitRecorded, WorkerAllocated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READINGS: dict[str, Callable[[Ledger], object]] = {
    "entries": lambda ledger: ledger.entries("C-001"),
    "standings": lambda ledger: ledger.standings("C-001"),
    "journey": lambda ledger: ledger.journey("C-001"),
    "replay": lambda ledger: ledger.replay("C-001"),
}


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """Make a ledger of one child with two entries."""
    with create_ledger(tmp_path / "l", authority="Testshire (synthetic)") as ledger:
        ledger.append("C-001", ChildRegistered(occurred_on=date(2024, 5, 1), child_id="C-001"), by="SW1")
        seen = VisitRecorded(occurred_on=date(2024, 5, 3), worker="SW1")
        ledger.append("C-001", seen, by="SW1", written_at=datetime(2024, 5, 4, tzinfo=UTC))
    return tmp_path / "l"


def require_reasons(where: Path) -> None:
    with (where / "ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[access]\nreason = "required"\n')


def commands(ledger: Ledger) -> list[tuple[str, str | None, int | None]]:
    return [(one.event.reader, one.event.command, one.event.entries) for one in accesses(ledger.store)]


def test_a_ledger_opened_for_a_reader_logs_each_reading_once(where: Path) -> None:
    with open_ledger(where, read_only=True, reader=Reader("SW7", reason="Visit tomorrow.")) as ledger:
        before = ledger.head()
        for read in READINGS.values():
            read(ledger)
            assert isinstance(ledger.last_access, Receipt)
        assert commands(ledger) == [("SW7", name, 2) for name in READINGS]
        assert ledger.head() == before


def test_a_service_reads_for_one_after_another(where: Path) -> None:
    with open_ledger(where) as ledger:
        ledger.read_by(Reader("SW1")).journey("C-001")
        ledger.read_by(Reader("SW2")).entries("C-001", at=2)
        ledger.entries("C-001")
        assert commands(ledger) == [("SW1", "journey", 2), ("SW2", "entries", 1)]
        assert ledger.last_access is None


def test_without_a_reader_nothing_is_logged_where_reasons_are_optional(where: Path) -> None:
    with open_ledger(where) as ledger:
        assert [bool(read(ledger)) for read in READINGS.values()] == [True] * 4
        assert commands(ledger) == []


@pytest.mark.parametrize("name", READINGS)
def test_where_reasons_are_required_a_case_needs_a_reader_with_one(where: Path, name: str) -> None:
    require_reasons(where)
    with open_ledger(where) as ledger:
        with pytest.raises(Refused, match="only to a reader who says"):
            READINGS[name](ledger)
        with pytest.raises(Refused, match="only for a reason"):
            READINGS[name](ledger.read_by(Reader("SW1")))
        assert commands(ledger) == []
        READINGS[name](ledger.read_by(Reader("SW1", reason="Court.")))
        assert commands(ledger) == [("SW1", name, 2)]


def test_what_is_no_case_needs_no_reader(where: Path) -> None:
    require_reasons(where)
    with open_ledger(where) as ledger:
        assert [entry.name for entry in ledger.entries(LEDGER)] == ["ledger-opened.v1"]
        with pytest.raises(NotFound):
            ledger.entries(worker("SW1"))
        assert ledger.project("continuity", view("2024-06-01"), year=2025).rows is not None
        assert commands(ledger) == []


def test_moving_an_entry_reads_no_case_to_anybody(where: Path) -> None:
    require_reasons(where)
    with open_ledger(where) as ledger:
        ledger.append("C-002", ChildRegistered(occurred_on=date(2024, 5, 1), child_id="C-002"), by="SW1")
        told = ledger.append("C-001", WorkerAllocated(occurred_on=date(2024, 5, 5), worker="SW1"), by="SW1")
        assert len(ledger.move(told.event_id, "C-002", by="SW9")) == 3
        assert commands(ledger) == []


def test_an_unknown_child_is_not_found_before_anything_else(where: Path) -> None:
    require_reasons(where)
    with open_ledger(where) as ledger, pytest.raises(NotFound):
        ledger.entries("C-01")


def test_what_cannot_be_logged_is_told_by_last_access(where: Path) -> None:
    with open_ledger(where, reader=Reader("SW1")) as ledger:
        ledger.store.access.read_only = True
        assert len(ledger.entries("C-001")) == 2
        assert isinstance(ledger.last_access, NotLogged)
