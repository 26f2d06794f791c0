"""The annual SSDA903 return of one year, as known at a view: header, episodes and worker episodes.

    made = annual_return(store, 2024, view("2024-06-30"))
    made.episodes.rows, made.left_out

- Episodes are those in force that touch the year, 1 April to 31 March. An end after the year, or one that was only
  expected when it was written down, is no end yet: DEC is blank. A reason for ending that a source gave without an
  end stands as it was given: it is the source's, and the rules report it.
- The header names every child with an episode, and every child of whom another table of the return speaks in the year.
- Worker episodes are the allocations of the allocated social worker of children looked after on 31 March, short breaks
  (V3, V4) left out; also those from before care, as the return's guidance asks.
- Sex is 1 or 2 until the return of 2024, M, F or U after it; dates are dd/mm/yyyy.
- Restricted entries are left out and counted.

Pure reading: nothing is decided here about rules that rows break (`ssda903_rules`), and nothing is written
(`ssda903_files`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ledger.domain.clock import NOW, View, london_day, social_care_year
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import (
    AdoptionDecisionMade,
    AdoptionMatched,
    AnnualHealthAndOutcomesReported,
    CareEpisodeEnded,
    CareEpisodeStarted,
    LookedAfterReviewHeld,
    MissingStarted,
)
from ledger.domain.events.identity import ChildBorn, ChildRegistered
from ledger.domain.events.leaving import CareLeaverContactReported
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.standing import Standing, stand
from ledger.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ledger.domain.events.base import Event
    from ledger.store import Store

YEARLY = (AnnualHealthAndOutcomesReported, CareLeaverContactReported)
"""Reports of one reporting year: their child is in the return of that year."""
DATED = (LookedAfterReviewHeld, MissingStarted, AdoptionDecisionMade, AdoptionMatched)
"""Other rows of the return: their child is in the return of the year in which they fall."""
SHORT_BREAKS = ("V3", "V4")
LETTERS_FROM = 2025
TOGETHER = 500
EXPECTED = "starts and ends that lay after the day on which they were written down: expected, and not in this return"
TOLD_AHEAD = (CareEpisodeStarted, CareEpisodeEnded, WorkerAllocated, WorkerDeallocated)


class Behind(NamedTuple):
    """What a row was made from: the journey, and the positions of its entries in force."""

    journey: str
    positions: tuple[int, ...]


class HeaderRow(NamedTuple):
    """One child."""

    CHILD: str
    SEX: str | None
    DOB: date | None
    ETHNIC: str | None
    UPN: str | None
    MOTHER: str | None
    MC_DOB: date | None


class EpisodeRow(NamedTuple):
    """One care episode."""

    CHILD: str
    DECOM: date
    RNE: str | None
    LS: str | None
    CIN: str | None
    PLACE: str | None
    PLACE_PROVIDER: str | None
    DEC: date | None
    REC: str | None
    REASON_PLACE_CHANGE: str | None
    HOME_POST: str | None
    PL_POST: str | None
    URN: str | None


class WorkerRow(NamedTuple):
    """One worker episode."""

    CHILD: str
    DOB: date | None
    SW_ID: str | None
    SW_DECOM: date
    SW_DEC: date | None
    SW_REASON: str | None


Row = TypeVar("Row", HeaderRow, EpisodeRow, WorkerRow)


@dataclass(slots=True)
class AnnualReturn:
    """The rows of three tables, in the order of child and date, and what was left out, counted by reason."""

    year: int
    header: list[HeaderRow] = field(default_factory=list)
    episodes: list[EpisodeRow] = field(default_factory=list)
    sw_episodes: list[WorkerRow] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    behind: dict[tuple[object, ...], Behind] = field(default_factory=dict)
    """What each row was made from. Rows that are alike have all their entries here."""
    unconfirmed: int = 0
    """Episodes that are open here and that the return imported for this year did not mention: nobody ended them."""

    @property
    def tables(self) -> dict[str, tuple[tuple[str, ...], Sequence[tuple[object, ...]]]]:
        """The tables by file name: their columns in the order of the return, and their rows."""
        return {
            "header": (HeaderRow._fields, self.header),
            "episodes": (EpisodeRow._fields, self.episodes),
            "sw_episodes": (WorkerRow._fields, self.sw_episodes),
        }


def annual_return(store: Store, year: int, view: View = NOW) -> AnnualReturn:
    """Return the return for the year to 31 March of `year`, as known at a view.

    Raises `Unavailable` where the children's ids and days of birth cannot be read: their keys are not here.
    """
    made = AnnualReturn(year)
    unmentioned = _unmentioned(store, year, view)
    for journey, child, standings in _children(store, view):
        mine = _Child(journey, child, standings, made).tell()
        made.unconfirmed += sum((journey, row.DECOM) in unmentioned for row in mine)
    made.header.sort(key=str)
    made.episodes.sort(key=lambda row: (row.CHILD, row.DECOM))
    made.sw_episodes.sort(key=lambda row: (row.CHILD, row.SW_DECOM, row.SW_DEC or date.max, row.SW_ID or ""))
    return made


def _unmentioned(store: Store, year: int, view: View) -> set[tuple[str, date]]:
    """Return the episodes, by journey and start, that the year's own return left out, as far as it was imported."""
    _, until = social_care_year(year)
    declared: list[SourceCoverageDeclared] = []
    for standing in stand(store.entries("ledger", at=view.position), view):
        event = standing.event
        if isinstance(event, SourceCoverageDeclared) and event.covers_until == until and "care" in event.areas:
            declared.append(event)
    return {(each.journey, each.started_on) for event in declared[-1:] for each in event.unmentioned or ()}


def _children(store: Store, view: View) -> Iterator[tuple[str, str, list[Standing]]]:
    """Yield the children of whom the return could speak: journey, id, and how their entries stand."""
    names = [kind.name for kind in (CareEpisodeStarted, *YEARLY, *DATED)]
    streams = sorted({part[1] for some in store.open_parts(names, upto=view.position) for part in some})
    for start in range(0, len(streams), TOGETHER):
        some = streams[start : start + TOGETHER]
        ids = store.subject_ids(some)
        for stream, entries in store.entries_of(some, view.position).items():
            standings = stand(entries, view)
            if stream in ids:
                yield stream.partition(":")[2], ids[stream], standings
            elif any(map(_told, standings)):
                raise Unavailable(
                    "a return names its children, and the key of their ids is not here.", "restore it first"
                )


def _told(standing: Standing) -> bool:
    """Whether an entry says something of a child: an erased child's closing entry does not."""
    return standing.event is not None and standing.event.area != "record"


class _Child:
    """What one child's entries in force say of the year."""

    def __init__(self, journey: str, child: str, standings: Iterable[Standing], made: AnnualReturn) -> None:
        self.journey, self.child, self.made = journey, child, made
        self.positions: dict[int, int] = {}
        """The position of each event's entry, by the object: two entries can say the same."""
        self.begins, self.until = social_care_year(made.year)
        self.events: list[Event] = []
        self.expected: list[Event] = []
        for each in sorted(standings, key=lambda each: (each.entry.known_at, each.entry.position)):
            if each.event is None:
                continue
            if each.restricted:
                made.left_out["restricted entries"] += 1
            else:
                event = _so_far(each.event, each)
                self.positions[id(event)] = each.entry.position
                (self.expected if each.expected else self.events).append(event)
        births = [event for event in self.events if isinstance(event, ChildRegistered | ChildBorn)]
        self.born = next((event.birth_date for event in reversed(births) if event.birth_date), None)

    def tell(self) -> list[EpisodeRow]:
        """Put the child's rows into the return, and return its episodes."""
        episodes = list(self._episodes())
        if not episodes and not self._spoken_of():
            return []
        self.made.header.append(self._header())
        self.made.episodes += episodes
        self.made.left_out[EXPECTED] += sum(isinstance(event, TOLD_AHEAD) for event in self.expected)
        if any(row.DEC is None and row.LS not in SHORT_BREAKS for row in episodes):
            self.made.sw_episodes += self._workers()
        return episodes

    def _spoken_of(self) -> bool:
        """Whether another table of the year's return speaks of the child."""
        for event in (*self.events, *self.expected):
            if isinstance(event, YEARLY) and event.reporting_year == self.made.year:
                return True
            if isinstance(event, DATED) and event.day is not None and self.begins <= event.day < self.until:
                return True
        return False

    def _header(self) -> HeaderRow:
        registered = [event for event in self.events if isinstance(event, ChildRegistered)]
        said = registered[-1] if registered else ChildRegistered(child_id=self.child)
        sex = next((e.sex for e in reversed(self.events) if isinstance(e, ChildRegistered | ChildBorn) and e.sex), None)
        if self.made.year < LETTERS_FROM:
            sex = {"M": "1", "F": "2"}.get(sex or "", sex)
        mother = None if said.mother is None else str(int(said.mother))
        row = HeaderRow(self.child, sex, self.born, said.ethnicity, said.upn, mother, said.own_child_birth_date)
        return self._from(row, *(event for event in self.events if isinstance(event, ChildRegistered | ChildBorn)))

    def _episodes(self) -> Iterator[EpisodeRow]:
        ends = {event.started_on: event for event in self.events if isinstance(event, CareEpisodeEnded)}
        for event in self.events:
            if not isinstance(event, CareEpisodeStarted) or event.day is None:
                continue
            end = ends.get(event.day)
            day = self._ended(event, None if end is None else end.day)
            if event.day >= self.until or (day is not None and day < self.begins):
                continue
            if day is not None and day >= self.until:
                self.made.left_out["ends of episodes after the year"] += 1
                day = end = None
            row = EpisodeRow(
                self.child,
                event.day,
                event.reason,
                event.legal_status,
                event.need,
                event.placement,
                event.provider,
                day,
                event.reported_end_reason if end is None else end.reason,
                event.reported_change_reason if end is None else end.change_reason,
                event.home_postcode,
                event.placement_postcode,
                event.urn,
            )
            yield self._from(row, event, end)

    def _workers(self) -> Iterator[WorkerRow]:
        ends = {
            (event.worker, event.started_on): event
            for event in self.events
            if isinstance(event, WorkerDeallocated) and event.role == "allocated"
        }
        for event in self.events:
            if not isinstance(event, WorkerAllocated) or event.role != "allocated":
                continue
            if event.day is None:
                self.made.left_out["allocations without a start"] += 1
                continue
            end = ends.get((event.worker, event.day))
            day = self._ended(event, None if end is None else end.day)
            if event.day >= self.until or (day is not None and day < self.begins):
                continue
            if day is not None and day >= self.until:
                day = end = None
            yield self._from(WorkerRow(self.child, self.born, event.worker, event.day, day, event.reason), event, end)

    def _from(self, row: Row, *events: Event | None) -> Row:
        """Note what a row was made from, and return it."""
        before = self.made.behind.get(row)
        mine = {self.positions[id(event)] for event in events if event is not None}
        self.made.behind[row] = Behind(self.journey, tuple(sorted(mine | set(before.positions if before else ()))))
        return row

    def _ended(self, event: Event, held: date | None) -> date | None:
        """Return the day on which something ended: as an ending says, else as the entry itself says of its period."""
        return held if held is not None else event.occurred_until


def _so_far(event: Event, standing: Standing) -> Event:
    """Return an event without an end that lay after the day on which it was known: that end was only expected."""
    until = event.occurred_until
    if until is None or until <= london_day(standing.entry.known_at):
        return event
    return event.model_copy(update={"occurred_until": None})
