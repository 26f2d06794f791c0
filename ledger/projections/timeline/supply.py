"""What the sources can tell of this child: the periods of a kind of fact that some source covers, and those none does.

A source that speaks only of children looked after covers a child who was. Nobody is said to be unallocated, and no
lane to have none, where no source would have told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ledger.domain.coverage import Coverage
    from ledger.domain.events.record import SourceCoverageDeclared
    from ledger.domain.looked_after import CarePeriod

    Period = tuple[date, date]

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Supply:
    """The declarations that speak of this child, asked about one half-open period, `whole`."""

    declarations: tuple[SourceCoverageDeclared, ...]
    whole: Period

    @classmethod
    def of(cls, coverage: Coverage, care: Iterable[CarePeriod], whole: Period) -> Supply:
        """Return what the sources tell of a child who was looked after in these periods."""
        periods = tuple(care)
        return cls(tuple(d for d in coverage.declarations if _speaks_of(d, periods)), whole)

    def told(self, area: str) -> bool:
        """Whether any source covers a kind of fact at any time of the whole."""
        return self.silent(area) != [self.whole]

    def silent(self, area: str, *, complete: bool = False) -> list[Period]:
        """Return the parts of the whole in which no source (claiming to be `complete`) covers a kind of fact."""
        covering = [
            (d.covers_from, d.covers_until)
            for d in self.declarations
            if area in d.areas and (d.complete or not complete)
        ]
        return without([self.whole], covering)


def without(periods: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """Return the parts of half-open periods that none of `taken` covers, in order and joined where they touch."""
    left: list[Period] = []
    for starts, ends in sorted(periods):
        if left and starts <= left[-1][1]:
            left[-1] = (left[-1][0], max(ends, left[-1][1]))
        elif starts < ends:
            left.append((starts, ends))
    for a, b in taken:
        if a < b:
            parts = [part for starts, ends in left for part in ((starts, min(ends, a)), (max(starts, b), ends))]
            left = [part for part in parts if part[0] < part[1]]
    return left


def _speaks_of(declared: SourceCoverageDeclared, care: tuple[CarePeriod, ...]) -> bool:
    if declared.scope == "all children":
        return True
    first, last = declared.covers_from, declared.covers_until - DAY
    if declared.scope == "looked after on 31 March":
        return any(p.started_on <= last and (p.ended_on is None or p.ended_on > last) for p in care)
    if declared.scope == "children looked after in the year":
        return any(p.started_on <= last and (p.ended_on is None or p.ended_on > first) for p in care)
    return False
