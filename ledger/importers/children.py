"""The children of a return: who is in no header, and who is given two days of birth. Both are kept and reported.

A child that only other tables mention is registered with what those say: the id and a day of birth. A day of birth
that differs from the one under which the child is registered is kept beside it as another identifier: nobody chooses.

Pure: a return and what is in force in, candidates and problems out.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ledger.domain.events.identity import IdentifierLinked
from ledger.errors import Problem
from ledger.importers.shapes import Candidates, Field, Row, Shape, Spec
from ledger.importers.ssda903_tables import HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.importers.ssda903 import Return

SCHEME = "date of birth"

OTHER_BIRTHS = Spec(
    table="dates of birth",
    event=IdentifierLinked,
    key=("scheme", "value"),
    fields=(Field("", "scheme", required=True), Field("DOB", "value", required=True)),
    constants={"precision": "unknown"},
)


def unlisted(found: Return, births: Mapping[str, set[date | None]]) -> tuple[list[Candidates], list[Problem]]:
    """Return the children to be registered though no header names them, and tell of each child not in the header.

    `births` holds the days of birth of the children already registered in the ledger.
    """
    here = listed(found)
    stated = {birth.child: birth for birth in reversed(found.births)}
    first: dict[str, tuple[str, int]] = {}
    for table in found.tables.values():
        for row in table.rows:
            if row.child not in here:
                first.setdefault(row.child, (table.file, row.line))
    told = "this child is not in the header: registered with what is known." if "header" in found.files else _NO_HEADER
    problems = [Problem("child-not-in-header", told, file, line, "CHILD") for file, line in first.values()]
    by_shape: dict[tuple[str, bool], list[Row]] = {}
    for child, (file, line) in first.items():
        if child in births:
            continue
        birth = stated.get(child)
        start = (child,) if birth is None else (child, birth.on, f"{birth.on:%Y-%m}")
        by_shape.setdefault((file, birth is not None), []).append(Row(child, line, (), start, None))
    return [
        Candidates(Shape(HEADER, _known_of(with_birth), (), ()), file, rows, 0)
        for (file, with_birth), rows in by_shape.items()
    ], problems


def other_births(found: Return, births: Mapping[str, set[date | None]]) -> tuple[list[Candidates], list[Problem]]:
    """Return the days of birth that differ from the registered ones, as identifiers to keep, and tell of each.

    The registered day is the header's where the return has one for the child, else the ledger's, else the first stated.
    """
    header = listed(found)
    chosen: dict[str, set[date]] = {child: set(days) for child, days in header.items() if days}
    problems = [
        Problem("two-birth-dates", "the header gives this child two days of birth: both were kept.", file, line, "DOB")
        for file, line in _twice_in_header(found)
    ]
    by_file: dict[str, list[Row]] = {}
    for birth in found.births:
        known = chosen.get(birth.child)
        if known is None:
            before = {on for on in births.get(birth.child, ()) if on is not None}
            known = chosen.setdefault(birth.child, before or {birth.on})
        if birth.on not in known:
            known.add(birth.on)
            told = "another day of birth is registered for this child: both were kept."
            problems.append(Problem("two-birth-dates", told, birth.file, birth.line, "DOB"))
            start = (SCHEME, birth.on.isoformat())
            by_file.setdefault(birth.file, []).append(Row(birth.child, birth.line, start, start, None))
    shape = Shape(OTHER_BIRTHS, ("scheme", "value"), (), ())
    return [Candidates(shape, file, rows, 0) for file, rows in by_file.items()], problems


def doubtful(found: Return) -> set[str]:
    """Return the children whom the header does not name, or to whom another table gives another day of birth."""
    here = listed(found)
    others = set(found.children) - here.keys()
    return others | {birth.child for birth in found.births if birth.on not in here.get(birth.child, ())}


_NO_HEADER = "there is no header for this child: registered with what is known."


def listed(found: Return) -> dict[str, set[date]]:
    """Return the children of the header with the days of birth it gives them."""
    header = found.tables.get("header")
    found_in: dict[str, set[date]] = {}
    if header is not None:
        place = header.place("birth_date")
        for row in header.rows:
            days = found_in.setdefault(row.child, set())
            if place is not None and row.start[place] is not None:
                days.add(row.start[place])
    return found_in


def _twice_in_header(found: Return) -> list[tuple[str, int]]:
    header = found.tables.get("header")
    place = header.place("birth_date") if header is not None else None
    if header is None or place is None:
        return []
    first: dict[str, date] = {}
    twice = []
    for row in header.rows:
        on = row.start[place]
        if on is not None and first.setdefault(row.child, on) != on:
            twice.append((header.file, row.line))
    return twice


def _known_of(with_birth: bool) -> tuple[str, ...]:
    return ("child_id", "birth_date", "born") if with_birth else ("child_id",)
