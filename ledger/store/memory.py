"""The in-memory engine: a real engine under the same suite, for tests and for trying out. Nothing outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import IntegrityError
from eventsourcing.popo import POPOApplicationRecorder, POPOFactory

from ledger.domain.events.record import RecordClosed
from ledger.seal.tree import Frontier
from ledger.store.batch import Batch, Edge, StreamEnd, plain_rows
from ledger.store.recorder import LedgerRecorder, bounds, notification, now, stored_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

    from ledger.store.recorder import Opening
    from ledger.store.rows import Row


class MemoryRecorder(LedgerRecorder, POPOApplicationRecorder):
    """Rows in a list, with the two indexes that the other engines have, under one lock."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._by_id: dict[str, Row] = {}
        self._by_stream: dict[str, dict[int, Row]] = {}
        self._ends: dict[str, StreamEnd] = {}
        self._edge = Edge(Frontier(), 0)
        self._opening: Opening | None = None

    def found(self, opening: Opening) -> None:
        """Name the log."""
        self._opening, self.log_id = opening, opening.log_id

    def opening(self) -> Opening | None:
        """Return the log's name, or None."""
        return self._opening

    def edge(self) -> Edge:
        """Return a copy of the frontier, and the last `recorded_at`."""
        with self._database_lock:
            return Edge(self._edge.tree.copy(), self._edge.recorded_at)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Admit and write a batch, or plain events, all or nothing."""
        batch: Batch | None = kwargs.get("batch")
        with self._database_lock:
            if batch is None:
                ends = dict(self._ends)
                rows, edge = plain_rows(stored_events, self.log_id, now, self.edge(), ends)
            else:
                ends = {stream: self._ends[stream] for stream in batch.streams if stream in self._ends}
                held = {each: self._by_id[each] for each in batch.looked_up if each in self._by_id}
                rows, edge = batch.admit(self.edge(), ends, held)
            self._keep(rows)
            self._edge = edge
            self._ends.update(ends)
        self._notify_listeners()
        return [row.position for row in rows] if batch is None else [each.position for each in batch.receipts]

    def _keep(self, rows: Sequence[Row]) -> None:
        places = [(row.stream, row.version) for row in rows]
        taken = any(version in self._by_stream.get(stream, ()) for stream, version in places)
        if taken or len(set(places)) < len(places) or any(row.event_id in self._by_id for row in rows):
            raise IntegrityError("an entry with this place or id is already recorded")
        for row in rows:
            self._rows.append(row)
            self._by_id[row.event_id] = row
            self._by_stream.setdefault(row.stream, {})[row.version] = row

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events as the library's plain type."""
        with self._database_lock:
            rows = [
                row
                for version, row in sorted(self._by_stream.get(str(originator_id), {}).items(), reverse=desc)
                if (gt is None or version > gt) and (lte is None or version <= lte)
            ]
        return [stored_event(row) for row in rows[:limit]]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in position order as the library's plain type."""
        after, upto = bounds(start, stop, inclusive=inclusive_of_start)
        with self._database_lock:
            rows = [row for row in self._rows[max(after, 0) : upto] if not topics or row.name in topics]
        return [notification(row) for row in rows[:limit]]

    def max_notification_id(self) -> int | None:
        """Return the last position, or None."""
        return len(self._rows) or None

    def read_streams(self, streams: Sequence[str], at: int) -> Sequence[Row]:
        """Return the rows of these streams up to position `at`, by stream and version."""
        with self._database_lock:
            return [
                row
                for stream in sorted(set(streams))
                for _, row in sorted(self._by_stream.get(stream, {}).items())
                if row.position <= at
            ]

    def read_ids(self, event_ids: Sequence[str]) -> Sequence[Row]:
        """Return the rows with these event ids."""
        with self._database_lock:
            return [self._by_id[each] for each in event_ids if each in self._by_id]

    def read_version(self, stream: str, version: int) -> Row | None:
        """Return one row by its place in its stream."""
        return self._by_stream.get(stream, {}).get(version)

    def read_range(self, after: int, upto: int, limit: int) -> Sequence[Row]:
        """Return at most `limit` rows with positions in (after, upto]."""
        first = max(after, 0)
        with self._database_lock:
            return self._rows[first : max(first, min(upto, first + limit))]

    def blank(self, stream: str, event_id: str | None) -> int:
        """Empty both parts of one entry, or of all of a stream but the closing one."""
        with self._database_lock:
            rows = [
                row._replace(open=b"", sealed=b"")
                for row in self._by_stream.get(stream, {}).values()
                if row.name != RecordClosed.name and event_id in (None, row.event_id)
            ]
            for row in rows:
                self._rows[row.position - 1] = self._by_id[row.event_id] = row
                self._by_stream[stream][row.version] = row
        return len(rows)


class MemoryFactory(POPOFactory):
    """Makes the in-memory recorder for the library's application."""

    def application_recorder(self) -> ApplicationRecorder:
        """Return a new, empty recorder."""
        return MemoryRecorder()
