"""Facts: the coded, structural part of entries as typed columns. Derived, disposable, rebuilt from the ledger.

Built straight from the stored `open` parts: no key, no validation, no event object. Each row's bytes become one line
of JSON (the row's own columns spliced before the fields of `open`), and DuckDB reads the lines with explicit columns,
derived from the coded fields of the event classes. Nothing is inferred, so the same rows give the same table. Only
the events and columns that some view or measure mentions are read.

    >>> with load_facts(store, position=120) as facts:                                  # doctest: +SKIP
    ...     facts.stand(view("2018-12-31"))
    ...     facts.query("SELECT count(*) FROM visits").fetchone()

The line file is in a folder of mode 0700 and is gone before the first query; facts kept on disk are read where they
lie, and only what a query needs of them. DuckDB is imported when facts are loaded, never downloads an extension, and
has no access to other files. Moments are UTC timestamps without a zone.
Not here: corrections and clocks (`views/effective.sql`), keys, the authority's ids.
"""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ledger.domain.clock import from_microseconds, london_day
from ledger.domain.events import catalogue
from ledger.projections.columns import MADE_FROM, columns, columns_mentioned, kinds_mentioned
from ledger.projections.demanded import parameters
from ledger.projections.fact_lines import LOADED, aligned, connect, found_in, lines_of
from ledger.projections.facts_folder import FactsFolder
from ledger.projections.views import STEADY, made, needed, requires, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from types import TracebackType

    import duckdb

    from ledger.domain.clock import View
    from ledger.domain.timescales import Rule
    from ledger.projections.fact_lines import Find
    from ledger.store import OpenPart, Store

RESTRICTIONS = ("entry-restricted.v1", "entry-unrestricted.v1")
FAR = datetime(9999, 12, 31)
PLACEHOLDERS = "SET VARIABLE placeholders = $ids"
SIDE_BY_SIDE = 2
"""How many tables and views are made at once, each by one thread: most take longer to plan than to run."""


class Facts:
    """The facts of one ledger up to a position, in an in-memory DuckDB. A context manager."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, position: int, recorded_at: datetime) -> None:
        self.connection = connection
        self.held = ExitStack()
        self.position = position
        self.recorded_at = recorded_at
        self.reader: dict[str, Any] = {}
        self.placeholders: list[str] = []
        self.rules: Sequence[Rule] | None = None
        self._built: set[str] = set()

    @classmethod
    def load(
        cls,
        parts: Iterable[Sequence[OpenPart]],
        *,
        find: Find,
        position: int,
        recorded_at: datetime,
        wanted: dict[str, str] | None = None,
    ) -> Self:
        """Read open parts, given some at a time, into the table `entries`: the `wanted` columns, or all that are used.

        Views stand at `position`, of which the last entry was sealed at `recorded_at`. Parts of later positions may be
        among them, and only their restrictions are looked at: these follow the present head. `find` gives the entries
        that others are about.
        """
        folder = Path(tempfile.mkdtemp(prefix="journey-facts-"))
        try:
            (lines,) = lines_of(folder, parts, find, [tuple(catalogue())])
            connection = connect()
            asked = MADE_FROM.union(wanted or columns_mentioned())
            known = {name: kind for name, kind in columns().items() if name in asked}
            connection.execute(text("load"))
            connection.sql(LOADED, params={"lines": str(lines.file), "known": known}).create("entries")
            connection.execute("DROP MACRO TABLE loaded")
        finally:
            shutil.rmtree(folder)
        return cls._shut(connection, position, recorded_at)

    @classmethod
    def of_files(
        cls,
        files: Sequence[str],
        wanted: Iterable[str],
        *,
        position: int,
        last: int,
        recorded_at: datetime,
    ) -> Self:
        """Read the wanted columns of kept segments where they lie: `entries` is a view of the files, and loads nothing.

        The files end with position `last`. Of what follows `position`, only the restrictions are there. Whatever keeps
        the files there is the caller's, and may be `held` by the facts until they are closed.
        """
        from duckdb import ColumnExpression, ConstantExpression

        connection = connect()
        connection.execute("SET allowed_paths = $files", {"files": list(files)})
        rows = connection.read_parquet(list(files), union_by_name=True)
        if position < last:
            until = ColumnExpression("position") <= ConstantExpression(position)
            rows = rows.filter(until | ColumnExpression("name").isin(*map(ConstantExpression, RESTRICTIONS)))
        aligned(rows, wanted).create_view("entries")
        return cls._shut(connection, position, recorded_at)

    @classmethod
    def _shut(cls, connection: duckdb.DuckDBPyConnection, position: int, recorded_at: datetime) -> Self:
        """Return facts whose SQL has no way to any other file."""
        connection.execute("SET enable_external_access = false")
        return cls(connection, position, recorded_at)

    def lock(self) -> None:
        """Let no setting be changed any more: to be called before SQL is run that is not the project's own."""
        self.connection.execute("SET lock_configuration = true")

    def beside(self) -> Self:
        """Return these facts for a thread of its own, which makes nothing more of them. Close them first."""
        other = type(self)(self.connection.cursor(), self.position, self.recorded_at)
        other.rules, other.reader, other._built = self.rules, self.reader, self._built
        other.know_placeholders(self.placeholders)
        other.connection.execute(text("reader"), {"reader": other.reader})
        return other

    def apply(self, rules: Sequence[Rule] | None) -> None:
        """Apply these timescales from now on; None: the project's."""
        self.rules = rules
        self._built.clear()

    def know_placeholders(self, ids: Iterable[str]) -> None:
        """Let these ids of workers stand for a duty desk or a team from now on."""
        self.placeholders = list(ids)
        self.connection.execute(PLACEHOLDERS, {"ids": self.placeholders})

    def stand(self, view: View) -> date:
        """Stand at a view: from now on every query is answered there. Return the reader's day.

        That is the London day of the view's instant; where it is now, the day of the last entry's sealing.
        """
        if view.position not in (None, self.position):
            raise ValueError("facts are of one position; another needs its own")
        instant = FAR if view.instant is None else _naive_utc(view.instant)
        on = london_day(view.instant or self.recorded_at)
        reader = {"clock": view.clock, "instant": instant, "position": self.position, "day": on}
        if reader != self.reader:
            self.connection.execute(text("reader"), {"reader": reader})
            self.reader = reader
            self._built &= STEADY
        return on

    def need(self, *sql: str, loosely: bool = False) -> None:
        """Make the views that this SQL reads, and what they build on, where they are not made at this view yet.

        `loosely`, what it only mentions is made too.
        """
        self._make(needed(*sql, loosely=loosely))

    def make_all(self) -> None:
        """Make every view."""
        self._make(made())

    def _make(self, names: Iterable[str]) -> None:
        """Make these tables, views and macros, those that do not read each other side by side."""
        missing = [name for name in names if name not in self._built]
        if missing:
            with self.one_thread_each():
                self._make_in_order(missing)

    @contextmanager
    def one_thread_each(self) -> Iterator[None]:
        """Have each statement run by one thread: two take longer together than one for what is so small."""
        # All of the answer: one that is fetched in part keeps its moment, in which nothing is made yet.
        if self.connection.execute("SELECT current_setting('lock_configuration')").fetchall() == [(True,)]:
            yield
            return
        self.connection.execute("SET threads = 1")
        try:
            yield
        finally:
            self.connection.execute("RESET threads")

    def _make_in_order(self, missing: Sequence[str]) -> None:
        """Make these, named in the order in which they build: first what most others wait for, one after the other."""
        reads = {name: requires(name).intersection(missing) for name in missing}
        order = TopologicalSorter(reads)
        waiting = dict.fromkeys(missing, 0)
        for name in reversed(missing):
            for read in reads[name]:
                waiting[read] = max(waiting[read], waiting[name] + 1)
        order.prepare()
        with ExitStack() as stack:
            idle = [stack.enter_context(self.beside()) for _ in range(SIDE_BY_SIDE)]
            workers = stack.enter_context(ThreadPoolExecutor(SIDE_BY_SIDE))
            making: dict[Future[Any], tuple[str, Facts]] = {}
            ready: list[str] = []
            while order.is_active():
                ready = sorted([*ready, *order.get_ready()], key=waiting.__getitem__)
                while ready and idle:
                    name, mine = ready.pop(), idle.pop()
                    sql, bound = made()[name], parameters(name, self.rules)
                    making[workers.submit(mine.connection.execute, sql, bound)] = name, mine
                for done in wait(making, return_when=FIRST_COMPLETED).done:
                    name, mine = making.pop(done)
                    done.result()
                    self._built.add(name)
                    order.done(name)
                    idle.append(mine)

    def create(self, name: str, sql: str, parameters: dict[str, Any]) -> None:
        """Keep the rows of a statement, in their order, as a new table of this name."""
        self.need(sql)
        self.connection.sql(sql, params=_mentioned(sql, parameters)).create(name)

    def rows(self, sql: str, parameters: dict[str, Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run one statement with those parameters that it mentions; return its column names and its rows."""
        cursor = self.query(sql, **_mentioned(sql, parameters))
        return [column[0] for column in cursor.description], cursor.fetchall()

    def query(self, sql: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
        """Run one statement with bound parameters and return its cursor."""
        self.need(sql)
        return self.connection.execute(sql, parameters)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self.held.close()


def load_facts(
    store: Store, position: int, sql: tuple[str, ...] | None = None, wanted: dict[str, str] | None = None
) -> Facts:
    """Load the facts of a ledger up to a position; of what follows it, the restrictions. Close them.

    Where facts can be kept on disk they are refreshed first, and only the columns that `sql` mentions are loaded.
    `wanted` columns are loaded instead, of all events.
    """
    last = store.row_at(position)
    recorded_at = from_microseconds(last.recorded_at if last else 0)
    if FactsFolder.possible(store):
        with FactsFolder(store) as kept:
            kept.refresh()
            chosen = wanted or columns_mentioned(
                None if sql is None else (*sql, *map(made().__getitem__, needed(*sql)))
            )
            with ExitStack() as stack:
                stack.enter_context(kept.reading())
                facts = Facts.of_files(kept.files, chosen, position=position, last=kept.last, recorded_at=recorded_at)
                facts.held = stack.pop_all()
            return facts
    kinds = kinds_mentioned() if wanted is None else tuple(catalogue())
    parts = chain(store.open_parts(kinds, upto=position), store.open_parts(RESTRICTIONS, after=position))
    return Facts.load(parts, find=found_in(store), position=position, recorded_at=recorded_at, wanted=wanted)


def _mentioned(sql: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return those parameters that a statement mentions: the others cannot be bound."""
    import duckdb

    (statement,) = duckdb.extract_statements(sql)
    return {name: parameters[name] for name in statement.named_parameters}


def _naive_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
