"""`python -m cli.return_rules_docs` writes docs/RETURN_RULES.md anew; a test fails when it is stale."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.exporters.ssda903_catalogue import FIRST_RULESET, NEVER, TOLD, UNJUDGED, rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.exporters.ssda903_catalogue import Rule

PAGE = Path(__file__).parents[1] / "docs" / "RETURN_RULES.md"
HEAD = """\
# Rules of the annual return

Made from `ledger/exporters/ssda903_rules.toml` by `python -m cli.return_rules_docs`; change that, not this page.

Every rule of the sector's validator (csc-validator-be-903 0.1.17) that reads the header, the episodes or the worker
episodes. Rules that read none of these concern files that are not written here. A year is that of the return; a return
before 2023 is judged as that of 2023. SW15 and SW16 are in its source, but in the rules of no year.
"""
TOLD_HEAD = """\
## Told before export

`journey export ssda903` says which rules the rows break; `--findings FILE` gives every row with its journey and the
entries behind it. **Told of**: *all* is the rows that the validator finds and no others; *some* is those of them that
can be told without a map of postcodes; *more* is all of them, and maybe others.

| code | rows in | years | told of | what is wrong |
|---|---|---|---|---|
"""
NEVER_HEAD = """\
## Never broken by these files

| code | years | why |
|---|---|---|
"""
UNJUDGED_HEAD = """\
## Not judged

| needs | years | codes |
|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    told, never, unjudged = (
        [rule for rule in rules().values() if rule.judged == how] for how in (TOLD, NEVER, UNJUDGED)
    )
    parts = [
        HEAD,
        TOLD_HEAD + "".join(_told(rule) for rule in told),
        NEVER_HEAD + "".join(f"| {rule.code} | {_years(rule)} | {rule.says} |\n" for rule in never),
        UNJUDGED_HEAD + "".join(_unjudged(unjudged)),
    ]
    return "\n".join(parts)


def _told(rule: Rule) -> str:
    return f"| {rule.code} | {', '.join(rule.tables)} | {_years(rule)} | {rule.told_of} | {rule.says} |\n"


def _unjudged(rules: Iterable[Rule]) -> Iterable[str]:
    for (needs, years), some in groupby(rules, key=lambda rule: (rule.says, _years(rule))):
        yield f"| {needs} | {years} | {', '.join(rule.code for rule in some)} |\n"


def _years(rule: Rule) -> str:
    if rule.from_ == FIRST_RULESET:
        return "all" if rule.until is None else f"to {rule.until}"
    dropped = "" if rule.dropped_after is None else f"; the validator to {rule.dropped_after}"
    if rule.until is None:
        return f"from {rule.from_}{dropped}"
    return str(rule.from_) if rule.from_ == rule.until else f"{rule.from_} to {rule.until}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
