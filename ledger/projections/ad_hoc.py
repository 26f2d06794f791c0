"""SQL of the reader's own over the stable views: one SELECT, read only, standing at a view, with bound parameters.

    >>> run_sql(store, "SELECT count(*) AS visits FROM visits WHERE visited_on >= $from_", NOW, from_=date(2024, 4, 1))
    ...                                                                                        # doctest: +SKIP

DuckDB's own reading of the statement decides that it is a SELECT; it then runs in a read-only transaction, without
files, network or settings. A column named `child` that holds journeys is filled with the authority's ids, where their
key is here. The result carries the SHA-256 of the SQL, the clock, the position and the root.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import NOW, View
from ledger.domain.wording import nearest
from ledger.errors import Malformed, Problem
from ledger.projections import event_views
from ledger.projections.demanded import stood_on
from ledger.projections.engine import identified, of_ledger, view_position
from ledger.projections.facts import Facts, load_facts
from ledger.projections.local import apply_settings
from ledger.projections.provenance import shown_and_left_out, stood, views_digest
from ledger.projections.request import FIRST_DAY, LAST_DAY, until
from ledger.projections.sql_fault import fault, one_statement
from ledger.projections.table import Column, Table, finite
from ledger.projections.views import needed, text, words
from ledger.projections.wanted import bindable, wanted_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.store import Store


def run_sql(
    store: Store,
    sql: str,
    view: View = NOW,
    *,
    from_: date | None = None,
    to: date | None = None,
    file: str | None = None,
    **values: Any,
) -> Table:
    """Run one SELECT over the views and return its rows. Raises `Malformed`, `Refused`.

    It may mention `$from_`, `$to_` (half-open), `$until_`, `$on` (the reader's day), `$known_at` (the reader's instant
    in UTC), `$position`, and `values` by name. `file` names the place of the SQL in errors.
    """
    if from_ is not None and to is not None and to <= from_:
        raise Malformed([Problem("window", f"the window must end after it begins: from {from_} to {to}.")])
    statement = one_statement(sql, file)
    _check_mentioned(values, statement.named_parameters, file)
    position = view_position(store, view)
    beside = (sql, text("provenance"))
    with load_facts(store, position, beside, wanted_columns(sql)) as facts:
        apply_settings(facts, store)
        on = facts.stand(view)
        facts.need(*beside, text("people"), loosely=True)
        event_views.lay(facts, event_views.mentioned(sql))
        facts.lock()
        bound = {
            "from_": from_ or FIRST_DAY,
            "to_": to or LAST_DAY,
            "until_": until(to, on),
            "on": on,
            "known_at": facts.reader["instant"],
            "position": position,
            **values,
        }
        table = _table(*_rows(facts, sql, bindable(statement.named_parameters, bound, file), file))
        asked = {"from": from_, "to": to, **values}
        told: dict[str, Any] = {"sql_sha256": sha256(sql.encode()).hexdigest(), "views_sha256": views_digest()}
        told |= stood(facts, view, on)
        asked = {name: value for name, value in asked.items() if value is not None}
        told |= {"asked": asked} if asked else {}
        told |= {**shown_and_left_out(facts), "restricted_rows": "included; the column restricted marks them"}
        told |= stood_on(needed(sql, loosely=True), facts.rules)
    told |= of_ledger(store, position)
    if "entries" in words(sql) and view.instant is not None:
        table.notes.append(
            "entries holds every entry up to the position, whatever the clock; admitted those known at it."
        )
    return identified(Table(table.columns, table.rows, table.notes, told), ("child",), store)


def _check_mentioned(values: Iterable[str], mentioned: set[str], file: str | None) -> None:
    """Raise `Malformed` for a value that was given and that no part of the SQL asks for: its name is another."""
    for name in sorted(set(values) - mentioned):
        sentence = f"the SQL mentions no ${name}{nearest(name, mentioned, before='$')}."
        raise Malformed([Problem("bad-parameter", sentence, file=file, refused=True)], "journey sql --param NAME=VALUE")


def _rows(
    facts: Facts, sql: str, bound: dict[str, Any], file: str | None
) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    """Run the statement in a transaction that cannot write; return its columns, each with its SQL type, and rows."""
    import duckdb

    try:
        facts.query("BEGIN TRANSACTION READ ONLY")
        cursor = facts.query(sql, **bound)
        return tuple(Column(name, type=str(kind)) for name, kind, *_ in cursor.description), cursor.fetchall()
    except duckdb.Error as error:
        raise fault(error, sql, file) from None
    finally:
        facts.query("ROLLBACK")


def _table(columns: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> Table:
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        told = f"two columns are named {twice[0]}; give one another name with AS."
        raise Malformed([Problem("bad-sql", told, refused=True)])
    return Table(columns, *finite(rows))
