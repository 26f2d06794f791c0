"""The audit trail: every entry, its clocks, its lag, its author and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.clock import NOW, view
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.record import EntryUnrestricted
from ledger.domain.events.supervision import SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitRecorded
from ledger.projections.audit_trail import Choice, Tally, TrailLine, changes_of, trail
from ledger.projections.withheld import withheld
from ledger.projections.words import Difference
from tests.readings.case import Case, on

if TYPE_CHECKING:
    from ledger.domain.clock import View


def told(case: Case, at: View = NOW, tally: Tally | None = None, **choice: Any) -> list[TrailLine]:
    """The trail of a case, as the application asks for it."""
    return list(
        trail(
            ((entry, f"leaf-{entry.position}") for entry in case.entries),
            view=at,
            history=lambda _stream: case.entries,
            hidden=withheld(case.entries, at),
            tally=tally or Tally(),
            choice=Choice(**choice),
            changed_by=changes_of(case.entries),
        )
    )


def visit(day: str, **more: Any) -> VisitRecorded:
    return VisitRecorded(occurred_on=on(day), **more)


@pytest.fixture
def case() -> Case:
    """A visit written three days later, corrected twice; a late supervision; an allocation from a return."""
    case = Case()
    first = case.add(visit("2018-03-02", worker="W-1", child_seen="yes", narrative="One."), written="2018-03-05")
    case.add(
        SupervisionDiscussionHeld(occurred_on=on("2018-03-06"), mode="group", supervisor="W-9", thinking="Hm."),
        written="2018-04-05",
        by="W-2",
    )
    case.correct(first, visit("2018-03-02", worker="W-1", child_seen="no", narrative="One."), written="2018-04-10")
    case.correct(first, visit("2018-03-01", worker="W-1", child_seen="no", narrative="Two."), written="2018-05-10")
    case.add(WorkerAllocated(occurred_on=on("2017-04-01"), worker="W-3"), written="2018-06-30", basis="return", by="")
    return case


def test_every_entry_is_a_line_in_the_order_it_was_sealed(case: Case) -> None:
    assert [(line.position, line.version, line.leaf, line.title) for line in told(case)] == [
        (1, 1, "leaf-1", "visit recorded"),
        (2, 2, "leaf-2", "supervision discussion held"),
        (3, 3, "leaf-3", "entry corrected"),
        (4, 4, "leaf-4", "entry corrected"),
        (5, 5, "leaf-5", "worker allocated"),
    ]


def test_lag_is_empty_for_returns_and_says_how_many(case: Case) -> None:
    tally = Tally()
    assert [line.lag_days for line in told(case, tally=tally)] == [3, 30, None, None, None]
    assert (tally.chosen, tally.shown, tally.from_returns) == (5, 5, 1)


def test_late_by_keeps_what_was_written_so_many_days_late(case: Case) -> None:
    tally = Tally()
    assert [line.position for line in told(case, tally=tally, late_by=30)] == [2]
    assert (tally.chosen, tally.shown, tally.from_returns) == (5, 1, 1)
    assert [line.position for line in told(case, late_by=31)] == []
    assert [line.position for line in told(case, late_by=3)] == [1, 2]


def test_a_correction_says_what_it_changed_from_what_stood_before(case: Case) -> None:
    lines = told(case)
    first, second = lines[2].change, lines[3].change
    assert first is not None and second is not None
    assert (first.did, first.position, first.reason) == ("corrects", 1, "wrong value")
    assert first.differences == (Difference("child seen", "yes", "no"),)
    assert second.differences == (
        Difference("when", "2018-03-02", "2018-03-01"),
        Difference("narrative", "One.", "Two.", private=True),
    )


def test_a_correction_known_before_its_original_changed_nothing_known() -> None:
    case = Case()
    root = case.add(visit("2018-03-02", narrative="Later."), written="2018-06-01")
    case.correct(root, visit("2018-03-02", narrative="Sooner."), written="2018-03-05")
    (line,) = told(case, view("2018-04-01"))
    assert line.change is not None
    assert (line.change.did, line.change.position, line.change.differences) == ("corrects", 1, ())


def test_the_original_names_its_corrections(case: Case) -> None:
    assert [line.changed_by for line in told(case)] == [(3, 4), (), (), (), ()]


def test_written_days_are_half_open(case: Case) -> None:
    chosen = told(case, written_from=on("2018-04-05"), written_to=on("2018-05-10"))
    assert [line.position for line in chosen] == [2, 3]


@pytest.mark.parametrize(
    ("worker", "positions"), [("W-1", [1, 3, 4]), ("W-2", [2]), ("W-9", [2]), ("W-3", [5]), ("W-7", [])]
)
def test_a_worker_is_found_as_author_and_where_named(case: Case, worker: str, positions: list[int]) -> None:
    assert [line.position for line in told(case, worker=worker)] == positions


def test_a_view_keeps_what_was_known_by_then(case: Case) -> None:
    assert [line.position for line in told(case, view("2018-04-05"))] == [1, 2]
    assert [line.position for line in told(case, NOW.at(3))] == [1, 2, 3]


def test_a_restricted_entry_keeps_its_line_and_loses_its_content(case: Case) -> None:
    case.restrict(case.entries[0], written="2018-07-01")
    lines = told(case)
    assert (lines[0].title, lines[0].name, lines[0].happened, lines[0].lag_days) == ("entry", "", None, None)
    assert lines[0].notice == "entry withheld: restricted on 2018-07-01, third party"
    correction = lines[2].change
    assert correction is not None
    assert (correction.position, correction.reason, correction.differences) == (1, None, ())
    case.add(EntryUnrestricted(restricts=case.entries[0].event_id), written="2018-08-01")
    assert told(case)[0].title == "visit recorded"


def test_a_misfiled_entry_says_when_it_was_moved(case: Case) -> None:
    case.withdraw(case.entries[1], written="2018-07-01", reason="misfiled")
    case.restrict(case.entries[1], written="2018-07-01", reason="misfiled")
    assert told(case)[1].notice == "entry misfiled, moved on 2018-07-01"
    assert told(case, view("2018-05-01"))[1].notice == "entry misfiled, moved on 2018-07-01"


def test_an_erased_entry_keeps_its_name() -> None:
    case = Case()
    case.add(None, name="visit-recorded.v1", written="2018-03-05", privacy="erased")
    (line,) = told(case)
    assert (line.title, line.notice, line.lag_days) == ("visit recorded", "content erased by law", None)
