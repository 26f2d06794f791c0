"""Check a ledger against itself, from stored bytes alone: nothing is decoded before it is proved, no key is needed.

One fast pass recomputes everything (`recompute`); where anything at all is not as it was sealed, the ledger is read
again and every finding is named (`diagnosis`). Entries appended while this runs are not looked at: what is checked is
the ledger as its frontier stood at the beginning.

What this cannot see: an older backup put back, a tail cut off consistently, or a whole ledger sealed anew by somebody
who holds the database. Only a checkpoint kept elsewhere shows those: the verdict here is "self-consistent", no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ledger.errors import Tampered
from ledger.store.diagnosis import diagnose
from ledger.store.lawful import erasures
from ledger.store.recompute import ODD, OPENED, Doubt, Recomputation
from ledger.store.refusals import TOLERANCE
from ledger.store.resuming import resumed
from ledger.store.rows import Finding, SelfVerification

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.store.batch import Edge
    from ledger.store.recompute import Kept, Stated
    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Head
    from ledger.store.tiles import Tiles

Progress: TypeAlias = "Callable[[int, int], None]"

_FIRST, _LAST = -(1 << 62), 1 << 62
_TOGETHER, _TOLD = 256, 1024
"""How many rows are read together: a full subtree, hashed level by level, that fits a processor's cache; and how often
progress is told of."""


def verify_self(
    recorder: LedgerRecorder,
    progress: Progress | None = None,
    *,
    at: int,
    sizes: Sequence[int] = (),
    since: Head | None = None,
    tiles: Tiles | None = None,
) -> SelfVerification:
    """Recompute everything. `progress(done, of)` is told now and then; `at` is the present time in microseconds.

    `sizes` are those of which the roots are wanted. An empty ledger is a finding, never a pass. `since` is a head that
    somebody outside vouches for: what is before it is then not read again, if `tiles` can prove where it stood.
    """
    edge = stored_edge(recorder)
    if since is not None and tiles is not None and edge is not None:
        begun = resumed(recorder, tiles, since)
        if begun is not None and _resumed_honest(recorder, begun, edge, progress, sizes):
            told = f"only what follows position {since.size:,} was recomputed: the rest stands on the checkpoint given"
            return _judged(recorder, begun, at, told)
    work = Recomputation(recorder.log_id, sizes)
    if edge is None or not _honest(recorder, work, edge, progress):
        return diagnose(recorder, edge, sizes=sizes, at=at)
    return _judged(recorder, work, at)


def _resumed_honest(
    recorder: LedgerRecorder, work: Recomputation, edge: Edge, progress: Progress | None, sizes: Sequence[int]
) -> bool:
    """Whether what follows a head is as it was sealed; then nothing before it needs to be asked for."""
    first = work.tree.size
    work.want(each for each in sizes if each >= first)
    work.kept.roots[first] = work.tree.root()
    return all(each >= first for each in sizes) and _honest(recorder, work, edge, progress)


def _judged(recorder: LedgerRecorder, work: Recomputation, at: int, *more: str) -> SelfVerification:
    """Judge what is lawful or not in rows that are as they were sealed."""
    work.finish()
    found, told, orders = erasures(work.kept, recorder)
    findings = sorted([*found, *_heads(work.heads.wrong), *clocks(work.kept, work.recorded_at, at)], key=_place)
    kept, roots = work.kept, dict[int, bytes | None](work.kept.roots)
    return SelfVerification(
        work.tree.size, findings, work.tree.root(), [*more, *told], roots, kept.times, kept.commitments, orders
    )


def stored_edge(recorder: LedgerRecorder) -> Edge | None:
    """Return the stored frontier, or None where what is stored is not one."""
    try:
        edge = recorder.edge()
    except (*ODD, Tampered):
        return None
    sound = isinstance(edge.recorded_at, int) and isinstance(edge.tree.size, int) and edge.tree.size >= 0
    return edge if sound and all(isinstance(each, bytes) for each in edge.tree.hashes) else None


def _honest(recorder: LedgerRecorder, work: Recomputation, edge: Edge, progress: Progress | None) -> bool:
    """Whether all rows up to the frontier, and none beyond it, are as they were sealed."""
    size = edge.tree.size
    if not size:
        return False
    after = work.tree.size or _FIRST
    while rows := recorder.read_plain(after, size, _TOGETHER):
        if not work.tree.size and rows[0][3] != OPENED:
            return False
        try:
            work.rows(rows)
        except Doubt:
            return False
        after = rows[-1][0]
        if progress is not None and (not work.tree.size % _TOLD or work.tree.size == size):
            progress(work.tree.size, size)
    if work.tree.hashes != edge.tree.hashes or work.tree.size != size or work.recorded_at != edge.recorded_at:
        return False
    beyond = recorder.read_range(size, _LAST, 1)
    if not beyond:
        return True
    now = stored_edge(recorder)
    return now is not None and now.tree.size > size


def clocks(kept: Kept, recorded_at: int, at: int) -> list[Finding]:
    """Return what the clocks tell: set back while writing, or entries recorded after the present."""
    found = [
        Finding(
            "clock-set-back",
            "the clock had been set back: this and the entries after it were recorded no earlier than the one before, "
            "and their ids are older than five minutes.",
            position,
            stream,
            version,
        )
        for position, stream, version, _ in kept.clock_back
    ]
    if recorded_at > at + TOLERANCE:
        found.append(
            Finding(
                "clock-set-back",
                "the last entry was recorded more than five minutes after the present time of this machine: "
                "one of the two clocks is wrong.",
            )
        )
    return found


def _heads(wrong: Sequence[Stated]) -> list[Finding]:
    return [
        Finding(
            "heads-wrong",
            "the number or the root of all streams that it seals is not that of the entries before it.",
            each.position,
            each.stream,
            each.version,
        )
        for each in wrong
    ]


def _place(finding: Finding) -> int:
    return _LAST if finding.position is None else finding.position
