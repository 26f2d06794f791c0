"""Facts: the coded, structural part of entries as typed columns. Derived, disposable, rebuilt from the ledger.

Built straight from the stored `open` parts: no key, no validation, no event object. Each row's bytes become one line
of JSON (the row's own columns spliced before the fields of `open`), and DuckDB reads the lines with explicit columns,
derived from the coded fields of the event classes. Nothing is inferred, so the same rows give the same table. Only
the events and columns that some view or measure mentions are read.

    >>> with load_facts(store, position=120) as facts:                                  # doctest: +SKIP
    ...     facts.stand(view("2018-12-31"))
    ...     facts.query("SELECT count(*) FROM visits").fetchone()

The line file is in a folder of mode 0700 and is gone before the first query. DuckDB is imported when facts are loaded,
never downloads an extension, and has no access to files afterwards. Moments are UTC timestamps without a zone.
Not here: corrections and clocks (`views/effective.sql`), keys, the authority's ids.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ledger.domain.clock import from_microseconds, london_day
from ledger.projections.columns import columns_mentioned, kinds_mentioned
from ledger.projections.views import VIEWS, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from types import TracebackType

    import duckdb

    from ledger.domain.clock import View
    from ledger.store import OpenPart, Store

RESTRICTIONS = ("entry-restricted.v1", "entry-unrestricted.v1")
FAR = datetime(9999, 12, 31)
ERASED = b'"row_erased":true}'


class Facts:
    """The facts of one ledger up to a position, in an in-memory DuckDB. A context manager."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, position: int, recorded_at: datetime) -> None:
        self.connection = connection
        self.position = position
        self.recorded_at = recorded_at
        self.reader: dict[str, Any] = {}

    @classmethod
    def load(cls, parts: Iterable[Sequence[OpenPart]], *, position: int, recorded_at: datetime) -> Self:
        """Read open parts, given some at a time, into the table `entries`.

        Views stand at `position`, of which the last entry was sealed at `recorded_at`. Parts of later positions may be
        among them, and only their restrictions are looked at: these follow the present head.
        """
        folder = Path(tempfile.mkdtemp(prefix="journey-facts-"))
        try:
            lines = folder / "entries.ndjson"
            _write_lines(lines, parts)
            connection = _connect()
            connection.execute(text("load"), {"lines": str(lines), "columns": columns_mentioned()})
            connection.execute("SET preserve_insertion_order = true")
            connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        finally:
            shutil.rmtree(folder)
        return cls(connection, position, recorded_at)

    def stand(self, view: View) -> date:
        """Stand at a view: build everything that depends on the clock, unless it is built. Return the reader's day.

        The reader's day is the London day of the view's instant; where it is "now", that of the last entry's sealing.
        """
        if view.position not in (None, self.position):
            raise ValueError("facts are of one position; another needs its own")
        instant = FAR if view.instant is None else _naive_utc(view.instant)
        on = london_day(view.instant or self.recorded_at)
        reader = {"clock": view.clock, "instant": instant, "position": self.position, "day": on}
        if reader != self.reader:
            self.connection.execute(text("reader"), {"reader": reader})
            for name in VIEWS:
                self.connection.execute(text(name))
            self.reader = reader
        return on

    def create(self, name: str, sql: str, parameters: dict[str, Any]) -> None:
        """Keep the rows of a statement, in their order, as a new table of this name."""
        self.connection.sql(sql, params=_mentioned(sql, parameters)).create(name)

    def rows(self, sql: str, parameters: dict[str, Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run one statement with those parameters that it mentions; return its column names and its rows."""
        cursor = self.query(sql, **_mentioned(sql, parameters))
        return [column[0] for column in cursor.description], cursor.fetchall()

    def query(self, sql: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
        """Run one statement with bound parameters and return its cursor."""
        return self.connection.execute(sql, parameters)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()


def load_facts(store: Store, position: int) -> Facts:
    """Load the facts of a ledger up to a position; of what follows it, the restrictions. Close them."""
    last = store.row_at(position)
    parts = chain(store.open_parts(kinds_mentioned(), upto=position), store.open_parts(RESTRICTIONS, after=position))
    return Facts.load(parts, position=position, recorded_at=from_microseconds(last.recorded_at if last else 0))


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET enable_progress_bar = false")
    return connection


def _write_lines(path: Path, parts: Iterable[Sequence[OpenPart]]) -> None:
    """Write one line of JSON a row: the row's own columns, then the fields of its open part, or that it was erased."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for some in parts:
            file.write(
                b"".join(
                    f'{{"row_position":{position},"row_stream":"{stream}","row_version":{version},"row_name":"{name}",'
                    f'"row_event_id":"{event_id}","row_recorded_at":{recorded_at},'.encode()
                    + (open_part[1:] or ERASED)
                    + b"\n"
                    for position, stream, version, name, event_id, recorded_at, open_part in some
                )
            )


def _mentioned(sql: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return those parameters that a statement mentions: the others cannot be bound."""
    import duckdb

    (statement,) = duckdb.extract_statements(sql)
    return {name: parameters[name] for name in statement.named_parameters}


def _naive_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
