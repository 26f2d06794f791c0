"""What the worker episodes of a return break: the rules SW01 to SW19 of the sector's validators, restated.

Each yields (code, row), the row counted from 0. Episodes of one child are taken in the order of start and end. The
sentences and years of the rules are in the catalogue; SW01 and SW03 stand on there after the validator dropped them.
Where the validator reads a rule more strictly than its sentence, so do we: what is told here is what it will say.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from ledger.domain.codes import code_list
from ledger.exporters.ssda903_row_rules import GOES_ON, SHORT_BREAKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.exporters.ssda903 import AnnualReturn, EpisodeRow, WorkerRow

    Found = Iterator[tuple[str, int]]
    Placed = tuple[int, WorkerRow]

REASONS_FROM = date(2023, 4, 1)
WEEK, FIVE_DAYS = timedelta(days=7), timedelta(days=5)
SHORTEST_FROM_2026 = timedelta(days=3)
SW01_ASKS_EACH = 2024
"""The return in which SW01 asks that every worker's episode of the child has a worker and a reason."""
FIRST_CONTACT = "FCONTA"


def worker_rules(made: AnnualReturn) -> Found:
    """Yield every worker rule that a worker's row breaks, for the year of the return."""
    year = made.year
    until = date(year, 3, 31)
    for place, row in enumerate(made.sw_episodes):
        yield from _alone(place, row, year)
    for mine in _by_child(made).values():
        for before, after in pairwise(mine):
            yield from _pair(before, after, year, until)
        yield from _last(mine)
        yield from (("SW11bSTG2", place) for place in _ended_at_last(mine, until))
        seen: set[date] = set()
        for place, row in sorted(mine, key=itemgetter(0)):
            if row.SW_DECOM in seen:
                yield "SW19STG2", place
            seen.add(row.SW_DECOM)


def workers_missing(made: AnnualReturn) -> Found:
    """Yield every worker rule that an episode breaks: it is judged by the workers of its child."""
    workers = _by_child(made)
    for place, row in enumerate(made.episodes):
        if row.LS in SHORT_BREAKS:
            continue
        mine = workers.get(row.CHILD, [])
        unfinished = made.year == SW01_ASKS_EACH and any(None in (each.SW_ID, each.SW_REASON) for _, each in mine)
        if row.DEC is None and (not mine or unfinished):
            yield "SW01STG1", place
        if (row.RNE == "S" or row.REC != GOES_ON) and (not mine or not all(_fits(row, each) for _, each in mine)):
            yield "SW12STG2", place


def _by_child(made: AnnualReturn) -> dict[str, list[Placed]]:
    children: dict[str, list[Placed]] = {}
    for place, row in enumerate(made.sw_episodes):
        children.setdefault(row.CHILD, []).append((place, row))
    for mine in children.values():
        mine.sort(key=lambda each: (each[1].SW_DECOM, each[1].SW_DEC or date.max))
    return children


def _alone(place: int, row: WorkerRow, year: int) -> Found:
    """Judge one row."""
    worker = row.SW_ID or ""
    if worker[:2].upper() not in ("SW", "XX") or (year >= 2026 and len(worker) < 4):
        yield "SW02STG1", place
    needs_reason = year == 2024 or row.SW_DECOM >= REASONS_FROM
    if row.SW_ID is None or (row.SW_REASON is None and needs_reason):
        yield "SW03STG1", place
        yield "SW01bSTG1" if needs_reason else "SW01aSTG1", place
    if row.SW_DEC is not None and _too_short(row, year):
        yield "SW09STG2", place
    if (row.SW_REASON is None and needs_reason) or (
        row.SW_REASON is not None and row.SW_REASON not in code_list("worker-change-reason")
    ):
        yield "SW13STG1", place
    if row.SW_DEC is not None and row.SW_DEC <= row.SW_DECOM:
        yield "SW18STG2", place


def _too_short(row: WorkerRow, year: int) -> bool:
    assert row.SW_DEC is not None
    lasted = row.SW_DEC - row.SW_DECOM
    return lasted < SHORTEST_FROM_2026 if year >= 2026 else not lasted


def _pair(before: Placed, after: Placed, year: int, until: date) -> Found:
    """Judge two rows of one child that follow each other."""
    (at, was), (place, now) = before, after
    ended = was.SW_DEC
    if ended is None:
        yield "SW14STG2", at
    near = ended is not None and abs(now.SW_DECOM - ended) <= WEEK
    first_contact = now.SW_REASON == FIRST_CONTACT
    if not near and not first_contact:
        yield "SW10aSTG2", place
    if not near and (year == 2024 or not first_contact):
        yield "SW10STG2", place
    if first_contact and ended is not None and ended >= now.SW_DECOM:
        yield "SW10bSTG2", place
    if ended is not None and ended <= until - FIVE_DAYS and abs(now.SW_DECOM - ended) > FIVE_DAYS:
        yield "SW11aSTG2", place


def _last(mine: list[Placed]) -> Found:
    """Judge what must be open and what must not. Of several that begin last the validator takes any: all are judged."""
    latest = mine[-1][1].SW_DECOM
    alone = sum(latest == row.SW_DECOM for _, row in mine) == 1
    for place, row in mine:
        if row.SW_DEC is None and not (alone and latest == row.SW_DECOM):
            yield "SW08STG2", place
        if row.SW_DEC is not None and latest == row.SW_DECOM:
            yield "SW17STG2", place


def _ended_at_last(mine: list[Placed], until: date) -> Iterator[int]:
    """Yield the rows that ended in the last five days: an only one, and one that the row before had begun by then.

    The rows are taken from the latest start back, those of one start in the order of the file.
    """
    back = sorted(sorted(mine, key=itemgetter(0)), key=lambda each: each[1].SW_DECOM, reverse=True)
    ended = [(place, row.SW_DEC) for place, row in back]
    begun = [row.SW_DECOM for _, row in back[1:]] if len(back) > 1 else [date.min]
    for (place, end), start in zip(ended, begun, strict=False):
        if end is not None and until - FIVE_DAYS <= end <= until and start < end:
            yield place


def _fits(row: EpisodeRow, worker: WorkerRow) -> bool:
    """Whether a worker's episode begins before care ended, or after it began, as the validator reads it."""
    before_the_end = row.DEC is not None and worker.SW_DECOM <= row.DEC and row.REC != GOES_ON
    return before_the_end or (row.RNE == "S" and worker.SW_DECOM >= row.DECOM)
