"""How an entry stands at a clock: in force, corrected, withdrawn, disputed, restricted, expected.

Corrections and withdrawals name the root entry. In force at a view is the one among root, corrections and withdrawals
known by then with the greatest (known, position). Corrections and withdrawals follow the reader's clock; restrictions
follow the ledger's present head, whatever the clock (DESIGN section 2).

    >>> [s.event for s in stand(entries, view("2018-12-31")) if s.counts]      # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.clock import NOW, View, london_day
from ledger.domain.events.record import (
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class Standing:
    """One root entry as it stands at a view.

    `entry` is the entry in force (the root, or the correction that replaced it), `event` its content: None where it
    was withdrawn or erased. `changes` are the corrections and withdrawals known at the view, in (known, position)
    order; `disputes` those known at the view.
    """

    root: Entry
    entry: Entry
    event: Event | None
    changes: tuple[Entry, ...] = ()
    disputes: tuple[Entry, ...] = ()
    withdrawn: bool = False
    restricted: bool = False

    @property
    def corrected(self) -> bool:
        """Whether a correction is in force."""
        return self.entry is not self.root and not self.withdrawn

    @property
    def expected(self) -> bool:
        """Whether it is dated after the day it was known: it has not happened, and never counts as held or ended."""
        day = self.event.day if self.event is not None else None
        return day is not None and day > london_day(self.entry.known_at)

    @property
    def counts(self) -> bool:
        """Whether it is in force and not merely expected."""
        return self.event is not None and not self.expected


def stand(entries: Iterable[Entry], at: View = NOW) -> list[Standing]:
    """Return how each root entry of one stream stands at a view, in position order.

    Entries about the record (corrections, withdrawals, disputes, restrictions) are folded into their targets and do
    not appear themselves. Entries not admitted by the view do not appear.
    """
    roots: list[Entry] = []
    changes: dict[str, list[Entry]] = {}
    disputes: dict[str, list[Entry]] = {}
    restricted: dict[str, bool] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, EntryRestricted | EntryUnrestricted):
            restricted[event.restricts] = isinstance(event, EntryRestricted)
        elif isinstance(event, EntryCorrected | EntryWithdrawn | DisputeNoted) and not at.admits(entry):
            continue
        elif isinstance(event, EntryCorrected):
            changes.setdefault(event.corrects, []).append(entry)
        elif isinstance(event, EntryWithdrawn):
            changes.setdefault(event.withdraws, []).append(entry)
        elif isinstance(event, DisputeNoted):
            disputes.setdefault(event.disputes, []).append(entry)
        else:
            roots.append(entry)
    known = [(root, at.admits(root)) for root in roots]
    return [
        _standing(root, changes, disputes, restricted, admitted=admitted)
        for root, admitted in known
        if admitted or root.event_id in changes
    ]


def _standing(
    root: Entry,
    changes: dict[str, list[Entry]],
    disputes: dict[str, list[Entry]],
    restricted: dict[str, bool],
    *,
    admitted: bool,
) -> Standing:
    mine = sorted(changes.get(root.event_id, ()), key=_order)
    winner = max((root, *mine) if admitted else mine, key=_order)
    withdrawn = isinstance(winner.event, EntryWithdrawn)
    replaced = isinstance(winner.event, EntryCorrected)
    event = winner.event.replacement if isinstance(winner.event, EntryCorrected) else root.event
    return Standing(
        root=root,
        entry=winner if replaced or withdrawn else root,
        event=None if withdrawn else event,
        changes=tuple(mine),
        disputes=tuple(disputes.get(root.event_id, ())),
        withdrawn=withdrawn,
        restricted=restricted.get(root.event_id, False),
    )


def _order(entry: Entry) -> tuple[object, int]:
    return entry.known_at, entry.position
