"""What append refuses, on every engine: only the impossible, and then it changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from ledger.domain.envelope import Source, child, pod
from ledger.domain.events.base import Event
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryRestricted, EntryUnrestricted
from ledger.errors import Malformed, NotFound, Refused
from tests.store.news import FIRST_DAY, corrected, identity_sealed, new, visit, withdrawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.store import New, Store

NOBODY = "00000000-0000-4000-8000-000000000000"

ABOUT_AN_ENTRY: dict[str, Callable[[str, str], New]] = {
    "correction": lambda stream, entry_id: corrected(stream, entry_id, 2),
    "withdrawal": withdrawn,
    "dispute": lambda stream, entry_id: new(stream, DisputeNoted(disputes=entry_id, raised_by="child")),
    "restriction": lambda stream, entry_id: new(stream, EntryRestricted(restricts=entry_id, reason="misfiled")),
    "lifting": lambda stream, entry_id: new(stream, EntryUnrestricted(restricts=entry_id)),
}


@pytest.fixture
def stream(store: Store) -> str:
    return store.open_subject(child("C-001"))


@pytest.fixture(params=ABOUT_AN_ENTRY)
def about(request: pytest.FixtureRequest) -> Callable[[str, str], New]:
    return ABOUT_AN_ENTRY[request.param]


def test_written_later_than_recorded_is_refused(store: Store, stream: str) -> None:
    with pytest.raises(Malformed) as caught:
        store.append([visit(stream, written_at=datetime.now(UTC) + timedelta(minutes=6))])
    assert caught.value.problems[0].code == "written-later"
    assert store.head().size == 1


def test_a_source_clock_may_run_ahead_a_little(store: Store, stream: str) -> None:
    store.append([visit(stream, written_at=datetime.now(UTC) + timedelta(minutes=4))])
    assert store.head().size == 2


def test_a_naive_writing_time_is_refused(store: Store, stream: str) -> None:
    with pytest.raises(Malformed) as caught:
        store.append([visit(stream, written_at=datetime(2024, 5, 1))])
    assert caught.value.problems[0].code == "naive-datetime"


def test_an_event_stands_only_in_its_kind_of_stream(store: Store) -> None:
    with pytest.raises(Refused, match=r"cannot stand in a pod stream"):
        store.append([visit(store.open_subject(pod("P1")))])


def test_a_replacement_too_stands_only_in_its_kind_of_stream(store: Store) -> None:
    with pytest.raises(Refused, match=r"visit-recorded.v1 cannot stand in a pod stream"):
        store.append([corrected(store.open_subject(pod("P1")), NOBODY, 2)])


def test_an_entry_that_does_not_exist_cannot_be_spoken_of(
    store: Store, stream: str, about: Callable[[str, str], New]
) -> None:
    with pytest.raises(NotFound):
        store.append([visit(stream), about(stream, NOBODY)])
    assert store.head().size == 1


def test_an_entry_of_another_stream_cannot_be_spoken_of(
    store: Store, stream: str, about: Callable[[str, str], New]
) -> None:
    [elsewhere] = store.append([visit(store.open_subject(child("C-002")))])
    with pytest.raises(NotFound):
        store.append([about(stream, elsewhere.event_id)])


def test_a_correction_cannot_be_spoken_of_but_its_root_can(
    store: Store, stream: str, about: Callable[[str, str], New]
) -> None:
    [root] = store.append([visit(stream)])
    [correction] = store.append([corrected(stream, root.event_id, 3)])
    with pytest.raises(Refused, match=r"position 3 is itself a correction"):
        store.append([about(stream, correction.event_id)])
    [receipt] = store.append([about(stream, root.event_id)])
    assert receipt.version == 3


def test_a_withdrawal_is_not_corrected_or_withdrawn(store: Store, stream: str) -> None:
    [root] = store.append([visit(stream)])
    [withdrawal] = store.append([withdrawn(stream, root.event_id)])
    for entry in (withdrawn(stream, withdrawal.event_id), corrected(stream, withdrawal.event_id, 2)):
        with pytest.raises(Refused):
            store.append([entry])


def test_an_entry_may_be_repeated_and_corrected_in_one_batch(store: Store, stream: str) -> None:
    source = Source("casework", "visit-17")
    [first] = store.append([visit(stream, source=source)])
    repeated, correction = store.append([visit(stream, source=source), corrected(stream, first.event_id, 2)])
    assert (repeated.version, correction.version) == (1, 2)


def test_a_correction_holds_no_correction_and_no_date(store: Store, stream: str) -> None:
    [root] = store.append([visit(stream)])
    inner = corrected(stream, root.event_id, 2).event
    nested = EntryCorrected(corrects=root.event_id, correction_reason="wrong date", replacement=inner)
    dated = inner.model_copy(update={"occurred_on": FIRST_DAY})
    for event, code in ((nested, "nested-correction"), (dated, "dated-correction")):
        with pytest.raises(Malformed) as caught:
            store.append([new(stream, event)])
        assert caught.value.problems[0].code == code


def test_a_sealed_identity_takes_record_entries_and_no_practice(store: Store, stream: str) -> None:
    [root, _] = store.append([visit(stream), identity_sealed(stream)])
    with pytest.raises(Refused, match=r"identity is sealed"):
        store.append([visit(stream, 1)])
    for entry in (corrected(stream, root.event_id, 2), withdrawn(stream, root.event_id)):
        store.append([entry])
    assert len(store.entries(stream)) == 4


def test_practice_after_a_seal_in_the_same_batch_is_refused(store: Store, stream: str) -> None:
    with pytest.raises(Refused, match=r"identity is sealed"):
        store.append([identity_sealed(stream), visit(stream)])
    assert store.entries(stream) == []


def test_a_seal_that_was_withdrawn_no_longer_closes_the_identity(store: Store, stream: str) -> None:
    [_, seal] = store.append([visit(stream), identity_sealed(stream)])
    store.append([withdrawn(stream, seal.event_id)])
    [receipt] = store.append([visit(stream, 1)])
    assert receipt.version == 4


def test_another_childs_sealed_identity_closes_nothing_here(store: Store, stream: str) -> None:
    store.append([identity_sealed(store.open_subject(child("C-002")))])
    [receipt] = store.append([visit(stream)])
    assert receipt.version == 1


class Unlisted(Event):
    """An event of no catalogue."""

    name: ClassVar[str] = "unlisted.v1"
    area: ClassVar[str] = "visit"


def test_an_event_outside_the_catalogue_is_refused(store: Store, stream: str) -> None:
    with pytest.raises(Malformed) as caught:
        store.append([new(stream, Unlisted(occurred_on=FIRST_DAY))])
    assert caught.value.problems[0].code == "unknown-event"
