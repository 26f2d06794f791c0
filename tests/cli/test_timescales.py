"""An authority's own timescales in `ledger.toml`: applied wherever something runs, and told; wrong ones refused."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import pytest

from ledger.application import create_ledger, open_ledger
from ledger.domain.clock import LONDON, NOW, view
from ledger.domain.envelope import LEDGER
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.events.safeguarding import ChildProtectionPlanStarted
from ledger.domain.events.visit import VisitRecorded
from ledger.exporters.star import star
from ledger.projections.series import series

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run

OWN = """
[[timescales]]
id = "protection-visit"
limit = 4
unit = "weeks"
source = "Testshire procedures"
effective_from = 2024-04-01

[[timescales]]
id = "own.visit"
clock = "child protection visit"
title = "Visits, by our own standard"
limit = 1
unit = "weeks"
source = "Testshire procedures"
"""
TOLD = "2 of them the authority's own"
RUN = ("project", "run", "timeliness", "--format", "json")


def d(text: str) -> date:
    return date.fromisoformat(text)


def told_on(day: str) -> datetime:
    return datetime.combine(d(day), time(12), LONDON)


def make(where: Path, **engine: str) -> Path:
    """Make a ledger of one child: a plan of January 2024, seen on 24 January, 10 April and 2 May."""
    with create_ledger(where, authority="Testshire (synthetic)", **engine) as ledger:
        covers = SourceCoverageDeclared(
            system="csv", areas=("visit",), covers_from=d("2000-01-01"), covers_until=d("2040-01-01"), complete=True
        )
        ledger.append(LEDGER, covers, by="W0", written_at=told_on("2024-01-01"))
        registered = ChildRegistered(occurred_on=d("2024-01-02"), child_id="C-1", born="2015-03")
        ledger.append("C-1", registered, by="W0", written_at=told_on("2024-01-02"))
        plan = ChildProtectionPlanStarted(occurred_on=d("2024-01-02"))
        ledger.append("C-1", plan, by="W0", written_at=told_on("2024-01-02"))
        for day in ("2024-01-24", "2024-04-10", "2024-05-02"):
            seen = VisitRecorded(occurred_on=d(day), worker="W1", child_seen="yes")
            ledger.append("C-1", seen, by="W1", written_at=told_on(day))
    return where


def say(where: Path, text: str) -> None:
    """Write more settings by hand."""
    with (where / "ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write(text)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give the folder of the ledger on each engine that has one."""
    if request.param == "sqlite":
        return make(tmp_path / "ledger")
    return make(tmp_path / "ledger", engine="postgres", url=request.getfixturevalue("postgres_url"))


def findings(told: str, rule: str = "protection-visit") -> dict[str, tuple[str, str]]:
    """Return {started: (due, finding)} of one rule in what a command answered as JSON."""
    rows = json.loads(told)["rows"]
    return {row["started_on"]: (row["due_on"], row["finding"]) for row in rows if row["rule"] == rule}


def test_a_setting_takes_effect_at_the_next_run_and_goes_with_it(folder: Path, run: Run) -> None:
    command = ("--ledger", folder, *RUN, "--known-at", "2024-05-31", "--to", "2024-05-01")
    as_ever = {"2024-01-02": ("2024-01-16", "late"), "2024-01-24": ("2024-02-07", "late")}
    code, before, _ = run(*command)
    assert (code, findings(before)) == (0, as_ever | {"2024-04-10": ("2024-04-24", "late")})
    kept = (folder / "ledger.toml").read_text(encoding="utf-8")
    say(folder, OWN)
    code, after, _ = run(*command)
    assert (code, findings(after)) == (0, as_ever | {"2024-04-10": ("2024-05-08", "in time")})
    assert findings(after, "own.visit")["2024-04-10"] == ("2024-04-17", "late")
    assert TOLD in json.loads(after)["provenance"]["timescales"]
    (folder / "ledger.toml").write_text(kept, encoding="utf-8")
    _, again, _ = run(*command)
    assert json.loads(again) == json.loads(before)


def test_an_own_rule_can_be_asked_for_by_its_id(folder: Path, run: Run) -> None:
    code, _, told = run("--ledger", folder, *RUN, "--rule", "own.visit")
    assert code == 7
    assert "found 'own.visit'" in told
    say(folder, OWN)
    code, found, _ = run("--ledger", folder, *RUN, "--rule", "own.visit", "--known-at", "2024-05-31")
    assert (code, len(findings(found, "own.visit"))) == (0, 4)
    assert "own.visit" in run("--ledger", folder, "project", "show", "timeliness")[1]
    with open_ledger(folder) as ledger:
        asked = {"rule": "own.visit", "from_": "2024-01-01", "to": "2024-05-01"}
        assert len(ledger.project("timeliness", NOW, **asked).rows) == 3
        monthly = series(ledger.store, "timeliness", view("2024-05-31"), over="month", column="share_in_time", **asked)
    assert [row["value"] for row in monthly.table.dicts()] == [0, None, None, 0]
    assert TOLD in monthly.table.provenance["timescales"]


def test_every_reader_of_the_facts_stands_on_them(folder: Path, run: Run, tmp_path: Path) -> None:
    say(folder, OWN)
    asked = ("--rule", "protection-visit", "--to", "2024-05-01", "--format", "json", "--ledger", folder)
    _, explained, _ = run("project", "explain", "timeliness", "--row", "C-1", *asked)
    assert TOLD in json.loads(explained)["provenance"]["timescales"]
    clocks = ("--known-at", "2024-04-30", "--known-at", "2024-05-31")
    _, differing, _ = run("project", "diff", "timeliness", *clocks, *asked)
    found = json.loads(differing)
    assert TOLD in found["provenance"]["timescales"]
    assert ("finding", "not yet due", "in time") in {
        (row["column"], row["before"], row["after"]) for row in found["rows"]
    }
    statement = "SELECT \"limit\" FROM timescales WHERE id = 'protection-visit' ORDER BY effective_from NULLS FIRST"
    _, answered, _ = run("sql", statement, "--format", "json", "--ledger", folder)
    assert [row["limit"] for row in json.loads(answered)["rows"]] == [10, 4]
    assert TOLD in json.loads(answered)["provenance"]["timescales"]
    mine = tmp_path / "limits.sql"
    mine.write_text(f'--: question = "Which?"\n--: unit = "rule"\n{statement}\n', encoding="utf-8")
    _, projected, _ = run("project", "run", "-p", mine, "--format", "json", "--ledger", folder)
    assert [row["limit"] for row in json.loads(projected)["rows"]] == [10, 4]
    assert TOLD in json.loads(projected)["provenance"]["timescales"]
    page = tmp_path / "timeliness.html"
    assert run("project", "run", "timeliness", "-o", page, "--ledger", folder)[0] == 0
    assert "2 of them the authority" in page.read_text(encoding="utf-8")


def test_sql_that_reads_no_timescale_says_nothing_of_them(folder: Path, run: Run) -> None:
    say(folder, OWN)
    _, told, _ = run("sql", "SELECT count(*) AS n FROM visits", "--format", "json", "--ledger", folder)
    assert "timescales" not in json.loads(told)["provenance"]


def test_tables_for_other_tools_are_written_all_the_same(folder: Path) -> None:
    with open_ledger(folder) as ledger:
        before = star(ledger.store, view("2024-05-31")).tables["fact_visits"].rows
    say(folder, OWN)
    with open_ledger(folder) as ledger:
        assert star(ledger.store, view("2024-05-31")).tables["fact_visits"].rows == before


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            OWN.replace('id = "protection-visit"', 'id = "protection-visits"'),
            ["table 1 (protection-visits), id: there is no timescale 'protection-visits'; nearest: protection-visit."],
        ),
        (
            OWN.replace('clock = "child protection visit"', 'clock = "child protecton visit"'),
            ["table 2 (own.visit), clock: there is no clock 'child protecton visit'; nearest: child protection visit."],
        ),
        (
            OWN.replace("limit = 4", "limt = 4").replace('unit = "weeks"\nsource', 'unit = "wks"\nsource', 1),
            [
                "table 1 (protection-visit), limt: there is no such key; nearest: limit.",
                "table 1 (protection-visit), unit: found 'wks'; expected one of working days, days, weeks, months",
                "table 1 (protection-visit), limit: it is missing; expected a whole number from 0 to 3650.",
            ],
        ),
        (
            OWN + OWN.partition('[[timescales]]\nid = "own')[0],
            ["table 3 (protection-visit), effective_from: it holds on days on which table 1 holds too"],
        ),
        ("[timescales]\nprotection-visit = 4\n", ["timescales must be tables, each under a line [[timescales]]"]),
    ],
)
def test_wrong_settings_are_told_and_nothing_runs(tmp_path: Path, run: Run, text: str, sentences: list[str]) -> None:
    folder = make(tmp_path / "ledger")
    say(folder, text)
    for command in (RUN, ("status",), ("project", "show", "timeliness")):
        code, out, told = run("--ledger", folder, *command)
        assert (code, out) == (7, "")
        assert all(sentence in told for sentence in sentences)
        assert told.count("ledger.toml") == len(sentences) + 1
        assert told.endswith("hint: mend [[timescales]] in ledger.toml; docs/TIMESCALES.md tells its keys\n")
