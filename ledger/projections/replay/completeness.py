"""How complete a replayed case is: what is shown, what is not and why, and what nobody supplied.

Every entry known at the view within the window is counted once: known = shown + withheld + misfiled + erased. The
other counts overlap. What no source covers is `not supplied`: never zero, never a gap.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from ledger.domain.calendar import Period
from ledger.domain.events import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.domain.coverage import Coverage
    from ledger.projections.replay.lines import Line

Supplied = Literal["complete", "partial", "not supplied"]
NOT: Literal["not supplied"] = "not supplied"
ASKED_FIRST = (
    "visit",
    "supervision",
    "management decision",
    "assessment",
    "outcome",
    "allocation",
    "voice",
    "referral",
)
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
    """The counts of a replayed case. `outside` are entries known at the view and outside the window,
    `orphans` are corrections, withdrawals and disputes of entries that are not themselves known at the view."""

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
    orphans: int
    supply: tuple[Supply, ...]


def completeness(
    lines: Sequence[Line],
    *,
    coverage: Coverage,
    window: tuple[date, date],
    outside: int,
    orphans: int,
    late_by: int,
) -> Completeness:
    """Count the lines of a case; coverage is asked for the half-open period `window`."""
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
        orphans=orphans,
        supply=tuple(supplies(lines, coverage, window, hidden)),
    )


def supplies(lines: Iterable[Line], coverage: Coverage, window: tuple[date, date], hidden: int) -> Iterable[Supply]:
    """Say for each kind of fact of practice how many entries stand and who was to supply them."""
    recorded = Counter(line.area for line in lines if line.condition != "withdrawn")
    for area in areas():
        count = recorded[area]
        supplied = coverage.supplied(area, *window)
        said = _recorded(count, hidden) + _source(area, supplied, coverage) if count or supplied != NOT else ""
        systems = coverage.systems(area) if supplied != NOT else ()
        yield Supply(area, count, supplied, systems, said or absence(area, supplied, coverage, hidden))


def absence(area: str, supplied: Supplied, coverage: Coverage, hidden: int) -> str:
    """Say what it means that nothing of this kind is recorded."""
    if supplied == NOT:
        return f"not supplied: no {area} source loaded"
    return _recorded(0, hidden) + _source(area, supplied, coverage)


def areas() -> tuple[str, ...]:
    """Return the kinds of fact a journey can hold: first those auditors ask for, then in the catalogue's order."""
    found = (kind.area for kind in catalogue().values() if "journey" in kind.streams)
    return tuple(dict.fromkeys((*ASKED_FIRST, *(area for area in found if area not in APART))))


def _recorded(count: int, hidden: int) -> str:
    if count:
        return f"{count} recorded"
    return "none shown, and entries are withheld" if hidden else "none recorded"


def _source(area: str, supplied: Supplied, coverage: Coverage) -> str:
    if supplied == NOT:
        return f"; no {area} source loaded"
    spells = ", ".join(_spell(period) for period in _merged(coverage.periods(area)))
    part = f" in part ({spells})" if supplied == "partial" else ""
    return f"; supplied{part} by {', '.join(coverage.systems(area))}"


def _merged(periods: Iterable[Period]) -> Iterable[Period]:
    """Join periods that touch; they come in the order they begin."""
    last: Period | None = None
    for period in periods:
        if last is None or last.until is None or period.from_ > last.until:
            if last is not None:
                yield last
            last = period
        else:
            last = Period(last.from_, None if period.until is None else max(last.until, period.until))
    if last is not None:
        yield last


def _spell(period: Period) -> str:
    return f"{period.from_} to {period.until - timedelta(days=1)}" if period.until else f"from {period.from_}"


def _by_word(line: Line) -> bool:
    return line.stamp.recorded_later or any(remark.stamp.recorded_later for remark in line.remarks)
