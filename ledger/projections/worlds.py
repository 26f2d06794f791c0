"""What a measure would give had single entries never been in force: many such worlds, asked at once.

A child's journey, with every journey joined to it (the same child's; in measures of families, the family's), is copied
many times into one set of facts, each copy with withdrawals of its own, and the measure's own SQL runs over all of them
together: rows of one child rest on that child's journeys and on what is about no child, so copies do not meet. That
they do not is compared with the rows of the ledger itself, where nothing is withdrawn.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ledger.projections.engine import make_tables, members_file
from ledger.projections.facts import Facts
from ledger.projections.parts import place_of_child
from ledger.projections.views import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from ledger.domain.clock import View
    from ledger.projections.card import Card
    from ledger.projections.request import Request

Parts: TypeAlias = "Counter[tuple[Any, ...]]"
"""Rows, each with how often it stands."""

TOGETHER = 150_000
"""About how many entries of worlds are asked at once."""
COPIED = re.compile(r"(.*)~(\d+)", re.DOTALL)
EMPTY = "DROP TABLE IF EXISTS entries"


class Root(NamedTuple):
    """An entry in force that may count."""

    position: int
    root_id: str
    stream: str
    kind: str


@dataclass(frozen=True)
class Unit:
    """Journeys that stand or fall together: their streams, and their entries in force that may count."""

    streams: tuple[str, ...]
    roots: tuple[Root, ...]
    size: int


@dataclass(frozen=True)
class Asked:
    """What is run in each world: a measure, the statement that gives its parts, and which of these are wanted."""

    card: Card
    view: View
    wanted: Request
    parts: str
    wants: Callable[[Sequence[str], list[tuple[Any, ...]]], list[tuple[Any, ...]]]


def units(facts: Facts, journeys: Collection[str], kinds: tuple[str, ...] | None, *, families: bool) -> dict[str, Unit]:
    """Return {journey: the unit it is in} for these journeys."""
    streams = {f"journey:{journey}" for journey in journeys}
    leads: dict[str, str] = {}

    def lead(name: str) -> str:
        while (above := leads.get(name, name)) != name:
            name = above
        return name

    named = set(streams)
    for link in facts.rows(text("links"), {"with_families": families})[1]:
        named.update(link)
        one, other = sorted(map(lead, link))
        leads[other] = one
    together: dict[str, set[str]] = {}
    for name in named:
        if name.startswith("journey:"):
            together.setdefault(lead(name), set()).add(name)
    mine = {stream: tuple(sorted(together[lead(stream)])) for stream in streams}
    asked = sorted({stream for group in mine.values() for stream in group})
    roots: dict[str, list[Root]] = {}
    for row in facts.rows(text("roots"), {"streams": asked})[1]:
        roots.setdefault(row[2], []).append(Root(*row))
    made: dict[tuple[str, ...], Unit] = {}
    for group in mine.values():
        if group not in made:
            held = sorted(root for stream in group for root in roots.get(stream, ()))
            counting = tuple(root for root in held if kinds is None or root.kind in kinds)
            made[group] = Unit(group, counting, len(held))
    return {stream.removeprefix("journey:"): made[group] for stream, group in mine.items()}


class Worlds:
    """Worlds over the facts of a ledger, which stand at a view and are given up to this. `ask` as often as needed.

    They hold these units, and what is about no child.
    """

    def __init__(self, facts: Facts, asked: Asked, units: Iterable[Unit]) -> None:
        self.asked = asked
        self.facts = facts
        self.bound = asked.wanted.bound(facts.stand(asked.view))
        facts.create("told", text("told_in_worlds"), {"streams": [stream for unit in units for stream in unit.streams]})
        if facts.rows("SELECT * FROM duckdb_views() WHERE view_name = 'entries'", {})[1]:
            facts.connection.execute("DROP VIEW entries")
        found = facts.connection.execute("SELECT max(position) FROM told").fetchone()
        self.last = int(found[0] or 0) if found else 0

    def ask(self, wanted: Iterable[tuple[Unit, Collection[Root]]]) -> Iterator[Parts]:
        """Yield, for each unit and what is withdrawn from it, the wanted parts of the measure that are the unit's."""
        some: list[tuple[Unit, Collection[Root]]] = []
        for one in wanted:
            some.append(one)
            if sum(unit.size + 1 for unit, _ in some) >= TOGETHER:
                yield from self._together(some)
                some = []
        if some:
            yield from self._together(some)

    def _together(self, worlds: list[tuple[Unit, Collection[Root]]]) -> list[Parts]:
        size = len(worlds) + 1
        withdrawn = [
            {"world": n, "position": root.position, "root_id": root.root_id}
            for n, (_, roots) in enumerate(worlds, 1)
            for root in roots
        ]
        bound = {
            "worlds": size,
            "last_position": (self.last + 1) * size,
            "copies": [{"world": n, "stream": s} for n, (unit, _) in enumerate(worlds, 1) for s in unit.streams],
            "withdrawn": withdrawn,
        }
        connection = self.facts.connection
        connection.execute(EMPTY)
        connection.sql(text("worlds"), params=bound).create("entries")
        facts = Facts(connection, (self.last + 2) * size + len(withdrawn), self.facts.recorded_at)
        facts.rules = self.facts.rules
        facts.know_placeholders(self.facts.placeholders)
        facts.stand(self.asked.view.at(facts.position))
        card = self.asked.card
        facts.need(*card.all_own_sql, text(members_file(self.asked.wanted)), loosely=card.own)
        make_tables(facts, card, self.asked.wanted, self.bound)
        names, rows = facts.rows(self.asked.parts, self.bound)
        return self._apart(names, rows, size)

    def _apart(self, names: Sequence[str], rows: list[tuple[Any, ...]], size: int) -> list[Parts]:
        """Return the wanted rows of each world, with ids and positions as in the ledger."""
        where = place_of_child(names)
        places = {place for place, name in enumerate(names) if name == "position" or name.endswith("_position")}
        apart: dict[int, list[tuple[Any, ...]]] = {}
        for row in rows:
            told = COPIED.fullmatch(row[where] or "")
            if told is not None:
                plain = tuple(
                    cell // size if place in places and cell is not None else _plain(cell)
                    for place, cell in enumerate(row)
                )
                apart.setdefault(int(told[2]), []).append(plain)
        return [Counter(self.asked.wants(names, apart.get(world, []))) for world in range(1, size)]


def _plain(cell: Any) -> Any:
    if isinstance(cell, str) and (found := COPIED.fullmatch(cell)) is not None:
        return found[1]
    return tuple(map(_plain, cell)) if isinstance(cell, list) else cell
