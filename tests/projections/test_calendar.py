"""The calendar in SQL is that of the domain, day by day."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.domain.calendar import add_working_days, bank_holidays, is_working_day
from ledger.domain.clock import social_care_year
from ledger.projections.demanded import stood_on
from tests.projections.small import facts_of


def test_every_day_is_there_with_what_the_domain_says_of_it() -> None:
    with facts_of([]) as facts:
        rows = facts.query("SELECT day, working, holiday, working_number, year FROM calendar ORDER BY day").fetchall()
    assert stood_on(["calendar"])["calendar"].startswith("bank holidays of England and Wales by holidays ")
    assert len(rows) == (date(2051, 1, 1) - date(1975, 1, 1)).days
    number = 0
    for n, (day, working, holiday, working_number, year) in enumerate(rows):
        assert day == date(1975, 1, 1) + timedelta(days=n)
        assert working == is_working_day(day)
        assert (holiday is not None) == (day in bank_holidays(day.year))
        number += working
        assert working_number == number
        first, until = social_care_year(year)
        assert first <= day < until


def test_the_one_off_holidays_are_there_and_periods_have_names() -> None:
    asked = "SELECT working, month, quarter, year FROM calendar WHERE day = $day"
    with facts_of([]) as facts:
        told = {day: facts.query(asked, day=day).fetchone() for day in map(date.fromisoformat, DAYS)}
    assert [told[date.fromisoformat(day)] for day in DAYS] == [
        (False, "2022-09", "2023 Q2", 2023),
        (False, "2023-05", "2024 Q1", 2024),
        (True, "2024-03", "2024 Q4", 2024),
        (False, "2024-04", "2025 Q1", 2025),
    ]


DAYS = ("2022-09-19", "2023-05-08", "2024-03-28", "2024-04-01")


def test_the_nth_working_day_after_is_a_join() -> None:
    asked = """
        SELECT d.day FROM calendar AS s JOIN calendar AS d ON d.working AND d.working_number = s.working_number + $n
        WHERE s.day = $day
    """
    with facts_of([]) as facts:
        for day in (date(2025, 12, 20) + timedelta(days=n) for n in range(120)):
            for n in (1, 10, 15, 20, 45):
                assert facts.query(asked, day=day, n=n).fetchone() == (add_working_days(day, n),)


def test_nothing_is_made_that_nobody_mentions() -> None:
    with facts_of([]) as facts:
        asked = "SELECT count(*) FROM duckdb_tables() WHERE table_name = $name -- calendar, clocks, timescales"
        assert [facts.query(asked, name=name).fetchone() for name in ("calendar", "clocks")] == [(0,), (0,)]
