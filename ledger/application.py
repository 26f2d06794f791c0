"""The few verbs that everything above calls: append, correct, withdraw, read, measure, verify.

    with open_ledger("journey-ledger", reader=Reader("W1", reason="supervision")) as ledger:
        receipt = ledger.append("C-001", VisitRecorded(occurred_on=date(2024, 5, 3), worker="W1"), by="W1")
        ledger.journey("C-001").allocated

Append refuses only what is impossible or malformed and keeps everything else; what is late, odd or missing is found by
projections. Children are addressed by the authority's own id. A ledger opened for a reader logs each case it reads
(`ledger.access`). Raises only `LedgerError`s.
Not here: parsing, rendering, and any decision of a projection.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from ledger.access import read_case
from ledger.domain.clock import NOW, View, london_day
from ledger.domain.coverage import Coverage
from ledger.domain.envelope import LEDGER, Actor, Basis, Receipt, Source, Subject
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryWithdrawn
from ledger.domain.journey import Journey, fold
from ledger.domain.standing import Standing, stand
from ledger.erasure import ErasureReport, erase, resumed
from ledger.errors import Malformed, NotFound, Refused
from ledger.new_entry import NewEntry, check_families, registered, subject_of
from ledger.retention import retention_due
from ledger.store import Store, create_store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from ledger.access import NotLogged, Reader
    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.imports import AppendReport, ImportReport
    from ledger.projections.engine import Result
    from ledger.projections.replay import Replay
    from ledger.projections.series import Series
    from ledger.projections.table import Table
    from ledger.store import Head, SelfVerification


REMEMBERED = 100_000
"""How many journeys an open ledger remembers as begun."""


def open_ledger(where: str | Path, *, read_only: bool = False, reader: Reader | None = None) -> Ledger:
    """Open the ledger in a folder, for a reader where cases are read. For writing, unfinished erasures are carried out.

    Raises `NotFound`, `Unreadable` (newer format), `Refused` (wrong master key).
    """
    return Ledger(resumed(open_store(where, read_only=read_only)), reader)


def create_ledger(where: str | Path, *, authority: str, **engine: Any) -> Ledger:
    """Make a ledger for an authority in an empty or missing folder and open it. Raises `Refused` if there is one.

    `engine` is passed to the store: `engine="postgres", url=...` chooses PostgreSQL.
    """
    return Ledger(create_store(where, authority=authority, **engine))


class Ledger:
    """One authority's ledger. A context manager; not to be shared between processes (open one in each)."""

    def __init__(self, store: Store, reader: Reader | None = None) -> None:
        self.store, self.reader = store, reader
        self.last_access: Receipt | NotLogged | None = None
        self._beginnings: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections."""
        self.store.close()

    @property
    def authority(self) -> str:
        """The authority's name."""
        return self.store.authority

    # -- appending ------------------------------------------------------------------------------------------------

    def append(
        self,
        child: str | Subject,
        event: Event,
        *,
        by: str | Actor,
        written_at: datetime | None = None,
        source: Source | None = None,
        expect: int | None = None,
        basis: Basis = "practice",
        correlation_id: str | None = None,
        causation_id: str | None = None,
    ) -> Receipt:
        """Append one event durably and return its receipt.

        An unknown child is opened by a `ChildRegistered`; any other event for an unknown child is `NotFound`.
        `expect` is the version the stream must have (0 before its first entry), else `VersionConflict`.
        The same (source system, reference) with the same content returns the first receipt; with other content it is
        `DuplicateKey`. Raises `Malformed` with every problem of the event.
        """
        new = NewEntry(child, event, by, written_at, source, basis, correlation_id, causation_id)
        return self.append_many([new], expect=None if expect is None else {child: expect})[0]

    def append_many(
        self, items: Iterable[NewEntry], *, expect: Mapping[str | Subject, int] | None = None
    ) -> list[Receipt]:
        """Append a batch in one transaction, all or nothing; receipts come in the order of the items."""
        batch = list(items)
        found = [problem for item in batch for problem in item.problems()]
        if found:
            raise Malformed(found)
        streams = self._streams(batch)
        check_families(self.store, [item.event for item in batch])
        expected = {streams[subject_of(who)]: version for who, version in (expect or {}).items()}
        return self.store.append([item.placed(streams) for item in batch], expect=expected)

    def correct(
        self,
        entry_id: str,
        replacement: Event,
        *,
        reason: str,
        note: str | None = None,
        by: str | Actor,
        written_at: datetime | None = None,
        source: Source | None = None,
        expect: int | None = None,
    ) -> Receipt:
        """Put a whole replacement of the same family beside an entry, named by the root entry's id."""
        event = EntryCorrected(
            corrects=entry_id, correction_reason=reason, correction_note=note, replacement=replacement
        )
        return self.append(
            self._subject_of(entry_id), event, by=by, written_at=written_at, source=source, expect=expect
        )

    def withdraw(
        self,
        entry_id: str,
        *,
        reason: str,
        note: str | None = None,
        by: str | Actor,
        written_at: datetime | None = None,
        source: Source | None = None,
        expect: int | None = None,
    ) -> Receipt:
        """Withdraw an entry, named by the root entry's id: it is kept, and no longer counts."""
        event = EntryWithdrawn(withdraws=entry_id, reason=reason, note=note)
        return self.append(
            self._subject_of(entry_id), event, by=by, written_at=written_at, source=source, expect=expect
        )

    def move(self, entry_id: str, to: str | Subject, *, by: str | Actor, note: str | None = None) -> list[Receipt]:
        """Move a misfiled entry: withdrawn and restricted here, appended there, in one transaction.

        The three new entries share a causation: the misfiled entry's id. Raises `Refused` where it does not stand.
        """
        here = self._subject_of(entry_id)
        standing = next((s for s in stand(self.store.entries(self.stream(here))) if s.root.event_id == entry_id), None)
        if standing is None or standing.event is None:
            raise Refused("this entry is not in force, so there is nothing to move.", "journey trail CHILD")
        moved = standing.entry
        return self.append_many(
            [
                NewEntry(
                    here, EntryWithdrawn(withdraws=entry_id, reason="misfiled", note=note), by, causation_id=entry_id
                ),
                NewEntry(here, EntryRestricted(restricts=entry_id, reason="misfiled"), by, causation_id=entry_id),
                NewEntry(to, standing.event, by, moved.written_at, basis=moved.basis, causation_id=entry_id),
            ]
        )

    def import_return(self, folder: Path, **options: Any) -> ImportReport:
        """Import one annual SSDA903 return; see `ledger.imports.import_ssda903`."""
        from ledger.imports import import_ssda903

        return import_ssda903(self.store, folder, **options)

    def import_tables(self, folder: Path, **options: Any) -> ImportReport:
        """Import a folder of simple tables; see `ledger.imports.import_tables`."""
        from ledger.imports import import_tables

        return import_tables(self.store, folder, **options)

    def append_cloudevents(self, data: bytes, **options: Any) -> AppendReport:
        """Append new entries given as CloudEvents; see `ledger.imports.append_cloudevents`."""
        from ledger.imports import append_cloudevents

        return append_cloudevents(self.store, data, **options)

    def erase(self, child: str | Subject, **order: Any) -> list[ErasureReport]:
        """Erase a record, or one entry of it, by law; see `ledger.erasure.erase`."""
        return erase(self.store, subject_of(child), **order)

    def retention_due(self, on: date, **options: Any) -> Table:
        """Return which records are due to be erased on a day; see `ledger.retention.retention_due`."""
        return retention_due(self.store, on, **options)

    # -- reading --------------------------------------------------------------------------------------------------

    def stream(self, child: str | Subject) -> str:
        """Return the id of a subject's stream. Raises `NotFound` with the nearest ids, never names."""
        subject = subject_of(child)
        found = self.store.subject_stream(subject)
        if found is None:
            what = "child" if subject.kind == "journey" else subject.kind
            raise NotFound(what, subject.id, self.store.all_ids(subject.kind))
        return found

    def read_by(self, reader: Reader) -> Ledger:
        """Return this open ledger for a reader: each call that reads a case is logged, as `last_access` says."""
        return Ledger(self.store, reader)

    def entries(self, child: str | Subject, *, at: int | None = None) -> list[Entry]:
        """Return a stream's entries by version, up to `at`, decrypted where the key is here. Raises `Erased`."""
        return self._read(child, View(position=at), "entries", at=at)

    def standings(self, child: str | Subject, view: View = NOW) -> list[Standing]:
        """Return how each root entry of a stream stands at a view."""
        return stand(self._read(child, view, "standings", at=view.position), view)

    def journey(self, child: str | Subject, view: View = NOW) -> Journey:
        """Return the state of a child's journey as known at a view."""
        on = None if view.instant is None else london_day(view.instant)
        return fold(stand(self._read(child, view, "journey", at=view.position), view), on=on)

    def replay(self, child: str, view: View = NOW, **options: Any) -> Replay:
        """Tell a child's case as known at a view: see `ledger.projections.replay.replay` for its options."""
        from ledger.projections.replay import replay

        told = {"today": london_day(datetime.now(UTC)), "seal_verdict": "not checked in this reading", **options}
        entries = self._read(child, view, "replay")
        return replay(entries, child=child, view=view, coverage=self.coverage(view), head=self.head().size, **told)

    def coverage(self, view: View = NOW) -> Coverage:
        """Return what the ledger's sources can tell of, as declared by a view."""
        return Coverage.of(self.store.entries("ledger", at=view.position), view)

    def project(self, name: str, view: View = NOW, **parameters: Any) -> Result:
        """Run a measure as known at a view; parameters are those on its card. Raises `NotFound`, `Malformed`."""
        from ledger.projections.engine import run_measure

        return run_measure(self.store, name, view, **parameters)

    def series(self, name: str, view: View = NOW, **parameters: Any) -> Series:
        """Follow one figure of a measure over whole periods: see `ledger.projections.series.series` for its options."""
        from ledger.projections.series import series

        return series(self.store, name, view, **parameters)

    def head(self, at: int | None = None) -> Head:
        """Return the size and root of the sealed ledger, now or at an earlier size."""
        return self.store.head(at)

    def verify_self(self) -> SelfVerification:
        """Recompute every leaf and the root from the stored bytes; the verdict is self-consistency, no more."""
        return self.store.verify_self()

    # -- inside ---------------------------------------------------------------------------------------------------

    def _read(self, who: str | Subject, view: View, command: str, *, at: int | None = None) -> list[Entry]:
        """Read a stream; a case's as this ledger's reader, which is logged. Raises `Refused` as the policy says."""
        stream = self.stream(who)
        if subject_of(who).kind != "journey":
            return self.store.entries(stream, at=at)
        self.store.erasing.check_readable(stream)
        entries, self.last_access = read_case(self.store, stream, self.reader, command=command, view=view, at=at)
        return entries

    def _streams(self, batch: Sequence[NewEntry]) -> dict[Subject, str]:
        """Find the streams of a batch, opening those it may open."""
        subjects = list(dict.fromkeys(item.subject for item in batch))
        streams = self.store.subject_streams([subject for subject in subjects if subject != LEDGER])
        new = registered(batch)
        for subject in subjects:
            if subject.kind == "journey" and subject not in new and not self._begun(streams.get(subject)):
                raise NotFound(
                    "child",
                    subject.id,
                    self.store.all_ids("journey"),
                    hint="append a child-registered.v1 first, or import a return",
                )
        streams[LEDGER] = "ledger"
        return streams | self.store.open_subjects([subject for subject in subjects if subject not in streams])

    def _begun(self, stream: str | None) -> bool:
        """Whether a journey has its first entry, asked of the store once."""
        if stream is None or stream in self._beginnings:
            return stream is not None
        if len(self._beginnings) >= REMEMBERED:
            self._beginnings.clear()
        if self.store.begun(stream):
            self._beginnings.add(stream)
        return stream in self._beginnings

    def _subject_of(self, entry_id: str) -> Subject:
        """Find whose stream an entry stands in."""
        row = self.store.find([entry_id]).get(entry_id)
        if row is None:
            raise NotFound("entry", entry_id, hint="journey trail CHILD shows the ids of entries")
        if row.stream == "ledger":
            return LEDGER
        kind = row.stream.partition(":")[0]
        self.store.erasing.check_open([row.stream])
        return Subject(kind, self.store.subject_ids([row.stream])[row.stream])  # type: ignore[arg-type]
