"""A child who was erased is in no export, and stops none."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from ledger import create_ledger
from ledger.events import CareEpisodeStarted, ChildRegistered, VisitRecorded
from ledger.exporters.cloudevents import Outgoing
from ledger.exporters.journeys import journeys
from ledger.exporters.ssda903 import annual_return
from ledger.exporters.star import star
from tests.erasure.test_told import ORDER

if TYPE_CHECKING:
    from pathlib import Path


def test_an_erased_child_is_in_no_export_and_stops_none(tmp_path: Path) -> None:
    with create_ledger(tmp_path / "made", authority="Testshire (synthetic)") as ledger:
        for who in ("C-001", "C-002"):
            ledger.append(who, ChildRegistered(child_id=who, precision="unknown"), by="W1")
            ledger.append(who, VisitRecorded(occurred_on=date(2024, 4, 3), worker=f"W{who[-1]}"), by="W1")
            in_care = CareEpisodeStarted(occurred_on=date(2024, 4, 2), reason="S", legal_status="C2", placement="U4")
            ledger.append(who, in_care, by="W1")
        ledger.erase("C-001", **ORDER)

        outgoing = Outgoing(ledger.store, identify=True)
        lines = [json.loads(line) for line in outgoing.lines()]
        assert {line["subject"] for line in lines} == {"C-002"}
        assert outgoing.left_out["erased"] == 3
        assert [row.CHILD for row in annual_return(ledger.store, 2025).header] == ["C-002"]
        assert {row[0] for row in journeys(ledger.store)[0].rows} == {"C-002"}
        assert [row["worker"] for row in star(ledger.store).tables["fact_visits"].dicts()] == ["W2"]
