"""What kind of value a column holds, so that a date becomes a date and a number a number wherever a table goes.

A column says its kind itself where its SQL type is known; else its values say it. Values of several kinds are text.
Whole numbers are of 64 bits: a column that holds a greater one holds numbers.

    >>> kind("", [Fraction(1, 3), None, 2])
    'number'

Kinds: text, whole, number, date, moment, yes-no, list.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.projections.table import Table

Kind = Literal["text", "whole", "number", "date", "moment", "yes-no", "list"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WIDER = {"HUGEINT", "UHUGEINT", "UBIGINT"}
"""SQL types of whole numbers that may need more than 64 bits."""
LEAST, MOST = -(2**63), 2**63 - 1

_BY_TYPE: dict[str, Kind] = {
    "VARCHAR": "text",
    "BOOLEAN": "yes-no",
    "DATE": "date",
    "DOUBLE": "number",
    "FLOAT": "number",
    "DECIMAL": "number",
    "TIMESTAMP": "moment",
    "TINYINT": "whole",
    "SMALLINT": "whole",
    "INTEGER": "whole",
    "BIGINT": "whole",
    "HUGEINT": "whole",
    "UHUGEINT": "whole",
    "UTINYINT": "whole",
    "USMALLINT": "whole",
    "UINTEGER": "whole",
    "UBIGINT": "whole",
}


def kinds(table: Table) -> tuple[Kind, ...]:
    """Return the kind of each column of a table."""
    return tuple(kind(column.type, (row[place] for row in table.rows)) for place, column in enumerate(table.columns))


def elements(table: Table) -> tuple[Kind, ...]:
    """Return the kind of what each column of a table holds: of a column of lists, what stands in them."""
    return tuple(
        _inner(column.type, [row[place] for row in table.rows if row[place] is not None]) if each == "list" else each
        for place, (column, each) in enumerate(zip(table.columns, kinds(table), strict=True))
    )


def _inner(sql_type: str, lists: list[Any]) -> Kind:
    """Return the kind of what stands in lists; lists of lists hold text."""
    found = kind(sql_type.removesuffix("[]"), chain.from_iterable(lists))
    return "text" if found == "list" else found


def kind(sql_type: str, values: Iterable[Any]) -> Kind:
    """Return the kind of a column by its SQL type, else by its values; one that is empty is text."""
    if sql_type.endswith("[]"):
        return "list"
    name = sql_type.partition("(")[0].partition(" ")[0]
    if name in _BY_TYPE and name not in WIDER:
        return _BY_TYPE[name]
    found = {_of(value) for value in values if value is not None} or {_BY_TYPE.get(name, "text")}
    if found == {"whole", "number"}:
        return "number"
    return found.pop() if len(found) == 1 else "text"


def _of(value: Any) -> Kind:
    """Return the kind of one value."""
    if isinstance(value, bool):
        return "yes-no"
    if isinstance(value, int):
        return "whole" if LEAST <= value <= MOST else "number"
    if isinstance(value, float | Fraction | Decimal):
        return "number"
    if isinstance(value, datetime):
        return "moment"
    if isinstance(value, date):
        return "date"
    return "list" if isinstance(value, list | tuple) else "text"
