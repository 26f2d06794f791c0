"""The key store: one key per stream, and the keyed lookup from the authority's own ids to streams.

Separate from the ledger, so that destroying a key here erases what it sealed there, for ever and in every copy.
Every key is wrapped by the master key; ids of children are stored only as a keyed hash and, encrypted, beside their
stream. A key and its lookup row are durable before the first entry that needs them; orphans are harmless.

Idempotency keys of sources become event ids here: a UUID from a keyed hash, so that the id says nothing and the same
source reference always meets the same unique index.

Not here: where the rows are kept (`keys_sqlite`, `keys_postgres`), what a key encrypts (`ledger.seal.leaf`).
"""

from __future__ import annotations

import os
from functools import cached_property
from hmac import digest as hmac
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.domain.envelope import Subject
from ledger.errors import NotFound, Refused, Unavailable
from ledger.seal.leaf import KEY_BYTES, cipher, commitment, derive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

_CACHED = 16_384
"""How many streams and keys are remembered at once: a large authority's return."""
VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit of a UUID that says its variant, for any digit drawn (RFC 9562 section 4.1)."""
_WRAP_NONCE = 12


class StreamKey:
    """One stream's key, with what is derived from it, made when first needed and kept."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def disclosed(self) -> bytes:
        """The key itself: whoever has it can read all of this stream, wherever its sealed parts are kept."""
        return self._key

    @cached_property
    def cipher(self) -> AESGCMSIV:
        """Encrypts and decrypts this stream's private blocks."""
        return cipher(self._key)

    @cached_property
    def commitment(self) -> bytes:
        """What binds a leaf to this key."""
        return commitment(self._key)


SubjectRow = tuple[str, str, str, bytes, bytes]
"""A subject to be opened: keyed hash, kind, stream, wrapped key, encrypted id."""


class KeyRows(Protocol):
    """Where keys are kept. Every method is one transaction; nothing here ever sees a key in clear."""

    def write_secrets(self, secrets: dict[str, bytes]) -> None: ...
    def secrets(self) -> dict[str, bytes]: ...
    def streams(self, digests: Sequence[str]) -> dict[str, str]: ...
    def open(self, rows: Sequence[SubjectRow]) -> dict[str, str]: ...
    def wrapped(self, streams: Sequence[str]) -> dict[str, bytes]: ...
    def ids(self, streams: Sequence[str]) -> dict[str, bytes]: ...
    def ids_of_kind(self, kind: str) -> dict[str, bytes]: ...
    def destroy(self, stream: str) -> None: ...
    def may_destroy(self) -> bool: ...
    def close(self) -> None: ...


class KeyStore:
    """Finds, makes and unwraps keys, with bounded caches. Raises `Refused` for a wrong master key when opened."""

    def __init__(self, rows: KeyRows, master: bytes, log_id: bytes) -> None:
        self._rows = rows
        self._master = AESGCM(master)
        secrets = {name: self._secret(name, wrapped, log_id) for name, wrapped in rows.secrets().items()}
        if set(secrets) != {"lookup", "idempotency"}:
            raise Unavailable("this key store is empty or incomplete.", "restore the key store from its own backup")
        self._lookup, self._idempotency = secrets["lookup"], secrets["idempotency"]
        self._ids: AESGCM = AESGCM(derive(self._lookup, b"journey-ledger/ids/v1"))
        self._keys: dict[str, StreamKey] = {}
        self._found: dict[Subject, str] = {}

    @classmethod
    def create(cls, rows: KeyRows, master: bytes, log_id: bytes) -> KeyStore:
        """Make the secrets of a new key store, and the ledger's own key."""
        if rows.secrets():
            raise Refused("this key store already belongs to a ledger; nothing was changed.", "choose another place")
        wrap = AESGCM(master)
        rows.write_secrets(
            {name: _encrypt(wrap, os.urandom(KEY_BYTES), name.encode() + log_id) for name in ("lookup", "idempotency")}
        )
        return cls(rows, master, log_id)

    def stream(self, subject: Subject) -> str | None:
        """Return the stream of a subject, or None. Creates nothing."""
        return self.streams([subject]).get(subject)

    def streams(self, subjects: Sequence[Subject]) -> dict[Subject, str]:
        """Return the streams of those subjects that have one."""
        found = {subject: self._found[subject] for subject in subjects if subject in self._found}
        digests = {self._digest(subject): subject for subject in subjects if subject not in found}
        if digests:
            for digest, stream in self._rows.streams(list(digests)).items():
                self._remember(digests[digest], stream)
                found[digests[digest]] = stream
        return found

    def open(self, subjects: Sequence[Subject]) -> dict[Subject, str]:
        """Return the streams of all subjects, making keys and lookups for new ones: durable, and in one transaction."""
        found = self.streams(subjects)
        new = {self._digest(subject): subject for subject in subjects if subject not in found}
        if new:
            for digest, stream in self._rows.open(
                [self._row(*each) for each in sorted(new.items(), key=lambda each: each[0])]
            ).items():
                self._remember(new[digest], stream)
                found[new[digest]] = stream
        return {subject: found[subject] for subject in subjects}

    def _row(self, digest: str, subject: Subject) -> SubjectRow:
        stream = "ledger" if subject.kind == "ledger" else f"{subject.kind}:{uuid4()}"
        wrapped = _encrypt(self._master, os.urandom(KEY_BYTES), stream.encode())
        return digest, subject.kind, stream, wrapped, _encrypt(self._ids, subject.id.encode(), stream.encode())

    def keys(self, streams: Iterable[str]) -> dict[str, StreamKey]:
        """Return the keys of those streams that have one, fetched together."""
        wanted = set(streams)
        known = self._keys
        found = {stream: known[stream] for stream in wanted if stream in known}
        if len(found) < len(wanted):
            missing = wanted - found.keys()
            if len(known) + len(missing) > _CACHED:  # so that what is fetched together stays together
                known.clear()
            for stream, wrapped in self._rows.wrapped(list(missing)).items():
                found[stream] = StreamKey(self._decrypt(self._master, wrapped, stream.encode()))
                if len(known) >= _CACHED:
                    known.clear()
                known[stream] = found[stream]
        return found

    def key(self, stream: str) -> StreamKey | None:
        """Return the key of one stream, or None where there is none."""
        return self._keys.get(stream) or self.keys([stream]).get(stream)

    def need(self, streams: Iterable[str]) -> dict[str, StreamKey]:
        """Return the keys of all these streams. Raises `NotFound` for a stream that was never opened."""
        wanted = set(streams)
        found = self.keys(wanted)
        if len(found) < len(wanted):
            raise NotFound("stream", min(wanted - found.keys()))
        return found

    def ids(self, streams: Iterable[str]) -> dict[str, str]:
        """Return the authority's own id of each stream that has one."""
        return dict(self._decrypted(self._rows.ids(list(streams))))

    def all_ids(self, kind: str) -> list[str]:
        """Return the authority's ids of all subjects of a kind, sorted."""
        return sorted(each for _, each in self._decrypted(self._rows.ids_of_kind(kind)))

    def destroy(self, stream: str) -> None:
        """Destroy a stream's key for ever, and the authority's id beside it; may be repeated.

        The keyed hash of the id stays with the stream, so that the same child is never given another one. What the key
        sealed, here and in every copy, is unreadable as soon as the last backup of this key store is gone.
        """
        self._rows.destroy(stream)
        self._keys.pop(stream, None)

    def may_destroy(self) -> bool:
        """Whether this account may."""
        return self._rows.may_destroy()

    def event_id(self, system: str, reference: str) -> str:
        """Return the event id that a source's reference always has in this ledger."""
        text = hmac(self._idempotency, f"{system}\0{reference}".encode(), "sha256").hex()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"

    def close(self) -> None:
        """Give back the connection and forget all keys."""
        self._keys.clear()
        self._found.clear()
        self._rows.close()

    def _secret(self, name: str, wrapped: bytes, log_id: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:_WRAP_NONCE], wrapped[_WRAP_NONCE:], name.encode() + log_id)
        except InvalidTag:
            raise Refused(
                "the master key does not open this ledger's key store.",
                "use the master.key file, or the JOURNEY_MASTER_KEY, that was made with this ledger",
            ) from None

    def _decrypt(self, with_key: AESGCM, data: bytes, name: bytes) -> bytes:
        try:
            return with_key.decrypt(data[:_WRAP_NONCE], data[_WRAP_NONCE:], name)
        except InvalidTag:
            raise Unavailable(
                "a row of the key store is damaged.", "restore the key store from its own backup"
            ) from None

    def _decrypted(self, ids: dict[str, bytes]) -> Iterator[tuple[str, str]]:
        return ((stream, self._decrypt(self._ids, data, stream.encode()).decode()) for stream, data in ids.items())

    def _digest(self, subject: Subject) -> str:
        return hmac(self._lookup, f"{subject.kind}\0{subject.id}".encode(), "sha256").hex()

    def _remember(self, subject: Subject, stream: str) -> None:
        if len(self._found) >= _CACHED:
            self._found.clear()
        self._found[subject] = stream


def _encrypt(with_key: AESGCM, data: bytes, name: bytes) -> bytes:
    nonce = os.urandom(_WRAP_NONCE)
    return nonce + with_key.encrypt(nonce, data, name)
