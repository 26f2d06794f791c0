"""What to do about input that is refused: one action for the first problem told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.errors import Problem

FIELDS = "journey events NAME shows the fields and codes of an event"
MOMENT = "add the time zone: 2024-05-03T10:15:00+01:00"
HINTS = {
    "empty-file": "export the file again, or leave it out",
    "not-utf-8": "save the file as UTF-8 (in a spreadsheet: CSV UTF-8)",
    "missing-column": "export the table again with its header, or leave the file out of the folder",
    "duplicate-column": "take one of the two columns out of the file",
    "bad-quoting": "mend the quotation marks on this line: a mark inside a cell is written twice",
    "two-files": "keep one of the two files in the folder",
    "bad-json": "write one CloudEvents object a line, on one line each",
    "unknown-event": "journey events lists the names",
    "wrong-version": 'write "specversion": "1.0"',
    "outgoing-only": "leave sealedtime and position out: this ledger gives its own",
    "written-later": "give the time at which it was written down, or leave it out",
    "wrong-stream": "name the child by its id, a worker as worker/ID, a pod as pod/ID",
    "duplicate-key": "give each event its own id, or send the same content",
    "naive-datetime": MOMENT,
    "unknown-entry": "journey trail CHILD shows the ids of entries",
    "nested-correction": "journey trail CHILD shows the ids of entries",
    "other-family": "withdraw the entry and append another in its place",
}


def hint_for(problems: Sequence[Problem], otherwise: str) -> str:
    """Return what to do about the first of these problems."""
    return HINTS.get(problems[0].code, otherwise) if problems else otherwise
