"""A forger at work on a ledger's rows: edits them behind the triggers, with and without sealing anew.

The same for SQLite (by its file) and PostgreSQL (with session_replication_role = replica). The sample is written by
the ledger itself, in many transactions, under a clock that goes on by a minute each time:

    position  1  ledger-opened     ledger 1
    positions 2 to 4               children A, B and C are registered
    positions 5 to 22              A and B are visited in turns: odd positions A, even ones B, two to a transaction
    position 23                    the heads of all streams, in the ledger's own stream
    position 24                    A is visited once more
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.domain.envelope import Actor, child
from ledger.domain.events.record import HeadsSealed
from ledger.seal.heads import heads_root
from ledger.seal.leaf import ZERO
from ledger.seal.tree import Frontier
from ledger.store import New
from ledger.store.rows import Row
from tests.store.news import registered, visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.store import Store

BEGINS = 1_750_000_000_000_000
MINUTE = 60_000_000
SIZE = 24


class Clock:
    """A clock that goes on by a minute whenever it is told to."""

    def __init__(self) -> None:
        self.time = BEGINS

    def __call__(self) -> int:
        return self.time

    def tick(self) -> None:
        self.time += MINUTE


def write_sample(store: Store, clock: Clock) -> dict[str, str]:
    """Write the sample and return {letter: stream}."""
    streams = {letter: store.open_subject(child(f"C-{letter}")) for letter in "ABC"}
    for letter, stream in streams.items():
        clock.tick()
        store.append([registered(stream, f"C-{letter}")])
    for day in range(9):
        clock.tick()
        store.append([visit(streams["A"], day, f"A, day {day}"), visit(streams["B"], day, f"B, day {day}")])
    clock.tick()
    seal_heads(store)
    clock.tick()
    store.append([visit(streams["A"], 20, "the last")])
    clock.tick()
    assert store.head().size == SIZE
    return streams


def seal_heads(store: Store) -> None:
    """Append the heads of all streams as they are."""
    ends = {row.stream: (row.stream, row.version, row.leaf(store.log_id)) for row in store.scan()}
    event = HeadsSealed(count=len(ends), root=heads_root(ends.values()).hex())
    store.append([New("ledger", event, Actor(system="journey-ledger"))])


class Forger:
    """Somebody with the database in hand, and all the code."""

    def __init__(self, store: Store, opened: Callable[[], Any]) -> None:
        self.log_id = store.log_id
        self._opened = opened

    def sql(self, statement: str, *parameters: Any) -> None:
        """Run one statement behind the triggers; `?` stands for a parameter."""
        with self._opened() as run:
            run(statement, parameters)

    def rows(self) -> list[Row]:
        """Return all rows by position."""
        with self._opened() as run:
            return [Row(*row) for row in run("SELECT * FROM entries ORDER BY position", ())]

    def row(self, position: int) -> Row:
        """Return one row."""
        return next(row for row in self.rows() if row.position == position)

    def put(self, *rows: Row, instead_of: Callable[[Row], bool] | None = None) -> None:
        """Write rows in place of those at their positions (or of those told), whatever was there."""
        gone = [row for row in self.rows() if instead_of(row)] if instead_of else rows
        with self._opened() as run:
            for row in gone:
                run("DELETE FROM entries WHERE position = ?", (row.position,))
            for row in rows:
                run("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", tuple(row))

    def set(self, position: int, **fields: Any) -> None:
        """Change fields of one row."""
        row = self.row(position)
        new = row._replace(**fields)
        self.put(new, instead_of=lambda each: each.position == position)

    def forge(self, position: int) -> dict[str, Any]:
        """Return another open part for a row, with its digest."""
        forged = self.row(position).open.replace(b'"W1"', b'"W9"')
        return {"open": forged, "open_digest": sha256(forged).digest()}

    def reseal_stream(self, stream: str) -> None:
        """Write the chain of one stream anew, so that each row follows the one before it."""
        before, new = ZERO, []
        for row in sorted((row for row in self.rows() if row.stream == stream), key=lambda row: row.version):
            new.append(row._replace(previous_leaf=before))
            before = new[-1].leaf(self.log_id)
        self.put(*new)

    def reseal(self) -> None:
        """Write every chain and the frontier anew: positions, versions, leaves, sealed heads, everything fits again."""
        ends: dict[str, tuple[str, int, bytes]] = {}
        tree, new, last = Frontier(), [], 0
        for position, row in enumerate(self.rows(), start=1):
            _, version, before = ends.get(row.stream, ("", 0, ZERO))
            fitted = row._replace(position=position, version=version + 1, previous_leaf=before)
            if row.name == HeadsSealed.name:
                fitted = _heads_again(fitted, ends)
            ends[row.stream] = (row.stream, fitted.version, fitted.leaf(self.log_id))
            tree.append(ends[row.stream][2])
            new.append(fitted)
            last = row.recorded_at
        self.put(*new, instead_of=lambda _: True)
        self.frontier(tree, last)

    def frontier(self, tree: Frontier, recorded_at: int) -> None:
        """Write a frontier."""
        self.sql("UPDATE frontier SET size = ?, recorded_at = ?, hashes = ?", tree.size, recorded_at, tree.pack())


def _heads_again(row: Row, ends: dict[str, tuple[str, int, bytes]]) -> Row:
    import orjson

    fields = orjson.loads(row.open) | {"count": len(ends), "root": heads_root(ends.values()).hex()}
    forged = orjson.dumps(fields)
    return row._replace(open=forged, open_digest=sha256(forged).digest())


@contextmanager
def sqlite_behind_triggers(path: Any) -> Iterator[Callable[..., list[Any]]]:
    """Open a SQLite file, take its triggers away, and put them back as they were."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=3)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    try:
        connection.execute("BEGIN IMMEDIATE")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield lambda sql, parameters: connection.execute(sql, parameters).fetchall()
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
    finally:
        connection.close()


@contextmanager
def postgres_as_replica(url: str) -> Iterator[Callable[..., list[Any]]]:
    """Connect to PostgreSQL as an owner for whom triggers do not fire."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = journey")
        connection.execute("SET session_replication_role = replica")

        def run(sql: str, parameters: tuple[Any, ...]) -> list[Any]:
            cursor = connection.execute(sql.replace("?", "%s").encode(), parameters)
            return cursor.fetchall() if cursor.description else []

        yield run
