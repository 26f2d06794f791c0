"""Working days, months and half-open periods. The vectors are the sector's (TIMESCALES 3.1), day 0 the trigger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.calendar import (
    Period,
    add_months,
    add_working_days,
    bank_holidays,
    is_working_day,
    working_days_between,
)
from ledger.errors import Malformed

D = date.fromisoformat

VECTORS = [
    ("2026-03-02", 1, "2026-03-03"),
    ("2026-03-02", 10, "2026-03-16"),
    ("2026-03-02", 15, "2026-03-23"),
    ("2026-03-02", 20, "2026-03-30"),
    ("2026-03-02", 45, "2026-05-07"),
    ("2026-03-07", 1, "2026-03-09"),
    ("2026-03-07", 10, "2026-03-20"),
    ("2026-03-07", 20, "2026-04-07"),
    ("2026-03-07", 45, "2026-05-13"),
    ("2025-12-22", 10, "2026-01-08"),
    ("2025-12-22", 15, "2026-01-15"),
    ("2025-12-22", 45, "2026-02-26"),
    ("2026-03-30", 10, "2026-04-15"),
    ("2026-03-30", 45, "2026-06-05"),
]


@pytest.mark.parametrize(("trigger", "count", "expected"), VECTORS)
def test_the_trigger_is_day_nought(trigger: str, count: int, expected: str) -> None:
    assert add_working_days(D(trigger), count) == D(expected)
    assert working_days_between(D(trigger), D(expected)) == count


def test_counting_the_trigger_as_day_one_comes_one_working_day_earlier() -> None:
    assert add_working_days(D("2026-03-02"), 45, inclusive=True) == D("2026-05-06")
    assert add_working_days(D("2026-03-02"), 1, inclusive=True) == D("2026-03-02")
    assert add_working_days(D("2026-03-07"), 1, inclusive=True) == D("2026-03-09")


def test_nought_working_days_is_the_trigger() -> None:
    assert add_working_days(D("2026-03-07"), 0) == D("2026-03-07")
    assert add_working_days(D("2026-03-02"), 0, inclusive=True) == D("2026-03-02")


@pytest.mark.parametrize(
    "day", ["2022-06-03", "2022-09-19", "2023-05-08", "2024-12-25", "2025-04-18", "2026-04-06", "2027-12-27"]
)
def test_bank_holidays_of_england_and_wales_one_off_ones_included(day: str) -> None:
    assert D(day) in bank_holidays(D(day).year)
    assert not is_working_day(D(day))


@pytest.mark.parametrize("day", ["2026-03-17", "2026-07-13", "2026-11-30", "2026-08-03"])
def test_holidays_of_scotland_and_northern_ireland_are_working_days(day: str) -> None:
    assert is_working_day(D(day))


days = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@given(days, st.integers(1, 60))
def test_what_is_added_is_found_between(trigger: date, count: int) -> None:
    reached = add_working_days(trigger, count)
    assert is_working_day(reached)
    assert working_days_between(trigger, reached) == count
    assert working_days_between(reached, trigger) == -count
    assert working_days_between(trigger, reached - timedelta(days=1)) == count - 1


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-10-15", 3, "2025-01-15"),
        ("2024-12-31", 12, "2025-12-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-05-05", 0, "2024-05-05"),
    ],
)
def test_months_keep_the_day_or_end_with_the_month(day: str, count: int, expected: str) -> None:
    assert add_months(D(day), count) == D(expected)


def test_a_period_holds_its_first_day_and_not_its_last() -> None:
    period = Period(D("2024-01-01"), D("2024-01-03"))
    assert [period.contains(D(day)) for day in ("2023-12-31", "2024-01-01", "2024-01-02", "2024-01-03")] == [
        False,
        True,
        True,
        False,
    ]
    assert period.days() == 2
    assert Period(D("2024-01-01")).contains(D("2999-01-01"))
    assert Period(D("2024-01-01")).days(D("2024-02-01")) == 31
    assert Period(D("2024-01-01")).days(D("2023-02-01")) == 0


def test_a_period_cannot_end_before_it_starts_and_an_open_one_has_no_length() -> None:
    with pytest.raises(Malformed):
        Period(D("2024-01-02"), D("2024-01-01"))
    with pytest.raises(Malformed):
        Period(D("2024-01-02")).days()


some = st.dates(date(2024, 1, 1), date(2024, 1, 20))
periods = st.builds(
    lambda a, n: Period(a, None if n is None else a + timedelta(days=n)), some, st.none() | st.integers(0, 9)
)


@given(periods, periods)
def test_the_overlap_holds_exactly_the_days_in_both(one: Period, other: Period) -> None:
    both = one.overlap(other)
    window = [date(2023, 12, 25) + timedelta(days=n) for n in range(60)]
    expected = [day for day in window if one.contains(day) and other.contains(day)]
    assert [day for day in window if both is not None and both.contains(day)] == expected
    assert (both is None) is (expected == [])
    assert both == other.overlap(one)
