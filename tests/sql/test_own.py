"""Projections of one's own: files, folders and entry points, in SQL and in Python; what they may not do."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger.domain.clock import NOW, view
from ledger.errors import Malformed, NotFound, Refused
from ledger.projections import own
from ledger.projections.difference import difference
from ledger.projections.explanation import explanation
from ledger.projections.own import own_measures, read_own
from ledger.store.settings import read_settings
from tests.sql.small_ledger import small_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.application import Ledger

SQL_CARD = '--: question = "How many visits did each worker make?"\n--: unit = "worker"\n'
PY_CARD = '#: question = "How many visits did each worker make?"\n#: unit = "worker"\n'
VISITS = "SELECT worker, count(*) AS visits FROM visits GROUP BY ALL ORDER BY 1"
FOLD = """
def fold(state, entry):
    if entry.name == "visit-recorded.v1":
        state[entry.event.worker] = state.get(entry.event.worker, 0) + 1
    return state

def table(state):
    return [{"worker": worker, "visits": n} for worker, n in sorted(state.items())]
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with small_ledger(tmp_path_factory.mktemp("own") / "ledger") as made:
        yield made


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_sql_and_a_fold_give_the_same_at_every_clock(ledger: Ledger, tmp_path: Path) -> None:
    in_sql = written(tmp_path / "by_worker.sql", SQL_CARD + VISITS)
    in_python = written(tmp_path / "folded.py", PY_CARD + FOLD)
    for clock in (NOW, view("2024-05-08"), view("2024-06-03"), view("2024-06-04"), view(at=20), view("2023-01-01")):
        told = ledger.project(in_sql, clock)
        assert told.rows == ledger.project(in_python, clock).rows, clock
    assert ledger.project(in_python).dicts() == [{"worker": "W1", "visits": 5}, {"worker": "W2", "visits": 4}]


def test_the_code_is_stamped_into_the_result(ledger: Ledger, tmp_path: Path) -> None:
    for path, name in (
        (written(tmp_path / "a.sql", SQL_CARD + VISITS), "measure.sql"),
        (written(tmp_path / "b.py", PY_CARD + FOLD), "projection.py"),
    ):
        text = path.read_text("utf-8")
        stamp = sha256(f"{name} {len(text.encode())}\n{text}".encode()).hexdigest()
        told = ledger.project(path).provenance
        assert told.get("sql_sha256", told.get("code_sha256")) == stamp
        assert ledger.project(path).provenance["root"] == ledger.head().root.hex()


@pytest.mark.parametrize("file", ["parts.sql", "group.sql", "notes.sql", "explain.sql"])
def test_no_part_of_a_folder_may_write(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(journey, ["project", "new", "my-visits"]) == 0
    folder = tmp_path / "my_visits"
    writing = "WITH gone AS (DELETE FROM entries RETURNING position) SELECT position, 'x' AS event_id FROM gone"
    written(folder / file, writing)
    if file == "group.sql":
        card = folder / "card.toml"
        written(card, card.read_text("utf-8") + '\n[[group_columns]]\nname = "member"\nmeaning = "x"\n')
    with pytest.raises(Refused, match="no writing"):
        if file == "explain.sql":
            explanation(ledger.store, read_own(folder), "C-1")
        else:
            ledger.project(folder, by="pod" if file == "group.sql" else None)


def test_options_on_its_card_are_bound(ledger: Ledger, tmp_path: Path) -> None:
    option = 'parameters = [{name = "who", type = "text", meaning = "The worker.", default = "W1"}]\n'
    in_sql = written(tmp_path / "a.sql", f"{SQL_CARD}--: {option}SELECT count(*) AS n FROM visits WHERE worker = $who")
    start = "def start(who):\n    return [who, 0]\n"
    count = "def fold(s, e):\n    return [s[0], s[1] + (e.name == 'visit-recorded.v1' and e.event.worker == s[0])]\n"
    end = "def table(s):\n    return [{'n': s[1]}]\n"
    in_python = written(tmp_path / "b.py", f"{PY_CARD}#: {option}{start}{count}{end}")
    for path in (in_sql, in_python):
        assert ledger.project(path).rows == [(5,)]
        assert ledger.project(path, who="W2").rows == [(4,)]


def test_the_window_is_by_when_things_happened(ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path / "a.py", PY_CARD + FOLD)
    assert ledger.project(path, from_="2024-05-15", to="2024-05-16").dicts() == [
        {"worker": "W1", "visits": 2},
        {"worker": "W2", "visits": 1},
    ]


def test_a_fold_over_all_entries_sees_what_was_written(ledger: Ledger, tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.py",
        PY_CARD
        + '#: entries = "all"\n#: columns = [{name = "name"}, {name = "n"}]\n'
        + "def start():\n    return []\n"
        + "def fold(state, entry):\n    return [*state, entry.name]\n"
        + "def table(state):\n    return [(name, state.count(name)) for name in sorted(set(state))]\n",
    )
    found = dict(ledger.project(path).rows)
    assert (found["entry-corrected.v1"], found["entry-withdrawn.v1"], found["visit-recorded.v1"]) == (1, 1, 10)
    assert sum(found.values()) == ledger.head().size


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        (
            "def fold(state, entry):\n    return state['x']\ndef table(state):\n    return []\n",
            4,
            "KeyError while .* 1 ",
        ),
        ("def fold(state, entry):\n    pass\ndef table(state):\n    return []\n", 3, "fold returned nothing"),
        ("def fold(state, entry):\n    return state\ndef table(state):\n    return 1 / 0\n", 6, "ZeroDivisionError"),
        ("def fold(state, entry):\n    return state\n", None, "no function table"),
        ("import nowhere\n", 3, "ModuleNotFoundError"),
        ("def fold(state entry):\n", 3, "it is not Python: invalid syntax"),
        ("def fold(s, e):\n    raise SystemExit\ndef table(s):\n    return []\n", 4, "SystemExit while reading"),
        ("def fold(s, e):\n    return s\ndef table(s):\n    return [1]\n", None, "no dictionaries"),
        ("def fold(s, e):\n    return s\ndef table(s):\n    return [{'a': 1}, {'b': 1}]\n", None, "columns are not a"),
    ],
)
def test_what_a_fold_raises_names_its_line_and_the_entry(
    ledger: Ledger, tmp_path: Path, body: str, line: int | None, told: str
) -> None:
    path = written(tmp_path / "wrong.py", PY_CARD + body)
    with pytest.raises(Malformed, match=told) as raised:
        ledger.project(path)
    assert raised.value.problems[0].file == "wrong.py"
    assert raised.value.problems[0].line == line
    assert "'x'" not in str(raised.value)


def test_the_entry_it_was_reading_is_named(ledger: Ledger, tmp_path: Path) -> None:
    body = "def fold(state, entry):\n    if entry.position == 12:\n        raise ValueError('Anna')\n    return state\n"
    path = written(tmp_path / "wrong.py", PY_CARD + body + "def table(state):\n    return []\n")
    with pytest.raises(Malformed, match="ValueError while reading the entry at position 12") as raised:
        ledger.project(path, view("2024-06-01"))
    assert "Anna" not in str(raised.value)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY (SELECT 1) TO 'x.csv'",
        "INSTALL httpfs",
        "WITH gone AS (DELETE FROM entries RETURNING position) SELECT * FROM gone",
        "CREATE TABLE x AS SELECT 1",
        "SELECT * FROM 'https://example.org/a.parquet'",
    ],
)
def test_sql_that_does_more_than_read_is_refused(ledger: Ledger, tmp_path: Path, sql: str) -> None:
    with pytest.raises(Refused, match="no writing, no files, no network"):
        ledger.project(written(tmp_path / "a.sql", SQL_CARD + sql))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.sql"]


@pytest.mark.parametrize(
    ("sql", "line", "told"),
    [
        ("SELECT *\nFROM visit", 4, "Nearest: visits"),
        ("SELECT wrker FROM visits", 3, "Nearest: worker"),
        ("SELECT\n\n\n\n\n\n1,\nwrker FROM visits", 10, "Nearest: worker"),
        ("SELECT $form_", None, r"nearest: \$from_"),
        ("SELECT 1; SELECT 2", None, "one statement"),
        ("SELECT CAST(worker AS INTEGER) FROM visits", 3, "Conversion Error"),
    ],
)
def test_an_error_in_sql_names_its_line(ledger: Ledger, tmp_path: Path, sql: str, line: int | None, told: str) -> None:
    with pytest.raises(Malformed, match=told) as raised:
        ledger.project(written(tmp_path / "a.sql", SQL_CARD + sql))
    assert raised.value.problems[0].file == "a.sql"
    assert raised.value.problems[0].line == line
    if line is not None:
        *_, shown, caret = raised.value.problems[0].message.splitlines()
        assert shown[caret.index("^") :].startswith(("visit", "wrker", "CAST")), shown


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.sql", "SELECT 1 AS x", "lacks question and unit"),
        ("a.sql", "--: question = \n" + VISITS, "a.sql, line 1: its card is no TOML"),
        ("a.sql", SQL_CARD + "--: typo = 1\n" + VISITS, "typo"),
        ("a.txt", "x", "a .sql or a .py file"),
    ],
)
def test_a_card_that_is_wrong_is_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        read_own(written(tmp_path / name, text))


def test_a_projection_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.sql", tmp_path):
        with pytest.raises(NotFound):
            read_own(path)


def test_views_of_events_and_stars_work_in_ones_own(ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path / "a.sql", SQL_CARD + "SELECT * FROM events_pod_formed ORDER BY position")
    assert [row["pod"] for row in ledger.project(path).dicts()] == ["P1", "P2"]
    assert len(ledger.project(written(tmp_path / "b.sql", SQL_CARD + "SELECT * FROM effective")).columns) > 200


def test_the_ledger_s_own_folder_and_entry_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_ledger(tmp_path / "ledger"):
        pass
    folder = tmp_path / "ledger" / "mine"
    folder.mkdir()
    written(folder / "by_worker.sql", SQL_CARD + VISITS)
    written(folder / "test_x.py", "raise SystemExit\n")
    toml = tmp_path / "ledger" / "ledger.toml"
    toml.write_text(toml.read_text("utf-8") + '\n[projections]\nfolder = "mine"\n', encoding="utf-8")
    settings = read_settings(tmp_path / "ledger")
    assert list(own_measures(settings)[0]) == ["by-worker"]
    where = ["--ledger", str(tmp_path / "ledger")]
    assert exit_code(journey, ["project", "run", "by-worker", "--format", "csv", *where]) == 0
    assert exit_code(journey, ["project", "show", "by-worker", *where]) == 0
    assert exit_code(journey, ["project", "list", *where]) == 0
    written(folder / "again.sql", SQL_CARD + '--: name = "continuity"\n' + VISITS)
    written(folder / "odd.sql", SQL_CARD + '--: colour = "red"\n' + VISITS)
    written(folder / "nocard.sql", VISITS)
    own_ones, wrong = own_measures(settings)
    assert (list(own_ones), sorted(wrong)) == (["by-worker"], ["again", "nocard", "odd"])
    capsys.readouterr()
    assert exit_code(journey, ["project", "list", "--format", "csv", *where]) == 0
    listed = capsys.readouterr()
    assert "by-worker" in listed.out
    assert "continuity" in listed.out
    assert "left out: again.sql: there is a measure continuity already" in listed.err
    assert (
        "left out: odd.sql: its card is not of the shape of a card: the card of odd.sql has what no card" in listed.err
    )
    assert "left out: nocard.sql: its card lacks question and unit" in listed.err
    assert exit_code(journey, ["project", "run", "by-worker", "--format", "csv", *where]) == 0
    assert exit_code(journey, ["project", "run", "odd", *where]) == 7
    assert "colour" in capsys.readouterr().err
    assert exit_code(journey, ["project", "run", "continuty", *where]) == 5
    assert "Nearest: continuity" in capsys.readouterr().err

    class Point:
        name, module = "mine", "tests.sql.entry_point"

    monkeypatch.setattr(own, "entry_points", lambda group: [Point] if group == own.GROUP else [])
    assert list(own_measures(None)[0]) == ["entry-point"]


def test_ones_own_are_told_apart_and_explained_too(ledger: Ledger, tmp_path: Path) -> None:
    body = FOLD.replace("[entry.event.worker]", "[entry.stream[8:]]").replace(
        "(entry.event.worker,", "(entry.stream[8:],"
    )
    card = read_own(written(tmp_path / "a.py", PY_CARD + body.replace('"worker"', '"child"')))
    found = difference(ledger.store, card, view("2024-06-01"), view("2024-06-30"))
    assert {(line["child"], line["before"], line["after"]) for line in found.rows.dicts()} == {
        ("C-1", 3, 2),
        ("C-2", 3, 4),
    }
    assert {line["entries"] for line in found.rows.dicts()} == {(26, 27), (28,)}
    assert 28 in {row[0] for row in explanation(ledger.store, card, "C-2").entries.rows}


def test_ones_own_in_sql_are_explained_exactly(ledger: Ledger, tmp_path: Path) -> None:
    body = "SELECT journey AS child, count(*) AS visits FROM visits WHERE worker = 'W1' GROUP BY 1 ORDER BY 1"
    found = explanation(ledger.store, read_own(written(tmp_path / "a.sql", SQL_CARD + body)), "C-2")
    assert [(line["position"], line["counts_in"]) for line in found.entries.dicts()] == [
        (17, "visits"),
        (18, "visits"),
        (19, "visits"),
        (28, "visits"),
    ]
    ranked = f"SELECT child, rank() OVER (ORDER BY visits) AS place FROM ({body}) ORDER BY 1"
    compared = explanation(ledger.store, read_own(written(tmp_path / "b.sql", SQL_CARD + ranked)), "C-2")
    assert compared.entries.notes[-1].startswith("wider than what was counted")


@pytest.mark.parametrize("python", [False, True])
def test_a_new_projection_works_and_its_test_passes(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, python: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(journey, ["project", "new", "my-visits", *(["--python"] if python else [])]) == 0
    assert exit_code(journey, ["project", "test"]) == 0
    assert "passed: test_my_visits.py test_visits_are_counted_as_known" in capsys.readouterr().out
    where = ["--ledger", str(ledger.store.settings.folder)]
    assert exit_code(journey, ["project", "run", "-p", "my_visits", "--format", "csv", *where]) == 0
    assert capsys.readouterr().out == "child,visits\nC-1,2\nC-2,4\nC-3,3\n"
    assert exit_code(journey, ["project", "new", "my-visits"]) == 4
    assert exit_code(journey, ["project", "new", "continuity"]) == 4
    assert exit_code(journey, ["project", "new", "../x"]) == 2
    test = tmp_path / "my_visits" / "test_my_visits.py"
    test.write_text(test.read_text("utf-8").replace('"visits": 2', '"visits": 3'), encoding="utf-8")
    assert exit_code(journey, ["project", "test", "my_visits"]) == 7
    assert "test_my_visits.py, line " in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert exit_code(journey, ["project", "test", "empty"]) == 5
