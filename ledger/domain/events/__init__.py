"""The catalogue of events, found by reading the modules of this package: one class is one event, nothing is registered.

>>> from ledger.domain.events import catalogue
>>> catalogue()["visit-recorded.v1"].__name__
'VisitRecorded'
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

from ledger.domain.events.base import Event
from ledger.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def catalogue() -> Mapping[str, type[Event]]:
    """Return {stored name: event class} for every event of this package, in the order of areas and their modules."""
    found: dict[str, type[Event]] = {}
    for module in iter_modules(__path__):
        for thing in vars(import_module(f"{__name__}.{module.name}")).values():
            if not (isinstance(thing, type) and issubclass(thing, Event) and "name" in vars(thing)):
                continue
            if found.setdefault(thing.name, thing) is not thing:
                raise TypeError(f"two events are named {thing.name}")
    return MappingProxyType(found)


def event_class(name: str) -> type[Event]:
    """Return the class of a stored name, with or without its version. Raises `NotFound` with the nearest names."""
    known = catalogue()
    if name in known:
        return known[name]
    versions = [stored for stored in known if stored.rpartition(".v")[0] == name]
    if versions:
        return known[max(versions, key=lambda stored: int(stored.rpartition(".v")[2]))]
    raise NotFound("event", name, known, hint="journey events")
