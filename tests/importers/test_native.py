"""The simple tables: what rows become, when they were written, and what a second import changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from ledger.domain.envelope import LEDGER, Actor, Source, pod
from ledger.domain.events.allocation import PodAllocated, PodAllocationEnded, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.outcome import OutcomeMeasured, OutcomeNotMeasured
from ledger.domain.events.record import EntryCorrected, SourceCoverageDeclared
from ledger.domain.events.supervision import GroupSupervisionHeld, SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.errors import Malformed
from ledger.importers.csv_forms import FORMS, template
from ledger.imports import Coverage
from tests.importers.desk import Desk, codes, places

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.domain.events.base import Event

MAY_21 = datetime(2024, 5, 21, 8, 30, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def table(form: str, *rows: dict[str, str]) -> str:
    """A table of a form with only the columns that these rows name."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    assert {name.upper() for name in columns} <= set(FORMS[form].columns)
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    return "\n".join(lines) + "\n"


def visit(**said: str) -> dict[str, str]:
    return {"child_id": "C1", "visited_on": "2024-05-03", "worker": "SW1", "written_at": "2024-05-04"} | said


def allocation(**said: str) -> dict[str, str]:
    base = {"child_id": "C1", "worker": "SW1", "pod": "P1", "started_on": "2024-05-01", "ended_on": "", "reason": ""}
    return base | {"written_at": "2024-05-02", "end_written_at": ""} | said


def test_the_templates_can_be_imported_as_they_are(desk: Desk) -> None:
    report = desk.send_tables({name: template(form) for name, form in FORMS.items()})
    assert (report.rows_read, report.registered_without_header, report.refused) == (4, 1, 0)
    events = [entry.event for entry in desk.entries("EXAMPLE-1")]
    assert events == [
        ChildRegistered(child_id="EXAMPLE-1", precision="unknown"),
        WorkerAllocated(
            occurred_on=date(2024, 5, 1), worker="SW1001", post="social worker", pod="POD-NORTH", reason="FCONTA"
        ),
        OutcomeMeasured(
            occurred_on=date(2024, 5, 20),
            instrument="SDQ",
            scale="total",
            score=14.0,
            completed_by="carer",
            worker="SW1001",
        ),
        SupervisionDiscussionHeld(
            occurred_on=date(2024, 5, 7),
            mode="group",
            session_id="GS-2024-05-07",
            supervisor="SW9001",
            worker="SW1001",
            attendees=("SW1001", "SW1002"),
            pod="POD-NORTH",
            thinking="What is it like to be this child?",
            decision="Visit together next week.",
            rationale="The child knows both workers.",
            decision_recorded=True,
            owner="SW1001",
            due_on=date(2024, 5, 14),
        ),
        VisitRecorded(
            occurred_on=date(2024, 5, 3),
            worker="SW1001",
            role="allocated",
            pod="POD-NORTH",
            accompanied_by=("SW1002", "SW1003"),
            purpose="child in need",
            child_seen="yes",
            seen_alone="yes",
            bedroom_seen="no",
            announced="yes",
            location="home",
            words="I like it when you come.",
            narrative="We read together.",
        ),
    ]
    entry = desk.entries("EXAMPLE-1")[-1]
    assert (entry.written_at, entry.by, entry.basis) == (MAY_21, Actor("SW1001", "import csv"), "practice")
    assert entry.source == Source("csv", "visits-1", "visits.csv", 2)
    [session] = desk.entries(pod("POD-NORTH"))
    assert session.event == GroupSupervisionHeld(
        occurred_on=date(2024, 5, 7),
        session_id="GS-2024-05-07",
        facilitator="SW9001",
        attendees=("SW1001", "SW1002"),
        themes=("relationships", "hope"),
        children_discussed=1,
    )
    size = desk.size
    assert desk.send_tables({name: template(form) for name, form in FORMS.items()}).unchanged == 4
    assert desk.size == size


OTHER_ROWS: list[tuple[str, dict[str, str], Event]] = [
    (
        "visits",
        visit(attempted="yes", narrative="Nobody answered."),
        VisitAttempted(occurred_on=date(2024, 5, 3), worker="SW1", reason="Nobody answered."),
    ),
    (
        "visits",
        visit(visited_on="2024-05-03T10:15+01:00"),
        VisitRecorded(occurred_at=datetime(2024, 5, 3, 9, 15, tzinfo=UTC), worker="SW1"),
    ),
    (
        "outcomes",
        {"child_id": "C1", "measured_on": "2024-05-03", "instrument": "sdq", "not_measured_reason": "Declined"},
        OutcomeNotMeasured(occurred_on=date(2024, 5, 3), instrument="SDQ", reason="declined"),
    ),
    ("allocations", allocation(worker=""), PodAllocated(occurred_on=date(2024, 5, 1), pod="P1")),
]


@pytest.mark.parametrize(("form", "row", "event"), OTHER_ROWS, ids=[str(n) for n in range(len(OTHER_ROWS))])
def test_other_kinds_of_row(form: str, row: dict[str, str], event: Event, desk: Desk) -> None:
    desk.send_tables({form: table(form, row)})
    assert desk.entries("C1")[-1].event == event
    assert desk.send_tables({form: table(form, row)}).appended == 0


def test_an_allocation_ends_when_its_date_comes(desk: Desk) -> None:
    desk.send_tables({"allocations": table("allocations", allocation(), allocation(worker=""))})
    ended = [
        allocation(ended_on="2024-06-30", end_written_at="2024-07-01"),
        allocation(worker="", ended_on="2024-06-30", end_written_at="2024-07-01"),
    ]
    report = desk.send_tables({"allocations": table("allocations", *ended)})
    assert (report.ended, report.corrected) == (2, 0)
    assert desk.in_force("C1", WorkerDeallocated) == [
        WorkerDeallocated(occurred_on=date(2024, 6, 30), worker="SW1", started_on=date(2024, 5, 1))
    ]
    assert desk.in_force("C1", PodAllocationEnded) == [
        PodAllocationEnded(occurred_on=date(2024, 6, 30), pod="P1", started_on=date(2024, 5, 1))
    ]
    assert [e.written_at for e in desk.entries("C1")[-2:]] == [datetime(2024, 6, 30, 23, tzinfo=UTC)] * 2
    assert desk.send_tables({"allocations": table("allocations", *ended)}).appended == 0


def test_an_end_without_its_own_writing_is_not_dated_before_it_happened(desk: Desk) -> None:
    """The row was written in May; nobody can have written in May that something ended in June."""
    row = allocation(ended_on="2024-06-30")
    desk.send_tables({"allocations": table("allocations", row)}, collected_on=date(2024, 7, 5))
    assert desk.entries("C1")[-1].written_at == datetime(2024, 7, 4, 23, tzinfo=UTC)
    assert all(standing.counts for standing in desk.standings("C1"))


def test_a_reference_makes_a_row_known_for_ever(desk: Desk) -> None:
    desk.send_tables({"visits": table("visits", visit(source_reference="V-1"))})
    moved = visit(source_reference="V-1", visited_on="2024-05-04", worker="SW2", written_at="2024-05-10")
    report = desk.send_tables({"visits": table("visits", moved)})
    assert (report.corrected, report.tables["visits"].new) == (1, 0)
    assert desk.in_force("C1", VisitRecorded) == [VisitRecorded(occurred_on=date(2024, 5, 4), worker="SW2")]
    assert desk.in_force("C1", VisitRecorded, "2024-05-09") == [
        VisitRecorded(occurred_on=date(2024, 5, 3), worker="SW1")
    ]
    assert desk.send_tables({"visits": table("visits", moved)}).appended == 0


def test_without_a_reference_another_day_is_another_visit(desk: Desk) -> None:
    desk.send_tables({"visits": table("visits", visit())})
    report = desk.send_tables({"visits": table("visits", visit(visited_on="2024-05-04"))})
    assert (report.corrected, report.tables["visits"].new) == (0, 1)


def test_a_change_written_no_later_is_known_when_it_is_collected(desk: Desk) -> None:
    desk.send_tables({"visits": table("visits", visit(child_seen="yes"))})
    changed = table("visits", visit(child_seen="no"))
    desk.send_tables({"visits": changed}, collected_on=date(2024, 6, 1))
    assert [e.child_seen for e in desk.in_force("C1", VisitRecorded, "2024-05-31")] == ["yes"]
    assert [e.child_seen for e in desk.in_force("C1", VisitRecorded, "2024-06-01")] == ["no"]
    [entry] = [e for e in desk.entries("C1") if isinstance(e.event, EntryCorrected)]
    assert entry.event.correction_reason == "wrong value"


def test_a_planned_visit_is_confirmed_only_when_it_is_written_again(desk: Desk) -> None:
    planned = visit(visited_on="2024-05-20", written_at="2024-05-04")
    desk.send_tables({"visits": table("visits", planned)})
    assert not desk.standings("C1")[-1].counts
    assert desk.send_tables({"visits": table("visits", planned)}).appended == 0
    report = desk.send_tables({"visits": table("visits", planned | {"written_at": "2024-05-21"})})
    assert report.confirmed == 1
    assert desk.standings("C1")[-1].counts


def test_only_rows_of_the_same_source_are_compared(desk: Desk) -> None:
    text = table("visits", visit())
    desk.send_tables({"visits": text}, source="one")
    report = desk.send_tables({"visits": text}, source="other")
    assert report.tables["visits"].new == 1
    assert [e.source.system for e in desk.entries("C1") if e.source and e.name == "visit-recorded.v1"] == [
        "one",
        "other",
    ]


def test_a_session_of_several_children_is_one_entry_of_the_pod(desk: Desk) -> None:
    base = {"session_id": "GS1", "held_on": "2024-05-07", "mode": "Group", "pod": "P1", "attendees": "SW1;SW2"}
    rows = [base | {"child_id": c, "written_at": "2024-05-08"} for c in ("C1", "C2", "C3")]
    desk.send_tables({"supervision": table("supervision", *rows)})
    [entry] = desk.entries(pod("P1"))
    assert isinstance(entry.event, GroupSupervisionHeld)
    assert (entry.event.children_discussed, entry.event.attendees) == (3, ("SW1", "SW2"))
    fourth = [*rows, rows[0] | {"child_id": "C4", "held_on": "2024-05-08"}]
    report = desk.send_tables({"supervision": table("supervision", *fourth)})
    assert places(report, "session-differs") == [("supervision.csv", 5, "HELD_ON")]
    [session] = desk.in_force(pod("P1"), GroupSupervisionHeld)
    assert session.children_discussed == 4


def test_supervision_of_one_case_says_nothing_to_the_pod(desk: Desk) -> None:
    row = {"session_id": "S1", "child_id": "C1", "held_on": "2024-05-07", "mode": "one to one", "pod": "P1"}
    desk.send_tables({"supervision": table("supervision", row)})
    assert desk.entries(pod("P1")) == []


def test_coverage_runs_from_the_first_day_to_the_last_that_anything_was_written(desk: Desk) -> None:
    rows = [visit(), visit(visited_on="2024-04-02", written_at="2024-04-03")]
    desk.send_tables({"visits": table("visits", *rows)})
    [declared] = desk.in_force(LEDGER, SourceCoverageDeclared)
    assert declared == SourceCoverageDeclared(
        system="csv",
        areas=("visit",),
        covers_from=date(2024, 4, 2),
        covers_until=date(2024, 5, 5),
        complete=False,
    )


def test_whoever_imports_may_say_what_the_tables_cover(desk: Desk) -> None:
    covers = Coverage(date(2024, 1, 1), date(2025, 1, 1), complete=True)
    desk.send_tables({"visits": table("visits", visit())}, covers=covers)
    [declared] = desk.in_force(LEDGER, SourceCoverageDeclared)
    assert (declared.covers_from, declared.covers_until, declared.complete) == (covers.begins, covers.until, True)
    with pytest.raises(Malformed):
        desk.send_tables({"visits": table("visits", visit())}, covers=Coverage(complete=True))


def test_unknown_codes_are_kept_marked_and_reported(desk: Desk) -> None:
    report = desk.send_tables({"visits": table("visits", visit(purpose="fishing"))})
    assert places(report, "unknown-code") == [("visits.csv", 2, "PURPOSE")]
    assert desk.entries("C1")[-1].unknown_codes == ("purpose",)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (visit(visited_on="03/05/2024"), "bad-date", "VISITED_ON"),
        (visit(visited_on="2024-05-03T10:15"), "naive-datetime", "VISITED_ON"),
        (visit(visited_on=""), "missing-value", "VISITED_ON"),
        (visit(child_id=""), "missing-value", "CHILD_ID"),
        (visit(written_at="2024-05-04T10:15"), "naive-datetime", "WRITTEN_AT"),
        (visit(written_at="2099-05-04"), "written-later", "WRITTEN_AT"),
        (visit(worker="W" * 49), "too-long", "WORKER"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(row: dict[str, str], code: str, column: str, desk: Desk) -> None:
    with pytest.raises(Malformed) as caught:
        desk.send_tables({"visits": table("visits", visit(child_id="C0"), row)})
    [problem] = caught.value.problems
    assert (problem.code, problem.file, problem.line, problem.column) == (code, "visits.csv", 3, column)
    assert desk.size == 1


def test_two_rows_with_one_reference_refuse_the_second(desk: Desk) -> None:
    rows = [visit(source_reference="V-1"), visit(source_reference="V-1", visited_on="2024-05-05")]
    with pytest.raises(Malformed) as caught:
        desk.send_tables({"visits": table("visits", *rows)})
    assert [(p.code, p.line) for p in caught.value.problems] == [("same-reference", 3)]
    report = desk.send_tables({"visits": table("visits", *rows)}, keep_going=True)
    assert (report.refused, report.tables["visits"].new) == (1, 1)


def test_a_folder_without_tables_is_refused(desk: Desk) -> None:
    with pytest.raises(Malformed) as caught:
        desk.send_tables({"notes": "a,b\n"})
    assert caught.value.problems[0].code == "no-tables"


def test_a_table_without_its_columns_is_refused(desk: Desk) -> None:
    with pytest.raises(Malformed) as caught:
        desk.send_tables({"supervision": "child_id,held_on\nC1,2024-05-07\n"})
    assert [p.column for p in caught.value.problems] == ["SESSION_ID", "MODE"]


def test_a_known_child_is_not_registered_again(desk: Desk) -> None:
    desk.send(2024, header=["C1,1,12/05/2005,WBRI,,,"])
    report = desk.send_tables({"visits": table("visits", visit())})
    assert (report.registered_without_header, codes(report)) == (0, [])
    assert len(desk.in_force("C1", ChildRegistered)) == 1


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("allocations", "child_id,worker,started_on,ended_on\nC1,SW1,2024-05-01,\n"),
        ("allocations", "child_id,worker,started_on,ended_on\n"),
        ("visits", "child_id,visited_on\nC1,2024-05-01\n"),
        ("supervision", "session_id,child_id,held_on,mode\nS1,C1,2024-05-01,ad hoc\n"),
        ("outcomes", "child_id,measured_on,instrument\nC1,2024-05-01,SDQ\n"),
    ],
)
def test_only_the_marked_columns_must_be_there(form: str, text: str, desk: Desk) -> None:
    report = desk.send_tables({form: text})
    assert report.tables[form].new == text.count("\n") - 1
    assert set(codes(report)) <= {"child-not-registered"}


def test_a_pod_without_its_column_is_missed_only_where_a_row_needs_it(desk: Desk) -> None:
    with pytest.raises(Malformed) as caught:
        desk.send_tables({"allocations": "child_id,worker,started_on,ended_on\nC1,,2024-05-01,\n"})
    assert [(p.code, p.column) for p in caught.value.problems] == [("missing-column", "POD")]
