"""Timescales as data: every rule is whole, sourced and dated, and days are counted as the sector counts."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from ledger.domain.timescales import Rule, due_on, rules, timescales
from tests.domain.test_calendar import VECTORS

D = date.fromisoformat


def rule(limit: int, unit: Any = "working days", counting: Any = "next_day") -> Rule:
    """A rule of this limit."""
    told = {"id": "x", "title": "x", "clock": "x", "starts": "x", "stops": "x", "source": "x", "calendar": "x"}
    return Rule(**told, limit=limit, unit=unit, counting=counting, type="local", status="confirmed")


@pytest.mark.parametrize(("started", "limit", "due"), VECTORS)
def test_working_days_are_those_of_the_sector(started: str, limit: int, due: str) -> None:
    assert due_on(rule(limit), D(started)) == D(due)


@pytest.mark.parametrize(
    ("started", "limit", "unit", "counting", "due"),
    [
        ("2026-03-02", 45, "working days", "inclusive", "2026-05-06"),
        ("2026-03-07", 1, "working days", "inclusive", "2026-03-09"),
        ("2023-11-30", 3, "months", "next_day", "2024-02-29"),
        ("2024-02-29", 12, "months", "next_day", "2025-02-28"),
        ("2024-01-31", 6, "weeks", "next_day", "2024-03-13"),
        ("2024-01-31", 6, "weeks", "inclusive", "2024-03-12"),
        ("2024-02-28", 3, "days", "next_day", "2024-03-02"),
        ("2024-02-28", 0, "days", "inclusive", "2024-02-28"),
        ("2024-03-30", 0, "working days", "next_day", "2024-03-30"),
    ],
)
def test_each_unit_counts_as_it_says(started: str, limit: int, unit: str, counting: str, due: str) -> None:
    assert due_on(rule(limit, unit, counting), D(started)) == D(due)


def test_every_rule_is_whole() -> None:
    for one in timescales():
        assert all((one.title, one.clock, one.starts, one.stops, one.source)), one.id
        assert one.calendar == ("England and Wales" if one.unit == "working days" else "every day")
        assert one.effective_to is None or one.effective_from is None or one.effective_from < one.effective_to


def test_no_two_versions_of_a_rule_hold_on_one_day_at_one_age() -> None:
    for one in {r.id for r in timescales()}:
        versions = sorted((r.effective_from or date.min, r.effective_to or date.max) for r in rules(one))
        for before, after in pairwise(versions):
            assert before[1] <= after[0], one


def test_what_the_sector_asks_is_there() -> None:
    asked = {(r.id, r.limit, r.unit) for r in timescales()}
    assert {
        ("referral.decision", 1, "working days"),
        ("assessment.complete.referral", 45, "working days"),
        ("assessment.complete.start", 45, "working days"),
        ("section-47.conference", 15, "working days"),
        ("protection-plan.start", 0, "days"),
        ("core-group.first", 10, "working days"),
        ("review-conference.first", 3, "months"),
        ("review-conference.later", 6, "months"),
        ("looked-after-review.first", 20, "working days"),
        ("looked-after-review.second", 3, "months"),
        ("looked-after-review.later", 6, "months"),
        ("looked-after-visit.first", 1, "weeks"),
        ("looked-after-visit.first-year", 6, "weeks"),
        ("return-interview", 3, "days"),
    } <= asked


def test_every_first_day_has_a_source_or_says_that_it_has_none() -> None:
    for one in timescales():
        assert one.status in ("confirmed", "unconfirmed"), one.id
        if one.dates == "confirmed":
            assert one.effective_from is not None and one.dated_by, one.id
        elif one.effective_from is not None:
            assert one.dated_by, one.id
        if "SI 2010/" in one.source:
            assert (one.effective_from, one.dates) == (D("2011-04-01"), "confirmed"), one.id
    assert {one.id for one in timescales() if one.dates == "unconfirmed" and one.effective_from} == {
        "assessment.complete.start",
        "return-interview",
    }
