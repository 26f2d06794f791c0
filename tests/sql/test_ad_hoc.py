"""`journey sql`: what it answers, at which clock, and everything it must not do."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from cli.exits import exit_code
from cli.main import journey
from ledger.domain.clock import NOW, view
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.identity import ChildMerged
from ledger.errors import Malformed, Refused
from ledger.projections.ad_hoc import run_sql
from ledger.store import create_store
from tests.projections.journeys import allocations, ledgers, views, visits
from tests.projections.small import Said, facts_of, journey_id
from tests.sql.small_ledger import small_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.application import Ledger
    from ledger.domain.clock import View


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with small_ledger(tmp_path_factory.mktemp("sql") / "ledger") as made:
        yield made


def ask(ledger: Ledger, sql: str, at: View = NOW, **given: Any) -> list[tuple[Any, ...]]:
    return run_sql(ledger.store, sql, at, **given).rows


def test_it_stands_at_the_reader_s_clock(ledger: Ledger) -> None:
    assert ask(ledger, "SELECT count(*) AS n FROM visits") == [(9,)]
    assert ask(ledger, "SELECT count(*) AS n FROM visits", view("2024-05-31")) == [(9,)]
    assert ask(ledger, "SELECT count(*) AS n FROM visits", view("2024-06-04")) == [(8,)]
    assert ask(ledger, "SELECT count(*) AS n FROM visits", view("2024-05-08")) == [(6,)]
    assert ask(ledger, "SELECT worker FROM visits WHERE position = 11", view("2024-06-02")) == [("W1",)]
    assert ask(ledger, "SELECT worker FROM visits WHERE position = 11") == [("W2",)]


def test_parameters_are_bound(ledger: Ledger) -> None:
    sql = "SELECT count(*) AS n FROM visits WHERE visited_on >= $from_ AND visited_on < $to_ AND worker = $who"
    found = ask(ledger, sql, from_=date(2024, 5, 1), to=date(2024, 5, 9), who="W2")
    assert found == [(3,)]
    assert ask(ledger, "SELECT $on AS day, $position AS at", view("2024-05-31")) == [(date(2024, 5, 31), 28)]
    assert ask(ledger, "SELECT $who AS who", who="x'; DROP TABLE entries; --") == [("x'; DROP TABLE entries; --",)]
    with pytest.raises(Malformed, match=r"nobody gave \$form_; nearest: \$from_"):
        ask(ledger, "SELECT $form_ AS x")
    with pytest.raises(Malformed, match=r"the SQL mentions no \$whom; nearest: \$who\."):
        ask(ledger, "SELECT $who AS who", who="W2", whom="W1")
    with pytest.raises(Malformed, match=r"the SQL mentions no \$day\."):
        ask(ledger, "SELECT 1 AS one", day="2024-05-01")
    with pytest.raises(Malformed, match="the window must end after it begins"):
        ask(ledger, "SELECT 1 AS x", from_=date(2024, 5, 2), to=date(2024, 5, 1))


def test_the_result_says_where_it_comes_from(ledger: Ledger) -> None:
    sql = "SELECT journey AS child, count(*) AS visits FROM visits GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT 1"
    found = run_sql(ledger.store, sql, view("2024-12-31"))
    assert found.dicts() == [{"child": "C-2", "visits": 4}]
    told = found.provenance
    assert told["sql_sha256"] == sha256(sql.encode()).hexdigest()
    assert (told["stated"], told["position"]) == ("2024-12-31", ledger.head().size)
    assert (told["root"], told["authority"]) == (ledger.head().root.hex(), ledger.store.authority)
    assert (told["corrected"], told["withdrawn"]) == (1, 1)


def test_every_event_has_its_view_made_when_mentioned(ledger: Ledger) -> None:
    found = run_sql(ledger.store, "SELECT * FROM events_visit_recorded ORDER BY position").dicts()
    assert len(found) == 9
    assert (found[0]["worker"], found[0]["corrected"], found[0]["day"]) == ("W2", True, date(2024, 5, 1))
    assert "words" not in found[0]
    assert ask(ledger, "SELECT count(*) AS n FROM events_pod_formed") == [(2,)]
    assert ask(ledger, "SELECT pod, pod_name, workers FROM pods ORDER BY 1") == [
        ("P1", "Pod P1", 1),
        ("P2", "Pod P2", 1),
    ]
    assert ask(ledger, "SELECT worker, pod, open_allocations FROM workers ORDER BY 1") == [
        ("W1", "P1", 2),
        ("W2", "P2", 1),
    ]


def test_a_star_over_a_wide_view_gives_all_columns(ledger: Ledger) -> None:
    assert len(run_sql(ledger.store, "SELECT * FROM entries LIMIT 1").columns) > 200
    assert len(run_sql(ledger.store, "FROM effective LIMIT 1").columns) > 200


def test_it_answers_without_a_folder_of_facts(tmp_path: Path) -> None:
    with closing(create_store(tmp_path / "other", authority="Testshire", engine="memory")) as store:
        assert run_sql(store, "SELECT count(*) AS n FROM entries").rows == [(1,)]
        assert run_sql(store, "SELECT count(*) AS n FROM events_visit_recorded").rows == [(0,)]


@pytest.mark.parametrize(
    "sql",
    [
        "COPY visits TO 'out.csv'",
        "COPY (SELECT 1) TO 'out.csv'",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM 'https://example.org/x.parquet'",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA threads=1",
        "SET threads = 1",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "CREATE TABLE x AS SELECT 1",
        "INSERT INTO entries (position) VALUES (1)",
        "DELETE FROM entries",
        "WITH gone AS (DELETE FROM entries RETURNING position) SELECT * FROM gone",
        "EXPORT DATABASE 'out'",
        "EXPLAIN SELECT 1",
        "BEGIN",
    ],
)
def test_it_reads_the_views_and_nothing_else(
    ledger: Ledger, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = ledger.head()
    with pytest.raises(Refused, match="no writing, no files, no network"):
        ask(ledger, sql)
    assert list(tmp_path.iterdir()) == []
    assert ledger.head() == before


def test_no_variable_of_the_program_is_a_table(ledger: Ledger) -> None:
    bound = [1, 2]
    with pytest.raises(Malformed, match="bound does not exist"):
        ask(ledger, "SELECT * FROM bound")
    assert bound


@pytest.mark.parametrize(
    ("sql", "line", "told"),
    [
        ("SELECT *\nFROM visit", 2, "Nearest: visits"),
        ("SELECT worker,\n  visted_on\nFROM visits", 2, "Nearest: visited_on"),
        ("SELECT 1 AS x\nFROM event_visit_recorded", 2, "Nearest: events_visit_recorded"),
        ("SELECT wrker FROM effective", 1, "Nearest: .*worker"),
        ("SELEC 1", 1, "syntax error"),
        ("SELECT 1,\n st_point(1, 2)", 2, r'"st_point" is not in the catalog\.\nLINE 2'),
        ("SELECT 1;\nSELECT 2", None, "expected one statement, found 2"),
        ("", None, "expected one statement, found 0"),
        ("SELECT 1 AS x, 2 AS x", None, "two columns are named x"),
    ],
)
def test_an_error_names_the_line_and_the_nearest_name(ledger: Ledger, sql: str, line: int | None, told: str) -> None:
    with pytest.raises(Malformed, match=told) as raised:
        run_sql(ledger.store, sql, file="my.sql")
    (problem,) = raised.value.problems
    assert problem.line == line
    if line is not None:
        assert problem.file == "my.sql"
        assert problem.message.splitlines()[-1].strip(" ^") == ""
        assert problem.message.splitlines()[-2].endswith(sql.splitlines()[line - 1].rstrip(","))


def test_an_error_tells_no_value_of_the_data(ledger: Ledger) -> None:
    for sql in ("SELECT CAST(journey AS INT) FROM visits", "SELECT error(journey) FROM visits"):
        with pytest.raises(Malformed) as raised:
            ask(ledger, sql)
        assert "…" in str(raised.value)
        assert not re.search("[0-9a-f]{8}-[0-9a-f]{4}", str(raised.value))
    with pytest.raises(Malformed, match="'x1' to INT32"):
        ask(ledger, "SELECT CAST('x1' AS INT)")
    with pytest.raises(Refused):
        ask(ledger, "SELECT * FROM '/etc/passwd'")


def test_numbers_that_are_none_are_empty(ledger: Ledger) -> None:
    found = run_sql(ledger.store, "SELECT 'nan'::DOUBLE AS x, 'inf'::DOUBLE AS y")
    assert found.rows == [(None, None)]
    assert "2 cells" in found.notes[0]


@settings(max_examples=12, deadline=None)
@given(said=ledgers(visits(), allocations()), at=views)
def test_effective_at_any_clock_is_what_a_reader_there_sees(said: list[Said], at: View) -> None:
    position = len(said) if at.position is None else min(at.position, len(said))
    order = "SELECT * FROM effective ORDER BY position"
    with facts_of(said, at) as facts:
        if facts.reader["clock"] == "sealed":
            return
        there = facts.query(order)
        names, rows = [column[0] for column in there.description], there.fetchall()
        instant = facts.reader["instant"]
    with facts_of(said) as facts:
        anywhere = facts.query(
            "SELECT * FROM effective($instant, $position) ORDER BY position", instant=instant, position=position
        )
        places = [[column[0] for column in anywhere.description].index(name) for name in names]
        assert [tuple(row[place] for place in places) for row in anywhere.fetchall()] == rows


def test_the_command(ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--ledger", str(ledger.store.settings.folder)]
    assert exit_code(journey, ["sql", "SELECT count(*) AS n FROM visits", "--format", "csv", *where]) == 0
    assert capsys.readouterr().out == "n\n9\n"
    file = tmp_path / "my.sql"
    file.write_text("SELECT worker, count(*) AS n\nFROM visits\nWHERE worker = $who\nGROUP BY 1", encoding="utf-8")
    asked = ["sql", "-f", str(file), "--param", "who=W2", "--known-at", "2099-01-01", "--format", "csv", *where]
    assert exit_code(journey, asked) == 0
    told = capsys.readouterr()
    assert told.out == "worker,n\nW2,4\n"
    assert "note: 2099-01-01 lies in the future" in told.err
    for wrong in (["sql"], ["sql", "SELECT 1", "-f", str(file)], ["sql", "SELECT 1", "--param", "1=2"]):
        assert exit_code(journey, [*wrong, *where]) == 2
    assert exit_code(journey, ["sql", "SELECT 1", "--from", "2024-02-01", "--to", "2024-01-01", *where]) == 2
    assert exit_code(journey, ["sql", "COPY visits TO 'x'", *where]) == 4
    assert exit_code(journey, ["sql", "SELECT * FROM visit", *where]) == 7
    assert "LINE 1: SELECT * FROM visit\n" in capsys.readouterr().err


def test_effective_at_any_clock_counts_merged_children_as_one() -> None:
    on = date(2024, 5, 1)
    said = [
        Said("a", WorkerAllocated(occurred_on=on, worker="W1"), date(2024, 5, 1)),
        Said("b", WorkerAllocated(occurred_on=on, worker="W2"), date(2024, 5, 1)),
        Said("b", ChildMerged(occurred_on=on, other_journey=journey_id("a")), date(2024, 6, 1)),
    ]
    asked = "SELECT count(DISTINCT journey) FROM effective($clock, NULL)"
    with facts_of(said) as facts:
        assert facts.query(asked, clock="2024-05-31").fetchone() == (2,)
        assert facts.query(asked, clock="2024-06-01").fetchone() == (1,)
        assert facts.query("SELECT count(DISTINCT journey) FROM effective").fetchone() == (1,)
