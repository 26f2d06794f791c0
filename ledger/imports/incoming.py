"""Append entries that come in as CloudEvents: all of them, or none and every problem with its line."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ledger.domain.envelope import LEDGER
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.errors import Conflict, LedgerError, Malformed, NotFound, Problem
from ledger.importers.cloudevents import read_cloudevents
from ledger.importers.hints import FIELDS, hint_for
from ledger.imports.references import resolved
from ledger.new_entry import misdirection
from ledger.store import New

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.domain.envelope import Receipt, Subject
    from ledger.importers.cloudevents import Incoming
    from ledger.store import Row, Store


@dataclass(frozen=True, slots=True)
class AppendReport:
    """What an append did: `read` lines, of which `appended` were new and `known` were held already."""

    read: int
    appended: int
    known: int
    dry_run: bool = False
    receipts: list[Receipt] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values; a receipt gives position, version, event id, time and leaf."""
        told = {name: getattr(self, name) for name in ("read", "appended", "known", "dry_run")}
        return told | {"receipts": [asdict(r) | {"leaf": r.leaf.hex()} for r in self.receipts]}


class NotThere(NotFound):
    """A line of a file names a child or an entry that this ledger does not hold."""

    def __init__(self, problems: Sequence[Problem], hint: str) -> None:
        self.what, self.wanted, self.nearest = "subject", "", ()
        LedgerError.__init__(self, _first(problems), hint)


def append_cloudevents(store: Store, data: bytes, *, file: str = "-", dry_run: bool = False) -> AppendReport:
    """Append the events of a file, in one transaction. A key already held with the same content gives its receipt.

    Raises `Malformed` with every problem of the input; where all is well formed, `Conflict` for a key held with other
    content and `NotFound` for a child or an entry that is not there. Nothing is written then.
    """
    found, told = read_cloudevents(data, file, datetime.now(UTC))
    found = resolved(store, found)
    held = store.find_sources([each.key for each in found])
    told += _targets(store, found, file)
    if told:
        told.sort(key=lambda problem: problem.line or 0)
        raise Malformed(told, hint_for(told, FIELDS))
    known = [each for each in found if each.key in held]
    _refuse_erased(store, known, held)
    differs = [each for each in known if not _same(store, held[each.key], each)]
    if differs:
        conflicts = [_taken(each, held[each.key], file) for each in differs]
        raise Conflict(
            _first(conflicts), "a changed fact is a correction: append an entry-corrected.v1 that names the entry"
        )
    streams, missing = _streams(store, found, file)
    if missing:
        raise NotThere(missing, "append a child-registered.v1 for the child first, or check the id")
    store.erasing.check_open(streams.values())
    new = {each.key for each in found} - held.keys()
    if dry_run:
        return AppendReport(len(found), len(new), len(found) - len(new), dry_run=True)
    streams |= store.open_subjects([each.subject for each in found if each.subject not in streams])
    receipts = store.append(
        [
            New(
                streams[each.subject],
                each.event,
                each.by,
                each.written_at,
                each.source,
                each.basis,
                correlation_id=each.correlation_id,
                causation_id=each.causation_id,
            )
            for each in found
        ]
    )
    fresh = sum(not receipt.duplicate for receipt in receipts)
    return AppendReport(len(found), fresh, len(found) - fresh, receipts=receipts)


def _refuse_erased(store: Store, known: Sequence[Incoming], held: Mapping[tuple[str, str], Row]) -> None:
    """Raise `Refused` for a key whose entry was erased: it is not written again."""
    for each in known:
        row = held[each.key]
        if not row.open and store.decode(row, private=False).privacy == "erased":
            raise store.erasing.refusal(row)


def _streams(store: Store, found: Sequence[Incoming], file: str) -> tuple[dict[Subject, str], list[Problem]]:
    """Find the streams of the subjects, and tell of children neither known nor registered on an earlier line."""
    streams = store.subject_streams(list(dict.fromkeys(each.subject for each in found)))
    streams[LEDGER] = "ledger"
    problems = []
    registered: set[Subject] = set()

    @cache
    def begun(subject: Subject) -> bool:
        return subject in streams and store.begun(streams[subject])

    for each in found:
        if isinstance(each.event, ChildRegistered):
            registered.add(each.subject)
        if each.subject.kind == "journey" and each.subject not in registered and not begun(each.subject):
            told = "there is no such child in this ledger, and no earlier line registers it."
            problems.append(Problem("unknown-child", told, file, each.line, "subject", refused=True))
    return streams, problems


def _targets(store: Store, found: Sequence[Incoming], file: str) -> list[Problem]:
    """Say which corrections and withdrawals name an entry that is not there, or of another kind."""
    named = {each.line: each.event.corrects for each in found if isinstance(each.event, EntryCorrected)}
    named |= {each.line: each.event.withdraws for each in found if isinstance(each.event, EntryWithdrawn)}
    rows = store.find(list(named.values()))
    places = {event_id: (row.name, f"at position {row.position}") for event_id, row in rows.items()}
    problems = []
    for each in found if named else ():
        place = places.get(named.get(each.line, ""))
        places.setdefault(_own_id(store, each), (each.event.name, f"on line {each.line}"))
        if not isinstance(each.event, EntryCorrected | EntryWithdrawn):
            continue
        if place is None:
            told = "there is no entry with this id in this ledger."
            problems.append(Problem("unknown-entry", told, file, each.line, _names(each), refused=True))
        elif (fault := misdirection(*place, each.event)) is not None:
            code, told = fault
            column = "replacement" if code == "other-family" else _names(each)
            problems.append(Problem(code, told, file, each.line, column, refused=True))
    return problems


def _own_id(store: Store, each: Incoming) -> str:
    """Return the id by which this ledger will know a line's entry."""
    return store.source_id(*each.key)


def _names(each: Incoming) -> str:
    return "corrects" if isinstance(each.event, EntryCorrected) else "withdraws"


def _same(store: Store, row: Row, each: Incoming) -> bool:
    """Whether the entry held under a key says what the line says."""
    entry = store.decode(row)
    stream = store.subject_streams([each.subject]).get(each.subject, "ledger")
    return (entry.stream, entry.event, entry.by, entry.written_at) == (stream, each.event, each.by, each.written_at)


def _taken(each: Incoming, row: Row, file: str) -> Problem:
    told = f"this source and id are already held, with other content, by the entry at position {row.position}."
    return Problem("duplicate-key", told, file, each.line, "id", refused=True)


def _first(problems: Sequence[Problem]) -> str:
    more = len(problems) - 1
    return str(problems[0]) + (f" ({more} more)" if more else "")
