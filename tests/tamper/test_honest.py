"""What is done to honest ledgers leaves no finding: vacuumed, dumped and restored, moved, rolled back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.errors import LedgerError
from ledger.store import create_store, open_store
from ledger.verification import verify
from tests.store.news import visit
from tests.tamper.forger import SIZE, postgres_as_replica, sqlite_behind_triggers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tamper.conftest import Scene


def test_vacuumed(scene: Scene) -> None:
    if scene.url:
        import psycopg

        with psycopg.connect(scene.url, autocommit=True) as connection:
            connection.execute("VACUUM FULL journey.entries")
    else:
        with closing(sqlite3.connect(scene.folder / "ledger.db")) as connection:
            connection.execute("VACUUM")
    assert verify(scene.store).findings == []


def test_dumped_and_restored(scene: Scene) -> None:
    if scene.url:
        pytest.skip("by pg_dump, which is not ours to test")
    scene.store.close()
    file = scene.folder / "ledger.db"
    with closing(sqlite3.connect(file)) as connection:
        script = "\n".join(connection.iterdump())
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)
    with closing(open_store(scene.folder, clock=scene.clock)) as store:
        assert verify(store).findings == []
        store.append([visit(scene.streams["A"], 60)])
        assert store.verify_self().findings == []


def test_a_refused_batch_leaves_nothing(scene: Scene) -> None:
    with pytest.raises(LedgerError):
        scene.store.append([visit(scene.streams["A"], 60)], expect={scene.streams["A"]: 3})
    assert scene.store.verify_self().findings == []
    assert scene.store.head().size == SIZE


@pytest.mark.postgres
def test_moved_to_postgres_and_back(scene: Scene, postgres_url: str, tmp_path: Path) -> None:
    if scene.url:
        pytest.skip("there and back is one way round")
    rows, root = scene.forger.rows(), scene.store.head().root
    edge = scene.store.log.rows.edge()
    frontier = (edge.tree.size, edge.recorded_at, edge.tree.pack())
    create_store(tmp_path / "p", authority="Testshire", engine="postgres", url=postgres_url).close()
    marks = ", ".join(["?"] * 12)
    for opened in (lambda: postgres_as_replica(postgres_url), lambda: sqlite_behind_triggers(tmp_path / "s/ledger.db")):
        if not (tmp_path / "s").exists():
            create_store(tmp_path / "s", authority="Testshire").close()
        with opened() as run:
            run("DELETE FROM entries", ())
            for row in rows:
                run(f"INSERT INTO entries VALUES ({marks})", tuple(row))
            run("UPDATE frontier SET size = ?, recorded_at = ?, hashes = ?", frontier)
            run("UPDATE log SET log_id = ?", (scene.store.log_id,))
            rows = [type(rows[0])(*row) for row in run("SELECT * FROM entries ORDER BY position", ())]
    from ledger.store.engines import open_engine
    from ledger.store.settings import read_settings
    from ledger.store.verify import verify_self

    for folder in ("p", "s"):
        with closing(open_engine(read_settings(tmp_path / folder))) as log:
            log.rows.opening()
            done = verify_self(log.rows, at=scene.clock())
            assert (done.findings, done.root, log.rows.schema_findings()) == ([], root, [])
