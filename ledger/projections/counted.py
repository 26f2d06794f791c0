"""Which entries made a row of a measure: those without which it is not the same.

An entry is `counted` where the row is another, or gone, once that entry alone is withdrawn. Where several entries tell
the same, none of them is: then as many as are needed are `one of several`, the earliest first, and those that would do
in their place, so that all entries told make the row by themselves, every other entry of the journeys withdrawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger.projections.kinds_read import kinds_read
from ledger.projections.parts import place_of_child
from ledger.projections.views import text, words
from ledger.projections.worlds import Asked, Parts, Root, Unit, Worlds, units

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.projections.facts import Facts

COUNTED, ONE_OF_SEVERAL = "counted", "one of several"
GONE = "the row"


@dataclass
class Counted:
    """The entries that made the parts of one unit: each with its role and the columns that would be other."""

    unit: Unit
    parts: Parts
    roots: dict[Root, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Behind:
    """What is behind rows: parts of children, how many children more there are, and the entries that made the parts.

    `chains` are (position, event id, id of the root) of all entries that may count, and of their corrections.
    """

    names: list[str]
    parts: list[tuple[Any, ...]]
    more: int
    counted: list[Counted]
    chains: list[tuple[Any, ...]]


def behind(
    facts: Facts, asked: Asked, most: int | None, in_order: Callable[[set[str]], list[str]] = sorted
) -> Behind | None:
    """Tell what is behind the parts that are asked for, of the first `most` children; the measure was just run.

    The facts are given up. None where a child's part rests on other children, so that no entries tell it.
    """
    names, rows = facts.rows(asked.parts, asked.wanted.bound(facts.reader["day"]))
    mine, place = asked.wants(names, rows), place_of_child(names)
    children = in_order({row[place] for row in mine})
    chosen = children if most is None else children[:most]
    families = "families" in words("\n".join(asked.card.all_own_sql))
    grouped = units(facts, chosen, kinds_read(asked.card), families=families)
    different = list({id(unit): unit for unit in grouped.values()}.values())
    roots = [root.root_id for unit in different for root in unit.roots]
    chains = facts.rows(text("told_of"), {"root_ids": roots})[1]
    found = counted(Worlds(facts, asked, different), different, names)
    for one in found:
        if one.parts != Counter(row for row in mine if f"journey:{row[place]}" in one.unit.streams):
            return None
    shown = [row for child in chosen for row in mine if row[place] == child]
    return Behind(names, shown, len(children) - len(chosen), found, chains)


def counted(worlds: Worlds, units: Sequence[Unit], names: Sequence[str]) -> list[Counted]:
    """Find the entries behind the parts of each unit; `names` are the columns of a part."""
    asked = [(unit, root) for unit in units for root in unit.roots]
    bases = list(worlds.ask([(unit, ()) for unit in units]))
    found = {id(unit): Counted(unit, base) for unit, base in zip(units, bases, strict=True)}
    for (unit, root), parts in zip(asked, worlds.ask((unit, [root]) for unit, root in asked), strict=True):
        mine = found[id(unit)]
        if parts != mine.parts:
            mine.roots[root] = COUNTED, changed(mine.parts, parts, names)
    told = list(found.values())
    _stand_ins(worlds, told)
    return told


def _stand_ins(worlds: Worlds, found: Sequence[Counted]) -> None:
    """Add what is needed, beside the entries counted, to make the parts by themselves."""
    rests = [[root for root in one.unit.roots if root not in one.roots] for one in found]
    spare: list[list[Root]] = [[] for _ in found]
    todo = list(range(len(found)))
    while todo:
        alone = worlds.ask([(found[place].unit, rests[place] + spare[place]) for place in todo])
        todo = [place for place, parts in zip(todo, alone, strict=True) if parts != found[place].parts]
        tried = [(place, n) for place in todo for n in range(1, len(rests[place]) + 1)]
        made = worlds.ask((found[place].unit, rests[place][n:] + spare[place]) for place, n in tried)
        enough: dict[int, int] = {}
        for (place, n), parts in zip(tried, made, strict=True):
            if parts == found[place].parts:
                enough.setdefault(place, n)
        for place, n in enough.items():
            rest = rests[place]
            found[place].roots[rest[n - 1]] = ONE_OF_SEVERAL, ""
            rests[place], spare[place] = rest[: n - 1], rest[n:] + spare[place]
    _others_like_them(worlds, found, [rest + more for rest, more in zip(rests, spare, strict=True)])


def _others_like_them(worlds: Worlds, found: Sequence[Counted], spare: list[list[Root]]) -> None:
    """Add the entries that would do in the place of one of several, where all of them together do too."""
    swaps = [
        (place, root, other)
        for place, one in enumerate(found)
        for root, (role, _) in one.roots.items()
        if role == ONE_OF_SEVERAL
        for other in spare[place]
    ]
    made = worlds.ask(
        (found[place].unit, [root, *(each for each in spare[place] if each != other)]) for place, root, other in swaps
    )
    likes: dict[int, set[Root]] = {}
    for (place, _, other), parts in zip(swaps, made, strict=True):
        if parts == found[place].parts:
            likes.setdefault(place, set()).add(other)
    together = worlds.ask(
        (found[place].unit, [root for root in spare[place] if root not in like]) for place, like in likes.items()
    )
    for (place, like), parts in zip(likes.items(), together, strict=True):
        if parts == found[place].parts:
            found[place].roots.update(dict.fromkeys(like, (ONE_OF_SEVERAL, "")))


def changed(before: Parts, after: Parts, names: Sequence[str]) -> str:
    """Return the columns in which parts differ, comma between; `GONE` where there are fewer or more of them."""
    lost, new = sorted((before - after).elements(), key=repr), sorted((after - before).elements(), key=repr)
    if len(lost) != len(new):
        return GONE
    pairs = [zip(names, one, other, strict=True) for one, other in zip(lost, new, strict=True)]
    told = Counter(name for pair in pairs for name, one, other in pair if one != other)
    return ", ".join(name for name in names if name in told)
