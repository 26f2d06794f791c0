"""Random worlds for the measures made from allocations: said in any order, late, early, corrected and withdrawn.

`worlds()` draws a list of `Said` about three children and about what sources cover. Days lie on a grid with edges
around 31 March, so that gaps of 7 and 8 days, same-day changes and fortnights happen often.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from ledger.domain.events.allocation import HandoverRecorded, PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import EarlyHelpEnded, EarlyHelpStarted, ReferralDecided
from ledger.domain.events.family import FamilyGroupLinked
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn, SourceCoverageDeclared, UnmentionedEpisode
from ledger.domain.events.safeguarding import ChildProtectionPlanEnded, ChildProtectionPlanStarted
from ledger.domain.events.visit import VisitRecorded
from tests.projections.small import Said, entry_id, journey_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.domain.events.base import Event

FIRST = date(2022, 1, 1)
"""Nothing happens before this day."""
LAST = date(2024, 12, 31)
EDGES = [date(year, 4, 1) + timedelta(days=n) for year in (2022, 2023, 2024) for n in (-1, 0, 1)]
GRID = [FIRST + timedelta(days=n) for n in range(0, (LAST - FIRST).days, 20)]
NEAR = [day + timedelta(days=n) for day in GRID[10:40:5] for n in (1, 7, 8, 14, 15)]
DAYS = st.sampled_from(GRID + NEAR + EDGES)
LENGTHS = st.sampled_from([None, None, 0, 1, 7, 8, 14, 20, 40, 100, 200, 400])
LAGS = st.sampled_from([0, 0, 0, 0, 2, 30, 200, -5])
"""Days from happening to being written down; below nought, it was only expected."""
WORKERS = st.sampled_from(["A", "B", "C", "XX1", "DUTY"])
REASONS = st.sampled_from([None, "TSPROC", "ORGRST", "ABSENC", "ABSENC", "FCONTA", "LEFTRL", "CHCHAN", "OTHERS"])
PODS = st.sampled_from([None, "P1", "P2"])
POSTS = st.sampled_from([None, None, "social worker", "pod manager", "student social worker"])
ROLES = st.sampled_from(["allocated"] * 6 + ["co-worker", "personal adviser"])
CHILDREN = ("a", "b", "c")
PLACEHOLDERS = frozenset({"DUTY"})


class Happening(NamedTuple):
    """One thing that happened, with its end if it has one, and after how many days each was written down."""

    event: Event
    lag: int
    end: Event | None = None
    end_lag: int = 0


@st.composite
def allocated(draw: st.DrawFn) -> Happening:
    """Draw an allocation, with its ending."""
    on, length, worker, role = draw(DAYS), draw(LENGTHS), draw(WORKERS), draw(ROLES)
    begun = WorkerAllocated(
        occurred_on=on, worker=worker, role=role, reason=draw(REASONS), pod=draw(PODS), post=draw(POSTS)
    )
    if length is None:
        return Happening(begun, draw(LAGS))
    ended = WorkerDeallocated(occurred_on=on + timedelta(days=length), worker=worker, role=role, started_on=on)
    return Happening(begun, draw(LAGS), ended, draw(LAGS))


@st.composite
def in_care(draw: st.DrawFn) -> Happening:
    """Draw a care episode, with its ending."""
    on, length = draw(DAYS), draw(LENGTHS)
    begun = CareEpisodeStarted(
        occurred_on=on,
        reason=draw(st.sampled_from(["S", "S", "P", "L"])),
        legal_status=draw(st.sampled_from(["C2", "C2", "V2", "V3"])),
    )
    if length is None:
        return Happening(begun, draw(LAGS))
    reason = draw(st.sampled_from(["X1", "E8"]))
    ended = CareEpisodeEnded(occurred_on=on + timedelta(days=length), started_on=on, reason=reason)
    return Happening(begun, draw(LAGS), ended, draw(LAGS))


@st.composite
def still_in_care(draw: st.DrawFn) -> Happening:
    """Draw a care episode without end, so that many children are looked after on 31 March."""
    on = draw(st.sampled_from(GRID[:40]))
    legal_status = draw(st.sampled_from(["C2", "C2", "C2", "V3"]))
    reason = draw(st.sampled_from(["S", "P"]))
    return Happening(CareEpisodeStarted(occurred_on=on, reason=reason, legal_status=legal_status), 0)


def lasting(begun: type[Event], ended: type[Event]) -> st.SearchStrategy[Happening]:
    """Draw a plan, an assessment or early help, with its ending."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Happening:
        on, length = draw(DAYS), draw(LENGTHS)
        if length is None:
            return Happening(begun(occurred_on=on), draw(LAGS))
        end = ended.model_validate({"occurred_on": on + timedelta(days=length), "started_on": on})
        return Happening(begun(occurred_on=on), draw(LAGS), end, draw(LAGS))

    return drawn()


def once(build: Callable[..., Event], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Happening]:
    """Draw something that happens on a day."""
    return st.builds(
        lambda on, lag, values: Happening(build(occurred_on=on, **values), lag),
        DAYS,
        LAGS,
        st.fixed_dictionaries(fields),
    )


STAGED = (
    in_care()
    | in_care()
    | lasting(ChildProtectionPlanStarted, ChildProtectionPlanEnded)
    | lasting(ChildInNeedPlanStarted, ChildInNeedPlanEnded)
    | lasting(AssessmentStarted, AssessmentAuthorised)
    | lasting(EarlyHelpStarted, EarlyHelpEnded)
    | once(lambda occurred_on: ReferralDecided(occurred_on=occurred_on, referred_on=occurred_on, accepted=True))
    | once(CaseClosed)
    | once(CareLeaverStatusSet, status=st.just("relevant"))
)
AROUND = (
    once(PodAllocated, pod=st.sampled_from(["P1", "P2"]))
    | once(VisitRecorded, worker=WORKERS, accompanied_by=st.sampled_from([None, ("A",), ("B",)]))
    | once(
        HandoverRecorded,
        from_worker=WORKERS,
        to_worker=WORKERS,
        introduced_to_child=st.sampled_from([None, "yes", "no"]),
    )
    | once(FamilyGroupLinked, family_id=st.just("F"), kind=st.just("siblings"))
)


@st.composite
def worlds(draw: st.DrawFn) -> list[Said]:
    """Draw what was said about three children, and by the ledger about its sources."""
    said: list[Said] = []
    basis = draw(st.sampled_from(["practice", "practice", "return"]))
    for child in CHILDREN:
        happened = draw(st.lists(allocated(), max_size=7))
        happened += draw(st.lists(STAGED, max_size=6))
        happened += draw(st.lists(still_in_care(), max_size=1))
        happened += draw(st.lists(AROUND, max_size=3))
        for one in happened:
            told = basis if isinstance(one.event, WorkerAllocated) else "practice"
            said.append(Said(child, one.event, written_at=written(one.event, one.lag), basis=told))
            if one.end is not None:
                said.append(Said(child, one.end, written_at=written(one.end, one.end_lag)))
    draw(st.randoms(use_true_random=False)).shuffle(said)
    return [*said, *draw(afterthoughts(said)), *draw(declarations(said))]


def written(event: Event, lag: int) -> date:
    """Return the day on which it was written down."""
    assert event.occurred_on is not None
    return event.occurred_on + timedelta(days=lag)


@st.composite
def afterthoughts(draw: st.DrawFn, said: list[Said]) -> list[Said]:
    """Draw corrections and withdrawals of what was said."""
    found = []
    for place in draw(st.lists(st.integers(0, len(said) - 1), max_size=6)) if said else ():
        root, on = said[place], draw(DAYS)
        if draw(st.booleans()):
            change: Event = EntryWithdrawn(withdraws=entry_id(place + 1), reason="entered in error")
        else:
            moved = root.event.model_copy(update={"occurred_on": draw(DAYS)})
            change = EntryCorrected(corrects=entry_id(place + 1), correction_reason="date", replacement=moved)
        found.append(Said(root.stream, change, written_at=on))
    return found


@st.composite
def declarations(draw: st.DrawFn, said: list[Said]) -> list[Said]:
    """Draw what sources cover: allocations and referrals for some time, and annual returns that leave out a child."""
    found = []
    for area in draw(st.lists(st.sampled_from(["allocation", "allocation", "referral"]), max_size=3)):
        start = draw(DAYS)
        length = draw(st.sampled_from([20, 365, 1200]))
        event = SourceCoverageDeclared(
            system="csv",
            areas=(area,),
            covers_from=start,
            covers_until=start + timedelta(days=length),
            complete=draw(st.booleans()),
        )
        found.append(Said("ledger", event, written_at=draw(DAYS)))
    starts = [
        UnmentionedEpisode(journey=journey_id(s.stream), started_on=s.event.occurred_on)
        for s in said
        if isinstance(s.event, CareEpisodeStarted) and s.event.occurred_on is not None
    ]
    for _ in range(draw(st.integers(0, 2))):
        absent = draw(st.lists(st.sampled_from(starts), max_size=2)) if starts else []
        event = SourceCoverageDeclared(
            system="ssda903",
            areas=("care",),
            covers_from=date(2023, 4, 1),
            covers_until=date(2024, 4, 1),
            complete=True,
            unmentioned=tuple(absent) or None,
        )
        found.append(Said("ledger", event, written_at=draw(st.sampled_from([date(2024, 3, 31), date(2024, 5, 1)]))))
    return found
