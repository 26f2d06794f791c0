"""Where the errors of databases and libraries end: each becomes one sentence of ours, without their texts.

Their texts may quote values of rows, so none of them is passed on; only the kind of fault is.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import ConnectionPoolClosedError

from ledger.errors import LedgerError, Tampered, Unavailable

if TYPE_CHECKING:
    from types import TracebackType

_KNOWN = (
    ("disk is full", "the disk is full", "free some space and append again; nothing acknowledged was lost"),
    ("no space left", "the disk is full", "free some space and append again; nothing acknowledged was lost"),
    ("disk i/o error", "the disk could not be read or written", "check the disk; nothing acknowledged was lost"),
    ("readonly database", "it can only be read here", "check who owns the folder and whether its disk is writable"),
    ("read-only", "it can only be read here", "open the ledger for writing"),
    ("unable to open", "its file cannot be opened", "check that the folder is there and may be read and written"),
    ("locked", "another process has been writing for too long", "try again; end the other writer if it hangs"),
    ("lock timeout", "another process has been writing for too long", "try again; end the other writer if it hangs"),
    ("timed out", "no connection became free in time", "try again with fewer readers at once"),
    (
        "connection",
        "the server cannot be reached or closed the connection",
        "check that the server runs, then try again",
    ),
    ("does not exist", "its tables are not there, or not for this account", "see docs/sql/roles.sql, or restore it"),
    ("permission denied", "this account may not do that", "see docs/sql/roles.sql"),
)
_DAMAGED = ("malformed", "not a database")


class engine_faults:  # noqa: N801  (reads as a verb in `with`)
    """Turn whatever an engine raises inside `with` into a `LedgerError`. `what` is the thing that failed."""

    __slots__ = ("what",)

    def __init__(self, what: str = "the ledger") -> None:
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, LedgerError):
            return
        if isinstance(error, ConnectionPoolClosedError):
            raise Unavailable(f"{self.what} was closed.", "open it again") from None
        if isinstance(error, sqlite3.Error | EventSourcingError | OSError) or _from_psycopg(error):
            raise fault(self.what, str(error)) from None


def fault(what: str, text: str) -> LedgerError:
    """Return our error for an engine's text, which is read for its kind only."""
    low = text.lower()
    if any(mark in low for mark in _DAMAGED):
        return Tampered(f"the file of {what} is damaged.", "restore it from a backup, then: journey verify --self")
    for mark, reason, hint in _KNOWN:
        if mark in low:
            return Unavailable(f"{what} cannot serve now: {reason}.", hint)
    return Unavailable(f"{what} cannot serve now: its engine refused.", "journey verify --self")


def _from_psycopg(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in ("psycopg", "psycopg_pool")
