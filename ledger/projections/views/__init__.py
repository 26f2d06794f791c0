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
"""Files that make tables, views and macros; each may use those before it. What a query mentions is made for it."""

STEADY = frozenset({"calendar", "timescales"})
"""Files whose tables come from the project's own data, bound as parameters, and depend on no reader."""

ALL = (
    "load",
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
def made_by(name: str) -> frozenset[str]:
    """Return the names of the tables, views and macros that one file makes."""
    return frozenset(re.findall(r"CREATE OR REPLACE (?:TABLE|VIEW|MACRO) (\w+)", statements(text(name))))


@cache
def requires(name: str) -> frozenset[str]:
    """Return the files whose tables, views and macros one file reads itself."""
    read = relations(text(name))
    return frozenset(other for other in VIEWS[: VIEWS.index(name)] if made_by(other) & read)


@cache
def relations(sql: str) -> frozenset[str]:
    """Return the words of SQL that stand where a table or a macro may: after FROM or JOIN, or before a bracket."""
    plain = statements(sql).lower()
    lists = re.findall(r"\b(?:from|join)\s+((?:\w+(?:\s+(?:as\s+)?\w+)?\s*,\s*)*\w+)", plain)
    return frozenset(re.findall(r"\w+", " ".join(lists))) | frozenset(re.findall(r"(\w+)\s*\(", plain))


@lru_cache(maxsize=512)
def needed(*sql: str, loosely: bool = False) -> tuple[str, ...]:
    """Return the files that make what this SQL reads, with all that they build on, in order.

    `loosely`, any mention is enough: for SQL that is not ours, which may join in ways that only a parser finds.
    """
    mentioned = set().union(*map(words if loosely else relations, sql))
    found = set()
    for name in reversed(VIEWS):  # each builds on those before it alone
        if made_by(name) & mentioned:
            found.add(name)
            mentioned |= relations(text(name))
    return tuple(name for name in VIEWS if name in found)
