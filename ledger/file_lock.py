"""Locks on a file, in this process or another, which the system gives back when their holder dies.

with locked(file):                      # one at a time: waits for whoever holds it
with locked(file, shared=True):         # many at a time, and none while somebody holds it alone
with unheld(file) as alone:             # never waits: whether nobody holds it; if so, it is held

"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
    import secrets
else:
    import fcntl


@contextmanager
def locked(file: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock of a file, made if need be; wait for whoever holds it. Raises `OSError` where it cannot be made."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _lock(handle, shared=shared, wait=True):
            pass
        yield
    finally:
        os.close(handle)


@contextmanager
def unheld(file: Path) -> Iterator[bool]:
    """Say whether nobody holds the lock of a file; where nobody does, hold it alone. Raises `OSError` as `locked`."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _lock(handle, shared=False, wait=False)
    finally:
        os.close(handle)


if sys.platform == "win32":
    PLACES = 1 << 16
    """A lock here is of bytes: whoever shares it holds one of so many, whoever holds it alone holds them all."""

    def _lock(handle: int, *, shared: bool, wait: bool) -> bool:
        """Return whether the lock was got; waiting, it gives up after ten seconds."""
        os.lseek(handle, secrets.randbelow(PLACES) if shared else 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1 if shared else PLACES)
        except OSError:
            return False
        return True

else:

    def _lock(handle: int, *, shared: bool, wait: bool) -> bool:
        """Return whether the lock was got."""
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
