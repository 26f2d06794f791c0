"""Checkpoints (C2SP tlog-checkpoint): a log's name, its size and its root, as the text of a signed note.

    testshire/0f3c...            the origin: slug of the authority, and the log's id in hex
    1024                         how many entries
    CsUYapGGPo4d...              the root over them, base64
    time 2026-11-28T03:00:00Z    the signer's own clock

There is one legal spelling: what is parsed formats back to the same text. The root is that of the entries up to the
size, so a checkpoint kept outside holds for ever, whatever becomes of the ledger.
Not here: signatures (`note`), proofs between checkpoints (`proof`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger.errors import Malformed, Problem
from ledger.seal.note import check_text, parse_note, unarmoured, verified

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.seal.note import Note, Verifier

MOST_ENTRIES = 1 << 63
_TIME = "time "
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log was at one moment. `extension` are further lines, of which only the signer's time is known here."""

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    @property
    def signed_at(self) -> datetime | None:
        """The signer's clock when it signed, to the second; None where it says nothing."""
        told = [line for line in self.extension if line.startswith(_TIME)]
        return _moment(told[0]) if told else None

    def at(self, moment: datetime) -> Checkpoint:
        """Return the same with the signer's time, in place of any before."""
        others = (line for line in self.extension if not line.startswith(_TIME))
        return Checkpoint(self.origin, self.size, self.root, (_time_line(moment), *others))


def origin(authority: str, log_id: bytes) -> str:
    """Return a log's name in checkpoints: the authority's name in lower-case letters and digits, and the log's id."""
    return f"{slug(authority)}/{log_id.hex()}"


def slug(authority: str) -> str:
    """Return a name's ASCII letters and digits, lower-case, with a hyphen for every other run; never empty."""
    return re.sub(r"[^a-z0-9]+", "-", authority.lower()).strip("-") or "ledger"


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the note text of a checkpoint. Raises `Malformed` for what no checkpoint can say."""
    lines = [checkpoint.origin, str(checkpoint.size), b64encode(checkpoint.root).decode(), *checkpoint.extension]
    if len(checkpoint.root) != 32 or not 0 <= checkpoint.size < MOST_ENTRIES:
        raise _bad("it needs a size of at least 0 and a root of 32 bytes")
    if not all(lines) or any("\n" in line for line in lines):
        raise _bad("its lines are not empty")
    if sum(line.startswith(_TIME) for line in checkpoint.extension) > 1:
        raise _bad("it states more than one time")
    text = "\n".join(lines) + "\n"
    check_text(text)
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a note as a checkpoint. Raises `Malformed` for anything but its one legal spelling."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise _bad("it has an origin, a size and a root, each in a line of its own")
    name, size, root, *extension = lines[:-1]
    if not (size.isascii() and size.isdigit() and len(size) < 20):
        raise _bad("its second line is the size, in decimal digits")
    found = Checkpoint(name, int(size), unarmoured(root), tuple(extension))
    if format_checkpoint(found) != text or (found.signed_at and _time_line(found.signed_at) not in extension):
        raise _bad("it is not spelled as checkpoints are")
    return found


def open_checkpoint(data: bytes, verifiers: Iterable[Verifier]) -> tuple[Checkpoint, Note, list[Verifier]]:
    """Read a signed checkpoint, and say which of these verifiers signed it; maybe none: then believe nothing.

    Raises `Malformed` where it is not one, `Tampered` where a signature by one of them is wrong.
    """
    note = parse_note(data)
    who = verified(note, verifiers)
    return parse_checkpoint(note.text), note, who


def _time_line(moment: datetime) -> str:
    return _TIME + moment.astimezone(UTC).strftime(_MOMENT)


def _moment(line: str) -> datetime:
    try:
        return datetime.strptime(line.removeprefix(_TIME), _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise _bad("its time is written 2026-11-28T03:00:00Z") from None


def _bad(why: str) -> Malformed:
    return Malformed([Problem("bad-checkpoint", f"this is not a checkpoint: {why}.", refused=True)])
