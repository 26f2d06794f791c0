"""Tables that few measures need, made when a measure mentions them: the calendar, the timescales, the clocks they time.

Calendar and timescales come from the project's own data and not from entries; they reach SQL as bound parameters, so
that an authority's own rule takes the place of a row and of no SQL. What a result stood on here is told in its
provenance. Each is made once for its facts, the clocks anew for each view.

    >>> lay(facts, "SELECT count(*) FROM calendar WHERE working")["calendar"]                # doctest: +SKIP
    'bank holidays of England and Wales by holidays 0.109, SHA-256 3c0f...'
"""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.domain.calendar import holidays_version, named_holidays
from ledger.domain.timescales import Rule, timescales
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.projections.facts import Facts

FIRST_YEAR, LAST_YEAR = 1990, 2040
"""The years of the calendar, both included."""


def lay(facts: Facts, sql: str, rules: Sequence[Rule] | None = None) -> dict[str, str]:
    """Make those tables that the SQL mentions, over facts that stand at a view; return what they stood on.

    `rules` are the timescales to apply, where they are not the project's own.
    """
    words = set(re.findall(r"[a-z_]+", re.sub(r"--[^\n]*", "", sql)))
    told = {}
    if words & {"calendar", "timescales"}:
        if not _made(facts, "SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'calendar'"):
            facts.query(text("calendar"), holidays=_holidays())
        told["calendar"] = (
            f"bank holidays of England and Wales by holidays {holidays_version()}, {_digest(_holidays())}"
        )
    if "timescales" in words:
        rows = [asdict(rule) for rule in (timescales() if rules is None else rules)]
        facts.query(text("timescales"), rules=rows)
        told["timescales"] = f"{len(rows)} rules, {_digest(rows)}"
    if "clocks" in words and not _made(facts, "SELECT getvariable('clocks_of') = getvariable('reader')"):
        facts.query(text("clocks"))
        facts.query("SET VARIABLE clocks_of = getvariable('reader')")
    return told


def _made(facts: Facts, asked: str) -> bool:
    row = facts.query(asked).fetchone()
    return row is not None and row[0] is True


@cache
def _holidays() -> list[dict[str, Any]]:
    return [{"day": day, "holiday": name} for day, name in named_holidays(FIRST_YEAR, LAST_YEAR).items()]


def _digest(rows: list[dict[str, Any]]) -> str:
    return f"SHA-256 {sha256(repr(rows).encode()).hexdigest()}"
