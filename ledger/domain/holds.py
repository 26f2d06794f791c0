"""Legal holds on a record: which are in force, and which an override lets an erasure pass.

A hold is in force from its setting until its release. An override lets an erasure pass one hold, set before it; a hold
that is set again afterwards holds again. Corrections and withdrawals of these entries count as for any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ledger.domain.events.record import LegalHoldOverridden, LegalHoldReleased, LegalHoldSet
from ledger.domain.standing import stand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ledger.domain.envelope import Entry

HOLD_EVENTS = (LegalHoldSet, LegalHoldReleased, LegalHoldOverridden)


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in force: its id, since when, and whether an override lets an erasure pass it."""

    hold: str
    position: int
    since: date | None
    overridden: bool = False


def holds(entries: Iterable[Entry]) -> list[Hold]:
    """Return the holds in force on one stream at its present end, by position."""
    found: dict[str, Hold] = {}
    for standing in stand(entries):
        event = standing.event
        if isinstance(event, LegalHoldSet):
            found[event.hold] = Hold(event.hold, standing.root.position, event.day)
        elif isinstance(event, LegalHoldReleased):
            found.pop(event.hold, None)
        elif isinstance(event, LegalHoldOverridden) and event.hold in found:
            found[event.hold] = replace(found[event.hold], overridden=True)
    return sorted(found.values(), key=lambda each: each.position)


def blocking(entries: Iterable[Entry]) -> list[Hold]:
    """Return the holds that block an erasure: in force, and not overridden."""
    return [hold for hold in holds(entries) if not hold.overridden]
