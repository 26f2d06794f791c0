"""Stability puts placements and workers side by side: as their own measures say, and as the slow references do."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import View, view
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.projections.card import measure
from ledger.projections.engine import measured
from ledger.projections.request import request
from tests.projections import slow_care
from tests.projections.known import known, reader_day
from tests.projections.slow_holding import in_force
from tests.projections.slow_rows import Slow
from tests.projections.small import Said, facts_of, journey_id, run
from tests.projections.test_care_measures import JULY, JUNE, LONG_AGO, care
from tests.projections.worlds import CHILDREN, worlds

SOME = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
VIEWS = st.sampled_from([view("2024-03-31"), view("2024-06-15"), view("2026-01-01"), view("2024-03-30")])


@SOME
@given(said=worlds(), at=VIEWS)
def test_both_halves_agree_with_the_slow_references(said: list[Said], at: View) -> None:
    children, sources = known(said, at)
    expected = {}
    for child, mine in children.items():
        one = Slow(child, mine, sources, reader_day(at))
        for row in one.dfe(2024, 1):
            placements = slow_care.placements(slow_care.episodes(in_force(said, child, at)), date(2024, 4, 1))
            count, workers = slow_care.in_year(placements, date(2023, 4, 1)), row["workers"]
            three = (count >= 3 if count else None, workers >= 3 if workers else None)
            expected[journey_id(child)] = (count, workers, *three)
    with facts_of(said, at) as facts:
        card = measure("stability")
        rows = measured(facts, card, at.at(facts.position), request(card, year=2024)).dicts()
        other = measure("placement-stability")
        long_term = measured(facts, other, at.at(facts.position), request(other, year=2024)).dicts()
    found = {r["child"]: (r["placements"], r["workers"], r["three_placements"], r["three_workers"]) for r in rows}
    assert found == expected
    told = {r["child"]: (r["long_term"], r["stable"]) for r in long_term}
    assert all(told[r["child"]] == (r["long_term"], r["same_placement"]) for r in rows)
    assert set(found) <= {journey_id(child) for child in CHILDREN}


LATER = view("2024-06-01")


def allocated(worker: str, on: date, child: str = "a") -> Said:
    """A worker is allocated."""
    return Said(child, WorkerAllocated(occurred_on=on, worker=worker), on)


def one(said: list[Said], at: View = LATER) -> dict[str, Any]:
    """The row of the one child."""
    (row,) = run("stability", said, at, year=2024).dicts()
    return row


COVERED = SourceCoverageDeclared(
    system="csv", areas=("allocation",), complete=True, covers_from=date(2020, 1, 1), covers_until=date(2025, 1, 1)
)


def test_three_of_each_raise_the_flags() -> None:
    moves = care((LONG_AGO, "S", "U4"), (JUNE, "P", "U6"), (JULY, "P", "K2"))
    workers = [allocated("A", LONG_AGO), allocated("B", JUNE), allocated("C", JULY)]
    row = one([*moves, *workers, Said("ledger", COVERED, LONG_AGO)])
    assert (row["placements"], row["three_placements"], row["workers"], row["three_workers"]) == (3, True, 3, True)
    assert row["note"] == "age, or how long in care, is not known; school not supplied"
    calm = one([*care((LONG_AGO, "S", "U4")), workers[0], Said("ledger", COVERED, LONG_AGO)])
    assert (calm["three_placements"], calm["three_workers"]) == (False, False)


def test_what_is_not_supplied_is_no_flag() -> None:
    row = one(care((LONG_AGO, "S", "U4")))
    assert (row["workers"], row["three_workers"], row["schools"], row["changed_school"]) == (None, None, None, None)
    assert "workers not supplied; school not supplied" in row["note"]
    covered = one([*care((LONG_AGO, "S", "U4")), Said("ledger", COVERED, LONG_AGO)])
    assert (covered["workers"], covered["three_workers"]) == (0, None)


def test_before_the_year_ends_nobody_is_in_the_cohort() -> None:
    table = run("stability", care((LONG_AGO, "S", "U4")), view("2024-03-30"), year=2024)
    assert table.rows == []
    assert table.notes == ["the year had not ended on the day of the reader: nobody can be in the cohort yet"]


def test_groups_give_the_published_shares() -> None:
    moves = care((LONG_AGO, "S", "U4"), (JUNE, "P", "U6"), (JULY, "P", "K2"))
    said = [*moves, *care((LONG_AGO, "S", "U4"), child="b"), allocated("A", LONG_AGO, "b")]
    (row,) = run("stability", said, LATER, year=2024, by="authority").dicts()
    shares = (row["share_three_placements"], row["share_three_workers"], row["share_changed_school"])
    assert shares == (0.5, 0, None)
    assert (row["with_placements"], row["with_workers"], row["both"]) == (2, 1, 0)
