"""The text of a file that somebody wrote: SQL, Python or a card, in UTF-8.

A byte order mark is taken off and every end of a line is the same: an editor's habits change neither the meaning nor
the digest of a projection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.errors import Malformed, Problem

if TYPE_CHECKING:
    from pathlib import Path


def source(path: Path) -> str:
    """Return the text of a file. Raises `Malformed`, with the line, where it is not UTF-8."""
    held = path.read_bytes()
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        told = f"expected text in UTF-8, found the byte 0x{held[error.start]:02x}."
        hint = "save it as UTF-8"
        raise Malformed([Problem("bad-encoding", told, file=path.name, line=line, refused=True)], hint) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
