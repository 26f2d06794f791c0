"""A trigger that was dropped, altered or added, a view or a rule that swallows writes: each is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.store import create_store, open_store

if TYPE_CHECKING:
    from pathlib import Path

SWALLOW = "CREATE TRIGGER swallow BEFORE INSERT ON {} BEGIN SELECT RAISE(IGNORE); END"
HOLE = "CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries BEGIN SELECT 1; END"
VIEW = "ALTER TABLE entries RENAME TO kept; CREATE VIEW entries AS SELECT * FROM kept WHERE position <> 2"


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        ("DROP TRIGGER entries_are_kept", {"trigger entries_are_kept is gone"}),
        ("DROP TRIGGER entries_are_kept; " + HOLE, {"trigger entries_are_kept was altered"}),
        (SWALLOW.format("entries"), {"trigger swallow was added"}),
        (SWALLOW.format("access_entries"), {"trigger swallow was added"}),
        ("CREATE VIEW spare AS SELECT * FROM entries", {"view spare was added"}),
        ("DROP INDEX entries_place", {"index entries_place is gone"}),
        ("CREATE TABLE spare (x)", {"table spare was added"}),
        ("ALTER TABLE entries ADD COLUMN note", {"table entries was altered"}),
    ],
)
def test_on_sqlite(tmp_path: Path, attack: str, told: set[str]) -> None:
    with closing(create_store(tmp_path / "l", authority="Testshire")) as store:
        store.access.head()
        assert store.check_schema() == ([], True)
        assert store.access.check_schema() == ([], True)
        with closing(sqlite3.connect(tmp_path / "l" / "ledger.db")) as connection:
            connection.executescript(attack)
        findings = store.check_schema()[0]
    assert {finding.message for finding in findings} == {f"the {each}." for each in told}
    assert {finding.code for finding in findings} == {"schema-changed"}


def test_entries_behind_a_view_on_sqlite(tmp_path: Path) -> None:
    with closing(create_store(tmp_path / "l", authority="Testshire")) as store:
        with closing(sqlite3.connect(tmp_path / "l" / "ledger.db")) as connection:
            connection.executescript(VIEW)
        told = " ".join(finding.message for finding in store.check_schema()[0])
    assert "table entries is gone" in told
    assert "view entries was added" in told


@pytest.mark.postgres
@pytest.mark.parametrize("read_only", [False, True])
def test_on_postgres(postgres_url: str, tmp_path: Path, read_only: bool) -> None:
    attacks = {
        "ALTER TABLE entries DISABLE TRIGGER entries_are_kept": "trigger entries_are_kept on entries was altered",
        "DROP TRIGGER entries_are_unchanged ON entries": "trigger entries_are_unchanged on entries is gone",
        "CREATE RULE swallow AS ON INSERT TO entries DO INSTEAD NOTHING": "rule swallow on entries was added",
        "CREATE OR REPLACE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'": (
            "function kept was altered"
        ),
        "CREATE VIEW spare AS SELECT * FROM entries": "view spare was added",
        "ALTER TABLE entries ALTER COLUMN sealed SET DEFAULT ''": "column entries.sealed was altered",
        "DROP INDEX entries_place": "index entries_place is gone",
        "ALTER TABLE entries ENABLE ROW LEVEL SECURITY": "table entries was altered",
    }
    create_store(tmp_path / "l", authority="Testshire", engine="postgres", url=postgres_url).close()
    with closing(open_store(tmp_path / "l", read_only=read_only)) as store:
        assert store.check_schema() == ([], True)
        with psycopg.connect(postgres_url, autocommit=True) as owner:
            owner.execute("SET search_path = journey")
            for attack in attacks:
                owner.execute(attack.encode())
        told = {finding.message for finding in store.check_schema()[0]}
        assert {f"the {each}." for each in attacks.values()} <= told
        assert len(told) <= len(attacks) + 1
        with psycopg.connect(postgres_url) as owner:
            left = owner.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'journey_check%'").fetchone()
        assert left == (0,)
