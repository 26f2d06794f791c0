"""How soon things are written down, beside the figures: notes, groups, and what a date of court is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ledger.domain.clock import View, view
from ledger.domain.events.base import Event
from ledger.domain.events.contact import ContactReceived
from ledger.domain.events.court import OrderMade, ProceedingsIssued
from ledger.domain.events.plan import ChildInNeedPlanStarted
from ledger.domain.events.record import EntryCorrected, EntryRestricted
from ledger.domain.events.safeguarding import ConferenceHeld
from ledger.domain.events.visit import VisitRecorded
from ledger.domain.wording import Counted
from tests.projections.small import Said, entry_id, run
from tests.projections.test_recording import FRIDAY, INSPECTION, LATER, MONDAY, at, conference, daily, figures, visit

DAY = timedelta(days=1)
BETWEEN = view("2024-06-18")
"""A reader who knows the correction below, and not yet the entry that it corrects."""


ALL = 1 << 30
"""More than any count here: each note is asked for in the words of many."""


def notes(name: str, said: list[Said], reader: View = LATER, /, **asked: Any) -> dict[str, int | None]:
    """Return the notes of a result without what follows the colon, as of many, and of how many entries each tells."""
    found: dict[str, int | None] = {}
    for note in run(name, said, reader, **asked).notes:
        count = note.partition(" ")[0]
        text = (note.under(ALL) if isinstance(note, Counted) else note).partition(" ")[2]
        found[(text if count.isdigit() else note).split(":")[0]] = int(count) if count.isdigit() else None
    return found


def corrected(number: int, replacement: Event, written: date, sealed: date | None = None) -> Said:
    """An entry of the child is corrected."""
    change = EntryCorrected(corrects=entry_id(number), correction_reason="date", replacement=replacement)
    return Said("a", change, written, sealed)


def written_later() -> list[Said]:
    """A visit first written on 25 June, and a correction written on 13 June that came to the ledger later."""
    moved = VisitRecorded(occurred_on=FRIDAY, worker="W9")
    return [visit(FRIDAY, date(2024, 6, 25)), corrected(1, moved, date(2024, 6, 13), date(2024, 7, 1))]


def test_the_notes_tell_of_each_reason_for_which_entries_have_no_lag() -> None:
    said = [visit(FRIDAY, MONDAY)]
    said += [visit(FRIDAY, date(2025, 3, 31), basis="return") for _ in range(2)]
    said += [visit(FRIDAY, None, sealed=MONDAY) for _ in range(3)]
    said += [visit(FRIDAY, MONDAY, precision="month") for _ in range(4)]
    said += [visit(MONDAY, FRIDAY) for _ in range(5)]
    said += [Said("a", ContactReceived(precision="unknown"), MONDAY) for _ in range(6)]
    assert notes("recording", said) == {
        "entries come from a return": 2,
        "entries have no written date": 3,
        "entries are dated less exactly than to the day": 4,
        "entries are dated after they were first written (expected, or the date was corrected)": 5,
        "entries say no date at all": 6,
    }
    later = "entries first written after the reader's clock, known by a correction"
    assert notes("recording", written_later(), BETWEEN) == {later: 1}


def test_a_source_whose_clock_runs_a_little_ahead_over_midnight_is_sealed_on_the_same_day() -> None:
    """The store takes what was written up to five minutes after its own time (`ledger.store.refusals`)."""
    midnight = datetime(2024, 6, 9, 23, tzinfo=UTC)  # in London
    ahead = visit(FRIDAY, midnight + timedelta(minutes=2), sealed=midnight - timedelta(minutes=2))
    row = figures(ahead)
    assert (row["median_to_writing"], row["median_to_sealing"], row["p90_to_sealing"]) == (3, 0, 0)


def compared(said: list[Said], reader: View = LATER, /, **asked: Any) -> dict[str, Any]:
    """The one row before the inspection."""
    (row,) = run("recording-bursts", said, reader, before=INSPECTION, **asked).dicts()
    return row


def test_twenty_eight_usual_days_are_enough_to_compare_with() -> None:
    start = INSPECTION - timedelta(days=14)
    said = daily(start - timedelta(days=28), INSPECTION)
    row = compared(said)
    assert (row["usual_days"], row["times_usual"], row["burst"], row["note"]) == (28, 1, False, None)
    assert row["days_from"] == start
    fewer = compared(daily(start - timedelta(days=27), INSPECTION))
    assert (fewer["usual_days"], fewer["times_usual"], fewer["burst"]) == (27, None, None)


def test_the_days_before_are_over_on_the_last_of_them() -> None:
    said = daily(INSPECTION - timedelta(days=98), INSPECTION)
    last = compared(said, view(str(INSPECTION - DAY)))
    assert (last["burst"], last["note"]) == (False, None)
    before = compared(said, view(str(INSPECTION - 2 * DAY)))
    assert (before["burst"], before["note"]) == (None, "the days before are not over")


def test_a_burst_has_at_least_so_many_entries() -> None:
    usual = [visit(on, on) for on in (INSPECTION - timedelta(days=90), INSPECTION - timedelta(days=50))]
    said = [*usual, *daily(INSPECTION - timedelta(days=5), INSPECTION)]
    assert [compared(said, least=least)["burst"] for least in (5, 6)] == [True, False]


def test_what_the_court_did_on_one_day_is_told_in_one_row() -> None:
    order, issued = (
        OrderMade(order_kind="care", occurred_on=INSPECTION),
        ProceedingsIssued(order_kind="care", occurred_on=INSPECTION),
    )
    writing = [one for child in "abc" for one in daily(INSPECTION - timedelta(days=3), INSPECTION, child=child)]
    told = [Said("a", order, INSPECTION), Said("b", issued, INSPECTION)]
    told += [Said("c", issued, INSPECTION), Said("c", order, INSPECTION), Said("c", order, INSPECTION)]
    rows = run("recording-bursts", [*told, *writing], LATER).dicts()
    assert {(row["what"], row["position"], row["entries"]) for row in rows} == {
        ("order made", 1, 3),
        ("proceedings issued", 2, 3),
        ("order made, proceedings issued", 3, 3),
    }


def test_a_date_of_court_that_is_restricted_expected_or_known_to_the_month_is_none() -> None:
    order = OrderMade(order_kind="care", occurred_on=INSPECTION)
    month = order.model_copy(update={"precision": "month"})
    writing = daily(INSPECTION - timedelta(days=3), INSPECTION)

    def dates(event: Event, written: date, *more: Said) -> int:
        return len(run("recording-bursts", [Said("a", event, written), *writing, *more], LATER).rows)

    assert dates(order, INSPECTION) == 1
    assert dates(month, INSPECTION) == 0
    assert dates(order, INSPECTION - DAY) == 0
    assert dates(order, INSPECTION, Said("a", EntryRestricted(restricts=entry_id(1), reason="other"), INSPECTION)) == 0


def test_the_notes_tell_what_could_not_be_compared_and_what_is_left_out() -> None:
    few = [*daily(INSPECTION - timedelta(days=30), INSPECTION), *daily(INSPECTION - 3 * DAY, INSPECTION, by="W2")]
    said = [*few, *daily(INSPECTION - timedelta(days=98), INSPECTION, by="W3")]
    said += [visit(FRIDAY, date(2025, 3, 31), basis="return") for _ in range(3)]
    said += [visit(FRIDAY, None, sealed=MONDAY) for _ in range(4)]
    assert notes("recording-bursts", said, before=INSPECTION) == {
        "workers or pods could not be compared": 2,
        "entries of this ledger come from a return": 3,
        "entries of this ledger have no written date": 4,
    }
    assert notes("recording-bursts", written_later(), BETWEEN, before=INSPECTION) == {}
    none = "no date was given (--before) and no court date stands in the record in this window"
    assert notes("recording-bursts", few) == {none: None}


def test_only_who_wrote_the_entry_itself_is_told_as_its_writer() -> None:
    moved = VisitRecorded(occurred_on=FRIDAY, worker="W9")
    said = [conference(MONDAY), visit(FRIDAY, date(2024, 6, 11)), visit(date(2024, 6, 12), date(2024, 6, 12), by="W2")]
    said.append(corrected(3, moved, date(2024, 6, 20)))
    rows = run("back-dating", said, LATER).dicts()
    assert [(row["position"], row["entry"], row["worker"]) for row in rows] == [
        (2, "visit recorded", "W1"),
        (4, "visit recorded", None),
    ]
    assert len(run("back-dating", said, LATER, days_after=1).rows) == 2


def in_need(child: str, basis: str = "practice") -> Said:
    """A plan, so that the child's case is open: written on its day."""
    return Said(child, ChildInNeedPlanStarted(occurred_on=date(2024, 6, 3)), date(2024, 6, 3), basis=basis)


def test_a_group_has_entries_with_a_lag_those_dated_back_and_their_children() -> None:
    held = ConferenceHeld(kind="initial", occurred_on=MONDAY)
    said = [
        # First without a written date, and corrected since: there is an entry dated back, and none with a lag.
        visit(date(2024, 6, 12), None, sealed=date(2024, 6, 12)),
        Said("a", held, at(30, 12), basis="return"),
        in_need("a", "return"),
        corrected(1, VisitRecorded(occurred_on=FRIDAY, worker="W9"), date(2024, 6, 20)),
        # Four entries with a lag, one of them dated back.
        *(in_need("b"), conference(MONDAY, "b"), visit(FRIDAY, MONDAY, child="b")),
        visit(FRIDAY, date(2024, 6, 11), child="b"),
        # Four with a lag, and one of a return that is no more than counted beside.
        *(in_need("c"), conference(MONDAY, "c"), visit(FRIDAY, MONDAY, child="c"), visit(FRIDAY, FRIDAY, child="c")),
        visit(FRIDAY, date(2025, 3, 31), child="c", basis="return"),
    ]
    (row,) = run("back-dating", said, LATER, by="authority").dicts()
    assert row == {
        "member": "authority",
        "entries": 8,
        "dated_back": 2,
        "share_dated_back": Decimal("0.25"),
        "children": 2,
    }


def test_the_notes_on_dating_back_tell_what_is_left_out() -> None:
    said = [conference(MONDAY), *(visit(FRIDAY, None, sealed=MONDAY) for _ in range(2))]
    said += [visit(FRIDAY, date(2025, 3, 31), basis="return"), visit(FRIDAY, None, sealed=MONDAY, basis="return")]
    said += [visit(FRIDAY, date(2025, 3, 31), basis="return") for _ in range(2)]
    assert notes("back-dating", said) == {"entries come from a return": 4, "entries have no written date": 2}
