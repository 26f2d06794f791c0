"""Make the bundle of one journey: what may be shown of it, the proofs, the pages, and a verifier, in one zip.

    made = make_bundle(store, "C-001", view("2018-12-31"), checkpoint=signed, rules=read_rules(Path("rules.toml")))

Nothing is written to the ledger here. The bundle holds the key of this one journey wherever it shows sealed words: only
the key shows that the words shown are those that were sealed. Giving the bundle gives that key.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ledger.bundle.archive import canonical, packed
from ledger.bundle.footing import footing
from ledger.bundle.pages import Told, case_page, entries_page, read_me
from ledger.bundle.shown import orders, shown
from ledger.domain.clock import NOW
from ledger.domain.coverage import Coverage
from ledger.domain.envelope import child as child_subject
from ledger.domain.events.identity import ChildMerged, ChildRegistered
from ledger.domain.events.record import EntryCorrected
from ledger.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ledger.bundle.footing import Footing
    from ledger.bundle.rules import Rule
    from ledger.bundle.shown import Shown
    from ledger.domain.clock import View
    from ledger.store import Store
    from ledger.store.rows import Row

FORMAT = "journey-bundle/v1"
PAGES = ("READ-ME-FIRST.txt", "case.html", "entries.html", "verify.py")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle, and what its maker should know: how many entries it holds, how many are withheld or erased."""

    data: bytes
    stream: str
    entries: int
    withheld: int
    erased: int
    hidden: int
    size: int
    told: tuple[str, ...] = ()

    @property
    def shown(self) -> int:
        """How many entries are shown, in part at least."""
        return self.entries - self.hidden


def make_bundle(store: Store, child: str, view: View = NOW, *, checkpoint: bytes, rules: Sequence[Rule] = ()) -> Bundle:
    """Return the bundle of a child's journey, complete up to a signed checkpoint.

    `child` is the authority's own id, or the journey's stream where the id is gone. Raises `NotFound`; `Refused` for a
    checkpoint that is not fit (see `footing`); `Tampered` where the ledger is not what was signed; `Unavailable`.
    """
    stream = find_stream(store, child)
    rows, ledger = store.rows(stream), store.rows("ledger")
    if not rows:
        raise NotFound("entry of this child", child)
    ordered = orders(store, stream, ledger)
    found, told = shown(store, rows, view, rules, ordered)
    used = [order.row for order in ordered if any(one.order is order for one in found)]
    stands = footing(store, checkpoint, stream, rows[-1], max(row.position for row in (rows[-1], *used)) + 1)
    every = [*rows, *used, stands.heads]
    size = stands.checkpoint.size
    proofs = store.inclusions({row.position: row.leaf(store.log_id) for row in every}, size)
    label = _label(store, stream, found)
    facts = Told(label, stream, store.authority, store.origin, view, stands.checkpoint, found)
    members = {
        "READ-ME-FIRST.txt": read_me(facts),
        "checkpoint.txt": checkpoint,
        "entries.jsonl": _lines(_fields(one.row, proofs, one.open, one.sealed) for one in found),
        "case.html": case_page(facts, Coverage.of([store.decode(row) for row in ledger], view)),
        "entries.html": entries_page(facts),
        "verify.py": files("ledger.bundle").joinpath("verify.py").read_bytes(),
    }
    about = {
        "format": FORMAT,
        "log_id": store.log_id.hex(),
        "stream": stream,
        "child": label,
        "key": _key(store, stream, found),
        "clock": facts.clock,
        "heads": _heads(stands, proofs),
        "orders": [_fields(row, proofs) for row in used],
        "withheld": [{"version": one.row.version, "why": one.why} for one in found if one.why],
        "pages": {name: sha256(members[name]).hexdigest() for name in PAGES},
    }
    data = packed(members | {"bundle.json": canonical(about).encode()})
    hidden = sum(not one.open for one in found)
    told += [
        f"entry {one.row.version} says that another journey is the same child's: it has a bundle of its own."
        for one in found
        if isinstance(one.entry.event, ChildMerged)
    ]
    return Bundle(data, stream, len(found), facts.withheld, facts.erased, hidden, size, tuple(told))


def find_stream(store: Store, child: str) -> str:
    """Return the stream of a child, by the authority's id or by the stream's own name. Raises `NotFound`."""
    found = store.subject_stream(child_subject(child))
    if found is None and child.startswith("journey:") and store.begun(child):
        return child
    if found is None:
        raise NotFound("child", child, store.all_ids("journey"))
    return found


def _label(store: Store, stream: str, found: Sequence[Shown]) -> str:
    """Return the authority's id of the child; where what is shown registers another, that one, for it is proved."""
    known = store.subject_ids([stream]).get(stream, "")
    events = (one.entry.event for one in found)
    stated = (event.replacement if isinstance(event, EntryCorrected) else event for event in events)
    registered = [event.child_id for event in stated if isinstance(event, ChildRegistered) and event.child_id]
    return known if known in registered or not registered else registered[-1]


def _key(store: Store, stream: str, found: Sequence[Shown]) -> str:
    """Return the journey's key in hex, or nothing where nothing sealed is shown: it is not given away for that."""
    if not any(one.sealed for one in found):
        return ""
    key = store.disclosed_key(stream)
    if key is None:
        raise Unavailable("the key of this journey is not here.", "restore the key store from its own backup")
    return key.hex()


def _heads(stands: Footing, proofs: Mapping[int, list[bytes]]) -> dict[str, Any]:
    path = [each.hex() for each in stands.path]
    return {"entry": _fields(stands.heads, proofs), "index": stands.index, "count": stands.count, "proof": path}


def _lines(values: Iterable[Any]) -> bytes:
    return "".join(f"{canonical(value)}\n" for value in values).encode()


def _fields(
    row: Row, proofs: Mapping[int, list[bytes]], open_part: bytes | None = None, sealed_part: bytes | None = None
) -> dict[str, Any]:
    """Return an entry as a bundle states it, with the parts given; an entry of the ledger's own stream with its own."""
    return {
        "stream": row.stream,
        "version": row.version,
        "position": row.position,
        "name": row.name,
        "event_id": row.event_id,
        "recorded_at": row.recorded_at,
        "previous": row.previous_leaf.hex(),
        "commitment": row.commitment.hex(),
        "open_digest": row.open_digest.hex(),
        "sealed_digest": row.sealed_digest.hex(),
        "open": (row.open if open_part is None else open_part).decode(),
        "sealed": b64encode(row.sealed if sealed_part is None else sealed_part).decode(),
        "proof": [each.hex() for each in proofs[row.position]],
    }
