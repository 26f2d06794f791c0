"""Where the hashes of the tree are remembered: level L holds the roots of complete subtrees of 256**L leaves, in order.

A level only grows, and what stands at a place follows from the entries alone: two processes that extend the same files
write the same bytes to the same places, so nobody waits. A file that was torn is read up to its last whole hash.
Nothing here is believed by anybody: `tiles` proves every answer.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

HASH = 32


class Levels(Protocol):
    """Runs of hashes by level."""

    def length(self, level: int) -> int:
        """Return how many hashes a level holds."""

    def read(self, level: int, start: int, count: int) -> bytes:
        """Return `count` hashes from `start` as one run; fewer where they are not there."""

    def write(self, level: int, start: int, hashes: bytes) -> None:
        """Put a run of hashes at `start`."""

    def renew(self, fill: Callable[[Levels], None]) -> None:
        """Put in place of everything what `fill` writes into empty levels."""


class InMemory:
    """Levels that end with the process."""

    def __init__(self) -> None:
        self._levels: dict[int, bytearray] = {}

    def length(self, level: int) -> int:
        """Return how many hashes a level holds."""
        return len(self._levels.get(level, b"")) // HASH

    def read(self, level: int, start: int, count: int) -> bytes:
        """Return a run of hashes."""
        return bytes(self._levels.get(level, b"")[start * HASH : (start + count) * HASH])

    def write(self, level: int, start: int, hashes: bytes) -> None:
        """Put a run of hashes at `start`."""
        self._levels.setdefault(level, bytearray())[start * HASH : start * HASH + len(hashes)] = hashes

    def renew(self, fill: Callable[[Levels], None]) -> None:
        """Forget everything and fill again."""
        self._levels.clear()
        fill(self)


class InFolder:
    """Levels in files `0`, `1`, `2` ... of a folder of mode 0700. Raises `OSError` where the disk does not serve."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def length(self, level: int) -> int:
        """Return how many whole hashes a level holds."""
        try:
            return self._file(level).stat().st_size // HASH
        except FileNotFoundError:
            return 0

    def read(self, level: int, start: int, count: int) -> bytes:
        """Return a run of hashes."""
        try:
            with self._file(level).open("rb", buffering=0) as file:
                file.seek(start * HASH)
                return file.read(count * HASH)
        except FileNotFoundError:
            return b""

    def write(self, level: int, start: int, hashes: bytes) -> None:
        """Put a run of hashes at `start`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self._file(level), flags, 0o600), "r+b", buffering=0) as file:
            file.seek(start * HASH)
            file.write(hashes)

    def renew(self, fill: Callable[[Levels], None]) -> None:
        """Fill an empty folder beside this one and move its files here: readers see whole files, old or new."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Path(mkdtemp(dir=self._folder))
        try:
            fill(InFolder(made))
            for file in made.iterdir():
                file.replace(self._folder / file.name)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _file(self, level: int) -> Path:
        return self._folder / str(level)
