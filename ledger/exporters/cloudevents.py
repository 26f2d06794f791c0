"""Entries as CloudEvents 1.0, one JSON object a line, as another ledger's `journey append` reads them.

    for line in Outgoing(store, identify=True).lines(): ...

- `source` names this ledger's log and `id` the entry: together they are the idempotency key wherever the line goes.
- `subject` is the journey and private fields are left out, unless `identify` is asked for: then it is the authority's
  own id and everything the entry says. A registration, which cannot stand without the child's id, then names the
  journey in its place; other entries that cannot stand without a private field are left out and counted.
- `time` is the moment it happened, where a moment is known; a day, a period and a precision are in `data`.
- `recordedtime` is when it was written down. `sealedtime` and `position` go out only: take them off to bring a line in.
- A correction names the entry it corrects by that entry's `id`, and holds its replacement as `{"type", "data"}`.

Left out and counted: what is restricted, misfiled or erased, whatever is about such an entry, and what concerns this
ledger alone (its opening, sealed heads, erasures). What sources cover goes out with the whole ledger, without the
episodes that a return did not mention: these are named by journeys that no other ledger knows.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any

import orjson

from ledger.domain import wording
from ledger.domain.checks import problems
from ledger.domain.clock import NOW, View
from ledger.domain.events.base import private_fields
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import (
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
    ErasureCompleted,
    ErasureOrdered,
    HeadsSealed,
    LedgerOpened,
    RecordAccessed,
    RecordClosed,
    SourceCoverageDeclared,
)
from ledger.projections.withheld import MISFILED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.store import Store

OWN = {
    kind.name
    for kind in (
        ErasureCompleted,
        ErasureOrdered,
        HeadsSealed,
        LedgerOpened,
        RecordAccessed,
        RecordClosed,
    )
}
"""Entries that concern this ledger alone: they say nothing in another."""
ABOUT = ("corrects", "withdraws", "disputes", "restricts")
"""Fields by which an entry is about another of the same stream."""
JOURNEYS_OF_THIS_LEDGER = {"unmentioned"}
"""What a declaration of coverage says in this ledger's own journey ids: no other ledger knows them."""
OUT_ONLY = ("sealedtime", "position")
"""Attributes that no ledger takes in."""
NEEDS_PRIVATE = "they cannot stand without a private field; --identify gives them"


class Outgoing:
    """Entries on their way out. `given`, `left_out` and `refusable` count, once the lines were read."""

    def __init__(self, store: Store, view: View = NOW, *, identify: bool = False) -> None:
        self.store, self.view, self.identify = store, view, identify
        self.source = f"urn:journey-ledger:{store.log_id.hex()}"
        self.given = 0
        self.refusable = 0
        self.left_out: Counter[str] = Counter()
        self._withheld = withheld_entries(store)
        self._known: set[str] = set()
        self._subjects: dict[str, str] = {}

    def lines(self, streams: Sequence[str] | None = None) -> Iterator[bytes]:
        """Yield one line an entry, in the order of the ledger; of these streams, or of all."""
        for entry in self._entries(streams):
            line = self._line(entry)
            if line is not None:
                self.given += 1
                yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)

    def told(self) -> list[str]:
        """Say what was left out, and what another ledger would refuse."""
        found = [f"{wording.entries(count)} left out: {why}" for why, count in sorted(self.left_out.items())]
        if self.refusable:
            kept = (
                "{entry holds|entries hold} what an append refuses (a code on no list, an impossible value): "
                "{it was|they were} kept here as imported"
            )
            found.append(wording.counted(self.refusable, kept))
        return found

    def _entries(self, streams: Sequence[str] | None) -> Iterable[Entry]:
        at = self.view.position
        if streams is None:
            rows = self.store.scan(upto=at)
            return (self.store.decode(row, private=self.identify) for row in rows)
        found = self.store.entries_of(streams, at)
        return sorted((entry for mine in found.values() for entry in mine), key=lambda entry: entry.position)

    def _line(self, entry: Entry) -> dict[str, Any] | None:
        """Return an entry as a CloudEvent, or None where it is left out or not known at the view."""
        if not self.view.admits(entry):
            return None
        why = self._why_not(entry)
        if why is not None:
            self.left_out[why] += 1
            return None
        assert entry.event is not None
        self._known.add(entry.event_id)
        self.refusable += bool(entry.unknown_codes or problems(entry.event))
        data = self._data(entry.event, entry.stream)
        at = data.pop("occurred_at", None)
        line = {
            "specversion": "1.0",
            "id": entry.event_id,
            "source": self.source,
            "type": entry.name,
            "subject": self._subject(entry.stream),
            "time": at,
            "recordedtime": _moment(entry.written_at),
            "authid": entry.by.worker,
            "correlationid": entry.correlation_id,
            "causationid": entry.causation_id,
            "basis": "return" if entry.basis == "return" else None,
            "sealedtime": _moment(entry.recorded_at),
            "position": entry.position,
            "datacontenttype": "application/json",
            "data": data,
        }
        return {name: value for name, value in line.items() if value is not None}

    def _why_not(self, entry: Entry) -> str | None:
        """Say why an entry does not go out, or None."""
        event = entry.event
        about = next((getattr(event, name) for name in ABOUT if hasattr(event, name)), None)
        reasons = (
            (event is None or entry.privacy == "erased", "erased"),
            (entry.name in OWN, "of this ledger alone"),
            (entry.event_id in self._withheld or about in self._withheld, "restricted or misfiled"),
            (about is not None and about not in self._known, "about an entry that is left out"),
            (entry.privacy == "locked" and self.identify, "their key is not here"),
            (event is not None and not self.identify and _needs_private(event), NEEDS_PRIVATE),
        )
        return next((why for holds, why in reasons if holds), None)

    def _data(self, event: Event, stream: str) -> dict[str, Any]:
        """Return what an event says, as plain JSON: all of it, or its coded fields."""
        if isinstance(event, EntryCorrected):
            data = self._fields(event, {"replacement"})
            inner = event.replacement
            return data | {"replacement": {"type": inner.name, "data": self._data(inner, stream)}}
        data = self._fields(event, set())
        if isinstance(event, ChildRegistered) and not self.identify:
            data["child_id"] = stream.partition(":")[2]
        return data

    def _fields(self, event: Event, without: set[str]) -> dict[str, Any]:
        hidden = set() if self.identify else set(private_fields(type(event)))
        if isinstance(event, SourceCoverageDeclared):
            without = without | JOURNEYS_OF_THIS_LEDGER
        return event.model_dump(mode="json", exclude_none=True, exclude=hidden | without)

    def _subject(self, stream: str) -> str:
        kind, _, rest = stream.partition(":")
        if not rest:
            return kind
        if kind == "journey" and not self.identify:
            return rest
        if stream not in self._subjects:
            self._subjects |= {stream: self.store.subject_ids([stream]).get(stream, rest)}
        return self._subjects[stream] if kind == "journey" else f"{kind}/{self._subjects[stream]}"


def withheld_entries(store: Store) -> set[str]:
    """Return the ids of the entries restricted at the ledger's present head, or moved because they were misfiled."""
    found: set[str | None] = set()
    names = (EntryRestricted.name, EntryUnrestricted.name, EntryWithdrawn.name)
    for some in store.open_parts(names):
        for _, _, _, name, _, _, part in some:
            said = orjson.loads(part) if part else {}
            if name == EntryUnrestricted.name:
                found.discard(said.get("restricts"))
            elif name == EntryRestricted.name:
                found.add(said.get("restricts"))
            elif said.get("reason") == MISFILED:
                found.add(said.get("withdraws"))
    return {each for each in found if each is not None}


def _needs_private(event: Event) -> bool:
    """Whether an event has a private field that it cannot stand without, other than the id of a registered child."""
    inner = event.replacement if isinstance(event, EntryCorrected) else event
    fields = type(inner).model_fields
    needed = {name for name in private_fields(type(inner)) if fields[name].is_required()}
    return bool(needed - ({"child_id"} if isinstance(inner, ChildRegistered) else set()))


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
