"""Rules that take several rows of one child: its episodes in the order of their starts, and its header beside them.

Each yields (code, place), the place counted from 0 in the table that the rule asks. The neighbours of an episode are
the child's own, whatever happened between them. Where the validator reads a missing value as different from a missing
value, so do we.

Pure: rows in, findings out. Rules that one row breaks by itself are in `ssda903_row_rules`.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ledger.exporters.ssda903_row_rules import (
    ADOPTED,
    ADOPTIVE,
    FOSTER,
    GOES_ON,
    SHORT_BREAKS,
    STARTS,
    TEMPORARY,
    UPN_NOT_KNOWN,
    before,
    endings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from ledger.exporters.ssda903 import EpisodeRow
    from ledger.exporters.ssda903_row_rules import Case, Person

    Placed = tuple[int, Case]
    Found = Iterator[tuple[str, int]]

SHORT_BREAK_DAYS, HOLIDAYS = 75, 2
LONGEST: Mapping[str, tuple[str, int]] = {"361": ("L1", 3), "362": ("L2", 21)}
"""Statuses that run on into the next episode: code, status, most days."""
LONGEST_TOGETHER: Mapping[str, tuple[str, int]] = {"363": ("L3", 7), "364": ("J2", 21)}
"""Statuses of which adjoining episodes are added up."""


def header_rules(child: Person, mine: Sequence[Placed], same_upn: Counter[str]) -> Iterator[str]:
    """Judge a child's header by its episodes, and by the pupil numbers of all: the codes that it breaks."""
    row = child.row
    looked_after = any(not case.short_break for _, case in mine)
    if not mine:
        yield "EPI"
    if looked_after and child.girl and row.MOTHER is None:
        yield "393"
    if looked_after and row.UPN is None:
        yield "442"
    if row.UPN is not None and row.UPN not in UPN_NOT_KNOWN and same_upn[row.UPN] > 1:
        yield "444"


def episode_rules(mine: Sequence[Placed]) -> Found:
    """Judge the episodes of one child, at least one, in the order of their starts."""
    (first_place, first), (last_place, last) = mine[0], mine[-1]
    if first.child.begins <= first.row.DECOM and first.row.RNE != "S":
        yield "357", first_place
    if before(first.row.DECOM, first.child.row.DOB):
        yield "302", first_place
    if first.row.PLACE in TEMPORARY and first.row.REASON_PLACE_CHANGE is not None:
        yield "226", first_place
    if last.row.REC == GOES_ON and last.row.DEC is not None:
        yield "388", last_place
    for (at, was), (place, now) in pairwise(mine):
        yield from _order(at, was.row, place, now.row)
        yield from _change(at, was.row, place, now.row)
    yield from _returned(mine)
    yield from _adopted(mine)
    yield from _mother(mine)
    yield from _together(mine)
    yield from _statuses(mine)


def _order(at: int, was: EpisodeRow, place: int, now: EpisodeRow) -> Found:
    """Judge the days and reasons of an episode and the one after it."""
    if was.DEC is None or was.REC is None:
        yield "142", at
    if was.DEC is not None and was.REC is not None and (was.REC == GOES_ON) != (was.DEC == now.DECOM):
        yield "388", at
    if now.RNE == "S" and was.DEC is not None and now.DECOM <= was.DEC:
        yield "431", place
    if now.RNE != "S" and was.REC in endings():
        yield "432", place
    if now.RNE in STARTS - {"S"} and was.DEC != now.DECOM:
        yield "433", place
    if was.DEC is not None and now.DECOM < was.DEC:
        yield "501", place
    if was.REC in ("E2", "E15"):
        yield "437", at


def _change(at: int, was: EpisodeRow, place: int, now: EpisodeRow) -> Found:
    """Judge what an episode says that changed since the one before."""
    same_place = _placement(was) == _placement(now)
    if now.RNE == "L" and (_same(was.LS, now.LS) or not same_place):
        yield "434", place
    if now.RNE in ("P", "T") and (not _same(was.LS, now.LS) or (same_place and None not in _placement(now))):
        yield "435", place
    if now.RNE in ("U", "B") and (was.LS == now.LS or same_place):
        yield "436", place
    moved = was.REC == GOES_ON and now.RNE in ("P", "B", "T", "U")
    if moved and was.REASON_PLACE_CHANGE is None and not {was.PLACE, now.PLACE} & TEMPORARY:
        yield "225", at
    if now.PLACE in TEMPORARY and (now.REASON_PLACE_CHANGE is not None or was.REASON_PLACE_CHANGE is not None):
        yield "226", place
    if now.PLACE in ("A3", "A4") and was.PLACE not in ADOPTIVE | FOSTER:
        yield "336", place
    if was.REC == GOES_ON and was.DEC == now.DECOM and not _same(was.CIN, now.CIN):
        yield "504", place


def _placement(row: EpisodeRow) -> tuple[str | None, ...]:
    return row.PLACE, row.PL_POST, row.URN, row.PLACE_PROVIDER


def _same(one: str | None, other: str | None) -> bool:
    """Whether two values are there and equal: a missing one is like no other."""
    return one is not None and one == other


def _returned(mine: Sequence[Placed]) -> Found:
    """After a temporary placement the child returns to where it was."""
    for (_, was), (_, away), (place, now) in zip(mine, mine[1:], mine[2:], strict=False):
        if away.row.PLACE not in TEMPORARY:
            continue
        elsewhere = now.year >= 2026 and not _same(was.row.PL_POST, now.row.PL_POST)
        if now.row.RNE != "P" or not _same(was.row.PLACE, now.row.PLACE) or elsewhere:
            yield "383", place


def _adopted(mine: Sequence[Placed]) -> Found:
    """Nothing follows an adoption from care."""
    adopted = False
    for place, case in mine:
        if adopted:
            yield "199", place
        adopted = adopted or case.row.REC in ADOPTED


def _mother(mine: Sequence[Placed]) -> Found:
    """The first child of a mother is born before her care and the year end."""
    ended = [(case.row.DEC, -place) for place, case in mine if case.row.DEC is not None]
    if ended:
        dec, place = max(ended)
        child = mine[0][1].child
        if before(child.ends, child.row.MC_DOB) or before(dec, child.row.MC_DOB):
            yield "625", -place


def _together(mine: Sequence[Placed]) -> Found:
    """Short breaks and holidays of the year, taken together."""
    breaks = {case.row.LS for _, case in mine} & SHORT_BREAKS
    if len(breaks) > 1:
        yield from (("426", place) for place, case in mine if case.short_break)
    holidays = [place for place, case in mine if case.row.PLACE == "T3"]
    if len(holidays) > HOLIDAYS:
        yield from (("377", place) for place in holidays)
    days = {
        place: (min(case.last_day, case.child.ends) - max(case.row.DECOM, case.child.begins)).days
        for place, case in mine
        if case.row.LS == "V3"
    }
    lasting = {place: each for place, each in days.items() if each > 0}
    if sum(lasting.values()) > SHORT_BREAK_DAYS:
        yield from (("367", place) for place in lasting)


def _statuses(mine: Sequence[Placed]) -> Found:
    """Statuses that may not last longer than so many days."""
    for code, (status, most) in LONGEST.items():
        for run in _runs(mine, status, _runs_on):
            if _last_day(run) - run[0][1].row.DECOM > timedelta(days=most):
                yield from ((code, place) for place, _ in run)
    for code, (status, most) in LONGEST_TOGETHER.items():
        for run in _runs(mine, status, _adjoins):
            if sum((case.last_day - case.row.DECOM).days for _, case in run) > most:
                yield from ((code, place) for place, _ in run)


def _runs(
    mine: Sequence[Placed], status: str, goes_on: Callable[[Case, Case | None, Case], bool]
) -> Iterator[list[Placed]]:
    """Yield the episodes of one status, those that go on together; `goes_on` is asked of one, its next, and the next
    of the status.
    """
    run: list[Placed] = []
    following: Case | None = None
    for at, (place, case) in enumerate(mine):
        if status != case.row.LS:
            continue
        if run and not goes_on(run[-1][1], following, case):
            yield run
            run = []
        run.append((place, case))
        following = mine[at + 1][1] if at + 1 < len(mine) else None
    if run:
        yield run


def _runs_on(was: Case, following: Case | None, _: Case) -> bool:
    """Whether the child's next episode, of whatever status, begins on the day on which this one ended."""
    return following is not None and was.last_day == following.row.DECOM


def _adjoins(was: Case, _: Case | None, now: Case) -> bool:
    """Whether the next episode of the status begins no later than this one ended."""
    return was.last_day >= now.row.DECOM


def _last_day(run: Sequence[Placed]) -> date:
    return max(case.last_day for _, case in run)
