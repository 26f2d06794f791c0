"""Check a ledger against itself, from stored bytes alone: nothing is decoded, no key is needed.

Every digest, every leaf, each stream's chain, the order of positions and versions, and the root over everything are
computed again and compared with what is stored. All findings are returned, by position. Memory grows with the number
of streams, not of entries.

What this cannot see: an older backup put back, a tail cut off consistently, or a whole ledger sealed anew by somebody
who holds the database. Only a checkpoint kept elsewhere shows those: the verdict here is "self-consistent", no more.
"""

from __future__ import annotations

from hashlib import sha256
from struct import error as StructError  # noqa: N812
from typing import TYPE_CHECKING, TypeAlias

from ledger.domain.events.record import LedgerOpened
from ledger.errors import Tampered
from ledger.seal.leaf import ZERO
from ledger.seal.leaf import leaf as leaf_of
from ledger.seal.tree import Frontier
from ledger.store.rows import Finding, SelfVerification

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Row

Progress: TypeAlias = "Callable[[int, int], None]"


def verify_self(recorder: LedgerRecorder, progress: Progress | None = None) -> SelfVerification:
    """Recompute everything. `progress(done, of)` is told now and then. An empty ledger is a finding, never a pass."""
    checks = _Checks(recorder.log_id)
    size = _stored_size(recorder, checks)
    for rows in recorder.chunks(-(1 << 62), 1 << 62):
        checks.rows(rows)
        if progress is not None:
            progress(checks.tree.size, max(size, checks.tree.size))
    checks.whole(recorder)
    return SelfVerification(checks.tree.size, checks.findings, checks.tree.root())


def _stored_size(recorder: LedgerRecorder, checks: _Checks) -> int:
    try:
        return recorder.edge().tree.size
    except (ValueError, TypeError, AttributeError, Tampered):
        checks.find("bad-frontier", "the stored frontier is not one: its hashes do not fit its size.")
        return 0


_ODD = (TypeError, AttributeError, ValueError, StructError)
_START = (0, ZERO)


class _Checks:
    """The running state of one verification."""

    def __init__(self, log_id: bytes) -> None:
        self.log_id = log_id
        self.tree = Frontier()
        self.findings: list[Finding] = []
        self.position = 0
        self._ends: dict[str, tuple[int, bytes]] = {}
        self._recorded_at = 0

    def find(self, code: str, message: str, row: Row | None = None) -> None:
        """Note a finding; a row's own fields are shown only where they are of the right type."""
        position = row.position if row is not None and isinstance(row.position, int) else None
        stream = row.stream if row is not None and isinstance(row.stream, str) else None
        version = row.version if row is not None and isinstance(row.version, int) else None
        self.findings.append(Finding(code, message, position, stream, version))

    def rows(self, rows: Sequence[Row]) -> None:
        """Check rows in position order, each against its own bytes, its stream and its place."""
        ends, leaves = self._ends, []
        for row in rows:
            position, stream, version, _, _, recorded_at, commitment, before, open_digest, sealed_digest, _, _ = row
            self.position += 1
            leaf = ZERO
            try:
                leaf = leaf_of(self.log_id, *row[:10])
                end = ends.get(stream, _START)
                if (
                    sha256(row[10]).digest() != open_digest
                    or sha256(row[11]).digest() != sealed_digest
                    or position != self.position
                    or version != end[0] + 1
                    or before != end[1]
                    or recorded_at < self._recorded_at
                    or len(commitment) != 32
                ):
                    self._tell(row, end)
            except _ODD:
                self._odd(row)
            leaves.append(leaf)
            if leaf is not ZERO:
                ends[stream] = (version, leaf)
                self._recorded_at = recorded_at
        if rows and not self.tree.size and rows[0].name != LedgerOpened.name:
            self.find("no-opening", f"the first entry is not a {LedgerOpened.name}.", rows[0])
        self.tree.extend(leaves)

    def _odd(self, row: Row) -> None:
        if row.sealed is None and isinstance(row.open, bytes):
            self.find("unsealed", "it was written past the ledger's own door, without sealing data.", row)
        else:
            self.find("odd-type", "a field of this entry is of a type or a length that was never written.", row)

    def _tell(self, row: Row, end: tuple[int, bytes]) -> None:
        """Say all that is wrong with a row."""
        if sha256(row.open).digest() != row.open_digest:
            self._part("open", row, blank=not row.open)
        if sha256(row.sealed).digest() != row.sealed_digest:
            self._part("sealed", row, blank=not row.sealed)
        if row.position != self.position:
            self.find("position-gap", f"expected position {self.position}, found {row.position}.", row)
            self.position = max(self.position, row.position)
        if row.version != end[0] + 1:
            self.find("version-gap", f"expected version {end[0] + 1} of its stream, found {row.version}.", row)
        if row.previous_leaf != end[1]:
            self.find("broken-chain", "it does not follow the leaf before it in its stream.", row)
        if row.recorded_at < self._recorded_at:
            self.find("clock-backwards", "it was recorded earlier than the entry before it.", row)
        if len(row.commitment) != len(ZERO):
            self._odd(row)

    def _part(self, part: str, row: Row, *, blank: bool) -> None:
        if blank:
            self.find(f"{part}-blanked", f"its {part} part was blanked.", row)
        else:
            self.find(f"{part}-altered", f"its {part} part is not what was sealed.", row)

    def whole(self, recorder: LedgerRecorder) -> None:
        """Check the number of entries and the root against the stored frontier."""
        if not self.tree.size:
            self.find("no-entries", "nothing was checked: the ledger holds no entries.")
        try:
            stored = recorder.edge().tree
        except (ValueError, TypeError, AttributeError, Tampered):
            return
        if stored.size != self.tree.size:
            self.find("wrong-size", f"the frontier says {stored.size} entries, {self.tree.size} are here.")
        elif stored.root() != self.tree.root():
            self.find("wrong-root", "the root over the entries is not the root of the stored frontier.")
