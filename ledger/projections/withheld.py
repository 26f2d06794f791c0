"""Which entries of a stream are withheld from readers, why and since when.

Restrictions follow the ledger's present head, whatever the reader's clock: what is restricted today is withheld from
a reading of any day. A misfiled entry was moved to another journey: readings say so and when, and never show its
content. Give all entries of the stream, also those that the view does not admit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.clock import london_day
from ledger.domain.events.record import EntryRestricted, EntryUnrestricted, EntryWithdrawn
from ledger.projections.words import coded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ledger.domain.clock import View
    from ledger.domain.envelope import Entry

MISFILED = "misfiled"
"""The code of both the withdrawal and the restriction that a misfiled entry gets."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why an entry's content is not shown, and since when."""

    misfiled: bool
    on: date
    reason: str

    def __str__(self) -> str:
        return f"entry misfiled, moved on {self.on}" if self.misfiled else f"entry withheld: {self.reason}"


def withheld(entries: Iterable[Entry], view: View) -> dict[str, Withheld]:
    """Return {event id of the root entry: why} for the entries of one stream that readers must not be shown."""
    restricted: dict[str, Withheld] = {}
    moved: dict[str, Withheld] = {}
    for entry in entries:
        event, on = entry.event, london_day(entry.known_at)
        if isinstance(event, EntryRestricted):
            words = f"restricted on {on}, {coded('restriction-reason', event.reason)}"
            restricted[event.restricts] = Withheld(event.reason == MISFILED, on, words)
        elif isinstance(event, EntryUnrestricted):
            restricted.pop(event.restricts, None)
        elif isinstance(event, EntryWithdrawn) and event.reason == MISFILED and view.admits(entry):
            moved[event.withdraws] = Withheld(True, on, coded("withdrawal-reason", MISFILED))
    return restricted | moved
