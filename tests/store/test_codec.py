"""Events as stored bytes: the flat shape, what is private, old names for ever, and what cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest

from ledger.domain.envelope import Actor, Source
from ledger.domain.events import catalogue
from ledger.domain.events.base import RESERVED, Event, Private
from ledger.domain.events.visit import VisitRecorded
from ledger.errors import Unreadable
from ledger.seal.leaf import EMPTY_DIGEST, ZERO
from ledger.store import codec, upcasts
from ledger.store.rows import New, Row
from tests.store.news import corrected, registered, visit

STREAM = "journey:0b4f9a52-6a36-4c0e-9a55-0f6f0d9b7a11"
ENTRY = "0d3e6c1e-0000-4000-8000-000000000002"


def row(open_part: bytes, name: str = "visit-recorded.v1", open_digest: bytes = ZERO) -> Row:
    return Row(7, STREAM, 3, name, ENTRY, 1_700_000_000_000_003, ZERO, ZERO, open_digest, EMPTY_DIGEST, open_part, b"")


def test_the_open_part_is_one_flat_object_of_envelope_and_coded_fields() -> None:
    new = visit(
        STREAM,
        written_at=datetime(2018, 3, 30, 23, tzinfo=UTC),
        by=Actor("W1", "casework"),
        source=Source("casework", "visit-17", "visits.csv", 4),
        basis="return",
        correlation_id="run-1",
        causation_id="cause-1",
        unknown_codes=("purpose",),
    )
    open_part, private = codec.encode(new, bytes(16))
    assert json.loads(open_part) == {
        "salt": "AAAAAAAAAAAAAAAAAAAAAA==",
        "written_at": "2018-03-30T23:00:00.000000Z",
        "recorded_by": "W1",
        "recorded_system": "casework",
        "source_system": "casework",
        "source_file": "visits.csv",
        "source_line": 4,
        "basis": "return",
        "correlation_id": "run-1",
        "causation_id": "cause-1",
        "unknown_codes": ["purpose"],
        "occurred_on": "2024-05-01",
        "worker": "W1",
        "method": "face to face",
    }
    assert json.loads(private) == {"source_reference": "visit-17", "narrative": "We drew the house."}


def test_practice_is_not_spelt_out_and_absent_fields_are_absent() -> None:
    open_part, private = codec.encode(visit(STREAM, narrative=None), bytes(16))
    assert set(json.loads(open_part)) == {"salt", "recorded_by", "occurred_on", "worker", "method"}
    assert private == b""


def test_a_correction_is_flat() -> None:
    open_part, private = codec.encode(corrected(STREAM, ENTRY, 2), bytes(16))
    assert json.loads(open_part) == {
        "salt": "AAAAAAAAAAAAAAAAAAAAAA==",
        "recorded_by": "W1",
        "corrects": ENTRY,
        "correction_reason": "wrong date",
        "replacement_name": "visit-recorded.v1",
        "occurred_on": "2024-05-03",
        "worker": "W1",
        "method": "face to face",
    }
    assert json.loads(private) == {"correction_note": "misread", "narrative": "It was the garden."}


def test_no_event_has_a_field_of_the_envelopes_name() -> None:
    clashes = {
        (name, field)
        for name, event_class in catalogue().items()
        if name != "entry-corrected.v1"
        for field in event_class.model_fields
        if field in RESERVED
    }
    assert clashes == set()


def test_words_in_any_script_come_back() -> None:
    words = 'Näive – "quoted"\n\\ 😀 مرحبا'
    open_part, private = codec.encode(visit(STREAM, narrative=words), bytes(16))
    entry = codec.decode(row(open_part), private, "open")
    assert entry.event.narrative == words


def test_a_blanked_private_block_leaves_the_coded_fields() -> None:
    open_part, _ = codec.encode(registered(STREAM), bytes(16))
    entry = codec.decode(row(open_part, "child-registered.v1"), None, "erased")
    assert (entry.privacy, entry.event.born, entry.event.child_id) == ("erased", "2012-02", None)


def test_a_blanked_open_part_leaves_the_place_only() -> None:
    entry = codec.decode(row(b""), None, "erased")
    assert (entry.event, entry.position, entry.name, entry.privacy) == (None, 7, "visit-recorded.v1", "erased")


def test_stored_fields_that_an_event_no_longer_has_are_ignored() -> None:
    stored = b'{"salt":"","occurred_on":"2024-05-01","abolished":1}'
    assert codec.decode(row(stored), None, "none").event == VisitRecorded(occurred_on=date(2024, 5, 1))


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        (b"{}", "visit-imagined.v1"),
        (
            b'{"replacement_name":"visit-imagined.v1","corrects":"' + ENTRY.encode() + b'","correction_reason":"x"}',
            None,
        ),
        (b'{"occurred_on":"yesterday"}', "visit-recorded.v1"),
        (b'{"written_at":5}', "visit-recorded.v1"),
        (b"[]", "visit-recorded.v1"),
        (b"not json", "visit-recorded.v1"),
        (b'{"replacement_name":"visit-recorded.v1"}', "entry-corrected.v1"),
        (b"{}", "ledger.domain.events.visit:VisitRecorded"),
        (b"{}", "os:system"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_position(stored: bytes, name: str | None) -> None:
    with pytest.raises(Unreadable, match="position 7"):
        codec.decode(row(stored, name or "entry-corrected.v1"), None, "none")


# -- old names ---------------------------------------------------------------------------------------------------------


class RoomSeen(Event):
    """A made-up event in its third shape: `floor` was text, then a number, then also who saw it."""

    name: ClassVar[str] = "room-seen.v3"
    area: ClassVar[str] = "visit"

    floor: int
    seen_by: str
    remark: Private[str] | None = None


@pytest.fixture
def reshaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the made-up event to the catalogue, with its two steps from older names."""
    known = {**catalogue(), RoomSeen.name: RoomSeen}
    monkeypatch.setattr(codec, "catalogue", lambda: known)
    monkeypatch.setitem(
        upcasts.UPCASTS,
        "room-seen.v1",
        upcasts.Upcast("room-seen.v2", lambda old: {**old, "floor": {"ground": 0, "first": 1}[old["floor"]]}),
    )
    monkeypatch.setitem(
        upcasts.UPCASTS, "room-seen.v2", upcasts.Upcast("room-seen.v3", lambda old: {**old, "seen_by": "unknown"})
    )
    codec._shape_of.cache_clear()
    yield
    codec._shape_of.cache_clear()


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("room-seen.v1", b'{"salt":"","recorded_by":"W1","floor":"first"}'),
        ("room-seen.v2", b'{"salt":"","recorded_by":"W1","floor":1}'),
        ("room-seen.v3", b'{"salt":"","recorded_by":"W1","floor":1,"seen_by":"unknown"}'),
    ],
)
def test_old_names_read_as_the_present_shape(reshaped: None, name: str, stored: bytes) -> None:
    entry = codec.decode(row(stored, name), b'{"remark":"tidy"}', "open")
    assert entry.event == RoomSeen(floor=1, seen_by="unknown", remark="tidy")
    assert (entry.name, entry.by) == (name, Actor(worker="W1"))
    locked = codec.decode(row(stored, name), None, "locked")
    assert locked.event == RoomSeen(floor=1, seen_by="unknown")


def test_a_correction_of_an_old_name_reads_as_the_present_shape(reshaped: None) -> None:
    stored = json.dumps(
        {"corrects": ENTRY, "correction_reason": "x", "replacement_name": "room-seen.v1", "floor": "ground"}
    ).encode()
    entry = codec.decode(row(stored, "entry-corrected.v1"), None, "none")
    assert entry.event.replacement == RoomSeen(floor=0, seen_by="unknown")


def test_every_upcast_ends_at_a_name_of_the_catalogue() -> None:
    for old in upcasts.UPCASTS:
        name = old
        for _ in range(100):
            if name not in upcasts.UPCASTS:
                break
            name = upcasts.UPCASTS[name].becomes
        assert name in catalogue()
        assert old not in catalogue()


def test_encoding_and_decoding_agree_on_every_field_given() -> None:
    new: New = registered(STREAM, written_at=datetime(2024, 5, 2, tzinfo=UTC), by=Actor(system="casework"))
    open_part, private = codec.encode(new, bytes(range(16)))
    entry = codec.decode(row(open_part, "child-registered.v1"), private, "open")
    assert (entry.event, entry.written_at, entry.by) == (new.event, new.written_at, new.by)
