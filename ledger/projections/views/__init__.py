"""The stable views that measures read, in the order in which they build on each other.

`effective.sql` is the one place that knows about corrections, withdrawals, restrictions and what is only expected.
Each file's comments say what one row of each view is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

VIEWS = (
    "exact",
    "effective",
    "people",
    "identity",
    "allocation",
    "pod",
    "visit",
    "care",
    "case",
    "stage",
    "coverage",
    "scope",
    "placeholder",
    "calendar",
    "timescales",
    "clocks",
    "event_areas",
    "recording",
    "caseload",
    "stability",
    "practice_model",
    "supervision",
    "outcome",
    "directory",
    "at_any_clock",
)
"""Files that make tables, views and macros; each may use those before it. What a query reads is made for it."""

STEADY = frozenset({"calendar_told", "calendar", "timescales"})
"""Tables that come from the project's own data, bound as parameters, and depend on no reader."""

WIDE = frozenset({"entries", "admitted", "changes", "amended", "standing", "effective", "told"})
"""What has every column of the facts; `told` where one question is asked of many worlds."""

ALL = (
    "load",
    "merged",
    "reader",
    *VIEWS,
    "members",
    "provenance",
    "coverage_told",
    "behind",
    "between",
    "fold_in_force",
    "fold_all",
    "links",
    "roots",
    "told_of",
    "told_in_worlds",
    "worlds",
    "parts_of_group",
)


@cache
def text(name: str) -> str:
    """Return the SQL of one file of this folder."""
    return (Path(__file__).parent / f"{name}.sql").read_text("utf-8")


def statements(sql: str) -> str:
    """Return SQL without its comments."""
    return re.sub(r"--[^\n]*", "", sql)


def words(sql: str) -> set[str]:
    """Return the words of SQL outside its comments."""
    return set(re.findall(r"[a-z_0-9]+", statements(sql).lower()))


@cache
def made(files: tuple[str, ...] = VIEWS) -> dict[str, str]:
    """Return {table, view or macro: the statement that makes it} of these files, in the order in which they build.

    A macro that has the name of a view stands as its name and a bracket.
    """
    found: dict[str, str] = {}
    for file in files:
        for statement in text(file).split("CREATE OR REPLACE ")[1:]:
            name, bracket, _ = statement.split()[1].partition("(")
            found[name + bracket if name in found else name] = f"CREATE OR REPLACE {statement.rpartition(';')[0]}"
    return found


@cache
def requires(name: str) -> frozenset[str]:
    """Return what a table, view or macro reads itself, of what is made before it."""
    before = list(made())
    return relations(made()[name]).intersection(before[: before.index(name)])


@cache
def relations(sql: str) -> frozenset[str]:
    """Return the words of SQL that stand where a table or a macro may: after FROM or JOIN, or before a bracket.

    The latter stand as they are, and with their bracket.
    """
    plain = statements(sql).lower()
    called = set(re.findall(r"(\w+)\s*\(", plain)) | set(re.findall(r"\w+\('(\w+)'\)", plain))
    lists = re.findall(r"\b(?:from|join)\s+((?:\w+(?:\s+(?:as\s+)?\w+)?\s*,\s*)*\w+)", plain)
    return frozenset(re.findall(r"\w+", " ".join(lists))) | called | {f"{name}(" for name in called}


@lru_cache(maxsize=512)
def needed(*sql: str, loosely: bool = False) -> tuple[str, ...]:
    """Return the tables, views and macros that this SQL reads, with all that they build on, in order.

    `loosely`, any mention is enough: for SQL that is not ours, which may join in ways that only a parser finds.
    """
    wanted = set().union(*map(relations, sql), *(map(words, sql) if loosely else ()))
    found = set()
    for name in reversed(made()):  # each builds on those before it alone
        if name in wanted:
            found.add(name)
            wanted |= requires(name)
    return tuple(name for name in made() if name in found)
