"""The stable views that measures read, in the order in which they build on each other.

`effective.sql` is the one place that knows about corrections, withdrawals, restrictions and what is only expected.
Each file's comments say what one row of each view is.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    "kinds",
    "recording",
    "caseload",
    "stability",
    "practice_model",
)
"""Files that make views and macros; each may use those before it."""

MADE = r"CREATE (?:OR REPLACE )?(?:TABLE|VIEW|MACRO) (?:IF NOT EXISTS )?(\w+)"
"""How a file makes something: anew at each view, or once for its facts."""

ALL = ("load", "kept", "reader", *VIEWS, "members", "provenance", "coverage_told")


@cache
def text(name: str) -> str:
    """Return the SQL of one file of this folder."""
    return (Path(__file__).parent / f"{name}.sql").read_text("utf-8")


def statements(sql: str) -> str:
    """Return SQL without its comments."""
    return re.sub(r"--[^\n]*", "", sql)


def words(sql: str) -> set[str]:
    """Return the words of SQL outside its comments."""
    return set(re.findall(r"[a-z_0-9]+", statements(sql)))


@cache
def made_by(name: str) -> frozenset[str]:
    """Return the names of the tables, views and macros that one file makes."""
    return frozenset(re.findall(MADE, statements(text(name))))


def needed(sql: Iterable[str]) -> tuple[str, ...]:
    """Return the files that make what this SQL mentions, with all that they build on, in order."""
    mentioned = set().union(*map(words, sql))
    found = set()
    for name in reversed(VIEWS):  # each builds on those before it alone
        if made_by(name) & mentioned:
            found.add(name)
            mentioned |= words(text(name))
    return tuple(name for name in VIEWS if name in found)
