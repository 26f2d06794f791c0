"""Signed notes (C2SP signed-note): a text, and below it the signatures of those who stand by it.

    note = parse_note(data)                     # one legal spelling: what is parsed formats back to the same bytes
    who = verified(note, [parse_verifier(key)]) # which of the given verifiers signed; never those a note names itself

Two algorithms: Ed25519 over the text (0x01, a log), and `cosignature/v1` over a time and the text (0x04, a witness).
Verifiers always come from outside. A signature by a key that is not given is ignored; a wrong one by a key that is
given refuses the whole note. The text means nothing before `verified` named somebody.
Not here: what the text says (`checkpoint`), where private keys are kept (`ledger.anchors`).
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Malformed, Problem, Tampered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ED25519, COSIGNATURE = 0x01, 0x04
KEY_BYTES, SIGNATURE_BYTES, TIME_BYTES = 32, 64, 8
LATEST = (1 << 63) - 1
MOST_SIGNATURES, MOST_BYTES = 100, 1_000_000

_BEGINS = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"


class Signature(NamedTuple):
    """One line below a note: the signer's name, the first bytes of its key's hash, and what it signed with."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_BEGINS}{self.name} {b64encode(self.key_id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures, believed by nobody yet."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name: `name+id+base64`, as C2SP spells it. Make one with `parse_verifier`."""

    name: str
    algorithm: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public_key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The verifier as text, to be kept and given to others."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.algorithm]) + self.public_key).decode()}"

    def made(self, signature: Signature) -> bool:
        """Whether a signature line claims to be by this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def fits(self, text: str, data: bytes) -> bool:
        """Whether signature data is this key's over this text."""
        message = text.encode()
        if self.algorithm == COSIGNATURE:
            at, data = int.from_bytes(data[:TIME_BYTES], "big"), data[TIME_BYTES:]
            message = _cosigned(text, at)
            if at > LATEST:
                return False
        if len(data) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(data, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A private key under a name. `algorithm` is ED25519 for a log, COSIGNATURE for a witness."""

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, seed: bytes, algorithm: int = ED25519) -> None:
        check_name(name)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, algorithm, self._private.public_key().public_bytes_raw())

    @classmethod
    def new(cls, name: str, algorithm: int = ED25519) -> Signer:
        """Return a signer with a new random key. Raises `Malformed` for a name that no note can hold."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), algorithm)

    @property
    def private_text(self) -> str:
        """The private key as text (`PRIVATE+KEY+name+id+base64`): for a file that only its owner can read."""
        held, seed = self.verifier, self._private.private_bytes_raw()
        return f"{_PRIVATE}{held.name}+{held.key_id.hex()}+{b64encode(bytes([held.algorithm]) + seed).decode()}"

    def sign(self, text: str, at: int = 0) -> Signature:
        """Return the signature of a note's text. `at`, in seconds since 1970, is signed along by a cosignature."""
        check_text(text)
        if self.verifier.algorithm == COSIGNATURE:
            data = at.to_bytes(TIME_BYTES, "big") + self._private.sign(_cosigned(text, at))
        else:
            data = self._private.sign(text.encode())
        return Signature(self.verifier.name, self.verifier.key_id, data)


def parse_verifier(vkey: str) -> Verifier:
    """Read a verifier key. Raises `Malformed` where it is not one, or not whole."""
    name, algorithm, key = _parse_key(vkey.strip(), "a verifier key is name+id+base64")
    found = Verifier(name, algorithm, key)
    if found.vkey != vkey.strip():
        raise _bad("bad-key", "the id in a verifier key does not fit its key: it was not copied whole")
    return found


def parse_signer(text: str) -> Signer:
    """Read a private key's text. Raises `Malformed`."""
    told = "a private key is PRIVATE+KEY+name+id+base64"
    if not text.startswith(_PRIVATE):
        raise _bad("bad-key", told)
    name, algorithm, seed = _parse_key(text.strip().removeprefix(_PRIVATE), told)
    found = Signer(name, seed, algorithm)
    if found.private_text != text.strip():
        raise _bad("bad-key", "the id in a private key does not fit its key: its file is damaged")
    return found


def parse_note(data: bytes) -> Note:
    """Read a signed note. Raises `Malformed` for anything but its one legal spelling. Nothing is verified yet."""
    if len(data) > MOST_BYTES:
        raise _bad("bad-note", f"a signed note is at most {MOST_BYTES:,} bytes long")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise _bad("bad-note", "a signed note is UTF-8 text") from None
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise _bad("bad-note", "a signed note is a text, an empty line and lines of signatures")
    check_text(text + "\n")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise _bad("bad-note", f"a signed note holds at most {MOST_SIGNATURES} signatures")
    return Note(text + "\n", tuple(map(parse_signature, lines)))


def format_note(note: Note) -> bytes:
    """Return the bytes of a note: what `parse_note` reads."""
    check_text(note.text)
    if not note.signatures:
        raise _bad("bad-note", "a signed note has at least one signature")
    return (note.text + "\n" + "".join(each.line for each in note.signatures)).encode()


def parse_signature(line: str) -> Signature:
    """Read one signature line, without its newline. Raises `Malformed`."""
    dash, name, encoded = line[:2], *line[2:].partition(" ")[::2]
    if dash != _BEGINS:
        raise _bad("bad-note", "a signature line begins with a dash (U+2014) and a space")
    check_name(name)
    data = unarmoured(encoded)
    if len(data) <= 4:
        raise _bad("bad-note", "a signature line holds a key's id and a signature")
    return Signature(name, data[:4], data[4:])


def verified(note: Note, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """Return which of these verifiers signed the note, each once; maybe none.

    Raises `Tampered` where a signature that claims to be by one of them is wrong.
    """
    found = []
    for verifier in dict.fromkeys(verifiers):
        claimed = [signature for signature in note.signatures if verifier.made(signature)]
        for signature in claimed:
            if not verifier.fits(note.text, signature.data):
                raise Tampered(
                    f"the signature of {verifier.name} does not fit the text above it: one of them was changed.",
                    "ask for the checkpoint again, from where it is kept",
                )
        if claimed:
            found.append(verifier)
    return found


def cosigned_at(note: Note, verifier: Verifier) -> int | None:
    """Return when a witness last cosigned, in seconds since 1970; None where it did not. Ask `verified` first."""
    times = [int.from_bytes(each.data[:TIME_BYTES], "big") for each in note.signatures if verifier.made(each)]
    return max(times, default=None) if verifier.algorithm == COSIGNATURE else None


def with_signatures(note: Note, more: Sequence[Signature]) -> Note:
    """Return the note with further signatures below, each once."""
    return Note(note.text, tuple(dict.fromkeys([*note.signatures, *more])))


def check_text(text: str) -> None:
    """Raise `Malformed` for a text that no note can hold."""
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise _bad("bad-note", "a note's text ends in a newline and has no other control characters")


def check_name(name: str) -> None:
    """Raise `Malformed` for a name that no key can have."""
    odd = any(char.isspace() or char < " " or "\ud800" <= char <= "\udfff" for char in name)
    if not name or "+" in name or odd:
        raise _bad("bad-key-name", "a key's name is not empty and has no spaces and no plus sign")


def unarmoured(text: str) -> bytes:
    """Return the bytes of base64 text. Raises `Malformed` for any but the one canonical spelling."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or b64encode(data).decode() != text:
        raise _bad("bad-base64", "expected base64, as RFC 4648 section 4 writes it")
    return data


def _parse_key(text: str, told: str) -> tuple[str, int, bytes]:
    name, *rest = text.split("+", 2)
    if len(rest) != 2:
        raise _bad("bad-key", told)
    check_name(name)
    data = unarmoured(rest[1])
    if data[0] not in (ED25519, COSIGNATURE) or len(data) != 1 + KEY_BYTES:
        raise _bad("bad-key", "this build knows keys for Ed25519 (1) and cosignature/v1 (4), of 32 bytes")
    return name, data[0], data[1:]


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _bad(code: str, why: str) -> Malformed:
    return Malformed([Problem(code, why + ".", refused=True)])
