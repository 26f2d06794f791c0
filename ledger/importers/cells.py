"""Turn the cells of a column into values, looking at each distinct cell once.

A cell that cannot be read becomes `UNREADABLE` and a problem with its line. A date that cannot be read, or a value
without which the row could not be an entry, refuses the row; else the row is kept without that value. No problem
repeats what stands in a cell.

    >>> uk_date("31/03/2018")
    datetime.date(2018, 3, 31)
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.codes import code_list
from ledger.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.importers.tables import Table

    Reader = Callable[[str], Any]


class _Unreadable:
    """The one value of a cell that could not be read."""

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE: Final = _Unreadable()

DATES = frozenset({"bad-date", "naive-datetime"})
"""What makes a row unreadable whichever column it stands in: nobody guesses a date."""

CODE_LENGTH, ID_LENGTH, REFERENCE_LENGTH = 64, 48, 200

_UK = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: 00:00(?::00)?)?")
_WHOLE = re.compile(r"([+-]?\d+)(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?")
_YES, _NO = {"1", "1.0", "YES", "Y", "TRUE"}, {"0", "0.0", "NO", "N", "FALSE"}


class BadCell(ValueError):
    """A cell cannot be read; `code` and `told` go into the problem."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(code)
        self.code, self.told = code, told


def values(table: Table, column: str, read: Reader, *, refuse: bool, problems: list[Problem]) -> Sequence[Any]:
    """Return the column's values in row order: None for an empty cell, `UNREADABLE` for one that cannot be read."""
    cells = table.columns[column]
    if read is text:
        return [cell or None for cell in cells]
    meaning: dict[str, Any] = {"": None}
    bad: dict[str, BadCell] = {}
    for cell in set(cells):
        if cell:
            try:
                meaning[cell] = read(cell)
            except BadCell as error:
                meaning[cell], bad[cell] = UNREADABLE, error
    if bad:
        problems += [
            _problem(bad[cell], table.file, line, column, refuse=refuse)
            for cell, line in zip(cells, table.lines, strict=True)
            if cell in bad
        ]
    return [meaning[cell] for cell in cells]


def _problem(bad: BadCell, file: str, line: int, column: str, *, refuse: bool) -> Problem:
    refused = refuse or bad.code in DATES
    return Problem(
        bad.code, bad.told + ("" if refused else " The row was kept without it."), file, line, column, refused=refused
    )


def text(cell: str) -> str:
    """Read any text."""
    return cell


def code(cell: str) -> str:
    """Read a code of at most 64 characters, as found."""
    return _bounded(cell, CODE_LENGTH)


def worker_id(cell: str) -> str:
    """Read the id of a worker or a pod, at most 48 characters."""
    return _bounded(cell, ID_LENGTH)


def reference(cell: str) -> str:
    """Read a source's own reference, at most 200 characters."""
    return _bounded(cell, REFERENCE_LENGTH)


def uk_date(cell: str) -> date:
    """Read a date written dd/mm/yyyy."""
    found = _UK.fullmatch(cell)
    if found is None:
        raise BadCell("bad-date", "expected a date like 31/03/2018, found something else.")
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise BadCell("bad-date", "expected a date like 31/03/2018, found a day that does not exist.") from None


def iso_date(cell: str) -> date:
    """Read a date written yyyy-mm-dd."""
    try:
        return date.fromisoformat(cell) if len(cell) == 10 else _bad_iso()
    except ValueError:
        return _bad_iso()


def iso_day(cell: str) -> date | None:
    """Read a date; None where the cell holds a moment."""
    return iso_date(cell) if len(cell) <= 10 else None


def iso_moment(cell: str) -> datetime | None:
    """Read a moment with its offset; None where the cell holds a date."""
    if len(cell) <= 10:
        return None
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        raise BadCell("bad-date", "expected a date or a moment like 2018-03-31T10:15+01:00.") from None
    if found.tzinfo is None:
        raise BadCell("naive-datetime", "this moment has no time zone; add Z or an offset like +01:00.")
    return found


def number(cell: str) -> float:
    """Read a number."""
    if not _NUMBER.fullmatch(cell):
        raise BadCell("bad-number", "expected a number, found something else.")
    return float(cell)


def yes_no(cell: str) -> str:
    """Read yes or no."""
    return "yes" if flag(cell) else "no"


def many(cell: str) -> tuple[str, ...]:
    """Read several ids, parted by semicolons."""
    return tuple(worker_id(part.strip()) for part in cell.split(";") if part.strip())


def listed(list_name: str) -> Reader:
    """Return a reader of codes of one of our own lists, in any case; others are kept as found."""

    def read(cell: str) -> str:
        words = {word.casefold(): word for word in code_list(list_name).codes}
        return words.get(cell.casefold(), code(cell))

    return read


def several(list_name: str) -> Reader:
    """Return a reader of several codes of one list, parted by semicolons."""
    one = listed(list_name)
    return lambda cell: tuple(one(part.strip()) for part in cell.split(";") if part.strip())


def whole_number(cell: str) -> int:
    """Read a whole number, also where a spreadsheet wrote 38.0."""
    found = _WHOLE.fullmatch(cell)
    if found is None or len(found[1]) > 9:
        raise BadCell("bad-number", "expected a whole number, found something else.")
    return int(found[1])


def flag(cell: str) -> bool:
    """Read 0 or 1 (also 1.0, yes, no) as a truth value."""
    said = cell.upper()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise BadCell("unknown-code", "expected 0 or 1, found something else.")


def between(lowest: int, highest: int, told: str) -> Reader:
    """Return a reader of whole numbers from `lowest` to `highest`, both included."""

    def read(cell: str) -> int:
        number = whole_number(cell)
        if not lowest <= number <= highest:
            raise BadCell("out-of-range", told)
        return number

    return read


def translated(words: dict[str, str]) -> Reader:
    """Return a reader of codes that one year's code set writes in another way; others are kept as found."""

    def read(cell: str) -> str:
        return words.get(cell.upper(), code(cell))

    return read


def _bounded(cell: str, length: int) -> str:
    if len(cell) > length:
        raise BadCell("too-long", f"expected at most {length} characters, found {len(cell)}.")
    return cell


def _bad_iso() -> date:
    raise BadCell("bad-date", "expected a date like 2018-03-31, found something else.")
