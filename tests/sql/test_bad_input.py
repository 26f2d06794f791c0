"""Bad input to `journey project` and `journey sql`, as somebody would type it: the exit code, and what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.exits import exit_code
from cli.main import journey
from tests.sql.small_ledger import small_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.application import Ledger

USAGE, NOT_ALLOWED, BAD_DATA = 2, 4, 7
SQL_CARD = b'--: question = "q"\n--: unit = "u"\n'
PY_CARD = b'#: question = "q"\n#: unit = "u"\n'
TABLE = b"def table(s):\n    return []\n"
MARK = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with small_ledger(tmp_path_factory.mktemp("bad") / "ledger") as made:
        yield made


@pytest.fixture
def say(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Run a command over the ledger in a folder of its own; give its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def said(*words: str) -> tuple[int, str, str]:
        code = exit_code(journey, ["--ledger", str(ledger.store.settings.folder), *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return said


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--from", "2024-06-01", "--to", "2024-05-01"), USAGE, "the period must end after it begins"),
        (("--from", "2024-06-01", "--to", "2024-06-01"), USAGE, "the period must end after it begins"),
        (("--year", "2024", "--from", "2023-04-01"), BAD_DATA, "give --year, or --from and --to, not both"),
        (("--year", "99999"), BAD_DATA, "--year is the year of its 31 March"),
        (("--known-at", "tomorrow"), USAGE, "expected a date like 2024-03-31"),
        (("--known-at", "2024-13-01"), USAGE, "expected a date like 2024-03-31"),
        (("--known-at", "2024-06-30T12:00"), USAGE, "has no time zone"),
        (("--known-at", "2024-06-30", "--sealed-by", "2024-06-30"), USAGE, "not both"),
        (("--at", "999999"), BAD_DATA, "this ledger ends at position 28; found 999999"),
        (("--at", "-1"), USAGE, "-1 is not in the range"),
        (("--by", "nobody"), BAD_DATA, "--by takes child, pod, worker"),
        (("--where", "nonsense"), BAD_DATA, "expected a column, one of"),
        (("--where", "visit > 3"), BAD_DATA, "no column visit. Nearest: visits."),
        (("--by", "pod", "--suppress-below", "-1"), USAGE, "-1 is not in the range"),
        (("--by", "pod", "--suppress-below", "1"), USAGE, "1 is not in the range"),
        (("--suppress-below", "6"), BAD_DATA, "rows of single children cannot be suppressed"),
        (("--levle", "pod"), BAD_DATA, "nearest: --level"),
        (("--level", "team"), BAD_DATA, "--level takes one of worker, pod; found 'team'"),
    ],
)
def test_contradictions_and_nonsense_are_refused(
    say: Callable[..., tuple[int, str, str]], words: tuple[str, ...], code: int, told: str
) -> None:
    found, out, err = say("project", "run", "continuity", *words)
    assert (found, out) == (code, "")
    assert told in err


@pytest.mark.parametrize("command", [("diff", "--known-at", "2024-05-31"), ("explain", "--row", "P1")])
def test_small_numbers_are_hidden_in_tables_of_groups_and_nowhere_else(
    say: Callable[..., tuple[int, str, str]], command: tuple[str, ...]
) -> None:
    name, *words = command
    code, out, err = say("project", name, "continuity", *words, "--by", "pod", "--suppress-below", "6")
    assert (code, out) == (BAD_DATA, "")
    assert "continuity has no option --suppress-below" in err
    over = ("--over", "month", "--column", "children", "--from", "2024-04-01", "--to", "2024-07-01")
    assert say("project", "run", "continuity", *over, "--suppress-below", "6")[0] == USAGE


def test_names_that_are_not_there_get_the_nearest(say: Callable[..., tuple[int, str, str]]) -> None:
    assert "Nearest: continuity." in say("project", "run", "continuty")[2]
    code, _, err = say("sql", "SELECT 1 AS x,\n  2 AS y\nFROM visit")
    assert code == BAD_DATA
    assert "Table with name visit does not exist! Nearest: visits" in err
    line, caret = err.splitlines()[1:3]
    assert (line, caret) == ("LINE 3: FROM visit", " " * len("LINE 3: FROM ") + "^" * len("visit"))


def test_a_clock_in_the_future_is_allowed_and_said(say: Callable[..., tuple[int, str, str]]) -> None:
    now = say("project", "run", "allocations", "--format", "csv")
    ahead = say("project", "run", "allocations", "--known-at", "2999-01-01", "--format", "csv")
    assert ahead[0] == now[0] == 0
    assert "2999-01-01 lies in the future; what is known now is all that can be shown" in ahead[2]
    assert [row.split(",")[0] for row in ahead[1].splitlines()] == ["child", "C-1", "C-2", "C-3"]


def test_before_the_first_entry_there_is_nothing_and_no_error(say: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = say("project", "run", "allocations", "--at", "0", "--format", "csv")
    assert (code, out.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    "sql",
    [
        "/* only reading */ COPY (SELECT 1) TO 'out.csv'",
        "-- SELECT\nCOPY visits TO 'out.parquet' (FORMAT parquet)",
        "SELECT * FROM read_text(concat('/etc/', 'hostname'))",
        "SELECT * FROM read_blob('/etc/hostname')",
        "SELECT * FROM sniff_csv('/etc/hostname')",
        "SELECT * FROM parquet_metadata('x.parquet')",
        "SELECT * FROM query('SELECT * FROM read_text(''/etc/hostname'')')",
        "SELECT * FROM query_table('/etc/hostname.csv')",
        "SELECT (SELECT content FROM read_text('/etc/hostname')) AS x",
        "SELECT * FROM visits WHERE EXISTS (FROM glob('/*'))",
        "CALL duckdb_settings()",
        "CREATE MACRO f(x) AS x",
        "CREATE SECRET s (TYPE s3)",
        "FROM duckdb_secrets()",
        "PREPARE p AS SELECT 1",
        "USE memory",
        "CHECKPOINT",
        "IMPORT DATABASE 'x'",
    ],
)
def test_what_is_more_than_reading_the_views_is_refused(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path, sql: str
) -> None:
    code, out, err = say("sql", sql)
    assert (code, out) == (NOT_ALLOWED, ""), err
    assert "no writing, no files, no network, no settings" in err
    assert list(tmp_path.iterdir()) == []


def test_sql_may_begin_with_a_comment(say: Callable[..., tuple[int, str, str]]) -> None:
    sql = "-- how many\nSELECT count(*) AS n FROM visits WHERE worker = $who"
    assert say("sql", sql, "--format", "csv", "--param", "who=W2")[:2] == (0, "n\n4\n")


def test_the_environment_is_not_there(say: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = say("sql", "SELECT getenv('HOME') AS home")
    assert (code, out) == (BAD_DATA, "")
    assert "getenv does not exist" in err


def test_a_pivot_without_its_values_is_told_what_it_needs(say: Callable[..., tuple[int, str, str]]) -> None:
    code, _, err = say("sql", "PIVOT visits ON worker USING count(*)")
    assert code == BAD_DATA
    assert "a PIVOT needs its values" in err
    pivot = "FROM (SELECT worker FROM visits) PIVOT (count(*) FOR worker IN ('W1', 'W2'))"
    assert say("sql", pivot, "--format", "csv")[:2] == (0, "W1,W2\n5,4\n")


def test_an_editor_s_habits_change_nothing(say: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    count = b"SELECT count(*) AS n\nFROM visits\n"
    fold = b"def fold(s, e):\n    return {'n': s.get('n', 0) + (e.name == 'visit-recorded.v1')}\n"
    fold += b"def table(s):\n    return [s]\n"
    digests = set()
    for number, habit in enumerate((b"%b", MARK + b"%b")):
        for ends in (b"\n", b"\r\n"):
            (tmp_path / "q.sql").write_bytes((habit % count).replace(b"\n", ends))
            assert say("sql", "-f", "q.sql", "--format", "csv")[:2] == (0, "n\n9\n")
            (tmp_path / "own.sql").write_bytes((habit % (SQL_CARD + count)).replace(b"\n", ends))
            code, out, _ = say("project", "run", "-p", "own.sql", "--format", "json")
            assert (code, json.loads(out)["rows"]) == (0, [{"n": 9}]), number
            digests.add(json.loads(out)["provenance"]["sql_sha256"])
            (tmp_path / "own.py").write_bytes((habit % (PY_CARD + fold)).replace(b"\n", ends))
            assert say("project", "run", "-p", "own.py", "--format", "csv")[:2] == (0, "n\n9\n")
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("name", "held", "words"),
    [
        ("q.sql", b"SELECT\n'caf\xe9' AS x", ("sql", "-f")),
        ("own.sql", SQL_CARD + b"SELECT 'caf\xe9' AS x", ("project", "run", "-p")),
        ("own.py", PY_CARD + b"x = 'caf\xe9'\n", ("project", "run", "-p")),
    ],
)
def test_bytes_that_are_not_utf_8_are_told_with_their_line(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path, name: str, held: bytes, words: tuple[str, ...]
) -> None:
    (tmp_path / name).write_bytes(held)
    code, out, err = say(*words, name)
    line = held.count(b"\n", 0, held.index(b"\xe9")) + 1
    assert (code, out) == (BAD_DATA, "")
    assert err.startswith(f"{name}, line {line}: expected text in UTF-8, found the byte 0xe9.")


def test_an_empty_file_is_told(say: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    for name, words, told in (
        ("q.sql", ("sql", "-f"), "expected one statement, found 0"),
        ("own.sql", ("project", "run", "-p"), "its card lacks question and unit"),
        ("own.py", ("project", "run", "-p"), "its card lacks question and unit"),
    ):
        (tmp_path / name).write_bytes(b"")
        code, _, err = say(*words, name)
        assert (code, told in err) == (BAD_DATA, True), err


@pytest.mark.parametrize(
    ("body", "line", "event"),
    [
        (b"import os\ndef fold(s, e):\n    os.remove('kept.txt')\n    return s\n", 5, "os.remove"),
        (b"def fold(s, e):\n    open('made.txt', 'w')\n    return s\n", 4, "open"),
        (b"def fold(s, e):\n    return {'x': open('kept.txt').read()}\n", 4, "open"),
        (b"from pathlib import Path\nX = Path('kept.txt').read_text()\ndef fold(s, e):\n    return s\n", 4, "open"),
        (b"import socket\ndef fold(s, e):\n    socket.create_connection(('127.0.0.1', 9))\n", 5, "socket."),
        (b"import subprocess\ndef fold(s, e):\n    subprocess.run(['true'])\n    return s\n", 5, "subprocess.Popen"),
        (b"import os\ndef fold(s, e):\n    os.system('true')\n    return s\n", 5, "os.system"),
        (b"import sqlite3\ndef fold(s, e):\n    sqlite3.connect('made.db')\n    return s\n", 5, "sqlite3.connect"),
        (
            b"def fold(s, e):\n    try:\n        open('made.txt', 'w')\n    except Exception:\n        return s\n",
            None,
            "open",
        ),
    ],
)
def test_a_fold_that_does_more_than_read_entries_is_refused(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path, body: bytes, line: int | None, event: str
) -> None:
    (tmp_path / "kept.txt").write_bytes(b"here")
    (tmp_path / "own.py").write_bytes(PY_CARD + body + TABLE)
    code, out, err = say("project", "run", "-p", "own.py")
    assert (code, out) == (NOT_ALLOWED, "")
    place = "own.py" if line is None else f"own.py, line {line}"
    assert err.startswith(f"{place}: a projection reads entries and nothing else"), err
    assert f"Found {event}" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.txt", "own.py"]


def test_a_fold_may_import_whenever_it_likes(say: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    body = b"def fold(s, e):\n    import colorsys, this_is_local\n    return {'n': this_is_local.N}\n"
    (tmp_path / "this_is_local.py").write_bytes(b"from pathlib import Path\nN = len(Path(__file__).read_text())\n")
    (tmp_path / "own.py").write_bytes(
        PY_CARD + b"import sys\nsys.path.insert(0, '.')\n" + body + b"def table(s):\n    return [s]\n"
    )
    assert say("project", "run", "-p", "own.py", "--format", "csv")[:2] == (0, "n\n61\n")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b"3", "table gave int: expected a list of rows"),
        (b"'rows'", "table gave str: expected a list of rows"),
        (b"[{'a': 1}, 7]", "table gave int as a row"),
        (b"[{'a': object()}]", "table gave object in the column a"),
        (b"[{'a': {1: 2}}]", "table gave dict in the column a"),
        (b"({'a': 1 // n} for n in (1, 0))", "own.py, line 6: it raised ZeroDivisionError"),
    ],
)
def test_a_table_that_is_none_is_told(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path, given: bytes, told: str
) -> None:
    body = b"def fold(s, e):\n    return s\ndef table(s):\n    return " + given + b"\n"
    (tmp_path / "own.py").write_bytes(PY_CARD + body)
    code, out, err = say("project", "run", "-p", "own.py")
    assert (code, out) == (BAD_DATA, "")
    assert told in err


def test_a_projection_that_is_not_python_is_told_with_its_line(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "own.py").write_bytes(PY_CARD + b"def fold(s, e):\n    return s\ndef table(s)\n    return []\n")
    code, out, err = say("project", "run", "-p", "own.py")
    assert (code, out) == (BAD_DATA, "")
    assert "own.py, line 5: it is not Python: expected ':'." in err


def test_what_is_no_finite_number_is_left_empty(say: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    body = b"def fold(s, e):\n    return s\ndef table(s):\n    return [{'a': float('nan')}, {'a': float('inf')}]\n"
    (tmp_path / "own.py").write_bytes(PY_CARD + body)
    code, out, _ = say("project", "run", "-p", "own.py", "--format", "json")
    assert code == 0
    assert json.loads(out)["rows"] == [{"a": None}, {"a": None}]
    assert json.loads(out)["notes"] == ["2 cells were no finite number and left empty."]
