"""Being looked after, as care episodes tell it: periods of care, placements, legal status.

A row is a care episode, keyed by the day it began. `RNE` says what a new row changes: S begins a period; L changes the
legal status only; P, T, B and U begin a placement; S, P and B a carer; S, L, B and U a legal status. `X1` ends nothing
of the period, any other reason for ending ends care. Where the first row is not S, care began *not later than* its day.
Legal status V3 and V4 (short breaks) never start a period of care, and their days are not days looked after. The child
is looked after while any row is open, and from X1 until the next row; a death on or after the day a row began ends it,
where nothing did before. Rows that overlap, or follow an ending of care, are kept and remarked upon. Where RNE
contradicts a code, RNE is followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from ledger.domain.calendar import Period
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.identity import DeathRecorded
from ledger.domain.spans import Remark, day_of, ending_without_start, of_kind, pair, stated_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    """All that care episodes tell of one journey; `row` is the episode the child is in, if any.

    `spells` are the unbroken spells of days looked after: a period that was short breaks for a while has two.
    """

    rows: tuple[CareRow, ...] = ()
    periods: tuple[CarePeriod, ...] = ()
    spells: tuple[Period, ...] = ()
    row: CareRow | None = None
    period: CarePeriod | None = None
    legal_status: str | None = None
    legal_status_since: date | None = None
    placement: Placement | None = None
    remarks: tuple[Remark, ...] = ()


def care_of(happened: Sequence[Standing], on: date | None) -> Care:
    """Fold the care episodes among what has happened by a day (`happened` comes from `spans.occurred`)."""
    rows, remarks = _rows(happened, on)
    deaths = [day for s in of_kind(happened, DeathRecorded) if (day := day_of(s)) is not None]
    all_days = [(row, _days(row, rows, deaths)) for row in rows]
    days = [(row, period) for row, period in all_days if not row.short_break]
    periods, spells = _periods(days), _merged([period for _, period in days])
    row = _current(all_days)
    remarks += _oddities(rows)
    if row is None:
        return Care(tuple(rows), tuple(periods), tuple(spells), remarks=tuple(remarks))
    period = next((p for p in reversed(periods) if row in p.rows), None)
    run = list(period.rows) if period is not None else [r for r in rows if r.short_break]
    return Care(
        rows=tuple(rows),
        periods=tuple(periods),
        spells=tuple(spells),
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


def _days(row: CareRow, rows: Sequence[CareRow], deaths: Sequence[date]) -> Period:
    """Return the days a row makes the child looked after: up to its end, or after X1 up to the next row, or to death.

    A row that says it ended before it began has no days.
    """
    ends = [day for day in deaths if day >= row.started_on]
    if row.ended_on is not None:
        ended_on = max(row.started_on, row.ended_on)
        on = row.reason_ended == GOES_ON
        ends += [r.started_on for r in rows if r.started_on >= ended_on] if on else [ended_on]
    return Period(row.started_on, min(ends, default=None))


def _periods(days: Sequence[tuple[CareRow, Period]]) -> list[CarePeriod]:
    """Group rows into periods: S begins one, and so does the first row after an ending of care."""
    groups: list[list[tuple[CareRow, Period]]] = []
    for row, period in days:
        over = bool(groups) and groups[-1][-1][0].reason_ended not in (GOES_ON, None)
        if not groups or over or row.event.reason == "S":
            groups.append([])
        groups[-1].append((row, period))
    return [_period(group) for group in groups]


def _period(group: Sequence[tuple[CareRow, Period]]) -> CarePeriod:
    first = group[0][0]
    certain = first.event.reason == "S" and first.event.precision is None
    ended = _last(period.until for _, period in group)
    return CarePeriod(first.started_on, ended, certain, tuple(row for row, _ in group))


def _last(ends: Iterable[date | None]) -> date | None:
    """Return the last of some ends, where None is an end that has not come."""
    return max(ends, key=lambda end: (end is None, end or date.min))


def _merged(periods: Iterable[Period]) -> list[Period]:
    """Return unbroken spells that hold the days of all periods, in order."""
    spells: list[Period] = []
    for period in sorted((p for p in periods if p.until != p.from_), key=lambda p: p.from_):
        last = spells[-1] if spells else None
        if last is not None and (last.until is None or period.from_ <= last.until):
            spells[-1] = Period(last.from_, _last((last.until, period.until)))
        else:
            spells.append(period)
    return spells


def _current(days: Sequence[tuple[CareRow, Period]]) -> CareRow | None:
    """Return the row the child is in: the last open one, else one that X1 carries on, else one of short breaks."""
    going_on = [row for row, period in days if period.until is None]
    carried_on = [row for row in going_on if not row.short_break]
    open_rows = [row for row in carried_on if row.ended_on is None]
    breaks = [row for row in going_on if row.short_break and row.ended_on is None]
    return next((found[-1] for found in (open_rows, carried_on, breaks) if found), None)


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
