"""Which columns of the facts SQL that is not ours may need, and what makes it run: views of events, checks, errors.

Our own measures name every column they read. Others write stars.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ledger.domain.wording import nearest
from ledger.errors import Malformed, Problem
from ledger.projections import event_views
from ledger.projections.columns import ENVELOPE_COLUMNS, columns, columns_mentioned
from ledger.projections.sql_fault import fault, one_statement
from ledger.projections.views import WIDE, made, needed, statements, text, words

if TYPE_CHECKING:
    from ledger.projections.card import Card
    from ledger.projections.facts import Facts

STAR = re.compile(r"(?<!\()\*(?!\s*\d)|\bcolumns\s*\(|^\s*(from|table|describe|summarize)\b", re.IGNORECASE)


def wanted_columns(*sql: str) -> dict[str, str]:
    """Return the columns of the facts that SQL may need: all of them for a star over a wide view."""
    said = set().union(*map(words, sql))
    if said & WIDE and any(STAR.search(statements(one)) for one in sql):
        return columns()
    views = [view for one in sql for view in event_views.mentioned(one)]
    names = needed(*sql, text("provenance"), text("people"), loosely=True)
    known = columns_mentioned((*sql, text("provenance"), *map(made().__getitem__, names)))
    own = {name for view in views for name in event_views.own_columns(view)} | (said if said & WIDE else set())
    own |= set(ENVELOPE_COLUMNS) if views else set()
    return {name: kind for name, kind in columns().items() if name in known or name in own}


def bindable(mentioned: set[str], bound: dict[str, Any], file: str | None) -> dict[str, Any]:
    """Return the parameters that a statement mentions. Raises `Malformed` for one that nobody gave."""
    for name in sorted(mentioned - set(bound)):
        told = f"nobody gave ${name}{nearest(name, bound, before='$')}. There are ${', $'.join(bound)}."
        raise Malformed([Problem("bad-parameter", told, file=file, refused=True)], "journey sql --param NAME=VALUE")
    return {name: bound[name] for name in mentioned}


def checked(facts: Facts, card: Card, bound: dict[str, Any]) -> None:
    """Refuse a projection of the reader's own that is not made of single SELECTs. Raises `Refused`, `Malformed`.

    The views of events that it mentions are there afterwards.
    """
    event_views.lay(facts, tuple(view for sql in card.all_own_sql for view in event_views.mentioned(sql)))
    for sql in card.all_own_sql:
        bindable(one_statement(sql, card.code).named_parameters, bound, card.code)


def planned(facts: Facts, sql: str, bound: dict[str, Any], file: str) -> None:
    """Plan a statement where nothing can be written, which binds every name it uses. Raises `Refused`, `Malformed`."""
    import duckdb

    try:
        facts.query("BEGIN TRANSACTION READ ONLY")
        facts.query("EXPLAIN\n" + sql, **bindable(one_statement(sql, file).named_parameters, bound, file))
    except duckdb.Error as error:
        raise fault(error, sql, file) from None
    finally:
        facts.query("ROLLBACK")
