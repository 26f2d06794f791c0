"""How complete a replayed case is: what is shown, what is not and why, and what nobody supplied.

Every entry known at the view within the window is counted once: known = shown + withheld + misfiled + erased. The
other counts overlap. What no source covers is `not supplied`: never zero, never a gap.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ledger.domain.events import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ledger.domain.coverage import Coverage

    from ledger.projections.replay.lines import Line

Supplied = Literal["complete", "partial", "not supplied"]
APART = frozenset({"identity", "record"})
"""Kinds of entry that make up the record itself: no source is asked to supply them."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What there is of one kind of fact, and whether anybody was to supply it. `said` is a sentence without a stop."""

    area: str
    recorded: int
    supplied: Supplied
    systems: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """The counts of a replayed case. `outside` are entries known at the view and outside the window."""

    known: int
    shown: int
    withheld: int
    misfiled: int
    erased: int
    private_erased: int
    private_locked: int
    withdrawn: int
    corrected: int
    disputed: int
    expected: int
    late: int
    late_by: int
    from_returns: int
    unknown_codes: int
    by_word: int
    outside: int
    supply: tuple[Supply, ...]


def completeness(
    lines: Sequence[Line], *, coverage: Coverage, from_: date, until: date, outside: int, late_by: int
) -> Completeness:
    """Count the lines of a case; coverage is asked for the half-open period [from_, until)."""
    conditions = Counter(line.condition for line in lines)
    hidden = conditions["withheld"] + conditions["misfiled"]
    return Completeness(
        known=len(lines),
        shown=len(lines) - hidden - conditions["erased"],
        withheld=conditions["withheld"],
        misfiled=conditions["misfiled"],
        erased=conditions["erased"],
        private_erased=sum(line.private == "erased" for line in lines if line.condition != "erased"),
        private_locked=sum(line.private == "locked" for line in lines),
        withdrawn=conditions["withdrawn"],
        corrected=conditions["corrected"],
        disputed=sum(any(remark.kind == "disputed" for remark in line.remarks) for line in lines),
        expected=sum(line.expected for line in lines),
        late=sum(line.late for line in lines),
        late_by=late_by,
        from_returns=sum(line.stamp.basis == "return" for line in lines),
        unknown_codes=sum(bool(line.unknown_codes) for line in lines),
        by_word=sum(_by_word(line) for line in lines),
        outside=outside,
        supply=tuple(supplies(lines, coverage, from_, until, hidden)),
    )


def supplies(lines: Iterable[Line], coverage: Coverage, from_: date, until: date, hidden: int) -> Iterable[Supply]:
    """Say for each kind of fact of practice how many entries stand and who was to supply them."""
    recorded = Counter(line.area for line in lines if line.condition != "withdrawn")
    for area in areas():
        supplied = coverage.supplied(area, from_, until)
        systems = tuple(coverage.systems(area))
        yield Supply(area, recorded[area], supplied, systems, _said(area, recorded[area], supplied, systems, hidden))


def areas() -> tuple[str, ...]:
    """Return the kinds of fact a journey can hold, in the order of the catalogue."""
    found = (kind.area for kind in catalogue().values() if "journey" in kind.streams)
    return tuple(dict.fromkeys(area for area in found if area not in APART))


def _said(area: str, recorded: int, supplied: Supplied, systems: Sequence[str], hidden: int) -> str:
    if supplied == "not supplied":
        return f"{recorded} recorded; no {area} source loaded" if recorded else f"no {area} source loaded"
    count = f"{recorded} recorded" if recorded else "none shown, entries are withheld" if hidden else "none recorded"
    part = " for a part of the time" if supplied == "partial" else ""
    return f"{count}; supplied{part} by {', '.join(systems)}"


def _by_word(line: Line) -> bool:
    return line.stamp.recorded_later or any(remark.stamp.recorded_later for remark in line.remarks)
