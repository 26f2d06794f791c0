"""Import the simple tables: practice as it was written down, row by row, compared with what is in force now.

Unlike a return, each row has its own writing: `written_at` is the row's, and only where it has none the collection's.
What a row changes is written no earlier than what it changes became known, so that it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from ledger.domain.checks import unknown_codes
from ledger.domain.clock import end_of_day, london_day, start_of_day
from ledger.domain.envelope import LEDGER, Actor, Source, child, pod
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn, SourceCoverageDeclared
from ledger.domain.standing import stand
from ledger.errors import Malformed, Problem
from ledger.importers.compare import compare
from ledger.importers.coverage import undeclared
from ledger.importers.csv_folder import SESSION, Envelope, read_folder
from ledger.importers.csv_forms import FORMS
from ledger.importers.findings import shared_keys, unknown_code_findings
from ledger.importers.hints import hint_for
from ledger.importers.in_force import END_SUFFIX, InForce
from ledger.importers.report import ImportReport, TableReport
from ledger.imports.writing import (
    KEEP_GOING,
    Draft,
    Seen,
    barred,
    kept,
    see,
    until_written,
    without_collection,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ledger.domain.envelope import Subject
    from ledger.importers.compare import Step
    from ledger.importers.csv_folder import Folder
    from ledger.importers.shapes import Candidates
    from ledger.store import Store

    Progress = Callable[[str, int, int], None]

SYSTEM = "csv"
BY = "import csv"
TEMPLATE = "journey import csv --template DIR writes the tables with their columns"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What whoever imports says the tables tell of.

    Without it, each table tells from its first day to the last on which anything in it happened or was written down.
    """

    begins: date | None = None
    until: date | None = None
    complete: bool = False


def import_tables(
    store: Store,
    folder: Path,
    *,
    source: str = SYSTEM,
    collected_on: date | None = None,
    covers: Coverage | None = None,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import allocations, visits, supervision and outcomes from a folder, in one transaction, and report.

    `source` names the system the tables come from: rows are compared only with what came from it. Raises `Malformed`
    with every problem of the input, `NotFound`, and what the store raises.
    """
    covers = covers or Coverage()
    if covers.complete and (covers.begins is None or covers.until is None):
        told = "to declare the tables complete, say for which period."
        raise Malformed([Problem("no-period", told, refused=True)], _PERIOD)
    with without_collection():
        report = _imported(store, folder, source, collected_on, covers, dry_run, keep_going, progress)
    return replace(report, dry_run=dry_run)


def _imported(
    store: Store,
    folder: Path,
    source: str,
    collected_on: date | None,
    covers: Coverage,
    dry_run: bool,
    keep_going: bool,
    progress: Progress | None,
) -> ImportReport:
    """Do the work; what it made along the way is gone when it returns."""
    tell = progress or (lambda _stage, _done, _of: None)
    tell("reading", 0, 3)
    found = read_folder(folder)
    now = datetime.now(UTC)
    _refuse(found, now, keep_going=keep_going)
    work = _Import(store, found, source, collected_on, covers, now)

    def decide_and_write() -> None:
        tell("comparing", 1, 3)
        drafts, seen = work.decide()
        tell("writing", 2, 3)
        if not dry_run:
            write(store, drafts, seen)

    until_written(decide_and_write)
    tell("done", 3, 3)
    return work.report


class _Import:
    """One folder on its way into one ledger. `decide` may be called again after a conflict."""

    def __init__(
        self,
        store: Store,
        found: Folder,
        system: str,
        collected_on: date | None,
        covers: Coverage,
        now: datetime,
    ) -> None:
        self.store, self.found, self.system, self.covers = store, found, system, covers
        self.collected = None if collected_on is None else start_of_day(collected_on)
        self.moment = now if collected_on is None else max(now, end_of_day(collected_on))
        self.report = ImportReport(system)

    def decide(self) -> tuple[list[Draft], Seen]:
        """Read what is in force, compare, and return what is to be appended; fills the report."""
        found = self.found
        children = {each: child(each) for each in found.children}
        pods = {row.child: pod(row.child) for table in found.sessions for row in table.rows}
        seen = see(self.store, [*children.values(), *pods.values()])
        specs = [spec for form in FORMS.values() for _, spec in form.specs]
        in_force = InForce(self.system, self.moment, specs, reason="wrong value", by_reference=True)
        of_pods = InForce(self.system, self.moment, [SESSION], reason="wrong value")
        refused: dict[str, Problem] = {}
        for each, subject in children.items():
            problem = barred(seen.of(subject))
            if problem is None:
                in_force.add(each, seen.of(subject))
            else:
                refused[each] = problem
        for each, subject in pods.items():
            of_pods.add(each, seen.of(subject))
        self.report = ImportReport(self.system, collected_on=self.collected and london_day(self.collected))
        self.report.problems = list(found.problems)
        self.report.notes += [f"not read: {', '.join(found.set_aside)}"] if found.set_aside else []
        drafts = self._registrations(seen, refused)
        for name, parts in found.tables.items():
            steps = self._table(name, parts, in_force, refused)
            drafts += kept([self._draft(step, children[step.child]) for step in steps], self.store, self.report, name)
        for table in found.sessions:
            drafts += [self._draft(step, pods[step.child]) for step in compare(table, of_pods).steps]
        drafts += self._coverage(seen)
        self.report.appended = len(drafts)
        return drafts, seen

    def _table(
        self, name: str, parts: list[Candidates], in_force: InForce, refused: Mapping[str, Problem]
    ) -> list[Step]:
        """Compare one file and put what comes of it into the report."""
        told = TableReport(parts[0].file)
        steps: list[Step] = []
        for part in parts:
            rows = [row for row in part.rows if row.child not in refused]
            outcome = compare(replace(part, rows=rows), in_force)
            self.report.problems += [*unknown_code_findings(part), *shared_keys(part), *outcome.problems]
            self.report.problems += [
                replace(refused[row.child], file=part.file, line=row.line) for row in part.rows if row.child in refused
            ]
            steps += outcome.steps
            told.rows_read += part.rows_read
            told.refused += part.refused + len(part.rows) - len(rows)
            told.identical += part.identical
            told.unchanged += outcome.unchanged + part.identical
            for count in ("new", "amended_rows", "ended", "corrected", "confirmed"):
                setattr(told, count, getattr(told, count) + getattr(outcome, count))
        told.appended = len(steps)
        self.report.tables[name] = told
        self.report.endings_withdrawn += sum(step.what == "ending withdrawn" for step in steps)
        return steps

    def _registrations(self, seen: Seen, refused: Mapping[str, Problem]) -> list[Draft]:
        """Register the children whom nobody registered before, with their id alone."""
        drafts: dict[Subject, Draft] = {}
        for part in (part for parts in self.found.tables.values() for part in parts):
            for row in part.rows:
                subject = child(row.child)
                if subject in drafts or row.child in refused:
                    continue
                if any(entry.name == ChildRegistered.name for entry in seen.of(subject)):
                    continue
                told = "nobody registered this child before: registered with the id alone."
                self.report.problems.append(Problem("child-not-registered", told, part.file, row.line, "CHILD_ID"))
                event = ChildRegistered(child_id=row.child, precision="unknown")
                source = Source(self.system, None, part.file, row.line)
                envelope = self.found.envelopes[part.file, row.line]
                drafts[subject] = Draft(subject, event, self._by(envelope), envelope.written_at, source)
        self.report.registered_without_header = len(drafts)
        return list(drafts.values())

    def _draft(self, step: Step, subject: Subject) -> Draft:
        envelope = self.found.envelopes[step.file, step.line]
        is_end = step.event.name in _END_NAMES
        reference = envelope.reference
        if isinstance(step.event, EntryCorrected | EntryWithdrawn) or step.table == SESSION.table:
            reference = None
        elif reference is not None and is_end:
            reference += END_SUFFIX
        return Draft(
            subject,
            step.event,
            self._by(envelope),
            self._written_at(step, envelope, is_end=is_end),
            Source(self.system, reference, step.file, step.line),
            unknown_codes=unknown_codes(step.event),
        )

    def _written_at(self, step: Step, envelope: Envelope, *, is_end: bool) -> datetime | None:
        """Return when a step was written down: the row's own time where it can be, else the collection, else now."""
        stated = envelope.written_at
        if is_end:
            own = envelope.end_written_at
            late = stated is not None and step.event.day is not None and london_day(stated) >= step.event.day
            stated = own if own is not None else stated if late else None
        elif step.after is not None and stated is not None and stated <= step.after:
            stated = envelope.end_written_at
        for moment in (stated, self.collected):
            if moment is not None and (step.after is None or moment > step.after):
                return moment
        return None

    def _by(self, envelope: Envelope) -> Actor:
        return Actor(worker=envelope.written_by, system=BY)

    def _coverage(self, seen: Seen) -> list[Draft]:
        """Return the declarations of coverage that are not yet made: one per table."""
        wanted = []
        today = london_day(self.moment)
        for parts in self.found.tables.values():
            days = [day for part in parts for day in _days(part) if day <= today]
            spoken = days + [day for part in parts for day in part.written.values()]
            spoken += [] if self.collected is None else [london_day(self.collected)]
            begins, until = self.covers.begins, self.covers.until
            if days or (begins and until):
                wanted.append(
                    SourceCoverageDeclared(
                        system=self.system,
                        areas=(parts[0].shape.spec.event.area,),
                        covers_from=begins or min(days),
                        covers_until=until or max(spoken) + timedelta(days=1),
                        complete=self.covers.complete,
                    )
                )
        new = undeclared(wanted, stand(seen.of(LEDGER)), by_area=True)
        return [Draft(LEDGER, each, Actor(system=BY), self.collected, Source(self.system)) for each in new]


_END_NAMES = {spec.end.name for form in FORMS.values() for _, spec in form.specs if spec.end is not None}


def _days(table: Candidates) -> list[date]:
    """Return the days on which the rows of a table happened or ended."""
    days, moments = table.place("occurred_on"), table.place("occurred_at")
    found = [row.end[0] for row in table.rows if row.end is not None]
    if days is not None:
        found += [row.start[days] for row in table.rows]
    if moments is not None:
        found += [london_day(at) for row in table.rows if (at := row.start[moments]) is not None]
    return [day for day in found if day is not None]


def _refuse(found: Folder, now: datetime, *, keep_going: bool) -> None:
    """Refuse a folder that cannot be read as a whole, or says that something was written in the future."""
    bad = [problem for problem in found.broken if problem.refused]
    if not keep_going:
        bad += [problem for problem in found.problems if problem.refused]
    for (file, line), envelope in found.envelopes.items():
        for column, moment in (("WRITTEN_AT", envelope.written_at), ("END_WRITTEN_AT", envelope.end_written_at)):
            if isinstance(moment, datetime) and moment > now:
                told = "expected a time in the past, found one to come: nothing is written before it is thought of."
                bad.append(Problem("written-later", told, file, line, column, refused=True))
    if bad:
        raise Malformed(bad, hint_for(bad, TEMPLATE) if found.broken else KEEP_GOING)


_PERIOD = "journey import csv FOLDER --complete --covers-from DATE --covers-until DATE"
