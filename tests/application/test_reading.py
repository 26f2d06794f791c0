"""Reading through `Ledger`: replay and measures, as known at a date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from ledger import create_ledger, view
from ledger.errors import Malformed
from ledger.events import ChildRegistered, VisitRecorded, WorkerAllocated

if TYPE_CHECKING:
    from pathlib import Path


def test_replay_and_measure_tell_what_was_known_and_no_more(tmp_path: Path) -> None:
    with create_ledger(tmp_path / "made", authority="Testshire (synthetic)") as ledger:
        registered = ChildRegistered(occurred_on=date(2024, 4, 1), child_id="C-001")
        ledger.append("C-001", registered, by="W1", written_at=datetime(2024, 4, 1, 12, tzinfo=UTC))
        for day, worker in ((2, "W1"), (9, "W1"), (16, "W2")):
            visit = VisitRecorded(occurred_on=date(2024, 4, day), worker=worker, child_seen="yes")
            ledger.append("C-001", visit, by=worker, written_at=datetime(2024, 4, day, 18, tzinfo=UTC))
        allocated = WorkerAllocated(occurred_on=date(2024, 4, 1), worker="W1")
        ledger.append("C-001", allocated, by="W1", written_at=datetime(2024, 4, 20, 9, tzinfo=UTC))

        early = ledger.replay("C-001", view("2024-04-10"))
        assert [line.on for line in early.entries] == [date(2024, 4, 1), date(2024, 4, 2), date(2024, 4, 9)]
        assert early.workers == ()
        late = ledger.replay("C-001", view("2024-04-20"))
        assert [worker.worker for worker in late.workers] == ["W1"]

        def upc(known: str) -> tuple[object, object]:
            (row,) = ledger.project("continuity", view(known)).dicts()
            return row["visits"], row["upc"]

        # two of two visits, then two of three, by the worker seen most (UPC)
        assert [(n, round(float(str(share)), 12)) for n, share in map(upc, ("2024-04-10", "2024-04-20"))] == [
            (2, 1.0),
            (3, 0.666666666667),
        ]


def test_a_clock_may_be_given_by_name_and_not_twice(tmp_path: Path) -> None:
    with create_ledger(tmp_path / "made", authority="Testshire (synthetic)") as ledger:
        for known_at in ("2024-03-31", date(2024, 3, 31), datetime(2024, 3, 31, 23, tzinfo=UTC)):
            result = ledger.project("allocations", known_at=known_at)
            assert result.provenance["reader_day"] in (date(2024, 3, 31), date(2024, 4, 1))
        assert ledger.project("allocations", sealed_by="2024-03-31").provenance["clock"] == "sealed by this ledger"
        assert ledger.project("allocations", at=1).provenance["position"] == 1
        assert result.provenance["authority"] == "Testshire (synthetic)"
        assert [column.type for column in result.columns][:2] == ["VARCHAR", "VARCHAR"]
        with pytest.raises(Malformed, match="not both"):
            ledger.project("allocations", view("2024-03-31"), known_at="2024-03-31")
        with pytest.raises(Malformed, match="not both"):
            ledger.project("allocations", known_at="2024-03-31", sealed_by="2024-03-31")
