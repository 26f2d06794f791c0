"""XmR charts: published and hand-computed examples in exact fractions, and each rule by itself."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.projections.spc import RULES, Chart, xmr

ABOVE, BELOW = "7 or more in a row above the mean", "7 or more in a row below the mean"
RISING, FALLING = "7 or more rising", "7 or more falling"
OVER, UNDER = "above the upper limit", "below the lower limit"
NEAR_UPPER, NEAR_LOWER = "2 of 3 near the upper limit", "2 of 3 near the lower limit"


def flagged(chart: Chart, words: str) -> list[int]:
    """The places of the points of which the rules say this."""
    return [place for place, point in enumerate(chart.points) if words in point.signals]


def test_limits_computed_by_hand() -> None:
    # 12 values alternating 10 and 12: mean 11; 11 moving ranges of 2: mean 2; 2.66 * 2 = 5.32; 3.268 * 2 = 6.536.
    chart = xmr([10, 12] * 6)
    assert (chart.centre, chart.mean_moving_range) == (11, 2)
    assert (chart.lower, chart.upper) == (Fraction("5.68"), Fraction("16.32"))
    assert chart.moving_range_limit == Fraction("6.536")
    assert all(point.signals == () for point in chart.points)


def test_limits_of_an_uneven_series_in_exact_fractions() -> None:
    # Sum 37 over 13: mean 37/13. Ranges 1 1 2 3 4 3 4 2 1 3 5 4 = 33 over 12: 11/4; 2.66 * 11/4 = 7.315.
    values = [3, 4, 3, 5, 2, 6, 3, -1, 1, 2, 5, 0, 4]
    chart = xmr(values)
    assert chart.centre == Fraction(37, 13)
    assert [point.moving_range for point in chart.points] == [None, 1, 1, 2, 3, 4, 3, 4, 2, 1, 3, 5, 4]
    assert chart.mean_moving_range == Fraction(33, 12)
    assert chart.upper == Fraction(37, 13) + Fraction("7.315")
    assert chart.lower == Fraction(37, 13) - Fraction("7.315")


def test_a_point_outside_the_limits_makes_its_moving_range_too() -> None:
    # Mean 83/12; ranges sum 1+1+2+1+1+1+1+2+1+1+15 = 27 over 11; upper 83/12 + 2.66 * 27/11 = 13.446.
    chart = xmr([5, 6, 5, 7, 6, 5, 6, 7, 5, 6, 5, 20])
    assert chart.centre == Fraction(83, 12)
    assert chart.upper == Fraction(83, 12) + Fraction(266, 100) * Fraction(27, 11)
    assert flagged(chart, OVER) == [11]
    assert flagged(chart, "moving range above its limit") == [11]
    assert flagged(xmr([-n for n in (5, 6, 5, 7, 6, 5, 6, 7, 5, 6, 5, 20)]), UNDER) == [11]


def test_a_point_on_the_limit_is_within_it() -> None:
    # Twelve equal points: mean moving range nought, both limits on the mean, and nothing lies outside.
    chart = xmr([Fraction(1, 3)] * 12)
    assert (chart.lower, chart.centre, chart.upper) == (Fraction(1, 3),) * 3
    assert all(point.signals == () for point in chart.points)


def test_seven_on_one_side_of_the_mean_are_a_run_and_six_are_not() -> None:
    seven = xmr([1, 3, 1, 3, 1, 3, 1, 9, 11, 9, 11, 9, 11, 9])
    assert flagged(seven, BELOW) == list(range(7))
    assert flagged(seven, ABOVE) == list(range(7, 14))
    six = xmr([1, 3, 1, 3, 1, 3, 9, 11, 9, 11, 9, 11])
    assert flagged(six, BELOW) == flagged(six, ABOVE) == []


def test_a_point_on_the_mean_breaks_a_run() -> None:
    values = [1, 3, 1, 5, 3, 1, 3, 9, 7, 9, 5, 7, 9, 7]
    chart = xmr(values)
    assert chart.centre == 5
    assert flagged(chart, BELOW) == flagged(chart, ABOVE) == []


def test_seven_rising_are_a_trend_and_six_are_not() -> None:
    down = [9, 2, 9, 2, 9]
    seven = xmr([*down, 1, 2, 3, 4, 5, 6, 7])
    assert flagged(seven, RISING) == [5, 6, 7, 8, 9, 10, 11]
    six = xmr([*down, 2, 2, 3, 4, 5, 6, 7])
    assert flagged(six, RISING) == []
    falling = xmr([*[-v for v in down], -1, -2, -3, -4, -5, -6, -7])
    assert flagged(falling, FALLING) == [5, 6, 7, 8, 9, 10, 11]


def test_two_of_three_beyond_two_thirds_of_the_way() -> None:
    # Mean 0; ranges 6 times 9 over 12: 4.5; upper 2.66 * 4.5 = 11.97, two thirds of the way 7.98.
    chart = xmr([0, 0, 0, 9, 9, 0, 0, 0, -9, 0, -9, 0, 0])
    assert (chart.centre, chart.upper) == (0, Fraction("11.97"))
    assert flagged(chart, NEAR_UPPER) == [3, 4]
    assert flagged(chart, NEAR_LOWER) == [8, 10]
    # Three apart, they share no three consecutive points.
    apart = xmr([0, 0, 0, 9, 0, 0, 9, 0, -9, 0, 0, -9, 0])
    assert flagged(apart, NEAR_UPPER) == flagged(apart, NEAR_LOWER) == []


def test_on_two_sides_two_of_three_are_no_signal() -> None:
    chart = xmr([0, 0, 0, 0, 9, 8, 0, 0, 0, 0, 0, 9, 0, -9, 0, 0, 0, 0, -8])
    assert flagged(chart, NEAR_UPPER) == [4, 5]
    assert flagged(chart, NEAR_LOWER) == []


def test_fewer_than_twelve_are_said_and_have_no_limits() -> None:
    chart = xmr([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, None, 11])
    assert chart.told == "11 points with a value: fewer than 12, so no limits are drawn and no rule is applied"
    assert (chart.centre, chart.lower, chart.upper) == (None, None, None)
    assert all(point.signals == () for point in chart.points)
    assert [point.moving_range for point in chart.points][-2:] == [None, None]


def test_a_gap_is_kept_and_bridged_by_nothing() -> None:
    half = [1, 3, 1, 3, 1, 3]
    chart = xmr([*half, None, 3, 9, 11, 9, 11, 9, 11])
    assert chart.points[6].value is None
    assert chart.points[7].moving_range is None
    assert chart.mean_moving_range == Fraction(5 * 2 + 6 + 5 * 2, 11)
    assert flagged(chart, BELOW) == []
    whole = xmr([*half, 3, 3, 9, 11, 9, 11, 9, 11])
    assert flagged(whole, BELOW) == list(range(8))


def test_values_that_never_follow_each_other_have_no_limits() -> None:
    chart = xmr([1, None] * 12)
    assert chart.told.startswith("no two points with a value follow each other")


def test_the_rule_set_is_stated() -> None:
    for words in ("7 or more", "2.66", "3.268", "2 of 3", "12 points"):
        assert words in RULES


numbers = st.lists(st.none() | st.fractions(-100, 100, max_denominator=50), max_size=40)


@given(numbers)
def test_turned_upside_down_the_same_points_signal(values: list[Fraction | None]) -> None:
    up, down = xmr(values), xmr([None if value is None else -value for value in values])
    for one, other in ((OVER, UNDER), (ABOVE, BELOW), (RISING, FALLING), (NEAR_UPPER, NEAR_LOWER)):
        assert flagged(up, one) == flagged(down, other)
        assert flagged(up, other) == flagged(down, one)


@given(numbers)
def test_limits_say_what_an_independent_reckoning_says(values: list[Fraction | None]) -> None:
    chart = xmr(values)
    known = [value for value in values if value is not None]
    pairs = [(a, b) for a, b in pairwise(values) if a is not None and b is not None]
    if len(known) < 12 or not pairs:
        assert chart.centre is None
        return
    mean = Fraction(sum(known), len(known))
    spread = Fraction(sum(abs(a - b) for a, b in pairs), len(pairs))
    assert (chart.centre, chart.lower, chart.upper) == (mean, mean - spread * 133 / 50, mean + spread * 133 / 50)
    outside = [n for n, v in enumerate(values) if v is not None and abs(v - mean) * 50 > spread * 133]
    assert sorted(flagged(chart, OVER) + flagged(chart, UNDER)) == outside


@given(numbers, st.fractions(1, 9, max_denominator=9), st.fractions(-50, 50, max_denominator=9))
def test_another_unit_changes_no_signal(values: list[Fraction | None], scale: Fraction, shift: Fraction) -> None:
    other = xmr([None if value is None else value * scale + shift for value in values])
    assert [point.signals for point in xmr(values).points] == [point.signals for point in other.points]


@pytest.mark.parametrize("value", [[], [None] * 20, [Fraction(1)]])
def test_little_or_nothing_is_no_chart(value: list[Fraction | None]) -> None:
    assert xmr(value).centre is None
