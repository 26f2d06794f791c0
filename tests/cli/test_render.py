"""A table is shown in four forms; what each must hold is stated here, not taken from the code."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import click
import pytest

from cli.exits import exit_code
from cli.grid import parts
from cli.main import journey
from cli.render import emit
from ledger.projections.table import Column, Table


@pytest.fixture
def table() -> Table:
    columns = tuple(Column(name, "text") for name in ("child", "upc", "on", "workers"))
    return Table(
        columns=columns,
        rows=[
            ("=SUM(A1)", Fraction(2, 3), date(2024, 3, 31), ("SW1", "SW2")),
            ('b, "c"', None, datetime(2024, 3, 31, 12, tzinfo=UTC), None),
        ],
        notes=["fewer than 3 visits: 1"],
        provenance={"position": 42},
    )


def test_csv_holds_only_rows(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    emit(table, "csv")
    told = capsys.readouterr()
    assert list(csv.reader(io.StringIO(told.out))) == [
        ["child", "upc", "on", "workers"],
        ["'=SUM(A1)", "0.666666666667", "2024-03-31", "SW1 SW2"],
        ['b, "c"', "", "2024-03-31T12:00:00Z", ""],
    ]
    assert told.err == "note: fewer than 3 visits: 1\nposition: 42\n"


def test_json_is_one_object(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    emit(table, "json")
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "rows": [
            {"child": "=SUM(A1)", "upc": 0.666666666667, "on": "2024-03-31", "workers": ["SW1", "SW2"]},
            {"child": 'b, "c"', "upc": None, "on": "2024-03-31T12:00:00Z", "workers": None},
        ],
        "notes": ["fewer than 3 visits: 1"],
        "provenance": {"position": 42},
    }
    assert told.err == ""


def test_ndjson_is_one_object_a_line(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    emit(table, "ndjson")
    told = capsys.readouterr()
    assert [json.loads(line)["upc"] for line in told.out.splitlines()] == [0.666666666667, None]
    assert "position: 42" in told.err


def test_a_table_for_people_names_its_notes(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    emit(table, "table")
    told = capsys.readouterr()
    assert told.out.split()[:4] == ["child", "upc", "on", "workers"]
    assert "0.667" in told.out
    assert "note: fewer than 3 visits: 1" in told.out
    assert told.err == ""


def test_people_read_moments_as_clocks_in_london_tell_them(capsys: pytest.CaptureFixture[str]) -> None:
    moments = [(datetime(2025, 3, 30, 23, tzinfo=UTC),), (datetime(2025, 1, 1, tzinfo=UTC),)]
    emit(Table((Column("known_at"),), moments), "table")
    told = capsys.readouterr().out
    assert "2025-03-31 00:00:00 BST" in told and "2025-01-01 00:00:00 GMT" in told


def test_provenance_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    asked = {"year": 2025, "from": date(2024, 4, 1), "beside": False}
    emit(Table((Column("n"),), [], provenance={"asked": asked, "coverage": ["visits from A", "care from B"]}), "csv")
    told = capsys.readouterr().err.splitlines()
    assert told == ["asked: year 2025; from 2024-04-01; beside false", "coverage: visits from A; care from B"]


def test_piped_output_is_csv(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    emit(table)
    assert capsys.readouterr().out.startswith("child,upc,on,workers\n")


@pytest.mark.parametrize(("suffix", "start"), [(".csv", "child,upc"), (".json", "{"), (".ndjson", '{"child"')])
def test_a_file_gets_the_form_its_name_implies(table: Table, tmp_path: Path, suffix: str, start: str) -> None:
    out = tmp_path / f"table{suffix}"
    emit(table, out=out)
    assert out.read_text(encoding="utf-8").startswith(start)
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_of_an_unknown_form_is_a_usage_error(table: Table, tmp_path: Path) -> None:
    with pytest.raises(click.UsageError):
        emit(table, out=tmp_path / "table.docx")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_usage_error_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["events"], ["project", "list"], ["sql", "SELECT 1 AS a"], ["export", "events"]):
        assert exit_code(journey, [*command, "-o", str(tmp_path / "reports" / "a.csv")]) == 2
        assert "there is no folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_text_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    emit(Table(columns=(Column("words", "text"),), rows=[("\x1b[2Jgone",)], notes=[], provenance={}), "table")
    assert "\x1b" not in capsys.readouterr().out


def test_a_wide_table_is_drawn_in_parts_that_all_begin_with_the_first_column(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("child", *(f"column_{letter * 20}" for letter in "abcdefgh"))
    emit(Table(tuple(Column(name) for name in names), [("C-1", *"12345678")]), "table")
    lines = capsys.readouterr().out.splitlines()
    heads = [line.split() for line in lines if line.strip().startswith("child")]
    assert len(heads) > 1
    assert [name for head in heads for name in head[1:]] == list(names[1:])
    assert max(map(len, lines)) <= 120


def test_parts_keep_the_first_column_and_every_other_once() -> None:
    assert parts([8, 10, 10, 10], 36) == [[0, 1, 2], [0, 3]]
    assert parts([8, 500, 10], 36) == [[0, 1], [0, 2]]
    assert parts([8], 3) == [[0]]
    assert parts([], 3) == [[]]
