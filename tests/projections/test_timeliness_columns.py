"""Timeliness beside its findings: days taken, notes of rows and of the result, groups and their periods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ledger.domain.clock import NOW, View, view
from ledger.domain.events.allocation import PodAllocated, PodAllocationEnded, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import HealthAssessmentDone, MissingEnded, ReturnInterviewOffered
from ledger.domain.events.contact import ReferralReceived
from ledger.domain.events.plan import ChildInNeedPlanStarted
from ledger.domain.events.record import EntryRestricted
from ledger.domain.events.safeguarding import (
    ChildProtectionPlanEnded,
    ChildProtectionPlanStarted,
    CoreGroupHeld,
    Section47Completed,
    Section47Started,
)
from ledger.domain.local_timescales import with_local
from ledger.domain.timescales import timescales
from ledger.domain.wording import Counted
from ledger.projections.card import measure
from ledger.projections.engine import measured
from ledger.projections.request import request
from tests.projections.small import Said, entry_id, facts_of, run
from tests.projections.test_timeliness import ALL, begun, covering, d, say

LATER = view("2026-06-30")
ASSESSMENT = "assessment.complete.start"


def assessed(child: str, start: str, done: str | None = None, **fields: Any) -> list[Said]:
    """An assessment of a child, and its authorisation."""
    said = [say(AssessmentStarted, start, child)]
    return [*said, say(AssessmentAuthorised, done, child, started_on=d(start), **fields)] if done else said


def planned(child: str, start: str, group: str | None = None, end: str | None = None, **fields: Any) -> list[Said]:
    """A child protection plan, its core group and its end."""
    said = [say(ChildProtectionPlanStarted, start, child, **fields)]
    said += [say(CoreGroupHeld, group, child)] if group else []
    return [*said, say(ChildProtectionPlanEnded, end, child, started_on=d(start))] if end else said


def test_days_taken_are_told_only_where_both_days_are_known_to_the_day() -> None:
    def taken(start: str, done: str, at_start: str | None = None, at_end: str | None = None) -> tuple[Any, Any]:
        end = AssessmentAuthorised(occurred_on=d(done), started_on=d(start), precision=at_end)
        said = [ALL, say(AssessmentStarted, start, precision=at_start), Said("a", end, d(done))]
        (row,) = run("timeliness", said, LATER, rule=ASSESSMENT).dicts()
        return row["working_days"], row["calendar_days"]

    assert taken("2026-03-02", "2026-03-09") == (5, 7)
    # The day a clock starts is day 0.
    assert taken("2026-03-02", "2026-03-02") == (0, 0)
    assert taken("2026-03-02", "2026-03-09", at_start="month") == (None, None)
    assert taken("2026-03-02", "2026-03-09", at_end="month") == (None, None)


def test_who_takes_a_child_over_on_the_day_a_clock_is_told_of_is_told() -> None:
    due = "2026-05-07"
    said = [
        ALL,
        *assessed("a", "2026-03-02"),
        say(WorkerAllocated, "2026-03-02", worker="W1"),
        say(WorkerDeallocated, due, worker="W1", started_on=d("2026-03-02")),
        say(WorkerAllocated, due, worker="W2"),
        say(PodAllocated, "2026-03-02", pod="P1"),
        say(PodAllocationEnded, due, pod="P1"),
        say(PodAllocated, due, pod="P2"),
        say(ChildInNeedPlanStarted, due),
    ]
    for by, member in (("worker", "W2"), ("pod", "P2"), ("stage", "child in need plan")):
        rows = run("timeliness", said, LATER, rule=ASSESSMENT, by=by).dicts()
        assert [(row["member"], row["clocks"], row["overdue"]) for row in rows] == [(member, 1, 1)]


@pytest.mark.parametrize(
    ("rule", "said", "finding", "note"),
    [
        ("core-group.first", planned("a", "2026-03-02", end="2026-04-20"), "not done", "it had ended since, without"),
        (
            "core-group.first",
            planned("a", "2026-03-02", end="2026-03-06"),
            "no longer due",
            "it had ended by the day it was due",
        ),
        (
            "section-47.conference",
            [
                say(Section47Started, "2026-03-02"),
                say(Section47Completed, "2026-03-09", started_on=d("2026-03-02"), conference_not_required=True),
            ],
            "no longer due",
            "no conference was needed",
        ),
        (
            "return-interview",
            [
                say(MissingEnded, "2026-03-02", kind="M", started_on=d("2026-03-01")),
                say(ReturnInterviewOffered, "2026-03-03", answer="no"),
            ],
            "no longer due",
            "the child declined the interview",
        ),
        (
            "core-group.first",
            planned("a", "2026-03-01", precision="month"),
            "not known",
            "the day it started is not known to the day",
        ),
        (
            "health.review.under-5",
            [begun("2026-03-02"), say(HealthAssessmentDone, "2026-03-09", kind="initial")],
            "not known",
            "the rule depends on age, and no birth is on record",
        ),
        (
            ASSESSMENT,
            assessed("a", "2026-03-02", "2026-05-01", precision="month"),
            "not known",
            "the day it was done is not known to the day",
        ),
        (ASSESSMENT, assessed("a", "2026-03-02", "2026-02-02"), "not known", "done before it started"),
        (ASSESSMENT, assessed("a", "2026-03-02", "2026-03-09"), "in time", None),
        (ASSESSMENT, assessed("a", "2026-03-02"), "overdue", None),
    ],
)
def test_a_row_says_why_its_finding_is_what_it_is(rule: str, said: list[Said], finding: str, note: str | None) -> None:
    (row,) = run("timeliness", [ALL, *said], LATER, rule=rule).dicts()
    assert (row["finding"], row["note"]) == (finding, note)


def test_a_row_says_where_sources_tell_only_in_part() -> None:
    said = [begun("2026-03-02"), covering("review", "2026-03-02", "2026-03-10")]
    (row,) = run("timeliness", said, LATER, rule="looked-after-review.first").dicts()
    note = "sources tell only in part for the time up to the day it was due"
    assert (row["finding"], row["note"]) == ("not known", note)


def every_finding() -> list[Said]:
    """Plans whose first core group came out in each way: two in time, four not done, and so on."""
    said = [covering("protection plan", "2024-01-01", "2040-01-01")]
    said += [*planned("a", "2026-03-02", "2026-03-10"), *planned("b", "2026-03-02", "2026-03-16")]
    said += [*planned("c", "2026-03-02", "2026-03-17"), *planned("d", "2026-03-02")]
    for child in "efgh":
        said += planned(child, "2026-03-02", end="2026-04-20")
    for child in "ij":
        said += planned(child, "2026-06-25")
    for child in "klm":
        said += planned(child, "2026-03-02", end="2026-03-06")
    for child in "nopqr":
        said += planned(child, "2026-03-01", precision="month")
    for child in "stuvwx":
        said += planned(child, "2021-03-01")
    for child in "yz":
        (plan,) = planned(child, "2026-03-03")
        said.append(Said(child, plan.event, d("2026-03-03"), basis="return"))
    return said


def test_groups_count_each_finding() -> None:
    (row,) = run("timeliness", every_finding(), LATER, rule="core-group.first", by="authority").dicts()
    names = ("in_time", "late", "overdue", "not_done", "not_yet_due", "no_longer_due", "not_known", "not_supplied")
    assert [row[name] for name in names] == [2, 1, 3, 4, 2, 3, 5, 6]
    assert (row["clocks"], row["settled"], row["share_in_time"], row["told_by_return"]) == (26, 10, Decimal("0.2"), 2)
    assert (row["type"], row["status"], row["allowed"]) == ("guidance", "confirmed", "10 working days")
    assert row["note"] is None


def test_a_group_in_which_nothing_is_settled_has_no_share_and_says_so() -> None:
    asked: dict[str, Any] = {"rule": "core-group.first", "by": "authority", "per": "month"}
    rows = {row["period"]: row for row in run("timeliness", every_finding(), LATER, **asked).dicts()}
    assert {period: row["note"] for period, row in rows.items()} == {
        "2021-03": "nothing has come due or been done: no share",
        "2026-03": None,
        "2026-06": "nothing has come due or been done: no share",
    }
    assert rows["2026-06"]["share_in_time"] is None


def test_periods_are_of_the_year_of_social_care_and_of_the_day_counted() -> None:
    said = [ALL, *assessed("a", "2026-03-02", "2026-05-20"), *assessed("b", "2026-05-20")]

    def periods(**asked: Any) -> list[tuple[str, int]]:
        rows = run("timeliness", said, LATER, rule=ASSESSMENT, by="authority", **asked).dicts()
        return [(row["period"], row["clocks"]) for row in rows]

    assert periods(per="year") == [("2026", 1), ("2027", 1)]
    assert periods(per="month") == [("2026-03", 1), ("2026-05", 1)]
    assert periods(per="month", **{"count-by": "due", "from_": d("2026-05-01"), "to": d("2026-06-01")}) == [
        ("2026-05", 1)
    ]
    assert periods(per="month", **{"count-by": "done", "from_": d("2026-05-01"), "to": d("2026-06-01")}) == [
        ("2026-05", 1)
    ]
    old = run("timeliness", planned("a", "1974-12-31"), LATER, rule="core-group.first", by="authority", per="month")
    assert [row["period"] for row in old.dicts()] == ["outside the calendar"]


def notes(said: list[Said], at: View = LATER, /, **asked: Any) -> dict[str, int]:
    """Return the notes of the result, as of many, and of how many clocks or rows each tells."""
    found = run("timeliness", said, at, **asked).notes
    assert all(isinstance(note, Counted) for note in found)
    many = [note.under(1 << 30).partition(" ")[2] for note in found if isinstance(note, Counted)]
    return {text.split(":")[0]: int(note.partition(" ")[0]) for text, note in zip(many, found, strict=True)}


LEAN = "clocks are not yet due and in no share, which so leans to what was done early"


def test_the_notes_count_what_stands_in_no_share() -> None:
    told = notes(every_finding(), rule="core-group.first")
    assert told == {
        LEAN: 2,
        "findings are not known": 5,
        "findings are not supplied": 6,
        "rows rest on an entry of a periodic return, and are counted": 2,
        "rows are by a rule of which nobody has confirmed from when it holds": 26,
    }


def test_counted_by_the_day_they_were_due_clocks_do_not_lean_and_some_have_no_such_day() -> None:
    window: dict[str, Any] = {"from_": d("2026-01-01"), "to": d("2027-01-01")}
    asked: dict[str, Any] = {"rule": "core-group.first", **window}
    no_day = "clocks have no day on which they are due, and are in no window of due days"
    said = every_finding()
    by_due = notes(said, **{"count-by": "due", **asked})
    assert by_due[no_day] == 5
    assert LEAN not in by_due
    assert no_day not in notes(said, **asked)
    # What rests on a restricted entry is withheld from this count too.
    first = next(n for n, one in enumerate(said, 1) if one.event.precision == "month")
    restricted = Said(
        said[first - 1].stream, EntryRestricted(restricts=entry_id(first), reason="other"), d("2026-04-01")
    )
    assert notes([*said, restricted], **{"count-by": "due", **asked})[no_day] == 4


def test_the_notes_tell_of_rules_that_are_local_or_unconfirmed_and_from_when_they_hold() -> None:
    starts = ("2024-01-31", "2024-02-01", "2024-02-28", "2024-03-01", "2024-03-02")
    said = [ALL, *(say(ChildProtectionPlanStarted, on, child) for on, child in zip(starts, "abcde", strict=True))]
    own = {"id": "protection-visit", "limit": 4, "unit": "weeks", "source": "ours"}
    own |= {"effective_from": d("2024-02-01"), "effective_to": d("2024-03-01")}
    at = view("2024-12-31")
    with facts_of(said, at) as facts:
        facts.apply(with_local(timescales(), [own]))
        card = measure("timeliness")
        found = measured(facts, card, at.at(facts.position), request(card, rule="protection-visit")).notes
    # The authority's own two are of its own making, and it has said from when they hold; the project's three are not.
    assert found == [
        "5 rows are by a rule that is unconfirmed or locally set: see type and status",
        "3 rows are by a rule of which nobody has confirmed from when it holds: see dates of the view timescales",
    ]


NO_REFERRAL = "assessments begun name no referral, and none is on record before them"


def test_the_note_on_assessments_without_a_referral_is_of_the_window_and_not_of_what_is_restricted() -> None:
    said = [ALL, *assessed("a", "2026-03-01"), *assessed("b", "2026-03-02"), *assessed("c", "2026-03-31")]
    asked: dict[str, Any] = {"from_": d("2026-03-02"), "to": d("2026-03-31")}
    assert notes(said, **asked)[NO_REFERRAL] == 1
    assert notes(said)[NO_REFERRAL] == 3
    assert notes(said, rule="assessment.complete.referral")[NO_REFERRAL] == 3
    assert NO_REFERRAL not in notes(said, rule=ASSESSMENT)
    hidden = Said("b", EntryRestricted(restricts=entry_id(3), reason="other"), d("2026-04-01"))
    assert notes([*said, hidden])[NO_REFERRAL] == 2


def test_restricted_clocks_are_counted_once_though_no_version_of_their_rule_was_in_force() -> None:
    said = [ALL, *assessed("a", "2013-04-12"), *assessed("b", "2013-04-12"), *assessed("c", "2013-04-15")]
    hidden = Said("a", EntryRestricted(restricts=entry_id(2), reason="other"), d("2026-04-01"))
    told = notes([*said, hidden], NOW, rule=ASSESSMENT)
    assert told["clocks rest on restricted entries"] == 1
    assert told["clocks started when no version of their rule was in force"] == 1


@pytest.mark.parametrize("hidden", [2, 3, 4])
def test_a_clock_from_the_referral_is_withheld_with_any_entry_it_rests_on(hidden: int) -> None:
    said = [ALL, say(ReferralReceived, "2026-03-02"), *assessed("a", "2026-03-09", "2026-05-05")]
    restricted = Said("a", EntryRestricted(restricts=entry_id(hidden), reason="other"), d("2026-06-01"))
    asked: dict[str, Any] = {"rule": "assessment.complete.referral"}
    assert len(run("timeliness", said, LATER, **asked).rows) == 1
    assert run("timeliness", [*said, restricted], LATER, **asked).rows == []
    assert notes([*said, restricted], **asked)["clocks rest on restricted entries"] == 1


def test_a_clock_done_in_the_window_belongs_to_it_though_it_is_dated_to_start_after_it() -> None:
    said = [ALL, *assessed("a", "2026-05-04", "2026-03-10")]
    window: dict[str, Any] = {"count-by": "done", "from_": d("2026-03-01"), "to": d("2026-04-01")}
    (row,) = run("timeliness", said, LATER, rule=ASSESSMENT, **window).dicts()
    assert (row["finding"], row["counted_on"]) == ("not known", d("2026-03-10"))


def test_an_end_that_an_assessment_of_some_month_states_itself_is_not_known_to_the_day() -> None:
    ended = d("2026-04-10")
    for precision, finding in ((None, "in time"), ("month", "not known")):
        start = AssessmentStarted(occurred_on=d("2026-03-09"), occurred_until=ended, precision=precision)
        said = [ALL, say(ReferralReceived, "2026-03-02"), Said("a", start, ended)]
        (row,) = run("timeliness", said, LATER, rule="assessment.complete.referral").dicts()
        assert (row["done_on"], row["finding"]) == (ended, finding)
