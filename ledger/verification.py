"""Verify a ledger: against itself, and against what is kept outside it; and say on what the verdict stands.

    done = verify(store, against=[Path("checkpoint.txt").read_bytes()], keys=[vkey])
    done.verdict        # "verified" (against a checkpoint), "self-consistent" (against itself alone), "not verified"

What a ledger says of itself shows damage, never that an older copy was put back, a tail cut off cleanly, or everything
sealed anew. A checkpoint that is kept where the ledger's owner cannot change it shows all three. Verifier keys come
from outside, never from the ledger. Damage that the ledger can mend by itself is mended before it is held against a
checkpoint, so that an edit is one finding, and a ledger sealed anew another.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ledger.anchors.signer import signer_readable_here
from ledger.domain import wording
from ledger.domain.clock import microseconds
from ledger.errors import Malformed, Problem, Tampered
from ledger.seal.checkpoint import Checkpoint, parse_checkpoint
from ledger.seal.note import COSIGNATURE, parse_note, parse_verifier, verified
from ledger.store import Finding, Head
from ledger.store.refusals import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.seal.note import Verifier
    from ledger.store import SelfVerification, Store

Progress: TypeAlias = "Callable[[int, int], None]"

VERIFIED, SELF_CONSISTENT, NOT_VERIFIED = "verified", "self-consistent", "not verified"
NO_ANCHOR, OWN_COPY, WITNESS = "none", "own copy", "witness"
_STANDS_ON = {
    NO_ANCHOR: "it stands on nothing but itself: every leaf and the root were recomputed from this ledger alone, and "
    "no checkpoint held outside it was compared",
    OWN_COPY: "it stands on a checkpoint that the ledger's own signer signed, and that was kept outside the ledger",
    WITNESS: "it stands on a checkpoint that a witness cosigned: somebody else, who has seen no other history",
}
_LAST = 1 << 62


@dataclass(frozen=True, slots=True)
class Verification:
    """What was verified, what it stands on, and everything that was found."""

    ok: bool
    verdict: str
    anchor: str
    entries: int
    head: Head
    findings: list[Finding]
    told: list[str] = field(default_factory=list)
    """Sentences: what the verdict stands on, what was erased lawfully, what was not checked."""

    def as_data(self) -> dict[str, Any]:
        """Return the whole as plain values, for JSON."""
        return {
            "ok": self.ok,
            "verdict": self.verdict,
            "anchor": self.anchor,
            "entries": self.entries,
            "head": {"size": self.head.size, "root": self.head.root.hex()},
            "findings": [asdict(finding) for finding in self.findings],
            "told": self.told,
        }


def verify(
    store: Store,
    *,
    against: Sequence[bytes] = (),
    keys: Sequence[str] = (),
    since: bytes | None = None,
    facts: bool = False,
    access: bool = False,
    progress: Progress | None = None,
    now: int | None = None,
) -> Verification:
    """Verify a ledger, or with `access` its log of who read which case, and return all findings.

    `against` are signed checkpoints, `keys` the verifier keys (vkeys) of those who may sign them; `now` is the present
    time in microseconds, else the store's clock. Raises `Malformed` for a checkpoint or a key that is not one, and
    where checkpoints are given and no key: nobody's word would be taken then.
    """
    log = store.access if access else store
    verifiers = [parse_verifier(key) for key in keys]
    if (against or since is not None) and not verifiers:
        problem = Problem(
            "no-key", "a checkpoint proves nothing without the key of somebody who signed it.", refused=True
        )
        raise Malformed([problem], "give --key with the signer's or the witness's verifier key")
    start = None if since is None else _Held.read(since, verifiers, log.origin)
    held = [_Held.read(data, verifiers, log.origin) for data in against] + ([start] if start is not None else [])
    sizes = sorted({each.checkpoint.size for each in held if each.finding is None})
    options: dict[str, Any] = {} if now is None else {"at": now}
    done = log.verify_self(progress, sizes=sizes, since=None if start is None else start.trusted(), **options)
    findings, told = list(done.findings), list(done.told)
    anchor, compared = NO_ANCHOR, 0
    for each in held:
        found, said = _compare(each, done)
        findings += found
        told += said
        compared += not found and not said
    _dated(held, done, findings)
    good = [each for each in held if each.finding is None]
    if good:
        anchor = WITNESS if any(each.witnessed for each in good) else OWN_COPY
    _other_checks(store, log, done, findings, told, facts=facts)
    told.insert(0, _STANDS_ON[anchor] + _beyond(good, done) + ".")
    ok = done.entries > 0 and not findings and compared == len(held)
    verdict = (VERIFIED if anchor != NO_ANCHOR else SELF_CONSISTENT) if ok else NOT_VERIFIED
    findings.sort(key=lambda each: _LAST if each.position is None else each.position)
    return Verification(ok, verdict, anchor, done.entries, Head(done.entries, done.root), findings, told)


@dataclass(frozen=True, slots=True)
class _Held:
    """One checkpoint from outside: what it says, who of the given keys signed it, and why it counts for nothing."""

    checkpoint: Checkpoint
    who: tuple[Verifier, ...]
    finding: Finding | None

    @classmethod
    def read(cls, data: bytes, verifiers: Sequence[Verifier], origin: str) -> _Held:
        note = parse_note(data)
        checkpoint = parse_checkpoint(note.text)
        try:
            who = tuple(verified(note, verifiers))
        except Tampered as error:
            return cls(checkpoint, (), Finding("wrong-key", str(error)))
        if not who:
            return cls(checkpoint, (), Finding("wrong-key", "a checkpoint is signed by none of the keys given."))
        if checkpoint.origin != origin:
            told = f"a checkpoint is of another log: expected {origin}, found {checkpoint.origin}."
            return cls(checkpoint, who, Finding("wrong-log", told))
        return cls(checkpoint, who, None)

    @property
    def witnessed(self) -> bool:
        return any(each.algorithm == COSIGNATURE for each in self.who)

    def trusted(self) -> Head | None:
        """Return the head that it states, where it counts for something."""
        return Head(self.checkpoint.size, self.checkpoint.root) if self.finding is None else None


def _compare(held: _Held, done: SelfVerification) -> tuple[list[Finding], list[str]]:
    """Hold one checkpoint against the ledger as it was sealed."""
    checkpoint = held.checkpoint
    if held.finding is not None:
        return [held.finding], []
    cut = any(finding.code in ("tail-cut", "no-entries") for finding in done.findings)
    if checkpoint.size > done.sealed_size:
        told = (
            f"the ledger has {wording.entries(done.entries)}, and {checkpoint.size:,} of it were signed: "
            "an older copy was put back, or its end was cut off."
        )
        return ([] if cut else [Finding("rolled-back", told, done.entries + 1)]), ([told] if cut else [])
    root = done.roots.get(checkpoint.size)
    if root is None:
        if not done.findings:
            return [Finding("forked", "the root at the checkpoint's size could not be computed.")], []
        return [], [f"the checkpoint of size {checkpoint.size:,} could not be compared: damage hides the root there"]
    if root != checkpoint.root:
        told = (
            f"the first {checkpoint.size:,} entries are not those that were signed: expected root "
            f"{checkpoint.root.hex()[:16]}, found {root.hex()[:16]}. They were sealed anew: this is another history."
        )
        return [Finding("forked", told)], []
    return [], []


def _dated(held: Sequence[_Held], done: SelfVerification, findings: list[Finding]) -> None:
    """Find entries recorded outside the times of the checkpoints around them."""
    if any(finding.code in ("forked", "rolled-back", "back-dated") for finding in findings):
        return
    for each in held:
        signed_at = each.checkpoint.signed_at
        if each.finding is not None or signed_at is None:
            continue
        at, size = microseconds(signed_at), each.checkpoint.size
        if done.times.get(size, at) > at + TOLERANCE:
            told = "it was recorded later than the checkpoint that already holds it was signed."
            findings.append(Finding("back-dated", told, size))
        if done.times.get(size + 1, at) < at - TOLERANCE:
            told = "it was recorded earlier than the checkpoint that does not yet hold it was signed."
            findings.append(Finding("back-dated", told, size + 1))


def _other_checks(
    store: Store, log: Store, done: SelfVerification, findings: list[Finding], told: list[str], *, facts: bool
) -> None:
    """Check schema and keys, and the facts where that is asked for. `log` is the one that was verified."""
    changed, compared = log.check_schema()
    findings += changed
    if not compared:
        told.append("schema not checked: this account may not make a schema to compare with.")
    found = log.check_keys(done)
    if found is None:
        told.append("keys not checked: the key store is not here.")
    findings += _unordered(store, found or ()) if log is not store else found or ()
    signer = store.settings.policy.signer
    folder = None if store.settings.engine == "postgres" else store.settings.folder
    if signer and signer_readable_here(folder, Path(folder or store.settings.folder) / signer):
        told.append(
            "this account can write the ledger and read the signer's key: the signature protects nobody against "
            "this account."
        )
    if facts:
        from ledger.projections.facts_check import check_facts

        findings += check_facts(store, done.entries) if not done.findings else ()


def _unordered(store: Store, found: Sequence[Finding]) -> list[Finding]:
    """Leave out the keys that orders destroyed: they stand in the log of cases, and rule the log of readings too."""
    erased = {order.stream for order in store.erasing.orders() if order.whole}
    return [each for each in found if each.code != "key-lost" or each.stream not in erased]


def _beyond(good: Sequence[_Held], done: SelfVerification) -> str:
    """Say how far a checkpoint reaches."""
    if not good:
        return ""
    reach = max(each.checkpoint.size for each in good)
    after = done.entries - reach
    return f"; the {wording.entries(after)} after position {reach:,} stand on the ledger alone" if after > 0 else ""
