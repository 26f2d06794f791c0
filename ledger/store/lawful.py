"""Judge what an erasure leaves: blanked parts with and without an order, orders without receipt, content come back.

Works on stated entries whose bytes are proved, so their JSON may be read; nothing is resolved by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from ledger.domain import wording
from ledger.seal.leaf import EMPTY_DIGEST
from ledger.store.recompute import CLOSED, COMPLETED, ORDERED
from ledger.store.rows import Finding, Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.store.recompute import Kept, Stated
    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Row

_LAST = 1 << 62


def erasures(kept: Kept, recorder: LedgerRecorder) -> tuple[list[Finding], list[str], list[Order]]:
    """Return findings, what is to be told of lawful erasures, and the orders."""
    orders = sealed_orders(kept.stated)
    findings: list[Finding] = []
    told: list[str] = []
    for order in orders:
        if not order.completed:
            findings.append(_unfinished(order))
        rows = _concerned(order, recorder)
        back = [row for row in rows if row.open or row.sealed]
        if back and order.completed:
            findings.append(_undone(order, back[0]))
        if any(map(blanked, rows)):
            told.append(_told(order, sum(map(blanked, rows))))
    for stream in sorted(kept.blank):
        findings += _without_authority(recorder.read_streams([stream], _LAST), orders)
    return findings, told, orders


def sealed_orders(stated: Sequence[Stated]) -> list[Order]:
    """Return the orders among stated entries, those of the ledger's own stream only."""
    mine = [each for each in stated if each.stream == "ledger" and each.open]
    done = {_fields(each).get("order") for each in mine if each.name == COMPLETED}
    return [_order(each, _fields(each), done) for each in mine if each.name == ORDERED]


def blanked(row: Row) -> bool:
    """Whether a part of a row is empty that was not."""
    return (not row.open and row.open_digest != EMPTY_DIGEST) or (
        row.sealed == b"" and row.sealed_digest != EMPTY_DIGEST
    )


def _order(stated: Stated, fields: dict[str, Any], done: set[Any]) -> Order:
    return Order(
        stated.event_id,
        stated.position,
        stated.version,
        f"journey:{fields.get('journey')}",
        fields.get("entry"),
        str(fields.get("reason")),
        str(fields.get("authority")),
        stated.event_id in done,
    )


def _fields(stated: Stated) -> dict[str, Any]:
    found = orjson.loads(stated.open)
    return found if isinstance(found, dict) else {}


def _concerned(order: Order, recorder: LedgerRecorder) -> list[Row]:
    """Return the rows that an order lets be blanked."""
    if order.entry is None:
        return [row for row in recorder.read_streams([order.stream], _LAST) if row.name != CLOSED]
    return [row for row in recorder.read_ids([order.entry]) if row.stream == order.stream]


def _without_authority(rows: Sequence[Row], orders: Sequence[Order]) -> list[Finding]:
    whole = {order.stream for order in orders if order.entry is None}
    single = {(order.stream, order.entry) for order in orders}
    return [
        Finding(
            "erased-without-authority",
            f"its {_which(row)} was blanked, and no sealed order says so.",
            row.position,
            row.stream,
            row.version,
        )
        for row in rows
        if blanked(row) and (row.stream, row.event_id) not in single and (row.stream not in whole or row.name == CLOSED)
    ]


def _which(row: Row) -> str:
    open_blank = not row.open and row.open_digest != EMPTY_DIGEST
    sealed_blank = not row.sealed and row.sealed_digest != EMPTY_DIGEST
    return "whole content" if open_blank and sealed_blank else "open part" if open_blank else "sealed part"


def _unfinished(order: Order) -> Finding:
    return Finding(
        "erasure-unfinished",
        "an erasure was ordered and has no receipt: it is resumed when the ledger is next opened for writing.",
        order.position,
        "ledger",
        order.version,
    )


def _undone(order: Order, row: Row) -> Finding:
    return Finding(
        "erasure-undone",
        f"its content is back, though the order at position {order.position} was carried out: an old copy was put in.",
        row.position,
        row.stream,
        row.version,
    )


def _told(order: Order, count: int) -> str:
    return (
        f"erased lawfully: {wording.entries(count)} of {order.stream}, by the order at position {order.position} "
        f"({order.reason}), under {order.authority}"
    )
