"""What every engine's recorder offers beside the library's own methods, and how its rows look to the library."""

from __future__ import annotations

import time
from abc import abstractmethod
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

from ledger.domain.events.record import ErasureOrdered
from ledger.seal.leaf import pack_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.store.batch import Edge
    from ledger.store.rows import Finding, OpenPart, Row

CHUNK = 1000
"""How many rows a scan holds at once."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a stored log says of itself, outside its entries: its id, its authority, the version of its format."""

    log_id: bytes
    authority: str
    format: int


def now() -> int:
    """Return the present time in microseconds since 1970."""
    return time.time_ns() // 1000


class LedgerRecorder(ApplicationRecorder):
    """An application recorder that seals what it inserts and reads whole rows.

    `insert_events(stored, batch=...)` takes its lock, admits the batch, writes rows and frontier in one transaction and
    returns positions; without a batch it writes the library's plain events. Positions have no gaps.
    """

    log_id: bytes = bytes(16)

    @abstractmethod
    def found(self, opening: Opening) -> None:
        """Make the empty tables of a new log. Raises the library's errors only."""

    @abstractmethod
    def opening(self) -> Opening | None:
        """Return what the stored log says of itself, or None where there is no log."""

    @abstractmethod
    def edge(self) -> Edge:
        """Return the frontier and the last `recorded_at`."""

    @abstractmethod
    def read_streams(self, streams: Sequence[str], at: int) -> Sequence[Row]:
        """Return the rows of these streams up to position `at`, by stream and version."""

    @abstractmethod
    def read_ids(self, event_ids: Sequence[str]) -> Sequence[Row]:
        """Return the rows with these event ids, in no order."""

    @abstractmethod
    def read_version(self, stream: str, version: int) -> Row | None:
        """Return one row by its place in its stream."""

    @abstractmethod
    def read_range(self, after: int, upto: int, limit: int) -> Sequence[Row]:
        """Return at most `limit` rows with positions in (after, upto], in order."""

    def read_plain(self, after: int, upto: int, limit: int) -> Sequence[tuple[Any, ...]]:
        """Return the same as plain tuples, in the order of `Row`: for reading them all as fast as can be."""
        return self.read_range(after, upto, limit)

    def read_open(self, after: int, upto: int, names: Sequence[str] | None) -> Sequence[OpenPart]:
        """Return the open parts of the rows of these names (None: any) with positions in (after, upto], in order."""
        rows = self.read_range(after, upto, upto - after)
        return [(*row[:6], row.open) for row in rows if names is None or row.name in names]

    def read_orders(self, after: int) -> Sequence[Row]:
        """Return the orders to erase in the ledger's own stream, beyond a position; engines keep an index of them."""
        return [row for row in self.scan(after, 1 << 62) if (row.stream, row.name) == ("ledger", ErasureOrdered.name)]

    @abstractmethod
    def blank(self, stream: str, event_id: str | None) -> int:
        """Empty both parts of one entry of a stream, or of all but the closing one, and leave no copy of them behind.

        Returns how many entries are blank now that should be, whoever blanked them. Triggers let it through where a
        sealed order says so.
        """

    def may_blank(self) -> bool:
        """Whether this account may do so."""
        return True

    def read_ends(self, after: int, upto: int) -> Sequence[Row]:
        """Return the last row of every stream among positions in (after, upto], in no order; its parts may be empty."""
        return list({row.stream: row for row in self.scan(after, upto)}.values())

    def schema_findings(self) -> list[Finding]:
        """Return what was changed about the tables, triggers and views of this log; an engine without any has none."""
        return []

    def chunks(self, after: int, upto: int) -> Iterator[Sequence[Row]]:
        """Yield rows in position order, a chunk at a time, holding no transaction between them."""
        while rows := self.read_range(after, upto, CHUNK):
            yield rows
            after = rows[-1].position

    def scan(self, after: int, upto: int) -> Iterator[Row]:
        """Yield rows in position order, holding no more than a chunk in memory."""
        return chain.from_iterable(self.chunks(after, upto))


def stored_event(row: Row) -> StoredEvent:
    """Show a row as the library's plain stored event."""
    return StoredEvent(row.stream, row.version, row.name, _state(row))


def notification(row: Row) -> Notification:
    """Show a row as the library's plain notification: its id is the position."""
    return Notification(row.stream, row.version, row.name, _state(row), row.position)


def _state(row: Row) -> bytes:
    return row.open if row.sealed is None else pack_state(row.open, row.sealed)


def bounds(start: int | None, stop: int | None, *, inclusive: bool) -> tuple[int, int]:
    """Translate the library's `start` and `stop` into positions in (after, upto]."""
    after = 0 if start is None else (start - 1 if inclusive else start)
    return after, (1 << 62) if stop is None else stop
