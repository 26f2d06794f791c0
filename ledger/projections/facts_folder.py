"""Facts kept on disk: immutable Parquet segments by position, refreshed by reading only what is new.

    with FactsFolder(store) as kept:           # holds the folder's lock: nobody else refreshes or removes a file
        kept.refresh()
        kept.files

A refresh writes new segments beside the old ones and swaps the manifest at last; what is no longer named goes when
nobody reads it any more. Killed at any moment it leaves a folder that the next refresh can use. What does not match
the ledger (its root when the segment was made, the file's digest, the columns of this build) is made anew from the
ledger, and told. A completed erasure makes anew the segments that held what it erased. The folder is derived and
disposable: delete it, and it is rebuilt.

Segments hold the coded parts alone, which are still pseudonymous personal data: folder 0700, files 0600.
Not here: how blocks are cut (`segments`), how their files are made (`segment_files`), the views over them (`facts`).
"""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from ledger.domain.events.record import ErasureCompleted, ErasureOrdered
from ledger.errors import Unavailable
from ledger.file_lock import locked, unheld
from ledger.projections.segment_files import MAKING, columns_digest, written
from ledger.projections.segments import Plan, Segment, plan
from ledger.seal.tree import EMPTY_ROOT
from ledger.store import Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from ledger.store import Store

FORMAT = 3
MANIFEST, LOCK, READING = "manifest.json", ".lock", ".reading"
_HASHING = 2
"""Files whose digests are computed side by side."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: the position reached, rows read from the ledger, segments written, why any was made anew."""

    position: int
    read: int
    written: int
    rebuilt: tuple[str, ...] = ()


class FactsFolder:
    """The facts of one ledger on disk. A context manager: holds the folder's lock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.folder = store.settings.folder / "facts"
        self.segments: list[Segment] = []
        self._seen = Head(0, EMPTY_ROOT)
        self._open = ExitStack()

    @staticmethod
    def possible(store: Store) -> bool:
        """Whether facts of this ledger can be kept: it has a folder, and this account may write in it.

        A ledger named by its server's URL alone has none: a folder of that name where a command runs is not its own.
        """
        settings = store.settings
        folder = settings.folder / "facts"
        return settings.has_folder and folder.is_dir() and not folder.is_symlink() and os.access(folder, os.W_OK)

    def __enter__(self) -> Self:
        self._open.enter_context(locked(self.folder / LOCK))
        for left in self.folder.glob(f"{MAKING}*"):  # by a refresh that was killed
            shutil.rmtree(left)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def files(self) -> list[str]:
        """The files of the segments, in order of position."""
        return [str(self.folder / file) for segment in self.segments for file in segment.files]

    @property
    def last(self) -> int:
        """The last position in the segments; 0 where there are none."""
        return max((segment.last for segment in self.segments), default=0)

    def refresh(self) -> Refreshed:
        """Bring the segments to the ledger's present head, reading only what is not there."""
        head = self.store.head()
        told: list[str] = []
        kept = self._without_erased(self._kept(head.size, told), head.size, told)
        stay, made = plan(head.size, kept)
        read = sum(block.last - block.first + 1 for each in made for block in each.unread)
        new = self._write(made, head)
        if made or stay != self.segments or self._seen != head:
            self._keep(sorted([*stay, *new], key=lambda segment: segment.first), head)
        self._sweep(wait=bool(told))
        return Refreshed(head.size, read, len(new), tuple(told))

    def rebuild(self) -> Refreshed:
        """Forget everything and read the whole ledger again."""
        self._keep([], Head(0, EMPTY_ROOT))
        return self.refresh()

    def reading(self) -> AbstractContextManager[None]:
        """Return a hold on the files that stand: others may read and refresh, and no file goes while it lasts."""
        return locked(self.folder / READING, shared=True)

    def forget(self) -> None:
        """Throw away everything in the folder once nobody reads it: derived, and rebuilt when it is wanted."""
        with locked(self.folder / READING):
            for each in self.folder.iterdir():
                if each.name in (LOCK, READING):
                    continue
                if each.is_dir() and not each.is_symlink():
                    shutil.rmtree(each)
                else:
                    each.unlink()

    def look(self) -> tuple[list[Segment], list[str]]:
        """Return the segments that stand, and in words what a refresh would make anew; nothing is changed."""
        told: list[str] = []
        return self._kept(self.store.head().size, told), told

    # -- what is there --------------------------------------------------------------------------------------------

    def _kept(self, size: int, told: list[str]) -> list[Segment]:
        """Return the segments of the manifest that match the ledger and their files."""
        stated = self._stated(told)
        self.segments = stated
        with ThreadPoolExecutor(_HASHING) as workers:
            faults = list(workers.map(lambda segment: self._fault(segment, size), stated))
        told += [_told(segment, fault) for segment, fault in zip(stated, faults, strict=True) if fault]
        sound = [segment for segment, fault in zip(stated, faults, strict=True) if not fault]
        # Each refresh continues what the one before it saw: where the last head seen is still part of the ledger's
        # history, every segment is.
        if sound and not self._in_history(self._seen.size, self._seen.root.hex()):
            matching = [each for each in sound if self._in_history(each.under, each.root)]
            told += [_told(each, "is of another history than the ledger") for each in sound if each not in matching]
            sound = matching
        return sound

    def _in_history(self, size: int, root: str) -> bool:
        return size <= self.store.head().size and self.store.head(size).root.hex() == root

    def _stated(self, told: list[str]) -> list[Segment]:
        try:
            stated = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            named = stated["format"], stated["log_id"], stated["columns"]
            found = [Segment(**each | {"sha256": tuple(each["sha256"])}) for each in stated["segments"]]
            self._seen = Head(int(stated["size"]), bytes.fromhex(stated["root"]))
        except FileNotFoundError:
            return []
        except (ValueError, TypeError, KeyError):
            told.append("the manifest of the facts could not be read")
            return []
        if named == (FORMAT, self.store.log_id.hex(), columns_digest()):
            return found
        told.append("the facts were made by another version, or of another ledger")
        return []

    def _fault(self, segment: Segment, size: int) -> str | None:
        """Say what is wrong with a segment's files, or None."""
        if segment.last > size:
            return "goes beyond the ledger's head"
        try:
            found = tuple(sha256((self.folder / file).read_bytes()).hexdigest() for file in segment.files)
        except OSError:
            return "is not there"
        return None if found == segment.sha256 else "is not as it was written"

    def _without_erased(self, kept: list[Segment], size: int, told: list[str]) -> list[Segment]:
        """Leave out the segments that may hold what was erased since they were made."""
        if not kept or self._seen.size >= size:
            return kept
        gone: set[Segment] = set()
        for completed, positions in self._erased(self._seen.size):
            stale = {
                each for each in kept if each.as_of < completed and any(each.first <= p <= each.last for p in positions)
            }
            gone |= stale
        told += [_told(each, "held what has been erased") for each in sorted(gone, key=lambda each: each.first)]
        return [each for each in kept if each not in gone]

    def _erased(self, after: int) -> Iterator[tuple[int, list[int]]]:
        """Yield, for each erasure completed after a position, where it was completed and what it erased."""
        names = (ErasureCompleted.name,)
        for parts in self.store.open_parts(names, after=after):
            for position, *_, state in parts:
                order = self.store.find([json.loads(state)["order"]])
                for row in order.values():
                    entry = self.store.decode(row, private=False)
                    assert isinstance(entry.event, ErasureOrdered)
                    yield position, self._positions(entry.event)

    def _positions(self, order: ErasureOrdered) -> list[int]:
        if order.entry is not None:
            return [row.position for row in self.store.find([order.entry]).values()]
        return [row.position for row, _ in self.store.stated_in([f"journey:{order.journey}"])]

    # -- what is made ---------------------------------------------------------------------------------------------

    def _write(self, made: Sequence[Plan], head: Head) -> list[Segment]:
        return written(self.store, self.folder, made, head)

    def _keep(self, segments: list[Segment], seen: Head) -> None:
        """Swap the manifest."""
        stated = {
            "format": FORMAT,
            "log_id": self.store.log_id.hex(),
            "columns": columns_digest(),
            "size": seen.size,
            "root": seen.root.hex(),
            "segments": [asdict(segment) for segment in segments],
        }
        new = self.folder / (MANIFEST + ".new")
        with new.open("w", encoding="utf-8") as out:
            out.write(json.dumps(stated, indent=1) + "\n")
            out.flush()
            os.fsync(out.fileno())
        new.replace(self.folder / MANIFEST)
        self.segments, self._seen = segments, seen

    def _sweep(self, *, wait: bool) -> None:
        """Take away the files that the manifest no longer names; where somebody still reads, `wait` or leave them."""
        named = {file for segment in self.segments for file in segment.files}
        left = [file for file in self.folder.glob("entries-*.parquet") if file.name not in named]
        if left and wait:
            with locked(self.folder / READING):
                _remove(left)
        elif left:
            with unheld(self.folder / READING) as alone:
                _remove(left if alone else [])


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink()


def kept_facts(store: Store) -> FactsFolder:
    """Return the folder of a ledger's facts, to be entered. Raises `Unavailable` where facts cannot be kept."""
    if not FactsFolder.possible(store):
        raise Unavailable(
            "facts of this ledger cannot be kept: its folder is not here, or this account may not write in it.",
            "measures read the ledger itself then; or run as the account that owns the folder",
        )
    return FactsFolder(store)


def _told(segment: Segment, what: str) -> str:
    return f"the segment of positions {segment.first} to {segment.last} {what}"
