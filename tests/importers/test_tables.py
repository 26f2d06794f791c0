"""Reading one CSV file by columns: what is taken as it comes, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import NotFound
from ledger.importers.tables import csv_files, parse_table, read_table

WANTED = {"CHILD": ("C1", "C2"), "DEC": ("01/02/2018", "")}


@pytest.mark.parametrize(
    "data",
    [
        b"CHILD,DEC\nC1,01/02/2018\nC2,\n",
        b"CHILD,DEC\nC1,01/02/2018\nC2,",
        b"\xef\xbb\xbfCHILD,DEC\r\nC1,01/02/2018\r\nC2,\r\n",
        b"child, Dec \nC1, 01/02/2018 \nC2,\n",
        b'CHILD,DEC\n="C1",01/02/2018\n="C2",\n',
        b'CHILD,DEC\n"=""C1""","01/02/2018"\n"C2",""\n',
        b"\n\nCHILD,DEC\n\nC1,01/02/2018\n,\nC2,\n\n",
        b"CHILD,DEC,\nC1,01/02/2018,\nC2,,\n",
        b"CHILD,DEC\nC1,01/02/2018,,\nC2,\n",
        b"CHILD,DEC\n C1,01/02/2018\nC2, ",
        b'CHILD,DEC\n"C1 ",\t01/02/2018\nC2\xc2\xa0,\n',
    ],
    ids=[
        "plain",
        "no last newline",
        "mark and CRLF",
        "spaces and case",
        "excel",
        "excel quoted",
        "blank",
        "tail",
        "tails",
        "edges",
        "blanks",
    ],
)
def test_a_file_is_taken_as_it_comes(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "episodes.csv"
    path.write_bytes(data)
    table, problems = read_table(path)
    assert problems == []
    assert table is not None
    assert {name: cells for name, cells in table.columns.items() if name} == WANTED
    assert table.rows_read == 2


def test_leading_zeros_are_kept() -> None:
    table, _ = parse_table('CHILD\n="00123"\n00456\n', "a.csv")
    assert table is not None
    assert table.columns["CHILD"] == ("00123", "00456")


def test_lines_are_those_of_the_file_even_where_cells_hold_line_breaks() -> None:
    table, _ = parse_table('CHILD,NOTE\nC1,"two\nlines"\n\nC2,one\n', "a.csv")
    assert table is not None
    assert table.lines == (2, 5)


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"", "empty-file", None, None),
        (b" \r\n\n", "empty-file", None, None),
        ("CHILD,DEC\nC1,\n".encode("utf-16"), "not-utf-8", None, None),
        ("CHILD,DEC\nC1,\n".encode("utf-16-le"), "not-utf-8", None, None),
        (b"CHILD,DEC\nC1,\nC\xe9,\n", "not-utf-8", 3, None),
        (b"CHILD,DEC,Child\nC1,,C1\n", "duplicate-column", 1, "CHILD"),
        (b'CHILD,DEC\nC1,"01/02"x\n', "bad-quoting", 2, None),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_place(
    data: bytes, code: str, line: int | None, column: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "episodes.csv"
    path.write_bytes(data)
    table, problems = read_table(path)
    assert table is None
    [problem] = problems
    assert (problem.code, problem.file, problem.line, problem.column) == (code, "episodes.csv", line, column)
    assert problem.refused


def test_a_ragged_row_is_refused_alone() -> None:
    table, problems = parse_table("CHILD,DEC\nC1,,x\nC2,\nC3\n", "a.csv")
    assert table is not None
    assert table.columns["CHILD"] == ("C2",)
    assert [(p.code, p.line, p.refused) for p in problems] == [("ragged-row", 2, True), ("ragged-row", 4, True)]
    assert table.rows_read == 3


def test_no_problem_repeats_what_stands_in_a_cell() -> None:
    _, problems = parse_table("CHILD,DEC\nSECRET-ID,secret,words\n", "a.csv")
    assert len(problems) == 1
    assert not any(value in str(problems[0]) for value in ("SECRET-ID", "secret", "words"))


def test_csv_files_are_found_in_any_case_and_a_missing_folder_is_not_found(tmp_path: Path) -> None:
    for name in ("b.CSV", "a.csv", "c.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in csv_files(tmp_path)] == ["a.csv", "b.CSV"]
    with pytest.raises(NotFound):
        csv_files(tmp_path / "nowhere")
