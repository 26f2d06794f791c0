"""What every engine does with an append: places, versions, expectations, idempotency, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from ledger.domain.clock import microseconds
from ledger.domain.envelope import LEDGER, Actor, Source, child, pod
from ledger.errors import DuplicateKey, NotFound, VersionConflict
from ledger.store import create_store
from tests.store.news import corrected, registered, visit

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.store import Store

KEYED = Source("casework", "visit-17", "visits.csv", 4)


@pytest.fixture
def stream(store: Store) -> str:
    return store.open_subject(child("C-001"))


def test_the_first_entry_opens_the_ledger(store: Store) -> None:
    [opened] = store.entries(store.open_subject(LEDGER))
    assert (opened.position, opened.version, opened.name, opened.privacy) == (1, 1, "ledger-opened.v1", "none")
    assert (opened.event.log_id, opened.event.authority, opened.event.format) == (
        store.log_id.hex(),
        store.authority,
        store.format,
    )


def test_positions_have_no_gaps_and_versions_count_in_their_stream(store: Store, stream: str) -> None:
    other = store.open_subject(child("C-002"))
    receipts = store.append(
        [registered(stream), registered(other, "C-002"), visit(stream), visit(other), visit(stream)]
    )
    assert [each.position for each in receipts] == [2, 3, 4, 5, 6]
    assert [(each.stream, each.version) for each in receipts] == [
        (stream, 1),
        (other, 1),
        (stream, 2),
        (other, 2),
        (stream, 3),
    ]
    assert [each.version for each in store.append([visit(other), visit(stream)])] == [3, 4]


def test_a_receipt_names_what_is_stored(store: Store, stream: str) -> None:
    [receipt] = store.append([visit(stream)])
    row = store.row_at(receipt.position)
    assert row is not None
    assert (row.stream, row.version, row.event_id) == (receipt.stream, receipt.version, receipt.event_id)
    assert row.recorded_at == microseconds(receipt.recorded_at)
    assert row.leaf(store.log_id) == receipt.leaf
    assert not receipt.duplicate
    assert str(UUID(receipt.event_id)) == receipt.event_id


def test_an_empty_batch_writes_nothing(store: Store) -> None:
    assert store.append([]) == []
    assert store.head().size == 1


def test_what_was_given_is_read_back_whole(store: Store, stream: str) -> None:
    given = replace(
        registered(stream, by=Actor("W1", "casework")),
        written_at=datetime(2024, 5, 4, 9, 0, 0, 17, tzinfo=UTC),
        source=KEYED,
        basis="return",
        correlation_id="run-1",
        causation_id="cause-1",
        unknown_codes=("sex",),
    )
    store.append([given])
    [entry] = store.entries(stream)
    assert (entry.event, entry.by, entry.written_at) == (given.event, given.by, given.written_at)
    assert (entry.source, entry.basis, entry.unknown_codes) == (KEYED, "return", ("sex",))
    assert (entry.correlation_id, entry.causation_id, entry.privacy) == ("run-1", "cause-1", "open")


def test_a_writing_time_with_an_offset_is_the_same_moment(store: Store, stream: str) -> None:
    written = datetime.fromisoformat("2024-05-04T00:30:00+01:00")
    store.append([visit(stream, written_at=written)])
    [entry] = store.entries(stream)
    assert entry.written_at == datetime(2024, 5, 3, 23, 30, tzinfo=UTC)


def test_a_correction_is_read_back_with_its_replacement(store: Store, stream: str) -> None:
    [first] = store.append([visit(stream)])
    given = corrected(stream, first.event_id, 3)
    store.append([given])
    assert store.entries(stream)[1].event == given.event


def test_recorded_at_never_goes_backwards(tmp_path: Path) -> None:
    clock = [5_000_000]
    made = create_store(tmp_path / "l", authority="Testshire", engine="memory", clock=lambda: clock[0])
    stream = made.open_subject(child("C-001"))
    for clock[0] in (9_000_000, 4_000_000, 12_000_000):
        made.append([visit(stream)])
    assert [row.recorded_at for row in made.scan()] == [5_000_000, 9_000_000, 9_000_000, 12_000_000]


# -- expect ------------------------------------------------------------------------------------------------------------


def test_the_expected_version_lets_through(store: Store, stream: str) -> None:
    store.append([visit(stream)], expect={stream: 0})
    [receipt] = store.append([visit(stream, 1)], expect={stream: 1})
    assert receipt.version == 2


@pytest.mark.parametrize("expected", [0, 2, 7])
def test_another_version_is_a_conflict_that_names_both(store: Store, stream: str, expected: int) -> None:
    store.append([visit(stream)])
    with pytest.raises(VersionConflict) as caught:
        store.append([visit(stream, 1)], expect={stream: expected})
    assert (caught.value.expected, caught.value.current) == (expected, 1)
    assert store.head().size == 2


def test_a_conflict_in_one_stream_refuses_the_whole_batch(store: Store, stream: str) -> None:
    other = store.open_subject(child("C-002"))
    store.append([visit(other)])
    with pytest.raises(VersionConflict):
        store.append([visit(stream), visit(other)], expect={stream: 0, other: 0})
    assert store.entries(stream) == []


def test_expect_may_name_a_stream_that_the_batch_only_read(store: Store, stream: str) -> None:
    other = store.open_subject(child("C-002"))
    store.append([visit(other)])
    with pytest.raises(VersionConflict):
        store.append([visit(stream)], expect={other: 0})
    assert [each.version for each in store.append([visit(stream)], expect={other: 1})] == [1]


# -- idempotency -------------------------------------------------------------------------------------------------------


def test_the_same_reference_and_content_gives_the_first_receipt(store: Store, stream: str) -> None:
    [first] = store.append([visit(stream, source=KEYED, correlation_id="run-1")])
    again = visit(stream, source=Source("casework", "visit-17", "other.csv", 99), correlation_id="run-2")
    [second] = store.append([again])
    assert second == replace(first, duplicate=True)
    assert store.head().size == 2


def test_a_known_reference_is_looked_at_before_expect(store: Store, stream: str) -> None:
    [first] = store.append([visit(stream, source=KEYED)], expect={stream: 0})
    assert store.append([visit(stream, source=KEYED)], expect={stream: 0}) == [replace(first, duplicate=True)]


@pytest.mark.parametrize(
    "other",
    [
        lambda stream: visit(stream, 1, source=KEYED),
        lambda stream: visit(stream, 0, "Other words.", source=KEYED),
        lambda stream: visit(stream, source=KEYED, by=Actor(worker="W2")),
        lambda stream: visit(stream, source=KEYED, written_at=datetime(2024, 5, 2, tzinfo=UTC)),
        lambda stream: registered(stream, source=KEYED),
    ],
    ids=["day", "private words", "author", "writing time", "event"],
)
def test_the_same_reference_with_other_content_is_refused(store: Store, stream: str, other: object) -> None:
    [first] = store.append([visit(stream, source=KEYED)])
    with pytest.raises(DuplicateKey) as caught:
        store.append([visit(stream, 5), other(stream)])
    assert caught.value.position == first.position
    assert store.head().size == 2


def test_a_reference_belongs_to_one_stream(store: Store, stream: str) -> None:
    store.append([visit(stream, source=KEYED)])
    with pytest.raises(DuplicateKey):
        store.append([visit(store.open_subject(child("C-002")), source=KEYED)])


def test_a_reference_twice_in_one_batch_is_one_entry(store: Store, stream: str) -> None:
    first, second, third = store.append([visit(stream, source=KEYED), visit(stream, source=KEYED), visit(stream, 1)])
    assert second == replace(first, duplicate=True)
    assert (third.position, store.head().size) == (3, 3)


def test_a_reference_twice_in_one_batch_with_other_content_refuses_all(store: Store, stream: str) -> None:
    with pytest.raises(DuplicateKey) as caught:
        store.append([visit(stream, source=KEYED), visit(stream, 1, source=KEYED)])
    assert caught.value.position is None
    assert store.head().size == 1


def test_known_and_new_references_mix(store: Store, stream: str) -> None:
    [first] = store.append([visit(stream, source=KEYED)])
    known, fresh = store.append([visit(stream, source=KEYED), visit(stream, 1, source=Source("casework", "visit-18"))])
    assert known == replace(first, duplicate=True)
    assert (fresh.version, fresh.duplicate) == (2, False)


def test_systems_do_not_share_references(store: Store, stream: str) -> None:
    first, second = store.append(
        [visit(stream, source=Source("one", "17")), visit(stream, source=Source("another", "17"))]
    )
    assert first.event_id != second.event_id
    assert not second.duplicate


def test_without_a_reference_the_same_fact_twice_is_two_entries(store: Store, stream: str) -> None:
    store.append([visit(stream, source=Source("casework")), visit(stream, source=Source("casework"))])
    assert len(store.entries(stream)) == 2


# -- streams -----------------------------------------------------------------------------------------------------------


def test_a_stream_that_was_never_opened_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.append([visit("journey:00000000-0000-4000-8000-000000000000")])


def test_opening_a_subject_again_gives_the_same_stream(store: Store, stream: str) -> None:
    assert store.open_subject(child("C-001")) == stream == store.subject_stream(child("C-001"))
    assert store.subject_stream(child("C-002")) is None
    assert store.open_subject(pod("C-001")) != stream


def test_many_subjects_are_opened_at_once_and_found_by_their_ids(store: Store) -> None:
    subjects = [child(f"C-{number:04}") for number in range(3000)]
    started = datetime.now(UTC)
    streams = store.open_subjects(subjects)
    assert datetime.now(UTC) - started < timedelta(seconds=20)
    assert len(set(streams.values())) == 3000
    again = store.open_subjects([*subjects[:5], child("C-9999")])
    assert list(again)[:5] == subjects[:5]
    assert [again[subject] for subject in subjects[:5]] == [streams[subject] for subject in subjects[:5]]
    chosen = [streams[subjects[7]], streams[subjects[2999]]]
    assert store.subject_ids(chosen) == dict(zip(chosen, ["C-0007", "C-2999"], strict=True))
    assert len(store.all_ids("journey")) == 3001
    assert store.all_ids("pod") == []
