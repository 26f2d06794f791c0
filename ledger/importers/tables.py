"""Read one CSV file as columns, or say in problems why it cannot be one.

A byte order mark, CRLF, a missing last newline, blank lines and Excel's `="00123"` are taken as they come. A file that
is empty, is not UTF-8, has no header or names a column twice is refused as a whole; a row with another number of cells
than the header is refused alone. A problem names the file, the line and the column, never what stands in a cell.

    >>> table, problems = read_table(Path("episodes.csv"))      # doctest: +SKIP

Not here: what columns mean.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.errors import NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

_UNCLEAN = ('="', " ,", ", ", " \n", "\n ", " \r", '" ', ' "', "\t", "\xa0")
"""What the text of a file has somewhere if any cell is to be cleaned: Excel's quotes, or a blank at an edge."""
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Table:
    """A file read by columns: `columns[NAME][i]` stands on line `lines[i]`. Names are upper-case, cells stripped."""

    file: str
    columns: dict[str, tuple[str, ...]]
    lines: tuple[int, ...]
    refused: int = 0

    @property
    def rows_read(self) -> int:
        """Rows found in the file, with those that were refused for their shape."""
        return len(self.lines) + self.refused

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def where(self, column: str, keep: Callable[[str], bool]) -> Table:
        """Return the table with only the rows whose cell in a column is as wanted; an absent column is empty."""
        cells = self.columns.get(column) or ("",) * len(self.lines)
        wanted = [place for place, cell in enumerate(cells) if keep(cell)]
        columns = {name: tuple([all_[place] for place in wanted]) for name, all_ in self.columns.items()}
        return Table(self.file, columns, tuple([self.lines[place] for place in wanted]))

    def says_something(self, column: str) -> bool:
        """Whether the column is there and not wholly empty: an empty column states nothing."""
        return any(self.columns.get(column, ()))


def csv_files(folder: Path) -> list[Path]:
    """Return the CSV files of a folder by name. Raises `NotFound` where there is no such folder."""
    if not folder.is_dir():
        raise NotFound("folder", folder.name, hint="give the folder that holds the CSV files")
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() == ".csv")


def read_table(path: Path) -> tuple[Table | None, list[Problem]]:
    """Read a file by columns; the table is None where the file as a whole is refused."""
    text, problem = _text(path)
    if problem is not None:
        return None, [problem]
    return parse_table(text, path.name)


def parse_table(text: str, file: str) -> tuple[Table | None, list[Problem]]:
    """Parse CSV text by columns, as `read_table` does with a file's."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        told = "expected CSV, found a quotation mark out of place."
        return None, [_refused(file, "bad-quoting", told, reader.line_num)]
    lines = list(range(1, len(rows) + 1)) if reader.line_num == len(rows) else _first_lines(text)
    while rows and not any(map(str.strip, rows[0])):
        del rows[0], lines[0]
    if not rows:
        return None, [_refused(file, "empty-file", "expected a header and rows, found an empty file.")]
    header = [_clean(name).upper() for name in rows[0]]
    while header and not header[-1]:
        header.pop()
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        return None, [
            _refused(file, "duplicate-column", "the header names this column twice.", lines[0], name) for name in twice
        ]
    clean = not (text.endswith(" ") or any(mark in text for mark in _UNCLEAN))
    return _by_columns(file, header, rows[1:], lines[1:], clean=clean)


def _first_lines(text: str) -> list[int]:
    """Return the line on which each row begins, where some cells hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, before = [], 0
    for _ in reader:
        lines.append(before + 1)
        before = reader.line_num
    return lines


def missing_columns(
    table: Table, required: Iterable[str], usual: Iterable[str], known: Iterable[str] = ()
) -> list[Problem]:
    """Say which columns a table lacks (refused where required) and which it has that nobody knows."""
    found = [
        _refused(table.file, "missing-column", "expected a column of this name in the header, found none.", 1, name)
        for name in required
        if name not in table
    ]
    found += [
        Problem("missing-column", "this column is not in the file: it states nothing.", table.file, 1, name)
        for name in usual
        if name not in table and name not in required
    ]
    heard_of = {*required, *usual, *known, ""}
    found += [
        Problem("unknown-column", "nothing is known of this column: it was not read.", table.file, 1, name)
        for name in table.columns
        if name not in heard_of
    ]
    return found


def _by_columns(
    file: str, header: list[str], rows: Sequence[list[str]], lines: Sequence[int], *, clean: bool
) -> tuple[Table, list[Problem]]:
    """Turn rows into columns, setting aside blank lines and rows of another width. `clean`: no cell needs cleaning."""
    width = len(header)
    kept, at, problems = (
        (list(rows), list(lines), []) if set(map(len, rows)) <= {width} else _even(file, width, rows, lines)
    )
    blank = [place for place, row in enumerate(kept) if not row[0].strip() and not any(map(str.strip, row))]
    for place in reversed(blank):
        del kept[place], at[place]
    cells = zip(*kept, strict=True) if kept else [()] * width
    columns = {name: column if clean else _cleaned(column) for name, column in zip(header, cells, strict=True)}
    return Table(file, columns, tuple(at), len(problems)), problems


def _even(
    file: str, width: int, rows: Sequence[list[str]], lines: Sequence[int]
) -> tuple[list[list[str]], list[int], list[Problem]]:
    """Set aside the rows that have another number of cells than the header; empty cells beyond it are no matter."""
    kept: list[list[str]] = []
    at: list[int] = []
    problems: list[Problem] = []
    for row, line in zip(rows, lines, strict=True):
        if not any(map(str.strip, row)):
            continue
        if len(row) < width or any(map(str.strip, row[width:])):
            told = f"expected {width} cells as in the header, found {len(row)}."
            problems.append(_refused(file, "ragged-row", told, line))
        else:
            kept.append(row[:width])
            at.append(line)
    return kept, at, problems


def _cleaned(column: tuple[str, ...]) -> tuple[str, ...]:
    """Clean a column, looking at each distinct cell once."""
    changed = {cell: clean for cell in set(column) if (clean := _clean(cell)) != cell}
    return tuple([changed.get(cell, cell) for cell in column]) if changed else column


def _clean(cell: str) -> str:
    """Strip a cell, and take off the quotes by which Excel keeps leading zeros."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1].strip()
    return cell


def _text(path: Path) -> tuple[str, Problem | None]:
    data = path.read_bytes()
    if not data.strip():
        return "", _refused(path.name, "empty-file", "expected a header and rows, found an empty file.")
    if data.startswith(UTF16) or b"\0" in data[:200]:
        return "", _refused(path.name, "not-utf-8", "expected UTF-8, found UTF-16; save it as CSV UTF-8.")
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", _refused(path.name, "not-utf-8", "expected UTF-8, found other bytes; save it as CSV UTF-8.", line)


def _refused(file: str, code: str, message: str, line: int | None = None, column: str | None = None) -> Problem:
    return Problem(code, message, file, line, column, refused=True)
