"""One ledger: an engine and a key store. The only door to either.

    with closing(create_store("journey-ledger", authority="Testshire")) as store:
        stream = store.open_subject(child("C-001"))
        [receipt] = store.append([New(stream, ChildRegistered(child_id="C-001"), Actor(worker="W1"))])

`append` is one transaction, all or nothing, and durable when it returns. It refuses only what is impossible; what it
decides under the lock is in `batch`. Raises only `LedgerError`s. One store per process; its methods may be called from
several threads.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from ledger.domain.envelope import LEDGER
from ledger.domain.events import catalogue
from ledger.domain.events.identity import IdentitySealed
from ledger.domain.events.record import EntryCorrected
from ledger.domain.standing import stand
from ledger.errors import Malformed, Problem, Refused, Unavailable
from ledger.store.batch import Batch, Draft, fresh_ids, same_content
from ledger.store.erasing import Erasing
from ledger.store.faults import engine_faults
from ledger.store.proving import Proving
from ledger.store.recorder import now
from ledger.store.rows import New
from ledger.store.tiles import Tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ledger.domain.envelope import Entry, Receipt, Subject
    from ledger.domain.events.base import Event
    from ledger.store.keys import KeyStore
    from ledger.store.log import Log
    from ledger.store.recorder import Opening
    from ledger.store.rows import OpenPart, Row
    from ledger.store.settings import Settings

_HEAD = 1 << 62
_TOGETHER = 1000
_OPEN_TOGETHER = 4000
"""How many streams are read together."""


class Store(Proving):
    """A ledger's entries and keys. Made by `create_store` and `open_store`."""

    def __init__(
        self,
        log: Log,
        opening: Opening,
        keys: KeyStore | None,
        *,
        read_only: bool,
        settings: Settings,
        clock: Callable[[], int] = now,
        open_access: Callable[[], Store] | None = None,
    ) -> None:
        self.log, self.settings = log, settings
        self.log_id, self.authority, self.format = opening.log_id, opening.authority, opening.format
        self.read_only, self.placeholders = read_only, settings.placeholders
        self._keys, self._clock = keys, clock
        self._open_access = open_access
        self._access: Store | None = None
        self.erasing = Erasing(lambda: log.rows, keys)
        self._opening_access = Lock()
        self._what = "the access log" if open_access is None else "the ledger"
        tiles = settings.folder / "tiles" / opening.log_id.hex() if settings.has_folder else None
        super().__init__(Tiles(log.rows, tiles))
        log.unlock(opening.log_id, keys)

    @property
    def access(self) -> Store:
        """The log of who read which case: a store of its own, with its own head. Opened when first asked for."""
        with self._opening_access:
            if self._access is None:
                if self._open_access is None:
                    raise Refused("an access log has no access log of its own.")
                self._access = self._open_access()
            return self._access

    # -- subjects and their streams -------------------------------------------------------------------------------

    def subject_stream(self, subject: Subject) -> str | None:
        """Return the stream of a subject, or None; creates nothing. Without keys only the ledger's own is known."""
        if subject == LEDGER:
            return "ledger"
        return None if self._keys is None else self._keys.stream(subject)

    def subject_streams(self, subjects: Sequence[Subject]) -> dict[Subject, str]:
        """Return the streams of those subjects that have one, read together; creates nothing."""
        return {} if self._keys is None else self._keys.streams(subjects)

    def open_subject(self, subject: Subject) -> str:
        """Return the stream of a subject, making its key and lookup if need be: durable before it returns."""
        return self.open_subjects([subject])[subject]

    def open_subjects(self, subjects: Sequence[Subject]) -> dict[Subject, str]:
        """Do the same for many in one transaction."""
        keys = self._writable()
        assert keys is not None
        return keys.open(subjects)

    def has_key(self, stream: str) -> bool:
        """Whether a stream's key is here: without it nothing private is sealed in the stream, or read from it."""
        return self._keys is not None and self._keys.key(stream) is not None

    def subject_ids(self, streams: Iterable[str]) -> dict[str, str]:
        """Return the authority's own id of each stream, where the lookup key is here."""
        return {} if self._keys is None else self._keys.ids(streams)

    def all_ids(self, kind: str) -> list[str]:
        """Return the authority's own ids of all subjects of a kind, sorted."""
        return [] if self._keys is None else self._keys.all_ids(kind)

    # -- appending ------------------------------------------------------------------------------------------------

    def append(
        self,
        news: Sequence[New],
        *,
        expect: Mapping[str, int] | None = None,
        after: int | None = None,
        keyless: bool = False,
    ) -> list[Receipt]:
        """Append all or nothing, and return receipts in the same order. `expect` is {stream: version it must have}.

        With `after`, only as what comes next in a log of that size; else `Overtaken`. With `keyless`, entries without
        private parts and source references, whose stream may have no key (any more).

        A known source reference with the same content gives the first receipt, checked before `expect`. Raises
        `DuplicateKey`, `VersionConflict`, `Malformed`, `Refused`, `NotFound` (unknown stream or target), `Unavailable`.
        """
        keys = self._writable(keyless=keyless)
        if not news:
            return []
        for new in news:
            _check_place(new.event, new.stream)
        found = {} if keyless or keys is None else self.erasing.keys_of({new.stream for new in news})
        drafts = []
        for new, fresh in zip(news, fresh_ids(len(news), self._clock()), strict=True):
            source = new.source
            keyed = keys is not None and source is not None and source.reference is not None
            event_id = keys.event_id(source.system, source.reference) if keyed else new.event_id or fresh  # type: ignore[union-attr,arg-type]
            drafts.append(Draft(new, found.get(new.stream), event_id, keyed=keyed))
        decide = self._same, self._sealed, self.erasing.closed
        batch = Batch(self.log_id, drafts, expect or {}, *decide, self._clock, after)
        with engine_faults(self._what):
            self.log.record(batch)
        return batch.receipts

    def _same(self, row: Row, draft: Draft) -> bool:
        held = self.decode(row)
        if held.privacy == "erased":
            raise self.erasing.refusal(row)
        if held.event is None or held.event.name != draft.new.event.name:
            return False
        return same_content(New(held.stream, held.event, held.by, held.written_at), draft.new)

    def _sealed(self, stream: str) -> bool:
        entries = [self.decode(row, private=False) for row in self.log.rows.read_streams([stream], _HEAD)]
        return any(isinstance(standing.event, IdentitySealed) for standing in stand(entries))

    # -- reading --------------------------------------------------------------------------------------------------

    def entries(self, stream: str, *, at: int | None = None) -> list[Entry]:
        """Return a stream's entries by version, up to position `at`: validated, and decrypted where the key is here."""
        decode = self.log.entries.entry
        with engine_faults():
            return [decode(row) for row in self.log.rows.read_streams([stream], _HEAD if at is None else at)]

    def rows(self, stream: str, *, at: int | None = None) -> Sequence[Row]:
        """Return a stream's rows by version, up to position `at`, as they are stored."""
        with engine_faults():
            return self.log.rows.read_streams([stream], _HEAD if at is None else at)

    def disclosed_key(self, stream: str) -> bytes | None:
        """Return a stream's key itself, None where it is not here: for a case bundle, which gives it away for good."""
        found = None if self._keys is None else self._keys.key(stream)
        return None if found is None else found.disclosed

    def entries_of(self, streams: Iterable[str], at: int | None = None) -> dict[str, list[Entry]]:
        """Return the entries of many streams, read together; a stream without entries has an empty list."""
        wanted: dict[str, list[Entry]] = {stream: [] for stream in streams}
        for row in self._rows_of(list(wanted), _HEAD if at is None else at):
            wanted[row.stream].append(self.log.entries.entry(row))
        return wanted

    def stated_in(self, streams: Iterable[str]) -> Iterator[tuple[Row, dict[str, Any] | None]]:
        """Yield each row of these streams with what it states as plain JSON: not validated, for comparing in bulk.

        None where it cannot be read as it stands: erased, no key here, or an event since reshaped. A stream's rows come
        together, in version order.
        """
        fields = self.log.entries.fields
        return ((row, fields(row)) for row in self._rows_of(list(streams), _HEAD))

    def _rows_of(self, streams: Sequence[str], at: int) -> Iterator[Row]:
        """Yield the rows of many streams, some streams at a time, with their keys at hand."""
        with engine_faults():
            for start in range(0, len(streams), _TOGETHER):
                some = streams[start : start + _TOGETHER]
                if self._keys is not None:
                    self._keys.keys(some)
                yield from self.log.rows.read_streams(some, at)

    def scan(self, *, after: int = 0, upto: int | None = None) -> Iterator[Row]:
        """Yield raw rows in position order, positions in (after, upto], in constant memory; `upto` is the head now."""
        with engine_faults():
            yield from self.log.rows.scan(after, self.log.rows.edge().tree.size if upto is None else upto)

    def open_parts(
        self, names: Sequence[str] | None, *, after: int = 0, upto: int | None = None
    ) -> Iterator[Sequence[OpenPart]]:
        """Yield the open parts of rows of these names (None: any), some at a time, by position, in constant memory."""
        with engine_faults():
            last = self.log.rows.edge().tree.size if upto is None else upto
            for start in range(after, last, _OPEN_TOGETHER):
                yield self.log.rows.read_open(start, min(start + _OPEN_TOGETHER, last), names)

    def decode(self, row: Row, *, private: bool = True) -> Entry:
        """Return the entry of a row; with `private` False, or without its key, private fields are None."""
        return self.log.entries.entry(row, private=private)

    def begun(self, stream: str) -> bool:
        """Whether a stream has its first entry: a key alone, kept from an append that failed, is no beginning."""
        with engine_faults():
            return self.log.rows.read_version(stream, 1) is not None

    def find(self, event_ids: Sequence[str]) -> dict[str, Row]:
        """Return the rows of those entries that are here, by event id."""
        with engine_faults():
            return {row.event_id: row for row in self.log.rows.read_ids(event_ids)} if event_ids else {}

    def find_sources(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row]:
        """Return the rows held under those source keys, each (system, reference), that are held."""
        if self._keys is None:
            return {}
        ids = {self._keys.event_id(*key): key for key in keys}
        return {ids[event_id]: row for event_id, row in self.find(list(ids)).items()}

    def source_id(self, system: str, reference: str) -> str:
        """Return the event id that an entry under this source key has, or will have. Raises `Unavailable`."""
        keys = self._writable()
        assert keys is not None
        return keys.event_id(system, reference)

    def row_at(self, position: int) -> Row | None:
        """Return the row at a position, or None beyond the head."""
        with engine_faults():
            return next(iter(self.log.rows.read_range(position - 1, position, 1)), None)

    def close(self) -> None:
        """Give back all connections and forget all keys. May be called twice."""
        if self._access is not None:
            self._access.log.close()
        self.log.close()
        if self._keys is not None:
            self._keys.close()

    def _writable(self, *, keyless: bool = False) -> KeyStore | None:
        if self.read_only:
            raise Unavailable(
                f"{self._what} is open for reading only.", "open it for writing, on a disk that allows it"
            )
        if self._keys is None and not keyless:
            raise Unavailable("the key store is not here, and nothing can be sealed without it.", "restore it first")
        return self._keys


def _check_place(event: Event, stream: str) -> None:
    """Refuse an event that this build could not read back, or in a kind of stream where it cannot stand."""
    kind = stream.partition(":")[0]
    known, allowed = _place(type(event))
    if not known:
        raise Malformed(
            [Problem("unknown-event", f"{event.name} is not in the catalogue.", refused=True)], "journey events"
        )
    if kind not in allowed:
        raise Refused(f"a {event.name} cannot stand in a {kind} stream; expected {' or '.join(allowed)}.")
    if isinstance(event, EntryCorrected):
        _check_place(event.replacement, stream)


@cache
def _place(kind: type[Event]) -> tuple[bool, tuple[str, ...]]:
    return catalogue().get(kind.name) is kind, kind.streams
