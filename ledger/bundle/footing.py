"""What a bundle stands on: a signed checkpoint whose last entry seals where every journey ends.

A checkpoint is fit for a bundle when it is this ledger's own, when its tree is the beginning of the ledger as it is
now, when its last entry is `heads-sealed.v1`, and when it covers everything the bundle shows or stands on.
Its signature is judged by whoever receives the bundle, who has the key from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.domain.events.record import HeadsSealed
from ledger.errors import Refused, Tampered
from ledger.seal.checkpoint import Checkpoint, parse_checkpoint
from ledger.seal.heads import head_leaf, heads_inclusion
from ledger.seal.note import parse_note
from ledger.seal.proof import check_inclusion

if TYPE_CHECKING:
    from ledger.store import Store
    from ledger.store.rows import Row


@dataclass(frozen=True, slots=True)
class Footing:
    """A checkpoint as signed, and the proof that a journey ended where it ends here when it was made."""

    note: bytes
    checkpoint: Checkpoint
    heads: Row
    index: int
    count: int
    path: list[bytes]


def footing(store: Store, note: bytes, stream: str, last: Row, covered: int) -> Footing:
    """Prove that `last` ends a stream at a checkpoint, which must reach up to position `covered`.

    Raises `Refused` for a checkpoint that is not fit, `Tampered` where this ledger is not what it signed.
    """
    checkpoint = parse_checkpoint(parse_note(note).text)
    if checkpoint.origin != store.origin:
        raise Refused("this checkpoint is of another ledger.", "journey checkpoint makes one of this")
    if checkpoint.size > store.head().size or store.head(checkpoint.size).root != checkpoint.root:
        raise Tampered("this ledger is not a continuation of the one that was signed.", "journey verify --against FILE")
    if checkpoint.size < covered:
        raise Refused(
            f"this checkpoint covers {wording.entries(checkpoint.size)}, and the journey needs {covered}.",
            "journey bundle without --checkpoint signs a new one",
        )
    heads = store.row_at(checkpoint.size)
    sealed = None if heads is None else store.decode(heads).event
    if heads is None or not isinstance(sealed, HeadsSealed):
        raise Refused(
            "this checkpoint does not end with the sealed heads of all journeys, so it cannot prove one whole.",
            "journey checkpoint makes one that does",
        )
    index, count, path = heads_inclusion(store.remembered_ends(checkpoint.size - 1), stream)
    leaf = head_leaf(stream, last.version, last.leaf(store.log_id))
    if count != sealed.count or not check_inclusion(leaf, index, count, path, bytes.fromhex(sealed.root)):
        raise Tampered("the sealed heads of all journeys are not those of this ledger.", "journey verify")
    return Footing(note, checkpoint, heads, index, count, path)


def covers(store: Store, note: bytes, stream: str) -> bool:
    """Whether a checkpoint reaches up to the last entry of a stream. Raises `Malformed` for what is none."""
    return parse_checkpoint(parse_note(note).text).size >= max((row.position for row in store.rows(stream)), default=0)
