"""What is in force at a view: the SQL against the domain's own reading of one stream, and rules one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.clock import View, london_day, view
from ledger.domain.events.identity import ChildMerged, ChildRegistered, ChildSplit
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryUnrestricted, EntryWithdrawn
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.domain.standing import stand
from tests.projections import journeys as some
from tests.projections.small import Said, entries, entry_id, facts_of, journey_id

MAY = date(2024, 5, 1)
SOME = settings(max_examples=40, deadline=None)


@SOME
@given(some.ledgers(some.visits(), some.allocations(), some.attempts), some.views)
def test_the_views_hold_what_the_domain_reads(said: list[Said], at: View) -> None:
    found = []
    for stream in entries(said).values():
        known = [entry for entry in stream if at.position is None or entry.position <= at.position]
        found += [s for s in stand(known, at) if s.event is not None]
    expected = {(s.root.position, s.entry.position, s.event.name, s.event.day, s.expected, s.corrected) for s in found}
    with facts_of(said, at) as facts:
        rows = facts.query("SELECT position, entry_position, name, day, expected, corrected FROM effective").fetchall()
    assert set(rows) == expected
    assert len(rows) == len(expected)


@SOME
@given(some.ledgers(some.visits()), some.views)
def test_restrictions_follow_the_present_head_whatever_the_view(said: list[Said], at: View) -> None:
    now: dict[str, bool] = {}
    for one in said:
        if isinstance(one.event, EntryRestricted | EntryUnrestricted):
            now[one.event.restricts] = isinstance(one.event, EntryRestricted)
    expected = {number for number in range(1, len(said) + 1) if now.get(entry_id(number))}
    with facts_of(said, at) as facts:
        rows = facts.query("SELECT position, restricted FROM effective").fetchall()
    assert {position for position, restricted in rows if restricted} == expected & {position for position, _ in rows}


def test_a_withdrawal_is_undone_by_a_later_correction_only() -> None:
    said = [
        Said("a", VisitRecorded(occurred_on=MAY, worker="W1"), date(2024, 5, 2)),
        Said("a", EntryWithdrawn(withdraws=entry_id(1), reason="recording error"), date(2024, 5, 3)),
        Said(
            "a",
            EntryCorrected(
                corrects=entry_id(1),
                correction_reason="recording error",
                replacement=VisitAttempted(occurred_on=MAY, worker="W2"),
            ),
            date(2024, 5, 4),
        ),
    ]
    names = {}
    for day in (2, 3, 4):
        with facts_of(said, view(f"2024-05-0{day}")) as facts:
            names[day] = facts.query("SELECT name, worker, root_id FROM effective").fetchall()
    assert names == {
        2: [("visit-recorded.v1", "W1", entry_id(1))],
        3: [],
        4: [("visit-attempted.v1", "W2", entry_id(1))],
    }


def test_a_correction_in_another_stream_changes_nothing() -> None:
    said = [
        Said("a", VisitRecorded(occurred_on=MAY, worker="W1"), MAY),
        Said("b", EntryWithdrawn(withdraws=entry_id(1), reason="recording error"), MAY),
    ]
    with facts_of(said) as facts:
        assert facts.query("SELECT count(*) FROM visits").fetchone() == (1,)


def test_the_day_is_london_s() -> None:
    late = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    assert london_day(late) == date(2024, 7, 1)
    said = [Said("a", VisitRecorded(occurred_at=late, worker="W1"), late)]
    with facts_of(said) as facts:
        assert facts.query("SELECT visited_on, visited_at FROM visits").fetchall() == [
            (date(2024, 7, 1), datetime(2024, 6, 30, 23, 30))
        ]


def test_an_erased_entry_is_counted_and_shows_nothing() -> None:
    said = [
        Said("a", VisitRecorded(occurred_on=MAY, worker="W1"), MAY, erased=True),
        Said("a", VisitRecorded(occurred_on=MAY, worker="W2"), MAY),
    ]
    with facts_of(said) as facts:
        assert facts.query("SELECT worker FROM visits").fetchall() == [("W2",)]
        assert facts.query("SELECT count(*) FROM admitted WHERE erased").fetchone() == (1,)


def test_merged_journeys_are_one_person_until_split() -> None:
    a, b, c = journey_id("a"), journey_id("b"), journey_id("c")
    said = [
        Said("b", ChildRegistered(child_id="2"), date(2024, 1, 1)),
        Said("a", ChildRegistered(child_id="1"), date(2024, 1, 2)),
        Said("c", ChildRegistered(child_id="3"), date(2024, 1, 3)),
        Said("a", ChildMerged(other_journey=b), date(2024, 2, 1)),
        Said("b", ChildMerged(other_journey=a), date(2024, 2, 1)),
        Said("b", ChildMerged(other_journey=c), date(2024, 3, 1)),
        Said("c", ChildMerged(other_journey=b), date(2024, 3, 1)),
        Said("c", ChildSplit(other_journey=b), date(2024, 4, 1)),
        Said("b", ChildSplit(other_journey=c), date(2024, 4, 1)),
    ]
    people = {}
    for day in ("2024-01-31", "2024-02-28", "2024-03-31", "2024-04-30"):
        with facts_of(said, view(day)) as facts:
            rows = facts.query("SELECT DISTINCT stream, journey FROM effective").fetchall()
            people[day] = {stream.removeprefix("journey:"): journey for stream, journey in rows}
    assert people == {
        "2024-01-31": {a: a, b: b, c: c},
        "2024-02-28": {a: b, b: b, c: c},
        "2024-03-31": {a: b, b: b, c: b},
        "2024-04-30": {a: b, b: b, c: c},
    }


@SOME
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1))
def test_ratios_are_exact_to_12_places(parts: list[tuple[int, int]]) -> None:
    with facts_of([]) as facts:
        for num, den in parts:
            (found,) = facts.query("SELECT ratio($n, $d)", n=num, d=den).fetchone() or (None,)
            assert -den < (2 * int(found.scaleb(12)) * den - 2 * num * 10**12) <= den


def test_a_ratio_over_nothing_is_undefined() -> None:
    with facts_of([]) as facts:
        assert facts.query("SELECT ratio(0, 0), ratio(1, 0), ratio(NULL, 3)").fetchone() == (None, None, None)
