"""Stores of every engine for the tests. PostgreSQL tests make and drop their own database.

`store` runs a test once per engine; `sqlite_store` is for tests of what lies above the store; `postgres_url` names a
fresh database.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from cli.exits import exit_code
from cli.main import journey
from ledger.store import create_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.store import Store

# A test says what is so, never how fast: speed is measured by `make bench`.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

Run: TypeAlias = "Callable[..., tuple[int, str, str]]"
"""A `journey` command: its exit code, its stdout and its stderr."""

AUTHORITY = "Testshire (synthetic)"
SERVER = os.environ.get("JOURNEY_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
NO_SERVER = (
    "no PostgreSQL server answers; start one (docker run -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:16) "
    "or set JOURNEY_TEST_POSTGRES_URL"
)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """Give the URL of a server that answers; skip without one, but fail in CI."""
    import psycopg

    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_SERVER)
        pytest.skip(NO_SERVER)
    return SERVER


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of a new, empty database, dropped afterwards."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    name = Identifier(f"journey_test_{uuid4().hex}")
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(name))
        yield urlunsplit(urlsplit(postgres_server)._replace(path="/" + name._obj[0]))
        admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(params=["sqlite", "memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give what `create_store` needs to choose an engine, one after the other."""
    if request.param == "postgres":
        return {"engine": "postgres", "url": request.getfixturevalue("postgres_url")}
    return {"engine": request.param}


@pytest.fixture
def store(engine: dict[str, str], tmp_path: Path) -> Iterator[Store]:
    """Give an empty ledger on each engine."""
    made = create_store(tmp_path / "ledger", authority=AUTHORITY, **engine)
    yield made
    made.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty ledger on SQLite."""
    made = create_store(tmp_path / "ledger", authority=AUTHORITY)
    yield made
    made.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Give what runs a `journey` command as it is typed."""

    def command(*args: object) -> tuple[int, str, str]:
        code = exit_code(journey, [str(arg) for arg in args])
        told = capsys.readouterr()
        return code, told.out, told.err

    return command
