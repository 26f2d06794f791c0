"""Being looked after, as care episodes tell it: periods of care, placements, legal status.

A row is a care episode, keyed by the day it began. `RNE` says what a new row changes: S begins a period; L changes the
legal status only; P, T, B and U begin a placement; S, P and B a carer; S, L, B and U a legal status. `X1` ends nothing
of the period, any other reason for ending ends care. Where the first row is not S, care began *not later than* its day.
Legal status V3 and V4 (short breaks) never start a period of care, and a row that X1 carries on into short breaks is
the last of its period. A period is open while any of its rows is. Rows that overlap, or follow an ending of care, are
kept and remarked upon. Where RNE contradicts a code, RNE is followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.spans import Remark, day_of, ending_without_start, of_kind, pair, stated_end

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from ledger.domain.standing import Standing

SHORT_BREAKS = frozenset({"V3", "V4"})
GOES_ON = "X1"
NEW_PLACEMENT = frozenset("SPTBU")
NEW_CARER = frozenset("SPB")
NEW_LEGAL_STATUS = frozenset("SLBU")


@dataclass(frozen=True, slots=True)
class CareRow:
    """One care episode: half-open, `ended_on` None while open. `event` is its start, `end` the ending that names it."""

    started_on: date
    ended_on: date | None
    event: CareEpisodeStarted
    start: Standing
    end: Standing | None = None

    @property
    def reason_ended(self) -> str | None:
        """Why it ended (REC), where it has ended and says so."""
        return self.end.event.reason if self.end is not None and isinstance(self.end.event, CareEpisodeEnded) else None

    @property
    def short_break(self) -> bool:
        """Whether it belongs to a series of short breaks."""
        return self.event.legal_status in SHORT_BREAKS


@dataclass(frozen=True, slots=True)
class CarePeriod:
    """One period of being looked after. `certain` False: it began not later than `started_on`."""

    started_on: date
    ended_on: date | None
    certain: bool
    rows: tuple[CareRow, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the child lives: type and provider as coded, and since when; `certain` False: not later than `since`."""

    type: str | None
    provider: str | None
    urn: str | None
    since: date
    certain: bool
    carer_since: date
    row: CareRow


@dataclass(frozen=True, slots=True)
class Care:
    """All that care episodes tell of one journey; `row` is the episode the child is in, if any."""

    rows: tuple[CareRow, ...] = ()
    periods: tuple[CarePeriod, ...] = ()
    row: CareRow | None = None
    period: CarePeriod | None = None
    legal_status: str | None = None
    legal_status_since: date | None = None
    placement: Placement | None = None
    remarks: tuple[Remark, ...] = ()


def care_of(happened: Sequence[Standing], on: date | None) -> Care:
    """Fold the care episodes among what has happened by a day (`happened` comes from `spans.occurred`)."""
    rows, remarks = _rows(happened, on)
    periods = _periods(rows)
    row = _current(rows, periods)
    remarks += _oddities(rows)
    if row is None:
        return Care(tuple(rows), tuple(periods), remarks=tuple(remarks))
    period = next((p for p in reversed(periods) if row in p.rows), None)
    run = list(period.rows) if period is not None else [r for r in rows if r.short_break]
    return Care(
        rows=tuple(rows),
        periods=tuple(periods),
        row=row,
        period=period,
        legal_status=row.event.legal_status,
        legal_status_since=_since(run, row, NEW_LEGAL_STATUS),
        placement=_placement(run, row),
        remarks=tuple(remarks),
    )


def _rows(happened: Sequence[Standing], on: date | None) -> tuple[list[CareRow], list[Remark]]:
    starts = [s for s in of_kind(happened, CareEpisodeStarted) if day_of(s) is not None]
    pairs, orphans = pair(starts, of_kind(happened, CareEpisodeEnded), lambda e: e.day, lambda e: e.started_on)
    rows = []
    for start, end in pairs:
        assert isinstance(start.event, CareEpisodeStarted)
        began = day_of(start)
        assert began is not None
        ended = day_of(end) if end is not None else stated_end(start, on)
        rows.append(CareRow(began, ended, start.event, start, end))
    rows.sort(key=lambda row: (row.started_on, row.start.root.position))
    return rows, [ending_without_start("care episode", orphan) for orphan in orphans]


def _periods(rows: Sequence[CareRow]) -> list[CarePeriod]:
    """Group rows into periods: S begins one, and so does the first row after an ending of care."""
    breaks = {row.started_on for row in rows if row.short_break}
    groups: list[list[CareRow]] = []
    for row in rows:
        if row.short_break:
            continue
        over = bool(groups) and _ends_care(groups[-1][-1], breaks)
        if not groups or over or row.event.reason == "S":
            groups.append([])
        groups[-1].append(row)
    return [_period(group, breaks) for group in groups]


def _ends_care(row: CareRow, breaks: Collection[date]) -> bool:
    """Whether a row's ending is one of care: any reason but X1, or X1 into short breaks; no reason ends nothing."""
    return row.reason_ended not in (GOES_ON, None) or _into_breaks(row, breaks)


def _into_breaks(row: CareRow, breaks: Collection[date]) -> bool:
    return row.reason_ended == GOES_ON and row.ended_on in breaks


def _period(rows: list[CareRow], breaks: Collection[date]) -> CarePeriod:
    first, last = rows[0], rows[-1]
    certain = first.event.reason == "S" and first.event.precision is None
    goes_on = last.reason_ended == GOES_ON and not _into_breaks(last, breaks)
    still_open = goes_on or any(row.ended_on is None for row in rows)
    return CarePeriod(first.started_on, None if still_open else last.ended_on, certain, tuple(rows))


def _current(rows: Sequence[CareRow], periods: Sequence[CarePeriod]) -> CareRow | None:
    """Return the row the child is in: of the last open period its last open row, else an open row of short breaks."""
    open_periods = [p for p in periods if p.ended_on is None]
    if open_periods:
        mine = open_periods[-1].rows
        return next((r for r in reversed(mine) if r.ended_on is None), mine[-1])
    return next((r for r in reversed(rows) if r.short_break and r.ended_on is None), None)


def _since(run: Sequence[CareRow], row: CareRow, begins: frozenset[str]) -> date:
    """Return the day of the last row, up to this one, that began such a thing, else the day of the first row."""
    return _beginning(run, row, begins).started_on


def _beginning(run: Sequence[CareRow], row: CareRow, begins: frozenset[str]) -> CareRow:
    before = list(run[: list(run).index(row) + 1])
    return next((r for r in reversed(before) if r.event.reason in begins), before[0])


def _placement(run: Sequence[CareRow], row: CareRow) -> Placement:
    began = _beginning(run, row, NEW_PLACEMENT)
    return Placement(
        type=row.event.placement,
        provider=row.event.provider,
        urn=row.event.urn,
        since=began.started_on,
        certain=began.event.reason in NEW_PLACEMENT and began.event.precision is None,
        carer_since=_since(run, row, NEW_CARER),
        row=row,
    )


def _oddities(rows: Sequence[CareRow]) -> list[Remark]:
    found = []
    for before, after in pairwise(rows):
        pair_of = (before.start, after.start)
        if before.short_break != after.short_break:
            continue
        if before.ended_on is None or before.ended_on > after.started_on:
            found.append(Remark("care-episodes-overlap", "a care episode began before the last had ended.", pair_of))
        elif before.reason_ended not in (GOES_ON, None) and after.event.reason != "S":
            found.append(Remark("row-after-care-ended", "a care episode follows an ending of care without S.", pair_of))
        elif before.reason_ended == GOES_ON and after.started_on > before.ended_on:
            found.append(Remark("gap-after-x1", "X1 is followed by a gap before the next care episode.", pair_of))
        elif after.event.reason == "L" and after.event.placement != before.event.placement:
            found.append(Remark("rne-contradicts", "RNE says the placement stayed, its code changed.", pair_of))
        elif after.event.reason in ("P", "T") and after.event.legal_status != before.event.legal_status:
            found.append(Remark("rne-contradicts", "RNE says the legal status stayed, its code changed.", pair_of))
    if rows and rows[-1].reason_ended == GOES_ON:
        found.append(Remark("x1-without-successor", "X1 is followed by no care episode.", (rows[-1].start,)))
    return found
