"""A witness: on another machine or account, it keeps the size and root of each log it watches, and cosigns growth only.

    request = format_request(Request(old_size, proof, checkpoint_bytes))       # C2SP tlog-witness, add-checkpoint
    lines = open_witness(Path("/srv/witness")).cosign(request)

It cosigns a checkpoint that the log's own key has signed (a key it was told from outside, `trust`) and that continues
what it last cosigned, and has that on its disk before the cosignature leaves it. So two histories of one log never both
get its name. It says which size it holds when asked with another.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.anchors.folder import PrivateFolder
from ledger.anchors.memory import FILE, Remembered, check_clock, read_memory, write_memory
from ledger.anchors.signer import seconds
from ledger.domain import wording
from ledger.errors import Malformed, NotFound, Overtaken, Problem, Refused
from ledger.seal.checkpoint import MOST_ENTRIES, parse_checkpoint
from ledger.seal.note import (
    COSIGNATURE,
    ED25519,
    Note,
    Signer,
    Verifier,
    format_note,
    parse_note,
    parse_signer,
    parse_verifier,
    unarmoured,
    verified,
    with_signatures,
)
from ledger.seal.proof import check_growth

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_HASHES = 63
_KEY, _TRUSTED = "witness.key", "trusted.json"


@dataclass(frozen=True, slots=True)
class Request:
    """What a witness is asked with: the size it holds, the proof from there, and the signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


def format_request(request: Request) -> bytes:
    """Return the body of an add-checkpoint request."""
    lines = [f"old {request.old_size}", *(b64encode(each).decode() for each in request.proof), "", ""]
    return "\n".join(lines).encode() + request.checkpoint


def parse_request(data: bytes) -> Request:
    """Read the body of an add-checkpoint request. Raises `Malformed` for anything but its one legal spelling."""
    above, gap, checkpoint = data.partition(b"\n\n")
    try:
        first, *lines = above.decode("ascii").split("\n")
    except UnicodeDecodeError:
        first, lines = "", []
    digits = first.removeprefix("old ")
    if not gap or not first.startswith("old ") or not digits.isdigit() or len(digits) > 19 or len(lines) > MOST_HASHES:
        raise _bad("it begins with `old SIZE`, up to 63 lines of proof and an empty line")
    found = Request(int(digits), tuple(map(unarmoured, lines)), checkpoint)
    if format_request(found) != data or found.old_size >= MOST_ENTRIES or any(len(each) != 32 for each in found.proof):
        raise _bad("sizes are plain decimals and hashes have 32 bytes")
    return found


class Witness:
    """A witness's folder, open. Made by `make_witness` and `open_witness`."""

    def __init__(self, folder: PrivateFolder, clock: Callable[[], int] = seconds) -> None:
        self._folder, self._clock = folder, clock

    @property
    def verifier(self) -> Verifier:
        """The public key of this witness: to be given to those who verify."""
        return self._key().verifier

    @property
    def trusted(self) -> dict[str, list[Verifier]]:
        """The logs it watches, by origin, each with the keys whose signature it believes."""
        try:
            found = json.loads(self._folder.read(_TRUSTED))
            return {origin: [parse_verifier(vkey) for vkey in vkeys] for origin, vkeys in found.items()}
        except (ValueError, TypeError, AttributeError):
            raise self._folder.damaged(_TRUSTED) from None

    @property
    def logs(self) -> dict[str, Remembered]:
        """What it last cosigned of every log, by origin."""
        return read_memory(self._folder)

    def trust(self, origin: str, verifier: Verifier) -> None:
        """Watch a log, or believe one more key of a log it watches. Raises `Refused` for a key that signs no logs."""
        if verifier.algorithm != ED25519:
            raise Refused("this is a witness's key, not a log's.", "journey signer show")
        with self._folder.locked():
            held = {name: [key.vkey for key in keys] for name, keys in self.trusted.items()}
            held[origin] = list(dict.fromkeys([*held.get(origin, []), verifier.vkey]))
            self._folder.write(_TRUSTED, json.dumps(held, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    def cosign(self, data: bytes) -> str:
        """Return the cosignature line for a request (the answer of C2SP's add-checkpoint).

        Raises `Malformed`, `NotFound` for a log it does not watch, `Tampered` for a wrong signature, `Overtaken` with
        the size it holds, `Refused` without the log's signature, without a valid proof, or with its clock behind.
        """
        request = parse_request(data)
        with self._folder.locked():
            trusted = self.trusted
            note = parse_note(request.checkpoint)
            checkpoint = parse_checkpoint(note.text)
            if checkpoint.origin not in trusted:
                raise NotFound("log watched here", checkpoint.origin, trusted, "journey witness trust")
            if not verified(note, trusted[checkpoint.origin]):
                raise Refused("no key that this witness believes for this log has signed it.", "journey witness trust")
            memory = self.logs
            last = memory.get(checkpoint.origin, Remembered())
            if request.old_size > checkpoint.size:
                raise _bad("its old size is above the checkpoint's")
            if request.old_size != last.size:
                again = f"journey checkpoint --witness-size {last.size}"
                raise Overtaken(request.old_size, last.size, "this witness", again)
            if not check_growth(last.size, checkpoint.size, last.root, checkpoint.root, request.proof):
                cosigned = wording.entries(last.size)
                raise Refused(
                    f"this checkpoint does not continue the {cosigned} that this witness has cosigned.",
                    "journey verify --against the last cosigned checkpoint",
                )
            now = self._clock()
            check_clock(last, now)
            line = self._key().sign(note.text, now).line
            write_memory(self._folder, memory | {checkpoint.origin: Remembered(checkpoint.size, checkpoint.root, now)})
        return line

    def _key(self) -> Signer:
        return parse_signer(self._folder.read(_KEY))


def cosigned(checkpoint: bytes, lines: str) -> bytes:
    """Return a signed checkpoint with a witness's answer below it. Raises `Malformed` where it is none."""
    note = parse_note(checkpoint)
    answer = parse_note((note.text + "\n" + lines).encode())
    return format_note(with_signatures(Note(note.text, note.signatures), answer.signatures))


def make_witness(path: Path, name: str, clock: Callable[[], int] = seconds) -> Witness:
    """Make a witness with a new key in a new or empty folder. Raises `Refused`, `Malformed` (the name)."""
    key = Signer.new(name, COSIGNATURE)
    witness = Witness(PrivateFolder.made(path, "witness"), clock)
    witness._folder.write(_KEY, key.private_text + "\n")
    witness._folder.write(_TRUSTED, "{}\n")
    write_memory(witness._folder, {})
    return witness


def open_witness(path: Path, clock: Callable[[], int] = seconds) -> Witness:
    """Open a witness's folder. Raises `NotFound`, `Refused` where others can read it, `Unavailable`."""
    return Witness(PrivateFolder.found(path, "witness", FILE), clock)


def _bad(why: str) -> Malformed:
    return Malformed([Problem("bad-request", f"this is not a request to a witness: {why}.", refused=True)])
