"""Demand: the slow reference on random worlds, and the definitions one by one, with answers worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import View, view
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.contact import ContactReceived, ReferralDecided, ReferralReceived
from ledger.domain.events.identity import ChildMerged, DeathRecorded
from ledger.domain.events.record import EntryWithdrawn, SourceCoverageDeclared
from ledger.domain.events.safeguarding import ChildProtectionPlanStarted, ConferenceHeld, Section47Started
from tests.projections import slow_demand as slow
from tests.projections.flows import flows
from tests.projections.small import Said, entry_id, journey_id, run

BIG = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
SOME = settings(max_examples=30, deadline=None, suppress_health_check=BIG, phases=PHASES)
ON = view("2024-06-30")
VIEWS = st.sampled_from(["2023-03-13", "2023-10-31", "2024-03-20", "2025-03-31"])
WINDOWS = st.sampled_from([(date(2022, 12, 1), date(2024, 5, 1)), (date(2022, 12, 24), date(2023, 9, 2))])


def exactly(share: Fraction | None) -> Decimal | None:
    """A share to 12 places, rounded half up."""
    if share is None:
        return None
    return Decimal((2 * share.numerator * 10**12 + share.denominator) // (2 * share.denominator)).scaleb(-12)


@SOME
@given(flows(), VIEWS, WINDOWS, st.sampled_from(["month", "quarter", "year"]), st.sampled_from([0, 14, 90, 90]))
def test_it_agrees_with_the_slow_reference(
    said: list[Said], stated: str, window: tuple[date, date], per: str, within: int
) -> None:
    at = view(stated)
    first, until = window
    table = run("demand", said, at, from_=first, to=until, per=per, within=within)
    reached = min(until, date.fromisoformat(stated) + timedelta(days=1))
    starts = edges(first, reached, {"month": 1, "quarter": 3, "year": 12}[per])
    told = [(row["from_on"], row["until_on"]) for row in table.dicts()]
    assert told == list(zip(starts, [*starts[1:], reached], strict=True))
    coverage = slow.coverage_of(said, at)
    happened = slow.everything(said, at, coverage, within)
    for found in table.dicts():
        expected = slow.row(happened, coverage, found["from_on"], found["until_on"])
        for what, value in expected.items():
            assert found[what] == (exactly(value) if what in slow.RATES else value), what


def edges(first: date, until: date, months: int) -> list[date]:
    """The first days of periods that begin in [first, until), and the first day itself."""
    days = [first + timedelta(days=n) for n in range((until - first).days)]
    return [on for on in days if on == first or (on.day == 1 and (on.month - 4) % months == 0)]


def d(year: int, month: int, day: int = 1) -> date:
    return date(year, month, day)


def whole(*areas: str, complete: bool = True, from_: date = date(2000, 1, 1)) -> Said:
    """A source covers areas for a long time."""
    event = SourceCoverageDeclared(
        system="csv", areas=areas, covers_from=from_, covers_until=date(2030, 1, 1), complete=complete
    )
    return Said("ledger", event, date(2000, 1, 1))


EVERYTHING = whole("contact", "referral", "assessment", "section 47", "conference", "protection plan", "care")


def referred(on: date, child: str = "a") -> Said:
    return Said(child, ReferralReceived(occurred_on=on), on)


def only(said: list[Said], year: int = 2024, at: View = ON, **parameters: Any) -> dict[str, Any]:
    """The row of one social-care year."""
    (row,) = run("demand", said, at, year=year, per="year", **parameters).dicts()
    return row


def test_within_12_months_includes_the_same_day_a_year_later() -> None:
    for second, again in ((d(2023, 5, 10), 1), (d(2023, 5, 11), 0)):
        row = only([EVERYTHING, referred(d(2022, 5, 10)), referred(second)])
        assert (row["referrals"], row["re_referrals"], row["re_referral_rate"]) == (1, again, again)


def test_the_last_referral_before_counts_whatever_became_of_it() -> None:
    refused = Said(
        "a", ReferralDecided(occurred_on=d(2023, 4, 4), referred_on=d(2023, 4, 3), accepted=False), d(2023, 4, 4)
    )
    row = only([EVERYTHING, refused, referred(d(2023, 9, 1)), referred(d(2023, 9, 1), child="b")])
    assert (row["referrals"], row["re_referrals"], row["looked_back"]) == (3, 1, 3)
    assert row["re_referral_rate"] == exactly(Fraction(1, 3))


def test_a_referral_that_nobody_can_look_back_from_is_in_no_rate() -> None:
    since = whole("referral", from_=d(2022, 6, 1))
    row = only(
        [since, referred(d(2023, 5, 31)), referred(d(2023, 5, 31), child="b"), referred(d(2023, 6, 1), child="c")]
    )
    assert (row["referrals"], row["looked_back"], row["re_referral_rate"]) == (3, 1, 0)
    assert "no complete source for the 12 months before 2 referrals" in row["note"]
    row = only([whole("referral", complete=False), referred(d(2023, 5, 31))])
    assert (row["looked_back"], row["re_referral_rate"]) == (0, None)


def test_two_journeys_of_one_child_are_one_child() -> None:
    said = [EVERYTHING, referred(d(2023, 5, 1)), referred(d(2023, 6, 1), child="b")]
    assert only(said)["re_referrals"] == 0
    for one, other in (("a", "b"), ("b", "a")):
        said.append(Said(one, ChildMerged(other_journey=journey_id(other)), d(2023, 7)))
    assert only(said)["re_referrals"] == 1


def test_a_repeat_plan_is_the_second_ever_by_record_or_by_statement() -> None:
    plans: list[tuple[str, date, int | None]] = [
        ("a", d(2010, 1), None),
        ("a", d(2023, 5), None),
        ("b", d(2023, 5), 1),
        ("c", d(2023, 5), 0),
        ("d", d(2023, 5), None),
    ]
    said = [
        Said(child, ChildProtectionPlanStarted(occurred_on=on, previous_plans=previous), on)
        for child, on, previous in plans
    ]
    row = only([EVERYTHING, *said])
    counts = (row["protection_plans_started"], row["repeat_plans"], row["repeat_not_known"], row["repeat_share"])
    assert counts == (4, 2, 1, Fraction(1, 2))


def test_conversions_follow_the_cohort_of_the_period() -> None:
    said = [
        EVERYTHING,
        referred(d(2024, 3, 20)),
        Said("a", AssessmentStarted(occurred_on=d(2024, 4, 5)), d(2024, 4, 5)),
        Said("a", AssessmentAuthorised(occurred_on=d(2024, 5, 5), started_on=d(2024, 4, 5)), d(2024, 5, 5)),
        referred(d(2024, 3, 21), child="b"),
        Said("b", Section47Started(occurred_on=d(2024, 3, 21)), d(2024, 3, 21)),
        Said("b", ConferenceHeld(occurred_on=d(2024, 4, 9), kind="initial"), d(2024, 4, 9)),
        Said("b", ChildProtectionPlanStarted(occurred_on=d(2024, 4, 9)), d(2024, 4, 9)),
    ]
    row = only(said)
    assert (row["assessments_started"], row["referrals_assessed"], row["referral_to_assessment"]) == (
        0,
        1,
        Fraction(1, 2),
    )
    assert (row["section_47_to_conference"], row["conference_to_plan"]) == (1, None)
    following = only(said, year=2025)
    assert (following["assessments_started"], following["assessments_completed"]) == (1, 1)
    assert (following["conference_to_plan"], following["referral_to_assessment"]) == (1, None)
    assert only(said, within=10)["referrals_assessed"] == 0
    assert "90 days have not passed" not in (row["note"] or "")
    assert "90 days have not passed" in only(said, at=view("2024-06-28"))["note"]


def test_transfer_in_conferences_stand_beside() -> None:
    said = [
        Said("a", ConferenceHeld(occurred_on=d(2023, 5), kind=kind), d(2023, 5))
        for kind in ("transfer-in", "review", "pre-birth")
    ]
    row = only([EVERYTHING, *said])
    assert (row["initial_conferences"], row["transfer_in_conferences"]) == (1, 1)


def test_starting_and_ceasing_to_be_looked_after() -> None:
    def begun(child: str, on: date, reason: str, status: str = "C2") -> Said:
        return Said(child, CareEpisodeStarted(occurred_on=on, reason=reason, legal_status=status), on)

    said = [
        EVERYTHING,
        begun("a", d(2023, 5), "S"),
        Said("a", CareEpisodeEnded(occurred_on=d(2023, 6), started_on=d(2023, 5), reason="X1"), d(2023, 6)),
        begun("a", d(2023, 6), "P"),
        Said("a", CareEpisodeEnded(occurred_on=d(2023, 8), started_on=d(2023, 6), reason="E4"), d(2023, 8)),
        begun("b", d(2023, 7), "P"),
        begun("c", d(2023, 7), "S", "V4"),
    ]
    table = run("demand", said, ON, year=2024, per="year")
    (row,) = table.dicts()
    assert (row["looked_after_started"], row["looked_after_ceased"]) == (1, 1)
    told = "1 spell of care of which the record only says that it had begun: not among those that started"
    assert told in table.notes


def test_who_dies_ceases_to_be_looked_after_whatever_the_episodes_say() -> None:
    begun = CareEpisodeStarted(occurred_on=d(2023, 5), reason="S", legal_status="C2")
    said = [EVERYTHING, Said("a", begun, d(2023, 5)), Said("a", DeathRecorded(occurred_on=d(2023, 8)), d(2023, 8))]
    assert only(said)["looked_after_ceased"] == 1
    assert only(said, at=view("2023-07-31"))["looked_after_ceased"] == 0


def test_nothing_told_is_empty_and_nothing_happened_is_0() -> None:
    row = only([whole("contact"), Said("a", Section47Started(occurred_on=d(2023, 5)), d(2023, 5))])
    assert (row["contacts"], row["referrals"], row["re_referrals"], row["section_47_started"]) == (0, None, None, 1)
    assert (row["section_47_conferenced"], row["section_47_to_conference"]) == (None, None)
    assert "not supplied: referrals, assessments, section 47, conferences" in row["note"]


def test_rates_per_10000_need_a_population() -> None:
    said = [EVERYTHING, referred(d(2023, 5)), referred(d(2023, 6), child="b")]
    row = only(said)
    assert row["referrals_per_10000"] is None
    assert "no population given: no rates per 10,000" in row["note"]
    row = only(said, population=30000)
    assert (row["referrals_per_10000"], row["note"]) == (exactly(Fraction(2, 3)), None)


def test_a_period_at_the_edge_holds_only_its_days_in_the_window() -> None:
    said = [EVERYTHING, referred(d(2023, 5, 10)), Said("a", ContactReceived(occurred_on=d(2023, 6, 5)), d(2023, 6, 5))]
    rows = run("demand", said, view("2023-06-20"), from_="2023-05-11", to="2024-01-01").dicts()
    assert [(r["period"], r["from_on"], r["until_on"], r["referrals"], r["contacts"]) for r in rows] == [
        ("2023-05", d(2023, 5, 11), d(2023, 6), 0, 0),
        ("2023-06", d(2023, 6), d(2023, 6, 21), 0, 1),
    ]
    assert "up to the reader's day" in rows[1]["note"]
    (first, _) = run("demand", said, view("2023-06-20")).dicts()
    assert first["from_on"] == d(2023, 5, 10)


def test_what_is_withdrawn_or_only_expected_is_not_counted() -> None:
    said = [
        EVERYTHING,
        referred(d(2023, 5)),
        Said("a", EntryWithdrawn(withdraws=entry_id(2), reason="entered in error"), d(2023, 6)),
        Said("b", ConferenceHeld(occurred_on=d(2023, 9), kind="initial"), d(2023, 6)),
    ]
    table = run("demand", said, ON, year=2024, per="year")
    (row,) = table.dicts()
    assert (row["referrals"], row["initial_conferences"]) == (0, 0)
    assert "1 entry of the kinds counted is only expected: left out" in table.notes
    assert only(said, at=view("2023-05-20"))["referrals"] == 1
