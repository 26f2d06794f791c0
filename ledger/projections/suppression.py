"""Small numbers hidden from a table of groups, and whatever would give them away.

The rule, for `below` N:

1. A row tells of few children where one of its counts is 1 to N-1, or where its count of children less another count,
   or a share of it, is, or what a share leaves over of its denominator. Nothing is ever hidden because it is 0.
2. Of such a row every number but 0 is hidden, for numbers of one row give each other away: a count below N is shown as
   `<N`, any other as `*`.
3. The sum of a column over all rows is taken to be known: `--by authority` shows it. Where columns after the first
   name a row too (an index, a rule, a day), it shows one sum for each of them. So every hidden count must keep at
   least two values that it could have (`<N`: 1 to N-1; `*`: N or more) beside the shown ones of its sum. Where one
   does not, the numbers of another row are hidden too, the row with the smallest count there; and so on. A count
   that is the same beside all of these (children beside every index) is hidden only where it is hidden in all.
4. Where no row is left to hide, a note says that the column's total must not be given out beside this table.

Columns are taken one by one, and this table alone is looked at: two tables that count the same children in other
groups, windows or at other clocks can show together what each of them hides.

    >>> suppressed(Table((Column("pod"), Column("children")), [("A", 3), ("B", 9), ("C", 40)]), 6).rows
    [('A', '<6'), ('B', '*'), ('C', 40)]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from ledger.domain import wording
from ledger.errors import Malformed, Problem
from ledger.projections.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_COUNTS = frozenset({"year", "quarter", "month", "version", "position"})
"""Columns of whole numbers that count nothing."""
ALL_OF_THEM = "children"
COUNTED = ("known_by_claim_only", "corrected", "withdrawn", "restrictions_applied", "erased", "journeys_merged")
"""Counts in a provenance."""
HIDDEN = "*"
_NUMBER = re.compile(r"\b\d+(,\d{3})*\b")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A count, and the rows that tell it: it is hidden where all of them are."""

    count: int
    rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Sum:
    """The cells of one column whose sum is taken to be known."""

    place: int
    cells: list[_Cell]


def suppressed(table: Table, below: int, journeys: Iterable[str] = ("child",)) -> Table:
    """Return the table with small counts, and what would give them away, hidden. Raises `Malformed`."""
    names = [column.name for column in table.columns]
    if below < 2:
        _refuse(f"--suppress-below takes a number of at least 2; found {below}.")
    if set(names) & set(journeys):
        _refuse("rows of single children cannot be suppressed: sum them with --by pod, worker, stage or authority.")
    counts = [place for place, name in enumerate(names) if place and name not in NOT_COUNTS and _counts(table, place)]
    shares = [
        (names.index(column.numerator), names.index(column.denominator))
        for column in table.columns
        if "share" in column.name and {column.numerator, column.denominator} <= set(names)
    ]
    hidden = {at for at, row in enumerate(table.rows) if _is_small(row, counts, shares, names, below)}
    sums = _sums(table, counts)
    open_totals: set[int] = set()
    while (found := _given_away(sums, hidden, below, open_totals)) is not None:
        hidden |= found
    rows = [_hidden(row, below) if at in hidden else row for at, row in enumerate(table.rows)]
    touched = {place for at in hidden for place, cell in enumerate(rows[at]) if cell != table.rows[at][place]}
    columns = tuple(Column(c.name, c.meaning) if place in touched else c for place, c in enumerate(table.columns))
    told = {
        name: f"<{below}" if name in COUNTED and 0 < value < below else value
        for name, value in table.provenance.items()
    }
    notes = [*(_masked_note(note, below) for note in table.notes), *_told(names, hidden, open_totals, below)]
    return replace(table, columns=columns, rows=rows, notes=notes, provenance=told | {"suppressed_below": below})


def _sums(table: Table, counts: list[int]) -> list[_Sum]:
    """Return every sum that is taken to be known, by what it adds up; a count told in several rows stands once."""
    ends = next((place for place in range(1, len(table.columns)) if place in counts or _measured(table, place)), None)
    parts: dict[tuple[str, ...], list[int]] = {}
    members: dict[Any, list[int]] = {}
    for at, row in enumerate(table.rows):
        parts.setdefault(tuple(map(str, row[1:ends])), []).append(at)
        members.setdefault(row[0], []).append(at)
    found = []
    for place in counts:
        same = all(len({table.rows[at][place] for at in rows}) == 1 for rows in members.values())
        for part in parts.values():
            cells = [
                _Cell(table.rows[at][place], frozenset(members[table.rows[at][0]] if same else (at,)))
                for at in part
                if table.rows[at][place]
            ]
            found.append(_Sum(place, cells))
    return found


def _given_away(sums: list[_Sum], hidden: set[int], below: int, open_totals: set[int]) -> frozenset[int] | None:
    """Return the rows to hide next because a hidden count could be worked out, or None. Notes what cannot be helped."""
    for known in sums:
        secret = [cell.count for cell in known.cells if cell.rows <= hidden]
        if not secret or not _derivable(secret, below):
            continue
        others = [cell for cell in known.cells if not cell.rows <= hidden]
        if others:
            return min(others, key=lambda cell: (cell.count, min(cell.rows))).rows
        if sum(secret) >= below:  # a total below N would itself be hidden
            open_totals.add(known.place)
    return None


def _derivable(cells: list[int], below: int) -> bool:
    """Whether some hidden count of a column can have but one value, where their sum is known."""
    ranges = [(1, below - 1) if cell < below else (below, sum(cells)) for cell in cells]
    total, low, high = sum(cells), sum(one for one, _ in ranges), sum(other for _, other in ranges)
    for least, most in ranges:
        first = max(least, total - (high - most))
        last = min(most, total - (low - least))
        if first >= last:
            return True
    return False


def _is_small(
    row: tuple[Any, ...], counts: list[int], shares: list[tuple[int, int]], names: list[str], below: int
) -> bool:
    """Whether a row tells of few children: by a count, or by what its count of children or a share leaves over."""
    found = [row[place] for place in counts if row[place] is not None]
    found += [row[all_] - row[part] for part, all_ in shares if row[part] is not None and row[all_] is not None]
    children = row[names.index(ALL_OF_THEM)] if ALL_OF_THEM in names else None
    if children:
        found += [children - count for count in found]
        parts = [share * children for share in map(_share, row) if share is not None]
        found += [round(part) for part in parts if abs(part - round(part)) < Fraction(1, 10**6)]
        found += [children - round(part) for part in parts if abs(part - round(part)) < Fraction(1, 10**6)]
    return any(0 < count < below for count in found)


def _share(cell: Any) -> Fraction | None:
    share = Fraction(cell) if isinstance(cell, Decimal | Fraction | float) else None
    return share if share is not None and 0 < share < 1 else None


def _measured(table: Table, place: int) -> bool:
    """Whether a column holds numbers that are no counts: it then names no row."""
    return any(isinstance(row[place], float | Decimal | Fraction) for row in table.rows)


def _counts(table: Table, place: int) -> bool:
    cells = [row[place] for row in table.rows if row[place] is not None]
    return bool(cells) and all(isinstance(cell, int) and not isinstance(cell, bool) for cell in cells)


def _hidden(row: tuple[Any, ...], below: int) -> tuple[Any, ...]:
    return (row[0], *(_masked(cell, below) if _shown_as_number(cell) else cell for cell in row[1:]))


def _shown_as_number(cell: Any) -> bool:
    return isinstance(cell, int | float | Decimal | Fraction) and not isinstance(cell, bool) and cell != 0


def _masked(cell: Any, below: int) -> Any:
    """Return what stands for a number: `<N` for a small count, `*` for what is hidden beside one."""
    if isinstance(cell, int) and 0 < cell < below:
        return f"<{below}"
    return cell if isinstance(cell, int) and cell == 0 else HIDDEN


def _masked_note(note: str, below: int) -> str:
    if isinstance(note, wording.Counted):
        return note.under(below)
    return _NUMBER.sub(lambda n: f"<{below}" if 0 < int(n[0].replace(",", "")) < below else n[0], note, count=1)


def _told(names: list[str], hidden: set[int], open_totals: set[int], below: int) -> list[str]:
    rows = wording.number(len(hidden), "row")
    notes = [f"counts below {below} are shown as <{below}; * hides what would give one away. {rows}."]
    if open_totals:
        which = ", ".join(names[place] for place in sorted(open_totals))
        notes.append(f"do not give out the totals of {which} beside this table: they would give a small count away.")
    return notes


def _refuse(sentence: str) -> NoReturn:
    raise Malformed([Problem("bad-parameter", sentence, column="suppress-below", refused=True)])
