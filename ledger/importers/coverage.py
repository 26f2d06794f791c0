"""Which kinds of fact a source declares that it can tell of: one declaration per return and group of children.

A table that is in the folder, even with no rows, tells of its kind of fact for the whole year; a table that is not
there tells nothing. Worker episodes are complete only from 2023-24 on, and only for children looked after at the
year's end.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain.events.record import SourceCoverageDeclared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.domain.events.record import UnmentionedEpisode
    from ledger.domain.standing import Standing
    from ledger.importers.ssda903 import Return

IN_THE_YEAR, ON_THE_DAY, LEAVERS = "children looked after in the year", "looked after on 31 March", "care leavers"
SCOPES = {"sw_episodes": ON_THE_DAY, "oc3": LEAVERS}
WORKERS_FROM = date(2024, 3, 31)
"""The first year whose return holds worker episodes."""


def declarations(
    found: Return, system: str, unmentioned: tuple[UnmentionedEpisode, ...]
) -> list[SourceCoverageDeclared]:
    """Return what a return declares; the declaration about care names the episodes that it does not mention."""
    areas: dict[str, dict[str, None]] = {}
    for name, table in found.tables.items():
        scope = SCOPES.get(name, IN_THE_YEAR)
        areas.setdefault(scope, {})[table.shape.spec.event.area] = None
    return [
        SourceCoverageDeclared(
            system=system,
            areas=tuple(kinds),
            covers_from=date(found.year_ending.year - 1, 4, 1),
            covers_until=found.year_ending + timedelta(days=1),
            complete=scope != ON_THE_DAY or found.year_ending >= WORKERS_FROM,
            scope=scope,
            unmentioned=unmentioned if "care" in kinds else None,
        )
        for scope, kinds in areas.items()
    ]


def undeclared(
    wanted: Iterable[SourceCoverageDeclared], known: Iterable[Standing], *, by_area: bool = False
) -> list[SourceCoverageDeclared]:
    """Return the declarations that say something other than the latest known one about the same source and period.

    With `by_area`, a source declares each kind of fact apart.
    """

    def about(declared: SourceCoverageDeclared) -> tuple[object, ...]:
        where = declared.system, declared.scope, declared.covers_from, declared.covers_until
        return (*where, declared.areas) if by_area else where

    latest: dict[tuple[object, ...], SourceCoverageDeclared] = {}
    for standing in sorted(known, key=lambda each: (each.entry.known_at, each.entry.position)):
        if isinstance(standing.event, SourceCoverageDeclared):
            latest[about(standing.event)] = standing.event
    return [each for each in wanted if latest.get(about(each)) != each]
