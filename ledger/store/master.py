"""The master key: 32 bytes from a file that only its owner can read, or from an environment variable.

It wraps every stream's key, so the key store alone opens nothing. In production it lives neither in the ledger's
folder nor in its backups. Losing it means losing every private block for ever; the coded part stays readable.
"""

from __future__ import annotations

import binascii
import os
import stat
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from ledger.errors import Refused, Unavailable
from ledger.seal.leaf import KEY_BYTES

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = "JOURNEY_MASTER_KEY"


def make_master_key(file: Path | None) -> bytes:
    """Return the key of the environment where it is set, else make one and write it to a new file of mode 0600."""
    given = _from_environment()
    if given is not None:
        return given
    if file is None:
        raise Unavailable("there is no place for a master key.", f"set {VARIABLE}")
    key = os.urandom(KEY_BYTES)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused("there is a master key here already; nothing was changed.", "choose an empty folder") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(b64encode(key).decode() + "\n")
        out.flush()
        os.fsync(out.fileno())
    return key


def find_master_key(file: Path | None) -> bytes | None:
    """Return the key of the environment, else of the file, else None. Raises `Refused` for a file others can read."""
    given = _from_environment()
    if given is not None or file is None or not file.exists():
        return given
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise Refused("the master key's file can be read by other accounts.", f"chmod 600 {file.name}")
    try:
        return _parse(file.read_text(encoding="ascii"), "the master key's file")
    except UnicodeDecodeError:
        raise _unlike_a_key("the master key's file") from None
    except PermissionError:
        raise Unavailable(
            "this account may not read the master key's file.", "run as the account that owns it"
        ) from None


def _from_environment() -> bytes | None:
    text = os.environ.get(VARIABLE)
    return None if not text else _parse(text, VARIABLE)


def _parse(text: str, where: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise _unlike_a_key(where) from None
    if len(key) != KEY_BYTES:
        raise _unlike_a_key(where)
    return key


def _unlike_a_key(where: str) -> Refused:
    return Refused(
        f"{where} does not hold a key: expected {KEY_BYTES} bytes as base64 or hex.", "openssl rand -base64 32"
    )
