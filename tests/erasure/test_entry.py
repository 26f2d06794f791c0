"""Erasing one entry: it is blanked with its corrections, the key stays, and the rest of the record goes on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from ledger.domain.envelope import Source
from ledger.domain.events.record import EntryRestricted, LegalHoldReleased, LegalHoldSet
from ledger.domain.standing import stand
from ledger.errors import NotFound, Refused
from tests.erasure.cases import ONE, OTHER, erased, fill, orders, receipts, rows
from tests.store.news import corrected, identity_sealed, new, visit, withdrawn

if TYPE_CHECKING:
    from ledger.store import Store


def test_one_entry_is_blanked_and_the_key_stays(store: Store) -> None:
    stream = fill(store)
    before = rows(store, stream)
    [report] = erased(store, entry=before[2].event_id, keys_days=None)
    after = rows(store, stream)
    assert [row.event_id for row in after if not row.open] == [before[2].event_id]
    assert [row.leaf(store.log_id) for row in after] == [row.leaf(store.log_id) for row in before]
    assert (report.entries, report.key_destroyed, report.keys_backup_until) == (1, False, None)
    [order], [receipt] = orders(store), receipts(store)
    assert (order.entry, receipt.entries, receipt.key_destroyed) == (before[2].event_id, 1, False)
    assert (receipt.keys_backup_until, receipt.ledger_backup_until) == (None, date(2027, 5, 30))
    assert [entry.privacy for entry in store.entries(stream)] == ["open", "open", "erased", "open", "open", "open"]
    assert store.erasing.unfinished() == []


def test_the_record_goes_on_but_not_under_the_erased_source_key(store: Store) -> None:
    stream = fill(store)
    row = rows(store, stream)[1]
    erased(store, entry=row.event_id)
    [receipt] = store.append([visit(stream, 9)], expect={stream: 6})
    assert receipt.version == 7
    known = Source("casework", f"{ONE.id}-visit-0")
    with pytest.raises(Refused, match=f"position {row.position}.*under the order at position 14"):
        store.append([visit(stream, 0, "We drew the house. 0", source=known)])


def test_its_corrections_go_with_it(store: Store) -> None:
    stream = fill(store)
    root = rows(store, stream)[1]
    store.append([corrected(stream, root.event_id, 20)])
    store.append([visit(stream, 21)])
    reports = erased(store, entry=root.event_id)
    assert [report.entries for report in reports] == [1, 1]
    assert [order.entry for order in orders(store)] == [row.event_id for row in rows(store, stream) if not row.open]
    assert {s.event.day for s in stand(store.entries(stream)) if s.event is not None}.isdisjoint(
        {date(2024, 5, 1 + 20)}
    )
    assert len(receipts(store)) == 2


def test_a_record_with_an_erased_entry_can_be_erased_as_a_whole(store: Store) -> None:
    stream = fill(store)
    erased(store, entry=rows(store, stream)[1].event_id)
    [report] = erased(store)
    assert (report.entries, report.key_destroyed) == (6, True)
    assert all(not row.open for row in rows(store, stream)[:-1])


def test_an_erased_entry_is_not_erased_twice(store: Store) -> None:
    stream = fill(store)
    row = rows(store, stream)[1]
    erased(store, entry=row.event_id)
    with pytest.raises(Refused, match=f"position {row.position} was erased already, under the order at position"):
        erased(store, entry=row.event_id)


def test_what_is_not_this_childs_is_not_found(store: Store) -> None:
    fill(store)
    for row in (rows(store, store.subject_stream(OTHER))[0], rows(store, "ledger")[0]):
        with pytest.raises(NotFound):
            erased(store, entry=row.event_id)
    with pytest.raises(NotFound):
        erased(store, entry=store.erasing.fresh_id())
    assert orders(store) == []


def test_what_others_stand_on_is_not_erased_alone(store: Store) -> None:
    stream = fill(store)
    root = rows(store, stream)[1].event_id
    held = LegalHoldSet(occurred_on=date(2026, 1, 1), hold="H", authority="An inquiry")
    freed = LegalHoldReleased(occurred_on=date(2026, 1, 2), hold="H", authority="An inquiry")
    written = store.append(
        [
            corrected(stream, root, 20),
            withdrawn(stream, rows(store, stream)[2].event_id),
            new(stream, EntryRestricted(occurred_on=date(2026, 1, 1), restricts=root, reason="third party")),
            new(stream, held),
            new(stream, freed),
            identity_sealed(stream),
        ]
    )
    for receipt in written:
        with pytest.raises(Refused):
            erased(store, entry=receipt.event_id)
    assert orders(store) == []


def test_nothing_of_a_closed_record_is_erased_alone(store: Store) -> None:
    stream = fill(store)
    erased(store)
    for row in rows(store, stream):
        with pytest.raises(Refused, match="already"):
            erased(store, entry=row.event_id)


def test_an_erased_entry_is_not_brought_back_by_a_correction(store: Store) -> None:
    stream = fill(store)
    row = rows(store, stream)[1]
    erased(store, entry=row.event_id)
    with pytest.raises(Refused, match=f"position {row.position} was erased"):
        store.append([corrected(stream, row.event_id, 3)])
    store.append([withdrawn(stream, row.event_id)])
