"""Reading on every engine: entries, rows, the head now and earlier, with keys and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.domain.envelope import child
from ledger.errors import NotFound, Unavailable
from ledger.seal.tree import EMPTY_ROOT, root
from ledger.store import Store, create_store, open_store
from tests.store.news import corrected, registered, visit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def streams(store: Store) -> list[str]:
    """Two journeys with entries at positions 2..6."""
    one, other = store.open_subject(child("C-001")), store.open_subject(child("C-002"))
    store.append([registered(one), registered(other, "C-002"), visit(one), visit(other)])
    store.append([visit(one, 1)])
    return [one, other]


def test_entries_come_by_version_and_up_to_a_position(store: Store, streams: list[str]) -> None:
    assert [entry.position for entry in store.entries(streams[0])] == [2, 4, 6]
    assert [entry.position for entry in store.entries(streams[0], at=5)] == [2, 4]
    assert store.entries(streams[0], at=1) == []
    assert store.entries("journey:nobody") == []


def test_many_streams_are_read_together_as_they_are_read_alone(store: Store, streams: list[str]) -> None:
    together = store.entries_of([*streams, "journey:nobody"], at=5)
    assert together == {stream: store.entries(stream, at=5) for stream in streams} | {"journey:nobody": []}


def test_a_scan_gives_every_row_in_order_within_its_bounds(store: Store, streams: list[str]) -> None:
    assert [row.position for row in store.scan()] == [1, 2, 3, 4, 5, 6]
    assert [row.position for row in store.scan(after=2, upto=4)] == [3, 4]
    assert list(store.scan(after=6)) == []
    assert all(isinstance(row.open, bytes) and isinstance(row.sealed, bytes) for row in store.scan())


def test_a_scan_crosses_its_chunks(store: Store, streams: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.recorder.CHUNK", 2)
    assert [row.position for row in store.scan()] == [1, 2, 3, 4, 5, 6]


def test_a_scan_ends_where_the_ledger_ended_when_it_began(store: Store, streams: list[str]) -> None:
    rows = store.scan()
    next(rows)
    store.append([visit(streams[0], 9)])
    assert [row.position for row in rows] == [2, 3, 4, 5, 6]


def test_a_decoded_row_is_the_entry(store: Store, streams: list[str]) -> None:
    row = store.row_at(4)
    assert row is not None
    assert store.decode(row) == store.entries(streams[0])[1]
    assert store.row_at(7) is None
    assert store.row_at(0) is None


def test_without_its_private_part_a_row_still_decodes(store: Store, streams: list[str]) -> None:
    row = store.row_at(2)
    assert row is not None
    entry = store.decode(row, private=False)
    assert (entry.privacy, entry.event.born, entry.event.child_id) == ("locked", "2012-02", None)
    assert type(entry.event) is type(store.entries(streams[0])[0].event)


def test_rows_are_found_by_event_id(store: Store, streams: list[str]) -> None:
    known = [row.event_id for row in store.scan()]
    found = store.find([known[0], known[4], "nobody"])
    assert {event_id: row.position for event_id, row in found.items()} == {known[0]: 1, known[4]: 5}
    assert store.find([]) == {}


def test_the_head_is_the_root_over_the_leaves_now_and_at_every_earlier_size(store: Store, streams: list[str]) -> None:
    leaves = [row.leaf(store.log_id) for row in store.scan()]
    assert store.head() == (6, root(leaves))
    for size in range(1, 7):
        assert store.head(size) == (size, root(leaves[:size]))
    assert store.head(0) == (0, EMPTY_ROOT)
    for beyond in (7, -1):
        with pytest.raises(NotFound):
            store.head(beyond)


def test_each_leaf_follows_the_one_before_it_in_its_stream(store: Store, streams: list[str]) -> None:
    last: dict[str, bytes] = {}
    for row in store.scan():
        assert row.previous_leaf == last.get(row.stream, bytes(32))
        last[row.stream] = row.leaf(store.log_id)


def test_no_private_word_is_stored_in_clear(store: Store, streams: list[str]) -> None:
    store.append([corrected(streams[0], store.entries(streams[0])[1].event_id, 2)])
    stored = b"".join(row.open + row.sealed for row in store.scan())
    for word in (b"We drew the house.", b"It was the garden.", b"misread", b"C-001"):
        assert word not in stored
    assert b'"born":"2012-02"' in stored


def test_a_journey_can_be_folded_with_the_librarys_repository(store: Store, streams: list[str]) -> None:
    def names(before: list[str] | None, entries: object) -> list[str]:
        return (before or []) + [entry.name for entry in entries]

    folded = store.log.repository.get(streams[0], projector_func=names)
    assert folded == ["child-registered.v1", "visit-recorded.v1", "visit-recorded.v1"]
    assert store.log.repository.get(streams[0], version=1, projector_func=names) == ["child-registered.v1"]


def test_the_librarys_notifications_decode_to_the_same_entries(store: Store, streams: list[str]) -> None:
    section = store.log.notification_log["2,4"]
    assert [item.id for item in section.items] == [2, 3, 4]
    assert store.log.mapper.to_domain_event(section.items[0]) == store.entries(streams[0])[0]


def test_saving_tells_the_library_where_each_entry_went(store: Store, streams: list[str]) -> None:
    told = []
    store.log._notify = told.extend  # type: ignore[method-assign]
    [receipt] = store.append([visit(streams[1], 3)])
    [recording] = told
    assert (recording.notification.id, recording.notification.originator_version) == (7, 3)
    assert (recording.notification.originator_id, receipt.version) == (streams[1], 3)


@pytest.fixture
def reopened(engine: dict[str, str], tmp_path: Path) -> object:
    """Make a ledger with one visit, close it, and give what opens it again."""
    if engine["engine"] == "memory":
        pytest.skip("nothing outlives the in-memory engine")
    made = create_store(tmp_path / "l", authority="Testshire", **engine)
    stream = made.open_subject(child("C-001"))
    made.append([registered(stream)])
    made.close()
    opened: list[Store] = []

    def reopen(**how: bool) -> Store:
        opened.append(open_store(tmp_path / "l", **how))
        return opened[-1]

    yield reopen
    for each in opened:
        each.close()


def test_everything_is_there_after_opening_again(reopened: object, tmp_path: Path) -> None:
    store = reopened()
    stream = store.subject_stream(child("C-001"))
    assert (store.authority, store.format, store.head().size) == ("Testshire", 1, 2)
    assert store.entries(stream)[0].event == registered(stream).event
    assert store.append([visit(stream)], expect={stream: 1})[0].position == 3


def test_reading_only_reads_everything_and_writes_nothing(reopened: object) -> None:
    store = reopened(read_only=True)
    stream = store.subject_stream(child("C-001"))
    assert store.entries(stream)[0].privacy == "open"
    assert store.verify_self().consistent
    with pytest.raises(Unavailable, match="reading only"):
        store.append([visit(stream)])
    with pytest.raises(Unavailable, match="reading only"):
        store.open_subject(child("C-002"))
    assert store.head().size == 2


def test_without_the_master_key_the_coded_part_is_read_and_nothing_is_written(reopened: object, tmp_path: Path) -> None:
    (tmp_path / "l" / "master.key").unlink()
    with pytest.raises(Unavailable, match="master key is not here"):
        reopened()
    store = reopened(read_only=True)
    assert store.subject_stream(child("C-001")) is None
    assert (store.all_ids("journey"), store.subject_ids(["ledger"])) == ([], {})
    row = store.row_at(2)
    entry = store.entries(row.stream)[0]
    assert (entry.privacy, entry.event.born, entry.event.child_id) == ("locked", "2012-02", None)
    assert store.verify_self().consistent
