"""Make a checkpoint of a ledger: seal the heads, then have its signer sign what is durable.

    data = make_checkpoint(store, open_signer(Path("/srv/signer")))
    Path("checkpoint.txt").write_bytes(data)                 # to be kept where the ledger's owner cannot reach it

A checkpoint always stands right after a `heads-sealed.v1` entry, so that a case file can prove that it is whole up to
it. What is signed is read anew after the commit. Before that the ledger is held against what was signed last: a
shorter one was put back or cut, one with another beginning was forked; both are `Tampered`, and nothing is signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.anchors.witness import Request, format_request
from ledger.domain import wording
from ledger.domain.envelope import Actor
from ledger.domain.events.record import HeadsSealed
from ledger.errors import Overtaken, Refused, Tampered
from ledger.seal.checkpoint import Checkpoint, parse_checkpoint
from ledger.seal.heads import heads_root
from ledger.seal.note import parse_note
from ledger.store import Head, New

if TYPE_CHECKING:
    from ledger.anchors.signer import LogSigner
    from ledger.seal.heads import End
    from ledger.store import Store

SYSTEM = "journey-ledger"
ATTEMPTS = 50
"""How often another writer may come between: each time only what it wrote is read again."""


def make_checkpoint(store: Store, signer: LogSigner) -> bytes:
    """Return a signed checkpoint of the ledger as it is now; appends the heads first when anything followed the last.

    Raises `Tampered` where the ledger is not the continuation of what was signed last, `Refused` (the signer),
    `Unavailable` where heads must be appended and the ledger is open for reading only.
    """
    for _ in range(ATTEMPTS):
        head = seal_heads(store)
        last = signer.last(store.origin)
        if last.size > head.size:
            now = store.head().size
            if now >= last.size:
                continue
            raise Tampered(
                f"the ledger has {wording.entries(now)}, and {last.size:,} of it were signed: "
                "an older copy was put back, or its end was cut off.",
                "journey verify --against the last checkpoint that was kept elsewhere",
            )
        if store.head(last.size).root != last.root:
            raise Tampered(
                f"the first {last.size:,} entries are not those that were signed: this is another history.",
                "journey verify --against the last checkpoint that was kept elsewhere",
            )
        try:
            proof = store.consistency(last.size, head.size)
            return signer.sign(Checkpoint(store.origin, head.size, head.root), last.size, proof)
        except Overtaken:
            continue
    raise Refused("others signed or appended all the time, so no checkpoint was made.", "try again")


def seal_heads(store: Store) -> Head:
    """Return the head right after a `heads-sealed.v1` entry, which is appended when anything followed the last one.

    That entry, at position `size`, states count and root over `store.ends(size - 1)`. Raises `Unavailable`, `Tampered`.
    """
    ends: dict[str, End] = {}
    read = 0
    for _ in range(ATTEMPTS):
        head = store.head()
        last = store.row_at(head.size)
        if last is not None and last.name == HeadsSealed.name:
            return head
        ends |= {end[0]: end for end in store.ends(head.size, since=read)}
        read = head.size
        event = HeadsSealed(count=len(ends), root=heads_root(ends.values()).hex())
        try:
            [receipt] = store.append([New("ledger", event, Actor(system=SYSTEM))], after=head.size)
        except Overtaken:
            continue
        return store.head(receipt.position)
    raise Refused("others appended all the time, so the heads could not be sealed.", "try again")


def witness_request(store: Store, checkpoint: bytes, old_size: int) -> bytes:
    """Return what to send to a witness that holds `old_size` entries of this log: a proof, and the signed checkpoint.

    Raises `Refused` for a checkpoint of another log, or smaller than what the witness holds; `NotFound`, `Tampered`.
    """
    held = parse_checkpoint(parse_note(checkpoint).text)
    if held.origin != store.origin:
        raise Refused("this checkpoint is of another log.", f"expected one of {store.origin}")
    if old_size > held.size:
        raise Refused(f"the witness holds {old_size:,} entries, and the checkpoint is of {held.size:,}.")
    return format_request(Request(old_size, tuple(store.consistency(old_size, held.size)), checkpoint))
