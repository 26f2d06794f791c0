"""Timeliness: the slow reference on random worlds, and the definitions one by one, with answers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import NOW, View, view
from ledger.domain.events.allocation import PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.base import Event
from ledger.domain.events.care import (
    CareEpisodeEnded,
    CareEpisodeStarted,
    HealthAssessmentDone,
    LookedAfterReviewHeld,
    MissingEnded,
    ReturnInterviewHeld,
    ReturnInterviewOffered,
)
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ReferralDecided, ReferralReceived
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected, EntryRestricted, SourceCoverageDeclared
from ledger.domain.events.safeguarding import (
    ChildProtectionPlanEnded,
    ChildProtectionPlanStarted,
    ConferenceHeld,
    CoreGroupHeld,
    Section47Completed,
    Section47Started,
)
from ledger.domain.events.visit import VisitRecorded
from ledger.domain.local_timescales import with_local
from ledger.domain.timescales import timescales
from ledger.projections import engine
from ledger.projections.card import measure
from ledger.projections.engine import measured
from ledger.projections.request import request
from tests.projections import slow_timeliness as slow
from tests.projections.clocked import AREAS, clocked_worlds, own_timescales
from tests.projections.small import Said, entry_id, facts_of, run

BIG = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
SOME = settings(
    max_examples=25, deadline=None, suppress_health_check=BIG, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
STATED = ["2023-01-10", "2023-04-18", "2023-05-03", "2024-12-31", "2024-12-31"]


WINDOWS: list[tuple[str, date | None, date | None]] = [
    ("started", None, None),
    ("started", None, None),
    ("started", date(2022, 12, 22), date(2023, 3, 31)),
    ("due", date(2023, 1, 10), date(2023, 4, 18)),
    ("done", date(2022, 12, 22), date(2023, 4, 18)),
]


NAMES = (
    "child",
    "rule",
    "started_on",
    "due_on",
    "done_on",
    "finding",
    "start_position",
    "done_position",
    "told_by_return",
)


def columns_of(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Return what the slow reference tells of the rows, in an order of its own."""
    return sorted((tuple(row[name] for name in NAMES) for row in rows), key=repr)


@SOME
@given(clocked_worlds(), st.sampled_from(STATED), st.sampled_from(WINDOWS))
def test_it_agrees_with_the_slow_reference(
    said: list[Said], stated: str, window: tuple[str, date | None, date | None]
) -> None:
    count_by, from_, to = window
    asked: dict[str, Any] = {"count-by": count_by, "from_": from_, "to": to}
    rows = run("timeliness", said, view(stated), **asked).dicts()
    counted = NAMES.index(f"{count_by}_on")
    until = date.max if to is None else to
    expected = [
        row
        for row in slow.findings(said, view(stated), date.fromisoformat(stated))
        if (from_ is None and to is None) or (row[counted] is not None and (from_ or date.min) <= row[counted] < until)
    ]
    assert columns_of(rows) == sorted(expected, key=repr)


@SOME
@given(clocked_worlds(), st.sampled_from(STATED), own_timescales())
def test_it_agrees_with_the_slow_reference_under_an_authority_s_own_rules(
    said: list[Said], stated: str, own: list[dict[str, Any]]
) -> None:
    with facts_of(said, view(stated)) as facts:
        facts.apply(with_local(timescales(), own))
        card = measure("timeliness")
        rows = measured(facts, card, view(stated).at(facts.position), request(card)).dicts()
    assert columns_of(rows) == sorted(slow.findings(said, view(stated), date.fromisoformat(stated), own), key=repr)


@SOME
@given(clocked_worlds(), st.sampled_from(STATED), st.sampled_from(WINDOWS))
def test_made_of_two_ranges_of_journeys_it_is_the_same(
    said: list[Said], stated: str, window: tuple[str, date | None, date | None]
) -> None:
    count_by, from_, to = window
    asked: dict[str, Any] = {"count-by": count_by, "from_": from_, "to": to}
    whole = run("timeliness", said, view(stated), **asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "LARGE", 0)
        apart = run("timeliness", said, view(stated), **asked)
    assert (apart.columns, apart.rows, apart.notes) == (whole.columns, whole.rows, whole.notes)


def d(text: str) -> date:
    return date.fromisoformat(text)


ALL = Said(
    "ledger",
    SourceCoverageDeclared(
        system="csv", areas=AREAS, covers_from=d("2000-01-01"), covers_until=d("2040-01-01"), complete=True
    ),
    d("2000-01-01"),
)


def say(event: type[Event], on: str, child: str = "a", /, **fields: Any) -> Said:
    """Something happened on a day, as known at once."""
    return Said(child, event(occurred_on=d(on), **fields), d(on))


def begun(on: str, reason: str = "S", **fields: Any) -> Said:
    return say(CareEpisodeStarted, on, **({"reason": reason, "legal_status": "C2"} | fields))


def told(
    rule: str, *said: Said, at: str = "2026-12-31", **parameters: Any
) -> list[tuple[str, str | None, str | None, str]]:
    """Return (started, due, done, finding) of a rule's clocks, where sources tell of everything."""
    rows = run("timeliness", [ALL, *said], view(at), rule=rule, **parameters).dicts()
    return [
        tuple(str(row[n]) if row[n] else None for n in ("started_on", "due_on", "done_on", "finding")) for row in rows
    ]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("started", "due"), [("2026-03-02", "2026-05-07"), ("2026-03-07", "2026-05-13"), ("2025-12-22", "2026-02-26")]
)
def test_an_assessment_has_45_working_days_the_last_included(started: str, due: str) -> None:
    start = say(AssessmentStarted, started)
    for done, finding in ((due, "in time"), (str(d(due).replace(day=d(due).day + 1)), "late")):
        end = say(AssessmentAuthorised, done, started_on=d(started))
        assert told("assessment.complete.start", start, end) == [(started, due, done, finding)]
    assert told("assessment.complete.start", start, at=due) == [(started, due, None, "not yet due")]
    (row,) = run("timeliness", [ALL, start], view("2026-06-30"), rule="assessment.complete.start").dicts()
    assert (row["finding"], row["days_late"]) == ("overdue", (d("2026-06-30") - d(due)).days)


def test_days_taken_are_counted_as_the_rule_counts() -> None:
    said = [
        ALL,
        say(AssessmentStarted, "2026-03-02"),
        say(AssessmentAuthorised, "2026-05-08", started_on=d("2026-03-02")),
    ]
    (row,) = run("timeliness", said, NOW, rule="assessment.complete.start").dicts()
    assert (row["working_days"], row["calendar_days"], row["days_late"]) == (46, 67, 1)
    assert (row["start_position"], row["done_position"]) == (2, 3)


def test_a_clock_that_starts_after_the_readers_day_is_in_no_window() -> None:
    said = [say(ReferralDecided, "2026-03-03", referred_on=d("2026-06-02"), accepted=True)]
    asked: dict[str, Any] = {"from_": d("2026-01-01"), "to": d("2027-01-01")}
    for count_by, later in (("started", 1), ("due", 1), ("done", 1)):
        assert told("referral.decision", *said, at="2026-05-01", **asked, **{"count-by": count_by}) == []
        assert len(told("referral.decision", *said, at="2026-07-01", **asked, **{"count-by": count_by})) == later


def test_an_assessment_has_two_clocks_and_both_are_kept() -> None:
    said = [
        say(ReferralReceived, "2026-03-02"),
        say(ReferralDecided, "2026-03-03", referred_on=d("2026-03-02"), accepted=True),
        say(AssessmentStarted, "2026-03-30"),
        say(AssessmentAuthorised, "2026-06-05", started_on=d("2026-03-30")),
    ]
    assert told("referral.decision", *said) == [("2026-03-02", "2026-03-03", "2026-03-03", "in time")]
    assert told("assessment.complete.start", *said) == [("2026-03-30", "2026-06-05", "2026-06-05", "in time")]
    assert told("assessment.complete.referral", *said) == [("2026-03-02", "2026-05-07", "2026-06-05", "late")]
    closed = [say(ReferralReceived, "2025-03-02"), say(CaseClosed, "2025-06-02", reason="RC1"), said[2]]
    assert told("assessment.complete.referral", *closed) == []
    table = run("timeliness", [ALL, *closed], NOW, rule="assessment.complete.referral")
    assert table.notes[-1].startswith("1 assessment begun names no referral")


def test_an_enquiry_leads_to_a_conference_in_15_working_days_or_needs_none() -> None:
    start = say(Section47Started, "2026-03-02")
    held = say(ConferenceHeld, "2026-03-23", kind="initial")
    rule = "section-47.conference"
    assert told(rule, start, held) == [("2026-03-02", "2026-03-23", "2026-03-23", "in time")]
    assert told(rule, start)[0][3] == "overdue"
    none = say(Section47Completed, "2026-04-20", started_on=d("2026-03-02"), outcome="no further action")
    assert told(rule, start, none)[0][3] == "no longer due"
    needed = say(
        Section47Completed, "2026-04-20", started_on=d("2026-03-02"), outcome="initial child protection conference"
    )
    assert told(rule, start, needed)[0][3] == "overdue"
    again = say(Section47Started, "2026-03-16")
    assert [row[2:] for row in told(rule, start, again, held)] == [(None, "no longer due"), ("2026-03-23", "in time")]


def test_a_plan_its_core_groups_and_its_reviews() -> None:
    said = [
        say(ConferenceHeld, "2023-11-30", kind="initial", outcome_cp=True),
        say(ChildProtectionPlanStarted, "2023-11-30"),
        say(CoreGroupHeld, "2023-12-14"),
        say(CoreGroupHeld, "2024-01-26", plan_started_on=d("2023-11-30")),
        say(ConferenceHeld, "2024-02-29", kind="review"),
        say(ConferenceHeld, "2024-08-30", kind="review"),
        say(ChildProtectionPlanEnded, "2024-08-30", started_on=d("2023-11-30")),
    ]
    assert told("protection-plan.start", *said) == [("2023-11-30", "2023-11-30", "2023-11-30", "in time")]
    assert told("core-group.first", *said) == [("2023-11-30", "2023-12-14", "2023-12-14", "in time")]
    assert told("core-group.next", *said) == [
        ("2023-12-14", "2024-01-25", "2024-01-26", "late"),
        ("2024-01-26", "2024-03-08", None, "not done"),
    ]
    assert told("review-conference.first", *said) == [("2023-11-30", "2024-02-29", "2024-02-29", "in time")]
    assert told("review-conference.later", *said) == [("2024-02-29", "2024-08-29", "2024-08-30", "late")]


def test_a_core_group_is_no_visit() -> None:
    said = [say(ChildProtectionPlanStarted, "2024-01-02"), say(CoreGroupHeld, "2024-01-10", child_took_part="yes")]
    assert told("protection-visit", *said) == [("2024-01-02", "2024-01-16", None, "overdue")]


def test_visits_count_where_the_child_was_seen_by_a_worker_of_its_own() -> None:
    plan = say(ChildProtectionPlanStarted, "2024-01-02")
    for fields, done in (
        ({}, "2024-01-10"),
        ({"child_seen": "no"}, None),
        ({"method": "virtual"}, None),
        ({"role": "reviewing officer"}, None),
        ({"role": "cover", "child_seen": "yes"}, "2024-01-10"),
    ):
        (first, *_) = told("protection-visit", plan, say(VisitRecorded, "2024-01-10", worker="W1", **fields))
        assert first[2] == done


def test_reviews_of_a_looked_after_child() -> None:
    said = [
        begun("2026-03-02"),
        say(LookedAfterReviewHeld, "2026-03-30"),
        say(LookedAfterReviewHeld, "2026-07-01"),
        say(LookedAfterReviewHeld, "2026-12-31"),
    ]
    assert told("looked-after-review.first", *said) == [("2026-03-02", "2026-03-30", "2026-03-30", "in time")]
    assert told("looked-after-review.second", *said) == [("2026-03-30", "2026-06-30", "2026-07-01", "late")]
    assert told("looked-after-review.later", *said) == [
        ("2026-07-01", "2027-01-01", "2026-12-31", "in time"),
        ("2026-12-31", "2027-06-30", None, "not yet due"),
    ]


def test_where_care_only_had_begun_the_first_reviews_are_not_known() -> None:
    said = [begun("2024-03-01", "P"), *(say(LookedAfterReviewHeld, f"2024-0{month}-15") for month in (3, 5, 9))]
    assert told("looked-after-review.first", *said) == [("2024-03-01", None, "2024-03-15", "not known")]
    assert told("looked-after-review.second", *said) == [("2024-03-15", None, "2024-05-15", "not known")]
    assert told("looked-after-review.later", *said)[0] == ("2024-05-15", "2024-11-15", "2024-09-15", "in time")


def test_each_placement_is_visited_within_a_week_and_then_every_six() -> None:
    said = [
        begun("2024-01-01"),
        say(VisitRecorded, "2024-01-08", worker="W1"),
        say(VisitRecorded, "2024-02-20", worker="W1"),
        say(CareEpisodeEnded, "2024-03-01", started_on=d("2024-01-01"), reason="X1"),
        begun("2024-03-01", "L"),
        say(CareEpisodeEnded, "2024-03-10", started_on=d("2024-03-01"), reason="X1"),
        begun("2024-03-10", "P"),
        say(VisitRecorded, "2025-03-10", worker="W1"),
    ]
    assert told("looked-after-visit.first", *said) == [
        ("2024-01-01", "2024-01-08", "2024-01-08", "in time"),
        ("2024-03-10", "2024-03-17", "2025-03-10", "late"),
    ]
    assert told("looked-after-visit.first-year", *said) == [
        ("2024-01-08", "2024-02-19", "2024-02-20", "late"),
        ("2024-02-20", "2024-04-02", None, "no longer due"),
    ]
    assert told("looked-after-visit.later", *said) == [("2025-03-10", "2025-06-10", None, "overdue")]


def test_the_first_year_of_a_placement_lasts_to_the_same_day_of_the_next_one_in_a_leap_year_too() -> None:
    rules = ("looked-after-visit.first-year", "looked-after-visit.later")
    for visited, rule, other in (("2024-12-31", *rules), ("2025-01-01", *reversed(rules))):
        said = [begun("2024-01-01"), say(VisitRecorded, visited, worker="W1")]
        assert [row[0] for row in told(rule, *said)] == [visited]
        assert told(other, *said) == []


def test_short_breaks_start_no_clock() -> None:
    said = [begun("2024-01-01", legal_status="V4"), say(VisitRecorded, "2024-01-05", worker="W1")]
    assert told("all", *said) == []


def test_a_return_interview_in_three_days_unless_declined() -> None:
    back = say(MissingEnded, "2024-02-27", kind="M", started_on=d("2024-02-25"))
    rule = "return-interview"
    held = say(ReturnInterviewHeld, "2024-03-01", missing_started_on=d("2024-02-25"))
    assert told(rule, back, held) == [("2024-02-27", "2024-03-01", "2024-03-01", "in time")]
    other = say(ReturnInterviewHeld, "2024-03-01", missing_started_on=d("2024-01-01"))
    assert told(rule, back, other)[0][2:] == (None, "overdue")
    assert told(rule, back, say(ReturnInterviewOffered, "2024-02-28", answer="no"))[0][3] == "no longer due"
    assert told(rule, back, say(ReturnInterviewOffered, "2024-02-28", answer="yes"))[0][3] == "overdue"


def test_health_assessments_go_by_age_at_the_last_one() -> None:
    said = [
        begun("2024-01-01"),
        *(say(HealthAssessmentDone, on, kind="review") for on in ("2024-01-10", "2024-07-11", "2025-06-01")),
    ]
    known = Said("a", ChildRegistered(child_id="1", born="2019-07"), d("2024-01-01"))
    assert told("health.review.under-5", known, *said) == [("2024-01-10", "2024-07-10", "2024-07-11", "late")]
    over = told("health.review.5-and-over", known, *said)
    assert over[0] == ("2024-07-11", "2025-07-11", "2025-06-01", "in time")
    assert {row[3] for row in told("health.review.under-5", *said)} == {"not known"}


def test_in_need_visits_count_the_first_day() -> None:
    from ledger.domain.events.plan import ChildInNeedPlanStarted

    plan = say(ChildInNeedPlanStarted, "2026-03-02")
    assert told("in-need-visit", plan)[0][1] == "2026-03-27"
    (row,) = run(
        "timeliness",
        [ALL, plan, say(VisitRecorded, "2026-03-27", worker="W")],
        NOW,
        rule="in-need-visit",
        to="2026-03-03",
    ).dicts()
    assert (row["finding"], row["working_days"], row["calendar_days"]) == ("in time", 20, 26)


def covering(area: str, from_: str, until: str, *, complete: bool = True, scope: str = "all children") -> Said:
    event = SourceCoverageDeclared(
        system="x", areas=(area,), covers_from=d(from_), covers_until=d(until), complete=complete, scope=scope
    )
    return Said("ledger", event, d(from_))


def test_what_no_source_tells_of_is_not_supplied_and_a_part_is_not_known() -> None:
    start, review = begun("2026-03-02"), say(LookedAfterReviewHeld, "2026-04-20")
    scope = "children looked after in the year"

    def found(*said: Said) -> str:
        (row,) = run("timeliness", [start, *said], view("2026-06-01"), rule="looked-after-review.first").dicts()
        return str(row["finding"])

    assert found() == found(review) == "not supplied"
    assert found(covering("review", "2026-03-02", "2026-03-31")) == "overdue"
    assert found(covering("review", "2026-03-02", "2026-03-31"), review) == "late"
    assert found(covering("review", "2026-03-02", "2026-03-31", scope=scope)) == "overdue"
    assert found(covering("review", "2026-03-02", "2026-03-30")) == "not known"
    assert found(covering("review", "2026-03-02", "2026-03-31", complete=False), review) == "not known"
    assert found(covering("review", "2026-03-02", "2026-03-31", scope="care leavers")) == "not known"
    assert (
        found(covering("review", "2026-03-02", "2026-03-10"), covering("review", "2026-03-10", "2026-04-01"))
        == "overdue"
    )
    assert found(say(LookedAfterReviewHeld, "2026-03-30")) == "in time"
    # A part is any day from the start to the day it was due, and only such a day.
    assert found(covering("review", "2026-01-01", "2026-03-02")) == "not supplied"
    assert found(covering("review", "2026-01-01", "2026-03-03")) == "not known"
    assert found(covering("review", "2026-03-10", "2026-03-10")) == "not supplied"
    assert found(covering("review", "2026-03-30", "2026-04-10")) == "not known"
    assert found(covering("review", "2026-03-31", "2026-04-10")) == "not supplied"
    # Several together tell of the whole where no day is left out, whichever of them lies within another.
    gap = [covering("review", "2026-03-02", "2026-03-10"), covering("review", "2026-03-11", "2026-04-01")]
    assert found(*gap) == "not known"
    long, within = covering("review", "2026-03-02", "2026-03-20"), covering("review", "2026-03-05", "2026-03-08")
    assert found(long, within, covering("review", "2026-03-20", "2026-04-01")) == "overdue"


def test_what_is_found_follows_the_reader() -> None:
    said = [
        ALL,
        say(AssessmentStarted, "2026-03-02"),
        Said("a", AssessmentAuthorised(occurred_on=d("2026-05-07"), started_on=d("2026-03-02")), d("2026-06-01")),
        Said(
            "a",
            EntryCorrected(
                corrects=entry_id(3),
                correction_reason="date",
                replacement=AssessmentAuthorised(occurred_on=d("2026-05-08"), started_on=d("2026-03-02")),
            ),
            d("2026-07-01"),
        ),
    ]
    days = ("2026-05-07", "2026-05-31", "2026-06-01", "2026-07-01")
    found = [run("timeliness", said, view(on), rule="assessment.complete.start").dicts()[0]["finding"] for on in days]
    assert found == ["not yet due", "overdue", "in time", "late"]


def test_a_day_known_only_to_the_month_finds_nothing() -> None:
    start = say(AssessmentStarted, "2026-03-01", precision="month")
    assert told("assessment.complete.start", start) == [("2026-03-01", None, None, "not known")]
    before = say(AssessmentAuthorised, "2026-02-01", started_on=d("2026-03-02"))
    assert told("assessment.complete.start", say(AssessmentStarted, "2026-03-02"), before)[0][3] == "not known"


NO_SOURCE = "no source tells of such things for the time up to the day it was due"


def test_a_clock_that_started_outside_the_calendar_has_no_due_day() -> None:
    said = [say(ChildProtectionPlanStarted, "1974-12-31"), say(ChildProtectionPlanStarted, "1975-01-01", "b")]
    rows = run("timeliness", [ALL, *said], view("2026-12-31"), rule="protection-visit").dicts()
    assert sorted((str(row["started_on"]), str(row["due_on"]), row["finding"], row["note"]) for row in rows) == [
        ("1974-12-31", "None", "not known", "outside the calendar"),
        ("1975-01-01", "1975-01-15", "not supplied", NO_SOURCE),
    ]


def test_restricted_entries_are_withheld_and_counted() -> None:
    said = [
        ALL,
        begun("2026-03-02"),
        say(LookedAfterReviewHeld, "2026-03-30"),
        Said("a", EntryRestricted(restricts=entry_id(3), reason="other"), d("2026-04-01")),
    ]
    table = run("timeliness", said, NOW, rule="looked-after-review.first")
    assert table.rows == []
    assert "1 clock rests on restricted entries: withheld, in no count and no share" in table.notes


def test_the_version_of_a_rule_is_that_of_the_start() -> None:
    old = say(AssessmentStarted, "2013-04-14")
    assert told("assessment.complete.start", old) == []
    table = run("timeliness", [ALL, old], NOW, rule="assessment.complete.start")
    assert "1 clock started when no version of its rule was in force: left out" in table.notes
    assert len(told("assessment.complete.start", say(AssessmentStarted, "2013-04-15"))) == 1


@pytest.mark.parametrize(
    ("count_by", "window", "rows"),
    [
        ("started", ("2026-03-01", "2026-04-01"), 1),
        ("started", ("2026-04-01", "2026-06-01"), 0),
        ("due", ("2026-05-07", "2026-05-08"), 1),
        ("due", ("2026-05-08", "2026-06-08"), 0),
        ("done", ("2026-05-20", "2026-05-21"), 1),
        ("done", ("2026-03-01", "2026-05-20"), 0),
    ],
)
def test_a_clock_is_counted_by_the_day_asked_for(count_by: str, window: tuple[str, str], rows: int) -> None:
    said = [say(AssessmentStarted, "2026-03-02"), say(AssessmentAuthorised, "2026-05-20", started_on=d("2026-03-02"))]
    first, until = window
    parameters = {"count-by": count_by, "from_": first, "to": until}
    assert len(told("assessment.complete.start", *said, **parameters)) == rows


def test_groups_have_counts_beside_every_share() -> None:
    def assessed(child: str, done: str | None) -> list[Said]:
        said = [say(AssessmentStarted, "2026-03-02", child)]
        return said + ([say(AssessmentAuthorised, done, child, started_on=d("2026-03-02"))] if done else [])

    said = [
        ALL,
        *assessed("a", "2026-05-07"),
        *assessed("b", "2026-05-08"),
        *assessed("c", None),
        say(AssessmentStarted, "2026-05-20", "d"),
        say(WorkerAllocated, "2026-03-02", "a", worker="W1"),
        say(WorkerAllocated, "2026-03-02", "b", worker="W1"),
        say(WorkerDeallocated, "2026-05-08", "b", worker="W1", started_on=d("2026-03-02")),
        say(WorkerAllocated, "2026-05-08", "b", worker="W2"),
        say(PodAllocated, "2026-03-02", "c", pod="P1"),
    ]
    asked: dict[str, Any] = {"rule": "assessment.complete.start", "at": view("2026-06-30")}

    def groups(by: str, **more: Any) -> dict[tuple[str, str], tuple[Any, ...]]:
        table = run("timeliness", said, asked["at"], rule=asked["rule"], by=by, **more)
        names = ("clocks", "settled", "in_time", "share_in_time", "late", "overdue", "not_yet_due")
        return {(row["member"], row["period"]): tuple(row[name] for name in names) for row in table.dicts()}

    third = pytest.approx(1 / 3)
    assert {k: (*v[:3], float(v[3]), *v[4:]) for k, v in groups("authority").items()} == {
        ("authority", "window"): (4, 3, 1, third, 1, 1, 1)
    }
    # Who held the child on the day it was due, not who took the case over the day after.
    assert groups("worker") == {
        ("W1", "window"): (2, 2, 1, 0.5, 1, 0, 0),
        ("not known", "window"): (2, 1, 0, 0, 0, 1, 1),
    }
    assert groups("pod")["P1", "window"] == (1, 1, 0, 0, 0, 1, 0)
    assert groups("stage")["assessment", "window"][0] == 4
    by_month = groups("authority", per="month")
    assert by_month["authority", "2026-05"] == (1, 0, 0, None, 0, 0, 1)
    assert by_month["authority", "2026-03"][:3] == (3, 3, 1)
    assert groups("authority", per="quarter").keys() == {("authority", "2026 Q4"), ("authority", "2027 Q1")}


@pytest.mark.parametrize(
    ("done", "reader", "held"),
    [
        ("2026-03-02", "2026-06-30", "2026-03-02"),
        ("2026-03-05", "2026-06-30", "2026-03-04"),
        ("2026-05-20", "2026-06-30", "2026-05-07"),
        (None, "2026-06-30", "2026-05-07"),
        (None, "2026-05-06", "2026-05-06"),
    ],
)
def test_a_clock_is_told_of_who_held_the_child_before_it_was_done_or_when_it_was_due(
    done: str | None, reader: str, held: str
) -> None:
    said = [ALL, say(AssessmentStarted, "2026-03-02")]
    said += [say(AssessmentAuthorised, done, started_on=d("2026-03-02"))] if done else []
    (row,) = run("timeliness", said, view(reader), rule="assessment.complete.start").dicts()
    assert (str(row["due_on"]), str(row["held_on"])) == ("2026-05-07", held)


def test_an_authority_s_own_rule_counts_from_its_day_and_is_told() -> None:
    said = [ALL, say(ChildProtectionPlanStarted, "2024-01-02"), say(ChildProtectionPlanStarted, "2024-06-03", "b")]
    own = [
        {"id": "protection-visit", "limit": 4, "unit": "weeks", "source": "ours", "effective_from": d("2024-04-01")},
        {"id": "case-supervision", "off": True, "source": "ours"},
    ]
    at = view("2024-12-31")
    with facts_of(said, at) as facts:
        facts.apply(with_local(timescales(), own))
        card = measure("timeliness")
        table = measured(facts, card, at.at(facts.position), request(card))
        by = {"rule": "protection-visit", "by": "authority"}
        (group,) = measured(facts, card, at.at(facts.position), request(card, **by)).dicts()
    visits = [row for row in table.dicts() if row["rule"] == "protection-visit"]
    told = {(str(row["started_on"]), str(row["due_on"]), row["allowed"], row["status"]) for row in visits}
    assert told == {
        ("2024-01-02", "2024-01-16", "10 working days", "unconfirmed"),
        ("2024-06-03", "2024-07-01", "4 weeks", "local"),
    }
    assert not any(row["rule"] == "case-supervision" for row in table.dicts())
    assert (group["allowed"], group["status"]) == ("10 working days, 4 weeks", "local, unconfirmed")
    count = f"{len(timescales())} rules"
    assert table.provenance["timescales"].startswith(
        f"{count}, 1 of them the authority's own, 2 of the project's set aside in whole or part, SHA-256 "
    )
    assert run("timeliness", said).provenance["timescales"].startswith(f"{count}, SHA-256 ")


def test_rules_without_a_confirmed_day_are_counted_in_the_notes() -> None:
    said = [ALL, begun("2024-03-01"), say(AssessmentStarted, "2024-03-04")]
    note = "by a rule of which nobody has confirmed from when it holds: see dates of the view timescales"
    assert f"1 row is {note}" in run("timeliness", said, NOW, rule="assessment.complete.start").notes
    assert not any(note in one for one in run("timeliness", said, NOW, rule="looked-after-review.first").notes)


def test_an_own_rule_holds_from_its_first_day_until_the_day_it_ends() -> None:
    starts = ("2024-01-31", "2024-02-01", "2024-02-28", "2024-02-29")
    said = [ALL, *(say(ChildProtectionPlanStarted, on, child) for on, child in zip(starts, "abcd", strict=True))]
    own = {"id": "protection-visit", "limit": 4, "unit": "weeks", "source": "ours"}
    own |= {"effective_from": d("2024-02-01"), "effective_to": d("2024-02-29")}
    with facts_of(said, view("2024-12-31")) as facts:
        facts.apply(with_local(timescales(), [own]))
        card = measure("timeliness")
        rows = measured(facts, card, view("2024-12-31").at(facts.position), request(card, rule="protection-visit"))
    # Ten working days, then four weeks, then ten working days again.
    assert sorted((str(row["started_on"]), str(row["due_on"])) for row in rows.dicts()) == [
        ("2024-01-31", "2024-02-14"),
        ("2024-02-01", "2024-02-29"),
        ("2024-02-28", "2024-03-27"),
        ("2024-02-29", "2024-03-14"),
    ]


def test_clocks_are_made_anew_for_each_view() -> None:
    said = [ALL, say(AssessmentStarted, "2026-03-02"), say(AssessmentStarted, "2026-05-02")]
    with facts_of(said, view("2026-04-01")) as facts:
        before = facts.query("SELECT count(*) FROM clocks").fetchone()
        facts.stand(View().at(facts.position))
        assert (before, facts.query("SELECT count(*) FROM clocks").fetchone()) == ((1,), (2,))


def test_the_card_names_every_rule_and_every_rule_times_a_clock() -> None:
    (parameter,) = (p for p in measure("timeliness").parameters if p.name == "rule")
    assert parameter.choices == ("all", *dict.fromkeys(rule.id for rule in timescales()))
    from ledger.projections.views import text

    assert all(f"'{rule.clock}'" in text("clocks") for rule in timescales())
    assert replace(timescales()[0]) == timescales()[0]
