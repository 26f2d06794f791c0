"""Connections to PostgreSQL: a schema per log, timeouts, and commits that reach the disk."""

from __future__ import annotations

from typing import Any

import psycopg
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg.rows import tuple_row

CONNECT_SECONDS = 10.0

_SETTINGS = """
SELECT set_config('search_path', quote_ident(%s), false),
    set_config('default_transaction_read_only', %s, false),
    set_config('lock_timeout', '60s', false),
    set_config('idle_in_transaction_session_timeout', '60s', false),
    set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
        ELSE current_setting('synchronous_commit') END, false)
"""


def configured(schema: str, *, read_only: bool = False) -> Any:
    """Return what makes a new connection safe: its schema, its timeouts, and commits that reach the disk."""

    def configure(connection: psycopg.Connection[Any]) -> None:
        connection.autocommit = True
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.prepare_threshold = 1
        connection.execute(_SETTINGS, (schema, "on" if read_only else "off"))

    return configure


class Datastore(PostgresDatastore):
    """The library's datastore, told by a URL where to connect."""

    def __init__(self, url: str, schema: str, *, read_only: bool) -> None:
        super().__init__("", "", "", "", "", schema=schema, originator_id_type="text")
        self.pool = ConnectionPool(
            url,
            kwargs={"row_factory": tuple_row},
            min_size=1,
            max_size=20,
            open=False,
            configure=configured(schema, read_only=read_only),
            timeout=CONNECT_SECONDS,
        )

    def register_type_adapters(self) -> None:
        """Do nothing: no composite types are used."""
