"""Everything that can go wrong, in sentences.

Errors branch by who must act. A class takes typed fields and composes its own sentence: what was expected, what was
found, where. `hint` is one command or one action. Callers never write message strings into `raise`.
One failure raises; many (an import, a verification) come back as a list of `Problem`, and all are shown.

No sentence here ever contains a child's name, identifier or narrative: places are named by file, line, column,
position and version.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong with one piece of input: a value, not an exception.

    `line` and `column` count from 1; `column` is a column's or a field's name. `code` is stable and lower-case with
    hyphens; `message` is one sentence without personal data. `refused` says that the input was not kept.
    """

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    refused: bool = False

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"line {self.line}" if self.line is not None else None,
                self.column,
            )
            if part
        )
        return f"{place}: {self.message}" if place else self.message


class LedgerError(Exception):
    """Base of all errors of the ledger. `str()` is one sentence, `hint` one action or empty."""

    hint: str = ""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint or type(self).hint


class Malformed(LedgerError):
    """The input cannot be what it claims to be: the sender must mend it. Carries all problems found."""

    def __init__(self, problems: Iterable[Problem], hint: str = "") -> None:
        self.problems = tuple(problems)
        first = str(self.problems[0]) if self.problems else "the input is malformed."
        more = len(self.problems) - 1
        super().__init__(first + (f" ({more} more)" if more > 0 else ""), hint)


class Refused(LedgerError):
    """What was asked is impossible or not allowed in this ledger: nothing was changed."""


class Erased(Refused):
    """A record that was erased by law: what is left of it is the order, and nothing else is shown."""

    hint = "journey trail shows the order and its receipt, in the ledger's own stream"

    def __init__(self, ordered_on: date, position: int, authority: str, reason: str) -> None:
        self.ordered_on, self.position, self.authority, self.reason = ordered_on, position, authority, reason
        super().__init__(
            f"this record was erased by law: ordered on {ordered_on} ({reason}), under: {authority}; "
            f"the order is the entry at position {position}."
        )


class NotFound(LedgerError):
    """No such child, entry, ledger, event or projection."""

    def __init__(self, what: str, wanted: str, known: Iterable[str] = (), hint: str = "") -> None:
        self.what, self.wanted = what, wanted
        self.nearest = tuple(get_close_matches(wanted, sorted(known), n=3, cutoff=0.6))
        near = f" Nearest: {', '.join(self.nearest)}." if self.nearest else ""
        super().__init__(f"there is no {what} {wanted!r}.{near}", hint)


class Conflict(LedgerError):
    """The ledger has moved on, or already holds something else under this key."""


class VersionConflict(Conflict):
    """`expect` named another version than the stream has. `current` is the version to re-read from."""

    hint = "read the journey again, decide again, and append with the version you then see"

    def __init__(self, expected: int, current: int) -> None:
        self.expected, self.current = expected, current
        super().__init__(f"expected version {expected} of this stream, but it is at version {current}.")


class Overtaken(Conflict):
    """What was decided at one size of a log comes after another: somebody else came first. Nothing was changed.

    `holder` is who holds another size than expected: the ledger itself, a signer, a witness.
    """

    def __init__(self, expected: int, found: int, holder: str = "the ledger", hint: str = "try again") -> None:
        self.expected, self.found = expected, found
        super().__init__(f"{holder} holds {found} entries of this log, not {expected}.", hint)


class DuplicateKey(Conflict):
    """The idempotency key is known, and the content under it is different. Nothing was written."""

    hint = "a changed fact is a correction: `journey append` an entry-corrected.v1 that names the entry"

    def __init__(self, position: int | None) -> None:
        self.position = position
        held = "in this batch" if position is None else f"by the entry at position {position}"
        super().__init__(f"this source reference is already held, with other content, {held}.")


class Tampered(LedgerError):
    """Stored bytes are not what was sealed. Never retried, never downgraded."""


class Unreadable(LedgerError):
    """Honest bytes that this build cannot decode: a newer event, a newer stored format, or a key that is not here."""


class Unavailable(LedgerError):
    """The engine cannot serve now: disk full, read-only, no server, not permitted. Nothing was lost."""
