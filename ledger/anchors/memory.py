"""What a signer or a witness remembers of each log: the size and root it last put its name to, and when.

One JSON file for all logs, `{"format": 1, "logs": {origin: {"size": 3, "root": hex, "at": seconds}}}`, written whole.
A memory that is gone or damaged is never taken for an empty one: whoever forgets may sign a second history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.errors import Refused
from ledger.seal.tree import EMPTY_ROOT

if TYPE_CHECKING:
    from ledger.anchors.folder import PrivateFolder

FILE = "signed.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last head of a log that was signed; of a log never seen, the empty one. `at` is in seconds since 1970."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    at: int = 0


def read_memory(folder: PrivateFolder) -> dict[str, Remembered]:
    """Return what is remembered, by origin. Raises `Refused` where it is gone or damaged."""
    text = folder.read(FILE)
    try:
        found = json.loads(text)
        return {origin: _remembered(held) for origin, held in found["logs"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise folder.damaged(FILE) from None


def write_memory(folder: PrivateFolder, memory: dict[str, Remembered]) -> None:
    """Have this remembered: it is on the disk when this returns."""
    logs = {origin: {"size": held.size, "root": held.root.hex(), "at": held.at} for origin, held in memory.items()}
    folder.write(FILE, json.dumps({"format": 1, "logs": logs}, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def check_clock(last: Remembered, now: int) -> None:
    """Refuse to sign at a time before the last one: checkpoints bound when entries were recorded."""
    if now < last.at:
        raise Refused(
            f"this machine's clock is {last.at - now:,} seconds behind the time last signed; nothing was signed.",
            "set the clock",
        )


def _remembered(held: dict[str, Any]) -> Remembered:
    size, root, at = held["size"], bytes.fromhex(held["root"]), held["at"]
    if type(size) is not int or type(at) is not int or size < 0 or len(root) != 32:
        raise ValueError
    return Remembered(size, root, at)
