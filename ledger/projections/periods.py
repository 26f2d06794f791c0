"""A measure summed by year, quarter or month: run once for each period of the window, over the whole authority.

    >>> [label for label, _, _ in periods("quarter", date(2023, 4, 1), date(2023, 12, 1))]
    ['2024 Q1', '2024 Q2', '2024 Q3']

Years are social-care years, named by their 31 March: 2024 is 1 April 2023 to 31 March 2024, and its first quarter is
April to June. A period that the window cuts is the part within it. Periods that begin after the reader's day have no
row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ledger.domain import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.projections.request import Request
    from ledger.projections.table import Table

PERIODS = {"year": 12, "quarter": 3, "month": 1}
"""How many months each takes."""

Period = tuple[str, date, date]


def periods(by: str, start: date, end: date) -> Iterator[Period]:
    """Yield (label, first day, day after the last) of the periods that touch a half-open window, cut by it."""
    months = PERIODS[by]
    count = (start.year * 12 + start.month - 4) // months * months  # months since April of the year 0, rounded down
    while (first := _month(count)) < end:
        yield _label(by, first), max(first, start), min(_month(count + months), end)
        count += months


def row_label(label: str, member: str) -> str:
    """Return the name of a period's row: the period's own, and the member where it is not the authority.

    >>> row_label("2024-04", "authority"), row_label("2024-04", "not known")
    ('2024-04', '2024-04 (not known)')
    """
    return label if member == "authority" else f"{label} ({member})"


def label_and_member(name: str) -> tuple[str, str]:
    """Return the period and the member that a row's name stands for.

    >>> label_and_member("2024-04"), label_and_member("2024-04 (not known)")
    (('2024-04', 'authority'), ('2024-04', 'not known'))
    """
    label, _, member = name.partition(" (")
    return label, member.removesuffix(")") or "authority"


def by_period(wanted: Request, on: date, run: Callable[[Request], Table], year: Callable[[date], int | None]) -> Table:
    """Run a measure for each period that has begun on the reader's day, and put the periods in the members' place.

    Of whom it is not known whether they were the authority's in a period has a row of its own: `2024-04 (not known)`.
    """
    assert wanted.by is not None
    assert wanted.from_ is not None
    assert wanted.to is not None
    table: Table | None = None
    rows, notes, cut = [], [], []
    for label, start, end in periods(wanted.by, wanted.from_, wanted.to):
        if table is not None and start > on:
            break
        table = run(replace(wanted, from_=start, to=end, by="authority", year=year(end)))
        rows += [(row_label(label, row[0]), *row[1:]) for row in table.rows]
        notes += [wording.after(f"{label}: ", note) for note in table.notes]
        cut += [label] if (start.day, end.day) != (1, 1) or _short(wanted.by, start, end) else []
    assert table is not None
    if cut:
        notes.append(f"{', '.join(cut)}: only the part within the window.")
    return replace(table, rows=rows, notes=notes, provenance=table.provenance | {"asked": wanted.told()})


def _short(by: str, start: date, end: date) -> bool:
    return (end.year - start.year) * 12 + end.month - start.month != PERIODS[by]


def _month(count: int) -> date:
    return date((count + 3) // 12, (count + 3) % 12 + 1, 1)


def _label(by: str, first: date) -> str:
    year = first.year + (first.month >= 4)
    if by == "month":
        return f"{first.year}-{first.month:02}"
    return str(year) if by == "year" else f"{year} Q{(first.month - 4) % 12 // 3 + 1}"
