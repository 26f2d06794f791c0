"""Entries that come in as CloudEvents: what each attribute becomes, what is refused and where."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.envelope import Actor, Source, child, pod, worker
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.errors import Conflict, Malformed, NotFound
from ledger.importers.cloudevents import read_cloudevents
from ledger.imports import append_cloudevents
from ledger.imports.incoming import NotThere
from tests.importers.desk import Desk

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VISIT: dict[str, Any] = {
    "specversion": "1.0",
    "source": "https://cms.example/visits",
    "id": "77",
    "type": "visit-recorded.v1",
    "subject": "C1",
    "recordedtime": "2024-05-04T10:00:00+01:00",
    "authid": "SW1",
    "correlationid": "batch-9",
    "data": {"occurred_on": "2024-05-03", "worker": "SW1", "child_seen": "yes", "narrative": "We drew."},
}
REGISTERED: dict[str, Any] = {
    "specversion": "1.0",
    "source": "cms",
    "id": "1",
    "type": "child-registered",
    "subject": "C1",
    "data": {"child_id": "C1", "precision": "unknown"},
}


def lines(*events: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != name}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_line_becomes_an_entry() -> None:
    [found], problems = read_cloudevents(lines(VISIT), "in.ndjson", NOW)
    assert problems == []
    assert found.event == VisitRecorded(
        occurred_on=date(2024, 5, 3), worker="SW1", child_seen="yes", narrative="We drew."
    )
    assert (found.subject, found.by) == (child("C1"), Actor(worker="SW1"))
    assert found.source == Source("https://cms.example/visits", "77")
    assert found.written_at == datetime(2024, 5, 4, 9, tzinfo=UTC)
    assert (found.correlation_id, found.causation_id, found.line) == ("batch-9", None, 1)


def test_time_is_when_it_happened_where_the_data_does_not_say() -> None:
    event = VISIT | {"time": "2024-05-03T10:00:00+01:00", "data": {"worker": "SW1"}}
    [found], _ = read_cloudevents(lines(event), "-", NOW)
    assert found.event.occurred_at == datetime(2024, 5, 3, 9, tzinfo=UTC)
    [same_day], _ = read_cloudevents(lines(VISIT | {"time": "2024-05-02T23:30:00Z"}), "-", NOW)
    assert (same_day.event.occurred_on, same_day.event.occurred_at) == (date(2024, 5, 3), None)


def test_without_an_author_the_source_is_the_author() -> None:
    [found], _ = read_cloudevents(lines(without(VISIT, "authid")), "-", NOW)
    assert found.by == Actor(system="https://cms.example/visits")


@pytest.mark.parametrize(
    ("subject", "wanted"), [("worker/SW1", worker("SW1")), ("pod/P1", pod("P1")), ("pods/P1", child("pods/P1"))]
)
def test_subjects_other_than_children_name_their_kind(subject: str, wanted: object) -> None:
    event = VISIT | {"subject": subject, "type": "visit-recorded.v1"}
    found, problems = read_cloudevents(lines(event), "-", NOW)
    if wanted == child("pods/P1"):
        assert found[0].subject == wanted
    else:
        assert [(p.code, p.column) for p in problems] == [("wrong-stream", "subject")]


BAD: list[tuple[Any, str, str | None]] = [
    (VISIT | {"type": "visit-recordd.v1"}, "unknown-event", "type"),
    (VISIT | {"data": {"occurred_on": "2024-05-03", "wroker": "SW1"}}, "unknown-field", "wroker"),
    (VISIT | {"type": "worker-allocated", "data": {"occurred_on": "2024-05-03"}}, "missing-field", "worker"),
    (VISIT | {"data": {"occurred_on": "2024-05-03", "worker": 7}}, "wrong-type", "worker"),
    (VISIT | {"data": {"occurred_at": "2024-05-03T10:00:00"}}, "naive-datetime", "occurred_at"),
    (VISIT | {"data": {"occurred_on": "03/05/2024"}}, "bad-date", "occurred_on"),
    (VISIT | {"data": {"occurred_on": "2024-05-03", "purpose": "fishing"}}, "unknown-code", "purpose"),
    (
        VISIT | {"data": {"occurred_on": "2024-05-03", "occurred_until": "2024-05-01"}},
        "end-before-start",
        "occurred_until",
    ),
    (VISIT | {"recordedtime": "2024-05-04T10:00:00"}, "naive-datetime", "recordedtime"),
    (VISIT | {"recordedtime": "yesterday"}, "bad-date", "recordedtime"),
    (VISIT | {"recordedtime": "2026-01-02T00:00:00Z"}, "written-later", "recordedtime"),
    (VISIT | {"time": "2024-05-04T10:00:00Z"}, "two-dates", "time"),
    (VISIT | {"specversion": "0.3"}, "wrong-version", "specversion"),
    (without(VISIT, "specversion"), "missing-field", "specversion"),
    (without(VISIT, "id"), "missing-field", "id"),
    (without(VISIT, "subject"), "missing-field", "subject"),
    (VISIT | {"id": ""}, "wrong-type", "id"),
    (VISIT | {"id": 77}, "wrong-type", "id"),
    (VISIT | {"data": []}, "wrong-type", "data"),
    (VISIT | {"datacontenttype": "text/xml"}, "wrong-type", "datacontenttype"),
    (VISIT | {"sealedtime": "2024-05-04T10:00:00Z"}, "outgoing-only", "sealedtime"),
    (VISIT | {"position": "7"}, "outgoing-only", "position"),
    (VISIT | {"recordtime": "2024-05-04T10:00:00Z"}, "unknown-field", "recordtime"),
    (VISIT | {"subject": "worker/"}, "wrong-type", "subject"),
    (["no", "object"], "bad-json", None),
]


@pytest.mark.parametrize(("event", "code", "column"), BAD, ids=[f"{code} {n}" for n, (_, code, _) in enumerate(BAD)])
def test_what_is_wrong_is_told_with_its_line(event: Any, code: str, column: str | None) -> None:
    found, problems = read_cloudevents(lines(REGISTERED, event), "in.ndjson", NOW)
    assert [(p.code, p.file, p.line, p.column, p.refused) for p in problems] == [(code, "in.ndjson", 2, column, True)]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty-file"), (b"\n \n", "empty-file"), (lines(VISIT).decode().encode("utf-16"), "not-utf-8")],
)
def test_a_file_that_is_none_is_refused(data: bytes, code: str) -> None:
    found, [problem] = read_cloudevents(data, "in.ndjson", NOW)
    assert (found, problem.code) == ([], code)


def test_every_bad_line_is_told_at_once() -> None:
    data = lines(VISIT | {"specversion": "2"}, REGISTERED) + b"{\n\n" + lines(VISIT | {"id": "", "type": ""})
    _, problems = read_cloudevents(data, "in.ndjson", NOW)
    assert [(p.line, p.column) for p in problems] == [(1, "specversion"), (3, None), (5, "id"), (5, "type")]


def test_no_problem_repeats_a_private_value() -> None:
    _, problems = read_cloudevents(lines(VISIT | {"data": {"narrative": ["a secret"], "occurred_on": "x"}}), "-", NOW)
    assert len(problems) == 2
    assert "secret" not in " ".join(map(str, problems))


def test_a_file_is_appended_as_a_whole_and_known_when_it_comes_again(desk: Desk) -> None:
    data = lines(REGISTERED, VISIT)
    report = append_cloudevents(desk.store, data, file="in.ndjson")
    assert (report.read, report.appended, report.known) == (2, 2, 0)
    assert [receipt.position for receipt in report.receipts] == [2, 3]
    assert desk.entries("C1")[0].event == ChildRegistered(child_id="C1", precision="unknown")
    again = append_cloudevents(desk.store, data)
    assert (again.appended, again.known, [r.position for r in again.receipts]) == (0, 2, [2, 3])
    assert desk.size == 3


def test_one_bad_line_refuses_all(desk: Desk) -> None:
    with pytest.raises(Malformed):
        append_cloudevents(desk.store, lines(REGISTERED, VISIT | {"type": "nonsense"}))
    assert (desk.size, desk.store.subject_stream(child("C1"))) == (1, None)


def test_a_dry_run_says_what_would_be_written(desk: Desk) -> None:
    report = append_cloudevents(desk.store, lines(REGISTERED, VISIT), dry_run=True)
    assert (report.appended, report.known, report.receipts, desk.size) == (2, 0, [], 1)
    append_cloudevents(desk.store, lines(REGISTERED))
    report = append_cloudevents(desk.store, lines(REGISTERED, VISIT), dry_run=True)
    assert (report.appended, report.known, desk.size) == (1, 1, 2)


def test_a_key_with_other_content_is_a_conflict_with_its_line(desk: Desk) -> None:
    append_cloudevents(desk.store, lines(REGISTERED, VISIT))
    other = VISIT | {"data": VISIT["data"] | {"child_seen": "no"}}
    with pytest.raises(Conflict) as caught:
        append_cloudevents(desk.store, lines(REGISTERED, other), file="in.ndjson")
    assert "in.ndjson, line 2" in str(caught.value)
    assert "position 3" in str(caught.value)
    with pytest.raises(Malformed) as twice:
        append_cloudevents(desk.store, lines(VISIT | {"id": "8"}, other | {"id": "8"}))
    assert [(p.code, p.line) for p in twice.value.problems] == [("duplicate-key", 2)]
    assert desk.size == 3


def test_an_unknown_child_is_not_found_unless_an_earlier_line_registers_it(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        append_cloudevents(desk.store, lines(VISIT, REGISTERED), file="in.ndjson")
    assert isinstance(caught.value, NotThere)
    assert "in.ndjson, line 1" in str(caught.value)
    assert "C1" not in str(caught.value)
    assert desk.size == 1


def test_a_correction_names_an_entry_of_its_own_family(desk: Desk) -> None:
    append_cloudevents(desk.store, lines(REGISTERED, VISIT))
    root = desk.entries("C1")[1]
    correction = VISIT | {
        "id": "78",
        "type": "entry-corrected.v1",
        "recordedtime": "2024-05-06T10:00:00Z",
        "data": {
            "corrects": root.event_id,
            "correction_reason": "wrong value",
            "replacement": {"type": "visit-attempted.v1", "data": {"occurred_on": "2024-05-03", "worker": "SW1"}},
        },
    }
    append_cloudevents(desk.store, lines(correction))
    assert desk.in_force("C1", VisitAttempted) == [VisitAttempted(occurred_on=date(2024, 5, 3), worker="SW1")]
    correcting = desk.entries("C1")[2]
    assert isinstance(correcting.event, EntryCorrected)
    for corrects, code in (
        (correcting.event_id, "nested-correction"),
        (desk.entries("C1")[0].event_id, "other-family"),
        ("00000000-0000-4000-8000-000000000000", "unknown-entry"),
    ):
        bad = correction | {"id": "79", "data": correction["data"] | {"corrects": corrects}}
        with pytest.raises(Malformed) as caught:
            append_cloudevents(desk.store, lines(bad))
        assert [(p.code, p.line) for p in caught.value.problems] == [(code, 1)]
