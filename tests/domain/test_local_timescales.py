"""An authority's own timescales: in the place of local rules, beside all others, never in the place of law."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import Any

import pytest

from ledger.domain.local_timescales import with_local
from ledger.domain.timescales import Rule, rules, timescales
from ledger.errors import Malformed

D = date.fromisoformat
VISITS: dict[str, Any] = {"id": "protection-visit", "limit": 4, "unit": "weeks", "source": "our procedures, 4.2"}
OWN: dict[str, Any] = {
    "id": "our.conference",
    "clock": "section 47",
    "title": "Initial conference, by our own standard",
    "limit": 10,
    "unit": "working days",
    "source": "our procedures, 3.1",
}


def spans(id_: str, *tables: dict[str, Any]) -> list[tuple[date | None, date | None, int, str]]:
    """Return (from, to, limit, status) of the versions of a rule, the first first."""
    found = rules(id_, with_local(timescales(), list(tables)))
    told = [(rule.effective_from, rule.effective_to, rule.limit, rule.status) for rule in found]
    return sorted(told, key=lambda one: one[0] or date.min)


def test_an_own_version_takes_its_days_and_leaves_the_project_s_the_others() -> None:
    first, last = D("2024-04-01"), D("2025-04-01")
    own, project = (4, "local"), (10, "unconfirmed")
    assert spans("protection-visit", VISITS) == [(None, None, *own)]
    assert spans("protection-visit", VISITS | {"effective_from": first}) == [
        (None, first, *project),
        (first, None, *own),
    ]
    assert spans("protection-visit", VISITS | {"effective_to": last}) == [(None, last, *own), (last, None, *project)]
    between = VISITS | {"effective_from": first, "effective_to": last}
    later = VISITS | {"effective_from": last, "effective_to": D("2026-04-01"), "limit": 3}
    assert spans("protection-visit", later, between) == [
        (None, first, *project),
        (first, last, *own),
        (last, D("2026-04-01"), 3, "local"),
        (D("2026-04-01"), None, *project),
    ]


def test_an_own_version_takes_over_what_it_does_not_state() -> None:
    table = {"id": "in-need-visit", "limit": 15, "unit": "days", "source": "our procedures"}
    (project,) = rules("in-need-visit")
    (own,) = rules("in-need-visit", with_local(timescales(), [table]))
    same = ("id", "title", "clock", "starts", "stops", "type", "age_from", "age_until", "effective_from")
    assert [getattr(own, name) for name in same] == [getattr(project, name) for name in same]
    assert (own.limit, own.unit, own.counting, own.calendar) == (15, "days", "next_day", "every day")
    assert (own.source, own.status, own.dates) == ("our procedures", "local", "confirmed")
    (counted,) = rules("in-need-visit", with_local(timescales(), [table | {"counting": "inclusive"}]))
    assert counted.counting == "inclusive"


def test_a_rule_is_switched_off_for_good_or_from_a_day_on() -> None:
    off = {"id": "case-supervision", "off": True, "source": "we have no such rule"}
    without = with_local(timescales(), [off])
    assert without == tuple(rule for rule in timescales() if rule.id != "case-supervision")
    (left,) = rules("case-supervision", with_local(timescales(), [off | {"effective_from": D("2024-04-01")}]))
    assert (left.effective_from, left.effective_to, left.status) == (None, D("2024-04-01"), "unconfirmed")


def test_a_rule_beside_the_project_s_leaves_all_of_these() -> None:
    found = with_local(timescales(), [OWN | {"age_from": 0, "age_until": 2}])
    assert found[:-1] == timescales()
    (own,) = rules("our.conference", found)
    (law,) = rules("section-47.conference")
    assert own == Rule(
        id="our.conference",
        title="Initial conference, by our own standard",
        clock="section 47",
        starts=law.starts,
        stops=law.stops,
        limit=10,
        unit="working days",
        counting="next_day",
        calendar="England and Wales",
        type="local",
        source="our procedures, 3.1",
        status="local",
        dates="confirmed",
        dated_by="the authority, in ledger.toml",
        age_from=0,
        age_until=2,
    )


def test_a_rule_beside_one_for_an_age_is_for_any_age() -> None:
    (own,) = rules("our.health", with_local(timescales(), [OWN | {"id": "our.health", "clock": "health assessment"}]))
    assert (own.age_from, own.age_until) == (None, None)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (VISITS | {"limt": 4}, "limt", "there is no such key; nearest: limit. A table takes id, off, limit"),
    (VISITS | {"limit": -1}, "limit", "found -1; expected a whole number from 0 to 3650."),
    (VISITS | {"limit": 3651}, "limit", "found 3651; expected a whole number from 0 to 3650."),
    (VISITS | {"limit": True}, "limit", "found true; expected a whole number"),
    (VISITS | {"limit": "4"}, "limit", "found '4'; expected a whole number"),
    (VISITS | {"unit": "week"}, "unit", "expected one of working days, days, weeks, months; nearest: weeks."),
    (VISITS | {"unit": ["weeks"]}, "unit", "expected one of working days, days, weeks, months"),
    (VISITS | {"counting": "inclusiv"}, "counting", "expected one of next_day, inclusive; nearest: inclusive."),
    (VISITS | {"source": ""}, "source", "expected a text of 1 to 200 printable characters."),
    (VISITS | {"source": "a\x1b[2J"}, "source", "expected a text of 1 to 200 printable characters."),
    (VISITS | {"effective_from": "2024-04-01"}, "effective_from", "expected a day, like 2024-04-01, without quotes."),
    (VISITS | {"effective_from": datetime(2024, 4, 1)}, "effective_from", "expected a day, like 2024-04-01"),
    (
        VISITS | {"effective_from": D("2024-04-01"), "effective_to": D("2024-04-01")},
        "effective_to",
        "found 2024-04-01; expected one after effective_from, which is 2024-04-01.",
    ),
    (VISITS | {"off": False}, "off", "found false; expected true, or no such line."),
    (VISITS | {"off": True}, "limit", "a rule that is switched off has no such key."),
    (VISITS | {"title": "Visits"}, "title", "it is that of the project's protection-visit"),
    (
        VISITS | {"id": "protection-visits"},
        "id",
        "there is no timescale 'protection-visits'; nearest: protection-visit.",
    ),
    (VISITS | {"id": "section-47.conference"}, "id", "section-47.conference is guidance, and only rules of type local"),
    (VISITS | {"id": "looked-after-review.first"}, "id", 'own with clock = "first looked-after review" stands beside'),
    (VISITS | {"id": "protection-plan.start"}, "id", "protection-plan.start is data definition"),
    (VISITS | {"id": "Our visits"}, "id", "expected an id of small letters, digits, dots and hyphens"),
    (OWN | {"id": "all"}, "id", "other than all."),
    (
        OWN | {"clock": "section47"},
        "clock",
        "there is no clock 'section47'; nearest: section 47. Expected one of assess",
    ),
    (OWN | {"clock": ["section 47"]}, "clock", "expected a text of 1 to 200 printable characters."),
    (OWN | {"age_from": 3, "age_until": 3}, "age_until", "found 3; expected one after age_from, which is 3."),
    (OWN | {"age_from": 26}, "age_from", "expected a whole number from 0 to 25."),
    (
        {"id": "case-supervison", "off": True, "source": "ours"},
        "off",
        "only a rule of the project of type local can be switched off; nearest: case-supervision.",
    ),
]


@pytest.mark.parametrize(("table", "key", "sentence"), WRONG)
def test_what_is_wrong_is_told_with_its_table_and_key(table: dict[str, Any], key: str, sentence: str) -> None:
    with pytest.raises(Malformed) as caught:
        with_local(timescales(), [VISITS | {"effective_to": D("1999-01-01")}, table], "ledger.toml")
    problems = caught.value.problems
    assert all(problem.file == "ledger.toml" and problem.column for problem in problems)
    told = {problem.column: problem.message for problem in problems}
    assert sentence in told[f"[[timescales]] table 2 ({table['id']}), {key}"]


@pytest.mark.parametrize("missing", ["id", "limit", "unit", "source"])
def test_what_is_missing_is_told(missing: str) -> None:
    table = {key: value for key, value in VISITS.items() if key != missing}
    with pytest.raises(Malformed, match="it is missing; expected") as caught:
        with_local(timescales(), [table])
    (problem,) = caught.value.problems
    assert problem.column is not None and problem.column.endswith(f", {missing}")


def test_a_title_of_its_own_is_missing() -> None:
    with pytest.raises(Malformed, match=r"our\.conference\), title: it is missing"):
        with_local(timescales(), [{key: value for key, value in OWN.items() if key != "title"}])


def test_two_versions_on_one_day_are_told_and_all_else_with_them() -> None:
    tables = [
        VISITS | {"effective_from": D("2024-04-01"), "effective_to": D("2025-04-01")},
        VISITS | {"effective_from": D("2025-03-31")},
        OWN | {"unit": "fortnights"},
    ]
    with pytest.raises(Malformed) as caught:
        with_local(timescales(), tables)
    assert [(problem.column, problem.message[:36]) for problem in caught.value.problems] == [
        ("[[timescales]] table 3 (our.conference), unit", "found 'fortnights'; expected one of "),
        ("[[timescales]] table 2 (protection-visit), effective_from", "it holds on days on which table 1 ho"),
    ]
    tables[1]["effective_from"] = D("2025-04-01")
    assert len(with_local(timescales(), tables[:2])) == len(timescales()) + 2


@pytest.mark.parametrize("text", ["timescales = 4", "[timescales.protection-visit]\nlimit = 4", "timescales = [4]"])
def test_timescales_are_tables(text: str) -> None:
    with pytest.raises(Malformed, match=r"timescales must be tables, each under a line \[\[timescales\]\]"):
        with_local(timescales(), tomllib.loads(text)["timescales"])


def test_no_table_at_all_changes_nothing() -> None:
    assert with_local(timescales(), []) == timescales()
