"""Things that begin and end: plans, assessments, enquiries, missing, each start with the ending that names it.

An ending names its start by the day it began. An ending that names no start on record ends nothing: it is kept and
shown as a remark. Half-open: `ended_on` is the first day on which it was no longer so. Of several endings of one start
the one with the greatest (known, position) stands.

Only what counts is read: neither withdrawn nor erased nor expected, and nothing dated after the day asked for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import london_day
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import (
    AdoptionDecisionMade,
    AdoptionDecisionReversed,
    DeprivationOfLibertyEnded,
    DeprivationOfLibertyStarted,
    MissingEnded,
    MissingStarted,
)
from ledger.domain.events.contact import EarlyHelpEnded, EarlyHelpStarted
from ledger.domain.events.court import PreProceedingsEnded, PreProceedingsStarted
from ledger.domain.events.family import FamilyGroupLinked, FamilyGroupUnlinked
from ledger.domain.events.identity import UASCStatusCeased, UASCStatusSet
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.safeguarding import (
    ChildProtectionPlanEnded,
    ChildProtectionPlanStarted,
    Section47Completed,
    Section47Started,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from datetime import date

    from ledger.domain.events.base import Event
    from ledger.domain.standing import Standing


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd that was kept: a stable code, a sentence without personal data, and the entries it is about."""

    code: str
    message: str
    about: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """One thing that began on `started_on` (None: no date is known), and until when. `until` None is open.

    `until` is the recorded ending, or the closure of the case where that came first (`cut` then).
    """

    what: str
    started_on: date | None
    until: date | None
    start: Standing
    end: Standing | None = None
    cut: bool = False

    @property
    def event(self) -> Event:
        """The event with which it began."""
        assert self.start.event is not None
        return self.start.event


@dataclass(frozen=True, slots=True)
class Pairing:
    """How one kind of thing is paired: its start, its ending, and what in each names the pair.

    `dated`: the ending names the day of the start. Otherwise it ends the latest start before it.
    """

    what: str
    starts: type[Event]
    ends: type[Event]
    key: tuple[str, ...] = ()
    link: str = "started_on"
    dated: bool = True
    cut: bool = field(default=False)
    """Whether the closure of the case ends it."""


PAIRINGS = (
    Pairing("early help", EarlyHelpStarted, EarlyHelpEnded, cut=True),
    Pairing("assessment", AssessmentStarted, AssessmentAuthorised, cut=True),
    Pairing("section 47 enquiry", Section47Started, Section47Completed, cut=True),
    Pairing("child protection plan", ChildProtectionPlanStarted, ChildProtectionPlanEnded, cut=True),
    Pairing("child in need plan", ChildInNeedPlanStarted, ChildInNeedPlanEnded, cut=True),
    Pairing("pre-proceedings", PreProceedingsStarted, PreProceedingsEnded, cut=True),
    Pairing("missing", MissingStarted, MissingEnded, key=("kind",)),
    Pairing("deprivation of liberty", DeprivationOfLibertyStarted, DeprivationOfLibertyEnded),
    Pairing("unaccompanied asylum-seeking child", UASCStatusSet, UASCStatusCeased, dated=False),
    Pairing("adoption decision", AdoptionDecisionMade, AdoptionDecisionReversed, link="decided_on"),
    Pairing("family group", FamilyGroupLinked, FamilyGroupUnlinked, key=("family_id",), dated=False),
)


def occurred(standings: Iterable[Standing], on: date | None) -> list[Standing]:
    """Return what is in force and has happened by the end of a day (None: whenever), in the order it happened."""
    counting = [s for s in standings if s.counts]
    return sorted((s for s in counting if on is None or (day := day_of(s)) is None or day <= on), key=when)


def day_of(standing: Standing) -> date | None:
    """Return the day on which it happened, or None."""
    return standing.event.day if standing.event is not None else None


def when(standing: Standing) -> tuple[Any, ...]:
    """Order by when it happened: undated first, then by day, then by time where stated, then by position."""
    event = standing.event
    day = day_of(standing)
    at = event.occurred_at if event is not None else None
    return (
        (day is not None, day, at is not None, at, standing.root.position) if day else (False, standing.root.position)
    )


def known(standing: Standing) -> tuple[Any, int]:
    """Order by when it became known, then by position."""
    return standing.entry.known_at, standing.root.position


def of_kind(standings: Iterable[Standing], *kinds: type[Event]) -> list[Standing]:
    """Return those whose event is of these kinds, in the order given."""
    return [s for s in standings if isinstance(s.event, kinds)]


def spans(happened: Sequence[Standing], on: date | None) -> tuple[list[Span], list[Remark]]:
    """Return every paired thing in the order it began, and remarks on endings that name no start.

    `happened` comes from `occurred`; closures of the case are not applied here.
    """
    found: list[Span] = []
    remarks: list[Remark] = []
    for pairing in PAIRINGS:
        starts, ends = of_kind(happened, pairing.starts), of_kind(happened, pairing.ends)
        pairs, orphans = (_dated if pairing.dated else _latest)(pairing, starts, ends)
        found += [Span(pairing.what, day_of(s), _until(s, end, on), s, end) for s, end in pairs]
        remarks += [ending_without_start(pairing.what, orphan) for orphan in orphans]
    return sorted(found, key=lambda span: when(span.start)), remarks


def pair(
    starts: Sequence[Standing],
    ends: Sequence[Standing],
    start_key: Callable[[Any], Hashable],
    end_key: Callable[[Any], Hashable],
) -> tuple[list[tuple[Standing, Standing | None]], list[Standing]]:
    """Pair starts with the endings of the same key; return the pairs and the endings that name no start."""
    by_key: dict[Hashable, list[Standing]] = defaultdict(list)
    for end in ends:
        by_key[end_key(end.event)].append(end)
    pairs = []
    named = set()
    for start in starts:
        key = start_key(start.event)
        named.add(key)
        pairs.append((start, max(by_key[key], key=known) if key in by_key else None))
    return pairs, [end for end in ends if end_key(end.event) not in named]


def ending_without_start(what: str, end: Standing) -> Remark:
    """Say that an ending names no start on record."""
    return Remark("ending-without-start", f"an ending of {what} names a start that is not on record.", (end,))


def _until(start: Standing, end: Standing | None, on: date | None) -> date | None:
    return day_of(end) if end is not None else stated_end(start, on)


def stated_end(start: Standing, on: date | None) -> date | None:
    """Return the end that the starting event itself states, where it had come by the day it was known and by `on`."""
    until = start.event.occurred_until if start.event is not None else None
    if until is None or until > london_day(start.entry.known_at) or (on is not None and until > on):
        return None
    return until


def _dated(
    pairing: Pairing, starts: Sequence[Standing], ends: Sequence[Standing]
) -> tuple[list[tuple[Standing, Standing | None]], list[Standing]]:
    def key(event: Any) -> tuple[Any, ...]:
        return tuple(getattr(event, name) for name in pairing.key)

    return pair(starts, ends, lambda e: (*key(e), e.day), lambda e: (*key(e), getattr(e, pairing.link)))


def _latest(
    pairing: Pairing, starts: Sequence[Standing], ends: Sequence[Standing]
) -> tuple[list[tuple[Standing, Standing | None]], list[Standing]]:
    """Pair each ending with the latest start of its key not after it; an earlier start has then ended too."""
    pairs: list[tuple[Standing, Standing | None]] = []
    used: set[int] = set()
    for start in starts:
        key = [getattr(start.event, name) for name in pairing.key]
        later = [
            end for end in ends if [getattr(end.event, name) for name in pairing.key] == key and _not_before(end, start)
        ]
        used |= {end.root.position for end in later}
        pairs.append((start, min(later, key=when) if later else None))
    return pairs, [end for end in ends if end.root.position not in used]


def _not_before(end: Standing, start: Standing) -> bool:
    end_day, start_day = day_of(end), day_of(start)
    return end_day is None or start_day is None or end_day >= start_day
