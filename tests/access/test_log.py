"""The access log on every engine: one entry a reading, in the child's own stream, and the main head never moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ledger.access import NotLogged, Reader, accesses, log_access, read_case
from ledger.domain.clock import NOW, View, view
from ledger.domain.envelope import Receipt, child
from ledger.errors import Malformed, NotFound, Refused
from tests.store.news import registered, visit

if TYPE_CHECKING:
    from ledger.store import Store

READER = Reader("SW1", "audit", "The review is on Monday.")


def case(store: Store, child_id: str = "C-001") -> str:
    """Register a child with two visits; return its stream."""
    stream = store.open_subject(child(child_id))
    store.append([registered(stream, child_id), visit(stream), visit(stream, 1)])
    return stream


def require_reasons(store: Store) -> None:
    store.settings = replace(store.settings, policy=replace(store.settings.policy, reason_required=True))


def test_a_reading_says_who_when_what_which_head_and_why(store: Store) -> None:
    stream = case(store)
    before, earliest = store.head(), datetime.now(UTC)
    at = View("sealed", datetime(2024, 6, 1, tzinfo=UTC), position=3)
    told = log_access(store, child("C-001"), READER, command="replay", view=at, entries=2)
    assert isinstance(told, Receipt)
    assert (told.position, told.stream, told.version) == (2, stream, 1)
    [one] = accesses(store, stream)
    assert earliest <= one.entry.recorded_at <= datetime.now(UTC)
    assert one.event.model_dump(exclude_none=True) == {
        "reader": "SW1",
        "purpose": "audit",
        "entries": 2,
        "command": "replay",
        "clock": "sealed",
        "instant": datetime(2024, 6, 1, tzinfo=UTC),
        "head_size": 3,
        "head_root": store.head(3).root.hex(),
        "reason": "The review is on Monday.",
    }
    assert store.head() == before
    assert store.access.verify_self().consistent


def test_a_reading_of_now_names_the_present_head(store: Store) -> None:
    stream = case(store)
    log_access(store, stream, READER, command="replay", entries=3)
    log_access(store, stream, READER, command="replay", view=View(position=4000), entries=3)
    assert [(one.event.head_size, one.event.head_root) for one in accesses(store)] == [(4, store.head().root.hex())] * 2


def test_the_whole_ledger_is_one_entry_of_the_ledgers_stream(store: Store) -> None:
    case(store)
    told = log_access(store, "ledger", READER, command="trail", entries=4)
    assert isinstance(told, Receipt)
    assert told.stream == "ledger"
    assert [one.event.command for one in accesses(store, "ledger")] == ["trail"]


def test_the_words_of_a_reason_are_sealed_under_the_childs_key(store: Store) -> None:
    stream = case(store)
    log_access(store, stream, READER, command="replay", entries=3)
    [row] = [row for row in store.access.scan() if row.stream == stream]
    [main] = [row for row in store.scan() if row.stream == stream and row.version == 2]
    assert b"Monday" not in row.open + row.sealed
    assert row.commitment == main.commitment
    assert store.access.decode(row, private=False).event.reason is None
    assert store.access.log_id != store.log_id


def test_no_reason_seals_nothing_and_blank_words_are_none(store: Store) -> None:
    stream = case(store)
    for reason in (None, "", "  "):
        log_access(store, stream, Reader("SW1", reason=reason), command="replay", entries=3)
    assert [row.sealed for row in store.access.scan() if row.stream == stream] == [b""] * 3


def test_an_unknown_child_is_not_found_and_nothing_is_logged(store: Store) -> None:
    case(store)
    for who in (child("C-01"), "journey:00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFound):
            log_access(store, who, READER, command="replay", entries=0)
    assert list(accesses(store)) == []


def test_where_reasons_are_required_there_is_no_reading_without(store: Store) -> None:
    stream = case(store)
    require_reasons(store)
    with pytest.raises(Refused, match="only for a reason"):
        log_access(store, stream, Reader("SW1", reason=" "), command="replay", entries=3)
    with pytest.raises(Refused, match="only to a reader"):
        read_case(store, stream, None, command="entries")
    assert list(accesses(store)) == []
    assert isinstance(log_access(store, stream, READER, command="replay", entries=3), Receipt)


def test_what_cannot_be_logged_is_read_and_said_unless_reasons_are_required(store: Store) -> None:
    stream = case(store)
    store.access.read_only = True
    entries, told = read_case(store, stream, READER, command="entries")
    assert len(entries) == 3
    assert isinstance(told, NotLogged)
    assert str(told) == "not logged: the access log is open for reading only."
    require_reasons(store)
    with pytest.raises(Refused, match="cannot be logged"):
        read_case(store, stream, READER, command="entries")


def test_a_case_read_whole_counts_what_the_view_admits(store: Store) -> None:
    stream = case(store)
    entries, told = read_case(store, stream, READER, command="journey", view=view(known_at="2024-05-01"))
    assert (len(entries), isinstance(told, Receipt)) == (3, True)
    entries, _ = read_case(store, stream, READER, command="journey", view=View(position=3), at=3)
    assert len(entries) == 2
    assert [one.event.entries for one in accesses(store, stream)] == [0, 2]
    assert read_case(store, stream, None, command="journey") == (store.entries(stream), None)


def test_readings_are_listed_in_order_and_by_reader(store: Store) -> None:
    first, second = case(store), case(store, "C-002")
    for stream, worker in ((first, "SW1"), (second, "SW2"), (first, "SW2"), ("ledger", "SW1")):
        log_access(store, stream, Reader(worker), command="trail", entries=1)
    assert [one.entry.position for one in accesses(store)] == [2, 3, 4, 5]
    assert [one.event.reader for one in accesses(store, first)] == ["SW1", "SW2"]
    assert [one.entry.stream for one in accesses(store, worker="SW2")] == [second, first]


def test_what_is_listed_ends_at_the_head_it_was_asked_at(store: Store) -> None:
    stream = case(store)
    log_access(store, stream, READER, command="replay", entries=3)
    for found in (accesses(store), accesses(store, stream)):
        log_access(store, stream, READER, command="trail --access", entries=1)
        assert [one.event.command for one in found] == ["replay"]


@pytest.mark.parametrize(
    ("worker", "purpose", "said"),
    [
        ("SW1", "inspecton", "nearest: 'inspection'"),
        ("SW1", "zzz", "expected one of practice, audit"),
        ("", "practice", "1 to 48 characters"),
        ("W" * 49, "practice", "1 to 48 characters"),
    ],
)
def test_a_reader_is_a_worker_with_a_known_purpose(worker: str, purpose: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        Reader(worker, purpose)


def test_the_clock_of_a_plain_reading_is_known_now(store: Store) -> None:
    stream = case(store)
    log_access(store, stream, READER, command="replay", view=NOW, entries=3)
    [one] = accesses(store)
    assert (one.event.clock, one.event.instant) == ("known", None)
