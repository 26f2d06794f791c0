"""The sample ledger, on SQLite and on PostgreSQL, and a forger with its database in hand."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest

from ledger.store import create_store, open_store
from tests.tamper.forger import Clock, Forger, postgres_as_replica, sqlite_behind_triggers, write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.store import Store


@dataclass
class Scene:
    """A ledger under attack."""

    store: Store
    clock: Clock
    streams: dict[str, str]
    forger: Forger
    folder: Path
    url: str = ""

    def found(self) -> list[tuple[str, int | None]]:
        """Return the codes and positions that the ledger's own verification finds."""
        return [(each.code, each.position) for each in self.store.verify_self().findings]


@dataclass
class Sample:
    """The sample as first written: a folder, and on PostgreSQL the database that its settings name."""

    folder: Path
    streams: dict[str, str]
    clock: Clock
    url: str = ""


@pytest.fixture(scope="session")
def sqlite_sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Write the sample once."""
    folder, clock = tmp_path_factory.mktemp("sample") / "ledger", Clock()
    with closing(create_store(folder, authority="Testshire", clock=clock)) as store:
        return Sample(folder, write_sample(store, clock), clock)


@pytest.fixture(scope="session")
def postgres_sample(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Sample]:
    """Write the sample once, and keep it beside to be put back after each test: a new database takes seconds."""
    import psycopg

    folder, clock, name = tmp_path_factory.mktemp("sample") / "ledger", Clock(), f"journey_sample_{uuid4().hex}"
    url = _database(postgres_server, name)
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
        with closing(create_store(folder, authority="Testshire", engine="postgres", url=url, clock=clock)) as store:
            streams = write_sample(store, clock)
        with postgres_as_replica(url) as run:
            run("CREATE TABLE public.kept_entries AS SELECT * FROM entries", ())
            run("CREATE TABLE public.kept_frontier AS SELECT * FROM frontier", ())
        yield Sample(folder, streams, clock, url)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _database(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path="/" + name))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """Give a copy of the sample, on one engine after the other."""
    sample: Sample = request.getfixturevalue(f"{request.param}_sample")
    folder, clock = tmp_path / "ledger", Clock()
    clock.time = sample.clock.time
    shutil.copytree(sample.folder, folder)
    if request.param == "sqlite":
        with closing(open_store(folder, clock=clock)) as store:
            behind = partial(sqlite_behind_triggers, folder / "ledger.db")
            yield Scene(store, clock, sample.streams, Forger(store, behind), folder)
        return
    with closing(open_store(folder, clock=clock)) as store:
        behind = partial(postgres_as_replica, sample.url)
        yield Scene(store, clock, sample.streams, Forger(store, behind), folder, sample.url)
    with postgres_as_replica(sample.url) as run:
        run("TRUNCATE entries, frontier", ())
        run("INSERT INTO entries SELECT * FROM public.kept_entries", ())
        run("INSERT INTO frontier SELECT * FROM public.kept_frontier", ())
