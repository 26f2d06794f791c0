"""Days on a line and things on rows: what must hold for any axis and any crowd."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.projections.timeline.packing import Rows, packed
from ledger.projections.timeline.scale import DAYS, Scale

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2040, 1, 1))
extents = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)).map(lambda p: (p[0], p[0] + p[1])), max_size=60)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    starts = draw(days)
    return Scale(starts, starts + timedelta(days=draw(st.integers(1, 9000))), draw(st.integers(0, 200)), 1000)


@given(scales(), st.lists(days, min_size=2, max_size=10))
def test_later_days_are_never_further_left_and_none_leaves_the_axis(scale: Scale, some: list[date]) -> None:
    places = [scale.at(on) for on in sorted(some)]
    assert places == sorted(places)
    assert all(scale.left <= x <= scale.left + scale.width for x in places)
    assert scale.at(scale.starts) == scale.left
    assert scale.at(scale.ends) == scale.left + scale.width


@given(scales(), st.sampled_from(sorted(DAYS)))
def test_bins_cut_the_axis_without_gap_or_overlap(scale: Scale, step: str) -> None:
    bins = scale.bins(step)  # type: ignore[arg-type]
    assert (bins[0][0], bins[-1][1]) == (scale.starts, scale.ends)
    assert all(a < b for a, b in bins)
    assert all(before[1] == after[0] for before, after in pairwise(bins))


@given(scales(), st.floats(5, 300))
def test_a_step_is_the_shortest_with_that_much_room(scale: Scale, room: float) -> None:
    a_day = scale.width / (scale.ends - scale.starts).days
    step = scale.step(room)
    shorter = [days for name, days in DAYS.items() if days < DAYS[step]]
    assert all(days * a_day < room for days in shorter)
    assert step == "decade" or DAYS[step] * a_day >= room


@pytest.mark.parametrize(
    ("step", "edges"),
    [
        ("week", ["2024-02-05", "2024-02-12", "2024-02-19", "2024-02-26", "2024-03-04"]),
        ("month", ["2024-03-01"]),
        ("quarter", []),
    ],
)
def test_steps_begin_on_mondays_and_firsts_of_months(step: str, edges: list[str]) -> None:
    scale = Scale(date(2024, 2, 3), date(2024, 3, 10), 0, 100)
    assert [on.isoformat() for on in scale.edges(step)] == edges  # type: ignore[arg-type]


def test_ticks_say_years_in_full_and_the_first_also_its_year() -> None:
    scale = Scale(date(2022, 11, 5), date(2023, 5, 1), 0, 600)
    assert [text for _, text in scale.labels(80)] == ["Dec 2022", "2023", "Feb", "Mar", "Apr"]


@given(extents, st.integers(0, 9))
def test_nothing_on_a_row_comes_nearer_than_asked(things: list[tuple[int, int]], apart: int) -> None:
    rows = packed(things, apart)
    for (one, row), (other, another) in combinations(zip(things, rows, strict=True), 2):
        if row == another:
            assert one[1] + apart <= other[0] or other[1] + apart <= one[0]


@given(extents)
def test_things_in_order_take_no_more_rows_than_the_deepest_crowd(things: list[tuple[int, int]]) -> None:
    things.sort()
    deepest = max((sum(a <= x < b for a, b in things) for x in range(561)), default=0)
    assert max(packed(things, 0), default=-1) + 1 == deepest


def test_a_full_stack_takes_nothing_more() -> None:
    rows = Rows(0)
    assert [rows.put(0, 10, 2), rows.put(5, 15, 2), rows.put(9, 11, 2), rows.put(15, 20, 2)] == [0, 1, None, 0]
