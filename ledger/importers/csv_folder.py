"""Read a folder of the simple tables: which rows each holds, who wrote them down and when.

A row's `Envelope` is what it says about itself: when and by whom it was written, and the source's own reference. A
row of group supervision also tells of its session, which its pod's stream gets once, without anything about a child.

Pure: files in, candidates and problems out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import london_day, start_of_day
from ledger.domain.events.supervision import GroupSupervisionHeld
from ledger.errors import Malformed, Problem
from ledger.importers.cells import iso_day, iso_moment, many, reference, several, values, worker_id
from ledger.importers.csv_forms import FORMS
from ledger.importers.shapes import Candidates, Field, Row, Shape, Spec, candidates
from ledger.importers.tables import csv_files, read_table

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ledger.importers.csv_forms import Form
    from ledger.importers.tables import Table

SESSION = Spec(
    table="sessions",
    event=GroupSupervisionHeld,
    key=("session_id",),
    fields=tuple(
        Field(column, name)
        for column, name in (
            ("SESSION_ID", "session_id"),
            ("HELD_ON", "occurred_on"),
            ("HELD_ON", "occurred_at"),
            ("SUPERVISOR", "facilitator"),
            ("ATTENDEES", "attendees"),
            ("THEMES", "themes"),
            ("CHILD_ID", "children_discussed"),
        )
    ),
)
_SHARED = ("HELD_ON", "MODE", "SUPERVISOR", "ATTENDEES", "POD", "THEMES")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a row says of its own writing. `written_at` and `end_written_at` are aware."""

    written_at: datetime | None = None
    end_written_at: datetime | None = None
    written_by: str | None = None
    reference: str | None = None


@dataclass(slots=True)
class Folder:
    """The tables of a folder as read: candidates by form, envelopes by (file, line), sessions of pods, problems."""

    tables: dict[str, list[Candidates]] = field(default_factory=dict)
    sessions: list[Candidates] = field(default_factory=list)
    envelopes: dict[tuple[str, int], Envelope] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)

    @property
    def children(self) -> list[str]:
        """The children whom any table names, in the order in which they come."""
        parts = (part for table in self.tables.values() for part in table)
        return list(dict.fromkeys([row.child for part in parts for row in part.rows]))


def read_folder(path: Path) -> Folder:
    """Read the simple tables of a folder. Raises `Malformed` where it has none, `NotFound` for a missing folder."""
    found = Folder()
    for file in csv_files(path):
        form = FORMS.get(file.stem.casefold())
        if form is None:
            found.set_aside.append(file.name)
            continue
        table, problems = read_table(file)
        if table is None:
            found.broken += problems
            continue
        found.problems += problems
        _read(found, form, table)
    if not found.tables and not found.broken:
        names = ", ".join(f"{name}.csv" for name in FORMS)
        told = f"expected at least one of {names}, found none."
        raise Malformed([Problem("no-tables", told, refused=True)], "journey import csv --template DIR")
    return found


def _read(found: Folder, form: Form, table: Table) -> None:
    """Read one file into the folder's tables."""
    envelopes, problems = _envelopes(table)
    bad = {problem.line for problem in problems if problem.refused}
    parts: list[Candidates] = []
    left = table
    for admits, spec in form.specs:
        mine = left.where(form.splits_on, admits)
        left = left.where(form.splits_on, _not(admits))
        if not mine.lines and spec is not form.main:
            continue
        part, told = candidates(mine, spec)
        if part is None:
            found.broken += told
            return
        problems += told
        shared = _shared(table.file, envelopes, bad, [row.line for row in part.rows])
        problems += shared
        bad |= {problem.line for problem in shared}
        refused = sum(row.line in bad for row in part.rows)
        rows = [row for row in part.rows if row.line not in bad]
        references = {row.line: ref for row in rows if (ref := envelopes[row.line].reference) is not None}
        written = {row.line: london_day(at) for row in rows if (at := envelopes[row.line].written_at) is not None}
        part = replace(part, rows=rows, refused=part.refused + refused, references=references, written=written)
        parts.append(part)
    parts[0].rows_read, parts[0].refused = parts[0].rows_read + table.refused, parts[0].refused + table.refused
    found.tables[form.name] = parts
    found.envelopes |= {(table.file, line): envelope for line, envelope in envelopes.items()}
    found.problems += dict.fromkeys(problems)
    if form.name == "supervision":
        sessions, told = _sessions(table, {row.line for row in parts[0].rows})
        sessions = [replace(each, written=parts[0].written) for each in sessions]
        found.sessions += sessions
        found.problems += told


def _envelopes(table: Table) -> tuple[dict[int, Envelope], list[Problem]]:
    """Read what each row says of its writing, by line."""
    problems: list[Problem] = []

    def column(name: str, read: Any) -> Any:
        if name not in table:
            return [None] * len(table.lines)
        return values(table, name, read, refuse=True, problems=problems)

    rows = zip(
        table.lines,
        column("WRITTEN_AT", _moment),
        column("END_WRITTEN_AT", _moment),
        column("WRITTEN_BY", worker_id),
        column("SOURCE_REFERENCE", reference),
        strict=True,
    )
    return {line: Envelope(*rest) for line, *rest in rows}, problems


def _sessions(table: Table, lines: set[int]) -> tuple[list[Candidates], list[Problem]]:
    """Return the group sessions of a table, one row per pod and session, and tell where rows of one differ."""
    problems: list[Problem] = []
    children: dict[str, set[str]] = {}
    first: dict[str, dict[str, str]] = {}
    first_line: dict[str, int] = {}
    for place, line in enumerate(table.lines):
        if line not in lines:
            continue
        said = {name: table.columns[name][place] for name in table.columns}
        session = said["SESSION_ID"]
        children.setdefault(session, set()).add(said["CHILD_ID"])
        before = first.setdefault(session, said)
        first_line.setdefault(session, line)
        told = f"this row says otherwise of its session than line {first_line[session]}, which the pod's entry follows."
        problems += [
            Problem("session-differs", told, table.file, line, name)
            for name in _SHARED
            if name in table and said[name] != before[name]
        ]
    shape = Shape(SESSION, tuple(f.name for f in SESSION.fields), (), ())
    rows = []
    for session, said in first.items():
        if said["MODE"].casefold() != "group" or not said.get("POD"):
            continue
        held, themes = said["HELD_ON"], said.get("THEMES", "")
        start = (
            session,
            iso_day(held),
            iso_moment(held),
            said.get("SUPERVISOR") or None,
            many(said.get("ATTENDEES", "")),
            several("supervision-theme")(themes) or None,
            len(children[session]),
        )
        rows.append(Row(said["POD"], first_line[session], (session,), start, None))
    return [Candidates(shape, table.file, rows, 0)] if rows else [], problems


def _shared(file: str, envelopes: dict[int, Envelope], bad: set[int | None], lines: list[int]) -> list[Problem]:
    """Refuse the rows that use a reference which an earlier row of the file has already used."""
    first: dict[str, int] = {}
    for line, envelope in sorted(envelopes.items()):
        if envelope.reference is not None and line not in bad:
            first.setdefault(envelope.reference, line)
    return [
        Problem("same-reference", "an earlier row has this source reference.", file, line, "SOURCE_REFERENCE", True)
        for line in lines
        if line not in bad and (given := envelopes[line].reference) is not None and first[given] != line
    ]


def _moment(cell: str) -> datetime | None:
    day = iso_day(cell)
    return iso_moment(cell) if day is None else start_of_day(day)


def _not(admits: Any) -> Any:
    return lambda cell: not admits(cell)
