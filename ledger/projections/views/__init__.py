"""The stable views that measures read, in the order in which they build on each other.

`effective.sql` is the one place that knows about corrections, withdrawals, restrictions and what is only expected.
Each file's comments say what one row of each view is.
"""

from __future__ import annotations

from functools import cache
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
    "supervision",
    "outcome",
    "directory",
)
"""Files that make views and macros; each may use those before it."""

ALL = ("load", "reader", *VIEWS, "members", "provenance", "coverage_told")


@cache
def text(name: str) -> str:
    """Return the SQL of one file of this folder."""
    return (Path(__file__).parent / f"{name}.sql").read_text("utf-8")
