"""The library's application, over whichever engine the settings choose: the one place where it is put together.

The environment is given whole and explicitly: nothing of the process's own environment can change how a ledger is
stored. Events reach the recorder with their sealing data through `save(batch, batch=batch)`, or `record(batch)`, which
is the same and quicker; a journey can be folded with `repository.get(stream, projector_func=...)`: it gets entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.persistence import EventStore, Mapper, Notification, Recording
from eventsourcing.utils import Environment

from ledger.errors import NotFound
from ledger.seal.leaf import pack_state
from ledger.store.mapper import LedgerMapper
from ledger.store.recorder import LedgerRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventsourcing.domain import DomainEventProtocol
    from eventsourcing.utils import EnvType

    from ledger.store.batch import Batch
    from ledger.store.keys import KeyStore
    from ledger.store.rows import Row

FACTORIES = {
    "sqlite": "ledger.store.sqlite:LedgerSQLiteFactory",
    "postgres": "ledger.store.postgres:LedgerPostgresFactory",
    "memory": "ledger.store.memory:MemoryFactory",
}
"""One row per engine: where its factory is."""


class Recordings(Sequence[Recording[str]]):
    """The library's recordings of a batch, made when somebody looks at them: most appends have no listener."""

    def __init__(self, batch: Batch) -> None:
        self._new = [pair for pair in zip(batch.drafts, batch.receipts, strict=True) if not pair[1].duplicate]

    def __len__(self) -> int:
        return len(self._new)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        draft, receipt = self._new[index]
        state = pack_state(draft.open, draft.sealed)
        told = Notification(receipt.stream, receipt.version, draft.new.event.name, state, receipt.position)
        return Recording(cast("DomainEventProtocol[str]", draft), told)


class EntryStore(EventStore[str]):
    """Tells where each draft went, and reads entries from whole rows, which carry the ids that decryption needs."""

    def put(self, domain_events: Sequence[DomainEventProtocol[str]], **kwargs: Any) -> list[Recording[str]]:
        """Seal and write drafts with their batch, or write plain events; return what was recorded.

        A batch's own receipts say where each draft went, so that recordings are made only for those who listen.
        """
        batch: Batch | None = kwargs.get("batch")
        if batch is None:
            return super().put(domain_events, **kwargs)
        seal = cast("LedgerMapper", self.mapper).seal
        for draft in batch.drafts:
            seal(draft)
        self.recorder.insert_events((), **kwargs)
        return []

    def get(
        self,
        originator_id: str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[DomainEventProtocol[str]]:
        """Yield a stream's entries by version."""
        recorder = cast("LedgerRecorder", self.recorder)
        mapper = cast("LedgerMapper", self.mapper)
        rows = [
            row
            for row in recorder.read_streams([originator_id], 1 << 62)
            if (gt is None or row.version > gt) and (lte is None or row.version <= lte)
        ]
        entries = map(mapper.entry, reversed(rows) if desc else rows)
        return cast("Iterator[DomainEventProtocol[str]]", islice(entries, limit))


class Log(Application[str]):
    """One log of entries. Until it is unlocked with keys, private blocks stay closed."""

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Use the given environment and nothing of the process's own."""
        return Environment(name, env)

    def construct_mapper(self) -> Mapper[str]:
        """Return our mapper; it gets the log's id and keys when the log is opened."""
        return LedgerMapper(bytes(16), None, self._row_of)

    def construct_event_store(self) -> EventStore[str]:
        """Return our event store."""
        return EntryStore(self.mapper, self.recorder)

    @property
    def rows(self) -> LedgerRecorder:
        """The recorder, by its whole type."""
        return cast("LedgerRecorder", self.recorder)

    @property
    def entries(self) -> LedgerMapper:
        """The mapper, by its whole type."""
        return cast("LedgerMapper", self.mapper)

    def unlock(self, log_id: bytes, keys: KeyStore | None) -> None:
        """Name the log and give it the keys that are here."""
        self.entries.unlock(log_id, keys)

    def record(self, batch: Batch) -> None:
        """Do what `save(batch, batch=batch)` does, without asking every object which protocol it follows."""
        processing: ProcessingEvent[str] = ProcessingEvent()
        processing.saved_kwargs["batch"] = batch
        self._notify(self._record(processing))

    def _record(self, processing_event: ProcessingEvent[str]) -> list[Recording[str]]:
        """Write, and tell where each new entry went: known ones were recorded before."""
        recordings = super()._record(processing_event)
        batch: Batch | None = processing_event.saved_kwargs.get("batch")
        return recordings if batch is None else cast("list[Recording[str]]", Recordings(batch))

    def _row_of(self, stream: str, version: int) -> Row:
        row = self.rows.read_version(stream, version)
        if row is None:
            raise NotFound("entry", f"{stream} {version}")
        return row


def open_log(engine: str, options: dict[str, Any]) -> Log:
    """Put the application together for an engine with its options (the library's own environment names)."""
    return Log({"PERSISTENCE_MODULE": FACTORIES[engine], "ORIGINATOR_ID_TYPE": "text", "CREATE_TABLE": "n", **options})
