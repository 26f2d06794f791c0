"""Which of an entry, its corrections and withdrawals is in force: definition against implementation, any history."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.clock import View
from ledger.domain.envelope import Entry
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryRestricted, EntryUnrestricted, EntryWithdrawn
from ledger.domain.events.visit import VisitRecorded
from ledger.domain.standing import stand
from tests.domain.given import RECORDED, Given, noon, on

DAY = on("2024-01-10")
changes = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["correct", "withdraw"]), st.integers(0, 6)), max_size=8
)


def history(told: list[tuple[int, str, int]]) -> list[Entry]:
    """Two visits, then changes to either, each known on some day after the tenth of January."""
    case = Given(VisitRecorded(occurred_on=DAY, worker="V0"), VisitRecorded(occurred_on=DAY, worker="V1"))
    roots = list(case.entries)
    for number, (which, what, days) in enumerate(told):
        written = (DAY + timedelta(days=days)).isoformat()
        if what == "correct":
            case.correct(roots[which], VisitRecorded(occurred_on=DAY, worker=f"C{number}"), written=written)
        else:
            case.withdraw(roots[which], written=written)
    return case.entries


def in_force(entries: list[Entry], root: Entry, at: View) -> str | None:
    """The definition, word for word: of what is known by then, that with the greatest (known, position)."""
    known = [e for e in entries if at.instant is None or (e.written_at or e.recorded_at) <= at.instant]
    about: list[tuple[Any, int, str | None]] = [(root.written_at, root.position, root.event.worker)]  # type: ignore[union-attr]
    for entry in known:
        if isinstance(entry.event, EntryCorrected) and entry.event.corrects == root.event_id:
            about.append((entry.written_at, entry.position, entry.event.replacement.worker))  # type: ignore[attr-defined]
        if isinstance(entry.event, EntryWithdrawn) and entry.event.withdraws == root.event_id:
            about.append((entry.written_at, entry.position, None))
    return max(about, key=lambda one: one[:2])[2]


@given(changes, st.one_of(st.none(), st.integers(0, 7)))
def test_the_greatest_known_and_position_stands(told: list[tuple[int, str, int]], days: int | None) -> None:
    entries = history(told)
    at = View(instant=None if days is None else noon(DAY + timedelta(days=days)))
    standings = stand(entries, at)
    assert [s.root for s in standings] == entries[:2]
    for standing in standings:
        expected = in_force(entries, standing.root, at)
        assert (standing.event.worker if standing.event else None) == expected  # type: ignore[attr-defined]
        assert standing.withdrawn is (expected is None)
        assert standing.corrected is (expected is not None and expected.startswith("C"))


@given(changes, st.randoms())
def test_the_order_in_which_entries_are_read_changes_nothing(told: list[tuple[int, str, int]], random: Random) -> None:
    entries = history(told)
    shuffled = entries[:]
    random.shuffle(shuffled)
    by_root = {s.root.position: s for s in stand(shuffled)}
    assert [by_root[s.root.position] for s in stand(entries)] == stand(entries)


@given(changes)
def test_only_a_later_correction_undoes_a_withdrawal(told: list[tuple[int, str, int]]) -> None:
    entries = history([*told, (0, "withdraw", 6)])
    assert stand(entries)[0].withdrawn
    again = history([*told, (0, "withdraw", 6), (0, "correct", 5)])
    assert stand(again)[0].withdrawn, "a correction known earlier than the withdrawal does not undo it"
    undone = history([*told, (0, "withdraw", 6), (0, "correct", 6)])
    assert not stand(undone)[0].withdrawn


def test_a_change_written_before_its_root_gives_way_to_the_root() -> None:
    case = Given()
    root = case(VisitRecorded(occurred_on=DAY, worker="V"), written="2024-01-20")
    case.withdraw(root, written="2024-01-15")
    assert stand(case.entries)[0].event == root.event


def test_restrictions_follow_the_present_head_whatever_the_clock() -> None:
    case = Given()
    root = case(VisitRecorded(occurred_on=DAY))
    case(EntryRestricted(restricts=root.event_id, reason="third party"), "2024-06-01")
    early = View(instant=noon(on("2024-02-01")))
    assert stand(case.entries, early)[0].restricted
    case(EntryUnrestricted(restricts=root.event_id), "2024-07-01")
    assert not stand(case.entries, early)[0].restricted


def test_disputes_stand_beside_the_entry_from_when_they_were_known() -> None:
    case = Given()
    root = case(VisitRecorded(occurred_on=DAY))
    dispute = case(DisputeNoted(disputes=root.event_id, raised_by="parent", words="No."), "2024-02-01")
    assert stand(case.entries, View(instant=noon(on("2024-01-31"))))[0].disputes == ()
    assert stand(case.entries)[0].disputes == (dispute,)


def test_on_the_sealed_clock_only_what_the_ledger_can_prove_is_there() -> None:
    case = Given(VisitRecorded(occurred_on=DAY))
    before = View(clock="sealed", instant=RECORDED)
    after = View(clock="sealed", instant=RECORDED + timedelta(minutes=1))
    assert (stand(case.entries, before), len(stand(case.entries, after))) == ([], 1)


def test_a_view_held_to_a_position_shows_nothing_sealed_after_it() -> None:
    case = Given(VisitRecorded(occurred_on=DAY), VisitRecorded(occurred_on=DAY))
    assert [s.root.position for s in stand(case.entries, View(position=1))] == [1]


def test_expected_is_dated_after_the_day_it_was_known_in_london() -> None:
    case = Given()
    case(VisitRecorded(occurred_on=on("2024-01-11")), "2024-01-10")
    case(VisitRecorded(occurred_on=on("2024-01-10")), "2024-01-10")
    assert [(s.expected, s.counts) for s in stand(case.entries)] == [(True, False), (False, True)]
