"""Stores of every engine for the tests. PostgreSQL tests make and drop their own database.

`store` runs a test once per engine; `sqlite_store` is for tests of what lies above the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.store import create_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.store import Store

AUTHORITY = "Testshire (synthetic)"


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give an empty ledger on each engine."""
    made = create_store(tmp_path / "ledger", authority=AUTHORITY, engine=request.param)
    yield made
    made.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty ledger on SQLite."""
    made = create_store(tmp_path / "ledger", authority=AUTHORITY)
    yield made
    made.close()
