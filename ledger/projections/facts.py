"""Facts: the coded, structural part of entries as typed columns. Derived, disposable, rebuilt from the ledger.

Built straight from the stored `open` parts: no key, no validation, no event object. Each row's bytes become one line
of JSON (the row's own columns spliced before the fields of `open`), and DuckDB reads the lines with explicit columns,
derived from the coded fields of the event classes. Nothing is inferred, so the same rows give the same table.

    >>> with Facts.load(store.scan(), position=store.head().size) as facts:             # doctest: +SKIP
    ...     facts.stand(view("2018-12-31"))
    ...     facts.query("SELECT count(*) FROM visits").fetchone()

The line file is in a folder of mode 0700 and is gone before the first query. DuckDB is imported when facts are loaded,
never downloads an extension, and has no access to files afterwards. Moments are UTC timestamps without a zone.
Not here: corrections and clocks (`views/effective.sql`), keys, the authority's ids.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, Self, Union, get_args, get_origin

from pydantic import AwareDatetime

from ledger.domain.clock import from_microseconds, london_day
from ledger.domain.events import catalogue
from ledger.domain.events.base import Event, private_fields
from ledger.projections.views import VIEWS, text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    import duckdb

    from ledger.domain.clock import View

ROW_COLUMNS = {
    "row_position": "BIGINT",
    "row_stream": "VARCHAR",
    "row_version": "BIGINT",
    "row_name": "VARCHAR",
    "row_event_id": "VARCHAR",
    "row_recorded_at": "BIGINT",
    "row_erased": "BOOLEAN",
}
"""Columns of a stored row, spliced before the fields of its open part; they lose their first word in `entries`."""

ENVELOPE_COLUMNS = {
    "written_at": "TIMESTAMPTZ",
    "recorded_by": "VARCHAR",
    "recorded_system": "VARCHAR",
    "source_system": "VARCHAR",
    "basis": "VARCHAR",
    "corrects": "VARCHAR",
    "replacement_name": "VARCHAR",
}
"""Columns of the envelope in an open part that measures may need."""

COMPUTED = frozenset({"journey", "day", "known_at", "known_on", "expected", "restricted", "corrected", "root_id"})
TAKEN = COMPUTED | {name.removeprefix("row_") for name in ROW_COLUMNS}
"""Names of the row and of what the views compute: an event's field of such a name is no column of the facts."""

RESTRICTIONS = ("entry-restricted.v1", "entry-unrestricted.v1")
FAR = datetime(9999, 12, 31)


class StoredRow(Protocol):
    """What facts need of a stored row."""

    @property
    def position(self) -> int: ...
    @property
    def stream(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def event_id(self) -> str: ...
    @property
    def recorded_at(self) -> int: ...
    @property
    def open(self) -> bytes: ...


@cache
def columns() -> dict[str, str]:
    """Return {column: SQL type} of the table `entries`: row, envelope, and every coded field of every event.

    A field that two events give different types is text.
    """
    found: dict[str, str] = {}
    for kind in catalogue().values():
        for name, info in kind.model_fields.items():
            coded = name not in private_fields(kind) and name not in ENVELOPE_COLUMNS and name not in TAKEN
            sql_type = _sql_type(info.annotation) if coded else None
            if sql_type is None:
                continue
            found[name] = sql_type if found.get(name, sql_type) == sql_type else "VARCHAR"
    return ROW_COLUMNS | ENVELOPE_COLUMNS | found


def columns_mentioned(*statements: str) -> dict[str, str]:
    """Return those columns whose names stand in a statement or a view: reading others would cost and serve none."""
    words = set(re.findall(r"[a-z_0-9]+", " ".join([*statements, *map(text, VIEWS)])))
    return {name: sql_type for name, sql_type in columns().items() if name in ROW_COLUMNS or name in words}


_SIMPLE = {
    str: "VARCHAR",
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    date: "DATE",
    datetime: "TIMESTAMPTZ",
    AwareDatetime: "TIMESTAMPTZ",
}


def _sql_type(annotation: Any) -> str | None:
    """Return the SQL type of a field, or None for a whole event inside an event."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return f"{_sql_type(inner[0])}[]"
    if origin is Literal:
        return _SIMPLE[type(inner[0])]
    if origin in (Annotated, Union, UnionType):
        return _sql_type(next(kind for kind in inner if kind is not NoneType))
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if issubclass(annotation, Event):
        return None
    parts = [f"{name} {_sql_type(info.annotation)}" for name, info in annotation.model_fields.items()]
    return f"STRUCT({', '.join(parts)})"


class Facts:
    """The facts of one ledger up to a position, in an in-memory DuckDB. A context manager."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, position: int) -> None:
        self.connection = connection
        self.position = position

    @classmethod
    def load(cls, rows: Iterable[StoredRow], *, position: int, wanted: dict[str, str] | None = None) -> Self:
        """Read rows in position order into the table `entries`; a view stands at most at `position`.

        `wanted` are the columns to read, by default all. Rows after `position` may follow, and only their restrictions
        are looked at: these follow the present head.
        """
        folder = Path(tempfile.mkdtemp(prefix="journey-facts-"))
        try:
            lines = folder / "entries.ndjson"
            _write_lines(lines, rows)
            connection = _connect()
            connection.execute(text("load"), {"lines": str(lines), "columns": columns() if wanted is None else wanted})
            connection.execute("SET preserve_insertion_order = true")
            connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        finally:
            shutil.rmtree(folder)
        return cls(connection, position)

    def stand(self, view: View) -> date:
        """Stand at a view: (re)build everything that depends on the clock. Return the reader's day.

        The reader's day is the London day of the view's instant; where it is "now", that of the last entry's sealing.
        """
        position = self.position if view.position is None else min(view.position, self.position)
        instant = FAR if view.instant is None else _naive_utc(view.instant)
        on = london_day(view.instant or self._recorded_at(position))
        reader = {"clock": view.clock, "instant": instant, "position": position, "day": on}
        self.connection.execute(text("reader"), {"reader": reader})
        self.standing_at = position
        for name in VIEWS:
            self.connection.execute(text(name))
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

    def _recorded_at(self, position: int) -> datetime:
        """Return the moment at which the last entry up to a position was sealed."""
        last = self.query("SELECT epoch_us(max(recorded_at)) FROM entries WHERE position <= $p", p=position).fetchone()
        return from_microseconds((last or (None,))[0] or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    return connection


def _write_lines(path: Path, rows: Iterable[StoredRow]) -> None:
    """Write one line of JSON a row: the row's own columns, then the fields of its open part, or that it was erased."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=1 << 20) as file:
        for row in rows:
            head = (
                f'{{"row_position":{row.position},"row_stream":"{row.stream}","row_version":{row.version},'
                f'"row_name":"{row.name}","row_event_id":"{row.event_id}","row_recorded_at":{row.recorded_at},'
            )
            file.write(head.encode() + (row.open[1:] if row.open else b'"row_erased":true}') + b"\n")


def _mentioned(sql: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return those parameters that a statement mentions: the others cannot be bound."""
    import duckdb

    (statement,) = duckdb.extract_statements(sql)
    return {name: parameters[name] for name in statement.named_parameters}


def _naive_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
