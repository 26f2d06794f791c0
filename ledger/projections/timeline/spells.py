"""Things that last, as the journey tells them, tied to the entries that may be shown, and those merely expected.

The journey decides what began, what ended it and when. Here each is joined with its numbers in the table, and what is
expected is added: a beginning or an ending dated after the day it was known counts for nothing and is drawn hollow.
What began with a withheld entry is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.spans import PAIRINGS
from ledger.projections.timeline.kinds import base

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ledger.domain.journey import Journey
    from ledger.domain.looked_after import CareRow
    from ledger.domain.standing import Standing
    from ledger.projections.timeline.shown import Shown

ENDINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    base(pairing.starts.name): (base(pairing.ends.name), (*pairing.key, pairing.link) if pairing.dated else pairing.key)
    for pairing in PAIRINGS
} | {
    "worker-allocated": ("worker-deallocated", ("worker", "role", "started_on")),
    "pod-allocated": ("pod-allocation-ended", ("pod",)),
    "care-episode-started": ("care-episode-ended", ("started_on",)),
}
"""For each beginning the name of its ending, and the fields of the ending that name the beginning."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One thing that lasted: [`starts`, `ends`). `end` is the entry that ended it, where that may be shown."""

    start: Shown
    starts: date
    ends: date | None
    end: Shown | None = None
    expected: Shown | None = None

    @property
    def lines(self) -> tuple[int, ...]:
        """The numbers of its entries in the table."""
        return tuple(one.number for one in (self.start, self.end, self.expected) if one is not None)

    @property
    def expected_end(self) -> date | None:
        """The day on which it is said to end, where nothing says that it did."""
        if self.ends is not None:
            return None
        return self.expected.on if self.expected is not None else self.start.event.occurred_until


@dataclass(frozen=True, slots=True)
class Spells:
    """All spells of a journey by what they are; lists are in the order they began."""

    things: dict[str, list[Spell]]
    workers: list[Spell]
    pods: list[Spell]
    care: list[tuple[CareRow | None, Spell]]


def spells(journey: Journey, shown: Sequence[Shown]) -> Spells:
    """Tie what the journey holds to the entries shown, and add what is expected."""
    tie = _Tie(shown)
    things: dict[str, list[Spell]] = {}
    for span in journey.spans:
        things.setdefault(span.what, []).extend(tie.spell(span.start, span.end, span.started_on, span.until))
    for pairing in PAIRINGS:
        things.setdefault(pairing.what, []).extend(tie.hollow(base(pairing.starts.name)))
    return Spells(
        things=things,
        workers=[s for a in journey.workers for s in tie.spell(a.start, a.end, a.started_on, a.ended_on)]
        + tie.hollow("worker-allocated"),
        pods=[s for p in journey.pods for s in tie.spell(p.start, p.end, p.started_on, p.ended_on)]
        + tie.hollow("pod-allocated"),
        care=[(r, s) for r in journey.care.rows for s in tie.spell(r.start, r.end, r.started_on, r.ended_on)]
        + [(None, s) for s in tie.hollow("care-episode-started")],
    )


class _Tie:
    """The entries shown, found by the id of their root; and those expected."""

    def __init__(self, shown: Iterable[Shown]) -> None:
        self._by_id = {one.standing.root.event_id: one for one in shown}
        self._expected = [one for one in self._by_id.values() if one.sort == "expected"]

    def spell(self, start: Standing, end: Standing | None, starts: date | None, ends: date | None) -> list[Spell]:
        """Return the spell as a list: empty where it is undated or began with an entry that is withheld."""
        first = self._by_id.get(start.root.event_id)
        if first is None or starts is None:
            return []
        last = self._by_id.get(end.root.event_id) if end is not None else None
        return [Spell(first, starts, ends, last, self._expected_ending(first) if ends is None else None)]

    def hollow(self, name: str) -> list[Spell]:
        """Return the beginnings of this name that are merely expected."""
        return [
            Spell(one, one.on, None, None, self._expected_ending(one))
            for one in self._expected
            if base(one.event.name) == name
        ]

    def _expected_ending(self, first: Shown) -> Shown | None:
        name, fields = ENDINGS.get(base(first.event.name), ("", ()))
        named = [
            one
            for one in self._expected
            if base(one.event.name) == name and all(_agree(first, one, field) for field in fields)
        ]
        return min(named, key=lambda one: one.on) if named else None


def _agree(first: Shown, last: Shown, field: str) -> bool:
    said = getattr(last.event, field)
    return bool(said == (first.on if field.endswith("_on") else getattr(first.event, field)))
