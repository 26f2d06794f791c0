"""Random worlds in which clocks run: referrals, assessments, enquiries, conferences, plans, care, visits, reviews.

A child's story is of one or two kinds of practice. It begins on an anchor (Easter, Christmas, the end of a month) and
goes on on few days, the last on which its clocks run in time among them, a day before and a day after: so that its
entries meet, and being in time by a day and late by a day both happen often.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import (
    CareEpisodeEnded,
    CareEpisodeStarted,
    HealthAssessmentDone,
    LookedAfterReviewHeld,
    MissingEnded,
    PersonalEducationPlanHeld,
    ReturnInterviewHeld,
    ReturnInterviewOffered,
)
from ledger.domain.events.case import CaseClosed, TransferredOut
from ledger.domain.events.contact import ReferralDecided, ReferralReceived
from ledger.domain.events.identity import ChildRegistered, DeathRecorded
from ledger.domain.events.plan import (
    CarePlanAgreed,
    ChildInNeedPlanEnded,
    ChildInNeedPlanStarted,
    PathwayPlanAgreed,
    PathwayPlanReviewed,
)
from ledger.domain.events.record import EntryRestricted, SourceCoverageDeclared
from ledger.domain.events.safeguarding import (
    ChildProtectionPlanEnded,
    ChildProtectionPlanStarted,
    ConferenceHeld,
    CoreGroupHeld,
    Section47Completed,
    Section47Started,
)
from ledger.domain.events.supervision import SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitRecorded
from ledger.domain.timescales import COUNTING, UNITS, due_on, rules, timescales
from tests.projections.small import Said, entry_id
from tests.projections.worlds import LAGS, afterthoughts, seeded, until, written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from ledger.domain.events.base import Event

CHILDREN = tuple("abcdefgh")
ANCHORS = (date(2022, 3, 31), date(2022, 12, 22), date(2023, 3, 31))
DAY = timedelta(days=1)
AREAS = (
    "contact",
    "referral",
    "assessment",
    "section 47",
    "conference",
    "protection plan",
    "in-need plan",
    "care",
    "review",
    "visit",
    "care plan",
    "health",
    "education",
    "missing",
    "pathway plan",
    "supervision",
)
PRECISIONS = (*[None] * 20, "month", "approximate")
A_START = ("a start",)
"""Stands for the day on which something of the story began."""
SOME_START = ("a start", None)
"""The same, or nothing."""

Kinds: TypeAlias = "Sequence[tuple[type[Event], dict[str, Sequence[Any]]]]"


class Story(NamedTuple):
    """What begins, what may follow, and the rules by whose limits it follows."""

    begins: Kinds
    follows: Kinds
    timed: tuple[str, ...]


closed: Kinds = [
    (CaseClosed, {}),
    (CaseClosed, {}),
    (TransferredOut, {"other_authority": ("Elsewhere",)}),
    (DeathRecorded, {}),
]
received: Kinds = [(ReferralReceived, {})]
assessed: Kinds = [(AssessmentStarted, {"referred_on": SOME_START})]
decided: Kinds = [(ReferralDecided, {"referred_on": A_START, "accepted": (True, False)})]
authorised: Kinds = [(AssessmentAuthorised, {"started_on": A_START})]
enquired: Kinds = [(Section47Started, {})]
outcomes = (None, "initial child protection conference", "no further action")
completed: Kinds = [
    (
        Section47Completed,
        {"started_on": A_START, "outcome": outcomes, "conference_not_required": (None, None, True, False)},
    )
]
conferred: Kinds = [
    (
        ConferenceHeld,
        {
            "kind": ("initial", "initial", "pre-birth", "transfer-in"),
            "outcome_cp": (None, True, True, False),
        },
    )
]
reviewed: Kinds = [(ConferenceHeld, {"kind": ("review", "review", "review", "transfer-in")})]
protected: Kinds = [(ChildProtectionPlanStarted, {})]
unprotected: Kinds = [(ChildProtectionPlanEnded, {"started_on": A_START})]
in_need: Kinds = [(ChildInNeedPlanStarted, {})]
visited: Kinds = [
    (
        VisitRecorded,
        {
            "worker": ("A", None),
            "role": (None, None, "allocated", "pod manager", "reviewing officer"),
            "method": ("face to face", "face to face", "face to face", "virtual"),
            "child_seen": (None, "yes", "yes", "no", "not applicable"),
        },
    )
]
begun: Kinds = [(CareEpisodeStarted, {"reason": "SSSPL", "legal_status": ("C2", "C2", "C2", "C2", "V4")})]
ended: Kinds = [(CareEpisodeEnded, {"started_on": A_START, "reason": ("X1", "E4")})]
missing: Kinds = [(MissingEnded, {"kind": ("M",), "started_on": A_START})]
STORIES = (
    Story(
        [*received, *assessed],
        [*received, *decided, *assessed, *authorised, *authorised, *closed],
        ("referral.decision", "assessment.complete.start"),
    ),
    Story(enquired, [*enquired, *completed, *completed, *completed, *conferred, *closed], ("section-47.conference",)),
    Story(conferred, [*conferred, *protected], ("protection-plan.start",)),
    Story(
        protected,
        [(CoreGroupHeld, {"plan_started_on": SOME_START}), *reviewed, *protected, *unprotected, *closed],
        ("core-group.first", "core-group.next", "review-conference.first"),
    ),
    Story(
        [*protected, *in_need],
        [
            *visited,
            *visited,
            *unprotected,
            (SupervisionDiscussionHeld, {"mode": ("one to one",)}),
            (ChildInNeedPlanEnded, {"started_on": A_START}),
            *closed,
        ],
        ("protection-visit", "in-need-visit", "case-supervision"),
    ),
    Story(
        begun,
        [(LookedAfterReviewHeld, {}), (LookedAfterReviewHeld, {}), *begun, *ended],
        ("looked-after-review.first", "looked-after-review.second"),
    ),
    Story(
        begun,
        [
            (HealthAssessmentDone, {"kind": ("initial", "review")}),
            (PersonalEducationPlanHeld, {}),
            (CarePlanAgreed, {}),
            *ended,
        ],
        ("care-plan", "health.initial", "health.review.under-5"),
    ),
    Story(begun, [*visited, *visited, *begun, *ended], ("looked-after-visit.first", "looked-after-visit.first-year")),
    Story(
        missing,
        [
            (ReturnInterviewHeld, {"missing_started_on": SOME_START}),
            (ReturnInterviewOffered, {"missing_started_on": SOME_START, "answer": ("yes", "no", "no")}),
            *missing,
        ],
        ("return-interview",),
    ),
    Story(
        [(PathwayPlanAgreed, {})],
        [(PathwayPlanReviewed, {}), (PathwayPlanAgreed, {}), *closed],
        ("pathway-plan.review",),
    ),
)


@cache
def near(timed: tuple[str, ...], start: date) -> list[date]:
    """Return days from a start on: the last in time by each rule, those around it, and the same from that day on."""
    found = [start, start, start + DAY, start - DAY]
    for from_ in (start, *(due_on(rules(name)[0], start) for name in timed)):
        for name in timed:
            last = due_on(rules(name)[0], from_)
            found += [last, last, last + DAY, last - DAY]
    return [*found, start + 365 * DAY, start + 366 * DAY]


LASTING = (AssessmentStarted, ChildProtectionPlanStarted, ChildInNeedPlanStarted, CareEpisodeStarted)
"""What may say itself until when it lasted."""


def told(random: Random, kinds: Kinds, days: Sequence[date], starts: Sequence[date]) -> Event:
    """Make one of these events on a day; what it names as begun began on one of the starts."""
    kind, fields = random.choice(kinds)
    values = {name: random.choice(some) for name, some in fields.items()}
    values = {name: random.choice(starts) if value in A_START else value for name, value in values.items()}
    event = kind(occurred_on=random.choice(days), precision=random.choice(PRECISIONS), **values)
    return until(event, random.choice(days)) if kind in LASTING and random.random() < 0.2 else event


def written_on(random: Random, event: Event) -> date:
    """Return a day on which it was written down: mostly at once, or when it had lasted for so long as it says."""
    if event.occurred_until is not None:
        return event.occurred_until + random.choice([0, 0, 1, -1]) * DAY
    return written(event, random.choice([0, random.choice(LAGS)]))


def story(random: Random) -> list[Event]:
    """Make what happened in one story."""
    chosen, start = random.choice(STORIES), random.choice(ANCHORS)
    few = [start, *random.sample(near(chosen.timed, start), random.randint(2, 4))]
    starts = [start, start, few[1]]
    events = [told(random, chosen.begins, starts, starts) for _ in range(random.randint(1, 3))]
    return events + [told(random, chosen.follows, few, starts) for _ in range(random.randint(2, 8))]


BIRTHS = ("2018-03", "2017-12", "2018-04", "2020-03", "2019-12", "2005-03", "2012-01")


def clocked_worlds() -> st.SearchStrategy[list[Said]]:
    """Draw what was said about some children, what was corrected and restricted, and what sources cover."""
    return seeded(clocked_world)


def clocked_world(random: Random) -> list[Said]:
    """Make one world."""
    said: list[Said] = []
    for child in CHILDREN:
        for event in [event for _ in range(random.randint(2, 4)) for event in story(random)]:
            basis = random.choice(["practice", "practice", "practice", "return"])
            said.append(Said(child, event, written_at=written_on(random, event), basis=basis))
        if random.random() < 0.5:
            born = ChildRegistered(child_id="1", born=random.choice(BIRTHS))
            said.append(Said(child, born, written_at=ANCHORS[0]))
    random.shuffle(said)
    days = sorted({one.event.day for one in said if one.event.day is not None})
    afters = afterthoughts(random, said, days)
    for place in random.sample(range(len(said)), random.randint(0, 9)):
        restricted = EntryRestricted(restricts=entry_id(place + 1), reason="other")
        afters.append(Said(said[place].stream, restricted, written_at=random.choice(days)))
    return [*said, *afters, *coverage(random, days)]


def coverage(random: Random, days: Sequence[date]) -> list[Said]:
    """Make what sources cover: often all of it for all the time, else some areas from one of the days to another."""
    found = []
    for n in range(random.choice([0, 1, 2, 2, 3, 4])):
        whole = random.random() < (0.3 if n else 0.6)
        start = random.choice(days) + random.choice([0, 0, 1, -1]) * DAY
        if whole or random.random() < 0.5:
            start = date(2021, 1, 1)
        end = start + random.choice([500, 800, 2000, 2000]) * DAY
        if not whole and random.random() < 0.5:
            end = max(random.choice(days), start) + random.choice([0, 1, 1, 2]) * DAY
        event = SourceCoverageDeclared(
            system="csv",
            areas=AREAS if whole else tuple(random.sample(AREAS, random.randint(3, 9))),
            covers_from=start,
            covers_until=end,
            complete=random.random() < 0.75,
            scope=random.choice(["all children", "all children", "children looked after in the year"]),
        )
        found.append(Said("ledger", event, written_at=date(2022, 1, 1)))
    return found


@st.composite
def own_timescales(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw an authority's own timescales, as tables of `ledger.toml`: versions one after the other, gaps, rules off."""
    found: list[dict[str, Any]] = []
    local = [rule.id for rule in timescales() if rule.type == "local"]
    clocks = sorted({rule.clock for rule in timescales()})
    for id_ in draw(st.lists(st.sampled_from([*local, "own.a", "own.b"]), unique=True, max_size=5)):
        cuts = sorted(draw(st.sets(days, min_size=2, max_size=4)))
        beside: dict[str, Any] = {}
        if id_ not in local:
            first = draw(st.none() | st.integers(0, 6))
            ages = {} if first is None else {"age_from": first, "age_until": first + draw(st.integers(1, 12))}
            beside = {"clock": draw(st.sampled_from(clocks)), "title": "ours", **ages}
        for start, end in draw(st.sampled_from([[(None, None)], list(pairwise([None, *cuts, None]))])):
            if draw(st.integers(0, 3)) == 0 and start is not None:
                continue  # a gap, in which the project's rule stands
            times = {"effective_from": start, "effective_to": end}
            table = {"id": id_, "source": "ours", **{name: day for name, day in times.items() if day is not None}}
            off = id_ in local and draw(st.integers(0, 3)) == 0
            found.append(table | ({"off": True} if off else beside | draw(limits)))
    return found


days = st.builds(
    lambda on, after: on + timedelta(days=after), st.sampled_from(ANCHORS), st.sampled_from((0, 1, 7, 28, 91, 184, 366))
)
limits = st.fixed_dictionaries(
    {"limit": st.sampled_from([0, 1, 3, 4, 10, 15, 45]), "unit": st.sampled_from(UNITS)},
    optional={"counting": st.sampled_from(COUNTING)},
)
