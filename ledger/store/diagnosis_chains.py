"""Follow the chain of each stream that does not hang together, from its end backwards, and say what each row was.

A row's true leaf is witnessed by `previous_leaf` of its successor. A row whose leaf is another was altered: its place
is altered where putting one place back gives the witnessed leaf; else it is `loose`, and the place it stands at, or
should stand at, is an open `slot` with a known leaf. What belongs to what across streams is for `diagnosis` to match.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger.seal.leaf import ZERO
from ledger.seal.leaf import leaf as leaf_of
from ledger.store.diagnosis_survey import sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ledger.store.diagnosis_survey import Survey
    from ledger.store.rows import Row

_HOLES = 1000
_FAILURES = 2000
"""After so many rows that fit no other place, only places that others fitted are tried."""
_NEARBY = (0, 1, -1, 2, -2, 3, -3, 4, -4)
_VERSIONS = (0, 1, -1, 2, -2, 3, -3)


@dataclass(slots=True)
class Placed:
    """A row, and what it is believed to have been: its place, the leaf before it, its leaf."""

    row: Row
    position: int
    stream: str
    version: int
    before: bytes
    leaf: bytes
    witnessed: bool = False
    loose: bool = False

    @property
    def code(self) -> str | None:
        """What was done to it, or None where it stands as it was."""
        row = self.row
        if self.stream != row.stream:
            return "moved"
        if self.position != row.position:
            return "displaced"
        if self.version != row.version:
            return "renumbered"
        return "changed" if self.before != row.previous_leaf else None


@dataclass(slots=True)
class Slot:
    """A place of a stream with a leaf that somebody witnesses (None: nobody), and the loose row that stands there."""

    stream: str
    version: int
    leaf: bytes | None
    before: bytes | None = None
    occupant: Placed | None = None


@dataclass(slots=True)
class Chains:
    """What following the chains gave."""

    log_id: bytes
    survey: Survey
    placed: list[Placed] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    doubts: list[tuple[Placed, Placed]] = field(default_factory=list)
    """Pairs (row, successor) that disagree where either may be at fault."""
    shifts: list[tuple[int, int]] = field(default_factory=list)
    failures: int = 0
    by_leaf: dict[bytes, str] = field(default_factory=dict)
    """{the last leaf of a stream: that stream}."""

    def __post_init__(self) -> None:
        self.by_leaf = {end.leaf: stream for stream, end in self.survey.ends.items()}

    def read(self, rows: Sequence[Row]) -> None:
        """Take one stream's rows as they stand, and follow them."""
        mine = as_placed(rows, self.log_id)
        self.placed += mine
        self.follow(mine)

    def again(self, streams: Iterable[str]) -> None:
        """Follow streams again, with every row where it is now believed to belong."""
        anew = set(streams)
        self.slots[:] = [slot for slot in self.slots if slot.stream not in anew]
        self.doubts[:] = [pair for pair in self.doubts if pair[0].stream not in anew]
        rows = self.by_stream()
        for stream in sorted(anew):
            mine = rows.get(stream, [])
            for row in mine:
                row.loose = False
                row.witnessed = row.code is not None
            self.follow(mine)

    def by_stream(self) -> dict[str, list[Placed]]:
        """Return the rows read so far by the stream they are believed to belong to."""
        found: dict[str, list[Placed]] = {}
        for row in self.placed:
            found.setdefault(row.stream, []).append(row)
        return found

    def follow(self, rows: Sequence[Placed]) -> None:
        """Follow one stream's rows from its end backwards."""
        versions = {row.leaf: row.version for row in rows}
        stray = [row for row in rows if versions.get(row.before, row.version - 1) != row.version - 1]
        for row in stray:
            row.loose = row.code is None
        mine = sorted((row for row in rows if not row.loose), key=_by_version)
        later: Placed | None = None
        for index in range(len(mine) - 1, -1, -1):
            row = mine[index]
            earlier = mine[index - 1] if index else None
            self._settle(row, earlier, later)
            if not self._foreign(row) or row.before == (earlier.leaf if earlier else ZERO):
                later = row
        if later is not None:
            self._holes(later, 0)

    def _settle(self, row: Placed, earlier: Placed | None, later: Placed | None) -> None:
        """Compare one row with what its successor witnesses."""
        if later is None:
            return
        if later.version != row.version + 1 and later.row.version != row.version + 1:
            self._holes(later, row.version)
            return
        wanted = later.before
        if row.leaf == wanted or self._put_back(row, earlier, wanted):
            row.witnessed = True
        elif later.version == row.version + 2:
            self.slots.append(Slot(row.stream, row.version + 1, wanted, row.leaf))
        elif later.loose:
            self.doubts.append((row, later))
        else:
            self._loosen(row, wanted)
            if not later.witnessed:
                self.doubts.append((row, later))

    def _loosen(self, row: Placed, wanted: bytes) -> None:
        row.loose = True
        self.slots.append(Slot(row.stream, row.version, wanted, row.before, row))

    def _foreign(self, row: Placed) -> bool:
        """Whether a row is sealed under another key than the rest of its stream, or follows another stream's end."""
        follows = self.by_leaf.get(row.row.previous_leaf, row.stream)
        return self.other_key(row) or follows != row.stream

    def other_key(self, row: Placed) -> bool:
        """Whether a row is sealed under another key than the rest of the stream it is believed to belong to."""
        return row.row.commitment not in (ZERO, self.survey.commitment(row.stream))

    def _holes(self, later: Placed, after: int) -> None:
        """Open a slot for every version between; the last of them is witnessed."""
        fewest = max(after + 1, later.version - (_HOLES if self.survey.gaps else 1))
        for version in range(fewest, later.version):
            self.slots.append(Slot(later.stream, version, later.before if version == later.version - 1 else None))

    def _put_back(self, row: Placed, earlier: Placed | None, wanted: bytes) -> bool:
        """Try which other place near by, or which other leaf before it, gives the witnessed leaf."""
        befores = [row.before] + ([earlier.leaf] if earlier else []) + ([ZERO] if row.version == 1 else [])
        for more, versions in self._steps():
            for before in dict.fromkeys(befores):
                position, version = row.position + more, row.version + versions
                if position > 0 and version > 0 and self.leaf(row.row, position, row.stream, version, before) == wanted:
                    row.position, row.version, row.before, row.leaf = position, version, before, wanted
                    if (more or versions) and (more, versions) not in self.shifts:
                        self.shifts.insert(0, (more, versions))
                    return True
        self.failures += 1
        return False

    def _steps(self) -> Iterator[tuple[int, int]]:
        """Yield what may have been added to a position and a version: nothing, what was found before, a little."""
        yield 0, 0
        yield from self.shifts
        if self.failures > _FAILURES:
            return
        for versions in _VERSIONS:
            for more in _NEARBY:
                yield more, versions

    def leaf(self, row: Row, position: int, stream: str, version: int, before: bytes) -> bytes:
        """Return the leaf that a row would have at another place."""
        return leaf_of(
            self.log_id,
            position,
            stream,
            version,
            row.name,
            row.event_id,
            row.recorded_at,
            row.commitment,
            before,
            row.open_digest,
            row.sealed_digest,
        )


def _as_stands(row: Row, log_id: bytes) -> Placed:
    return Placed(row, row.position, row.stream, row.version, row.previous_leaf, row.leaf(log_id))


def as_placed(rows: Iterable[Row], log_id: bytes) -> list[Placed]:
    """Return sound rows as they stand."""
    return [_as_stands(row, log_id) for row in rows if sound(row)]


def _by_version(row: Placed) -> tuple[int, int]:
    return row.version, row.position
