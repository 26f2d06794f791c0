"""The signer of a ledger's checkpoints: a folder with its keys and with what it last signed, apart from the database.

    signer = open_signer(Path("/srv/signer"))
    last = signer.last(origin)
    data = signer.sign(Checkpoint(origin, size, root), last.size, proof)

It signs only what continues what it last signed, and has that on its disk before the signature leaves it: whoever holds
the database alone can make this signer say nothing but that the log grew. It adds its own clock. While keys are rotated
several sign; the old ones until they are retired. Whoever can read its keys can sign anything: `signer_readable_here`.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.anchors.folder import PrivateFolder
from ledger.anchors.memory import FILE, Remembered, check_clock, read_memory, write_memory
from ledger.domain import wording
from ledger.errors import NotFound, Overtaken, Refused
from ledger.seal.checkpoint import format_checkpoint
from ledger.seal.note import Note, Signer, check_name, format_note, parse_signer, parse_verifier
from ledger.seal.proof import check_growth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.seal.checkpoint import Checkpoint
    from ledger.seal.note import Verifier

_KEY, _RETIRED = ".key", ".retired"


def seconds() -> int:
    """Return the present time in seconds since 1970."""
    return int(time.time())


class LogSigner:
    """A signer's folder, open. Made by `make_signer` and `open_signer`."""

    def __init__(self, folder: PrivateFolder, clock: Callable[[], int] = seconds) -> None:
        self._folder, self._clock = folder, clock

    @property
    def verifiers(self) -> list[Verifier]:
        """The public keys that sign now: to be given to those who verify."""
        return [key.verifier for key in self._keys()]

    @property
    def retired(self) -> list[Verifier]:
        """The public keys that signed once: checkpoints of that time still verify with them."""
        return [parse_verifier(self._folder.read(name)) for name in self._folder.names(_RETIRED)]

    @property
    def logs(self) -> dict[str, Remembered]:
        """What was last signed of every log, by origin."""
        return read_memory(self._folder)

    def last(self, origin: str) -> Remembered:
        """Return what was last signed of a log: size 0 where nothing was."""
        return self.logs.get(origin, Remembered())

    def sign(self, checkpoint: Checkpoint, earlier: int, proof: Sequence[bytes]) -> bytes:
        """Return the signed checkpoint, if it continues what was last signed: `earlier` is that size.

        Raises `Overtaken` where `earlier` is not what was last signed, `Refused` for a smaller log, a root that the
        proof does not lead to, and a clock behind the last signature's.
        """
        with self._folder.locked():
            memory = read_memory(self._folder)
            last = memory.get(checkpoint.origin, Remembered())
            if earlier != last.size:
                raise Overtaken(earlier, last.size, "this signer")
            if checkpoint.size < last.size:
                raise Refused(
                    f"this signer has signed {wording.entries(last.size)} of this log and signs no smaller one, "
                    f"of {checkpoint.size:,}.",
                    "journey verify --against the last checkpoint that was kept elsewhere",
                )
            if not check_growth(last.size, checkpoint.size, last.root, checkpoint.root, proof):
                raise Refused(
                    f"this log does not continue the {wording.entries(last.size)} that this signer has signed.",
                    "journey verify --against the last checkpoint that was kept elsewhere",
                )
            now = self._clock()
            check_clock(last, now)
            text = format_checkpoint(checkpoint.at(datetime.fromtimestamp(now, UTC)))
            signatures = tuple(key.sign(text) for key in self._keys())
            write_memory(self._folder, memory | {checkpoint.origin: Remembered(checkpoint.size, checkpoint.root, now)})
        return format_note(Note(text, signatures))

    def rotate(self, name: str | None = None) -> Verifier:
        """Add a new key that signs beside the others, under their name unless another is given."""
        with self._folder.locked():
            return self._add(Signer.new(name or self._keys()[-1].verifier.name))

    def retire(self, key_id: str) -> Verifier:
        """Destroy a private key, named by its id in hex; its public key is kept. The last key is not retired."""
        with self._folder.locked():
            held = {key.verifier.key_id.hex(): key.verifier for key in self._keys()}
            if key_id not in held:
                raise NotFound("key of this signer", key_id, held)
            if len(held) == 1:
                raise Refused("this is the signer's only key.", "journey signer rotate, then retire the old key")
            self._folder.write(key_id + _RETIRED, held[key_id].vkey + "\n")
            self._folder.remove(key_id + _KEY)
        return held[key_id]

    def _keys(self) -> list[Signer]:
        """Return the keys that sign, the eldest first."""
        names = self._folder.names(_KEY)
        if not names:
            raise Refused("this signer has no key.", "restore the signer's folder")
        files = [self._folder.path / name for name in names]
        with self._folder.faults():
            ages = {file.name: file.stat().st_mtime_ns for file in files}
        return [parse_signer(self._folder.read(name)) for name in sorted(names, key=lambda each: (ages[each], each))]

    def _add(self, key: Signer) -> Verifier:
        self._folder.write(key.verifier.key_id.hex() + _KEY, key.private_text + "\n")
        return key.verifier


def make_signer(path: Path, name: str, clock: Callable[[], int] = seconds) -> LogSigner:
    """Make a signer with one new key in a new or empty folder. Raises `Refused`, `Malformed` (the name)."""
    check_name(name)
    signer = LogSigner(PrivateFolder.made(path, "signer"), clock)
    signer._add(Signer.new(name))
    write_memory(signer._folder, {})
    return signer


def open_signer(path: Path, clock: Callable[[], int] = seconds) -> LogSigner:
    """Open a signer's folder. Raises `NotFound`, `Refused` where others can read it, `Unavailable`."""
    return LogSigner(PrivateFolder.found(path, "signer", FILE), clock)


def signer_readable_here(ledger: Path | None, signer: Path) -> bool:
    """Whether this very account can write the ledger and read a key of its signer: it can then sign what it wrote.

    `ledger` is the ledger's folder, or None where only its database server can say who writes: then everybody may.
    """
    writes = ledger is None or os.access(ledger, os.W_OK)
    try:
        return writes and any(os.access(file, os.R_OK) for file in signer.glob("*" + _KEY))
    except OSError:
        return False
