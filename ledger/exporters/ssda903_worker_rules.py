"""What the worker episodes of a return break: the rules SW01 to SW19 of the sector's validators, restated.

Each yields (code, sentence, row), the row counted from 0; "episodes:CODE" where the row is one of the episodes'.
Episodes of one child are taken in the order of start and end. Rules came and went: each stands for the years in which
the validator has it, but SW01 and SW03, which stand on (see `ssda903_rules`). Rules that compare with last year's
return (SW16) are not judged. Where the validator reads a rule more strictly than its sentence, so do we: what is told
here is what it will say.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ledger.domain.codes import code_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.exporters.ssda903 import AnnualReturn, EpisodeRow, WorkerRow

    Found = Iterator[tuple[str, str, int]]
    Placed = tuple[int, WorkerRow]

REASONS_FROM = date(2023, 4, 1)
WEEK, FIVE_DAYS = timedelta(days=7), timedelta(days=5)
SHORTEST_FROM_2026 = timedelta(days=3)
FIRST_CONTACT = "FCONTA"
SHORT_BREAKS = ("V3", "V4")
VERY_END = "the episode ended in the last five days of the year."


def worker_rules(made: AnnualReturn) -> Found:
    """Yield every worker rule that a row breaks, for the year of the return."""
    year = made.year
    until = date(year, 3, 31)
    for place, row in enumerate(made.sw_episodes):
        yield from _alone(place, row, year, until)
    children: dict[str, list[Placed]] = {}
    for place, row in enumerate(made.sw_episodes):
        children.setdefault(row.CHILD, []).append((place, row))
    for mine in children.values():
        mine.sort(key=lambda each: (each[1].SW_DECOM, each[1].SW_DEC or date.max))
        for before, after in pairwise(mine):
            yield from _pair(before, after, year, until)
        yield from _last(mine, year, until)
    yield from _against_episodes(made, {child: [row for _, row in mine] for child, mine in children.items()})


def _alone(place: int, row: WorkerRow, year: int, until: date) -> Found:
    """Judge one row."""
    worker = row.SW_ID or ""
    if worker[:2].upper() not in ("SW", "XX") or (year >= 2026 and len(worker) < 4):
        yield "SW02STG1", "the worker's id does not begin with SW or XX, or has nothing after it.", place
    needs_reason = year == 2024 or row.SW_DECOM >= REASONS_FROM
    if row.SW_ID is None or (row.SW_REASON is None and needs_reason):
        yield "SW03STG1", "the worker, the start or the reason is missing.", place
        if year == 2025:
            code = "SW01bSTG1" if needs_reason else "SW01aSTG1"
            yield code, "the worker, the start or the reason is missing.", place
    if until < row.SW_DECOM:
        yield "SW06STG2", "the episode begins after the year.", place
    if row.SW_DEC is not None and until < row.SW_DEC:
        yield "SW07STG2", "the episode ends after the year.", place
    if row.SW_DEC is not None and _too_short(row, year):
        yield "SW09STG2", "the episode ends on the day it begins, or within three days from the return of 2026.", place
    if (row.SW_REASON is None and needs_reason) or (
        row.SW_REASON is not None and row.SW_REASON not in code_list("worker-change-reason")
    ):
        yield "SW13STG1", "the reason for the change of worker is missing or on no list.", place
    if year >= 2026 and row.SW_DEC is not None and row.SW_DEC <= row.SW_DECOM:
        yield "SW18STG2", "the episode does not end after it begins.", place


def _too_short(row: WorkerRow, year: int) -> bool:
    assert row.SW_DEC is not None
    lasted = row.SW_DEC - row.SW_DECOM
    return lasted < SHORTEST_FROM_2026 if year >= 2026 else not lasted


def _pair(before: Placed, after: Placed, year: int, until: date) -> Found:
    """Judge two rows of one child that follow each other."""
    (at, was), (place, now) = before, after
    ended = was.SW_DEC
    if ended is None:
        yield "SW08STG2", "another worker's episode begins later, and this one has no end.", at
    if ended is None and year == 2024:
        yield "SW14STG2", "another worker's episode begins later, and this one has no end.", at
    near = ended is not None and abs(now.SW_DECOM - ended) <= WEEK
    told = "the episode does not begin within seven days of the end of the one before."
    if year >= 2026 and not near and now.SW_REASON != FIRST_CONTACT:
        yield "SW10aSTG2", told, place
    if not near and (year == 2024 or now.SW_REASON != FIRST_CONTACT):
        yield "SW10STG2", told, place
    if year >= 2026 and now.SW_REASON == FIRST_CONTACT and ended is not None and ended >= now.SW_DECOM:
        yield "SW10bSTG2", "a first contact begins before the episode before it has ended.", place
    late = ended is not None and ended <= until - FIVE_DAYS and abs(now.SW_DECOM - ended) > FIVE_DAYS
    if year == 2024 and late:
        yield "SW11aSTG2", "the episode before ended, and none began within five days.", place
    if _at_the_very_end(now, until):
        yield "SW11bSTG2", VERY_END, place
    if year >= 2026 and now.SW_DECOM == was.SW_DECOM:
        yield "SW19STG2", "two episodes of this child begin on the same day.", place


def _last(mine: list[Placed], year: int, until: date) -> Found:
    """Judge the last row of a child, and an only one."""
    place, row = mine[-1]
    if len(mine) == 1 and _at_the_very_end(row, until):
        yield "SW11bSTG2", VERY_END, place
    if year >= 2026 and row.SW_DEC is not None:
        yield "SW17STG2", "no worker's episode of this child is open on 31 March.", place


def _at_the_very_end(row: WorkerRow, until: date) -> bool:
    return row.SW_DEC is not None and until - FIVE_DAYS <= row.SW_DEC <= until


def _against_episodes(made: AnnualReturn, workers: dict[str, list[WorkerRow]]) -> Found:
    """Judge care episodes by the worker episodes of their child."""
    for place, row in enumerate(made.episodes):
        if row.LS in SHORT_BREAKS:
            continue
        mine = workers.get(row.CHILD, [])
        if row.DEC is None and not mine:
            yield "episodes:SW01STG1", "the child is looked after on 31 March, and no worker's episode is here.", place
        if (row.RNE == "S" or row.REC != "X1") and (not mine or not all(_fits(row, each) for each in mine)):
            yield (
                "episodes:SW12STG2",
                "a worker's episode of this child fits neither the start nor the end of care.",
                place,
            )


def _fits(row: EpisodeRow, worker: WorkerRow) -> bool:
    """Whether a worker's episode begins before care ended, or after it began, as the validator reads it."""
    before_the_end = row.DEC is not None and worker.SW_DECOM <= row.DEC and row.REC != "X1"
    return before_the_end or (row.RNE == "S" and worker.SW_DECOM >= row.DECOM)
