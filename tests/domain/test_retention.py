"""Retention: which rule a record falls under, and the day it is due, against days worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.envelope import Actor, Entry
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed, CaseReopened, TransferredOut
from ledger.domain.events.contact import ReferralDecided, ReferralReceived
from ledger.domain.events.court import OrderMade
from ledger.domain.events.identity import ChildBorn, ChildRegistered, DeathRecorded, IdentitySealed
from ledger.domain.events.record import (
    EntryCorrected,
    EntryWithdrawn,
    LegalHoldOverridden,
    LegalHoldReleased,
    LegalHoldSet,
)
from ledger.domain.events.safeguarding import ChildProtectionPlanStarted
from ledger.domain.holds import blocking, holds
from ledger.domain.retention import RULES, Due, anniversary, due, latest_birthday
from ledger.domain.retention_facts import record_facts
from ledger.domain.standing import stand

ASKED = date(2200, 1, 1)
LOCAL = {"child_in_need": 6, "child_protection": 25}
A_DAY = date(2020, 5, 1)


def entries(*events: Any) -> list[Entry]:
    from datetime import UTC, datetime

    return [
        Entry(
            position,
            "journey:x",
            position,
            f"00000000-0000-4000-8000-{position:012d}",
            event.name,
            event,
            datetime(2150, 1, 1, tzinfo=UTC) + timedelta(seconds=position),
            by=Actor(worker="W1"),
        )
        for position, event in enumerate(events, start=1)
    ]


def asked(*events: Any, on: date = ASKED, schedule: dict[str, int] = LOCAL, nation: Any = "England") -> Due:
    return due(record_facts(stand(entries(*events))), on, schedule, nation)


def child(born: str | None = "2012-02", **more: Any) -> ChildRegistered:
    return ChildRegistered(occurred_on=A_DAY, child_id="C", born=born, **more)


CARE = CareEpisodeStarted(occurred_on=A_DAY, reason="S", legal_status="C2")
PLAN = ChildProtectionPlanStarted(occurred_on=A_DAY)
NEED = ReferralReceived(occurred_on=A_DAY)
CLOSED = CaseClosed(occurred_on=date(2021, 7, 1))


def died(on: date, **more: Any) -> DeathRecorded:
    return DeathRecorded(occurred_on=on, **more)


# -- which rule ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "rule", "due_on"),
    [
        ((child(), CARE), "looked-after-england", date(2087, 2, 28)),
        ((child("2012-12"), CARE), "looked-after-england", date(2087, 12, 31)),
        ((child("2013-02"), CARE), "looked-after-england", date(2088, 2, 29)),
        ((child(), CARE, PLAN, NEED, CLOSED), "looked-after-england", date(2087, 2, 28)),
        ((child(), CARE, died(date(2025, 6, 1))), "looked-after-died-england", date(2040, 6, 1)),
        ((child(), CARE, died(date(2024, 2, 29))), "looked-after-died-england", date(2039, 3, 1)),
        ((child(), CARE, died(date(2030, 1, 31))), "looked-after-died-england", date(2045, 1, 31)),
        ((child(), CARE, died(date(2030, 2, 1))), "looked-after-england", date(2087, 2, 28)),
        ((child(), PLAN, NEED, CLOSED), "child-protection", date(2046, 7, 1)),
        ((child(), NEED, CLOSED), "child-in-need", date(2027, 7, 1)),
        ((child(None), NEED, CLOSED), "child-in-need", date(2027, 7, 1)),
        ((child(), NEED, died(date(2022, 1, 1))), "child-in-need", date(2028, 1, 1)),
        (
            (child(), CARE, IdentitySealed(occurred_on=date(2022, 3, 4), authority="An order")),
            "adoption-england",
            date(2122, 3, 4),
        ),
        (
            (
                child(),
                CARE,
                OrderMade(occurred_on=date(2022, 2, 1), order_kind="adoption order"),
                IdentitySealed(occurred_on=date(2022, 3, 4), authority="An order"),
            ),
            "adoption-england",
            date(2122, 2, 1),
        ),
        (
            (child(), CARE, CareEpisodeEnded(occurred_on=date(2022, 2, 1), started_on=A_DAY, reason="E11")),
            "adoption-england",
            date(2122, 2, 1),
        ),
    ],
)
def test_a_record_falls_under_one_rule(events: tuple[Any, ...], rule: str, due_on: date) -> None:
    found = asked(*events)
    assert found.rule is not None
    assert (found.rule.id, found.due_on) == (rule, due_on)
    assert found.state == "due"
    assert asked(*events, on=due_on).state == "due"
    assert asked(*events, on=due_on - timedelta(days=1)).state == "not yet due"


def test_other_orders_are_no_adoption() -> None:
    found = asked(child(), CARE, OrderMade(occurred_on=A_DAY, order_kind="care order"))
    assert found.rule is not None
    assert found.rule.id == "looked-after-england"


def test_wales_has_its_own_rules() -> None:
    found = asked(child(), CARE, nation="Wales")
    assert found.rule is not None
    assert (found.rule.id, found.rule.status) == ("looked-after-wales", "confirmed")


def test_a_rule_counts_only_while_it_is_in_effect() -> None:
    assert asked(child(), CARE, on=date(2011, 3, 31)).state == "no rule"
    assert asked(child(), CARE, on=date(2011, 4, 1)).state == "not yet due"


def test_every_rule_says_where_it_is_written_and_how_sure_that_is() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.source
        assert (rule.years is None) == (rule.status == "local") == (rule.schedule is not None)
        assert rule.effective_from is not None or rule.status == "local"
    assert {rule.id for rule in RULES if rule.status == "unconfirmed"} == {
        "adoption-england",
        "looked-after-england",
        "looked-after-died-england",
    }


# -- what is not known is never guessed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((child(None), CARE), "not known"),
        ((child(None, expected_birth="2012-02"), CARE), "not known"),
        ((child(None), CARE, died(date(2025, 6, 1))), "not known"),
        ((child(), CARE, died(date(2025, 6, 1), precision="approximate")), "not known"),
        ((child(),), "no rule"),
        ((child(), NEED), "open"),
        ((child(), PLAN), "open"),
        ((child(), NEED, CLOSED, CaseReopened(occurred_on=date(2022, 1, 1))), "open"),
        ((child(), NEED, CLOSED, ReferralDecided(occurred_on=A_DAY, referred_on=A_DAY, accepted=True)), "due"),
        (
            (child(), NEED, CLOSED, ReferralDecided(occurred_on=date(2022, 1, 1), referred_on=A_DAY, accepted=True)),
            "open",
        ),
        (
            (child(), NEED, CLOSED, ReferralDecided(occurred_on=date(2022, 1, 1), referred_on=A_DAY, accepted=False)),
            "due",
        ),
        ((child(), NEED, CaseClosed(occurred_on=date(2021, 7, 1), precision="unknown")), "not known"),
        ((child(), CARE, IdentitySealed(occurred_on=A_DAY, precision="unknown", authority="x")), "not known"),
    ],
)
def test_what_is_missing_is_told(events: tuple[Any, ...], state: str) -> None:
    found = asked(*events)
    assert found.state == state
    assert (found.due_on is None) == (state != "due")


def test_without_a_local_schedule_there_is_no_rule() -> None:
    found = asked(child(), NEED, CLOSED, schedule={})
    assert (found.state, found.due_on) == ("no rule", None)
    assert "child_in_need" in str(found.counted_from)


def test_a_child_registered_before_birth_counts_from_birth() -> None:
    born = ChildBorn(occurred_on=date(2012, 3, 4), born="2012-03", birth_date=date(2012, 3, 4))
    assert asked(child(None, expected_birth="2012-02"), born, CARE).due_on == date(2087, 3, 31)


@pytest.mark.parametrize(("precision", "due_on"), [("month", date(2027, 7, 31)), ("year", date(2027, 12, 31))])
def test_the_last_possible_day_of_a_closure_counts(precision: Any, due_on: date) -> None:
    closed = CaseClosed(occurred_on=date(2021, 7, 1), precision=precision)
    assert asked(child(), NEED, closed).due_on == due_on


def test_the_last_closure_counts() -> None:
    again = (
        CaseReopened(occurred_on=date(2022, 1, 1)),
        TransferredOut(occurred_on=date(2023, 1, 1), other_authority="E"),
    )
    assert asked(child(), NEED, CLOSED, *again).due_on == date(2029, 1, 1)


def test_corrections_and_withdrawals_count() -> None:
    wrong = entries(child(), NEED, CLOSED)
    closing = wrong[2].event_id
    later = EntryCorrected(
        corrects=closing, correction_reason="wrong date", replacement=CaseClosed(occurred_on=date(2022, 7, 1))
    )
    assert asked(child(), NEED, CLOSED, later).due_on == date(2028, 7, 1)
    assert asked(child(), NEED, CLOSED, EntryWithdrawn(withdraws=closing, reason="wrong child")).state == "open"


# -- days ------------------------------------------------------------------------------------------------------------


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_an_anniversary_is_the_first_day_after_so_many_whole_years(day: date, years: int) -> None:
    """Counted independently: the day before it, the same calendar day has not come yet."""
    found = anniversary(day, years)
    assert (found.year - day.year, (found.month, found.day) >= (day.month, day.day)) == (years, True)
    before = found - timedelta(days=1)
    assert (before.year, before.month, before.day) < (day.year + years, day.month, day.day)


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(1, 100))
def test_a_latest_birthday_is_the_last_of_its_month(year: int, month: int, years: int) -> None:
    found = latest_birthday(f"{year}-{month:02d}", years)
    assert (found.year, found.month) == (year + years, month)
    assert (found + timedelta(days=1)).month != month


# -- holds -----------------------------------------------------------------------------------------------------------


def held(hold: str = "H") -> LegalHoldSet:
    return LegalHoldSet(occurred_on=A_DAY, hold=hold, authority="An inquiry")


def released(hold: str = "H") -> LegalHoldReleased:
    return LegalHoldReleased(occurred_on=A_DAY, hold=hold, authority="An inquiry")


def overridden(hold: str = "H") -> LegalHoldOverridden:
    return LegalHoldOverridden(occurred_on=A_DAY, hold=hold, authority="A judge")


@pytest.mark.parametrize(
    ("events", "in_force", "blocks"),
    [
        ((), [], []),
        ((held(),), ["H"], ["H"]),
        ((held(), held("I")), ["H", "I"], ["H", "I"]),
        ((held(), released()), [], []),
        ((released(), held()), ["H"], ["H"]),
        ((held(), overridden()), ["H"], []),
        ((overridden(), held()), ["H"], ["H"]),
        ((held(), overridden(), held()), ["H"], ["H"]),
        ((held(), overridden("I")), ["H"], ["H"]),
        ((held(), held("I"), overridden("I")), ["H", "I"], ["H"]),
    ],
)
def test_a_hold_is_in_force_until_released_and_blocks_until_overridden(
    events: tuple[Any, ...], in_force: list[str], blocks: list[str]
) -> None:
    found = entries(*events)
    assert [each.hold for each in holds(found)] == in_force
    assert [each.hold for each in blocking(found)] == blocks
