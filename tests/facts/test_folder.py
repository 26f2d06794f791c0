"""Facts on disk say what the ledger says: after growth, damage, crashes, another history and erasure."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import duckdb
import orjson
import pytest

from ledger.domain.envelope import LEDGER, Actor, child
from ledger.domain.events.record import ErasureCompleted, ErasureOrdered, RecordClosed
from ledger.errors import Unavailable
from ledger.projections import fact_lines, segment_files
from ledger.projections.facts import load_facts
from ledger.projections.facts_check import check_facts
from ledger.projections.facts_folder import FactsFolder, Refreshed, kept_facts
from ledger.store import create_store, open_store
from ledger.store.settings import settings_of_server
from tests.conftest import AUTHORITY
from tests.store.news import corrected, new, registered, visit

if TYPE_CHECKING:
    from ledger.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Give a ledger with a folder, on each engine that has one."""
    engine = {"engine": "sqlite"}
    if request.param == "postgres":
        engine = {"engine": "postgres", "url": request.getfixturevalue("postgres_url")}
    made = create_store(tmp_path / "ledger", authority=AUTHORITY, **engine)
    yield made
    made.close()


def grow(store: Store, who: str, visits: int) -> str:
    stream = store.open_subject(child(who))
    first = [] if store.begun(stream) else [registered(stream, who)]
    store.append([*first, *(visit(stream, day % 300) for day in range(visits))])
    return stream


def refreshed(store: Store) -> Refreshed:
    with FactsFolder(store) as folder:
        return folder.refresh()


def on_disk(store: Store) -> list[tuple[Any, ...]]:
    """Return what the segments hold of every entry."""
    with FactsFolder(store) as folder:
        folder.refresh()
        files = folder.files
    told = "position, stream, version, name, event_id, erased, occurred_on, worker"
    return duckdb.execute(f"SELECT {told} FROM read_parquet($1, union_by_name = true) ORDER BY 1", [files]).fetchall()


def stated(store: Store) -> list[tuple[Any, ...]]:
    """Return what the ledger's own rows state of every entry, read without DuckDB."""
    found = []
    for row in store.scan():
        said = orjson.loads(row.open) if row.open else {}
        day = said.get("occurred_on")
        when = None if day is None else date.fromisoformat(day)
        erased = None if row.open else True
        found.append((row.position, row.stream, row.version, row.name, row.event_id, erased, when, said.get("worker")))
    return found


def test_only_what_is_new_is_read(kept: Store) -> None:
    grow(kept, "C-001", 20)
    assert refreshed(kept) == Refreshed(22, read=22, written=1)
    assert refreshed(kept) == Refreshed(22, read=0, written=0)
    grow(kept, "C-002", 3)
    assert refreshed(kept) == Refreshed(26, read=4, written=1)
    assert on_disk(kept) == stated(kept)


def test_without_news_no_database_is_opened(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(sqlite_store, "C-001", 3)
    refreshed(sqlite_store)
    monkeypatch.delattr(segment_files, "connect")
    assert refreshed(sqlite_store).read == 0


def test_small_segments_become_larger_ones(sqlite_store: Store) -> None:
    for number in range(5):
        grow(sqlite_store, f"C-00{number}", 450)
        refreshed(sqlite_store)
    with FactsFolder(sqlite_store) as folder:
        assert [(each.first, each.last) for each in folder.look()[0]] == [(1, 1024), (1025, 2048), (2049, 2256)]
        assert {file.name for file in folder.folder.iterdir()} == {
            ".lock",
            ".reading",
            "manifest.json",
            *(file for each in folder.look()[0] for file in each.files),
        }
    assert on_disk(sqlite_store) == stated(sqlite_store)


def test_facts_on_disk_and_facts_in_memory_are_the_same(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(sqlite_store, "C-001", 30)
    sql = "SELECT position, name, worker, occurred_on, written_at FROM entries ORDER BY position"
    with load_facts(sqlite_store, 20) as facts:
        from_disk = facts.query(sql).fetchall()
    monkeypatch.setattr(FactsFolder, "possible", lambda store: False)
    with load_facts(sqlite_store, 20) as facts:
        in_memory = facts.query(sql).fetchall()
    assert len(from_disk) == 20
    assert [row for row in from_disk if row[0] != 1] == in_memory  # the opening is of no measure's interest


def test_families_of_kinds_have_files_with_their_own_columns(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_files, "LARGE", 0)
    monkeypatch.setattr(fact_lines, "_IN_MEMORY", 1)
    stream = grow(sqlite_store, "C-001", 700)
    refreshed(sqlite_store)
    last = sqlite_store.rows(stream)[-1]
    sqlite_store.append([corrected(stream, last.event_id, 3), *(visit(stream, day % 300) for day in range(400))])
    refreshed(sqlite_store)  # the first 1,024 entries are made of a file and of what is new
    with FactsFolder(sqlite_store) as folder:
        large, _ = ([folder.folder / file for file in each.files] for each in folder.look()[0])
    assert len(large) == 3
    told = [set(duckdb.read_parquet(str(file)).columns) for file in large]
    kinds = [{name for (name,) in duckdb.read_parquet(str(file)).select("name").fetchall()} for file in large]
    assert [each & {"child-registered.v1", "visit-recorded.v1", "entry-corrected.v1"} for each in kinds] == [
        {"child-registered.v1"},
        {"visit-recorded.v1"},
        {"entry-corrected.v1"},
    ]
    assert "born" in told[0] - told[1] - told[2]
    assert "child_seen" in (told[1] & told[2]) - told[0]  # a correction tells of a visit
    assert "placement" not in told[0] | told[1] | told[2]
    assert on_disk(sqlite_store) == stated(sqlite_store)
    assert check_facts(sqlite_store, sqlite_store.head().size) == []


def test_only_its_owner_may_read_it(sqlite_store: Store) -> None:
    grow(sqlite_store, "C-001", 3)
    refreshed(sqlite_store)
    folder = sqlite_store.settings.folder / "facts"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.glob("*.parquet")} == {0o600}


@pytest.mark.parametrize("damage", ["cut", "flip", "delete", "empty"])
def test_a_damaged_segment_is_made_anew_and_told(sqlite_store: Store, damage: str) -> None:
    grow(sqlite_store, "C-001", 1500)
    refreshed(sqlite_store)
    first, _ = sorted((sqlite_store.settings.folder / "facts").glob("*.parquet"))
    whole = first.read_bytes()
    if damage == "delete":
        first.unlink()
    else:
        first.write_bytes(
            {"cut": whole[:-9], "empty": b"", "flip": whole[:99] + bytes([whole[99] ^ 1]) + whole[100:]}[damage]
        )
    done = refreshed(sqlite_store)
    assert (done.read, done.written) == (1024, 1)
    assert len(done.rebuilt) == 1
    assert "1 to 1024" in done.rebuilt[0]
    assert on_disk(sqlite_store) == stated(sqlite_store)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 1}', "not json", '{"format": 99}'])
def test_a_manifest_that_cannot_be_used_costs_a_rebuild_and_no_more(sqlite_store: Store, text: str) -> None:
    grow(sqlite_store, "C-001", 5)
    refreshed(sqlite_store)
    (sqlite_store.settings.folder / "facts" / "manifest.json").write_text(text, encoding="utf-8")
    done = refreshed(sqlite_store)
    assert done.read == 7
    assert len(done.rebuilt) == 1
    assert on_disk(sqlite_store) == stated(sqlite_store)


def test_facts_of_another_history_are_made_anew(tmp_path: Path) -> None:
    """A ledger put back to an older copy, and grown again to another story."""
    import shutil

    store = create_store(tmp_path / "ledger", authority=AUTHORITY)
    grow(store, "C-001", 5)
    store.close()
    shutil.copytree(tmp_path / "ledger", tmp_path / "older")
    store = open_store(tmp_path / "ledger")
    grow(store, "C-001", 5)
    refreshed(store)
    store.close()
    for name in ("facts", "tiles"):
        shutil.rmtree(tmp_path / "older" / name, ignore_errors=True)
    shutil.copytree(tmp_path / "ledger" / "facts", tmp_path / "older" / "facts")
    store = open_store(tmp_path / "older")
    grow(store, "C-001", 9)
    done = refreshed(store)
    assert done.read == 16
    assert "another history" in done.rebuilt[0]
    assert on_disk(store) == stated(store)
    store.close()


def test_what_was_erased_leaves_the_facts(kept: Store) -> None:
    gone, stays = grow(kept, "C-001", 4), grow(kept, "C-002", 4)
    refreshed(kept)
    system = Actor(system="test")
    ledger = kept.open_subject(LEDGER)
    ordered = ErasureOrdered(journey=gone.partition(":")[2], reason="court order", authority="a court's order")
    [order] = kept.append([new(ledger, ordered, by=system)])
    kept.append([new(gone, RecordClosed(order=order.event_id), by=system)])
    refreshed(kept)
    _blank(kept, gone)
    kept.append([new(ledger, ErasureCompleted(order=order.event_id, entries=5, key_destroyed=False), by=system)])
    done = refreshed(kept)
    assert any("erased" in why for why in done.rebuilt)
    assert on_disk(kept) == stated(kept)
    workers = {(row[1], row[7]) for row in on_disk(kept) if row[3] == "visit-recorded.v1"}
    assert workers == {(gone, None), (stays, "W1")}
    assert refreshed(kept).read == 0


def _blank(store: Store, stream: str) -> None:
    """Blank the parts of a stream's rows as an erasure does, through the narrow door of the triggers."""
    statement = "UPDATE entries SET open = {0}, sealed = {0} WHERE stream = {1} AND name <> 'record-closed.v1'"
    if store.settings.engine == "sqlite":
        import sqlite3

        with sqlite3.connect(store.settings.database) as connection:
            connection.execute(statement.format("x''", "?"), (stream,))
    else:
        import psycopg

        with psycopg.connect(store.settings.url) as connection:
            connection.execute("SET search_path = journey")
            connection.execute(statement.format("''", "%s"), (stream,))


def test_two_refreshes_at_once_do_no_harm(sqlite_store: Store) -> None:
    grow(sqlite_store, "C-001", 2000)
    script = (
        "import sys\n"
        "from ledger.application import open_ledger\n"
        "from ledger.projections.facts_folder import FactsFolder\n"
        "with open_ledger(sys.argv[1], read_only=True) as ledger, FactsFolder(ledger.store) as kept:\n"
        "    print(kept.refresh().read)\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script, str(sqlite_store.settings.folder)]
    running = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sorted(int(each.communicate()[0]) for each in running) == [0, 0, 2002]
    assert on_disk(sqlite_store) == stated(sqlite_store)


@pytest.mark.parametrize("step", ["_write", "_keep", "replace"])
def test_a_refresh_that_is_stopped_leaves_a_usable_folder(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    grow(sqlite_store, "C-001", 1500)
    refreshed(sqlite_store)
    grow(sqlite_store, "C-002", 1500)

    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path if step == "replace" else FactsFolder, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            refreshed(sqlite_store)
    assert on_disk(sqlite_store) == stated(sqlite_store)
    names = {file.suffix for file in (sqlite_store.settings.folder / "facts").iterdir()}
    assert names <= {"", ".parquet", ".json"}


def test_a_refresh_takes_no_file_from_who_reads_it(sqlite_store: Store) -> None:
    grow(sqlite_store, "C-001", 20)
    with load_facts(sqlite_store, 22) as facts:
        grow(sqlite_store, "C-002", 3)
        assert refreshed(sqlite_store).read == 4
        assert facts.query("SELECT count(*) FROM entries").fetchone() == (22,)
        assert facts.query("SELECT max(position) FROM entries").fetchone() == (22,)
    names = {file.name for file in (sqlite_store.settings.folder / "facts").glob("*.parquet")}
    assert len(names) == 2
    refreshed(sqlite_store)
    assert len({file.name for file in (sqlite_store.settings.folder / "facts").glob("*.parquet")}) == 1


def test_facts_are_thrown_away_once_nobody_reads_them(sqlite_store: Store) -> None:
    grow(sqlite_store, "C-001", 20)

    def forget() -> None:
        with FactsFolder(sqlite_store) as folder:
            folder.forget()

    with load_facts(sqlite_store, 22) as facts:
        forgetting = Thread(target=forget)
        forgetting.start()
        forgetting.join(0.2)
        assert forgetting.is_alive()
        assert facts.query("SELECT count(*) FROM entries").fetchone() == (22,)
    forgetting.join(60)
    assert not forgetting.is_alive()
    assert {file.name for file in (sqlite_store.settings.folder / "facts").iterdir()} == {".lock", ".reading"}


def test_a_refresh_that_is_killed_leaves_a_usable_folder(sqlite_store: Store) -> None:
    grow(sqlite_store, "C-001", 1500)
    script = (
        "import os, signal, sys\n"
        "from ledger.application import open_ledger\n"
        "from ledger.projections.facts_folder import FactsFolder\n"
        "FactsFolder._keep = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "with open_ledger(sys.argv[1], read_only=True) as ledger, FactsFolder(ledger.store) as kept:\n"
        "    kept.refresh()\n"
    )
    (sqlite_store.settings.folder / "facts" / "making-left").mkdir()
    command = [sys.executable, "-c", script, str(sqlite_store.settings.folder)]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode < 0
    assert refreshed(sqlite_store).read == 1502
    assert on_disk(sqlite_store) == stated(sqlite_store)
    left = {file.suffix or file.name for file in (sqlite_store.settings.folder / "facts").iterdir()}
    assert left == {".lock", ".json", ".parquet"}


def test_the_manifest_names_no_child(sqlite_store: Store) -> None:
    grow(sqlite_store, "C-4711", 3)
    refreshed(sqlite_store)
    folder = sqlite_store.settings.folder / "facts"
    assert "C-4711" not in (folder / "manifest.json").read_text(encoding="utf-8")
    assert all(b"C-4711" not in file.read_bytes() and "C-4711" not in file.name for file in folder.iterdir())
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["log_id"] == sqlite_store.log_id.hex()


def test_facts_that_cannot_be_kept_are_said_to_be(store: Store) -> None:
    if store.settings.engine == "memory":
        with pytest.raises(Unavailable, match="cannot be kept"):
            kept_facts(store)
    else:
        assert os.access(kept_facts(store).folder, os.W_OK)


def test_a_ledger_without_a_folder_takes_nobody_elses(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger named by its server's URL alone has no folder: what is called facts where a command runs is not its."""
    (tmp_path / "facts").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sqlite_store, "settings", settings_of_server("postgresql://127.0.0.1/nowhere"))
    assert not FactsFolder.possible(sqlite_store)
    with pytest.raises(Unavailable, match="cannot be kept"):
        kept_facts(sqlite_store)


def test_a_link_is_no_folder_of_facts(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    facts = sqlite_store.settings.folder / "facts"
    facts.rmdir()
    facts.symlink_to(tmp_path / "elsewhere")
    assert not FactsFolder.possible(sqlite_store)
