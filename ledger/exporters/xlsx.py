"""A table as an Excel workbook: a cover, the notes, what each column means, and the rows as typed cells.

    write(table, Path("continuity.xlsx"))

- Dates are dates, numbers are numbers (fractions are shown to 3 places and held to 12), yes or no is TRUE or FALSE; an
  undefined cell is empty, never 0.
- Text is always written as text: nothing that came from a case is ever run as a formula or becomes a link.
- Moments are in UTC, since Excel knows no time zones. What Excel cannot hold as a date (before 1900) or as a number
  exactly (beyond 15 digits) is text. Text beyond 32,767 characters is cut and says so.
- The same table gives the same bytes: the time of making is not written.
- More rows than a sheet holds go on in further sheets, each with its header.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from ledger.exporters.cells import PLACES, cell, short
from ledger.exporters.cover import provenance_lines, title, warning
from ledger.projections.kinds import Kind, kinds

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.projections.table import Column, Table

ROWS_A_SHEET = 1_000_000
LONGEST = 32_767
CUT = " [cut: longer than a cell holds]"
EXACT = 10**15
FIRST_DATE = date(1900, 1, 1)
MADE = datetime(1980, 1, 1)
WIDEST, NARROWEST, LOOKED_AT = 60, 8, 200
PROSE = 100
"""Width of a column of sentences, in characters."""
LINE, TALLEST = 15, 400
"""Height of one line and of the tallest row, in points: whatever opens the file need not reckon them."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write(table: Table, path: Path) -> None:
    """Write a table as a workbook."""
    book = Book(path)
    book.cover(table)
    book.table(table, "Table")
    book.close()


class Book:
    """A workbook being written; sheets come in the order in which they are asked for."""

    def __init__(self, path: Path) -> None:
        from xlsxwriter import Workbook

        self.book = Workbook(str(path), OPTIONS)
        self.book.set_properties({"title": "Journey Ledger", "created": MADE})
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.label = self.book.add_format({"bold": True, "valign": "top"})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.formats = {
            "date": self.book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "number": self.book.add_format({"num_format": "0.000"}),
        }

    def cover(self, table: Table) -> None:
        """Write the sheets that say what the table is: Cover, Notes, Columns."""
        lines = [("", warning(table)), *provenance_lines(table), ("", ""), *table.definition]
        self.pairs("Cover", (title(table), ""), lines)
        notes = table.notes or ["Nothing stands beside this table."]
        self.pairs("Notes", ("Note", ""), [(str(place), note) for place, note in enumerate(notes, 1)])
        self.pairs("Columns", ("Column", "What a value in it means"), [(c.name, c.meaning) for c in table.columns])

    def pairs(self, name: str, head: tuple[str, str], lines: list[tuple[str, str]]) -> None:
        """Write a sheet of two columns of text."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, PROSE)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for row, (what, how) in enumerate([head, *lines]):
            lines_of = sum(max(1, -(-len(line) // (PROSE - 10))) for line in how.split("\n"))
            sheet.set_row(row, min(TALLEST, LINE * lines_of))
            sheet.write_string(row, 0, fitting(what), self.label)
            sheet.write_string(row, 1, fitting(how), self.wrapped if row else self.label)

    def table(self, table: Table, name: str) -> None:
        """Write the rows, on as many sheets as they need."""
        typed = kinds(table)
        parts = [table.rows[at : at + ROWS_A_SHEET] for at in range(0, max(len(table.rows), 1), ROWS_A_SHEET)]
        for number, rows in enumerate(parts, 1):
            sheet = self.book.add_worksheet(name if number == 1 else f"{name} {number}")
            self._layout(sheet, table, typed, len(rows))
            for at, row in enumerate(rows, 1):
                for place, (value, kind) in enumerate(zip(row, typed, strict=True)):
                    self._put(sheet, at, place, value, kind)

    def close(self) -> None:
        """Write the file."""
        self.book.close()

    def _layout(self, sheet: Any, table: Table, typed: tuple[Kind, ...], count: int) -> None:
        """Freeze the header, give each column its width, and let the reader filter."""
        for place, (column, kind) in enumerate(zip(table.columns, typed, strict=True)):
            sheet.set_column(place, place, _width(table, place, column, kind))
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, fitting(column.name), self.bold)
        sheet.freeze_panes(1, 1 if len(table.columns) > 1 else 0)
        if table.columns:
            sheet.autofilter(0, 0, max(count, 1), len(table.columns) - 1)
            sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _put(self, sheet: Any, at: int, place: int, value: Any, kind: Kind) -> None:
        """Write one cell by its kind; what does not fit the kind is text."""
        if value is None:
            return
        if kind == "yes-no" and isinstance(value, bool):
            sheet.write_boolean(at, place, value)
        elif kind == "whole" and abs(value) < EXACT:
            sheet.write_number(at, place, value)
        elif kind == "number":
            sheet.write_number(at, place, round(float(value), PLACES), self.formats["number"])
        elif kind == "date" and value >= FIRST_DATE:
            sheet.write_datetime(at, place, value, self.formats["date"])
        elif kind == "moment" and value.year >= FIRST_DATE.year:
            naive = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
            sheet.write_datetime(at, place, naive, self.formats["moment"])
        else:
            sheet.write_string(at, place, fitting(cell(value)))


def fitting(text: str) -> str:
    """Return text that a cell holds whole: without control characters, which a workbook cannot hold."""
    text = _CONTROL.sub("?", text.replace("\r\n", "\n"))
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def _width(table: Table, place: int, column: Column, kind: Kind) -> int:
    if kind in ("date", "moment"):
        return {"date": 12, "moment": 20}[kind]
    told = short if kind == "number" else cell
    longest = max((len(told(row[place])) for row in table.rows[:LOOKED_AT]), default=0)
    return min(WIDEST, max(NARROWEST, len(column.name) // 2 + 2, longest + 2))
