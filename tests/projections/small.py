"""Small ledgers for the tests of measures: stored rows made by hand from events, as the stored format says.

    rows = [Said("a", WorkerAllocated(occurred_on=date(2024, 4, 1), worker="W1"))]
    run("allocations", rows, view("2024-06-01")).dicts()

The open part is written here from DESIGN section 7, independently of the store's codec.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import NOW, View, microseconds
from ledger.domain.envelope import Actor, Entry
from ledger.domain.events.base import Event, private_fields
from ledger.domain.events.record import EntryCorrected
from ledger.projections.card import measure
from ledger.projections.engine import measured
from ledger.projections.facts import Facts
from ledger.projections.request import request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.projections.table import Table
    from ledger.store import OpenPart

SEALED = datetime(2030, 1, 1, tzinfo=UTC)
NAMESPACE = uuid.UUID("5a0c2b60-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Said:
    """One entry said in a test: a short word as stream is a child's journey."""

    stream: str
    event: Event
    written_at: date | datetime | None = None
    recorded_at: date | datetime | None = None
    basis: str = "practice"
    event_id: str | None = None
    by: str = "W0"
    system: str | None = None
    erased: bool = False


def journey_id(word: str) -> str:
    """Return the id of the journey that a word stands for."""
    return str(uuid.uuid5(NAMESPACE, word))


def entry_id(number: int) -> str:
    """Return the event id of the n-th entry said, from 1."""
    return str(uuid.uuid5(NAMESPACE, f"entry {number}"))


def stored(said: Sequence[Said]) -> list[OpenPart]:
    """Return the open parts as the ledger would store them, in this order."""
    versions: dict[str, int] = {}
    rows: list[OpenPart] = []
    for position, one in enumerate(said, 1):
        stream = stream_of(one.stream)
        versions[stream] = versions.get(stream, 0) + 1
        event_id, recorded_at = one.event_id or entry_id(position), microseconds(_recorded(one, position))
        part = b"" if one.erased else json.dumps(_open(one)).encode()
        rows.append((position, stream, versions[stream], one.event.name, event_id, recorded_at, part))
    return rows


def entries(said: Sequence[Said]) -> dict[str, list[Entry]]:
    """Return the same as decoded entries by stream, for slow references."""
    found: dict[str, list[Entry]] = {}
    for position, one in enumerate(said, 1):
        stream = stream_of(one.stream)
        mine = found.setdefault(stream, [])
        mine.append(
            Entry(
                position=position,
                stream=stream,
                version=len(mine) + 1,
                event_id=one.event_id or entry_id(position),
                name=one.event.name,
                event=None if one.erased else one.event,
                recorded_at=_recorded(one, position),
                written_at=None if one.erased else _moment(one.written_at),
                by=Actor(worker=one.by),
                basis="return" if one.basis == "return" else "practice",
            )
        )
    return found


def facts_of(said: Sequence[Said], view: View = NOW) -> Facts:
    """Return facts over what was said, standing at a view; close them. A position beyond the last means the last."""
    position = len(said) if view.position is None else min(len(said), view.position)
    recorded_at = _recorded(said[position - 1], position) if position else SEALED
    parts = {part[4]: part for part in stored(said)}
    facts = Facts.load(
        [list(parts.values())],
        find=lambda ids: {id_: parts[id_] for id_ in ids if id_ in parts},
        position=position,
        recorded_at=recorded_at,
    )
    facts.stand(view.at(position))
    return facts


def run(name: str, said: Sequence[Said], view: View = NOW, **parameters: Any) -> Table:
    """Run a measure over what was said; column `child` holds journey ids."""
    card = measure(name)
    with facts_of(said, view) as facts:
        return measured(facts, card, view.at(facts.position), request(card, **parameters))


def stream_of(word: str) -> str:
    """Return the stream that a word stands for."""
    return word if word == "ledger" or ":" in word else f"journey:{journey_id(word)}"


def _open(one: Said) -> dict[str, Any]:
    part: dict[str, Any] = {"salt": "AAAAAAAAAAAAAAAAAAAAAA==", "recorded_by": one.by}
    written_at = _moment(one.written_at)
    if written_at is not None:
        part["written_at"] = written_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if one.system is not None:
        part["source_system"] = one.system
    if one.basis == "return":
        part["basis"] = "return"
    if isinstance(one.event, EntryCorrected):
        replacement = one.event.replacement
        about = {"corrects": one.event.corrects, "correction_reason": one.event.correction_reason}
        return part | about | {"replacement_name": replacement.name} | _coded(replacement)
    return part | _coded(one.event)


def _coded(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude=set(private_fields(type(event))), exclude_none=True)


def _recorded(one: Said, position: int) -> datetime:
    return _moment(one.recorded_at) or _moment(one.written_at) or SEALED + timedelta(seconds=position)


def _moment(said: date | datetime | None) -> datetime | None:
    if said is None or isinstance(said, datetime):
        return said
    return datetime.combine(said, time(12), UTC)
