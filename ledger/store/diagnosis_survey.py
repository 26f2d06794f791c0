"""The first, tolerant reading of a damaged ledger: what is odd, which streams do not hang together, what is not there.

No value of any type stops it. A row is `sound` when its leaf can be computed at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.seal.leaf import ZERO
from ledger.store.diagnosis_tree import LeafTree
from ledger.store.recompute import JUDGED, ODD, Kept, Stated, earliest_id
from ledger.store.refusals import TOLERANCE

if TYPE_CHECKING:
    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Row

_FIRST, _LAST = -(1 << 62), 1 << 62


class End(NamedTuple):
    """Where a stream ends, as its rows stand now."""

    version: int
    leaf: bytes
    position: int


@dataclass(slots=True)
class Survey:
    """What one tolerant reading found. Rows are kept only where something is odd about them."""

    size: int
    """How many entries the frontier counts; or how many there are, where there is no frontier."""
    rows: int = 0
    tree: LeafTree = field(default_factory=lambda: LeafTree(bytearray()))
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """Runs of positions, first and last, at which nothing stands."""
    odd: list[Row] = field(default_factory=list)
    beyond: list[Row] = field(default_factory=list)
    altered: list[Row] = field(default_factory=list)
    """Rows of which a part is not what its digest says."""
    unsealed: list[Row] = field(default_factory=list)
    ill_timed: dict[int, str] = field(default_factory=dict)
    """{position: why} of entries whose recorded time is out of order."""
    streams: set[str] = field(default_factory=set)
    """Streams that do not hang together."""
    ends: dict[str, End] = field(default_factory=dict)
    keys: dict[str, dict[bytes, int]] = field(default_factory=dict)
    """{stream: {commitment: how many of its entries have it}}."""
    kept: Kept = field(default_factory=Kept)
    last_recorded: int = 0

    def commitment(self, stream: str) -> bytes | None:
        """Return the commitment that most entries of a stream have."""
        found = self.keys.get(stream)
        return max(found, key=found.__getitem__) if found else None


def survey(recorder: LedgerRecorder, size: int | None) -> Survey:
    """Read everything once. `size` is what the frontier counts, None where there is none."""
    found = Survey(_LAST if size is None else size)
    leaves = bytearray()
    times = [0, 0]
    run = -1
    expected = 1
    for row in recorder.scan(_FIRST, _LAST):
        if not 1 <= row.position <= found.size:
            found.beyond.append(row)
            continue
        if row.position < expected:
            continue
        found.rows += 1
        if row.position > expected:
            found.gaps.append((expected, row.position - 1))
            leaves += ZERO * (row.position - expected)
        expected = row.position + 1
        leaf = _leaf(found, recorder.log_id, row)
        leaves += leaf or ZERO
        if leaf is not None:
            _time(found, row, times)
            if row.recorded_at == times[-2] and row.recorded_at != run and _is_old(row):
                run = row.recorded_at
                found.kept.clock_back.append((row.position, row.stream, row.version, run))
    if size is None:
        found.size = expected - 1
    if expected <= found.size:
        found.gaps.append((expected, found.size))
        leaves += ZERO * (found.size - expected + 1)
    found.tree = LeafTree(leaves)
    found.last_recorded = times[-1]
    return found


def sound(row: Row) -> bool:
    """Whether every field that a leaf is made of has a type and a length that are written."""
    texts = (row.stream, row.name, row.event_id)
    hashes = (row.commitment, row.previous_leaf, row.open_digest, row.sealed_digest)
    return (
        all(isinstance(each, str) for each in texts)
        and all(isinstance(each, int) for each in (row.version, row.recorded_at))
        and 0 <= row.version < 1 << 63
        and all(isinstance(each, bytes) and len(each) == len(ZERO) for each in hashes)
        and all(_is_text(each) for each in texts)
    )


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _leaf(found: Survey, log_id: bytes, row: Row) -> bytes | None:
    """Return a row's leaf, having looked at its chain and parts; None where it has none."""
    if not sound(row):
        found.odd.append(row)
        if isinstance(row.stream, str) and _is_text(row.stream):
            found.streams.add(row.stream)
        return None
    leaf = row.leaf(log_id)
    end = found.ends.get(row.stream, End(0, ZERO, 0))
    if row.version != end.version + 1 or row.previous_leaf != end.leaf:
        found.streams.add(row.stream)
    if row.version >= end.version:
        found.ends[row.stream] = End(row.version, leaf, row.position)
    if row.commitment != ZERO:
        counts = found.keys.setdefault(row.stream, {})
        counts[row.commitment] = counts.get(row.commitment, 0) + 1
        if len(counts) > 1:
            found.streams.add(row.stream)
    _parts(found, row)
    return leaf


def _parts(found: Survey, row: Row) -> None:
    parts: tuple[tuple[Any, bytes], ...] = ((row.open, row.open_digest), (row.sealed, row.sealed_digest))
    if row.sealed is None and isinstance(row.open, bytes) and sha256(row.open).digest() == row.open_digest:
        found.unsealed.append(row)
        return
    if not all(isinstance(part, bytes) and (not part or sha256(part).digest() == sealed) for part, sealed in parts):
        found.altered.append(row)
        return
    if any(not part and sha256(part).digest() != sealed for part, sealed in parts):
        found.kept.blank[row.stream] = found.kept.blank.get(row.stream, 0) + 1
    if row.name in JUDGED:
        found.kept.stated.append(Stated(row.name, row.position, row.stream, row.version, row.event_id, row.open))


def _time(found: Survey, row: Row, times: list[int]) -> None:
    """Note which of two entries has the wrong time where the later was recorded earlier."""
    if row.recorded_at < times[-1]:
        if row.recorded_at >= times[-2] and row.position > 2:
            found.ill_timed[row.position - 1] = "it was recorded later than the entry after it."
        else:
            found.ill_timed[row.position] = "it was recorded earlier than the entry before it."
            times[:] = [times[-1], times[-1]]
            return
    times[:] = [times[-1], row.recorded_at]


def _is_old(row: Row) -> bool:
    try:
        return row.event_id[14:15] == "7" and row.event_id < earliest_id(row.recorded_at)
    except ODD:
        return False


def late(recorded_at: int, at: int) -> bool:
    """Whether a time is more than five minutes after the present."""
    return recorded_at > at + TOLERANCE
