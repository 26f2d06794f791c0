"""What one entry says of another, when both come from outside: the sender's ids become this ledger's.

A sender knows an entry by the `id` it gave it itself, and may know it by the id this ledger gave it. Either may stand
where an entry names another: where no entry here has that id, it is the sender's own, under the same `source`, of an
earlier line or of an earlier file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger.domain.events.record import EntryCorrected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.domain.events.base import Event
    from ledger.importers.cloudevents import Incoming
    from ledger.store import Store

ONE = ("corrects", "withdraws", "disputes", "restricts", "revises", "marks")
MANY = ("story_entries", "about_entries", "evidence", "entries_shared")
"""Fields of events that name entries."""


def resolved(store: Store, found: Sequence[Incoming]) -> list[Incoming]:
    """Return the same lines, each naming other entries by the ids they have, or will have, in this ledger."""
    wanted = {each.line: list(dict.fromkeys(_named(each.event))) for each in found}
    names = [name for ids in wanted.values() for name in ids]
    if not names:
        return list(found)
    held = store.find(list(dict.fromkeys(names)))
    lines = {each.key: each.line for each in found}
    keys = {(each.source.system, name) for each in found for name in wanted[each.line] if name not in held}
    before = store.find_sources(list(keys))
    told = []
    for each in found:
        ids = {}
        for name in wanted[each.line]:
            key = (each.source.system, name)
            if name not in held and (key in before or lines.get(key, each.line) < each.line):
                ids[name] = store.source_id(*key)
        told.append(replace(each, event=_renamed(each.event, ids)) if ids else each)
    return told


def _named(event: Event) -> Iterator[str]:
    for name in ONE:
        if (value := getattr(event, name, None)) is not None:
            yield value
    for name in MANY:
        yield from getattr(event, name, None) or ()
    if isinstance(event, EntryCorrected):
        yield from _named(event.replacement)


def _renamed(event: Event, ids: dict[str, str]) -> Event:
    changes: dict[str, Any] = {
        name: ids[value] for name in ONE if (value := getattr(event, name, None)) is not None and value in ids
    }
    for name in MANY:
        value = getattr(event, name, None)
        if value:
            changes[name] = tuple(ids.get(one, one) for one in value)
    if isinstance(event, EntryCorrected):
        changes["replacement"] = _renamed(event.replacement, ids)
    return event.model_copy(update=changes) if changes else event
