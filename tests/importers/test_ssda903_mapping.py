"""What each table of the return becomes: rows made up here, events written out by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.envelope import LEDGER, Actor, Source
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import (
    AdoptionDecisionMade,
    AdoptionDecisionReversed,
    AdoptionMatched,
    AnnualHealthAndOutcomesReported,
    CareEpisodeEnded,
    CareEpisodeStarted,
    DeprivationOfLibertyEnded,
    DeprivationOfLibertyStarted,
    LookedAfterReviewHeld,
    MissingEnded,
    MissingStarted,
)
from ledger.domain.events.identity import (
    ChildRegistered,
    PreviousPermanenceRecorded,
    UASCStatusCeased,
    UASCStatusSet,
)
from ledger.domain.events.leaving import CareLeaverContactReported
from ledger.domain.events.record import SourceCoverageDeclared
from tests.importers.desk import Desk, codes

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.domain.events.base import Event

DOB = "12/05/2005"
HEADER = [f"C1,1,{DOB},WBRI,A123456789012,,"]


def day(text: str) -> date:
    return date.fromisoformat(text)


CASES: list[tuple[str, str, list[Event]]] = [
    (
        "episodes",
        "C1,01/06/2017,S,C2,N1,U4,PR1,02/09/2017,X1,PLACE,AB1 2CD,EF3 4GH,SC123456",
        [
            CareEpisodeStarted(
                occurred_on=day("2017-06-01"),
                reason="S",
                legal_status="C2",
                need="N1",
                placement="U4",
                provider="PR1",
                urn="SC123456",
                home_postcode="AB1 2CD",
                placement_postcode="EF3 4GH",
            ),
            CareEpisodeEnded(
                occurred_on=day("2017-09-02"), started_on=day("2017-06-01"), reason="X1", change_reason="PLACE"
            ),
        ],
    ),
    (
        "episodes",
        "C1,01/06/2017,S,C2,,,,,X1,PLACE,,,",
        [
            CareEpisodeStarted(
                occurred_on=day("2017-06-01"),
                reason="S",
                legal_status="C2",
                reported_end_reason="X1",
                reported_change_reason="PLACE",
            )
        ],
    ),
    (
        "reviews",
        f"C1,{DOB},30/08/2017,PN3",
        [LookedAfterReviewHeld(occurred_on=day("2017-08-30"), participation="PN3")],
    ),
    (
        "uasc",
        f"C1,1,{DOB},12/12/2017",
        [UASCStatusSet(precision="unknown", sex="M"), UASCStatusCeased(occurred_on=day("2017-12-12"))],
    ),
    (
        "uasc",
        f"C1,M,{DOB},12/05/2023",
        [UASCStatusSet(precision="unknown", sex="M", expected_end_on=day("2023-05-12"))],
    ),
    (
        "oc2",
        f"C1,{DOB},38,,1,0,1,0,1,0,1,0",
        [
            AnnualHealthAndOutcomesReported(
                occurred_on=day("2017-04-01"),
                occurred_until=day("2018-04-01"),
                reporting_year=2018,
                sdq_score=38,
                convicted=True,
                health_check=False,
                immunisations=True,
                teeth_check=False,
                health_assessment=True,
                substance_misuse=False,
                intervention_received=True,
                intervention_offered=False,
            )
        ],
    ),
    (
        "oc2",
        f"C1,{DOB},,SDQ4,0,,,,,,,",
        [
            AnnualHealthAndOutcomesReported(
                occurred_on=day("2017-04-01"),
                occurred_until=day("2018-04-01"),
                reporting_year=2018,
                sdq_reason="SDQ4",
                convicted=False,
            )
        ],
    ),
    (
        "oc3",
        f"C1,{DOB},YES,F1,K1",
        [
            CareLeaverContactReported(
                occurred_on=day("2017-05-12"), reporting_year=2018, in_touch="YES", activity="F1", accommodation="K1"
            )
        ],
    ),
    (
        "ad1",
        f"C1,{DOB},22/05/2017,01/09/2017,1,2,MF,L11",
        [
            AdoptionMatched(
                occurred_on=day("2017-09-01"),
                decided_on=day("2017-05-22"),
                foster_carer=True,
                adopters=2,
                adopters_sex="MF",
                adopters_status="L11",
            )
        ],
    ),
    (
        "placed_for_adoption",
        f"C1,{DOB},22/05/2017,04/02/2018,RD1",
        [
            AdoptionDecisionMade(occurred_on=day("2017-05-22")),
            AdoptionDecisionReversed(occurred_on=day("2018-02-04"), decided_on=day("2017-05-22"), reason="RD1"),
        ],
    ),
    (
        "previous_permanence",
        f"C1,{DOB},P1,E06000001,zz/05/2012",
        [
            PreviousPermanenceRecorded(
                occurred_on=day("2012-05-01"),
                precision="month",
                previous_permanence="P1",
                authority="E06000001",
                order_date_text="zz/05/2012",
            )
        ],
    ),
    ("previous_permanence", f"C1,{DOB},Z1,,", [PreviousPermanenceRecorded(previous_permanence="Z1")]),
    (
        "missing",
        f"C1,{DOB},A,05/07/2017,07/07/2017",
        [
            MissingStarted(occurred_on=day("2017-07-05"), kind="A"),
            MissingEnded(occurred_on=day("2017-07-07"), started_on=day("2017-07-05"), kind="A"),
        ],
    ),
    (
        "sw_episodes",
        f"C1,{DOB},SW123,05/07/2017,07/09/2017,MANAGE",
        [
            WorkerAllocated(occurred_on=day("2017-07-05"), worker="SW123", reason="MANAGE"),
            WorkerDeallocated(occurred_on=day("2017-09-07"), worker="SW123", started_on=day("2017-07-05")),
        ],
    ),
    (
        "dolo",
        f"C1,{DOB},05/07/2017,07/09/2017",
        [
            DeprivationOfLibertyStarted(occurred_on=day("2017-07-05")),
            DeprivationOfLibertyEnded(occurred_on=day("2017-09-07"), started_on=day("2017-07-05")),
        ],
    ),
]


@pytest.mark.parametrize(("table", "row", "events"), CASES, ids=[f"{c[0]} {n}" for n, c in enumerate(CASES)])
def test_a_row_becomes_these_events(table: str, row: str, events: list[Event], tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    report = desk.send(2018, header=HEADER, **{table: [row]})
    assert [entry.event for entry in desk.entries("C1")[1:]] == events
    assert report.tables[table].new == 1
    assert report.appended == 1 + len(events) + 1 + (table in ("oc3", "sw_episodes"))
    assert desk.send(2018, header=HEADER, **{table: [row]}).appended == 0


def test_a_header_row_registers_the_child(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    report = desk.send(2018, header=["C1,2,12/05/2005,WBRI,A123456789012,1.0,03/02/2018"])
    [entry] = desk.entries("C1")
    assert entry.event == ChildRegistered(
        precision="unknown",
        child_id="C1",
        birth_date=day("2005-05-12"),
        born="2005-05",
        sex="F",
        ethnicity="WBRI",
        upn="A123456789012",
        mother=True,
        own_child_birth_date=day("2018-02-03"),
    )
    assert (report.registered, report.registered_without_header) == (1, 0)


def test_an_entry_says_where_it_comes_from_and_when_it_was_known(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    report = desk.send(2018, on=date(2018, 6, 29), header=HEADER)
    [entry] = desk.entries("C1")
    assert entry.source == Source("ssda903", None, "header.csv", 2)
    assert (entry.by, entry.basis) == (Actor(system="import ssda903"), "return")
    assert entry.written_at is not None
    assert entry.written_at.isoformat() == "2018-06-28T23:00:00+00:00"  # midnight in London, in summer
    assert (report.collected_on, report.collected_on_assumed) == (date(2018, 6, 29), False)


def test_without_a_collection_date_the_year_end_is_assumed_and_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    report = desk.send(2018, header=HEADER)
    assert (report.collected_on, report.collected_on_assumed) == (date(2018, 3, 31), True)


def test_the_birthday_of_a_care_leaver_lies_inside_the_year(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rows = [f"C{n},{born},YES,F1,K1" for n, born in enumerate(("31/03/2000", "01/04/2000", "29/02/2000"))]
    desk.send(2018, oc3=rows)
    events = [desk.in_force(f"C{n}", CareLeaverContactReported)[0] for n in range(3)]
    assert [event.day for event in events] == [day("2018-03-31"), day("2017-04-01"), day("2018-03-01")]


def test_sex_is_coded_alike_in_every_year(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.send(2024, header=["C1,1,12/05/2010,WBRI,,,", "C2,2,12/05/2010,WBRI,,,"])
    again = desk.send(2025, header=["C1,M,12/05/2010,WBRI,,,", "C2,F,12/05/2010,WBRI,,,"])
    assert (again.amended, again.unchanged) == (0, 2)


def test_coverage_is_declared_by_scope_once_per_return(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    tables: dict[str, Any] = {
        "header": HEADER,
        "episodes": ["C1,01/06/2023,S,C2,,,,,,,,,"],
        "missing": [],
        "oc3": [],
        "sw_episodes": [],
    }
    desk.send(2024, **tables)
    year = {"covers_from": day("2023-04-01"), "covers_until": day("2024-04-01"), "system": "ssda903"}
    wanted = [
        SourceCoverageDeclared(
            areas=("identity", "care", "missing"),
            complete=True,
            scope="children looked after in the year",
            unmentioned=(),
            **year,
        ),
        SourceCoverageDeclared(areas=("care leaver",), complete=True, scope="care leavers", **year),
        SourceCoverageDeclared(areas=("allocation",), complete=True, scope="looked after on 31 March", **year),
    ]
    assert [entry.event for entry in desk.entries(LEDGER)[1:]] == wanted
    desk.send(2024, **tables)
    assert len(desk.entries(LEDGER)) == 4


def test_worker_episodes_before_2024_cover_only_a_part(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.send(2023, header=HEADER, sw_episodes=[f"C1,{DOB},SW1,01/05/2022,,MANAGE"])
    [declared] = [e for e in desk.in_force(LEDGER, SourceCoverageDeclared) if "allocation" in e.areas]
    assert not declared.complete


def test_a_table_without_its_usual_columns_states_nothing_about_them(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    report = desk.send(2018, episodes="CHILD,DECOM,RNE,LS,DEC,COLOUR\nC1,01/06/2017,S,C2,,red\n")
    assert desk.in_force("C1", CareEpisodeStarted) == [
        CareEpisodeStarted(occurred_on=day("2017-06-01"), reason="S", legal_status="C2")
    ]
    missing = [problem.column for problem in report.problems if problem.code == "missing-column"]
    assert missing == ["CIN", "PLACE", "PLACE_PROVIDER", "URN", "HOME_POST", "PL_POST", "REC", "REASON_PLACE_CHANGE"]
    assert [p.column for p in report.problems if p.code == "unknown-column"] == ["COLOUR"]
    assert "child-not-in-header" in codes(report)
