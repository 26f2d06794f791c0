"""What a return's rows break, by the codes of the sector's validators: told before it is sent, and nothing is mended.

    [(each.code, each.rows) for each in broken(made)]

The rules are those of the DfE's guidance as the sector's open validator applies them, restated here: the header, the
episodes and the worker episodes taken alone. Rules that need other tables, last year's return, a map of postcodes or
Ofsted's list of providers are not judged here. A rule stands for the years in which the validator has it; two stand on
after it dropped them, because a child without a worker, or a worker without a start, is what a reader asks about.
A row is named by its place in the file, counted from 1 without the header.

Pure: a return in, findings out. Worker episodes are judged in `ssda903_worker_rules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from ledger.domain.codes import code_list
from ledger.exporters.ssda903_worker_rules import worker_rules
from ledger.projections.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.exporters.ssda903 import AnnualReturn, EpisodeRow

UPN = re.compile(r"[A-HJ-NP-RT-Z](?:\d{12}|\d{11}[A-Z])|UN[1-5]")
NEEDS = frozenset({"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"})
STARTS = frozenset({"S", "P", "L", "T", "U", "B"})
GONE_BY_2026 = frozenset({"H5", "P2", "Z1"})
NEW_IN_2026 = frozenset({"Z11", "Z12", "Z13", "Z14"})
TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
GOES_ON = "X1"
NEVER_IN_A_RETURN = frozenset({"E43", "E44"})


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule that rows of one table break."""

    code: str
    table: str
    told: str
    rows: tuple[int, ...]


def broken(made: AnnualReturn) -> list[Broken]:
    """Return every rule that some row breaks, in the order of table and code."""
    found = [
        *_gathered("header", _header(made)),
        *_gathered("episodes", _episodes(made)),
        *(_gathered("sw_episodes", worker_rules(made)) if made.year >= 2024 else ()),
    ]
    return sorted(found, key=lambda each: (each.table, each.code))


def as_table(made: AnnualReturn) -> Table:
    """Return the rules that rows break as a table: code, table, how many rows, which, and what the rule says."""
    columns = (
        Column("code", "the validator's code of the rule"),
        Column("table", "the table of the return"),
        Column("rows", "how many rows break it", "BIGINT"),
        Column("first", "the first of them, counted from 1 without the header", "BIGINT"),
        Column("told", "what is wrong"),
    )
    rows = [(each.code, each.table, len(each.rows), each.rows[0], each.told) for each in broken(made)]
    notes = [f"{count} left out: {why}" for why, count in sorted(made.left_out.items()) if count]
    if made.unconfirmed:
        notes.append(f"{made.unconfirmed} episodes are open here, and the return imported for this year left them out")
    return Table(columns, rows, notes)


def _gathered(table: str, found: Iterable[tuple[str, str, int]]) -> Iterator[Broken]:
    """Gather (code, sentence, row) by code. A row of another table than this is given as "table:code"."""
    rows: dict[tuple[str, str], set[int]] = {}
    for code, told, row in found:
        rows.setdefault((code, told), set()).add(row)
    for (code, told), places in rows.items():
        where, _, own = code.rpartition(":")
        yield Broken(own, where or table, told, tuple(sorted(place + 1 for place in places)))


def _header(made: AnnualReturn) -> Iterator[tuple[str, str, int]]:
    sexes = ("M", "F", "U") if made.year >= 2025 else ("1", "2")
    ethnicities = code_list("ethnicity")
    with_episodes = {row.CHILD for row in made.episodes}
    for place, row in enumerate(made.header):
        if row.SEX not in sexes:
            yield "101", f"expected a sex of {', '.join(sexes)}.", place
        if row.DOB is None:
            yield "102", "there is no day of birth.", place
        if row.ETHNIC is None or row.ETHNIC not in ethnicities:
            yield "103", "the ethnicity is missing or on no list.", place
        if row.UPN is not None and not UPN.fullmatch(row.UPN):
            yield "168", "the pupil number is not of the form it must have, nor UN1 to UN5.", place
        if row.CHILD not in with_episodes:
            yield "EPI", "this child has no episode in the year; another table must speak of it.", place


def _episodes(made: AnnualReturn) -> Iterator[tuple[str, str, int]]:
    yield from _codes(made)
    begins = date(made.year - 1, 4, 1)
    children: dict[str, list[tuple[int, EpisodeRow]]] = {}
    for place, row in enumerate(made.episodes):
        children.setdefault(row.CHILD, []).append((place, row))
    for mine in children.values():
        mine.sort(key=lambda each: each[1].DECOM)
        first_place, first = mine[0]
        if begins <= first.DECOM and first.RNE != "S":
            yield (
                "357",
                "the first episode of this child begins in the year and does not say that care began.",
                first_place,
            )
        last_place, last = mine[-1]
        if last.REC == GOES_ON and last.DEC is not None:
            yield "388", CONTINUES, last_place
        for (before_place, before), (place, row) in pairwise(mine):
            yield from _pair(before_place, before, place, row)


CONTINUES = (
    "the reason for ending and the day on which the next episode begins, or that none does, contradict each other."
)


def _pair(at: int, before: EpisodeRow, place: int, row: EpisodeRow) -> Iterator[tuple[str, str, int]]:
    """Judge an episode and the one after it, of one child."""
    if before.DEC is None or before.REC is None:
        yield "142", "the next episode has begun, and this one has no end or no reason for it.", at
    if before.DEC is not None and before.REC is not None and (before.REC == GOES_ON) != (before.DEC == row.DECOM):
        yield "388", CONTINUES, at
    if row.RNE == "S" and before.DEC is not None and row.DECOM <= before.DEC:
        yield "431", "care begins on a day on which the child was looked after already.", place
    if row.RNE != "S" and before.REC in _endings():
        yield "432", "care had ended, and this episode does not say that it began again.", place
    if row.RNE in STARTS - {"S"} and before.DEC != row.DECOM:
        yield "433", "this episode continues care, and does not begin on the day on which the last one ended.", place
    if before.DEC is not None and row.DECOM < before.DEC:
        yield "501", "this episode begins before the last one ended.", place
    moved = before.REC == GOES_ON and row.RNE in ("P", "B", "T", "U")
    if moved and before.REASON_PLACE_CHANGE is None and not {before.PLACE, row.PLACE} & TEMPORARY:
        yield "225", "the placement changed, and no reason is given.", at


def _codes(made: AnnualReturn) -> Iterator[tuple[str, str, int]]:
    places = frozenset(code_list("placement-type").codes)
    places -= GONE_BY_2026 if made.year >= 2026 else NEW_IN_2026
    statuses, endings = frozenset(code_list("legal-status").codes), _endings() | {GOES_ON}
    for place, row in enumerate(made.episodes):
        for code, value, known, what in (
            ("143", row.RNE, STARTS, "reason for a new episode"),
            ("144", row.LS, statuses, "legal status"),
            ("145", row.CIN, NEEDS, "category of need"),
            ("146", row.PLACE, places, "placement"),
            ("149", row.REC, endings, "reason for ending"),
        ):
            if value is not None and value not in known:
                yield code, f"this {what} is on no list for the year.", place
        if (row.DEC is None) != (row.REC is None):
            yield "148", "an end and its reason must both be there, or neither.", place


def _endings() -> frozenset[str]:
    """Return the reasons that end care."""
    return frozenset(code_list("episode-end-reason").codes) - NEVER_IN_A_RETURN - {GOES_ON}
