"""Redaction rules: what is withheld from whoever receives a bundle, and under which exemption.

    [[redact]]
    exemption = "third party"          # a code of the list `exemption`; every rule states one
    note = "names a neighbour"         # told to whoever receives the bundle; may be left out
    standing = "third party"           # and one or more of these: an entry is redacted that meets all of them
    entries = ["018f0d3e-..."]         # ids of entries
    positions = [12, 15]               # places in the ledger, as `journey trail` shows them
    events = ["referral-received.v1"]  # stored names
    areas = ["contact"]                # areas of the catalogue
    workers = ["W-17"]                 # who recorded it

A correction is judged by what it puts in the original's place; `shown` withholds with an entry whatever repeats it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.domain.codes import code_list
from ledger.domain.events import catalogue
from ledger.domain.events.record import EntryCorrected
from ledger.errors import Malformed, Problem
from ledger.projections.words import coded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.domain.envelope import Entry

EXEMPTION = "exemption"
STANDINGS = ("fact", "opinion", "third party")
SELECTORS = {"standing": str, "entries": str, "positions": int, "events": str, "areas": str, "workers": str}
_LINE = re.compile(r"\(at line (\d+)")
_END = re.compile(r"\(at end of document\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: an entry that meets every selector is withheld. `line` is where it begins in its file."""

    exemption: str
    selectors: dict[str, tuple[str | int, ...]]
    note: str = ""
    line: int = 0

    def meets(self, entry: Entry) -> bool:
        """Whether this rule redacts an entry."""
        event = entry.event.replacement if isinstance(entry.event, EntryCorrected) else entry.event
        if event is None:
            return False
        stated: dict[str, set[str | int | None]] = {
            "standing": {event.standing},
            "entries": {entry.event_id},
            "positions": {entry.position},
            "events": {entry.name, event.name},
            "areas": {event.area},
            "workers": {entry.by.worker},
        }
        return all(stated[name].intersection(wanted) for name, wanted in self.selectors.items())

    def __str__(self) -> str:
        note = f": {self.note}" if self.note else ""
        return f"redacted, exemption {coded(EXEMPTION, self.exemption)}{note}"


def read_rules(file: Path) -> list[Rule]:
    """Read a file of rules. Raises `Malformed` with every problem and its line."""
    try:
        text = file.read_text(encoding="utf-8")
        stated = tomllib.loads(text)
    except UnicodeDecodeError:
        raise Malformed([Problem("bad-rules", "rules are UTF-8 text.", file=file.name, refused=True)]) from None
    except OSError:
        raise Malformed([Problem("no-rules", "this file cannot be read.", file=file.name, refused=True)]) from None
    except tomllib.TOMLDecodeError as error:
        place = _LINE.search(str(error))
        line = int(place[1]) if place else len(text.splitlines())
        why = _END.sub("", _LINE.split(str(error))[0]).strip()
        problem = Problem("bad-rules", f"this is not TOML: {why}.", file=file.name, line=line, refused=True)
        raise Malformed([problem]) from None
    lines = [at for at, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*redact\s*\]\]", line)]
    rules = stated.get("redact", [])
    found = [] if set(stated) == {"redact"} and isinstance(rules, list) and len(rules) == len(lines) else [(1, _WHOLE)]
    if not found:
        found = [(line, why) for line, rule in zip(lines, rules, strict=True) for why in _problems(rule)]
    if found:
        problems = [Problem("bad-rule", why, file=file.name, line=line, refused=True) for line, why in found]
        raise Malformed(problems, "docs/BUNDLE.md shows the rules there are")
    return [_rule(rule, line) for line, rule in zip(lines, rules, strict=True)]


_WHOLE = "a file of rules holds one or more [[redact]], each in a line of its own, and nothing else."


def _problems(rule: dict[str, Any]) -> Iterator[str]:
    if str(rule.get("exemption")) not in code_list(EXEMPTION):
        yield f"a rule states its exemption, one of {', '.join(code_list(EXEMPTION).codes)}."
    if not isinstance(rule.get("note", ""), str):
        yield "a note is text."
    if not SELECTORS.keys() & rule.keys():
        yield f"a rule says what it withholds, by one or more of {', '.join(SELECTORS)}."
    for name, value in rule.items():
        kind = SELECTORS.get(name)
        if kind is None:
            if name not in ("exemption", "note"):
                yield f"there is no {name!r} in a rule."
        elif not all(type(each) is kind for each in _many(value)) or not _many(value):
            yield f"{name} is {'a whole number' if kind is int else 'text'}, or a list of such."
        else:
            known = _known(name)
            unknown = [each for each in _many(value) if known and each not in known]
            yield from (f"{each!r} in {name} is not known here." for each in unknown)


def _known(selector: str) -> frozenset[str]:
    """Return all values that a selector can have; empty where any can."""
    kinds = catalogue()
    lists = {"events": kinds.keys(), "areas": {kind.area for kind in kinds.values()}, "standing": STANDINGS}
    return frozenset(lists.get(selector, ()))


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _rule(rule: dict[str, Any], line: int) -> Rule:
    selectors = {name: tuple(_many(value)) for name, value in rule.items() if name in SELECTORS}
    return Rule(rule["exemption"], selectors, rule.get("note", ""), line)
