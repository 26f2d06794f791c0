"""What every import shares: which streams its children have, what stands in them, and writing in one transaction.

Nothing is made before something is to be written: a dry run, or an import that brings nothing new, opens no stream.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger.domain.envelope import LEDGER, Subject
from ledger.domain.events.identity import ChildRegistered, IdentitySealed
from ledger.domain.events.record import RecordClosed
from ledger.domain.standing import stand
from ledger.errors import Problem, VersionConflict
from ledger.store import New

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ledger.domain.envelope import Actor, Basis, Entry, Source
    from ledger.domain.events.base import Event
    from ledger.importers.report import ImportReport
    from ledger.store import Store

ATTEMPTS = 5
KEEP_GOING = "mend these lines, or import everything else with --keep-going"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be appended, by its subject: the stream may not be there yet."""

    subject: Subject
    event: Event
    by: Actor
    written_at: datetime | None
    source: Source
    basis: Basis = "practice"
    unknown_codes: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str | None, int | None]:
        """The file and line it comes from."""
        return self.source.file, self.source.line


@dataclass(slots=True)
class Seen:
    """What was read of some subjects: their streams, and the entries of those that have one."""

    streams: dict[Subject, str] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)

    def of(self, subject: Subject) -> list[Entry]:
        """Return the entries of a subject; an unknown one has none."""
        return self.entries.get(self.streams.get(subject, ""), [])

    def version(self, stream: str) -> int:
        """Return the version a stream had when it was read."""
        entries = self.entries.get(stream)
        return entries[-1].version if entries else 0


def see(store: Store, subjects: Sequence[Subject]) -> Seen:
    """Read what stands in the streams of these subjects, and in the ledger's own; creates nothing."""
    streams = store.subject_streams(subjects)
    streams[LEDGER] = "ledger"
    return Seen(streams, store.entries_of(streams.values()))


def write(store: Store, drafts: Sequence[Draft], seen: Seen) -> None:
    """Append all drafts, or none where a touched stream moved since it was seen. Raises `VersionConflict`."""
    if not drafts:
        return
    touched = dict.fromkeys(draft.subject for draft in drafts)
    streams = seen.streams | store.open_subjects([subject for subject in touched if subject not in seen.streams])
    news = [
        New(
            streams[draft.subject],
            draft.event,
            draft.by,
            draft.written_at,
            draft.source,
            draft.basis,
            unknown_codes=draft.unknown_codes,
        )
        for draft in drafts
    ]
    store.append(news, expect={streams[subject]: seen.version(streams[subject]) for subject in touched})


def until_written(decide_and_write: Callable[[], None]) -> None:
    """Decide and write; where another writer came between, read and decide again. Raises `VersionConflict` at last."""
    for attempt in range(ATTEMPTS):
        try:
            decide_and_write()
        except VersionConflict:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


@contextmanager
def without_collection() -> Iterator[None]:
    """Hold off the search for cyclic garbage: an import makes many values that live until its end, and no cycles."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def kept(drafts: list[Draft], store: Store, report: ImportReport, table: str) -> list[Draft]:
    """Leave out, count and tell of rows whose entry was erased alone under its own reference: it is not kept again."""
    keyed = {(d.source.system, d.source.reference): d.place for d in drafts if d.source.reference is not None}
    if not keyed or not store.erasing.orders():
        return drafts
    held = store.find_sources(list(keyed))
    gone = {keyed[key] for key, row in held.items() if store.erasing.order_of(row) is not None}
    told = "the entry with this reference was erased under an order: the row was not kept."
    report.problems += [Problem("erased", told, *place, refused=True) for place in sorted(gone, key=str)]
    left = [draft for draft in drafts if draft.place not in gone]
    counts = report.tables[table]
    counts.refused, counts.new, counts.appended = counts.refused + len(gone), counts.new - len(gone), len(left)
    return left


def barred(entries: Iterable[Entry]) -> Problem | None:
    """Say why nothing of a child's stream can be compared or appended, or return None."""
    entries = list(entries)
    if any(
        entry.name == RecordClosed.name or (entry.privacy == "erased" and entry.name == ChildRegistered.name)
        for entry in entries
    ):
        return Problem("erased", "this child's record was erased under an order: the row was not kept.", refused=True)
    if any(entry.privacy == "locked" for entry in entries):
        return Problem(
            "key-not-here", "the key of this child's record is not here: the row was not kept.", refused=True
        )
    if any(entry.name == IdentitySealed.name for entry in entries) and any(
        isinstance(standing.event, IdentitySealed) for standing in stand(entries)
    ):
        return Problem("identity-sealed", "this identity is sealed: the row was not kept.", refused=True)
    return None
