"""How long after it happened an entry was written."""

from __future__ import annotations

import pytest

from ledger.domain.events.visit import VisitRecorded
from ledger.projections.lag import lag_days
from tests.readings.case import Case, on


@pytest.mark.parametrize(
    ("given", "written", "envelope", "days"),
    [
        ({"occurred_on": on("2018-03-02")}, "2018-03-02", {}, 0),
        ({"occurred_on": on("2018-03-02")}, "2018-03-14", {}, 12),
        # The clocks go forward on 25 March 2018: lag counts calendar days, not periods of 24 hours.
        ({"occurred_on": on("2018-03-24")}, "2018-03-26", {}, 2),
        ({"occurred_on": on("2018-03-02"), "precision": "approximate"}, "2018-03-05", {}, 3),
        ({"occurred_on": on("2018-03-01"), "precision": "month"}, "2018-06-01", {}, None),
        ({"occurred_on": on("2018-03-02"), "precision": "not later than"}, "2018-06-01", {}, None),
        ({}, "2018-03-14", {}, None),
        ({"occurred_on": on("2018-03-02")}, "2018-03-14", {"basis": "return"}, None),
        ({"occurred_on": on("2018-04-02")}, "2018-03-14", {}, None),
    ],
)
def test_lag(given: dict[str, object], written: str, envelope: dict[str, str], days: int | None) -> None:
    event = VisitRecorded(**given)
    assert lag_days(Case().add(event, written=written, **envelope), event) == days


def test_without_a_written_clock_the_recorded_one_tells() -> None:
    event = VisitRecorded(occurred_on=on("2018-03-02"))
    assert lag_days(Case().add(event, recorded="2018-03-09"), event) == 7


def test_an_erased_entry_has_none() -> None:
    assert lag_days(Case().add(None, name="visit-recorded.v1", written="2018-03-09"), None) is None
