"""Several logs in one SQLite file: the same tables and statements under other names, one set of names a log.

    statement("SELECT size FROM frontier", "access") == "SELECT size FROM access_frontier"

The names come from a closed table in this module and never from outside. On PostgreSQL a log has a schema of its own.
"""

from __future__ import annotations

import re
from functools import cache

PREFIXES = {"main": "", "access": "access_"}
"""The logs that a file can hold, and what stands before the names of their tables, indexes and triggers."""

_NAMES = re.compile(r"\b(entries|frontier|log)(?=\b|_(?:place|event_id|identity|erasure|are|is)_?)")


@cache
def statement(sql: str, log: str) -> str:
    """Return a statement, or a whole schema, for one of the logs of `PREFIXES`."""
    prefix = PREFIXES[log]
    return _NAMES.sub(lambda found: prefix + found[1], sql) if prefix else sql
