"""What stands in the ledger from one source at one moment, by child and natural key: what a return is compared with.

A fact is known here by its root. In force is the one among root, corrections and withdrawals known by the moment with
the greatest (known, position); beside it stands what the source itself said last, so that a source which only repeats
itself undoes nobody's correction. A root that became known after the moment is not in force yet (`later`).

Pure: entries in. Not here: reading them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import london_day
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.importers.shapes import REFERENCE, tuple_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.importers.shapes import Spec, Values


END_SUFFIX = "#end"
"""Ends the reference of an end, which shares its row with the start."""


@dataclass(slots=True)
class Held:
    """One root of the source as it stands at the moment: `event` in force (None: withdrawn), `said` by the source last.

    `known_at` is when what is in force became known.
    `later` roots became known after the moment. `expected` is its date where that lay in the future when it became
    known. `mentioned` is set where a row of the return states it.
    """

    child: str
    root: Entry
    known_at: datetime
    event: Event | None
    said: Event | None
    later: bool = False
    expected: date | None = None
    mentioned: bool = False


class InForce:
    """What stands in the ledger from one source at one moment, for the events that its tables can make.

    `reason` is why a correction is made where the source now says otherwise.
    """

    def __init__(
        self,
        system: str,
        moment: datetime,
        specs: Iterable[Spec],
        *,
        reason: str = "return amended",
        by_reference: bool = False,
    ) -> None:
        self.system, self.moment, self.day = system, moment, london_day(moment)
        self.reason, self.by_reference = reason, by_reference
        self.facts: dict[str, dict[tuple[str, Values], list[Held]]] = {}
        self.births: dict[str, set[date | None]] = {}
        """The days of birth under which each child known at the moment was registered, by whatever source."""
        self.registered: set[str] = set()
        """The children who are registered at any time, by whatever source."""
        self._keys: dict[type[Event], tuple[str, Callable[[Any], Values]]] = {}
        for spec in specs:
            self._keys[spec.event] = (family(spec.event), tuple_of(spec.key))
            if spec.end is not None:
                self._keys[spec.end] = (family(spec.end), tuple_of(spec.end_key))
        for name, _ in self._keys.values():
            self.facts.setdefault(name, {})

    def add(self, child: str, entries: Iterable[Entry]) -> None:
        """Take in the entries of one child's stream, in version order."""
        changes: dict[str, list[Entry]] = {}
        roots: list[Entry] = []
        for entry in entries:
            event = entry.event
            if isinstance(event, ChildRegistered):
                self.registered.add(child)
                if entry.known_at <= self.moment:
                    self.births.setdefault(child, set()).add(event.birth_date)
            if type(event) in self._keys:
                if entry.source is not None and entry.source.system == self.system:
                    roots.append(entry)
            elif isinstance(event, EntryCorrected):
                changes.setdefault(event.corrects, []).append(entry)
            elif isinstance(event, EntryWithdrawn):
                changes.setdefault(event.withdraws, []).append(entry)
        for root in roots:
            self._place(child, root, changes.get(root.event_id))

    def _place(self, child: str, root: Entry, changes: list[Entry] | None) -> None:
        if changes is not None:
            held = self._changed(child, root, changes)
            if isinstance(held.event, ChildRegistered):
                self.births.setdefault(child, set()).add(held.event.birth_date)
        elif root.known_at <= self.moment:
            held = Held(child, root, root.known_at, root.event, root.event, expected=_expected(root.event, root))
        else:
            held = Held(child, root, root.known_at, None, None, later=True)
        keys = {self._key(event) for event in (held.event or root.event, held.said) if event is not None}
        if self.by_reference and root.source is not None and root.source.reference is not None:
            key = (REFERENCE, root.source.reference.removesuffix(END_SUFFIX))
            keys = {(name, key) for name, _ in keys}
        for name, key in keys:
            self.facts[name].setdefault((child, key), []).append(held)

    def _changed(self, child: str, root: Entry, changes: list[Entry]) -> Held:
        """Return how a corrected or withdrawn root stands: the greatest (known, position) known at the moment."""
        admitted = [entry for entry in (root, *changes) if entry.known_at <= self.moment]
        if not admitted:
            return Held(child, root, root.known_at, None, None, later=True)
        admitted.sort(key=lambda entry: (entry.known_at, entry.position))
        mine = [entry for entry in admitted if entry.source is not None and entry.source.system == self.system]
        event = _content(admitted[-1])
        said = _content(mine[-1]) if mine else None
        return Held(child, root, admitted[-1].known_at, event, said, expected=_expected(event, admitted[-1]))

    def _key(self, event: Event) -> tuple[str, Values]:
        kind = type(event)
        if kind not in self._keys:  # a correction may bring another event of the same family
            same = next(known for known in self._keys if family(known) == family(kind))
            return self._keys[same][0], self._keys[same][1](event)
        name, key = self._keys[kind]
        return name, key(event)


def family(kind: type[Event]) -> str:
    """Return the name under which events that may correct each other are compared."""
    return kind.family or kind.name


def _content(entry: Entry) -> Event | None:
    """Return what an entry says of its root: a correction's replacement, nothing for a withdrawal."""
    if isinstance(entry.event, EntryCorrected):
        return entry.event.replacement
    return None if isinstance(entry.event, EntryWithdrawn) else entry.event


def _expected(event: Event | None, entry: Entry) -> date | None:
    """Return the date of an event that lay in the future when the entry became known, else None."""
    if event is None or event.occurred_on is None or event.occurred_on <= entry.known_at.date():
        return None
    return event.occurred_on if event.occurred_on > london_day(entry.known_at) else None
