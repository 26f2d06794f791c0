"""What makes a connection to PostgreSQL safe, of the log and of the key store alike."""

from __future__ import annotations

from typing import Any

import psycopg

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
