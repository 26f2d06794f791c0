"""Between entries and the library's stored events: encode, encrypt and commit on the way in, decrypt on the way out.

The library's own mapper sees only an event and its bytes; here the log, the stream, the entry's id and its name are
bound into the encryption, so that a block cannot be moved to another place unnoticed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import orjson
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from ledger.errors import Tampered, Unavailable
from ledger.seal.leaf import EMPTY_DIGEST, NONCE_BYTES, associated_data, pack_state, seal, unseal
from ledger.store.codec import decode, encode
from ledger.store.upcasts import UPCASTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventsourcing.domain import DomainEventProtocol

    from ledger.domain.envelope import Entry
    from ledger.store.batch import Draft
    from ledger.store.keys import KeyStore
    from ledger.store.rows import Row

_SALT = 16


class LedgerMapper(Mapper[str]):
    """Maps drafts to stored events and rows to entries, for one log, with the keys that are here (or none)."""

    def __init__(self, log_id: bytes, keys: KeyStore | None, row_of: Callable[[str, int], Row]) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self._log_id, self._keys, self._row_of = log_id, keys, row_of

    def unlock(self, log_id: bytes, keys: KeyStore | None) -> None:
        """Name the log and give it the keys that are here."""
        self._log_id, self._keys = log_id, keys

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Encode and seal one draft. Its version is 0 until it gets its place under the write lock."""
        draft = cast("Draft", domain_event)
        self.seal(draft)
        state = pack_state(draft.open, draft.sealed)
        return StoredEvent(draft.originator_id, draft.originator_version, draft.new.event.name, state)

    def seal(self, draft: Draft) -> None:
        """Fill both parts of a draft and its commitment."""
        fresh = os.urandom(_SALT + NONCE_BYTES)
        draft.open, private = encode(draft.new, fresh[:_SALT])
        if private:
            if draft.key is None:
                raise Unavailable("the key that would seal this is not here.", "restore the key store")
            data = associated_data(self._log_id, draft.originator_id, draft.event_id, draft.new.event.name)
            draft.sealed = seal(draft.key.cipher, fresh[_SALT:], private, data)
            draft.commitment = draft.key.commitment

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """Decode one of the library's plain stored events: its id is not in it, so its row is read again."""
        row = self._row_of(str(stored_event.originator_id), stored_event.originator_version)
        return cast("DomainEventProtocol[str]", self.entry(row))

    def entry(self, row: Row, *, private: bool = True) -> Entry:
        """Decode one row; without its key, or with `private` False, its private fields are None."""
        if not row.sealed:
            return decode(row, None, "none" if row.sealed_digest == EMPTY_DIGEST else "erased")
        block = self._opened(row) if private else None
        return decode(row, block, "locked" if block is None else "open")

    def fields(self, row: Row) -> dict[str, Any] | None:
        """Return what a row states as plain JSON, not validated; None where it cannot be read just as it stands."""
        if not row.open or row.name in UPCASTS:
            return None
        stated: dict[str, Any] = orjson.loads(row.open)
        if not row.sealed:
            return stated if row.sealed_digest == EMPTY_DIGEST else None
        block = self._opened(row)
        if block is None:
            return None
        stated.update(orjson.loads(block))
        return stated

    def _opened(self, row: Row) -> bytes | None:
        """Return the private block in clear, or None where its key is not here."""
        key = self._keys.key(row.stream) if self._keys is not None else None
        if key is None:
            return None
        try:
            return unseal(key.cipher, row.sealed, associated_data(self._log_id, row.stream, row.event_id, row.name))
        except Tampered as found:
            raise Tampered(
                f"the sealed part of the entry at position {row.position} does not open under its stream's key.",
                found.hint,
            ) from None
