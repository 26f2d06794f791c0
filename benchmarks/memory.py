"""The peak of memory while something runs: of this process and of the processes that it has started, together.

On Linux the process's high-water mark is set back before the run and read after it: of what was before, only what is
still held counts. The mark is of this program alone, while `ru_maxrss` begins with that of the program that started it.
Every 10 ms the marks of all children alive at that moment are added to it: at least what was ever held at once, and
more where they had their peaks at different moments. Pages that processes share are counted in each.

Elsewhere it is the peak of the process's whole life and that of its largest child: too much rather than too little.
"""

from __future__ import annotations

import resource
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path("/proc/self")
EVERY = 0.01
"""Seconds between two looks at the children."""
SET_BACK = "5"
"""What `clear_refs` takes for: begin the high-water mark anew (proc(5))."""


class Peak:
    """The greatest peak, in MB, of all runs watched so far."""

    def __init__(self) -> None:
        self.megabytes = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch one run."""
        if not _set_back():
            yield
            self._note(of_life())
            return
        over = threading.Event()
        looking = threading.Thread(target=self._look, args=(over,), daemon=True)
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()
            self._note(_mark(HERE))

    def _look(self, over: threading.Event) -> None:
        while not over.wait(EVERY):
            children = _below(HERE)
            if children:
                self._note(_mark(HERE) + sum(map(_mark, children)))

    def _note(self, megabytes: float) -> None:
        self.megabytes = max(self.megabytes, megabytes)


def of_life() -> float:
    """Return the peak of this process so far, in MB; where only the system's accounts tell, with its largest child."""
    if mark := _mark(HERE):
        return mark
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit


def _set_back() -> bool:
    """Begin the high-water mark anew; whether that can be done here, and children can be seen."""
    try:
        (HERE / "clear_refs").write_text(SET_BACK, encoding="ascii")
    except OSError:
        return False
    return Path("/proc/thread-self/children").exists()


def _below(process: Path) -> list[Path]:
    """Return every process alive that this one has started, and theirs."""
    found: list[Path] = []
    for children in process.glob("task/*/children"):
        with suppress(OSError):  # a thread that has just ended
            found += [Path("/proc", child) for child in children.read_text(encoding="ascii").split()]
    return found + [one for child in found for one in _below(child)]


def _mark(process: Path) -> float:
    """Return a process's high-water mark in MB; nothing where it has ended, or the system tells of none."""
    with suppress(OSError):
        for line in (process / "status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / (1 << 10)
    return 0.0
