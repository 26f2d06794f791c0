"""One table as a file of each kind, read back by software that did not write it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import click
import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.render import emit
from ledger.errors import Refused
from ledger.exporters import html, svg, xlsx
from ledger.projections.kinds import kinds
from ledger.projections.table import Column, Table

NASTY = '=HYPERLINK("http://example.org","<script>alert(\'x\')</script>")'
PROVENANCE = {
    "measure": "continuity",
    "version": 3,
    "authority": "Testshire (synthetic)",
    "clock": "known",
    "stated": "2024-03-31",
    "position": 42,
    "root": "ab" * 32,
}


def columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, f"what {name} means") for name in names)


@pytest.fixture
def table() -> Table:
    return Table(
        columns("child", "visits", "upc", "seen_on", "known_at", "alone", "workers"),
        [
            (NASTY, 4, Fraction(2, 3), date(2024, 3, 31), datetime(2024, 7, 1, 12, tzinfo=UTC), True, ("W1", "W2")),
            ("C-2", None, None, None, None, None, None),
            ("+44", 0, Decimal("0.5"), date(1899, 12, 31), datetime(2024, 1, 1, tzinfo=UTC), False, ()),
        ],
        ["fewer than 3 visits: 1"],
        dict(PROVENANCE),
        (("Question", "Who came?"), ("Left out", "visits nobody made")),
    )


def sheets(path: Path) -> dict[str, Any]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: sheet for sheet in book.worksheets}


def test_a_workbook_holds_typed_cells(table: Table, tmp_path: Path) -> None:
    out = tmp_path / "table.xlsx"
    emit(table, out=out)
    found = sheets(out)
    assert list(found) == ["Cover", "Notes", "Columns", "Table"]
    rows = [[cell.value for cell in row] for row in found["Table"].iter_rows()]
    assert rows == [
        ["child", "visits", "upc", "seen_on", "known_at", "alone", "workers"],
        [NASTY, 4, 0.666666666667, datetime(2024, 3, 31), datetime(2024, 7, 1, 12), True, "W1 W2"],
        ["C-2", None, None, None, None, None, None],
        ["+44", 0, 0.5, "1899-12-31", datetime(2024, 1, 1), False, ""],
    ]
    second = list(found["Table"].iter_rows())[1]
    assert [cell.data_type for cell in second] == ["s", "n", "n", "d", "d", "b", "s"]
    assert (second[2].number_format, second[3].number_format) == ("0.000", "yyyy-mm-dd")
    assert (found["Table"].freeze_panes, found["Table"].auto_filter.ref) == ("B2", "A1:G4")


def test_the_cover_says_what_is_counted_and_where_it_comes_from(table: Table, tmp_path: Path) -> None:
    out = tmp_path / "table.xlsx"
    emit(table, out=out)
    found = sheets(out)
    cover = {row[0].value: row[1].value for row in found["Cover"].iter_rows()}
    assert cover["Measure"] == "continuity"
    assert (cover["Version"], cover["Clock"], cover["As known at"]) == ("3", "known", "2024-03-31")
    assert (cover["Position of the ledger"], cover["Root of the ledger there"]) == ("42", "ab" * 32)
    assert (cover["Question"], cover["Left out"]) == ("Who came?", "visits nobody made")
    assert any("Synthetic data" in str(row[1].value) for row in found["Cover"].iter_rows())
    assert [row[1].value for row in found["Notes"].iter_rows()][1:] == ["fewer than 3 visits: 1"]
    assert [row[1].value for row in found["Columns"].iter_rows()][2] == "what visits means"


def test_a_long_sentence_has_room_and_a_sheet_the_width_of_a_page(tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    xlsx.write(Table(columns("n"), [(1,)], definition=(("Question", "who came " * 40),)), out)
    cover = sheets(out)["Cover"]
    heights = {row[0].value: cover.row_dimensions[row[0].row].height for row in cover.iter_rows()}
    assert heights["Question"] == 4 * 15  # 360 characters, 90 of them a line
    assert cover.sheet_properties.pageSetUpPr.fitToPage and cover.page_setup.fitToHeight == 0


def test_a_workbook_has_no_formula_and_no_link_whatever_the_text(table: Table, tmp_path: Path) -> None:
    out = tmp_path / "table.xlsx"
    emit(table, out=out)
    with ZipFile(out) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8", "replace")
            assert "<f>" not in text and "<f " not in text and "<hyperlink" not in text
            assert "vbaProject" not in name and "externalLink" not in name


@given(st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_as_text(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "t.xlsx"
        xlsx.write(Table(columns("words", "n"), [(text, 1)]), out)
        cell = openpyxl.load_workbook(out)["Table"]["A2"]
        assert cell.data_type != "f"
        if "\r" not in text and not re.search(r"_x[0-9A-Fa-f]{4}_", text):
            control = re.compile("[\\x00-\\x08\\x0b-\\x1f\ud800-\udfff\ufffe\uffff]")
            assert (cell.value or "") == control.sub("?", text)


def test_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    xlsx.write(Table(columns("words"), [("x" * 40_000,)]), out)
    held = openpyxl.load_workbook(out)["Table"]["A2"].value
    assert len(held) == xlsx.LONGEST and held.endswith(xlsx.CUT)


def test_more_rows_than_a_sheet_holds_go_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_A_SHEET", 2)
    out = tmp_path / "t.xlsx"
    xlsx.write(Table(columns("n"), [(n,) for n in range(5)]), out)
    found = sheets(out)
    held = [[c[0].value for c in found[name].iter_rows()] for name in ("Table", "Table 2", "Table 3")]
    assert held == [["n", 0, 1], ["n", 2, 3], ["n", 4]]


def test_the_same_table_gives_the_same_bytes(table: Table, tmp_path: Path) -> None:
    for suffix in ("xlsx", "html"):
        one, other = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
        emit(table, out=one)
        emit(table, out=other)
        assert one.read_bytes() == other.read_bytes(), suffix


def test_parquet_is_typed_and_takes_its_provenance_along(table: Table, tmp_path: Path) -> None:
    out = tmp_path / "table.parquet"
    emit(table, out=out)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE FROM '{out}'").fetchall()}
        rows = connection.execute(f"SELECT * EXCLUDE (known_at), epoch_us(known_at) FROM '{out}'").fetchall()
        kept = dict(connection.execute(f"SELECT key, value FROM parquet_kv_metadata('{out}')").fetchall())
    assert types == {
        "child": "VARCHAR",
        "visits": "BIGINT",
        "upc": "DOUBLE",
        "seen_on": "DATE",
        "known_at": "TIMESTAMP WITH TIME ZONE",
        "alone": "BOOLEAN",
        "workers": "VARCHAR[]",
    }
    at = int(datetime(2024, 7, 1, 12, tzinfo=UTC).timestamp()) * 10**6
    assert rows[0] == (NASTY, 4, 0.666666666667, date(2024, 3, 31), True, ["W1", "W2"], at)
    assert rows[1][1:] == (None,) * 6
    assert json.loads(kept[b"journey_provenance"])["root"] == "ab" * 32
    assert json.loads(kept[b"journey_columns"])["upc"] == "what upc means"


def test_an_empty_column_keeps_its_type_where_the_measure_knows_it(tmp_path: Path) -> None:
    typed = Table((Column("on", "", "DATE"), Column("n", "", "BIGINT"), Column("share", "", "DECIMAL(36,12)")), [])
    assert kinds(typed) == ("date", "whole", "number")
    out = tmp_path / "t.parquet"
    emit(typed, out=out)
    with duckdb.connect() as connection:
        assert [r[1] for r in connection.execute(f"DESCRIBE FROM '{out}'").fetchall()] == ["DATE", "BIGINT", "DOUBLE"]


def test_lists_keep_what_they_hold_and_great_numbers_are_doubles(tmp_path: Path) -> None:
    typed = Table(
        (Column("entries"), Column("days", "", "DATE[]"), Column("sum", "", "HUGEINT"), Column("n", "", "HUGEINT")),
        [((26, 27), (date(2024, 5, 1),), 2**70, 3), ((), None, 1, None)],
    )
    out = tmp_path / "t.parquet"
    emit(typed, out=out)
    with duckdb.connect() as connection:
        described = [row[1] for row in connection.execute(f"DESCRIBE FROM '{out}'").fetchall()]
        rows = connection.execute(f"FROM '{out}'").fetchall()
    assert described == ["BIGINT[]", "DATE[]", "DOUBLE", "BIGINT"]
    assert rows == [([26, 27], [date(2024, 5, 1)], float(2**70), 3), ([], None, 1.0, None)]


class Page(HTMLParser):
    """What stands in a page: its tags with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_a_page_needs_nothing_else_and_runs_nothing(table: Table, tmp_path: Path) -> None:
    out = tmp_path / "table.html"
    emit(table, out=out)
    text = out.read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "iframe", "link", "object", "a", "form", "base"}
    assert not [attribute for _, attributes in page.tags for attribute in attributes if attribute.startswith("on")]
    policy = next(a["content"] or "" for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy
    heads = [a for t, a in page.tags if t == "th" and a.get("scope") == "col"]
    assert len(heads) == 7 and heads[1]["title"] == "what visits means"
    assert len([a for t, a in page.tags if t == "th" and a.get("scope") == "row"]) == 3
    words = " ".join(page.text)
    assert NASTY in words and "ab" * 32 in words and "fewer than 3 visits: 1" in words
    assert "Synthetic data" in words and "Who came?" in words
    assert "caption" in names and "@media print" in text
    assert "0.667" in words and "0.666" not in words and "2024-07-01 13:00:00 BST" in words
    assert page.tags.count(("td", {"class": "n"})) == 6 and ("th", {"scope": "row", "class": "t long"}) in page.tags


def test_a_page_about_people_says_that_it_is_confidential(table: Table) -> None:
    real = Table(table.columns, table.rows, [], {"authority": "Testshire"})
    assert "Synthetic" not in html.page(real) and "Personal data" in html.page(real)


def drawn(table: Table) -> ET.Element:
    return ET.fromstring(svg.picture(table))


NAME = "{http://www.w3.org/2000/svg}"


def test_bars_are_as_long_as_the_numbers() -> None:
    table = Table(columns("pod", "children", "upc"), [("A <b>", 3, 0.5), ("B", 4, 1.0), ("C", 9, None)], [], PROVENANCE)
    root = drawn(table)
    bars = [float(each.attrib["width"]) for each in root.iter(f"{NAME}rect")][1:]
    assert bars[0] * 2 == pytest.approx(bars[1], abs=0.2) and bars[2] == 0
    told = root.findtext(f"{NAME}desc") or ""
    assert "A <b>: 0.5" in told and "C: undefined" in told and "position 42" in told
    assert not list(root.iter(f"{NAME}script"))


def test_days_are_a_line_that_an_undefined_number_breaks() -> None:
    rows = [(date(2024, month, 1), value) for month, value in enumerate((1, 2, None, 4, 5), 1)]
    root = drawn(Table(columns("month", "visits"), rows))
    line = next(each.attrib["d"] for each in root.iter(f"{NAME}path") if each.attrib.get("stroke-width") == "2")
    assert (line.count("M"), line.count("L")) == (2, 2)
    assert len(list(root.iter(f"{NAME}circle"))) == 4


@pytest.mark.parametrize(
    ("names", "rows", "why"),
    [
        (("child", "n"), [], "without rows"),
        (("child", "n"), [("a", 1), ("a", 2)], "several rows"),
        (("child", "a", "b"), [("a", 1, 2)], "several numbers (a, b)"),
        (("child", "a", "b"), [("a", 0.1, 0.2)], "several numbers (a, b)"),
        (("child", "why"), [("a", "b")], "without a number"),
        (("n", "m"), [(1, 2)], "no category"),
        (("child", "n"), [(str(n), n) for n in range(61)], "at most 60"),
    ],
)
def test_a_picture_that_is_not_obvious_is_refused_in_a_sentence(
    names: tuple[str, ...], rows: list[Any], why: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=re.escape(why)):
        emit(Table(columns(*names), rows), out=tmp_path / "t.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_file_has_no_place_on_a_terminal(table: Table) -> None:
    with pytest.raises(click.UsageError, match=r"-o FILE\.xlsx"):
        emit(table, "xlsx")
