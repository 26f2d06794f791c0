"""One entry's stored state and the leaf that seals it: the frozen format, byte for byte (DESIGN section 7).

    state = u32 len(open) || open || sealed
    leaf  = SHA-256(0x00 || "journey-ledger/leaf/v1\\n" || the fields below, the digests of both parts)

Only stored bytes are hashed, never a re-serialised object. Either part can be blanked by a lawful erasure: its digest
stays in the row and the leaf still verifies. Integers are big-endian; `lp(x)` is a u32 length and the bytes.

    >>> parts(pack_state(b"{}", b""))
    (b'{}', b'')

Not here: how an event becomes JSON (the store's codec), where keys live, how leaves form a tree.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from hmac import digest as hmac
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import Tampered

ZERO = bytes(32)
"""Stands for "no previous leaf in this stream" and for "nothing is sealed"."""
EMPTY_DIGEST = sha256(b"").digest()
NONCE_BYTES = 12
KEY_BYTES = 32

_LEAF = b"\x00journey-ledger/leaf/v1\n"
_COMMIT = b"journey-ledger/commit/v1"
_ENCRYPT = b"journey-ledger/encrypt/v1"
_SEALED_V1 = b"\x01"
_U32 = Struct(">I")
_U64 = Struct(">Q")
_MIDDLE = Struct(">Q32sq")


def pack_state(open_part: bytes, sealed_part: bytes) -> bytes:
    """Join the two parts of an entry into its state."""
    return b"".join((_U32.pack(len(open_part)), open_part, sealed_part))


def parts(state: bytes) -> tuple[bytes, bytes]:
    """Split a state into its open and its sealed part. Raises `Tampered` if its length field overruns it."""
    if len(state) < 4 or (end := 4 + _U32.unpack_from(state)[0]) > len(state):
        raise Tampered("a stored state is shorter than it says.", "journey verify --self")
    return state[4:end], state[end:]


def digest(part: bytes) -> bytes:
    """Return the SHA-256 of one part."""
    return sha256(part).digest()


def leaf(
    log_id: bytes,
    position: int,
    stream: str,
    version: int,
    name: str,
    event_id: str,
    recorded_at: int,
    commitment: bytes,
    previous_leaf: bytes,
    open_digest: bytes,
    sealed_digest: bytes,
) -> bytes:
    """Return the leaf of one entry, 32 bytes. `recorded_at` is in microseconds since 1970; versions start at 1."""
    return sha256(
        b"".join(
            (
                _LEAF,
                log_id,
                _U64.pack(position),
                _lp(stream),
                _MIDDLE.pack(version, previous_leaf, recorded_at),
                _lp(name),
                _lp_once(event_id),
                commitment,
                open_digest,
                sealed_digest,
            )
        )
    ).digest()


def commitment(stream_key: bytes) -> bytes:
    """Return what binds a sealed part to its stream's key without revealing it."""
    return hmac(derive(stream_key, _COMMIT), _COMMIT, "sha256")


def cipher(stream_key: bytes) -> AESGCMSIV:
    """Return the cipher of a stream; making it costs more than using it, so keep it."""
    return AESGCMSIV(derive(stream_key, _ENCRYPT))


def derive(key: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA-256 (RFC 5869), without salt."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def seal(with_cipher: AESGCMSIV, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
    """Encrypt a private block into a sealed part. `data` comes from `associated_data`; never reuse a nonce."""
    return _SEALED_V1 + nonce + with_cipher.encrypt(nonce, plaintext, data)


def unseal(with_cipher: AESGCMSIV, sealed_part: bytes, data: bytes) -> bytes:
    """Decrypt a sealed part. Raises `Tampered` where it was not sealed under this key for this very entry."""
    if sealed_part[:1] != _SEALED_V1:
        raise Tampered("a sealed part has an unknown format byte.", "journey verify --self")
    try:
        return with_cipher.decrypt(sealed_part[1:13], sealed_part[13:], data)
    except (InvalidTag, ValueError):
        raise Tampered("a sealed part does not open under its stream's key.", "journey verify --self") from None


def associated_data(log_id: bytes, stream: str, event_id: str, name: str) -> bytes:
    """Return what ties a sealed part to its log, stream, entry and name."""
    return b"".join((log_id, _lp(stream), _lp_once(event_id), _lp(name)))


def _lp_once(text: str) -> bytes:
    data = text.encode()
    return _U32.pack(len(data)) + data


_lp = lru_cache(maxsize=8192)(_lp_once)
"""The same for texts that come again and again: streams and names."""
