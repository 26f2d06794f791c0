"""Random worlds for the measures made from allocations: said in any order, late, early, corrected and withdrawn.

`worlds()` gives lists of `Said` about three children and about what sources cover. Days lie on a grid with edges
around 31 March, so that gaps of 7 and 8 days, same-day changes and fortnights happen often. Each is made from a seed
of its own: worlds grown from each other, as Hypothesis grows lists, would be too much alike to meet rare cases.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

from ledger.domain.events.allocation import HandoverRecorded, PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed, CaseReopened, TransferredIn, TransferredOut
from ledger.domain.events.contact import EarlyHelpEnded, EarlyHelpStarted, ReferralDecided
from ledger.domain.events.family import FamilyGroupLinked
from ledger.domain.events.identity import DeathRecorded
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn, SourceCoverageDeclared, UnmentionedEpisode
from ledger.domain.events.safeguarding import ChildProtectionPlanEnded, ChildProtectionPlanStarted
from ledger.domain.events.visit import VisitRecorded
from tests.projections.small import Said, entry_id, journey_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from ledger.domain.events.base import Event

FIRST = date(2022, 1, 1)
"""Nothing happens before this day."""
LAST = date(2024, 12, 31)
EDGES = [date(year, 4, 1) + timedelta(days=n) for year in (2022, 2023, 2024) for n in (-1, 0, 1)]
GRID = [FIRST + timedelta(days=n) for n in range(0, (LAST - FIRST).days, 20)]
NEAR = [day + timedelta(days=n) for day in GRID[10:40:5] for n in (1, 7, 8, 14, 15)]
DAYS = GRID + NEAR + EDGES
LENGTHS = [None, None, 0, 1, 7, 8, 14, 20, 40, 100, 200, 400]
LAGS = [0, 0, 0, 0, 2, 30, 200, -5]
"""Days from happening to being written down; below nought, it was only expected."""
WORKERS = ["A", "B", "C", "XX1", "DUTY"]
REASONS = [None, "TSPROC", "ORGRST", "ABSENC", "ABSENC", "FCONTA", "LEFTRL", "CHCHAN", "OTHERS"]
PODS = [None, "P1", "P2"]
POSTS = [None, None, "social worker", "pod manager", "student social worker"]
ROLES = ["allocated"] * 6 + ["co-worker", "personal adviser"]
CHILDREN = ("a", "b", "c")
SCOPES = [*["all children"] * 4, "children looked after in the year", "looked after on 31 March", "care leavers"]
SCOPES += ["named children"]
PLACEHOLDERS = frozenset({"DUTY"})


class Happening(NamedTuple):
    """One thing that happened, with its end if it has one, and after how many days each was written down."""

    event: Event
    lag: int
    end: Event | None = None
    end_lag: int = 0


Made: TypeAlias = "Callable[[Random], Happening]"


def allocated(random: Random) -> Happening:
    """Make an allocation, with its ending."""
    choice = random.choice
    on, length, worker, role = choice(DAYS), choice(LENGTHS), choice(WORKERS), choice(ROLES)
    begun = WorkerAllocated(
        occurred_on=on, worker=worker, role=role, reason=choice(REASONS), pod=choice(PODS), post=choice(POSTS)
    )
    if length is None:
        return Happening(begun, choice(LAGS))
    if random.random() < 0.1:
        return Happening(until(begun, on + timedelta(days=length)), length + choice([0, 0, 2, -1]))
    ended = WorkerDeallocated(occurred_on=on + timedelta(days=length), worker=worker, role=role, started_on=on)
    return Happening(begun, choice(LAGS), ended, choice(LAGS))


def until(begun: Event, day: date) -> Event:
    """Let an event say itself until when it lasted, where that is after it began."""
    assert begun.occurred_on is not None
    return begun.model_copy(update={"occurred_until": day if day > begun.occurred_on else None})


def in_care(random: Random) -> Happening:
    """Make a care episode, with its ending."""
    choice = random.choice
    on, length = choice(DAYS), choice(LENGTHS)
    begun = CareEpisodeStarted(occurred_on=on, reason=choice("SSPL"), legal_status=choice(["C2", "C2", "V2", "V3"]))
    if length is None:
        return Happening(begun, choice(LAGS))
    ended = CareEpisodeEnded(occurred_on=on + timedelta(days=length), started_on=on, reason=choice(["X1", "E8"]))
    return Happening(begun, choice(LAGS), ended, choice(LAGS))


def still_in_care(random: Random) -> Happening:
    """Make a care episode without end, so that many children are looked after on 31 March."""
    legal_status = random.choice(["C2", "C2", "C2", "V3"])
    begun = CareEpisodeStarted(
        occurred_on=random.choice(GRID[:40]), reason=random.choice("SP"), legal_status=legal_status
    )
    return Happening(begun, 0)


def lasting(begun: type[Event], ended: type[Event]) -> Made:
    """Make a plan, an assessment or early help, with its ending."""

    def made(random: Random) -> Happening:
        on, length = random.choice(DAYS), random.choice(LENGTHS)
        if length is None:
            return Happening(begun(occurred_on=on), random.choice(LAGS))
        end = ended.model_validate({"occurred_on": on + timedelta(days=length), "started_on": on})
        return Happening(begun(occurred_on=on), random.choice(LAGS), end, random.choice(LAGS))

    return made


def once(build: Callable[..., Event], **fields: Sequence[Any]) -> Made:
    """Make something that happens on a day."""

    def made(random: Random) -> Happening:
        values = {name: random.choice(some) for name, some in fields.items()}
        return Happening(build(occurred_on=random.choice(DAYS), **values), random.choice(LAGS))

    return made


STAGED = (
    in_care,
    in_care,
    lasting(ChildProtectionPlanStarted, ChildProtectionPlanEnded),
    lasting(ChildInNeedPlanStarted, ChildInNeedPlanEnded),
    lasting(AssessmentStarted, AssessmentAuthorised),
    lasting(EarlyHelpStarted, EarlyHelpEnded),
    once(lambda occurred_on: ReferralDecided(occurred_on=occurred_on, referred_on=occurred_on, accepted=True)),
    once(CaseReopened),
    once(TransferredIn, other_authority=["Elsewhere"]),
    once(CaseClosed),
    once(CaseClosed),
    once(TransferredOut, other_authority=["Elsewhere"]),
    once(CareLeaverStatusSet, status=["relevant"]),
)
AROUND = (
    once(PodAllocated, pod=["P1", "P2"]),
    once(VisitRecorded, worker=WORKERS, accompanied_by=[None, ("A",), ("B",)]),
    once(HandoverRecorded, from_worker=WORKERS, to_worker=WORKERS, introduced_to_child=[None, "yes", "no"]),
    once(FamilyGroupLinked, family_id=["F"], kind=["siblings"]),
)


def worlds() -> st.SearchStrategy[list[Said]]:
    """Draw what was said about three children, and by the ledger about its sources."""
    return seeded(world)


def seeded(make: Callable[[Random], list[Said]]) -> st.SearchStrategy[list[Said]]:
    """Draw worlds, each made from a seed of its own."""
    return st.randoms(use_true_random=True).map(make)


def world(random: Random) -> list[Said]:
    """Make one world."""
    said: list[Said] = []
    basis = random.choice(["practice", "practice", "return"])
    for child in CHILDREN:
        happened = some(random, [allocated], most=7) + some(random, STAGED, most=6)
        happened += some(random, [still_in_care], most=1) + some(random, AROUND, most=3)
        happened += some(random, [once(DeathRecorded)], most=1) if random.random() < 0.3 else []
        for one in happened:
            told = basis if isinstance(one.event, WorkerAllocated) else "practice"
            said.append(Said(child, one.event, written_at=written(one.event, one.lag), basis=told))
            if one.end is not None:
                said.append(Said(child, one.end, written_at=written(one.end, one.end_lag)))
    random.shuffle(said)
    return [*said, *afterthoughts(random, said), *declarations(random, said)]


def some(random: Random, made: Sequence[Made], most: int) -> list[Happening]:
    """Make up to so many of these."""
    return [random.choice(made)(random) for _ in range(random.randint(0, most))]


def written(event: Event, lag: int) -> date:
    """Return the day on which it was written down."""
    assert event.occurred_on is not None
    return event.occurred_on + timedelta(days=lag)


def afterthoughts(random: Random, said: list[Said], days: Sequence[date] = DAYS) -> list[Said]:
    """Make corrections and withdrawals of what was said."""
    found = []
    for _ in range(random.randint(0, 6) if said else 0):
        place = random.randrange(len(said))
        root = said[place]
        if random.random() < 0.5:
            change: Event = EntryWithdrawn(withdraws=entry_id(place + 1), reason="entered in error")
        else:
            moved = root.event.model_copy(update={"occurred_on": random.choice(days)})
            moved = until(moved, moved.occurred_until) if moved.occurred_until else moved
            change = EntryCorrected(corrects=entry_id(place + 1), correction_reason="date", replacement=moved)
        found.append(Said(root.stream, change, written_at=random.choice(days)))
    return found


def declarations(random: Random, said: list[Said]) -> list[Said]:
    """Make what sources cover: allocations and referrals for some time, and annual returns that leave out a child."""
    found = []
    for _ in range(random.randint(0, 3)):
        start, area = random.choice(DAYS), random.choice(["allocation", "allocation", "referral"])
        event = SourceCoverageDeclared(
            system="csv",
            areas=(area,),
            covers_from=start,
            covers_until=start + timedelta(days=random.choice([0, 20, 365, 1200])),
            complete=random.random() < 0.5,
            scope=random.choice(SCOPES) if area == "allocation" else "all children",
        )
        found.append(Said("ledger", event, written_at=random.choice(DAYS)))
    starts = [
        UnmentionedEpisode(journey=journey_id(s.stream), started_on=s.event.occurred_on)
        for s in said
        if isinstance(s.event, CareEpisodeStarted) and s.event.occurred_on is not None
    ]
    for _ in range(random.randint(0, 2)):
        absent = [random.choice(starts) for _ in range(random.randint(0, 2))] if starts else []
        event = SourceCoverageDeclared(
            system="ssda903",
            areas=("care",),
            covers_from=date(2023, 4, 1),
            covers_until=date(2024, 4, 1),
            complete=True,
            unmentioned=tuple(absent) or None,
        )
        found.append(Said("ledger", event, written_at=random.choice([date(2024, 3, 31), date(2024, 5, 1)])))
    return found
