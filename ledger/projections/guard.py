"""While a projection in Python runs, it reads its entries and nothing else: no files, no network, no processes.

    with guarded(path) as refused:
        state = module.fold(state, entry)
    # refused: what it tried

The interpreter tells of what it is about to do (audit events, PEP 578); what is not allowed fails before it is done,
and is told of also where the projection catches the error. This stops habit and accident: a projection that opens a
spreadsheet would give another number on another desk. It is no wall against somebody who means harm: run only what you
have read.
Modules can be imported, and while they are, they may read what they need.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NEVER = (
    *("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink", "os.chmod", "os.chown"),
    *("os.utime", "os.kill", "os.putenv", "os.unsetenv", "shutil.", "tempfile.", "sqlite3.connect", "urllib.Request"),
    *("http.client.", "ftplib.", "smtplib.", "poplib.", "imaplib.", "webbrowser.", "pty.spawn"),
)
"""Beginnings of the names of events that change something, start something or leave the machine."""

_here = threading.local()


class NotAllowed(Exception):
    """What the projection was about to do is not done."""


@contextmanager
def guarded(path: Path) -> Iterator[list[str]]:
    """Refuse in this thread what the projection in a file (its absolute path) must not do; give the events refused."""
    _listen()
    refused: list[str] = []
    _here.guard = (str(path), refused)
    try:
        yield refused
    finally:
        _here.guard = None


@cache
def _listen() -> None:
    """Hear the interpreter's audit events from now on; there is no way to stop, so outside `guarded` all pass."""
    sys.addaudithook(_heard)


def _heard(event: str, args: tuple[Any, ...]) -> None:
    guard = getattr(_here, "guard", None)
    if guard is None:
        return
    file, refused = guard
    if event.startswith(NEVER) or (event == "open" and not _may_open(args, file)):
        refused.append(event)
        raise NotAllowed(event)


def _may_open(args: tuple[Any, ...], file: str) -> bool:
    """Whether a file may be opened: to read it, for an import."""
    _, _, flags = args
    return not (isinstance(flags, int) and flags & WRITES) and _importing(file)


def _importing(file: str) -> bool:
    """Whether an import stands between the projection in this file and what is about to be done."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != file:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return frame is None
