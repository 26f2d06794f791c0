"""The entries a picture may show, each with its day, its number and what to know of it; and the ones it may not.

Withheld entries (restricted, misfiled) never get further than this module: they are counted, and a misfiled one is
said to have been moved. What was not yet known at the view is kept as a day, a lane and the day it became known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.clock import View, london_day
from ledger.domain.events.record import EntryCorrected
from ledger.domain.standing import Standing, stand
from ledger.projections.lag import lag_days
from ledger.projections.timeline.kinds import lane_of
from ledger.projections.timeline.model import Later, Sort
from ledger.projections.withheld import Withheld, withheld

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry to be drawn and told. `event` is what is in force, or what a withdrawn entry last said.

    `known_on` is the day it became known where that was late; `was_on` its day before a correction moved it.
    """

    standing: Standing
    event: Event
    on: date
    number: int
    sort: Sort
    known_on: date | None
    was_on: date | None

    @property
    def corrected(self) -> bool:
        """Whether a correction is in force."""
        return self.standing.corrected

    @property
    def counts(self) -> bool:
        """Whether it is in force and neither withdrawn nor merely expected."""
        return self.sort == "in force"


@dataclass(frozen=True, slots=True)
class Hidden:
    """An entry without content to show: withheld, misfiled and moved, or erased. It stands on the day it was known."""

    standing: Standing
    on: date
    why: Withheld | None


@dataclass(frozen=True, slots=True)
class Sifted:
    """All entries of a stream, sorted by what a picture may do with them."""

    shown: tuple[Shown, ...]
    hidden: tuple[Hidden, ...]
    later: tuple[Later, ...]


def sift(entries: Sequence[Entry], view: View, *, late_by: int) -> Sifted:
    """Sort the entries of one stream; give all of them, restrictions are read at the present head."""
    unseen = withheld(entries, view)
    shown: list[tuple[tuple[date, float, int], Standing, Event]] = []
    hidden: list[Hidden] = []
    for standing in stand(entries, view):
        root, event = standing.root, content(standing)
        why = unseen.get(root.event_id)
        if why is not None or event is None:
            hidden.append(Hidden(standing, london_day(root.known_at), why))
            continue
        on = event.day or london_day(root.known_at)
        at = event.occurred_at.timestamp() if event.occurred_at is not None else 0.0
        shown.append(((on, at, root.position), standing, event))
    shown.sort(key=lambda item: item[0])
    return Sifted(
        tuple(
            _shown(key[0], number, standing, event, late_by) for number, (key, standing, event) in enumerate(shown, 1)
        ),
        tuple(hidden),
        tuple(_later(entries, view, set(unseen))),
    )


def content(standing: Standing) -> Event | None:
    """Return the content in force, or what a withdrawn entry last said; None where it was erased."""
    if standing.event is not None or not standing.withdrawn:
        return standing.event
    said = [change.event.replacement for change in standing.changes if isinstance(change.event, EntryCorrected)]
    return said[-1] if said else standing.root.event


def _shown(on: date, number: int, standing: Standing, event: Event, late_by: int) -> Shown:
    root = standing.root
    lag = None if standing.expected else lag_days(root, event)
    late = lag is not None and lag >= late_by
    first = root.event.day if root.event is not None else None
    sort: Sort = "withdrawn" if standing.withdrawn else "expected" if standing.expected else "in force"
    return Shown(
        standing=standing,
        event=event,
        on=on,
        number=number,
        sort=sort,
        known_on=london_day(root.known_at) if late else None,
        was_on=first if first is not None and first != on and event.day is not None else None,
    )


def _later(entries: Sequence[Entry], view: View, unseen: set[str]) -> list[Later]:
    """Return what the ledger holds up to the position and the view does not admit, without content, by day."""
    everything = View(position=view.position)
    known = {standing.root.event_id for standing in stand(entries, view)}
    return sorted(
        (
            Later(event.day, lane_of(event.name), london_day(standing.root.known_at))
            for standing in stand(entries, everything)
            if standing.root.event_id not in known | unseen
            and (event := standing.event) is not None
            and event.day is not None
        ),
        key=lambda later: (later.on, later.known_on, later.lane),
    )
