"""What comes to the views from the project's own data and not from entries: the calendar and the timescales.

They reach SQL as bound parameters: an authority's own rule takes the place of a row and of no SQL. What a result
stood on here is told in its provenance.

    >>> stood_on(("calendar",))["calendar"]                                                  # doctest: +SKIP
    'bank holidays of England and Wales by holidays 0.109, SHA-256 3c0f...'
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.domain.calendar import holidays_version, named_holidays
from ledger.domain.timescales import Rule, timescales

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

FIRST_YEAR, LAST_YEAR = 1975, 2050
"""The years of the calendar, both included."""


def parameters(name: str, rules: Sequence[Rule] | None = None) -> dict[str, Any]:
    """Return what the SQL of one file of views is given; `rules` are the timescales, where not the project's own."""
    if name == "calendar_told":
        return {"holidays": _holidays()}
    return {"rules": _rows(rules)} if name == "timescales" else {}


def stood_on(names: Collection[str], rules: Sequence[Rule] | None = None) -> dict[str, str]:
    """Return what a result that needed these files of views stood on beside the entries, for its provenance."""
    told = {}
    if "calendar" in names:
        told["calendar"] = (
            f"bank holidays of England and Wales by holidays {holidays_version()}, {_digest(_holidays())}"
        )
    if "timescales" in names:
        rows = _rows(rules)
        told["timescales"] = f"{len(rows)} rules, {_local(rules)}{_digest(rows)}"
    return told


def _local(rules: Sequence[Rule] | None) -> str:
    """Say how many rules are the authority's own, and how many of the project's have given way."""
    if rules is None:
        return ""
    own, gone = sum(rule.status == "local" for rule in rules), len(set(timescales()).difference(rules))
    return f"{own} of them the authority's own, {gone} of the project's set aside in whole or part, "


def _rows(rules: Sequence[Rule] | None) -> list[dict[str, Any]]:
    return [asdict(rule) for rule in (timescales() if rules is None else rules)]


@cache
def _holidays() -> list[dict[str, Any]]:
    return [{"day": day, "holiday": name} for day, name in named_holidays(FIRST_YEAR, LAST_YEAR).items()]


def _digest(rows: list[dict[str, Any]]) -> str:
    return f"SHA-256 {sha256(repr(rows).encode()).hexdigest()}"
