"""One event on its way into the ledger, with its envelope: addressed by the authority's own ids, not by streams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger.domain import checks
from ledger.domain.envelope import Actor, Basis, Source, Subject
from ledger.domain.events import event_class
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.errors import NotFound, Problem, Refused
from ledger.importers.in_force import family
from ledger.store import New

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ledger.domain.events.base import Event
    from ledger.store import Store


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One event to be appended, with its envelope. `child` is the authority's id of a child, or a `Subject`."""

    child: str | Subject
    event: Event
    by: str | Actor
    written_at: datetime | None = None
    source: Source | None = None
    basis: Basis = "practice"
    correlation_id: str | None = None
    causation_id: str | None = None
    unknown_codes: tuple[str, ...] = field(default=())

    @property
    def subject(self) -> Subject:
        """What the entry's stream is about."""
        return subject_of(self.child)

    def problems(self) -> list[Problem]:
        """Return every rule that the event and its envelope break."""
        found = checks.problems(self.event, self.subject.kind) + checks.given_elsewhere(self.event)
        if self.written_at is not None and self.written_at.tzinfo is None:
            found.append(Problem("naive-datetime", "written_at has no time zone.", column="written_at", refused=True))
        return found

    def placed(self, streams: Mapping[Subject, str]) -> New:
        """Return the entry as the store takes it: in its subject's stream."""
        return New(
            stream=streams[self.subject],
            event=self.event,
            by=self.by if isinstance(self.by, Actor) else Actor(worker=self.by),
            written_at=self.written_at,
            source=self.source,
            basis=self.basis,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            unknown_codes=self.unknown_codes,
        )


def subject_of(who: str | Subject) -> Subject:
    """Return what is addressed: a bare id is a child's."""
    return who if isinstance(who, Subject) else Subject("journey", who)


def registered(batch: Iterable[NewEntry]) -> set[Subject]:
    """Return the children that a batch registers."""
    return {item.subject for item in batch if isinstance(item.event, ChildRegistered)}


def check_families(store: Store, events: Iterable[Event]) -> None:
    """Refuse a correction whose replacement is of another family than the entry it names.

    Raises `NotFound` for an entry that is not there, `Refused` for one that is a correction itself.
    """
    corrections = [event for event in events if isinstance(event, EntryCorrected)]
    rows = store.find([event.corrects for event in corrections]) if corrections else {}
    for event in corrections:
        row = rows.get(event.corrects)
        if row is None:
            raise NotFound("entry", event.corrects, hint="journey trail CHILD shows the ids of entries")
        fault = misdirection(row.name, f"at position {row.position}", event)
        if fault is not None:
            raise Refused(fault[1])


def misdirection(name: str, place: str, event: EntryCorrected | EntryWithdrawn) -> tuple[str, str] | None:
    """Say, as (code, sentence), why a correction or withdrawal cannot be about an entry of this name; None if it can.

    `place` says where that entry stands: "at position 12", "on line 3".
    """
    if name in (EntryCorrected.name, EntryWithdrawn.name):
        return "nested-correction", f"the entry {place} is itself a correction; name the entry it corrects."
    if isinstance(event, EntryCorrected) and family(event_class(name)) != family(type(event.replacement)):
        return "other-family", f"a {name} cannot be corrected into a {event.replacement.name}."
    return None
