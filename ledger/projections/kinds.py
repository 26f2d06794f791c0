"""What kind of value a column holds, so that a date becomes a date and a number a number wherever a table goes.

A column says its kind itself where its SQL type is known; else its values say it. Values of several kinds are text.

    >>> kind("", [Fraction(1, 3), None, 2])
    'number'

Kinds: text, whole, number, date, moment, yes-no, list.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.projections.table import Table

Kind = Literal["text", "whole", "number", "date", "moment", "yes-no", "list"]
KINDS: tuple[Kind, ...] = get_args(Kind)

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
    "UTINYINT": "whole",
    "USMALLINT": "whole",
    "UINTEGER": "whole",
    "UBIGINT": "whole",
}


def kinds(table: Table) -> tuple[Kind, ...]:
    """Return the kind of each column of a table."""
    return tuple(kind(column.type, (row[place] for row in table.rows)) for place, column in enumerate(table.columns))


def kind(sql_type: str, values: Iterable[Any]) -> Kind:
    """Return the kind of a column by its SQL type, else by its values; one that is empty is text."""
    if sql_type.endswith("[]"):
        return "list"
    known = _BY_TYPE.get(sql_type.partition("(")[0].partition(" ")[0])
    if known is not None:
        return known
    found = {_of(value) for value in values if value is not None}
    if found == {"whole", "number"}:
        return "number"
    return found.pop() if len(found) == 1 else "text"


def _of(value: Any) -> Kind:
    """Return the kind of one value."""
    if isinstance(value, bool):
        return "yes-no"
    if isinstance(value, int):
        return "whole"
    if isinstance(value, float | Fraction | Decimal):
        return "number"
    if isinstance(value, datetime):
        return "moment"
    if isinstance(value, date):
        return "date"
    return "list" if isinstance(value, list | tuple) else "text"
