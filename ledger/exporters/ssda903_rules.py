"""What a return's rows break, by the codes of the sector's validators: told before it is sent, and nothing is mended.

    [(each.code, each.rows) for each in broken(made)]

The rules are those of the DfE's guidance as the sector's open validator applies them, restated here; which they are,
for which years, and which cannot be judged, is in the catalogue (`ssda903_catalogue`). Two stand on after the validator
dropped them, because a child without a worker, or a worker without a start, is what a reader asks about.
A row is named by its place in the file, counted from 1 without the header.

Pure: a return in, findings out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.exporters.ssda903_catalogue import told_in
from ledger.exporters.ssda903_child_rules import episode_rules, header_rules
from ledger.exporters.ssda903_row_rules import EPISODE, HEADER, Case, Person
from ledger.exporters.ssda903_worker_rules import worker_rules, workers_missing
from ledger.projections.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.exporters.ssda903 import AnnualReturn

    Found = Iterator[tuple[str, str, int]]

CODE = Column("code", "the validator's code of the rule")
TABLE = Column("table", "the table of the return")
SAYS = Column("told", "what is wrong")


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule that rows of one table break."""

    code: str
    table: str
    told: str
    rows: tuple[int, ...]


def broken(made: AnnualReturn) -> list[Broken]:
    """Return every rule of the return's year that some row breaks, in the order of table and code."""
    standing = told_in(made.year)
    rows: dict[tuple[str, str], set[int]] = {}
    for code, table, place in _found(made):
        if code in standing:
            rows.setdefault((table, code), set()).add(place + 1)
    return [
        Broken(code, table, standing[code].says, tuple(sorted(mine))) for (table, code), mine in sorted(rows.items())
    ]


def as_table(made: AnnualReturn) -> Table:
    """Return the rules that rows break as a table: code, table, how many rows, the first, and what the rule says."""
    columns = (
        CODE,
        TABLE,
        Column("rows", "how many rows break it", "BIGINT"),
        Column("first", "the first of them, counted from 1 without the header", "BIGINT"),
        SAYS,
    )
    rows = [(each.code, each.table, len(each.rows), each.rows[0], each.told) for each in broken(made)]
    notes = [f"{count} left out: {why}" for why, count in sorted(made.left_out.items()) if count]
    if made.unconfirmed:
        left = "{episode is|episodes are} open here, and the return imported for this year left {it|them} out"
        notes.append(wording.counted(made.unconfirmed, left))
    return Table(columns, rows, notes)


def row_by_row(made: AnnualReturn) -> Table:
    """Return every row that breaks a rule, with the journey and the entries behind it; it names no child.

    The return is one made from a ledger: what its rows were made from is in `behind`.
    """
    columns = (
        CODE,
        TABLE,
        Column("row", "the row, counted from 1 without the header", "BIGINT"),
        Column("journey", "the journey it tells of"),
        Column("entries", "the positions of the entries that the row was made from"),
        SAYS,
    )
    rows = []
    for each in broken(made):
        for row in each.rows:
            behind = made.behind[made.tables[each.table][1][row - 1]]
            positions = " ".join(map(str, behind.positions))
            rows.append((each.code, each.table, row, behind.journey, positions, each.told))
    return Table(columns, rows)


def _found(made: AnnualReturn) -> Found:
    """Yield code, table and place, counted from 0, of every row that breaks a rule of any year."""
    persons = {row.CHILD: (place, Person(row, made.year)) for place, row in enumerate(made.header)}
    episodes: dict[str, list[tuple[int, Case]]] = {}
    for place, row in enumerate(made.episodes):
        episodes.setdefault(row.CHILD, []).append((place, Case(row, persons[row.CHILD][1])))
    same_upn = Counter(row.UPN for row in made.header if row.UPN is not None)
    standing = told_in(made.year)
    for child, (place, person) in persons.items():
        mine = sorted(episodes.get(child, ()), key=lambda each: each[1].row.DECOM)
        yield from ((code, "header", place) for code, breaks in HEADER.items() if breaks(person))
        yield from ((code, "header", place) for code in header_rules(person, mine, same_upn))
        for code, at in _of_episodes(mine):
            tables = standing[code].tables if code in standing else ()
            yield from ((code, table, at if table == "episodes" else place) for table in tables)
    yield from ((code, "sw_episodes", place) for code, place in worker_rules(made))
    yield from ((code, "episodes", place) for code, place in workers_missing(made))


def _of_episodes(mine: list[tuple[int, Case]]) -> Iterator[tuple[str, int]]:
    for place, case in mine:
        yield from ((code, place) for code, breaks in EPISODE.items() if breaks(case))
    if mine:
        yield from episode_rules(mine)
