"""Read one annual SSDA903 return from a folder: choose its files by year, and read each by its spec.

A folder may hold several returns, told apart by the year their file names begin with: `2017-episodes.csv` belongs to
the year from 1 April 2017 to 31 March 2018. Names without a year belong to whatever year is asked for. Names are read
in any case and spelling that the sector uses (`Placed_for_Adoption`, `placed_adoption`).

    >>> found = read_return(Path("returns"), year_ending=date(2018, 3, 31))      # doctest: +SKIP
    >>> len(found.tables["episodes"].rows), found.problems                       # doctest: +SKIP
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from ledger.errors import Malformed, Problem
from ledger.importers.cells import UNREADABLE, uk_date, values
from ledger.importers.hints import hint_for
from ledger.importers.shapes import Candidates, candidates
from ledger.importers.ssda903_tables import FILE_NAMES
from ledger.importers.ssda903_yearly import specs
from ledger.importers.tables import Table, csv_files, read_table

if TYPE_CHECKING:
    from pathlib import Path

_ASK = "journey import ssda903 FOLDER --year-ending YYYY-03-31"
_PREFIXED = re.compile(r"(\d{4})[^0-9a-z]*(.*)")
_LETTERS = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Birth:
    """A day of birth that a row of another table states for a child, and the header does not, or not so written."""

    child: str
    on: date
    file: str
    line: int


@dataclass(slots=True)
class Return:
    """One return as read: its files, the rows of each table, the days of birth beside them, and all problems.

    `broken` are the problems of files refused as a whole: without them the return says less than it means to.
    """

    year_ending: date
    collected_on: date
    files: dict[str, str]
    tables: dict[str, Candidates] = field(default_factory=dict)
    births: list[Birth] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)

    @property
    def children(self) -> list[str]:
        """The children whom any table names, in the order in which they come."""
        return list(dict.fromkeys([row[0] for table in self.tables.values() for row in table.rows]))


def read_return(folder: Path, *, year_ending: date, collected_on: date | None = None) -> Return:
    """Read the return for the year to `year_ending`, a 31 March. Raises `Malformed` where there is none."""
    if (year_ending.month, year_ending.day) != (3, 31):
        told = f"expected a year ending on 31 March, found {year_ending.isoformat()}."
        raise Malformed([Problem("bad-year", told, column="--year-ending", refused=True)], _ASK)
    chosen, aside = choose(csv_files(folder), year_ending)
    found = Return(year_ending, collected_on or year_ending, {t: p.name for t, p in chosen.items()}, set_aside=aside)
    registered: set[tuple[str, str]] = set()
    for name, spec in specs(year_ending, found.collected_on).items():
        if name not in chosen:
            continue
        table, problems = read_table(chosen[name])
        rows = None
        if table is not None:
            rows, more = candidates(table, spec)
            problems += more
        if table is None or rows is None:
            found.broken += problems
            continue
        found.tables[name] = rows
        found.problems += problems
        if name == "header" and "DOB" in table:
            registered = set(zip(table.columns["CHILD"], table.columns["DOB"], strict=True))
        elif "DOB" in table:
            found.births += births(table, registered, found.problems)
    return found


def choose(paths: list[Path], year_ending: date) -> tuple[dict[str, Path], list[str]]:
    """Choose the files of a year as {table: path}, and name the files that were not read.

    Files that begin with the year in which the return's year began are taken; where none does, those without a year.
    """
    by_year: dict[int | None, dict[str, list[Path]]] = {}
    unknown: list[str] = []
    for path in paths:
        year, name = _named(path)
        if name is None:
            unknown.append(path.name)
        else:
            by_year.setdefault(year, {}).setdefault(name, []).append(path)
    wanted = year_ending.year - 1
    mine = by_year.get(wanted) or by_year.get(None)
    if not mine:
        raise Malformed([_nothing(by_year, wanted)], _ASK)
    twice = [paths for paths in mine.values() if len(paths) > 1]
    if twice:
        told = "two files of the folder hold the same table of one return."
        problems = [Problem("two-files", told, path.name, refused=True) for paths in twice for path in paths]
        raise Malformed(problems, hint_for(problems, _ASK))
    chosen = {name: paths[0] for name, paths in mine.items()}
    return chosen, sorted(unknown + [p.name for p in paths if p not in chosen.values() and p.name not in unknown])


def births(table: Table, registered: set[tuple[str, str]], problems: list[Problem]) -> list[Birth]:
    """Return the days of birth beside a table's children that the header does not give, where each stands first."""
    if not set(zip(table.columns["CHILD"], table.columns["DOB"], strict=True)) - registered:
        return []
    bad: list[Problem] = []
    days = values(table, "DOB", uk_date, refuse=False, problems=bad)
    problems += [replace(each, message=f"{each.message} The row was kept without it.", refused=False) for each in bad]
    first: dict[tuple[str, date], int] = {}
    for child, cell, on, line in zip(table.columns["CHILD"], table.columns["DOB"], days, table.lines, strict=True):
        if child and on is not None and on is not UNREADABLE and (child, cell) not in registered:
            first.setdefault((child, on), line)
    return [Birth(child, on, table.file, line) for (child, on), line in first.items()]


def _named(path: Path) -> tuple[int | None, str | None]:
    """Return the year a file's name begins with and the table it holds, each None where it says nothing."""
    stem = path.stem.casefold()
    found = _PREFIXED.fullmatch(stem)
    year, rest = (int(found[1]), found[2]) if found else (None, stem)
    return year, FILE_NAMES.get(_LETTERS.sub("", rest))


def _nothing(by_year: dict[int | None, dict[str, list[Path]]], wanted: int) -> Problem:
    years = ", ".join(str(year) for year in sorted(year for year in by_year if year is not None))
    found = f"found files of other years: {years}." if years else "found none."
    told = f"expected files of a return, such as {wanted}-episodes.csv or episodes.csv, {found}"
    return Problem("no-return", told, refused=True)
