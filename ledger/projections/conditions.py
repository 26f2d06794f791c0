"""Simple conditions on the columns of a result: `pod = POD-01`, `visits >= 3`, `note =` for what is undefined.

They are compared here, never pasted into SQL: as numbers, dates or yes and no where the column holds these, else as
text. What is undefined meets no condition but `=` with nothing after it, and `!=` with nothing never.
"""

from __future__ import annotations

import operator
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from ledger.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.projections.table import Table

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
CONDITION = re.compile(r"\s*(\w+)\s*(<=|>=|!=|=|<|>)\s*(.*?)\s*", re.DOTALL)
WORDS = {"yes": True, "true": True, "no": False, "false": False}


def narrowed(table: Table, where: Sequence[str], *, textual: bool = False) -> Table:
    """Return the rows that meet every condition; a single one may be given as it is. Raises `Malformed`.

    `textual` refuses conditions on numbers: where small numbers are hidden, picking rows by them would show them.
    """
    where = [where] if isinstance(where, str) else where
    rows = table.rows
    for condition in where:
        place, sign, wanted = _parsed(table, condition)
        cells = [row[place] for row in table.rows if row[place] is not None]
        if textual and (any(_is_number(cell) for cell in cells) or any(str(cell)[:1] in "<*" for cell in cells)):
            _refuse(condition, "small numbers are hidden here, so rows are not picked by a number.")
        if not wanted:
            if sign not in ("=", "!="):
                _refuse(condition, "what is undefined is neither greater nor smaller: give = or != with nothing.")
            rows = [row for row in rows if (row[place] is None) is (sign == "=")]
            continue
        value = _value(condition, wanted, cells)
        rows = [row for row in rows if row[place] is not None and COMPARED[sign](_plain(row[place]), value)]
    told = table.provenance | {"where": list(where)} if where else table.provenance
    notes = [*table.notes, "no row meets these conditions."] if where and table.rows and not rows else table.notes
    return replace(table, rows=rows, notes=notes, provenance=told)


def _parsed(table: Table, condition: str) -> tuple[int, str, str]:
    found = CONDITION.fullmatch(condition)
    if found is None:
        _refuse(condition, "expected a column, one of = != < <= > >=, and a value, like 'pod = POD-01'.")
    names = [column.name for column in table.columns]
    if found[1] not in names:
        near = get_close_matches(found[1], names, n=1)
        hint = f" Nearest: {near[0]}." if near else ""
        _refuse(condition, f"the result has no column {found[1]}.{hint} It has {', '.join(names)}.")
    value = found[3]
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return names.index(found[1]), found[2], value


def _value(condition: str, wanted: str, cells: list[Any]) -> Any:
    """Return the value as the column's own kind, which its cells tell."""
    first = cells[0] if cells else ""
    try:
        if isinstance(first, bool):
            return WORDS[wanted.lower()]
        if _is_number(first):
            return Fraction(Decimal(wanted))
        if isinstance(first, datetime):
            return datetime.fromisoformat(wanted).replace(tzinfo=first.tzinfo)
        if isinstance(first, date):
            return date.fromisoformat(wanted)
    except (KeyError, ValueError, InvalidOperation):
        kind = "yes or no" if isinstance(first, bool) else "a number" if _is_number(first) else "a date like 2024-03-31"
        _refuse(condition, f"the column holds {kind}; found {wanted!r}.")
    return wanted


def _plain(cell: Any) -> Any:
    return Fraction(cell) if _is_number(cell) else cell if isinstance(cell, bool | date) else str(cell)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float | Decimal | Fraction) and not isinstance(cell, bool)


def _refuse(condition: str, sentence: str) -> NoReturn:
    raise Malformed([Problem("bad-condition", f"--where {condition!r}: {sentence}", refused=True)])
