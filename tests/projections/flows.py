"""Random worlds dense in what demand counts: referrals, enquiries, conferences, plans and care that follow each other.

Each child has one or two stories, told on few days: offsets from two anchors that lie at, just within and just beyond
14 days, 90 days and 12 months of each other. Sources of referrals begin and end around the days looked back to.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.calendar import add_months
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.contact import ContactReceived, ReferralDecided, ReferralReceived
from ledger.domain.events.identity import DeathRecorded
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.events.safeguarding import ChildProtectionPlanStarted, ConferenceHeld, Section47Started
from tests.projections.clocked import A_START, AREAS, CHILDREN, Kinds, told, written_on
from tests.projections.small import Said
from tests.projections.worlds import afterthoughts, seeded

if TYPE_CHECKING:
    from random import Random

    from hypothesis import strategies as st

    from ledger.domain.events.base import Event

ANCHORS = (date(2022, 12, 22), date(2023, 2, 28))
OFFSETS = (0, 0, 1, 13, 14, 15, 89, 90, 91, 364, 365, 366)
DAYS = [on + timedelta(days=n) for on in ANCHORS for n in OFFSETS]

REFERRALS: Kinds = [
    (ReferralReceived, {}),
    (ReferralReceived, {}),
    (ReferralDecided, {"referred_on": A_START, "accepted": (True, False)}),
    (AssessmentStarted, {"referred_on": A_START}),
    (AssessmentStarted, {}),
]
ENQUIRIES: Kinds = [
    (Section47Started, {}),
    (ConferenceHeld, {"kind": ["initial", "initial", "pre-birth", "review", "transfer-in"]}),
]
PLANS: Kinds = [
    (ConferenceHeld, {"kind": ["initial", "initial", "pre-birth", "review", "transfer-in"]}),
    (ChildProtectionPlanStarted, {"previous_plans": (None, None, 0, 1)}),
]
CARE: Kinds = [
    (CareEpisodeStarted, {"reason": "SSP", "legal_status": ["C2", "C2", "C2", "V4"]}),
    (CareEpisodeStarted, {"reason": "SSP", "legal_status": ["C2", "C2", "C2", "V4"]}),
    (CareEpisodeEnded, {"started_on": A_START, "reason": ["X1", "E4", "E4"]}),
    (CareEpisodeEnded, {"started_on": A_START, "reason": ["X1", "E4", "E4"]}),
    (DeathRecorded, {}),
]


def flows() -> st.SearchStrategy[list[Said]]:
    """Draw what was said about some children, what was corrected, and what sources cover."""
    return seeded(flow)


def flow(random: Random) -> list[Said]:
    """Make one world."""
    said: list[Said] = []
    for child in CHILDREN:
        few = random.sample(random.choice([DAYS, DAYS[: len(OFFSETS)]]), random.randint(3, 5))
        few += [add_months(few[0], 12) + timedelta(days=n) for n in random.choice([(), (0,), (1,)])]
        events: list[Event] = []
        for kinds in random.sample([REFERRALS, ENQUIRIES, PLANS], 2):
            events += [told(random, kinds, few, few) for _ in range(random.randint(3, 7))]
        events += [
            AssessmentAuthorised(occurred_on=random.choice(few), started_on=event.occurred_on)
            for event in events
            if isinstance(event, AssessmentStarted) and event.occurred_on and random.random() < 0.5
        ]
        events += [told(random, CARE, few, few) for _ in range(random.randint(0, 4))]
        events += [ContactReceived(occurred_on=random.choice(few)) for _ in range(random.randint(0, 2))]
        for event in events:
            said.append(Said(child, event, written_at=written_on(random, event)))
    random.shuffle(said)
    return [*said, *afterthoughts(random, said, DAYS), *sources(random, said)]


def sources(random: Random, said: list[Said]) -> list[Said]:
    """Make what sources cover: mostly everything, and referrals for times that begin or end at a day looked back to."""
    found = []
    for areas in random.choice(
        [[AREAS], [AREAS[:1], AREAS[2:]], [AREAS[:1], AREAS[2:]], [AREAS[2:]], [AREAS[3:5]], []]
    ):
        found.append(declared(areas, date(2021, 1, 1), date(2026, 1, 1), random.random() < 0.75))
    referred = [one.event.occurred_on for one in said if isinstance(one.event, ReferralReceived)]
    for _ in range(random.randint(0, 4) if referred else 0):
        edge = add_months(random.choice(referred) or DAYS[0], -12) + timedelta(days=random.choice([-1, 0, 0, 1]))
        until = edge + timedelta(days=random.choice([363, 364, 365, 365, 366, 731]))
        scope = random.choice([*["all children"] * 5, "children looked after in the year"])
        found.append(declared(("referral",), edge, until, random.random() < 0.8, scope))
    return found


def declared(areas: tuple[str, ...], from_: date, until: date, complete: bool, scope: str = "all children") -> Said:
    """A source covers some areas for a time."""
    event = SourceCoverageDeclared(
        system="csv", areas=areas, covers_from=from_, covers_until=until, complete=complete, scope=scope
    )
    return Said("ledger", event, written_at=date(2022, 1, 1))
