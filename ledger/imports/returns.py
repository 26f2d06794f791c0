"""Import one annual return: what is new or amended since the ledger last heard, and what the return leaves out.

Every entry is written as of midnight of the collection date, with `basis = return`; it is compared with what was in
force, from this source, as known on that date. A declaration of coverage says which years and kinds of fact the return
tells of, and which episodes it does not mention; importing the same return again writes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from ledger.domain.checks import unknown_codes
from ledger.domain.clock import View, end_of_day, start_of_day
from ledger.domain.envelope import LEDGER, Actor, Source, child
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.domain.standing import stand
from ledger.errors import Malformed, Problem
from ledger.importers.absence import absent, as_unmentioned, moved_starts
from ledger.importers.children import OTHER_BIRTHS, doubtful, listed, other_births, unlisted
from ledger.importers.compare import Outcome, compare
from ledger.importers.coverage import declarations, undeclared
from ledger.importers.findings import findings
from ledger.importers.hints import hint_for
from ledger.importers.in_force import InForce
from ledger.importers.report import ImportReport, TableReport
from ledger.importers.settled import Plain, parts, settled
from ledger.importers.ssda903 import Return, read_return
from ledger.importers.ssda903_tables import FILE_NAMES
from ledger.importers.ssda903_yearly import specs
from ledger.imports.writing import KEEP_GOING, Draft, Seen, barred, see, until_written, without_collection, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ledger.domain.envelope import Entry
    from ledger.importers.compare import Step
    from ledger.importers.in_force import Held
    from ledger.importers.shapes import Candidates
    from ledger.store import Store

    Progress = Callable[[str, int, int], None]

SYSTEM = "ssda903"
BY = Actor(system="import ssda903")
TOGETHER = 500
"""How many children are compared together."""
_EPISODE_NAMES = frozenset({CareEpisodeStarted.name, CareEpisodeEnded.name, EntryCorrected.name, EntryWithdrawn.name})


def import_ssda903(
    store: Store,
    folder: Path,
    *,
    year_ending: date,
    collected_on: date | None = None,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import the return for the year to `year_ending` from a folder, in one transaction, and report.

    `collected_on` is when it was extracted or submitted; without it the year's end is assumed, and said so. A row that
    cannot be read refuses the whole import unless `keep_going`. `progress(stage, done, of)` is called between stages.
    Raises `Malformed` with every problem of the input, `NotFound`, and what the store raises.
    """
    with without_collection():
        report = _imported(store, folder, year_ending, collected_on, dry_run, keep_going, progress)
    return replace(report, collected_on_assumed=collected_on is None, dry_run=dry_run)


def _imported(
    store: Store,
    folder: Path,
    year_ending: date,
    collected_on: date | None,
    dry_run: bool,
    keep_going: bool,
    progress: Progress | None,
) -> ImportReport:
    """Do the work; what it made along the way is gone when it returns."""
    tell = progress or (lambda _stage, _done, _of: None)
    tell("reading", 0, 4)
    found = read_return(folder, year_ending=year_ending, collected_on=collected_on)
    _refuse(found, keep_going=keep_going)
    tell("judging", 1, 4)
    work = _Import(store, found, findings(found))

    def decide_and_write() -> None:
        tell("comparing", 2, 4)
        drafts, seen = work.decide()
        tell("writing", 3, 4)
        if not dry_run:
            write(store, drafts, seen)

    until_written(decide_and_write)
    tell("done", 4, 4)
    return work.report


class _Import:
    """One return on its way into one ledger. `decide` may be called again after a conflict."""

    def __init__(self, store: Store, found: Return, told: list[Problem]) -> None:
        self.store, self.found, self.told = store, found, told
        self.begins = date(found.year_ending.year - 1, 4, 1)
        self.until = found.year_ending + timedelta(days=1)
        self.moment = end_of_day(found.collected_on)
        self.specs = [*specs(found.year_ending, found.collected_on).values(), OTHER_BIRTHS]
        self.report = ImportReport(SYSTEM)
        self.children, self.unsure = found.children, doubtful(found)
        self.rows_seen = 0

    def decide(self) -> tuple[list[Draft], Seen]:
        """Read what is in force, compare, and return what is to be appended; fills the report."""
        everybody = {each: child(each) for each in self.children}
        streams = self.store.subject_streams(list(everybody.values()))
        known = {each: streams[subject] for each, subject in everybody.items() if subject in streams}
        done = self._settled(known)
        seen = see(self.store, [subject for each, subject in everybody.items() if each not in done])
        in_force = InForce(SYSTEM, self.moment, self.specs)
        refused: dict[str, Problem] = {}
        for each in everybody.keys() - done:
            entries = seen.of(child(each))
            problem = barred(entries) if entries else None
            if problem is None:
                in_force.add(each, entries)
            else:
                refused[each] = problem
        unsure = sum(len(seen.of(child(each))) for each in self.unsure)
        if self.rows_seen + unsure + len(seen.of(LEDGER)) < self.store.head().size:
            self._other_episodes(in_force, set(known.values()))
        self.report = self._begin()
        steps = self._compare(in_force, done, refused)
        missed = absent(in_force, steps, self.begins, self.until)
        self.report.expected_but_absent = len(missed)
        self.report.problems += moved_starts(in_force, steps)
        drafts = [self._draft(step) for step in steps]
        drafts += self._coverage(seen, missed)
        self.report.appended = len(drafts)
        return drafts, seen

    def _settled(self, known: dict[str, str]) -> set[str]:
        """Return the known children about whom the return plainly says nothing new."""
        plain = Plain(SYSTEM, self.moment, self.begins, self.specs)
        asked = [each for each in known if each not in self.unsure]
        done: set[str] = set()
        self.rows_seen = 0
        for some, part in parts(list(self.found.tables.values()), asked, TOGETHER):
            streams = {each: known[each] for each in some}
            self.rows_seen += plain.add(self.store.stated_in(streams.values()))
            done |= settled(plain, streams, part)
            plain.forget()
        return done

    def _begin(self) -> ImportReport:
        found = self.found
        report = ImportReport(SYSTEM, self.begins, self.until, found.collected_on)
        report.problems = [*found.problems, *self.told]
        report.notes.append("read " + ", ".join(found.files.values()))
        if found.set_aside:
            report.notes.append("not read: " + ", ".join(found.set_aside))
        absent_tables = sorted(set(FILE_NAMES.values()) - set(found.files))
        if absent_tables:
            report.notes.append("not supplied: " + ", ".join(absent_tables))
        return report

    def _compare(self, in_force: InForce, done: set[str], refused: Mapping[str, Problem]) -> list[Step]:
        """Compare the rows of children who are not done, and return the steps, registrations first."""
        found, report = self.found, self.report
        steps: list[Step] = []
        for name, table in found.tables.items():
            rows = [row for row in table.rows if row.child not in done]
            barred_rows = [row for row in rows if row.child in refused] if refused else []
            report.problems += [replace(refused[r.child], file=table.file, line=r.line) for r in barred_rows]
            outcome = compare(_without(replace(table, rows=rows), refused), in_force)
            outcome.unchanged += len(table.rows) - len(rows)
            report.problems += outcome.problems
            report.tables[name] = _counted(table, outcome, len(barred_rows))
            steps += outcome.steps
        for make in (unlisted, other_births):
            more, problems = make(found, in_force.births)
            report.problems += problems
            extra = [step for each in more for step in compare(_without(each, refused), in_force).steps]
            steps = extra + steps if make is unlisted else steps + extra
        report.endings_withdrawn = sum(step.what == "ending withdrawn" for step in steps)
        new = {step.child for step in steps if isinstance(step.event, ChildRegistered)} - in_force.registered
        report.registered = len(new & listed(found).keys())
        report.registered_without_header = len(new) - report.registered
        return steps

    def _other_episodes(self, in_force: InForce, known: set[str]) -> None:
        """Take in the care episodes of the children that the return does not name, by their streams."""
        others: dict[str, list[Entry]] = {}
        for row in self.store.scan():
            if row.name in _EPISODE_NAMES and row.stream not in known and row.stream.startswith("journey:"):
                others.setdefault(row.stream, []).append(self.store.decode(row, private=False))
        for stream, entries in others.items():
            in_force.add(stream, entries)

    def _draft(self, step: Step) -> Draft:
        return Draft(
            child(step.child),
            step.event,
            BY,
            start_of_day(self.found.collected_on),
            Source(SYSTEM, None, step.file, step.line),
            "return",
            unknown_codes(step.event),
        )

    def _coverage(self, seen: Seen, missed: list[Held]) -> list[Draft]:
        """Return the declarations of coverage that are not yet made."""
        known = stand(seen.of(LEDGER), View(instant=self.moment))
        wanted = declarations(self.found, SYSTEM, as_unmentioned(missed))
        written_at = start_of_day(self.found.collected_on)
        return [
            Draft(LEDGER, each, BY, written_at, Source(SYSTEM), "return", unknown_codes(each))
            for each in undeclared(wanted, known)
        ]


def _without(table: Candidates, refused: Mapping[str, Problem]) -> Candidates:
    """Leave out the rows of children about whom nothing can be kept."""
    if not refused:
        return table
    return replace(table, rows=[row for row in table.rows if row.child not in refused])


def _counted(table: Candidates, outcome: Outcome, refused: int) -> TableReport:
    """Put a table's outcome into its report."""
    return TableReport(
        file=table.file,
        rows_read=table.rows_read,
        new=outcome.new,
        amended_rows=outcome.amended_rows,
        ended=outcome.ended,
        corrected=outcome.corrected,
        confirmed=outcome.confirmed,
        unchanged=outcome.unchanged + table.identical,
        identical=table.identical,
        refused=table.refused + refused,
        appended=len(outcome.steps),
    )


def _refuse(found: Return, *, keep_going: bool) -> None:
    """Refuse a return that was collected in the future, or that cannot be read as a whole."""
    if start_of_day(found.collected_on) > datetime.now(UTC):
        told = f"the collection date {found.collected_on.isoformat()} is in the future."
        raise Malformed([Problem("collected-later", told, column="--collected-on", refused=True)], _COLLECTED)
    bad = [problem for problem in found.broken if problem.refused]
    if not keep_going:
        bad += [problem for problem in found.problems if problem.refused]
    if bad:
        raise Malformed(bad, hint_for(bad, "") if found.broken else KEEP_GOING)


_COLLECTED = "give the day on which the return was extracted: --collected-on YYYY-MM-DD"
