"""How the rows of a table become events: one fact that begins, and the end it may have.

A `Spec` is written down once per table of a format: which column gives which field, which fields are the natural key
of a child's fact, which columns state its end. `candidates` reads a file by it into rows of plain values, in the order
of `Shape.fields`, so that a row is compared with what is in force without making an event of it.

- A column that is absent or wholly empty states nothing: its field is left out of the shape and changes nothing.
- `open_fields` are stated only by a row without an end (a reason for ending that ends nothing).
- A row whose key or end cannot be read is refused alone, with a problem; the others stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.errors import Problem
from ledger.importers import cells
from ledger.importers.tables import missing_columns

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.events.base import Event
    from ledger.importers.tables import Table

Values = tuple[Any, ...]

REFERENCE = "source reference"
"""Begins the key of what its source gives a reference of its own: that is then its whole key."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event, read from one column. A row without a `required` value is refused.

    `default` stands where the cell, or the whole column, is empty.
    """

    column: str
    name: str
    read: Callable[[str], Any] = cells.code
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Spec:
    """A table of a format: `event` per row, keyed within the child by `key`, and `end` where `end_on` has a date.

    `end_key` names the fields of the end that hold the key of what ended, in the order of `key`.
    """

    table: str
    event: type[Event]
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    end: type[Event] | None = None
    end_on: Field | None = None
    end_key: tuple[str, ...] = ()
    end_fields: tuple[Field, ...] = ()
    open_fields: tuple[Field, ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Columns that may be there and are read elsewhere, such as DOB."""
    child_column: str = "CHILD"
    ours: bool = False
    """A table of our own making: columns may be left out without a word, and every cell must be readable."""
    needed: tuple[str, ...] = ()
    """Columns that must not be empty in any row, beside those of required fields."""

    @property
    def columns(self) -> tuple[list[str], list[str]]:
        """The columns that must be there, and those that usually are."""
        every = [*self.fields, *self.end_fields, *self.open_fields]
        must = dict.fromkeys([self.child_column, *self.needed]) | {f.column: None for f in every if f.required}
        if self.end_on is not None:
            must[self.end_on.column] = None
        return list(must), list(dict.fromkeys(f.column for f in every))


@dataclass(frozen=True, slots=True)
class Shape:
    """A spec as one file states it: the fields that its filled columns give, and how to read them off an event."""

    spec: Spec
    fields: tuple[str, ...]
    open_fields: tuple[str, ...]
    end_fields: tuple[str, ...]

    def names(self, *, ended: bool) -> tuple[str, ...]:
        """The fields of the fact that a row states, by whether it states an end."""
        return self.fields if ended else self.fields + self.open_fields

    def event(self, row: Row, base: Event | None = None) -> Event:
        """Make the fact of a row, over what `base` (of the same class) says where the row states nothing."""
        said = {} if base is None else dict(base)
        stated = dict(zip(self.names(ended=row.end is not None), row.start, strict=True))
        return self.spec.event(**{**said, **self.spec.constants, **stated})

    def end(self, row: Row, base: Event | None = None) -> Event:
        """Make the end of a row that has one."""
        assert self.spec.end is not None and row.end is not None
        said = {} if base is None else dict(base)
        keys = dict(zip(self.spec.end_key, row.key, strict=True))
        return self.spec.end(**{**said, **keys, **dict(zip(self.end_fields, row.end, strict=True))})


class Row(NamedTuple):
    """One row as plain values: `start` in the order of the shape's fields, `end` in that of its end fields."""

    child: str
    line: int
    key: Values
    start: Values
    end: Values | None


@dataclass(slots=True)
class Candidates:
    """The rows of one file, and what was found reading them. `identical` rows stand once.

    `references` gives, by line, the source's own reference of what a row states: it is then the row's whole key.
    `written` gives, by line, the day on which a row was written down, where that is not the day of the collection.
    """

    shape: Shape
    file: str
    rows: list[Row]
    rows_read: int
    refused: int = 0
    identical: int = 0
    problems: list[Problem] = field(default_factory=list)
    references: dict[int, str] = field(default_factory=dict)
    written: dict[int, date] = field(default_factory=dict)

    def key(self, row: Row) -> Values:
        """Return what a row is compared by, within its child."""
        reference = self.references.get(row.line)
        return row.key if reference is None else (REFERENCE, reference)

    @property
    def table(self) -> str:
        """The table's name in the report."""
        return self.shape.spec.table

    def place(self, name: str) -> int | None:
        """Where in `Row.start` a field stands; None where the file does not state it."""
        names = self.shape.names(ended=False)
        return names.index(name) if name in names else None


def tuple_of(names: Sequence[str]) -> Callable[[Any], Values]:
    """Return a function that reads these attributes off a thing as a tuple."""
    if not names:
        return lambda _thing: ()
    if len(names) == 1:
        name = names[0]
        return lambda thing: (getattr(thing, name),)
    return attrgetter(*names)


def candidates(table: Table, spec: Spec) -> tuple[Candidates | None, list[Problem]]:
    """Read the rows of a table by its spec; None and the problems where the file as a whole is refused."""
    must, usual = spec.columns
    found = missing_columns(table, must, () if spec.ours else usual, (*usual, *spec.also))
    if any(problem.refused for problem in found):
        return None, found
    shape = Shape(spec, _stated(table, spec.fields), _stated(table, spec.open_fields), _end_names(table, spec))
    bad: list[Problem] = []
    rows = _rows(table, shape, bad)
    refused = {problem.line for problem in bad if problem.refused}
    if refused:
        rows = [row for row in rows if row.line not in refused]
    kept, repeated = _distinct(rows)
    bad += [Problem("identical-row", "this row is the same as an earlier one.", table.file, line) for line in repeated]
    found += dict.fromkeys(bad)
    whole = Candidates(shape, table.file, kept, table.rows_read, table.refused + len(refused), len(repeated), found)
    return whole, found


def _distinct(rows: list[Row]) -> tuple[list[Row], list[int]]:
    """Return the rows that differ from all before them, and the lines of those that do not."""
    if len({(row[0], row[2]) for row in rows}) == len(rows):  # each about another thing
        return rows, []
    marks = [(row[0], row[3], row[4]) for row in rows]
    seen: set[tuple[Any, ...]] = set()
    kept, repeated = [], []
    for row, mark in zip(rows, marks, strict=True):
        if mark in seen:
            repeated.append(row.line)
        else:
            seen.add(mark)
            kept.append(row)
    return kept, repeated


def _rows(table: Table, shape: Shape, problems: list[Problem]) -> list[Row]:
    """Read every row of a table, adding what is wrong to `problems`."""
    spec = shape.spec
    children = table.columns[spec.child_column]
    for column in (spec.child_column, *spec.needed):
        _empty(table, column, table.columns[column], problems)
    wanted = {f.name: f for f in (*spec.fields, *spec.open_fields)}
    columns = [_column(table, wanted[name], problems, refuse=spec.ours) for name in shape.names(ended=False)]
    starts = list(zip(*columns, strict=True))
    stated, cut = shape.names(ended=False), len(shape.fields)
    keys = _keys(spec, stated, columns, len(children))
    if spec.end is None or spec.end_on is None:
        return [Row(*each, None) for each in zip(children, table.lines, keys, starts, strict=True)]
    ends_on = _column(table, spec.end_on, problems, refuse=True)
    end_wanted = {f.name: f for f in spec.end_fields}
    end_columns = [_column(table, end_wanted[name], problems, refuse=spec.ours) for name in shape.end_fields[1:]]
    ends = zip(ends_on, *end_columns, strict=True)
    _ends_before_starts(table, spec, stated, columns, ends_on, problems)
    return [
        Row(child, line, key, start, None) if end[0] is None else Row(child, line, key, start[:cut], end)
        for child, line, key, start, end in zip(children, table.lines, keys, starts, ends, strict=True)
    ]


def _column(table: Table, what: Field, problems: list[Problem], *, refuse: bool = False) -> Sequence[Any]:
    """Read one field's values; an empty or unreadable required one refuses its row, others become None."""
    refuse = refuse or what.required
    if what.column not in table:
        return [what.default] * len(table.lines)
    found = cells.values(table, what.column, what.read, refuse=refuse, problems=problems)
    if what.required:
        _empty(table, what.column, found, problems)
    if refuse and what.default is None:
        return found
    return [what.default if value is None or value is cells.UNREADABLE else value for value in found]


def _empty(table: Table, column: str, found: Sequence[Any], problems: list[Problem]) -> None:
    """Refuse the rows that have nothing where something must be."""
    if all(found):
        return
    problems += [
        Problem("missing-value", "expected a value, found an empty cell.", table.file, line, column, refused=True)
        for line, value in zip(table.lines, found, strict=True)
        if value is None or value == ""
    ]


def _ends_before_starts(
    table: Table,
    spec: Spec,
    stated: Sequence[str],
    columns: Sequence[Sequence[Any]],
    ends_on: Sequence[Any],
    problems: list[Problem],
) -> None:
    """Refuse the rows that end before they start."""
    if "occurred_on" not in stated or spec.end_on is None:
        return
    starts_on = columns[stated.index("occurred_on")]
    if cells.UNREADABLE in ends_on or cells.UNREADABLE in starts_on:
        pairs = [(None, None) if cells.UNREADABLE in pair else pair for pair in zip(starts_on, ends_on, strict=True)]
    else:
        pairs = list(zip(starts_on, ends_on, strict=True))
    problems += [
        Problem(
            "end-before-start",
            "expected an end on or after the start, found one before it.",
            table.file,
            line,
            spec.end_on.column,
            refused=True,
        )
        for line, (start, end) in zip(table.lines, pairs, strict=True)
        if end and start and end < start
    ]


def _keys(spec: Spec, stated: Sequence[str], columns: Sequence[Sequence[Any]], count: int) -> Sequence[Values]:
    """Return the natural key of every row."""
    if not spec.key:
        return [()] * count
    parts = [columns[stated.index(name)] if name in stated else [spec.constants.get(name)] * count for name in spec.key]
    return list(zip(*parts, strict=True))


def _stated(table: Table, fields: Sequence[Field]) -> tuple[str, ...]:
    """Return the fields whose columns say something; one that is required or has a default is always stated."""
    return tuple(f.name for f in fields if f.required or f.default is not None or table.says_something(f.column))


def _end_names(table: Table, spec: Spec) -> tuple[str, ...]:
    return () if spec.end_on is None else (spec.end_on.name, *_stated(table, spec.end_fields))
