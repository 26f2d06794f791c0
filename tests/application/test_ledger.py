"""The verbs of `Ledger`, over a real SQLite ledger in a temporary folder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from ledger import Actor, NewEntry, Source, child, create_ledger, events, open_ledger, pod, view
from ledger.domain.events import catalogue
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected
from ledger.domain.events.supervision import GroupSupervisionHeld, SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.errors import DuplicateKey, Malformed, NotFound, Refused, VersionConflict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger import Ledger

MAY = date(2024, 5, 3)
WRITTEN = datetime(2024, 5, 4, 9, 0, tzinfo=UTC)


def registered(child_id: str) -> ChildRegistered:
    return ChildRegistered(occurred_on=date(2024, 5, 1), child_id=child_id, born="2012-02")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with create_ledger(tmp_path / "made", authority="Testshire (synthetic)") as made:
        made.append("C-001", registered("C-001"), by="W1")
        yield made


def test_an_append_returns_its_place_and_is_read_back_whole(ledger: Ledger) -> None:
    event = VisitRecorded(occurred_on=MAY, worker="W1", child_seen="yes", narrative="We drew the house.")
    receipt = ledger.append("C-001", event, by="W1", written_at=WRITTEN)
    entry = ledger.entries("C-001")[-1]
    assert (receipt.position, receipt.version, entry.position, entry.version) == (3, 2, 3, 2)
    assert (entry.event, entry.written_at, entry.by) == (event, WRITTEN, Actor(worker="W1"))


def test_what_was_appended_is_there_after_opening_again(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append("C-001", VisitRecorded(occurred_on=MAY, worker="W1"), by="W1")
    ledger.close()
    with open_ledger(tmp_path / "made") as again:
        assert [entry.name for entry in again.entries("C-001")] == ["child-registered.v1", "visit-recorded.v1"]
        assert again.head().size == 3


def test_an_unknown_child_is_not_found_and_the_nearest_ids_are_named(ledger: Ledger) -> None:
    with pytest.raises(NotFound) as caught:
        ledger.append("C-010", VisitRecorded(occurred_on=MAY), by="W1")
    assert caught.value.nearest == ("C-001",)
    assert ledger.head().size == 2


def test_a_key_without_entries_does_not_make_a_child_known(ledger: Ledger) -> None:
    ledger.store.open_subject(child("C-002"))
    with pytest.raises((NotFound, Refused)):
        ledger.append("C-002", VisitRecorded(occurred_on=MAY), by="W1")


def test_nor_for_an_event_that_comes_in_from_another_system(ledger: Ledger) -> None:
    ledger.store.open_subject(child("C-002"))
    line = (
        b'{"specversion":"1.0","source":"casework","id":"1","type":"visit-recorded.v1","subject":"C-002",'
        b'"authid":"W1","time":"2024-05-03T10:00:00Z","data":{}}\n'
    )
    with pytest.raises(NotFound):
        ledger.append_cloudevents(line)
    assert ledger.head().size == 2


def test_the_same_key_and_content_return_the_first_receipt(ledger: Ledger) -> None:
    source = Source("case-system", "visit-77")
    event = VisitRecorded(occurred_on=MAY, worker="W1")
    first = ledger.append("C-001", event, by="W1", source=source)
    again = ledger.append("C-001", event, by="W1", source=source, expect=0)
    assert (again.position, again.leaf, again.duplicate) == (first.position, first.leaf, True)
    with pytest.raises(DuplicateKey) as caught:
        ledger.append("C-001", VisitRecorded(occurred_on=MAY, worker="W2"), by="W1", source=source)
    assert caught.value.position == first.position
    assert ledger.head().size == 3


def test_an_expected_version_that_is_not_there_is_a_conflict_with_the_current_one(ledger: Ledger) -> None:
    with pytest.raises(VersionConflict) as caught:
        ledger.append("C-001", VisitRecorded(occurred_on=MAY), by="W1", expect=0)
    assert (caught.value.expected, caught.value.current) == (0, 1)
    assert ledger.append("C-001", VisitRecorded(occurred_on=MAY), by="W1", expect=1).version == 2


def test_a_group_supervision_is_one_transaction_over_several_streams(ledger: Ledger) -> None:
    session = "GS-2024-05-03"
    ledger.append("C-002", registered("C-002"), by="W1")
    receipts = ledger.append_many(
        [
            *(
                NewEntry(who, SupervisionDiscussionHeld(occurred_on=MAY, mode="group", session_id=session), by="PM1")
                for who in ("C-001", "C-002")
            ),
            NewEntry(pod("north"), GroupSupervisionHeld(occurred_on=MAY, session_id=session), by="PM1"),
        ]
    )
    assert [receipt.position for receipt in receipts] == [4, 5, 6]
    assert [entry.name for entry in ledger.entries(pod("north"))] == ["group-supervision-held.v1"]


def test_one_impossible_event_refuses_the_whole_batch(ledger: Ledger) -> None:
    good = NewEntry("C-001", VisitRecorded(occurred_on=MAY), by="W1")
    bad = NewEntry("C-001", VisitRecorded(occurred_on=MAY, child_seen="perhaps"), by="W1")
    with pytest.raises(Malformed) as caught:
        ledger.append_many([good, bad])
    assert [problem.column for problem in caught.value.problems] == ["child_seen"]
    assert ledger.head().size == 2


def test_a_correction_stands_beside_the_original_and_follows_its_clock(ledger: Ledger) -> None:
    first = ledger.append("C-001", VisitRecorded(occurred_on=MAY, worker="W1"), by="W1", written_at=WRITTEN)
    replacement = VisitRecorded(occurred_on=MAY, worker="W2")
    ledger.correct(
        first.event_id,
        replacement,
        reason="wrong value",
        by="PM1",
        written_at=datetime(2024, 6, 1, 9, 0, tzinfo=UTC),
    )
    before = ledger.standings("C-001", view("2024-05-31"))[-1]
    after = ledger.standings("C-001", view("2024-06-01"))[-1]
    assert before.event == VisitRecorded(occurred_on=MAY, worker="W1")
    assert (after.event, after.root.event_id, after.corrected) == (replacement, first.event_id, True)


def test_a_correction_needs_an_entry_of_the_same_family(ledger: Ledger) -> None:
    visit = ledger.append("C-001", VisitRecorded(occurred_on=MAY), by="W1")
    with pytest.raises(Refused):
        ledger.correct(visit.event_id, WorkerAllocated(occurred_on=MAY, worker="W1"), reason="wrong value", by="W1")
    corrected = ledger.correct(visit.event_id, VisitAttempted(occurred_on=MAY), reason="wrong value", by="W1")
    with pytest.raises(Refused):
        ledger.correct(corrected.event_id, VisitRecorded(occurred_on=MAY), reason="wrong value", by="W1")
    missing = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(NotFound):
        ledger.withdraw(missing, reason="entered in error", by="W1")
    with pytest.raises(NotFound):
        ledger.append(
            "C-001",
            EntryCorrected(
                corrects=missing, correction_reason="wrong value", replacement=VisitRecorded(occurred_on=MAY)
            ),
            by="W1",
        )


def test_a_withdrawn_entry_is_kept_and_no_longer_counts(ledger: Ledger) -> None:
    visit = ledger.append("C-001", VisitRecorded(occurred_on=MAY), by="W1")
    ledger.withdraw(visit.event_id, reason="entered in error", by="W1")
    standing = ledger.standings("C-001")[-1]
    assert (standing.withdrawn, standing.counts) == (True, False)
    assert len(ledger.entries("C-001")) == 3


def test_a_misfiled_entry_is_moved_in_one_transaction(ledger: Ledger) -> None:
    ledger.append("C-002", registered("C-002"), by="W1")
    event = VisitRecorded(occurred_on=MAY, worker="W1", narrative="Synthetic words.")
    visit = ledger.append("C-001", event, by="W1", written_at=WRITTEN)
    receipts = ledger.move(visit.event_id, "C-002", by="PM1")
    assert [receipt.position for receipt in receipts] == [5, 6, 7]
    here, there = ledger.standings("C-001")[-1], ledger.standings("C-002")[-1]
    assert (here.withdrawn, here.restricted) == (True, True)
    assert (there.event, there.root.written_at, there.root.causation_id) == (event, WRITTEN, visit.event_id)


def test_the_front_door_names_every_event() -> None:
    assert set(events.__all__) == {kind.__name__ for kind in catalogue().values()}
