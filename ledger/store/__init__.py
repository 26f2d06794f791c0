"""The store: the only door to `eventsourcing` and to the databases. See `docs/STORE.md`.

    store = create_store("journey-ledger", authority="Testshire")      # or open_store("journey-ledger")

Everything that floors above may use is named here.
"""

from ledger.store.erasing import Order
from ledger.store.opening import create_store, open_store
from ledger.store.rows import Finding, Head, New, OpenPart, Row, SelfVerification
from ledger.store.store import Store

__all__ = [
    "Finding",
    "Head",
    "New",
    "OpenPart",
    "Order",
    "Row",
    "SelfVerification",
    "Store",
    "create_store",
    "open_store",
]
