"""One batch of entries on its way in: what is decided under the write lock, the same for every engine.

An engine takes its lock, reads what `Batch.streams` and `Batch.looked_up` name, and calls `Batch.admit`, which checks,
numbers and seals without any I/O and returns the rows to insert, or raises and leaves everything as it was:

1. known source references first: same content gives the first receipt, other content is `DuplicateKey`;
2. then `expect`, against the versions the streams have now: `VersionConflict`;
3. then what is impossible: anything in a closed record, written after it was recorded, aimed at an entry that is not
   there, practice in a sealed identity;
4. then positions, versions, `recorded_at` and leaves. Nothing is encoded again: a seal does not depend on them.

Rows that come through the library's plain `insert_events` carry no sealing data: they keep their own versions.
"""

from __future__ import annotations

import os
from collections import ChainMap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from ledger.domain.clock import from_microseconds
from ledger.domain.envelope import Receipt
from ledger.domain.events.identity import IdentitySealed
from ledger.domain.events.record import RecordClosed
from ledger.errors import DuplicateKey, Overtaken, VersionConflict
from ledger.seal.leaf import EMPTY_DIGEST, ZERO, digest
from ledger.seal.tree import Frontier
from ledger.store.keys import VARIANT
from ledger.store.refusals import TOLERANCE, check_clock, check_target, sealed_identity, target
from ledger.store.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from eventsourcing.persistence import StoredEvent

    from ledger.errors import Refused
    from ledger.store.keys import StreamKey
    from ledger.store.rows import New


class Draft:
    """One entry before it has a place. It is the library's domain event on the way in; the mapper fills its parts."""

    __slots__ = (
        "commitment",
        "event_id",
        "key",
        "keyed",
        "new",
        "open",
        "originator_id",
        "originator_version",
        "sealed",
    )

    def __init__(self, new: New, key: StreamKey | None, event_id: str, *, keyed: bool) -> None:
        self.new, self.key, self.event_id, self.keyed = new, key, event_id, keyed
        self.originator_id = new.stream
        self.originator_version = 0
        self.open = self.sealed = b""
        self.commitment = ZERO


class Edge(NamedTuple):
    """The growing edge of the log: its frontier and the last `recorded_at`."""

    tree: Frontier
    recorded_at: int


class StreamEnd(NamedTuple):
    """Where a stream ends: its version and last leaf, whether an identity seal stands in it, whether it was closed."""

    version: int
    leaf: bytes
    sealed: bool
    closed: bool = False


NO_STREAM = StreamEnd(0, ZERO, sealed=False)


def stream_end(last: Row, log_id: bytes, *, sealed: bool) -> StreamEnd:
    """Return the end of a stream from its last row; it was closed for good where that row says so."""
    return StreamEnd(last.version, last.leaf(log_id), sealed, last.name == RecordClosed.name)


@dataclass(slots=True)
class Batch:
    """Drafts, and what the store lets an engine decide about them under its lock.

    `same(row, draft)` tells whether a held row has the draft's content; `sealed(stream)` whether an identity seal in
    that stream is still in force; `erased(stream)` what to raise for a closed one. They read committed state only.
    `after` is the size the log must have, if given.
    Receipts come in the order of the drafts.
    """

    log_id: bytes
    drafts: Sequence[Draft]
    expect: Mapping[str, int]
    same: Callable[[Row, Draft], bool]
    sealed: Callable[[str], bool]
    erased: Callable[[str], Refused]
    clock: Callable[[], int]
    after: int | None = None
    receipts: list[Receipt] = field(default_factory=list)
    id: str = "batch"

    def collect_events(self) -> Iterator[Draft]:
        """Give the drafts to `Application.save`, which asks one object and not each entry."""
        return iter(self.drafts)

    @property
    def streams(self) -> set[str]:
        """The streams whose ends an engine must read under its lock."""
        return {draft.originator_id for draft in self.drafts} | self.expect.keys()

    @property
    def looked_up(self) -> list[str]:
        """The event ids whose rows an engine must read under its lock: keyed ones, and targets."""
        keyed = [draft.event_id for draft in self.drafts if draft.keyed]
        targets = [target(draft.new.event) for draft in self.drafts if draft.new.event.area == "record"]
        return keyed + [each for each in targets if each is not None]

    def admit(self, edge: Edge, ends: dict[str, StreamEnd], held: Mapping[str, Row]) -> tuple[list[Row], Edge]:
        """Decide, number and seal. Returns the new rows and the new edge; `edge` and `ends` are grown in place."""
        if self.after is not None and edge.tree.size != self.after:
            raise Overtaken(self.after, edge.tree.size)
        known = self._known(held)
        self._check_expected(ends, known)
        tree = edge.tree
        recorded_at = max(self.clock(), edge.recorded_at)
        moment, latest = from_microseconds(recorded_at), from_microseconds(recorded_at + TOLERANCE)
        rows: list[Row] = []
        written: dict[str, Row] = {}
        there = ChainMap(written, dict(held))
        closed: set[str] = set()
        for index, draft in enumerate(self.drafts):
            first = known.get(index)
            if first is not None:
                row = first if first.position else written[first.event_id]
                self.receipts.append(_receipt(row, row.leaf(self.log_id), duplicate=True))
                continue
            end = ends.get(draft.originator_id, NO_STREAM)
            if end.closed:
                raise self.erased(draft.originator_id)
            check_clock(draft.new, latest)
            if draft.new.event.area == "record":
                check_target(draft.new, there)
            elif draft.originator_id in closed or (end.sealed and self.sealed(draft.originator_id)):
                raise sealed_identity()
            if isinstance(draft.new.event, IdentitySealed):
                closed.add(draft.originator_id)
            position = tree.size + 1
            row = Row(
                position,
                draft.originator_id,
                end.version + 1,
                draft.new.event.name,
                draft.event_id,
                recorded_at,
                draft.commitment,
                end.leaf,
                digest(draft.open),
                digest(draft.sealed) if draft.sealed else EMPTY_DIGEST,
                draft.open,
                draft.sealed,
            )
            leaf = row.leaf(self.log_id)
            tree.append(leaf)
            rows.append(row)
            written[row.event_id] = row
            ends[row.stream] = StreamEnd(
                row.version, leaf, end.sealed or row.stream in closed, row.name == RecordClosed.name
            )
            self.receipts.append(Receipt(position, row.stream, row.version, row.event_id, moment, leaf))
        return rows, Edge(tree, recorded_at if rows else edge.recorded_at)

    def _known(self, held: Mapping[str, Row]) -> dict[int, Row]:
        """Return {index: row first written} for drafts whose source reference is known, here or in this batch."""
        known: dict[int, Row] = {}
        earlier: dict[str, Draft] = {}
        for index, draft in enumerate(self.drafts):
            if not draft.keyed:
                continue
            row = held.get(draft.event_id)
            if row is not None:
                if not self.same(row, draft):
                    raise DuplicateKey(row.position)
                known[index] = row
            elif draft.event_id in earlier:
                if not same_content(earlier[draft.event_id].new, draft.new):
                    raise DuplicateKey(None)
                known[index] = _placeless(draft)
            else:
                earlier[draft.event_id] = draft
        return known

    def _check_expected(self, ends: Mapping[str, StreamEnd], known: Mapping[int, Row]) -> None:
        """Compare `expect` with the versions now, but for streams in which this batch writes nothing new."""
        repeated = {self.drafts[index].originator_id for index in known} - {
            draft.originator_id for index, draft in enumerate(self.drafts) if index not in known
        }
        for stream, expected in self.expect.items():
            current = ends.get(stream, NO_STREAM).version
            if current != expected and stream not in repeated:
                raise VersionConflict(expected, current)


def same_content(one: New, other: New) -> bool:
    """Whether two new entries say the same: event, stream, author and writing time; not file, line or correlation."""
    return (one.stream, one.event, one.by, one.written_at) == (other.stream, other.event, other.by, other.written_at)


def _placeless(draft: Draft) -> Row:
    """Stand for the row that an earlier draft of this batch will become."""
    return Row(0, draft.originator_id, 0, "", draft.event_id, 0, ZERO, ZERO, ZERO, ZERO, b"", b"")


def _receipt(row: Row, leaf: bytes, *, duplicate: bool) -> Receipt:
    return Receipt(
        row.position, row.stream, row.version, row.event_id, from_microseconds(row.recorded_at), leaf, duplicate
    )


def plain_rows(
    stored: Iterable[StoredEvent], log_id: bytes, clock: Callable[[], int], edge: Edge, ends: dict[str, StreamEnd]
) -> tuple[list[Row], Edge]:
    """Return rows for the library's own stored events: random event ids, nothing committed, their own versions."""
    tree = edge.tree
    recorded_at = max(clock(), edge.recorded_at)
    rows = []
    for event in stored:
        stream = str(event.originator_id)
        before = ends.get(stream, NO_STREAM)
        row = Row(
            tree.size + 1,
            stream,
            event.originator_version,
            event.topic,
            str(uuid4()),
            recorded_at,
            ZERO,
            before.leaf,
            digest(event.state),
            EMPTY_DIGEST,
            event.state,
            None,  # type: ignore[arg-type]
        )
        leaf = row.leaf(log_id)
        tree.append(leaf)
        ends[stream] = StreamEnd(max(before.version, row.version), leaf, before.sealed)
        rows.append(row)
    return rows, Edge(tree, recorded_at)


def fresh_ids(count: int, at: int) -> list[str]:
    """Return new UUIDs (version 7, RFC 9562) as text: random, behind the millisecond that the row states anyway.

    Their common beginning keeps a batch together in the index of ids: a hundred random places are a hundred pages.
    """
    moment = f"{at // 1000:012x}"
    begin = f"{moment[:8]}-{moment[8:]}-7"
    text = os.urandom(10 * count).hex()
    return [
        f"{begin}{text[i : i + 3]}-{VARIANT[text[i + 3]]}{text[i + 4 : i + 7]}-{text[i + 7 : i + 19]}"
        for i in range(0, 20 * count, 20)
    ]
