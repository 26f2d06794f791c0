"""Compare a database's tables, indexes, triggers, functions and views with those that this product makes.

A trigger or a view can swallow what is written, and a dropped one lets through what it refused. What is expected is no
list kept by hand: the schema file itself is run, in an empty SQLite database in memory, or in PostgreSQL in a schema
of its own inside a transaction that is rolled back.
"""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ledger.store.rows import Finding
from ledger.store.sqlite_logs import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

_OBJECTS = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_POSTGRES = """
WITH here AS (SELECT oid FROM pg_namespace WHERE nspname = %(schema)s)
SELECT 'trigger ' || t.tgname || ' on ' || c.relname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = (TABLE here) AND NOT t.tgisinternal
UNION ALL SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc
    WHERE pronamespace = (TABLE here) AND prokind IN ('f', 'p')
UNION ALL SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'i' THEN 'index ' WHEN 'v' THEN 'view ' ELSE 'relation ' END
        || relname,
        coalesce(pg_get_viewdef(CASE WHEN relkind IN ('v', 'm') THEN oid END),
            pg_get_indexdef(CASE WHEN relkind = 'i' THEN oid END), '')
        || relkind::text || relpersistence::text || relrowsecurity::text || relforcerowsecurity::text
    FROM pg_class WHERE relnamespace = (TABLE here)
UNION ALL SELECT 'column ' || c.relname || '.' || a.attname,
        concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
            pg_get_expr(d.adbin, d.adrelid), (SELECT collname FROM pg_collation k WHERE k.oid = a.attcollation))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = (TABLE here) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'rule ' || r.rulename || ' on ' || c.relname, pg_get_ruledef(r.oid)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE c.relnamespace = (TABLE here) AND r.rulename <> '_RETURN'
UNION ALL SELECT 'policy ' || p.polname || ' on ' || c.relname, p.polcmd::text
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = (TABLE here)
UNION ALL SELECT 'constraint ' || k.conname || ' on ' || c.relname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = (TABLE here) AND k.contype <> 'n'
"""


def sqlite_schema(connection: sqlite3.Connection, script: str, log: str) -> list[Finding]:
    """Compare one log's part of a SQLite file with the script that makes it; other logs' parts are left out."""
    fresh = sqlite3.connect(":memory:")
    try:
        fresh.executescript(script)
        wanted = dict(fresh.execute(_OBJECTS).fetchall())
    finally:
        fresh.close()
    others = tuple(prefix for name, prefix in PREFIXES.items() if prefix and name != log)
    found = {name: sql for name, sql in connection.execute(_OBJECTS) if not _of_another(name, sql, others)}
    if PREFIXES[log]:
        found = {name: sql for name, sql in found.items() if PREFIXES[log] in f"{name} {sql}"}
    return _compared(wanted, found)


def _of_another(name: str, sql: str | None, prefixes: tuple[str, ...]) -> bool:
    """Whether an object is another log's own: by its name, and by the table it is on."""
    bare = name.partition(" ")[2]
    return bare.startswith(prefixes) and (
        not name.startswith("trigger ") or any(f" ON {p}" in (sql or "") for p in prefixes)
    )


def postgres_schema(connection: psycopg.Connection[Any], schema: str, script: bytes) -> list[Finding]:
    """Compare a schema with the script that makes it; findings only about what could not be compared where it may not.

    An account that may not make a schema cannot compare: it says so by an error of the engine's.
    """
    import psycopg
    from psycopg.sql import SQL, Identifier

    name = f"journey_check_{uuid4().hex}"
    found = _objects(connection, schema)
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL default_transaction_read_only = off")
            connection.execute("SET TRANSACTION READ WRITE")
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(name)))
            connection.execute(SQL("SET LOCAL search_path = {}").format(Identifier(name)))
            connection.execute(script)
            wanted = _objects(connection, name)
    except psycopg.errors.InsufficientPrivilege:
        raise SchemaUnread from None
    return _compared(wanted, found)


class SchemaUnread(Exception):
    """This account may not make a schema to compare with. Never leaves the store."""


def _objects(connection: psycopg.Connection[Any], schema: str) -> dict[str, str]:
    """Return {object: its definition}, with the schema's own name and what a search path adds taken out."""
    from psycopg.rows import tuple_row

    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_POSTGRES, {"schema": schema}).fetchall()
    own = re.escape(schema)
    path, qualified = re.compile(rf"(SET search_path TO )['\"]*{own}['\"]*"), re.compile(rf'\b{own}\.|"{own}"\.')
    return {name: qualified.sub("", path.sub(r"\1here", text)) for name, text in rows}


def _compared(wanted: Mapping[str, str | None], found: Mapping[str, str | None]) -> list[Finding]:
    told = [(name, "is gone") for name in wanted.keys() - found.keys()]
    told += [(name, "was added") for name in found.keys() - wanted.keys()]
    told += [
        (name, "was altered") for name in wanted.keys() & found.keys() if _plain(wanted[name]) != _plain(found[name])
    ]
    return [Finding("schema-changed", f"the {name} {what}.") for name, what in sorted(told)]


def _plain(sql: str | None) -> str:
    return " ".join((sql or "").split())
