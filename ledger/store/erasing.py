"""Erasure inside the store: which orders stand, blanking what they name, destroying a key.

    for order in store.erasing.unfinished():
        store.erasing.blank(order)
        if order.whole:
            store.erasing.destroy_key(order)

Only what a sealed `erasure-ordered.v1` of this very ledger names is ever blanked, and only then is a key destroyed.
Each step may be repeated: it ends in the same state. Digests, leaves and stream ends do not change, so the ledger
verifies as before and writers need not be told. Orders are found by an index of their own, never by reading entries.
Not here: who may order an erasure and in which sequence its steps stand (`ledger.erasure`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from ledger.domain.clock import from_microseconds, london_day
from ledger.domain.events.record import ErasureCompleted, RecordClosed
from ledger.errors import Erased, Refused, Tampered
from ledger.store.batch import fresh_ids
from ledger.store.faults import engine_faults
from ledger.store.recorder import now
from ledger.store.refusals import erased_entry, erased_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from ledger.store.keys import KeyStore, StreamKey
    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Row

SYSTEM = "journey-ledger"
"""The source under which receipts of erasures are known, so that there is one for each order."""


@dataclass(frozen=True, slots=True)
class Order:
    """One sealed order to erase: a whole journey, or one entry of it where `entry` is its event id."""

    position: int
    event_id: str
    ordered_at: datetime
    stream: str
    entry: str | None
    reason: str
    authority: str
    keys_days: int | None = None
    ledger_days: int | None = None

    @property
    def whole(self) -> bool:
        """Whether the whole journey is to be erased."""
        return self.entry is None

    @property
    def ordered_on(self) -> date:
        """The day, in London, on which it was ordered."""
        return london_day(self.ordered_at)

    @property
    def receipt_key(self) -> tuple[str, str]:
        """The source key under which its receipt is written, once."""
        return SYSTEM, f"{ErasureCompleted.name}/{self.event_id}"

    def names(self, row: Row) -> bool:
        """Whether it orders this row to be blanked. The entry that closes a record stays."""
        if row.name == RecordClosed.name:
            return False
        return row.stream == self.stream if self.entry is None else row.event_id == self.entry


class Erasing:
    """The store's own hand in erasures. Raises `Refused` for what no order names, and the store's usual errors."""

    def __init__(self, rows: Callable[[], LedgerRecorder], keys: KeyStore | None) -> None:
        self._rows, self._keys = rows, keys
        self._known: tuple[Order, ...] = ()

    def orders(self) -> list[Order]:
        """Return every order of this ledger, in the order of their positions. Needs no key.

        Orders are never blanked, so that those read once are remembered and only later ones are asked for.
        """
        known = self._known
        with engine_faults():
            fresh = [_order(row) for row in self._rows().read_orders(known[-1].position if known else 0)]
        if fresh:
            self._known = known = (*known, *fresh)
        return list(known)

    def order_of(self, row: Row) -> Order | None:
        """Return the first order that names a row, or None."""
        return next((order for order in self.orders() if order.names(row)), None)

    def closing(self, stream: str) -> Order | None:
        """Return the order under which a whole journey was closed, or None."""
        mine = (order for order in self.orders() if order.whole and order.stream == stream)
        return next((order for order in mine if self.stands(order)), None)

    def unfinished(self) -> list[Order]:
        """Return the orders that have no receipt yet. Without keys this cannot be told, and none are returned."""
        orders = self.orders()
        if not orders or self._keys is None:
            return []
        ids = {self._keys.event_id(*order.receipt_key): order for order in orders}
        with engine_faults():
            done = {row.event_id for row in self._rows().read_ids(list(ids))}
        return [order for event_id, order in ids.items() if event_id not in done]

    def stands(self, order: Order) -> bool:
        """Whether an order may be carried out: for a whole record, whether that record was closed by this very order.

        An order without a closing was not given by an erasure, which looks at holds: nobody carries it out.
        """
        if not order.whole:
            return True
        with engine_faults():
            rows = self._rows().read_streams([order.stream], 1 << 62)
        last = rows[-1] if rows else None
        return last is not None and last.name == RecordClosed.name and _closed_by(last) == order.event_id

    def allowed(self) -> bool:
        """Whether entries can be blanked and keys destroyed: by this account, and by the tables as they were made."""
        with engine_faults():
            return self._keys is not None and self._rows().may_blank() and self._keys.may_destroy()

    def blank(self, order: Order) -> int:
        """Blank both parts of what an order names, in one transaction, and return how many entries that is."""
        self._check(order)
        with engine_faults():
            return self._rows().blank(order.stream, order.entry)

    def destroy_key(self, order: Order) -> None:
        """Destroy the key of an erased journey for ever; its child's keyed hash stays, so that it is not made anew."""
        self._check(order)
        if not order.whole or self._keys is None:
            raise Refused("a key is destroyed only with the whole record it belongs to.")
        self._keys.destroy(order.stream)

    def refusal(self, row: Row) -> Refused:
        """Return the error for writing again what was erased in this row."""
        order = self.order_of(row)
        return erased_entry(row.position, None if order is None else order.position)

    def closed(self, stream: str) -> Refused:
        """Return the error for writing in an erased record."""
        order = self.closing(stream)
        return erased_record(None if order is None else order.position)

    def check_open(self, streams: Iterable[str]) -> None:
        """Raise `Refused` where one of these journeys was erased."""
        whole = {order.stream for order in self.orders() if order.whole}
        for stream in whole.intersection(streams):
            if self.closing(stream) is not None:
                raise self.closed(stream)

    def check_readable(self, stream: str) -> None:
        """Raise `Erased` where a record was erased: what is left to tell of it is the order."""
        order = self.closing(stream)
        if order is not None:
            raise Erased(order.ordered_on, order.position, order.authority, order.reason)

    def keys_of(self, streams: set[str]) -> Mapping[str, StreamKey]:
        """Return the keys of all streams of a batch. Raises `Refused` for an erased one, `NotFound` for an unknown."""
        assert self._keys is not None
        found = self._keys.keys(streams)
        if len(found) < len(streams):
            self.check_open(streams - found.keys())
        return found if len(found) == len(streams) else self._keys.need(streams)

    def fresh_id(self) -> str:
        """Return a new, random event id, for an order that the closing entry of its batch names."""
        return fresh_ids(1, now())[0]

    def _check(self, order: Order) -> None:
        """Trust the ledger's own bytes, never the caller, for what was ordered."""
        if order not in self.orders() or not self.stands(order):
            raise Refused("no sealed order names this: nothing was erased.", "journey erase --help")


def _closed_by(row: Row) -> object:
    """Return the order that a closing entry names; an entry that cannot be read names none."""
    try:
        return orjson.loads(row.open).get("order")
    except (ValueError, AttributeError):
        return None


def _order(row: Row) -> Order:
    try:
        stated: dict[str, Any] = orjson.loads(row.open)
        return Order(
            row.position,
            row.event_id,
            from_microseconds(row.recorded_at),
            f"journey:{stated['journey']}",
            stated.get("entry"),
            stated["reason"],
            stated["authority"],
            stated.get("keys_days"),
            stated.get("ledger_days"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Tampered(
            f"the order to erase at position {row.position} cannot be read: nothing was erased under it.",
            "journey verify",
        ) from None
