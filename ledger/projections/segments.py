"""How the facts on disk are cut into segments: by position, so that no segment is ever looked at twice for news.

A ledger of `size` entries is cut into as many blocks of 262,144 positions as fit, then of 65,536, 16,384, 4,096, 1,024,
then the rest. Each smaller block lies whole inside the larger one it will become part of, so that a row is written anew
five times at the most, whatever the ledger grows to, and a million entries are in sixteen files at the most.

    >>> blocks(10_000)[:3]
    [Block(first=1, last=4096), Block(first=4097, last=8192), Block(first=8193, last=9216)]

Pure: no file is touched here (`facts_folder` does).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZES = (1 << 18, 1 << 16, 1 << 14, 1 << 12, 1 << 10)


class Block(NamedTuple):
    """A closed range of positions."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Facts of a range of positions: these, the head they were made under, and the digest of each of their files.

    `under` and `root` are the ledger's size and root when the files were made. `as_of` is the smallest size at which
    any of its rows was read from the ledger: what was erased after that may still stand in it.
    """

    first: int
    last: int
    under: int
    root: str
    as_of: int
    sha256: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files: another content has another name."""
        return tuple(f"entries-{self.first:09}-{self.last:09}-{digest[:16]}.parquet" for digest in self.sha256)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one block comes about: from these segments, and from the ledger's rows at these positions."""

    block: Block
    parts: tuple[Segment, ...]
    unread: tuple[Block, ...]


def blocks(size: int) -> list[Block]:
    """Return the blocks of a ledger of so many entries, in order, without a gap."""
    found, after = [], 0
    for length in SIZES:
        while size - after >= length:
            found.append(Block(after + 1, after + length))
            after += length
    if after < size:
        found.append(Block(after + 1, size))
    return found


def plan(size: int, kept: Iterable[Segment]) -> tuple[list[Segment], list[Plan]]:
    """Return the segments that stay as they are, and how each other block comes about."""
    held = sorted(kept, key=lambda segment: segment.first)
    stay, made = [], []
    for block in blocks(size):
        parts = tuple(each for each in held if block.first <= each.first and each.last <= block.last)
        if len(parts) == 1 and (parts[0].first, parts[0].last) == block:
            stay.append(parts[0])
        else:
            made.append(Plan(block, parts, _between(block, parts)))
    return stay, made


def _between(block: Block, parts: Iterable[Segment]) -> tuple[Block, ...]:
    found, after = [], block.first - 1
    for part in parts:
        if part.first > after + 1:
            found.append(Block(after + 1, part.first - 1))
        after = part.last
    if after < block.last:
        found.append(Block(after + 1, block.last))
    return tuple(found)
