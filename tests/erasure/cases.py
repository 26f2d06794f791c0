"""Ledgers with something to erase, and what must be true of one in which something was erased."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from ledger.domain.envelope import Actor, Source, child
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import ErasureCompleted, ErasureOrdered
from ledger.erasure import ErasureReport, erase
from ledger.store import New
from tests.store.news import FIRST_DAY, WORKER, visit

if TYPE_CHECKING:
    from ledger.store import Row, Store

ONE, OTHER = child("CHILD-0815"), child("CHILD-4711")
NAME = "Wilhelmina Quennell"
AUTHORITY = "Retention schedule 2026/14"
TODAY = datetime(2027, 3, 1, 12, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "authority": AUTHORITY,
    "reason": "retention ended",
    "by": "W9",
    "keys_days": 35,
    "ledger_days": 90,
    "clock": lambda: TODAY,
}


def fill(store: Store, visits: int = 5, narrative: str = "We drew the house.") -> str:
    """Write two children with some visits each, one after the other in turn; return the first one's stream."""
    streams = [store.open_subject(each) for each in (ONE, OTHER)]
    for stream, each in zip(streams, (ONE, OTHER), strict=True):
        event = ChildRegistered(occurred_on=FIRST_DAY, child_id=each.id, child_name=NAME, born="2012-02")
        store.append([New(stream, event, WORKER)])
    for day in range(visits):
        for stream, each in zip(streams, (ONE, OTHER), strict=True):
            source = Source("casework", f"{each.id}-visit-{day}")
            store.append([visit(stream, day, f"{narrative} {day}", source=source)])
    return streams[0]


def erased(store: Store, **changes: Any) -> list[ErasureReport]:
    """Erase the first child, or something of it."""
    return erase(store, ONE, **{**ORDER, **changes})


def rows(store: Store, stream: str) -> list[Row]:
    return [row for row in store.scan() if row.stream == stream]


def orders(store: Store) -> list[ErasureOrdered]:
    return [entry.event for entry in store.entries("ledger") if isinstance(entry.event, ErasureOrdered)]


def receipts(store: Store) -> list[ErasureCompleted]:
    return [entry.event for entry in store.entries("ledger") if isinstance(entry.event, ErasureCompleted)]


def check_erased(store: Store, stream: str, leaves: list[bytes], *, today: date | None = None) -> None:
    """Assert all that a finished erasure of a whole journey leaves behind, whoever finished it."""
    *blank, closing = rows(store, stream)
    assert [row.leaf(store.log_id) for row in blank] == leaves
    assert {(row.open, row.sealed) for row in blank} == {(b"", b"")}
    assert closing.name == "record-closed.v1"
    [order], [receipt] = orders(store), receipts(store)
    assert (order.journey, order.entry, order.authority) == (stream.removeprefix("journey:"), None, AUTHORITY)
    assert store.decode(closing).event.order == receipt.order
    assert (receipt.entries, receipt.key_destroyed) == (len(blank), True)
    assert (receipt.keys_backup_until - receipt.occurred_on).days == 35
    assert (receipt.ledger_backup_until - receipt.occurred_on).days == 90
    if today is not None:
        assert receipt.occurred_on == today
    assert store._keys.keys([stream]) == {}
    assert store.subject_ids([stream]) == {}
    assert store.subject_stream(ONE) == stream
    assert store.all_ids("journey") == [OTHER.id]
    assert store.erasing.unfinished() == []
    lawful = {"open-blanked", "sealed-blanked"}
    assert [finding for finding in store.verify_self().findings if finding.code not in lawful] == []
    assert {entry.privacy for entry in store.entries(store.subject_stream(OTHER))} == {"open"}


def actor() -> Actor:
    return Actor(worker="W1")
