"""Replay: one case as it was known, from who it is about to its last entry, in the order an auditor reads it.

    >>> case = replay(entries, child="C-001", view=view("2018-12-31"), ...)      # doctest: +SKIP
    >>> case.heading, case.completeness, case.state, case.workers, case.entries    # doctest: +SKIP

Give all entries of the journey: corrections and withdrawals follow the view, restrictions the ledger's present head.
State and workers are folded from what is shown, so that they tell nothing that is withheld. `--from` and `--to` choose
which entries are told, by when they happened; the state is the one at the view.
Not here: rendering, opening a ledger, checking its seal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ledger.domain.calendar import DAY
from ledger.domain.clock import london_day
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryWithdrawn
from ledger.domain.journey import fold
from ledger.domain.standing import stand
from ledger.projections.replay.completeness import Completeness, absence, completeness
from ledger.projections.replay.lines import Line, as_known, last_day, line, telling_order
from ledger.projections.replay.state import StateLine, WorkerLine, state, workers
from ledger.projections.withheld import withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ledger.domain.clock import Clock, View
    from ledger.domain.coverage import Coverage
    from ledger.domain.envelope import Entry
    from ledger.domain.standing import Standing

LATE_BY = 7
"""Entries written this many days after they happened, or more, are marked late: a local choice, not a rule of law."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Whose case, as known when and by which clock, up to which position, and what the seal says.

    `on` is the day the state is told for. `position` is the last one considered, `head` the ledger's size.
    """

    child: str
    clock: Clock
    stated: str
    instant: datetime | None
    on: date
    position: int
    head: int
    verdict: str
    from_: date | None
    to: date | None


@dataclass(frozen=True, slots=True)
class Replay:
    """One case as it was known: five sections, always in this order."""

    heading: Heading
    completeness: Completeness
    state: tuple[StateLine, ...]
    workers: tuple[WorkerLine, ...]
    entries: tuple[Line, ...]


def replay(
    entries: Sequence[Entry],
    *,
    child: str,
    view: View,
    coverage: Coverage,
    today: date,
    head: int,
    seal_verdict: str,
    from_: date | None = None,
    to: date | None = None,
    late_by: int = LATE_BY,
) -> Replay:
    """Tell one journey as known at a view; [from_, to) chooses the entries told. `today` is for a view of now."""
    on = london_day(view.instant) if view.instant is not None else today
    hidden = withheld(entries, view)
    standings = stand(entries, view)
    places = {entry.event_id: entry.position for entry in entries}
    told = sorted(
        ((line(s, view, hidden.get(s.root.event_id), late_by, places), s) for s in as_known(standings, view)),
        key=lambda pair: telling_order(*pair),
    )
    lines = [one for one, s in told if _happened_in(one, s, from_, to)]
    journey = fold([s for s in standings if s.root.event_id not in hidden], on=on)
    first = min((one.on for one, _ in told), default=on)
    whole = (first, max(on, first) + DAY)

    def absent(area: str) -> str:
        return absence(area, coverage.supplied(area, *whole), coverage, len(hidden))

    return Replay(
        heading=Heading(
            child=child,
            clock=view.clock,
            stated=view.stated,
            instant=view.instant,
            on=on,
            position=head if view.position is None else min(view.position, head),
            head=head,
            verdict=seal_verdict,
            from_=from_,
            to=to,
        ),
        completeness=completeness(
            lines,
            coverage=coverage,
            window=_window(from_, to, whole),
            outside=len(told) - len(lines),
            orphans=_orphans(entries, view, standings),
            late_by=late_by,
        ),
        state=state(journey, on, absent, hidden=len(hidden)),
        workers=workers(journey, on),
        entries=tuple(lines),
    )


def _window(from_: date | None, to: date | None, whole: tuple[date, date]) -> tuple[date, date]:
    """Return the days to ask coverage for: those chosen, else the case's own; at least one."""
    if from_ is None:
        return min(whole[0], to - DAY) if to else whole[0], to or whole[1]
    return from_, to or max(whole[1], from_ + DAY)


def _happened_in(one: Line, standing: Standing, from_: date | None, to: date | None) -> bool:
    return (to is None or one.on < to) and (from_ is None or last_day(one, standing) >= from_)


def _orphans(entries: Iterable[Entry], view: View, standings: Iterable[Standing]) -> int:
    """Count what is said, by this view, about entries that do not stand at this view."""
    roots = {standing.root.event_id for standing in standings}
    targets = (_target(entry) for entry in entries if view.admits(entry))
    return sum(target is not None and target not in roots for target in targets)


def _target(entry: Entry) -> str | None:
    match entry.event:
        case EntryCorrected():
            return entry.event.corrects
        case EntryWithdrawn():
            return entry.event.withdraws
        case DisputeNoted():
            return entry.event.disputes
    return None
