"""The stage of a journey: the highest status that is open on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.base import Event
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed, CaseReopened, TransferredIn, TransferredOut
from ledger.domain.events.contact import EarlyHelpEnded, EarlyHelpStarted, ReferralDecided, ReferralReceived
from ledger.domain.events.court import PreProceedingsStarted
from ledger.domain.events.identity import DeathRecorded
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.safeguarding import (
    ChildProtectionPlanCategoryChanged,
    ChildProtectionPlanEnded,
    ChildProtectionPlanStarted,
    Section47Completed,
    Section47Started,
)
from tests.domain.given import Given, on

DAY = timedelta(days=1)


def help_from(day: str) -> Event:
    return EarlyHelpStarted(occurred_on=on(day))


def referral(day: str, *, accepted: bool = True) -> Event:
    return ReferralDecided(occurred_on=on(day), referred_on=on(day), accepted=accepted)


def assessment(day: str) -> Event:
    return AssessmentStarted(occurred_on=on(day))


def in_need(day: str) -> Event:
    return ChildInNeedPlanStarted(occurred_on=on(day))


def protection(day: str) -> Event:
    return ChildProtectionPlanStarted(occurred_on=on(day), category="NEG")


def care(day: str, status: str = "C2", reason: str = "S") -> Event:
    return CareEpisodeStarted(occurred_on=on(day), reason=reason, legal_status=status)


def leaver(day: str) -> Event:
    return CareLeaverStatusSet(occurred_on=on(day), status="former relevant")


LADDER = [
    ("early help", help_from),
    ("referral", referral),
    ("assessment", assessment),
    ("child in need plan", in_need),
    ("child protection plan", protection),
    ("looked after", care),
]
"""From the lowest up, as the definition lists them."""


def test_a_journey_without_anything_open_is_closed() -> None:
    assert Given().journey().stage == "closed"
    assert Given(ReferralReceived(occurred_on=on("2024-01-02"))).journey().stage == "closed"
    assert Given(referral("2024-01-02", accepted=False)).journey().stage == "closed"


@pytest.mark.parametrize("height", range(len(LADDER)))
def test_the_highest_open_status_is_the_stage_whatever_the_order(height: int) -> None:
    days = [f"2024-01-{10 + n:02d}" for n in range(height + 1)]
    up = [make(day) for (_, make), day in zip(LADDER, days, strict=False)]
    down = [make(day) for (_, make), day in zip(LADDER, reversed(days), strict=False)]
    names = [name for name, _ in LADDER[: height + 1]]
    climbed, fell = Given(*up).journey(), Given(*down).journey()
    assert (climbed.stage, climbed.since) == (names[-1], on(days[-1]))
    assert (fell.stage, fell.since) == (names[-1], on(days[0]))
    assert [status.name for status in climbed.statuses] == names[::-1]


def test_several_statuses_are_held_at_once_each_since_its_own_day() -> None:
    journey = Given(referral("2024-01-02"), protection("2024-02-01"), in_need("2024-02-03")).journey()
    assert [(s.name, s.since) for s in journey.statuses] == [
        ("child protection plan", on("2024-02-01")),
        ("child in need plan", on("2024-02-03")),
        ("referral", on("2024-01-02")),
    ]


def test_stepping_down_is_a_new_stage_from_the_day_the_plan_ended() -> None:
    case = Given(referral("2024-01-02"), protection("2024-02-01"), in_need("2024-06-01"))
    case(ChildProtectionPlanEnded(occurred_on=on("2024-06-01"), started_on=on("2024-02-01")))
    journey = case.journey()
    assert (journey.stage, journey.since) == ("child in need plan", on("2024-06-01"))
    assert [(s.stage, s.started_on, s.ended_on) for s in journey.stages] == [
        ("referral", on("2024-01-02"), on("2024-02-01")),
        ("child protection plan", on("2024-02-01"), on("2024-06-01")),
        ("child in need plan", on("2024-06-01"), None),
    ]


def test_closure_ends_what_had_no_end() -> None:
    case = Given(help_from("2024-01-01"), referral("2024-01-02"), assessment("2024-01-03"), in_need("2024-02-01"))
    case(CaseClosed(occurred_on=on("2024-05-01"), reason="RC7"))
    journey = case.journey()
    assert (journey.stage, journey.since, journey.statuses) == ("closed", on("2024-05-01"), ())
    assert (journey.open, journey.open_plans, journey.open_assessments) == ((), (), ())
    assert {span.what for span in journey.spans if span.cut} == {
        "early help",
        "referral",
        "assessment",
        "child in need plan",
    }
    assert case.journey("2024-04-30").stage == "child in need plan"


def test_an_ending_before_the_closure_stands() -> None:
    case = Given(referral("2024-01-02"), in_need("2024-02-01"))
    case(ChildInNeedPlanEnded(occurred_on=on("2024-03-01"), started_on=on("2024-02-01")))
    case(CaseClosed(occurred_on=on("2024-05-01")))
    plan = next(span for span in case.journey().spans if span.what == "child in need plan")
    assert (plan.until, plan.cut) == (on("2024-03-01"), False)


def test_a_child_looked_after_stays_so_when_the_case_is_closed() -> None:
    case = Given(referral("2024-01-02"), care("2024-02-01"), CaseClosed(occurred_on=on("2024-05-01")))
    assert case.journey().stage == "looked after"


@pytest.mark.parametrize("again", [CaseReopened(occurred_on=on("2024-09-01")), referral("2024-09-01")])
def test_a_case_reopened_or_referred_again_is_open_from_that_day(again: Event) -> None:
    case = Given(referral("2024-01-02"), CaseClosed(occurred_on=on("2024-05-01")), again)
    journey = case.journey()
    assert (journey.stage, journey.since) == ("referral", on("2024-09-01"))
    assert case.journey("2024-08-31").stage == "closed"


def test_a_transfer_in_opens_the_case() -> None:
    case = Given(TransferredIn(occurred_on=on("2024-01-02"), other_authority="Elsewhere"))
    assert case.journey().stage == "referral"


def test_a_referral_taken_on_the_day_of_an_earlier_closure_is_open() -> None:
    case = Given(referral("2024-01-02"), CaseClosed(occurred_on=on("2024-05-01")), referral("2024-05-01"))
    assert case.journey().stage == "referral"
    closed_at_once = Given(referral("2024-01-02"), CaseClosed(occurred_on=on("2024-01-02")))
    assert closed_at_once.journey().stage == "closed"


def test_after_care_a_young_person_with_the_status_is_a_care_leaver() -> None:
    case = Given(care("2010-03-01"))
    case(CareEpisodeEnded(occurred_on=on("2020-03-01"), started_on=on("2010-03-01"), reason="E17"))
    assert case.journey().stage == "closed"
    case(leaver("2020-03-01"))
    assert (case.journey().stage, case.journey().since) == ("care leaver", on("2020-03-01"))
    case(CaseClosed(occurred_on=on("2023-03-01")))
    assert case.journey().stage == "closed"


def test_a_status_given_while_looked_after_waits_until_care_ends() -> None:
    case = Given(care("2010-03-01"), leaver("2019-01-01"))
    assert case.journey().stage == "looked after"
    case(CareEpisodeEnded(occurred_on=on("2020-03-01"), started_on=on("2010-03-01"), reason="E5"))
    assert (case.journey().stage, case.journey().since) == ("care leaver", on("2020-03-01"))


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_short_breaks_are_not_being_looked_after(status: str) -> None:
    journey = Given(in_need("2024-01-02"), care("2024-02-01", status)).journey()
    assert journey.stage == "child in need plan"
    assert (journey.legal_status, journey.care_period) == (status, None)


def test_enquiries_and_pre_proceedings_are_overlays() -> None:
    case = Given(
        in_need("2024-01-02"),
        Section47Started(occurred_on=on("2024-02-01")),
        PreProceedingsStarted(occurred_on=on("2024-02-02")),
    )
    journey = case.journey()
    assert journey.stage == "child in need plan"
    assert [span.what for span in journey.open] == ["child in need plan", "section 47 enquiry", "pre-proceedings"]
    case(Section47Completed(occurred_on=on("2024-02-12"), started_on=on("2024-02-01")))
    assert [span.what for span in case.journey().open] == ["child in need plan", "pre-proceedings"]


def test_an_assessment_is_open_until_it_is_authorised() -> None:
    case = Given(referral("2024-01-02"), assessment("2024-01-03"))
    assert [a.started_on for a in case.journey().open_assessments] == [on("2024-01-03")]
    case(AssessmentAuthorised(occurred_on=on("2024-02-20"), started_on=on("2024-01-03")))
    assert (case.journey().open_assessments, case.journey().stage) == ((), "referral")


def test_an_ending_that_names_no_start_ends_nothing_and_is_remarked_upon() -> None:
    case = Given(in_need("2024-02-01"))
    orphan = case(ChildInNeedPlanEnded(occurred_on=on("2024-03-01"), started_on=on("2024-02-02")))
    journey = case.journey()
    assert journey.stage == "child in need plan"
    assert [(r.code, [s.root for s in r.about]) for r in journey.remarks] == [("ending-without-start", [orphan])]


def test_an_ending_found_wrong_opens_the_plan_again() -> None:
    case = Given(in_need("2024-02-01"))
    end = case(ChildInNeedPlanEnded(occurred_on=on("2024-03-01"), started_on=on("2024-02-01")))
    case.withdraw(end, written="2024-03-10")
    assert case.journey("2024-03-09").stage == "closed"
    assert (case.journey("2024-03-10").stage, case.journey("2024-03-10").since) == (
        "child in need plan",
        on("2024-02-01"),
    )


def test_a_plan_written_down_late_is_known_only_then_and_stands_where_it_happened() -> None:
    case = Given()
    case(in_need("2024-02-01"), written="2024-04-01")
    assert case.journey("2024-03-31").stage == "closed"
    assert case.journey("2024-04-01").since == on("2024-02-01")


def test_what_is_only_expected_never_counts_even_when_its_day_has_passed() -> None:
    case = Given(help_from("2024-01-02"))
    case(in_need("2024-06-01"), written="2024-01-05")
    case(EarlyHelpEnded(occurred_on=on("2024-02-01"), started_on=on("2024-01-02")), written="2024-01-20")
    journey = case.journey("2025-01-01")
    assert (journey.stage, journey.since) == ("early help", on("2024-01-02"))


def test_the_fold_stops_at_the_day_asked_for() -> None:
    case = Given(referral("2024-01-02"), assessment("2024-02-01"))
    assert case.journey(by="2024-01-31").stage == "referral"
    assert case.journey(by="2024-02-01").stage == "assessment"


def test_the_category_of_a_protection_plan_follows_its_changes() -> None:
    case = Given(protection("2024-02-01"))
    assert case.journey().protection_category == "NEG"
    case(ChildProtectionPlanCategoryChanged(occurred_on=on("2024-03-01"), started_on=on("2024-02-01"), category="EMO"))
    assert case.journey().protection_category == "EMO"
    case(ChildProtectionPlanEnded(occurred_on=on("2024-04-01"), started_on=on("2024-02-01")))
    assert case.journey().protection_category is None


def test_death_ends_everything() -> None:
    case = Given(referral("2024-01-02"), care("2024-02-01"), DeathRecorded(occurred_on=on("2024-03-01")))
    journey = case.journey()
    assert (journey.stage, journey.died, journey.legal_status, journey.open) == ("closed", on("2024-03-01"), None, ())


def test_death_ends_care_where_the_ending_is_dated_later() -> None:
    case = Given(care("2024-02-01"), DeathRecorded(occurred_on=on("2024-03-01")))
    case(CareEpisodeEnded(occurred_on=on("2024-03-05"), started_on=on("2024-02-01"), reason="E2"))
    assert (case.journey().stage, case.journey().since) == ("closed", on("2024-03-01"))


def test_a_start_without_a_date_counts_and_says_no_day() -> None:
    journey = Given(ChildInNeedPlanStarted(precision="unknown")).journey("2024-01-01")
    # Nobody says when it was written either: it is known from the day the ledger recorded it.
    assert journey.stage == "closed"
    journey = Given(ChildInNeedPlanStarted(precision="unknown")).journey()
    assert (journey.stage, journey.since) == ("child in need plan", None)


def test_a_transfer_out_closes_the_case() -> None:
    case = Given(referral("2024-01-02"), in_need("2024-02-01"))
    case(TransferredOut(occurred_on=on("2024-05-01"), other_authority="Elsewhere"))
    assert (case.journey().stage, case.journey().since) == ("closed", on("2024-05-01"))


SPANS: dict[str, tuple[Any, Any]] = {
    "early help": (help_from, lambda end, began: EarlyHelpEnded(occurred_on=end, started_on=began)),
    "assessment": (assessment, lambda end, began: AssessmentAuthorised(occurred_on=end, started_on=began)),
    "child in need plan": (in_need, lambda end, began: ChildInNeedPlanEnded(occurred_on=end, started_on=began)),
    "child protection plan": (
        protection,
        lambda end, began: ChildProtectionPlanEnded(occurred_on=end, started_on=began),
    ),
}
ORDER = ["looked after", "child protection plan", "child in need plan", "assessment", "referral", "early help"]
ORDER += ["care leaver"]
FIRST = on("2024-01-01")
things = st.tuples(
    st.sampled_from([*SPANS, "referral", "looked after", "care leaver"]),
    st.integers(0, 40),
    st.none() | st.integers(1, 12),
)


@given(st.lists(things, max_size=7), st.none() | st.integers(0, 45))
def test_day_by_day_the_stage_is_the_highest_open(told: list[tuple[str, int, int | None]], closed: int | None) -> None:
    """An independent reading of the definition, a day at a time; nothing begins on the day of the closure."""
    case, running, keys = Given(), [], set()
    for what, first, length in told:
        if (what, first) in keys or first == closed:
            continue
        keys.add((what, first))
        began = FIRST + DAY * first
        until = None if length is None else began + DAY * length
        if what in SPANS:
            start_of, end_of = SPANS[what]
            case(start_of(began.isoformat()))
            if until is not None:
                case(end_of(until, began))
        elif what == "looked after":
            case(care(began.isoformat()))
            if until is not None:
                case(CareEpisodeEnded(occurred_on=until, started_on=began, reason="E4A"))
        else:
            case((referral if what == "referral" else leaver)(began.isoformat()))
            until = None
        running.append((what, first, None if until is None else (until - FIRST).days))
    if closed is not None:
        case(CaseClosed(occurred_on=FIRST + DAY * closed))
    spells = case.journey().stages
    for day in range(60):
        open_then = {
            what
            for what, first, until in running
            if first <= day
            and (until is None or day < until)
            and (what == "looked after" or closed is None or not first <= closed <= day)
        }
        expected = next((name for name in ORDER if name in open_then), "closed")
        on_day = FIRST + DAY * day
        found = [
            s.stage
            for s in spells
            if s.started_on is not None and s.started_on <= on_day and (s.ended_on is None or on_day < s.ended_on)
        ]
        assert (found or ["closed"]) == [expected]
