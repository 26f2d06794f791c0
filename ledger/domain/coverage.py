"""What the ledger's sources can tell, and for when: what no source covers is `not supplied`, never zero, never a gap.

    >>> Coverage.of(ledger_entries, NOW).supplied("visit", date(2024, 4, 1), date(2025, 4, 1))      # doctest: +SKIP
    'not supplied'

A source declares areas of the event catalogue, a half-open period, whether it claims to hold all such facts of the
period, and which children it speaks of. A declaration of another scope than all children supplies a part only, unless
the reader says that the child falls in that scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ledger.domain.calendar import Period
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.standing import stand

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from ledger.domain.clock import View
    from ledger.domain.envelope import Entry

Supplied = Literal["complete", "partial", "not supplied"]

ALL_CHILDREN = "all children"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The declarations in force at a view, in position order."""

    declarations: tuple[SourceCoverageDeclared, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry], at: View) -> Coverage:
        """Read the declarations among the entries of the ledger's own stream, as they stood at a view."""
        found = (s.event for s in stand(entries, at) if s.counts)
        return cls(tuple(event for event in found if isinstance(event, SourceCoverageDeclared)))

    def supplied(
        self, area: str, from_: date, until: date | None, *, scopes: Collection[str] = (ALL_CHILDREN,)
    ) -> Supplied:
        """Say whether sources cover an area on every day, on some days, or on no day of [from_, until).

        `scopes` are the scopes the child falls in. `until` None asks about an open period, never covered as a whole.
        """
        asked = Period(from_, until)
        here = [d for d in self._about(area) if asked.overlap(Period(d.covers_from, d.covers_until)) is not None]
        whole = [Period(d.covers_from, d.covers_until) for d in here if d.complete and d.scope in scopes]
        if not here:
            return "not supplied"
        return "complete" if _covered(asked, whole) else "partial"

    def systems(self, area: str) -> tuple[str, ...]:
        """Return the sources that cover an area at any time, in the order they were declared."""
        return tuple(dict.fromkeys(d.system for d in self._about(area)))

    def periods(self, area: str) -> tuple[Period, ...]:
        """Return the declared periods of an area, in the order they begin."""
        return tuple(sorted((Period(d.covers_from, d.covers_until) for d in self._about(area)), key=lambda p: p.from_))

    def _about(self, area: str) -> list[SourceCoverageDeclared]:
        return [d for d in self.declarations if area in d.areas and d.covers_until > d.covers_from]


def _covered(asked: Period, periods: list[Period]) -> bool:
    """Whether the periods together hold every day asked for."""
    reached = asked.from_
    for period in sorted(periods, key=lambda p: p.from_):
        if period.from_ > reached:
            break
        reached = max(reached, period.until or reached)
    return asked.until is not None and reached >= asked.until
