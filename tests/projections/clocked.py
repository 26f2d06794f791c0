"""Random worlds in which clocks run: referrals, assessments, enquiries, conferences, plans, care, visits, reviews.

Days lie at few anchors (Easter, Christmas, ends of months) plus lengths around the limits of timescales, so that being
in time by a day and late by a day both happen often.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

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
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ContactReceived, ReferralDecided, ReferralReceived
from ledger.domain.events.identity import ChildRegistered
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
from ledger.domain.timescales import COUNTING, UNITS, timescales
from tests.projections.small import Said, entry_id
from tests.projections.worlds import CHILDREN, LAGS, afterthoughts, written

if TYPE_CHECKING:
    from ledger.domain.events.base import Event

ANCHORS = (date(2022, 3, 31), date(2022, 12, 22), date(2023, 3, 31))
LENGTHS = (0, 0, 1, 3, 4, 7, 8, 14, 15, 16, 20, 21, 27, 28, 29, 42, 43, 62, 63, 64, 65, 66, 91, 92, 93, 182, 184, 366)
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
anchors = st.sampled_from(ANCHORS)
days = st.builds(lambda on, n: on + timedelta(days=n), anchors, st.sampled_from(LENGTHS))
precisions = st.sampled_from([None] * 12 + ["month", "approximate"])

Fields = dict[str, st.SearchStrategy[Any]]

STARTS: list[tuple[type[Event], Fields]] = [
    (ContactReceived, {}),
    (ReferralReceived, {}),
    (AssessmentStarted, {"referred_on": st.none() | anchors}),
    (Section47Started, {}),
    (ConferenceHeld, {"kind": st.sampled_from(["initial", "initial", "pre-birth", "transfer-in"])}),
    (ChildProtectionPlanStarted, {"previous_plans": st.sampled_from([None, None, 0, 1])}),
    (ChildInNeedPlanStarted, {}),
    (PathwayPlanAgreed, {}),
]
REST: list[tuple[type[Event], Fields]] = [
    (ReferralReceived, {}),
    (ReferralDecided, {"referred_on": anchors, "accepted": st.booleans()}),
    (AssessmentStarted, {"referred_on": st.none() | anchors}),
    (AssessmentAuthorised, {"started_on": anchors}),
    (
        Section47Completed,
        {
            "started_on": anchors,
            "outcome": st.sampled_from([None, "initial child protection conference", "no further action"]),
            "conference_not_required": st.sampled_from([None, None, True, False]),
        },
    ),
    (
        ConferenceHeld,
        {
            "kind": st.sampled_from(["initial", "initial", "review", "review", "pre-birth", "transfer-in"]),
            "outcome_cp": st.sampled_from([None, True, True, False]),
        },
    ),
    (ChildProtectionPlanStarted, {"previous_plans": st.sampled_from([None, None, 0, 1])}),
    (ChildProtectionPlanEnded, {"started_on": anchors}),
    (ChildInNeedPlanEnded, {"started_on": anchors}),
    (CoreGroupHeld, {"plan_started_on": st.none() | anchors}),
    (LookedAfterReviewHeld, {}),
    (HealthAssessmentDone, {"kind": st.sampled_from(["initial", "review"])}),
    (PersonalEducationPlanHeld, {}),
    (CarePlanAgreed, {}),
    (MissingEnded, {"kind": st.just("M"), "started_on": anchors}),
    (ReturnInterviewHeld, {"missing_started_on": st.none() | anchors}),
    (ReturnInterviewOffered, {"missing_started_on": st.none() | anchors, "answer": st.sampled_from(["yes", "no"])}),
    (PathwayPlanReviewed, {}),
    (SupervisionDiscussionHeld, {"mode": st.just("one to one")}),
    (CaseClosed, {}),
]
AREAS_OF_PRACTICE: tuple[tuple[str, ...], ...] = (
    ("contact", "referral", "assessment", "case"),
    ("section 47", "conference", "protection plan", "supervision"),
    ("review", "care plan", "health", "education", "missing"),
    ("in-need plan", "pathway plan", "case"),
    (*AREAS, "case"),
)
"""A child's story is mostly of one of these, so that its entries meet."""
visited: Fields = {
    "worker": st.sampled_from(["A", None]),
    "role": st.sampled_from([None, None, "allocated", "reviewing officer"]),
    "method": st.sampled_from(["face to face", "face to face", "face to face", "virtual"]),
    "child_seen": st.sampled_from([None, "yes", "yes", "no", "not applicable"]),
}


@st.composite
def happening(draw: st.DrawFn, choices: list[tuple[type[Event], Fields]], on: st.SearchStrategy[date]) -> Event:
    """Draw one of these events on a day."""
    kind, fields = draw(st.sampled_from(choices))
    return kind(occurred_on=draw(on), precision=draw(precisions), **{name: draw(one) for name, one in fields.items()})


@st.composite
def care(draw: st.DrawFn) -> Event:
    """Draw the start or the end of a care episode."""
    if draw(st.integers(0, 2)):
        return CareEpisodeStarted(
            occurred_on=draw(anchors),
            reason=draw(st.sampled_from("SSSPL")),
            legal_status=draw(st.sampled_from(["C2", "C2", "C2", "V4"])),
            precision=draw(precisions),
        )
    reason = draw(st.sampled_from(["X1", "E4"]))
    return CareEpisodeEnded(occurred_on=draw(days), started_on=draw(anchors), reason=reason)


registrations = st.builds(
    lambda born: ChildRegistered(child_id="1", born=born), st.sampled_from(["2018-05", "2018-12", "2020-11", "2012-01"])
)


@st.composite
def clocked_worlds(draw: st.DrawFn) -> list[Said]:
    """Draw what was said about three children, what was corrected and restricted, and what sources cover."""
    said: list[Said] = []
    for child in CHILDREN:
        areas = draw(st.sampled_from(AREAS_OF_PRACTICE))
        starts = [choice for choice in STARTS if choice[0].area in areas]
        rest = [choice for choice in REST if choice[0].area in areas]
        events = draw(st.lists(happening(starts, anchors), max_size=5)) if starts else []
        events += draw(st.lists(happening(rest, days), max_size=12))
        events += draw(st.lists(care(), max_size=4))
        events += draw(st.lists(happening([(VisitRecorded, visited)], days), max_size=5))
        for event in events:
            basis = draw(st.sampled_from(["practice", "practice", "practice", "return"]))
            said.append(Said(child, event, written_at=written(event, draw(LAGS)), basis=basis))
        if draw(st.booleans()):
            said.append(Said(child, draw(registrations), written_at=ANCHORS[0]))
    draw(st.randoms(use_true_random=False)).shuffle(said)
    afters = draw(afterthoughts(said))
    for place in draw(st.lists(st.sampled_from(range(len(said))), max_size=2)) if said else ():
        restricted = EntryRestricted(restricts=entry_id(place + 1), reason="other")
        afters.append(Said(said[place].stream, restricted, written_at=draw(days)))
    return [*said, *afters, *draw(coverage())]


@st.composite
def coverage(draw: st.DrawFn) -> list[Said]:
    """Draw what sources cover: often all of it for all the time, else some areas for some time."""
    found = []
    for n in range(draw(st.integers(0, 3))):
        whole = draw(st.booleans()) or n == 0
        start = date(2021, 1, 1) if whole else draw(days)
        event = SourceCoverageDeclared(
            system="csv",
            areas=tuple(AREAS) if whole else tuple(draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=6))),
            covers_from=start,
            covers_until=start + timedelta(days=draw(st.sampled_from([90, 500, 2000]))),
            complete=draw(st.sampled_from([True, True, True, False])),
            scope=draw(st.sampled_from(["all children", "all children", "children looked after in the year"])),
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


limits = st.fixed_dictionaries(
    {"limit": st.sampled_from([0, 1, 3, 4, 10, 15, 45]), "unit": st.sampled_from(UNITS)},
    optional={"counting": st.sampled_from(COUNTING)},
)
