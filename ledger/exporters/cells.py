"""A value as the text of one cell, the same in every format that holds text.

Undefined is empty. Dates are ISO 8601, moments in UTC; fractions are decimals to 12 places.

    >>> cell(Fraction(2, 3)), cell(None), cell(("W1", "W2"))
    ('0.666666666667', '', 'W1 W2')
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

PLACES = 12
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(value: Any) -> str:
    """Return a value as one JSON text, dates, moments, fractions and tuples included; keys keep their order."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Fraction | Decimal):
        return round(float(value), PLACES)
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return str(value)


def cell(value: Any) -> str:
    """Return a value as the text of one cell."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, float | Fraction | Decimal):
        return decimal(value)
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, dict):
        return as_json(value)
    if isinstance(value, list | tuple):
        return " ".join(cell(inner) for inner in value)
    return str(value)


def remark(value: Any) -> str:
    """Return a value of a provenance as one line for people: several of them, or names with values, between semicolons.

    >>> remark({"year": 2025, "level": "worker"})
    'year 2025; level worker'
    """
    if isinstance(value, dict):
        return "; ".join(f"{name} {remark(inner)}" for name, inner in value.items())
    return "; ".join(map(remark, value)) if isinstance(value, list | tuple) else cell(value)


def short(value: Any) -> str:
    """Return a value as the text of one cell that people read: fractions to 3 places, moments as clocks in London tell.

    >>> short(Fraction(2, 3)), short(datetime(2025, 3, 30, 23, tzinfo=UTC))
    ('0.667', '2025-03-31 00:00:00 BST')
    """
    if isinstance(value, datetime) and value.tzinfo is not None:
        from ledger.domain.clock import LONDON

        return f"{value.astimezone(LONDON):%Y-%m-%d %H:%M:%S %Z}"
    return f"{float(value):.3f}" if isinstance(value, float | Fraction | Decimal) else printable(cell(value))


def guarded(value: Any) -> str:
    """Return a value as the text of one CSV cell that no spreadsheet runs as a formula."""
    text = cell(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def decimal(value: float | Fraction | Decimal) -> str:
    """Return a fraction with at most 12 places and at least one: 2/3 is 0.666666666667, 1 is 1.0."""
    text = f"{float(value):.{PLACES}f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def iso(value: date) -> str:
    """Return a date, or a moment in UTC, in ISO 8601."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat()


def printable(text: str) -> str:
    """Return text without control characters: what a child said must not drive the reader's screen."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
