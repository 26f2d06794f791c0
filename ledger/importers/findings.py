"""Judge a return: what contradicts itself or its code lists is kept as found, and told here with its line.

Findings never refuse anything and never change a value. They say what the sector's validators would say, in the words
of this ledger: unknown codes, reasons that contradict what changed, care that goes on in no episode, overlaps, rows
after care ended, worker episodes outside the year. Dates in the future are counted per column.

Pure: a return as read in, problems out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ledger.domain.codes import code_list
from ledger.domain.events.base import coded_lists
from ledger.errors import Problem
from ledger.importers.worker_findings import worker_findings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ledger.importers.shapes import Candidates, Row
    from ledger.importers.ssda903 import Return

NEW_STATUS, NEW_PLACEMENT = frozenset("SLBU"), frozenset("SPTBU")
GOES_ON = "X1"
SHORT_BREAKS = frozenset({"V3", "V4"})


def findings(found: Return) -> list[Problem]:
    """Return everything to be told about a return as read."""
    told: list[Problem] = []
    for table in found.tables.values():
        told += unknown_code_findings(table)
        told += future_dates(table, found.collected_on)
        told += shared_keys(table)
    if "episodes" in found.tables:
        told += episode_findings(found.tables["episodes"])
    if "oc2" in found.tables:
        told += _scores(found.tables["oc2"])
    if {"ad1", "placed_for_adoption"} <= found.tables.keys():
        told += _decisions(found.tables["ad1"], found.tables["placed_for_adoption"])
    if "sw_episodes" in found.tables:
        told += worker_findings(found.tables["sw_episodes"], found.year_ending)
    return told


def unknown_code_findings(table: Candidates) -> Iterator[Problem]:
    """Tell of each code that is not on its list: it is kept and marked."""
    spec, shape = table.shape.spec, table.shape
    columns = {f.name: f.column for f in (*spec.fields, *spec.open_fields)}
    for name, list_name in coded_lists(spec.event).items():
        place = table.place(name)
        if place is not None:
            coded = [row.start[place] if place < len(row.start) else None for row in table.rows]
            yield from _strangers(table, columns[name], list_name, coded)
    if spec.end is not None:
        columns = {f.name: f.column for f in spec.end_fields}
        lists = coded_lists(spec.end)
        for place, name in enumerate(shape.end_fields):
            if name in lists:
                coded = [None if row.end is None else row.end[place] for row in table.rows]
                yield from _strangers(table, columns[name], lists[name], coded)


def future_dates(table: Candidates, collected_on: date) -> Iterator[Problem]:
    """Count the dates of a table that lie after the collection: they are kept as expected."""
    spec = table.shape.spec
    place = table.place("occurred_on")
    if place is not None:
        column = next(f.column for f in spec.fields if f.name == "occurred_on")
        yield from _future(table, column, [row.start[place] for row in table.rows], collected_on)
    if spec.end_on is not None and table.table != "uasc":
        ends = [row.end[0] for row in table.rows if row.end is not None]
        yield from _future(table, spec.end_on.column, ends, collected_on)
    for field in spec.open_fields:
        place = table.place(field.name)
        if place is not None and field.name.endswith("_on"):
            dates = [row.start[place] for row in table.rows if place < len(row.start)]
            yield from _future(table, field.column, dates, collected_on)


def shared_keys(table: Candidates) -> Iterator[Problem]:
    """Tell of different rows about the same thing: all are kept."""
    if len({(row[0], row[2]) for row in table.rows}) == len(table.rows):
        return
    first: dict[Any, int] = {}
    for row in table.rows:
        line = first.setdefault((row.child, row.key), row.line)
        if line != row.line:
            told = f"this row and line {line} are about the same thing and differ: both were kept."
            yield Problem("same-key", told, table.file, row.line)


def episode_findings(table: Candidates) -> Iterator[Problem]:
    """Tell where the episodes of a child contradict themselves or each other."""
    status, placement, reason = table.place("legal_status"), table.place("placement"), table.place("reason")
    still = table.place("reported_end_reason")
    assert status is not None and reason is not None
    children: dict[str, list[Row]] = {}
    for row in table.rows:
        children.setdefault(row.child, []).append(row)
        if row.end is None and still is not None and row.start[still] is not None:
            yield _about(
                table, row, "reason-without-end", "a reason for ending without an end: it ends nothing.", "REC"
            )
    why = table.shape.end_fields.index("reason") if "reason" in table.shape.end_fields else None
    for rows in children.values():
        rows.sort(key=lambda row: row.key)
        yield from _first(table, rows[0], reason, status)
        starts = {row.key[0] for row in rows}
        for row in rows:
            goes_on = row.end is not None and why is not None and row.end[why] == GOES_ON
            if goes_on and row.end is not None and row.end[0] not in starts:
                yield _about(table, row, "nothing-follows", "care goes on (X1), and no row starts that day.", "REC")
        for before, after in pairwise(rows):
            yield from _neighbours(table, before, after, why)
            yield from _contradictions(table, before, after, status, placement, reason)


def _first(table: Candidates, row: Row, reason: int, status: int) -> Iterator[Problem]:
    if row.start[reason] == "S" and row.start[status] in SHORT_BREAKS:
        told = "short breaks (V3, V4) never start a period of care."
        yield _about(table, row, "short-break-start", told, "LS")


def _neighbours(table: Candidates, before: Row, after: Row, why: int | None) -> Iterator[Problem]:
    """Tell where one episode of a child runs into the next, or follows an end of care without a new start."""
    if before.end is None or before.end[0] > after.key[0]:
        yield _about(
            table, after, "overlap", f"this episode starts before the one on line {before.line} ends.", "DECOM"
        )
    ended = before.end is not None and why is not None and str(before.end[why] or "").startswith("E")
    reason = table.place("reason")
    if ended and reason is not None and after.start[reason] != "S":
        told = f"care ended on line {before.line}, and this row does not start a new period (RNE is not S)."
        yield _about(table, after, "after-care-ended", told, "RNE")


def _contradictions(
    table: Candidates, before: Row, after: Row, status: int, placement: int | None, reason: int
) -> Iterator[Problem]:
    """Tell where RNE says something else than LS and PLACE, for a row that follows on: RNE is followed."""
    if before.end is None or before.end[0] != after.key[0]:
        return
    said = after.start[reason]
    if before.start[status] != after.start[status] and said not in NEW_STATUS:
        yield _about(table, after, "reason-contradicts", "LS changed, and RNE says that it did not.", "RNE")
    if before.start[status] == after.start[status] and said in ("L", "B", "U"):
        yield _about(table, after, "reason-contradicts", "RNE says that LS changed, and it did not.", "RNE")
    moved = placement is not None and before.start[placement] != after.start[placement]
    if moved and said not in NEW_PLACEMENT:
        yield _about(table, after, "reason-contradicts", "PLACE changed, and RNE says that it did not.", "RNE")


def _decisions(matches: Candidates, decisions: Candidates) -> Iterator[Problem]:
    """Tell where the match states another day of the decision than the table of decisions does."""
    place = matches.place("decided_on")
    decided: dict[str, set[Any]] = {}
    for row in decisions.rows:
        decided.setdefault(row.child, set()).add(row.key[0])
    for row in matches.rows:
        on = row.start[place] if place is not None else None
        if on is not None and row.child in decided and on not in decided[row.child]:
            told = f"{decisions.file} states another day of the decision: both were kept."
            yield _about(matches, row, "decision-differs", told, "DATE_INT")


def _scores(table: Candidates) -> Iterator[Problem]:
    place = table.place("sdq_score")
    for row in table.rows:
        if place is not None and row.start[place] is not None and row.start[place] > 40:
            told = "expected a score from 0 to 40: it was kept as found."
            yield _about(table, row, "out-of-range", told, "SDQ_SCORE")


def _strangers(table: Candidates, column: str, list_name: str, coded: list[Any]) -> Iterator[Problem]:
    unknown = set(coded) - code_list(list_name).codes.keys() - {None}
    if unknown:
        told = f"this code is not in the list {list_name}: it was kept as found."
        for row, code in zip(table.rows, coded, strict=True):
            if code in unknown:
                yield Problem("unknown-code", told, table.file, row.line, column)


def _future(table: Candidates, column: str, dates: list[Any], collected_on: date) -> Iterator[Problem]:
    late = sum(1 for on in dates if on is not None and on > collected_on)
    if late:
        told = f"{late:,} of {len(table.rows):,} different rows have a date after the collection: kept as expected."
        yield Problem("future-date", told, table.file, None, column)


def _about(table: Candidates, row: Row, code: str, message: str, column: str) -> Problem:
    return Problem(code, message, table.file, row.line, column)
