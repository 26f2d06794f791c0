"""The rules of the sector's validator that read the tables of the return, as data: `ssda903_rules.toml`.

    told_in(2026)["434"].says

A rule is told before export (`TOLD`), cannot be broken by these files (`NEVER`), or is not judged here, because what it
needs is not in them (`UNJUDGED`). Each stands for the years in which the validator has it. A return of a year before
the first ruleset is judged by the first, one after the last by the last: as the validator is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIRST_RULESET = 2023
"""The validator's oldest rules are those of the return of 2023."""
TOLD, NEVER, UNJUDGED = "told", "never", "not judged"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, how it is judged, what it says (or why it is not told), and its years."""

    code: str
    judged: str
    """`told`, `never` or `not judged`."""
    says: str
    """What a row that breaks it does wrong; why no row can; or what is needed to judge it."""
    tables: tuple[str, ...] = ()
    """The tables in which its rows are; the first is the one it asks."""
    told_of: str = "all"
    """`all` rows that the validator finds and no others; `some` of them alone; `more` than them."""
    from_: int = FIRST_RULESET
    """The first return it stands for; the first ruleset's stand for all before."""
    until: int | None = None
    """The last one, or None where it stands on."""
    dropped_after: int | None = None
    """The last return for which the validator has it, where it is told on after that."""

    def stands_in(self, year: int) -> bool:
        """Whether it stands for the return of a year."""
        judged_as = max(year, FIRST_RULESET)
        return self.from_ <= judged_as and (self.until is None or judged_as <= self.until)


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by code, in the order in which they are told of."""
    from tomllib import loads

    stored = loads(files("ledger.exporters").joinpath("ssda903_rules.toml").read_text(encoding="utf-8"))
    return {rule.code: rule for rule in _read(stored)}


def told_in(year: int) -> Mapping[str, Rule]:
    """Return the rules that are told of for the return of a year."""
    return {code: rule for code, rule in rules().items() if rule.judged == TOLD and rule.stands_in(year)}


def _read(stored: Mapping[str, Any]) -> Iterator[Rule]:
    for each in stored["rule"]:
        tables = tuple(each["tables"].split())
        years = {**_years(each), "dropped_after": each.get("dropped_after")}
        yield Rule(each["code"], TOLD, each["says"], tables, each.get("told_of", "all"), **years)
    for each in stored["never"]:
        yield Rule(each["code"], NEVER, each["why"], **_years(each))
    for each in stored["unjudged"]:
        for code in each["codes"]:
            yield Rule(code, UNJUDGED, each["needs"], **_years(each))


def _years(each: Mapping[str, Any]) -> dict[str, Any]:
    return {"from_": each.get("from", FIRST_RULESET), "until": each.get("until")}
