"""How soon things are written down: the slow reference on random journeys, and the rules one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.calendar import is_working_day, working_days_between
from ledger.domain.clock import NOW, View, london_day, view
from ledger.domain.events import catalogue
from ledger.domain.events.base import Event
from ledger.domain.events.contact import ContactReceived
from ledger.domain.events.court import OrderMade, ProceedingsIssued
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.pod import WorkerJoinedPod
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryWithdrawn
from ledger.domain.events.safeguarding import ConferenceHeld
from ledger.domain.events.supervision import ManagementDecisionRecorded
from ledger.domain.events.visit import VisitRecorded
from ledger.projections.card import measure
from ledger.projections.engine import measured
from ledger.projections.request import request
from tests.projections import journeys as some
from tests.projections import slow_recording as slow
from tests.projections.slow_holding import in_force
from tests.projections.small import Said, entry_id, facts_of, journey_id, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.projections.facts import Facts

SOME = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WINDOWS: list[tuple[date | None, date | None]] = [(None, None), (date(2024, 3, 28), date(2024, 4, 3))]


@st.composite
def decisions(draw: st.DrawFn) -> Event:
    """Something that was decided, on a day or at a moment."""
    on = draw(some.days)
    moment = datetime(on.year, on.month, on.day, draw(some.hours), tzinfo=UTC) if draw(st.booleans()) else None
    when: dict[str, Any] = {"occurred_at": moment} if moment else {"occurred_on": on}
    when["precision"] = draw(st.sampled_from([None, None, "approximate"]))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return ManagementDecisionRecorded(decided_by="M", decision="d", rationale="r", **when)
    if kind == 1:
        return ConferenceHeld(kind="initial", **when)
    return OrderMade(order_kind="care", **when) if kind == 2 else ProceedingsIssued(order_kind="care", **when)


@st.composite
def contacts(draw: st.DrawFn) -> Event:
    """A contact that may be dated to a month, or not at all."""
    precision = draw(st.sampled_from([None, None, "month", "not later than", "unknown"]))
    return ContactReceived(occurred_on=None if precision == "unknown" else draw(some.days), precision=precision)


@st.composite
def worlds(draw: st.DrawFn) -> list[Said]:
    """A small ledger whose entries were written by several workers, some of them told by a return."""
    said = draw(some.ledgers(some.visits(), decisions(), contacts(), some.memberships()))
    return [
        replace(
            one,
            by=draw(st.sampled_from(["W1", "W2", "W3", "W9"])),
            basis=draw(st.sampled_from(["practice", "practice", "practice", "return"])),
        )
        for one in said
    ]


def key(row: dict[str, Any]) -> str:
    """Sort rows by what they tell."""
    return repr(sorted(row.items(), key=lambda item: item[0]))


def same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """Compare rows in any order, in the columns expected."""
    names = set(expected[0]) if expected else set()
    cut = [{name: row[name] for name in names} for row in found]
    assert len(found) == len(expected)
    assert sorted(cut, key=key) == sorted(expected, key=key)


Window = tuple[date | None, date | None]


def ask(facts: Facts, at: View, name: str, **asked: Any) -> list[dict[str, Any]]:
    """Run a measure over facts that are loaded."""
    return measured(facts, measure(name), at.at(facts.position), request(measure(name), **asked)).dicts()


@SOME
@given(worlds(), some.views, st.sampled_from(WINDOWS), st.sampled_from(["month", "quarter", "year", "window"]))
def test_lags_agree_with_the_slow_reference(said: list[Said], at: View, window: Window, each: str) -> None:
    written = slow.recordings(said, some.CHILDREN, at)
    pods = in_force(said, "pod:P", at)
    members: dict[str, Callable[[slow.Written], str]] = {
        "worker": lambda one: one.worker or "not known",
        "pod": lambda one: slow.pod_of(pods, one.worker, one.written) or "not known",
        "child": lambda one: one.child,
    }
    asked = {"from_": window[0], "to": window[1]}
    with facts_of(said, at) as facts:
        from_, to = window[0] or date.min, min(window[1] or date.max, facts.reader["day"] + slow.DAY)
        for per, member in members.items():
            rows = ask(facts, at, "recording", per=per, each=each, **asked)
            expected = slow.figures(written, member, each, from_, to)
            same([row | {"member": row["member"] or row["child"]} for row in rows], expected)
        for by in ("pod", "authority"):
            expected = slow.figures(written, members.get(by, lambda _: "authority"), "window", from_, to)
            cut = [{name: row[name] for name in row if name != "period_from"} for row in expected]
            same(ask(facts, at, "recording", by=by, **asked), cut)


@SOME
@given(worlds(), some.views, st.sampled_from(WINDOWS))
def test_back_dating_agrees_with_the_slow_reference(said: list[Said], at: View, window: Window) -> None:
    written = slow.recordings(said, some.CHILDREN, at)
    with facts_of(said, at) as facts:
        to = min(window[1] or date.max, facts.reader["day"] + slow.DAY)
        found = ask(facts, at, "back-dating", from_=window[0], to=window[1])
    same(found, slow.dated_back(written, window[0] or date.min, to))


@SOME
@given(
    worlds(),
    some.views,
    st.none() | st.integers(0, 60).map(lambda n: some.FIRST + timedelta(days=n)),
    st.sampled_from([(2, 30), (7, 84)]),
)
def test_bursts_agree_with_the_slow_reference(
    said: list[Said], at: View, before: date | None, spans: tuple[int, int]
) -> None:
    # Half of what is written here is written long before, so that there is something usual to compare with.
    said = [replace(one, written_at=earlier(one.written_at)) if n % 2 else one for n, one in enumerate(said)]
    written = slow.recordings(said, some.CHILDREN, at)
    pods = in_force(said, "pod:P", at)
    asked = {"before": before, "days": spans[0], "usual_days": spans[1], "times": 2, "least": 2}
    members: dict[str, Callable[[slow.Written], str]] = {
        "worker": lambda one: one.worker or "not known",
        "pod": lambda one: slow.pod_of(pods, one.worker, one.written) or "not known",
    }
    with facts_of(said, at) as facts:
        on = facts.reader["day"]
        dates: list[tuple[date, str | None]] = [(before, None)] if before else court_dates(written, on)
        for per, member in members.items():
            expected = slow.bursts(written, dates, member, on, days=spans[0], usual=spans[1], times=2, least=2)
            same(ask(facts, at, "recording-bursts", per=per, **asked), expected)


def earlier(moment: Any) -> Any:
    """A good while before."""
    return moment - timedelta(days=40) if isinstance(moment, datetime) else moment


def court_dates(written: list[slow.Written], on: date) -> list[tuple[date, str | None]]:
    """The days of court of each child."""
    found = {
        (one.event.day, one.child)
        for one in written
        if isinstance(one.event, OrderMade | ProceedingsIssued)
        and one.event.precision is None
        and not one.restricted
        and not one.expected
        and one.event.day is not None
        and one.event.day <= on
    }
    return sorted(found)


def visit(
    on: date | datetime, written: date | datetime | None, by: str = "W1", child: str = "a", **fields: Any
) -> Said:
    """A visit, and when and by whom it was written."""
    when = {"occurred_at": on} if isinstance(on, datetime) else {"occurred_on": on}
    sealed = fields.pop("sealed", None)
    basis = fields.pop("basis", "practice")
    return Said(child, VisitRecorded(worker="W9", **when, **fields), written, sealed, basis, by=by)


def at(day: int, hour: int, month: int = 6) -> datetime:
    """A moment in 2024."""
    return datetime(2024, month, day, hour, tzinfo=UTC)


LATER = view("2026-12-31")
FRIDAY, MONDAY = date(2024, 6, 7), date(2024, 6, 10)


def figures(*said: Said, **asked: Any) -> dict[str, Any]:
    """The one row over all of the window."""
    (row,) = run("recording", list(said), LATER, each="window", **asked).dicts()
    return row


def test_hours_where_the_time_is_known_else_the_next_day() -> None:
    assert figures(visit(at(3, 10), at(4, 10)))["within_24_hours"] == 1
    assert figures(visit(at(3, 10), at(4, 11)))["within_24_hours"] == 0
    assert figures(visit(date(2024, 6, 3), at(4, 22)))["within_24_hours"] == 1
    assert figures(visit(date(2024, 6, 3), at(5, 9)))["within_24_hours"] == 0


def test_a_weekend_and_a_bank_holiday_are_no_working_days() -> None:
    assert figures(visit(FRIDAY, date(2024, 6, 11)))["within_2_working_days"] == 1
    assert figures(visit(FRIDAY, date(2024, 6, 12)))["within_2_working_days"] == 0
    # Good Friday and Easter Monday lie between.
    easter = figures(visit(date(2024, 3, 28), date(2024, 4, 3)), visit(date(2024, 3, 28), date(2024, 4, 9)))
    assert (easter["within_2_working_days"], easter["within_5_working_days"]) == (1, 1)


def test_medians_are_days_that_occurred() -> None:
    lags = [0, 1, 3, 10]
    row = figures(*(visit(MONDAY, MONDAY + timedelta(days=lag)) for lag in lags))
    assert (row["entries"], row["median_to_writing"], row["p90_to_writing"]) == (4, 1, 10)
    ten = figures(*(visit(MONDAY, MONDAY + timedelta(days=lag)) for lag in range(10)))
    assert (ten["median_to_writing"], ten["p90_to_writing"]) == (4, 8)
    sealed = figures(*(visit(MONDAY, MONDAY, sealed=MONDAY + timedelta(days=lag)) for lag in range(10)))
    assert (sealed["median_to_sealing"], sealed["p90_to_sealing"]) == (4, 8)


def test_sealing_is_counted_from_writing() -> None:
    row = figures(visit(FRIDAY, FRIDAY, sealed=MONDAY))
    assert (row["median_to_writing"], row["median_to_sealing"]) == (0, 3)


def test_returns_and_what_has_no_written_date_are_left_out_and_counted() -> None:
    said = [
        visit(FRIDAY, MONDAY),
        visit(FRIDAY, date(2025, 3, 31), basis="return"),
        visit(FRIDAY, None, sealed=MONDAY),
        visit(FRIDAY, MONDAY, precision="month"),
        visit(date(2024, 7, 1), MONDAY),
    ]
    row = figures(*said)
    assert row["entries"] == 1
    assert [row[name] for name in ("from_returns", "no_written_date", "date_not_exact", "dated_ahead")] == [1, 1, 1, 1]
    notes = run("recording", said, LATER).notes
    assert [note.split()[0] for note in notes] == ["1"] * 4


def test_nothing_with_a_lag_is_empty_and_not_nought() -> None:
    row = figures(visit(FRIDAY, date(2025, 3, 31), basis="return"))
    assert (row["entries"], row["median_to_writing"], row["share_within_24_hours"]) == (0, None, None)
    assert row["note"] == "no entry with a lag"


def test_a_date_corrected_later_makes_nothing_late() -> None:
    said = [
        visit(FRIDAY, FRIDAY),
        Said(
            "a",
            EntryCorrected(
                corrects=entry_id(1),
                correction_reason="date",
                replacement=VisitRecorded(occurred_on=date(2024, 6, 6), worker="W9"),
            ),
            date(2024, 12, 1),
        ),
    ]
    assert figures(*said)["median_to_writing"] == 1
    (before,) = run("recording", said, view("2024-11-30"), each="window").dicts()
    assert before["median_to_writing"] == 0


def test_a_withdrawn_entry_has_no_lag() -> None:
    said = [
        visit(FRIDAY, MONDAY),
        Said("a", EntryWithdrawn(withdraws=entry_id(1), reason="entered in error"), date(2024, 7, 1)),
    ]
    assert run("recording", said).rows == []
    assert len(run("recording", said, view("2024-06-30")).rows) == 1


def test_the_pod_is_the_writers_on_the_day_of_writing() -> None:
    said = [
        visit(FRIDAY, MONDAY),
        visit(FRIDAY, FRIDAY),
        Said("pod:P", WorkerJoinedPod(occurred_on=MONDAY, worker="W1", pod="P1"), MONDAY),
    ]
    rows = run("recording", said, each="window", per="pod").dicts()
    assert [(row["member"], row["entries"]) for row in rows] == [("P1", 1), ("not known", 1)]


def test_a_kind_is_the_area_of_practice() -> None:
    said = [visit(FRIDAY, MONDAY), conference(MONDAY), Said("a", ContactReceived(occurred_on=MONDAY), MONDAY)]
    rows = run("recording", said, each="window", per="kind").dicts()
    assert [(row["member"], row["entries"]) for row in rows] == [("conference", 1), ("contact", 1), ("visit", 1)]


def test_the_stage_is_that_of_the_day_it_happened() -> None:
    plan = ChildInNeedPlanStarted(occurred_on=FRIDAY)
    ended = ChildInNeedPlanEnded(occurred_on=MONDAY, started_on=FRIDAY)
    on_days = [visit(on, MONDAY) for on in (FRIDAY - timedelta(days=1), FRIDAY, MONDAY - timedelta(days=1), MONDAY)]
    said = [Said("a", plan, FRIDAY), Said("a", ended, MONDAY), *on_days]
    rows = run("recording", said, by="stage").dicts()
    # The start of the plan and its end are entries as the visits are.
    assert [(row["member"], row["entries"]) for row in rows] == [
        ("child in need plan", 3),
        ("closed", 2),
        ("not known", 1),
    ]


def conference(on: date | datetime, child: str = "a") -> Said:
    """A conference, written on its day."""
    when = {"occurred_at": on} if isinstance(on, datetime) else {"occurred_on": on}
    return Said(child, ConferenceHeld(kind="initial", **when), at(30, 12))


def test_a_visit_written_after_the_conference_it_precedes_is_listed() -> None:
    said = [conference(MONDAY), visit(FRIDAY, date(2024, 6, 11)), visit(FRIDAY, MONDAY), visit(MONDAY, at(11, 9))]
    table = run("back-dating", said)
    assert [(row["position"], row["decision_position"]) for row in table.dicts()] == [(2, 1)]
    (row,) = table.dicts()
    assert (row["decision"], row["days_to_writing"], row["days_after_decision"]) == ("conference held", 4, 1)
    assert run("back-dating", said, days_after=2).rows == []
    assert run("back-dating", [*said[1:], conference(MONDAY, child="b")]).rows == []


def test_moments_tell_before_from_after_on_one_day() -> None:
    said = [
        conference(at(10, 12)),
        visit(at(10, 9), at(10, 11)),
        visit(at(10, 9), at(10, 13)),
        visit(at(10, 13), at(10, 15)),
    ]
    assert [row["position"] for row in run("back-dating", said).dicts()] == [3]


def test_a_correction_may_carry_a_date_back_across_a_decision() -> None:
    moved = VisitRecorded(occurred_on=FRIDAY, worker="W9")
    said = [
        conference(MONDAY),
        visit(date(2024, 6, 12), date(2024, 6, 12)),
        Said("a", EntryCorrected(corrects=entry_id(2), correction_reason="date", replacement=moved), at(20, 9)),
    ]
    (row,) = run("back-dating", said).dicts()
    assert (row["position"], row["corrects_position"], row["written_on"]) == (3, 2, date(2024, 6, 20))
    assert row["note"] == "a correction gave the entry this date"
    assert run("back-dating", said, view("2024-06-19")).rows == []


def test_restricted_entries_are_withheld_and_counted() -> None:
    said = [
        conference(MONDAY),
        visit(FRIDAY, date(2024, 6, 11)),
        Said("a", EntryRestricted(restricts=entry_id(2), reason="other"), at(20, 9)),
    ]
    table = run("back-dating", said)
    assert table.rows == []
    assert any(note.startswith("1 entry is restricted") for note in table.notes)


INSPECTION = date(2024, 9, 2)


def daily(from_: date, until: date, per_day: int = 1, **fields: Any) -> list[Said]:
    """So many visits written on every day."""
    return [
        visit(from_ + timedelta(days=n), from_ + timedelta(days=n), **fields)
        for n in range((until - from_).days)
        for _ in range(per_day)
    ]


def burst(said: list[Said], **asked: Any) -> dict[str, Any]:
    """The one row before the inspection."""
    (row,) = run("recording-bursts", said, before=INSPECTION, **asked).dicts()
    return row


def test_more_than_twice_the_usual_writing_is_a_burst() -> None:
    usual = daily(INSPECTION - timedelta(days=98), INSPECTION - timedelta(days=14))
    twice = burst(usual + daily(INSPECTION - timedelta(days=14), INSPECTION, per_day=2))
    assert (twice["times_usual"], twice["burst"], twice["usual_days"]) == (2, False, 84)
    more = burst(
        usual + daily(INSPECTION - timedelta(days=14), INSPECTION, per_day=2) + [visit(FRIDAY, date(2024, 9, 1))]
    )
    assert (more["burst"], more["about_earlier_days"]) == (True, 1)
    assert burst(usual + daily(INSPECTION - timedelta(days=14), INSPECTION, per_day=3), times=3)["burst"] is False


def test_too_little_to_compare_with_is_no_verdict() -> None:
    row = burst(daily(INSPECTION - timedelta(days=30), INSPECTION))
    assert (row["burst"], row["times_usual"]) == (None, None)
    assert row["note"] == "fewer than 28 days of writing before these to compare with"
    old = [visit(date(2024, 1, 1), date(2024, 1, 1)), *daily(INSPECTION - timedelta(days=5), INSPECTION)]
    assert [burst(old)[name] for name in ("times_usual", "burst", "note")] == [
        None,
        True,
        "nothing written in the usual days",
    ]


def test_before_the_days_are_over_nothing_is_judged() -> None:
    said = daily(INSPECTION - timedelta(days=98), INSPECTION - timedelta(days=4))
    (row,) = run("recording-bursts", said, view("2024-08-29"), before=INSPECTION).dicts()
    assert (row["burst"], row["note"]) == (None, "the days before are not over")


def test_before_a_date_of_court_only_writing_about_its_child_counts() -> None:
    order = Said("a", OrderMade(order_kind="care", occurred_on=INSPECTION), INSPECTION)
    said = [
        order,
        *daily(INSPECTION - timedelta(days=98), INSPECTION),
        *daily(date(2024, 8, 20), INSPECTION, child="b"),
    ]
    (row,) = run("recording-bursts", said, LATER).dicts()
    assert (row["child"], row["entries"], row["burst"], row["position"]) == (journey_id("a"), 14, False, 1)
    assert run("recording-bursts", said, LATER, to=INSPECTION).rows == []


def test_the_calendar_is_the_domains() -> None:
    with facts_of([]) as facts:
        days = facts.query("SELECT day, working, working_number FROM calendar ORDER BY day").fetchall()
    assert (days[0][0], days[-1][0]) == (date(1975, 1, 1), date(2050, 12, 31))
    assert [day for day, working, _ in days if working != is_working_day(day)] == []
    nth = {day: number for day, _, number in days}
    first = date(2024, 3, 20)
    for n in range(60):
        on = first + timedelta(days=n)
        assert nth[on] - nth[first] == working_days_between(first, on)


def test_the_kinds_are_those_of_the_catalogue() -> None:
    with facts_of([]) as facts:
        kinds = dict(facts.query("SELECT name, area FROM event_areas").fetchall())
    wanted = {n: k.area for n, k in catalogue().items() if "journey" in k.streams and k.area != "record"}
    assert kinds == wanted, "write the new event into ledger/projections/views/event_areas.sql"


@pytest.mark.parametrize("bad", ["02/09/2024", "soon"])
def test_a_date_that_cannot_be_read_is_said(bad: str) -> None:
    from ledger.errors import Malformed

    with pytest.raises(Malformed, match="expected a date like"):
        run("recording-bursts", [], before=bad)


def test_the_reader_stands_in_london() -> None:
    assert london_day(datetime(2024, 6, 9, 23, 30, tzinfo=UTC)) == MONDAY
    row = figures(visit(FRIDAY, datetime(2024, 6, 9, 23, 30, tzinfo=UTC)))
    assert row["median_to_writing"] == 3
    assert NOW.instant is None
