"""Judge the worker table of a return as the sector's validators do; every row is kept whatever is found.

The rules are those of the return's guidance for worker episodes (2023-24 on): the id begins with SW or XX, the reason
is given from 1 April 2023, episodes lie in the year, follow each other within seven days and do not overlap.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.importers.shapes import Candidates, Row

PREFIXES = ("SW", "XX")
REASONS_FROM = date(2023, 4, 1)
GAP = timedelta(days=7)


def worker_findings(table: Candidates, year_ending: date) -> Iterator[Problem]:
    """Tell what the validators would say of each worker episode, and how many workers have no number (XX)."""
    year_began = date(year_ending.year - 1, 4, 1)
    reason = table.place("reason")
    children: dict[str, list[Row]] = {}
    for row in table.rows:
        children.setdefault(row.child, []).append(row)
        worker, started = row.key
        ended = None if row.end is None else row.end[0]
        if not worker.startswith(PREFIXES):
            yield _about(table, row, "bad-worker-id", "expected an id that starts with SW or XX.", "SW_ID")
        if started > year_ending:
            yield _about(table, row, "outside-the-year", "this episode starts after the year.", "SW_DECOM")
        if ended is not None and not year_began <= ended <= year_ending:
            yield _about(table, row, "outside-the-year", "this episode ends outside the year.", "SW_DEC")
        if ended == started:
            yield _about(table, row, "ended-same-day", "this episode ends on the day it starts.", "SW_DEC")
        if (reason is None or row.start[reason] is None) and started >= REASONS_FROM:
            yield _about(table, row, "missing-reason", "expected a reason from 1 April 2023, found none.", "SW_REASON")
    unnumbered = len({row.key[0] for row in table.rows if row.key[0].startswith("XX")})
    if unnumbered:
        told = wording.counted(
            unnumbered, "{worker has|workers have} no number (XX): each id was counted as one worker."
        )
        yield Problem("worker-without-number", told, table.file, None, "SW_ID")
    for rows in children.values():
        yield from _sequence(table, rows, reason)


def _sequence(table: Candidates, rows: list[Row], reason: int | None) -> Iterator[Problem]:
    """Tell where a child's worker episodes overlap or leave a gap."""
    rows.sort(key=lambda row: row.key[1])
    for before, after in pairwise(rows):
        if before.end is None or before.end[0] - after.key[1] > GAP:
            told = f"the episode on line {before.line} was not closed when this one starts."
            yield _about(table, after, "worker-overlap", told, "SW_DECOM")
        elif after.key[1] - before.end[0] > GAP and (reason is None or after.start[reason] != "FCONTA"):
            told = f"this episode starts more than seven days after the one on line {before.line} ended."
            yield _about(table, after, "worker-gap", told, "SW_DECOM")


def _about(table: Candidates, row: Row, code: str, message: str, column: str) -> Problem:
    return Problem(code, message, table.file, row.line, column)
