"""Journey Ledger: the front door.

    >>> from ledger import open_ledger, view                                            # doctest: +SKIP
    >>> with open_ledger("journey-ledger") as ledger:
    ...     ledger.journey("C-001", view("2018-12-31")).stage

Names are loaded when they are used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.access import Reader
    from ledger.application import Ledger, create_ledger, open_ledger
    from ledger.domain.clock import View, view
    from ledger.domain.envelope import Actor, Entry, Receipt, Source, Subject, child, pod, worker
    from ledger.errors import LedgerError
    from ledger.new_entry import NewEntry

_WHERE = {
    "ledger.access": ("Reader",),
    "ledger.application": ("Ledger", "create_ledger", "open_ledger"),
    "ledger.domain.clock": ("View", "view"),
    "ledger.domain.envelope": ("Actor", "Entry", "Receipt", "Source", "Subject", "child", "pod", "worker"),
    "ledger.errors": ("LedgerError",),
    "ledger.new_entry": ("NewEntry",),
}

__all__ = [
    "Actor",
    "Entry",
    "Ledger",
    "LedgerError",
    "NewEntry",
    "Reader",
    "Receipt",
    "Source",
    "Subject",
    "View",
    "child",
    "create_ledger",
    "open_ledger",
    "pod",
    "view",
    "worker",
]


def __getattr__(name: str) -> Any:
    for module, names in _WHERE.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'ledger' has no attribute {name!r}")
