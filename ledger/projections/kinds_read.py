"""Which events a measure can read: those that its SQL, and the views it stands on, name.

    >>> "visit-recorded.v1" in kinds_read(measure("continuity"))
    True

Right though wide: SQL that reads a view of all entries without naming events may read any, which is None; what it joins
to `event_areas` is of the events named there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ledger.projections.views import VIEWS, WIDE, made, relations, statements

if TYPE_CHECKING:
    from ledger.projections.card import Card

ABOUT_PERSONS = ("child-merged.v1", "child-split.v1")
ABOVE = tuple(file for file in VIEWS if file not in ("effective", "people", "at_any_clock"))
"""All files of views but those that say what is in force: these name events without counting them."""
NAMED = re.compile(r"'([a-z0-9-]+\.v\d+)'")


def kinds_read(card: Card) -> tuple[str, ...] | None:
    """Return the stored names of the events that may stand behind a measure, or None for any."""
    own = "\n".join(card.all_own_sql)
    if card.fold or relations(own) & WIDE or "journeys" in relations(own):
        return None
    named, seen, todo = set(NAMED.findall(statements(own))), set[str](), set(relations(own))
    while todo:
        relation = todo.pop()
        seen.add(relation)
        sql = statements(made(ABOVE).get(relation, ""))
        found = NAMED.findall(sql)
        if relations(sql) & (WIDE | {"journeys"}) and not found and "event_areas" not in relations(sql):
            return None
        named |= set(found)
        todo |= relations(sql) - seen
    return tuple(sorted(named.union(ABOUT_PERSONS)))
