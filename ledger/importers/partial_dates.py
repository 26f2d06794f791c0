"""Read dates of which parts are unknown: zz/05/2012, zz/zz/2012, zz/zz/zzzz, as the return writes them."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.cells import BadCell, uk_date

_PARTIAL = re.compile(r"(\d\d|ZZ)/(\d\d|ZZ)/(\d{4}|ZZZZ)", re.IGNORECASE)


def partial_date(cell: str) -> date | None:
    """Read the first day of what is known of a date; None where nothing is known of it."""
    parts = _partial(cell)
    return None if parts is None else date(parts[2], parts[1] or 1, parts[0] or 1)


def partial_precision(cell: str) -> str | None:
    """Read how exactly a date is known; None means to the day."""
    parts = _partial(cell)
    if parts is None:
        return "unknown"
    return "year" if parts[1] is None else "month" if parts[0] is None else None


def partial_text(cell: str) -> str | None:
    """Read a date as written where parts of it are unknown, else None."""
    return cell if partial_precision(cell) else None


def _partial(cell: str) -> tuple[int | None, int | None, int] | None:
    """Return (day, month, year) with None for unknown parts, or None where not even the year is known."""
    found = _PARTIAL.fullmatch(cell)
    if found is None:
        on = uk_date(cell)
        return on.day, on.month, on.year
    day, month, year = (None if part.upper().startswith("Z") else int(part) for part in found.groups())
    if year is None:
        return None
    if month is None:
        day = None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise BadCell("bad-date", "expected a date like zz/05/2012, found a day that does not exist.") from None
    return day, month, year
