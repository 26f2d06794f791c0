"""Slow reference for care episodes, periods of care and placements: row by row, from the definitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.standing import Standing

TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}


@dataclass(frozen=True)
class Episode:
    """One care episode as it stands."""

    started: date
    ended: date | None
    reason: str
    why_ended: str | None
    why_moved: str | None
    legal_status: str
    placement: str | None
    provider: str | None
    urn: str | None
    certain: bool
    position: int
    period: date | None = None
    period_certain: bool | None = None

    @property
    def short_break(self) -> bool:
        """Whether it is one of a series of short breaks."""
        return self.legal_status in ("V3", "V4")


def episodes(counted: Sequence[Standing]) -> list[Episode]:
    """Join each start with the latest known end that names it, and find its period of care."""
    found = []
    for start in counted:
        event = start.event
        if not isinstance(event, CareEpisodeStarted) or event.day is None:
            continue
        end = ending(counted, event.day)
        found.append(
            Episode(
                event.day,
                end.day if end else None,
                event.reason,
                end.reason if end else None,
                end.change_reason if end else None,
                event.legal_status,
                event.placement,
                event.provider,
                event.urn,
                event.precision is None,
                start.root.position,
            )
        )
    found.sort(key=lambda e: (e.started, e.position))
    return with_periods(found)


def ending(standings: Sequence[Standing], started: date, *, expected: bool = False) -> CareEpisodeEnded | None:
    """Return the latest known ending that names a start, of those that have come or of those only expected."""
    ends = [s for s in standings if isinstance(s.event, CareEpisodeEnded) and s.expected == expected]
    ends = [s for s in ends if isinstance(s.event, CareEpisodeEnded) and s.event.started_on == started]
    last = max(ends, key=lambda s: (s.entry.known_at, s.root.position), default=None)
    return last.event if last is not None and isinstance(last.event, CareEpisodeEnded) else None


def with_periods(ordered: Sequence[Episode]) -> list[Episode]:
    """A period begins with S, with the first row, or with the row after a reason that ends care."""
    found, before = [], None
    for episode in ordered:
        if episode.short_break:
            found.append(episode)
            continue
        ended_care = before is not None and before.why_ended not in ("X1", None)
        if before is None or ended_care or episode.reason == "S":
            this = replace(episode, period=episode.started, period_certain=episode.reason == "S" and episode.certain)
        else:
            this = replace(episode, period=before.period, period_certain=before.period_certain)
        found.append(this)
        before = this
    return found


def touches(episode: Episode, first: date, until: date) -> bool:
    """Whether an episode was open on a day of [first, until), or began in it."""
    return episode.started < until and (
        episode.ended is None or episode.ended > first or first <= episode.started < until
    )


def looked_after_on(day: date, episode: Episode, everything: Sequence[Standing]) -> bool:
    """Whether an episode runs on a day: not where it was expected to end by then, and nobody said whether it did."""
    ahead = ending(everything, episode.started, expected=True)
    expected_by_then = ahead is not None and ahead.day is not None and ahead.day <= day
    over = episode.ended <= day if episode.ended is not None else expected_by_then
    return episode.started <= day and not over and not episode.short_break


@dataclass
class Placement:
    """One placement: the rows that make it up, in order."""

    rows: list[Episode]

    @property
    def only_temporary(self) -> bool:
        return all(row.placement in TEMPORARY for row in self.rows)

    @property
    def began(self) -> date:
        return self.rows[0].started

    @property
    def left(self) -> date | None:
        return self.rows[-1].ended

    @property
    def certain(self) -> bool:
        return self.rows[0].reason != "L" and self.rows[0].certain


def placements(ordered: Sequence[Episode], before: date) -> list[Placement]:
    """Cut the rows that started before a day into placements."""
    found: list[Placement] = []
    last: Episode | None = None
    for row in ordered:
        if row.short_break or row.started >= before:
            continue
        if last is None or row.period != last.period:
            found.append(Placement([row]))
        elif row.placement in TEMPORARY or row.reason == "L" or stays(row, last, ordered):
            found[-1].rows.append(row)
        else:
            found.append(Placement([row]))
        last = row
    return found


def stays(row: Episode, last: Episode, ordered: Sequence[Episode]) -> bool:
    """Whether a row that says placement is the return from a temporary one, or a carer who adopts."""
    lasting = [
        r
        for r in ordered
        if r.period == row.period
        and not r.short_break
        and r.placement not in TEMPORARY
        and (r.started, r.position) < (row.started, row.position)
    ]
    came_back = last.placement in TEMPORARY and row.placement is not None and lasting != []
    came_back = came_back and place(lasting[-1]) == place(row)
    return came_back or (row.placement in ("A3", "A5") and lasting != [])


def place(row: Episode) -> tuple[str | None, str | None, str | None]:
    """Where the child lived, as far as the row says."""
    return row.placement, row.provider, row.urn


def in_year(found: Sequence[Placement], first: date) -> int:
    """Count the placements that touch the year from its first day."""
    return sum(not p.only_temporary and (p.left is None or p.left > first or p.began >= first) for p in found)


def together_since(found: Sequence[Placement]) -> tuple[date, bool]:
    """Return since when the last placement has lasted, with the one before where adopters took over without a gap."""
    last = found[-1]
    if len(found) > 1 and last.rows[0].placement in ("A4", "A6"):
        earlier = found[-2]
        if earlier.left == last.began and earlier.rows[0].period == last.rows[0].period:
            return earlier.began, earlier.certain
    return last.began, last.certain
