"""Recompute the whole seal of honest rows as fast as can be: one pass in position order, nothing decoded.

Every digest, every leaf, each stream's chain, positions, versions, clocks and the tree. Memory grows with the number of
streams (and of erasure orders and wrong heads), not of entries. The first thing that is not as it was sealed raises
`Doubt`, and the ledger is then read again, slowly, by `diagnosis`, which says what it was.

What is lawful in a sealed row but needs judging once the root is known to be right is kept on the way: blanked parts,
orders and receipts of erasures, commitments to keys, heads, clocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from struct import Struct
from struct import error as StructError  # noqa: N812
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.seal.leaf import EMPTY_DIGEST, ZERO
from ledger.seal.tree import Frontier
from ledger.store.refusals import TOLERANCE
from ledger.store.sealed_heads import SealedHeads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OPENED, HEADS, CLOSED = "ledger-opened.v1", "heads-sealed.v1", "record-closed.v1"
ORDERED, COMPLETED = "erasure-ordered.v1", "erasure-completed.v1"
JUDGED = frozenset((OPENED, HEADS, CLOSED, ORDERED, COMPLETED))
"""Names of entries that say something about the seal itself. They are matched as stored text, never resolved."""
ODD = (TypeError, AttributeError, ValueError, StructError, OverflowError)
"""What a value of a type that was never written raises when it is packed, hashed or compared."""

_LEAF = b"\x00journey-ledger/leaf/v1\n"
_ID_LENGTH = b"\x00\x00\x00\x24"
_U32 = Struct(">I")
_U64 = Struct(">Q")
_MIDDLE = Struct(">Q32sq")


class Doubt(Exception):
    """Something is not as it was sealed. Never leaves the store."""


class Stated(NamedTuple):
    """An entry that says something about the seal itself, kept undecoded until its bytes are proved."""

    name: str
    position: int
    stream: str
    version: int
    event_id: str
    open: bytes


@dataclass(slots=True)
class Kept:
    """What is judged after the pass. `blank` counts the rows of a stream of which a part is blanked."""

    stated: list[Stated] = field(default_factory=list)
    blank: dict[str, int] = field(default_factory=dict)
    commitments: dict[str, bytes] = field(default_factory=dict)
    clock_back: list[tuple[int, str, int, int]] = field(default_factory=list)
    roots: dict[int, bytes] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    """{position: recorded_at}, for the sizes asked for and the positions after them."""


class Recomputation:
    """The running state of one pass. `sizes` are those of which the roots are wanted."""

    def __init__(self, log_id: bytes, sizes: Sequence[int] = ()) -> None:
        self.tree = Frontier()
        self.kept = Kept()
        self.heads = SealedHeads()
        self.ends: dict[str, list[Any]] = {}
        """{stream: [version, last leaf, the stream as the leaf has it, its commitment]}."""
        self.recorded_at = 0
        self._limit = ""
        self._run = -1
        self._begin = _LEAF + log_id
        self._names: dict[str, bytes] = {}
        self._sizes: list[int] = []
        self._wanted: set[int] = set()
        self.want(sizes)

    def want(self, sizes: Iterable[int]) -> None:
        """Ask for the roots of these sizes, and when the entries next to them were recorded."""
        self._sizes = sorted(set(sizes))
        self._wanted = {each + more for each in self._sizes for more in (0, 1)}

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Recompute rows that follow in position order. Raises `Doubt`."""
        try:
            leaves = self._leaves(rows)
        except ODD:
            raise Doubt from None
        before = self.tree.size
        while self._sizes and self._sizes[0] <= before + len(leaves):
            part = self.tree.copy()
            part.extend(leaves[: max(0, self._sizes[0] - before)])
            self.kept.roots[self._sizes.pop(0)] = part.root()
        self.tree.extend(leaves)

    def _leaves(self, rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
        new, ends, names, begin = sha256, self.ends, self._names, self._begin
        u64, middle, join, empty = _U64.pack, _MIDDLE.pack, b"".join, EMPTY_DIGEST
        expected, last, limit = self.tree.size, self.recorded_at, self._limit
        wanted = self._wanted
        leaves: list[bytes] = []
        note = leaves.append
        for (
            position,
            stream,
            version,
            name,
            event_id,
            at,
            key,
            before,
            open_digest,
            sealed_digest,
            part,
            sealed,
        ) in rows:
            expected += 1
            end = ends.get(stream) or _begun(stream)
            end_version, end_leaf, begun, known = end
            named = names.get(name) or self._judge(rows, expected)
            text = event_id.encode()
            if (
                position != expected
                or version != end_version + 1
                or before != end_leaf
                or len(text) != 36
                or new(part).digest() != open_digest
                or (new(sealed).digest() if sealed else empty if sealed == b"" else None) != sealed_digest
            ):
                self._doubtful(rows[expected - self.tree.size - 1], expected, end_version, end_leaf)
            if at != last:
                if at < last:
                    raise Doubt
                last, limit = at, ""
            else:
                if not limit:
                    limit = earliest_id(at)
                if event_id < limit and event_id[14] == "7":
                    self._set_back(position, stream, version, at)
            if key != known:
                end[3] = _commitment(key, known)
            place = middle(version, before, at)
            leaf = new(
                join((begin, u64(position), begun, place, named, text, key, open_digest, sealed_digest))
            ).digest()
            end[0], end[1] = version, leaf
            if version == 1:
                ends[stream] = end
            note(leaf)
            if wanted and position in wanted:
                self.kept.times[position] = at
        self.recorded_at, self._limit = last, limit
        self.heads.touch(row[1] for row in rows[self.heads.seen :])
        self.heads.seen = 0
        return leaves

    def _judge(self, rows: Sequence[tuple[Any, ...]], expected: int) -> bytes:
        """Keep what an entry states about the seal; return a name as the leaf has it, with the length of an id."""
        index = expected - self.tree.size - 1
        row = rows[index]
        name = row[3]
        named = spelt(name) + _ID_LENGTH
        if name not in JUDGED:
            if len(self._names) > 4096:
                self._names.clear()
            self._names[name] = named
            return named
        stated = Stated(name, row[0], row[1], row[2], row[4], row[10])
        if name == HEADS:
            self.heads.touch(each[1] for each in rows[self.heads.seen : index])
            self.heads.seen = index
            self.heads.check(stated, self.ends)
        else:
            self.kept.stated.append(stated)
        return named

    def _doubtful(self, row: tuple[Any, ...], expected: int, version: int, leaf: bytes) -> None:
        """Let pass only what an erasure leaves: a blanked part whose digest stays. Raises `Doubt`."""
        if row[0] != expected or row[2] != version + 1 or row[7] != leaf or len(row[4].encode()) != 36:
            raise Doubt
        for part, digest in ((row[10], row[8]), (row[11], row[9])):
            if not isinstance(part, bytes) or len(digest) != 32 or (part and sha256(part).digest() != digest):
                raise Doubt
        self.kept.blank[row[1]] = self.kept.blank.get(row[1], 0) + 1

    def _set_back(self, position: int, stream: str, version: int, recorded_at: int) -> None:
        """Note the first entry of a run that a clock set back before the last recorded time has made."""
        if self._run != recorded_at:
            self._run = recorded_at
            self.kept.clock_back.append((position, stream, version, recorded_at))

    def finish(self) -> None:
        """Gather what the pass knows of each stream."""
        self.kept.commitments = {stream: end[3] for stream, end in self.ends.items() if end[3] != ZERO}


def earliest_id(recorded_at: int) -> str:
    """Return the beginning of the ids of version 7 that were made five minutes before this moment."""
    text = f"{max(0, (recorded_at - TOLERANCE) // 1000):012x}"
    return f"{text[:8]}-{text[8:12]}"


def _begun(stream: str) -> list[Any]:
    return [0, ZERO, spelt(stream), ZERO]


def _commitment(commitment: bytes, known: bytes) -> bytes:
    """Return a stream's commitment: none in entries without a sealed part, and one and the same in all others."""
    if commitment == ZERO:
        return known
    if known == ZERO and len(commitment) == len(ZERO):
        return commitment
    raise Doubt


def spelt(text: str) -> bytes:
    """Return a text as a leaf has it: its length and its bytes."""
    data = text.encode()
    return _U32.pack(len(data)) + data
