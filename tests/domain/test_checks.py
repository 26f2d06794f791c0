"""What is refused where an event is appended, what is kept, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.checks import event_from_json, problems, unknown_codes
from ledger.domain.events import event_class
from ledger.domain.events.base import Event
from ledger.domain.events.record import EntryCorrected
from ledger.domain.events.visit import VisitRecorded
from ledger.errors import Malformed, NotFound, Problem
from tests.domain.given import on

ID = "00000000-0000-4000-8000-000000000001"
SECRET = "Marigold Lane 12"


def event(name: str, **data: Any) -> Event:
    return event_from_json(name, {"occurred_on": "2024-05-03"} | data)


def told(found: list[Problem]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.column) for problem in found]


KEPT = [
    ("visit-recorded", {}),
    ("visit-recorded", {"occurred_on": "1901-01-01"}),
    ("visit-recorded", {"occurred_on": "2999-01-01"}),
    ("visit-recorded", {"occurred_on": None, "precision": "unknown"}),
    ("visit-recorded", {"occurred_on": None, "occurred_at": "2024-05-03T10:00:00+01:00"}),
    ("visit-recorded", {"occurred_until": "2024-05-03"}),
    ("handover-recorded", {"from_worker": "A", "to_worker": "A"}),
    ("child-protection-plan-ended", {"started_on": "2024-05-03"}),
    ("child-protection-plan-ended", {"started_on": "2024-05-09", "precision": "month"}),
    ("assessment-started", {"referred_on": "2024-06-01"}),
    ("adoption-matched", {"decided_on": "2024-06-01"}),
    ("conference-held", {"kind": "initial", "due_on": "2023-01-01", "quorate": False}),
    ("child-registered", {"child_id": "C"}),
    ("child-registered", {"child_id": "C", "born": "2012-02", "birth_date": "2012-02-29"}),
    ("child-registered", {"child_id": "C", "expected_birth": "2024-09", "expected_birth_date": "2024-09-05"}),
    ("outcome-measured", {"instrument": "SDQ", "score": 40}),
    ("outcome-measured", {"instrument": "SDQ", "scale": "impact", "score": -1}),
    ("outcome-measured", {"instrument": "outcome star", "score": 99}),
    ("entry-withdrawn", {"occurred_on": None, "withdraws": ID, "reason": "duplicate"}),
    ("group-supervision-held", {"occurred_on": None, "session_id": "S"}),
]
"""Odd, late, missing or against a timescale: kept, and found by projections."""

IMPOSSIBLE = [
    ("visit-recorded", {"occurred_on": None}, "missing-date", "occurred_on"),
    ("visit-recorded", {"occurred_at": "2024-05-03T10:00:00Z"}, "two-dates", "occurred_at"),
    ("visit-recorded", {"occurred_until": "2024-05-02"}, "end-before-start", "occurred_until"),
    ("care-episode-ended", {"started_on": "2024-05-04"}, "end-before-start", "started_on"),
    ("worker-deallocated", {"worker": "A", "started_on": "2024-05-04"}, "end-before-start", "started_on"),
    ("referral-decided", {"referred_on": "2024-05-04", "accepted": True}, "end-before-start", "referred_on"),
    ("adoption-decision-reversed", {"decided_on": "2024-05-04"}, "end-before-start", "decided_on"),
    ("complaint-resolved", {"received_on": "2024-05-04", "outcome": "upheld"}, "end-before-start", "received_on"),
    ("case-reopened", {"closed_on": "2024-05-04"}, "end-before-start", "closed_on"),
    (
        "source-coverage-declared",
        {
            "system": "S",
            "areas": ["visit"],
            "covers_from": "2024-01-02",
            "covers_until": "2024-01-02",
            "complete": True,
        },
        "end-before-start",
        "covers_until",
    ),
    (
        "source-coverage-declared",
        {
            "system": "S",
            "areas": ["visits"],
            "covers_from": "2024-01-01",
            "covers_until": "2024-01-02",
            "complete": True,
        },
        "unknown-code",
        "areas",
    ),
    (
        "child-registered",
        {"child_id": "C", "born": "2012-02", "expected_birth": "2012-03"},
        "two-births",
        "expected_birth",
    ),
    ("child-registered", {"child_id": "C", "born": "2012-02", "birth_date": "2012-03-01"}, "two-births", "born"),
    ("outcome-measured", {"instrument": "SDQ", "score": 41}, "impossible-score", "score"),
    ("annual-health-and-outcomes-reported", {"reporting_year": 2024, "sdq_score": 41}, "impossible-score", "sdq_score"),
    ("visit-recorded", {"child_seen": "maybe"}, "unknown-code", "child_seen"),
    ("assessment-authorised", {"started_on": "2024-05-01", "factors": ["1A", "99Z"]}, "unknown-code", "factors"),
    ("group-supervision-held", {"session_id": "S", "themes": ["weather"]}, "unknown-code", "themes"),
]


@pytest.mark.parametrize(("name", "data"), KEPT)
def test_what_is_odd_is_kept(name: str, data: dict[str, Any]) -> None:
    assert problems(event(name, **data)) == []


@pytest.mark.parametrize(("name", "data", "code", "field"), IMPOSSIBLE)
def test_what_is_impossible_is_refused(name: str, data: dict[str, Any], code: str, field: str) -> None:
    found = problems(event(name, **data))
    assert told(found) == [(code, field)]
    assert all(problem.refused and problem.message.endswith(".") for problem in found)


def test_all_problems_are_told_at_once() -> None:
    found = problems(event("visit-recorded", occurred_until="2024-05-01", child_seen="maybe", purpose="fun"))
    assert sorted(told(found)) == [
        ("end-before-start", "occurred_until"),
        ("unknown-code", "child_seen"),
        ("unknown-code", "purpose"),
    ]


def test_an_unknown_code_is_told_with_its_list_and_the_nearest() -> None:
    found = problems(event("worker-allocated", worker="A", reason="TSPORC"))
    assert str(found[0]) == "reason: 'TSPORC' is not in the list worker-change-reason; nearest: 'TSPROC'."


def test_a_correction_is_checked_with_its_replacement() -> None:
    correction = EntryCorrected(
        corrects=ID,
        correction_reason="for fun",
        replacement=VisitRecorded(occurred_on=on("2024-05-03"), child_seen="maybe"),
    )
    assert told(problems(correction)) == [("unknown-code", "correction_reason"), ("unknown-code", "child_seen")]


def test_an_event_stands_only_in_its_own_kind_of_stream() -> None:
    held = event("group-supervision-held", session_id="S")
    assert problems(held, "pod") == []
    assert told(problems(held, "journey")) == [("wrong-stream", "name")]
    assert told(
        problems(EntryCorrected(corrects=ID, correction_reason="wrong value", replacement=held), "journey")
    ) == [("wrong-stream", "name")]


def test_an_import_asks_for_the_fields_whose_codes_are_unknown() -> None:
    found = event("care-episode-started", reason="Q", legal_status="C2", placement="Z99")
    assert unknown_codes(found) == ("reason", "placement")
    assert unknown_codes(EntryCorrected(corrects=ID, correction_reason="other", replacement=found)) == (
        "reason",
        "placement",
    )
    assert unknown_codes(event("visit-recorded", child_seen="yes")) == ()


MALFORMED = [
    ("visit-recorded", {"worker": 5}, "wrong-type", "worker"),
    ("visit-recorded", {"worker_inferred": "yes"}, "wrong-type", "worker_inferred"),
    ("visit-recorded", {"accompanied_by": "A"}, "wrong-type", "accompanied_by"),
    ("visit-recorded", {"bedroom_seen": "maybe"}, "wrong-type", "bedroom_seen"),
    ("visit-recorded", {"wroker": "A"}, "unknown-field", "wroker"),
    ("visit-recorded", {"occurred_on": "03/05/2024"}, "bad-date", "occurred_on"),
    ("visit-recorded", {"occurred_on": "20240503"}, "bad-date", "occurred_on"),
    ("visit-recorded", {"occurred_on": "2024-02-30"}, "bad-date", "occurred_on"),
    ("visit-recorded", {"occurred_on": 1714694400}, "bad-date", "occurred_on"),
    ("visit-recorded", {"occurred_on": "2024-05-03T00:00:00Z"}, "bad-date", "occurred_on"),
    ("visit-recorded", {"occurred_on": None, "occurred_at": "2024-05-03T10:00:00"}, "naive-datetime", "occurred_at"),
    ("visit-recorded", {"occurred_on": None, "occurred_at": "20240503"}, "bad-date", "occurred_at"),
    ("visit-recorded", {"occurred_on": None, "occurred_at": "1714694400.5"}, "bad-date", "occurred_at"),
    ("visit-recorded", {"occurred_on": None, "occurred_at": "yesterday"}, "bad-date", "occurred_at"),
    ("worker-allocated", {}, "missing-field", "worker"),
    ("worker-allocated", {"worker": ""}, "wrong-type", "worker"),
    ("worker-joined-pod", {"worker": "A", "pod": "P", "fte": 3}, "wrong-type", "fte"),
    ("child-registered", {"child_id": "C", "born": "2012-13"}, "wrong-type", "born"),
    ("annual-health-and-outcomes-reported", {"reporting_year": 24}, "wrong-type", "reporting_year"),
    (
        "entry-corrected",
        {"occurred_on": None, "correction_reason": "other", "replacement": {}},
        "wrong-type",
        "replacement",
    ),
]


@pytest.mark.parametrize(("name", "data", "code", "field"), MALFORMED)
def test_malformed_data_gets_a_sentence_a_place_and_a_hint(
    name: str, data: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Malformed) as caught:
        event(name, **data)
    found = {(problem.code, problem.column): problem for problem in caught.value.problems}
    assert (code, field) in found
    assert found[code, field].message.endswith(".") and found[code, field].refused
    assert caught.value.hint == f"journey events {event_class(name).name}"


def test_every_fault_is_one_problem() -> None:
    with pytest.raises(Malformed) as caught:
        event_from_json("worker-allocated", {"occurred_on": "soon", "wrker": "A", "post": 7})
    assert sorted(told(list(caught.value.problems))) == [
        ("bad-date", "occurred_on"),
        ("missing-field", "worker"),
        ("unknown-field", "wrker"),
        ("wrong-type", "post"),
    ]
    assert "nearest: worker" in next(p.message for p in caught.value.problems if p.code == "unknown-field")


def test_the_faults_of_a_correction_and_its_replacement_are_told_with_their_places() -> None:
    with pytest.raises(Malformed) as caught:
        event_from_json(
            "entry-corrected",
            {"corrects": "x", "replacement": {"type": "visit-recorded.v1", "data": {"worker": 1}}},
        )
    assert told(list(caught.value.problems)) == [
        ("wrong-type", "replacement.worker"),
        ("wrong-type", "corrects"),
        ("missing-field", "correction_reason"),
    ]


def test_a_correction_is_built_with_its_replacement() -> None:
    given = {
        "corrects": ID,
        "correction_reason": "wrong date",
        "correction_note": "The diary says the fourth.",
        "replacement": {"type": "visit-recorded", "data": {"occurred_on": "2024-05-04", "worker": "A"}},
    }
    assert event_from_json("entry-corrected.v1", given) == EntryCorrected(
        corrects=ID,
        correction_reason="wrong date",
        correction_note="The diary says the fourth.",
        replacement=VisitRecorded(occurred_on=on("2024-05-04"), worker="A"),
    )


def test_an_unknown_event_gets_the_nearest_name() -> None:
    with pytest.raises(NotFound) as caught:
        event_from_json("visit-recorder.v1", {})
    assert caught.value.nearest[0] == "visit-recorded.v1"


@pytest.mark.parametrize(
    "data",
    [
        {"child_id": "C", "birth_date": SECRET},
        {"child_id": "C", "born": "2012-02", "birth_date": "1987-11-23"},
        {"child_id": [SECRET]},
        {"child_id": "C", "child_name": {"is": SECRET}},
        {"child_id": "C", "expected_birth_date": "1987-11-23", "born": "2012-02"},
    ],
)
def test_no_sentence_repeats_a_private_value(data: dict[str, Any]) -> None:
    try:
        found = problems(event("child-registered", **data))
    except Malformed as error:
        found = list(error.problems)
    assert found
    assert all(SECRET not in str(problem) and "1987" not in str(problem) for problem in found)
