"""What sources supply: complete, partial or not supplied, never zero."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.domain.clock import NOW, view
from ledger.domain.coverage import Coverage
from ledger.domain.events.record import SourceCoverageDeclared
from tests.domain.given import Given, on

D = date.fromisoformat


def declared(system: str, from_: str, until: str, *areas: str, **more: Any) -> SourceCoverageDeclared:
    told = {"complete": True, "occurred_on": on(until)} | more
    return SourceCoverageDeclared(
        system=system, areas=areas or ("visit",), covers_from=on(from_), covers_until=on(until), **told
    )


def of(*events: SourceCoverageDeclared) -> Coverage:
    return Coverage.of(Given(*events).entries, NOW)


YEAR = (D("2023-04-01"), D("2024-04-01"))


def test_what_nobody_declared_is_not_supplied() -> None:
    assert of().supplied("visit", *YEAR) == "not supplied"
    assert of(declared("S", "2023-04-01", "2024-04-01", "care")).supplied("visit", *YEAR) == "not supplied"
    assert of(declared("S", "2022-04-01", "2023-04-01")).supplied("visit", *YEAR) == "not supplied"


def test_every_day_declared_by_complete_sources_is_complete() -> None:
    assert of(declared("S", "2023-04-01", "2024-04-01")).supplied("visit", *YEAR) == "complete"
    two = of(declared("S", "2023-10-01", "2024-06-01"), declared("T", "2023-01-01", "2023-10-01"))
    assert two.supplied("visit", *YEAR) == "complete"


def test_a_day_that_is_missing_makes_it_partial() -> None:
    two = of(declared("S", "2023-10-02", "2024-06-01"), declared("T", "2023-01-01", "2023-10-01"))
    assert two.supplied("visit", *YEAR) == "partial"
    assert of(declared("S", "2023-04-01", "2024-03-31")).supplied("visit", *YEAR) == "partial"


def test_a_source_that_does_not_claim_everything_supplies_a_part() -> None:
    assert of(declared("S", "2023-04-01", "2024-04-01", complete=False)).supplied("visit", *YEAR) == "partial"


def test_a_source_of_some_children_is_complete_for_those_only() -> None:
    scope = "looked after on 31 March"
    coverage = of(declared("ssda903", "2023-04-01", "2024-04-01", "allocation", scope=scope))
    assert coverage.supplied("allocation", *YEAR) == "partial"
    assert coverage.supplied("allocation", *YEAR, scopes=("all children", scope)) == "complete"


def test_an_open_period_is_never_covered_whole() -> None:
    assert of(declared("S", "2000-01-01", "2999-01-01")).supplied("visit", D("2023-04-01"), None) == "partial"


def test_systems_and_periods_of_an_area() -> None:
    coverage = of(
        declared("T", "2023-04-01", "2024-04-01"),
        declared("S", "2022-04-01", "2023-04-01", "visit", "care"),
        declared("T", "2021-04-01", "2022-04-01"),
    )
    assert (coverage.systems("visit"), coverage.systems("care")) == (("T", "S"), ("S",))
    assert [p.from_.year for p in coverage.periods("visit")] == [2021, 2022, 2023]


def test_coverage_is_read_as_it_was_known_and_without_what_was_withdrawn() -> None:
    case = Given()
    entry = case(declared("S", "2023-04-01", "2024-04-01"), "2024-05-01")
    case.withdraw(entry, written="2024-07-01")
    assert Coverage.of(case.entries, view("2024-04-30")).supplied("visit", *YEAR) == "not supplied"
    assert Coverage.of(case.entries, view("2024-06-30")).supplied("visit", *YEAR) == "complete"
    assert Coverage.of(case.entries, view("2024-07-01")).supplied("visit", *YEAR) == "not supplied"
