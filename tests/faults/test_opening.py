"""Opening what is no ledger, is a newer one, is half of one, or was opened before: each says what it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.domain.envelope import child
from ledger.errors import Malformed, NotFound, Refused, Unavailable, Unreadable
from ledger.store import create_store, open_store
from ledger.store.settings import KEYS, Policy
from tests.store.news import visit

if TYPE_CHECKING:
    from ledger.store import Store

STORE = Path(__file__).parents[2] / "docs" / "STORE.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a ledger in it, closed."""
    create_store(tmp_path / "l", authority='Testshire "synthetic" \\ ü').close()
    return tmp_path / "l"


def listing(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_a_new_ledger_is_its_owners_alone(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {"ledger.db", "ledger.toml", "keys.db", "master.key", "facts"}
    for private in (folder, folder / "facts"):
        assert private.stat().st_mode & 0o777 == 0o700
    for name in ("ledger.db", "keys.db", "master.key"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600


def test_the_authoritys_name_comes_back_as_given(folder: Path) -> None:
    store = open_store(folder)
    assert store.authority == 'Testshire "synthetic" \\ ü'
    store.close()


def test_a_second_init_is_refused_and_changes_nothing(folder: Path) -> None:
    before = listing(folder)
    with pytest.raises(Refused, match="here already"):
        create_store(folder, authority="Othershire")
    assert listing(folder) == before


@pytest.mark.parametrize("name", ["ledger.db", "keys.db", "master.key"])
def test_a_part_of_a_ledger_is_not_built_over(tmp_path: Path, name: str) -> None:
    (tmp_path / "l").mkdir()
    (tmp_path / "l" / name).write_bytes(b"")
    with pytest.raises(Refused, match="here already"):
        create_store(tmp_path / "l", authority="Testshire")
    assert [file.name for file in (tmp_path / "l").iterdir()] == [name]


def test_a_file_is_no_place_for_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "l").write_text("")
    with pytest.raises(Refused, match="a file, not a folder"):
        create_store(tmp_path / "l", authority="Testshire")


@pytest.mark.parametrize("made", ["missing", "empty", "file"])
def test_a_folder_that_is_no_ledger_is_not_found(tmp_path: Path, made: str) -> None:
    place = tmp_path / "l"
    if made == "empty":
        place.mkdir()
    elif made == "file":
        place.write_text("")
    with pytest.raises(NotFound) as caught:
        open_store(place)
    assert caught.value.hint.startswith("journey init")


def test_a_ledger_without_its_database_is_not_found(folder: Path) -> None:
    (folder / "ledger.db").unlink()
    with pytest.raises(NotFound) as caught:
        open_store(folder)
    assert "backup" in caught.value.hint


def test_an_empty_database_is_no_ledger(folder: Path) -> None:
    (folder / "ledger.db").write_bytes(b"")
    with pytest.raises(NotFound):
        open_store(folder)


def test_a_newer_format_in_the_settings_is_unreadable(folder: Path) -> None:
    settings = folder / "ledger.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("format = 1", "format = 2"), encoding="utf-8")
    with pytest.raises(Unreadable, match="format 2; this build reads format 1"):
        open_store(folder)


def test_a_newer_format_in_the_database_is_unreadable(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ledger.db")) as connection, connection:
        connection.execute("DROP TRIGGER log_is_unchanged")
        connection.execute("UPDATE log SET format = 3")
    with pytest.raises(Unreadable, match="format 3"):
        open_store(folder)


@pytest.mark.parametrize(
    "text",
    ["", "format = ", "format = 1", 'format = 1\nauthority = "T"\n[engine]\nkind = "paper"\n[keys]\n', "\x00"],
)
def test_settings_that_are_none_are_malformed_in_their_file(folder: Path, text: str) -> None:
    (folder / "ledger.toml").write_text(text)
    with pytest.raises(Malformed) as caught:
        open_store(folder)
    assert caught.value.problems[0].file == "ledger.toml"


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ('[access]\nreasn = "required"\n', "reasn", "no such key under [access]; nearest: reason."),
        ('[acces]\nreason = "required"\n', "acces", "no such key; nearest: access."),
        ("[retention]\nchild_protecton = 25\n", "child_protecton", "under [retention]; nearest: child_protection."),
        ("[backups]\nkeys_days = 35\nyears = 1\n", "years", "no such key under [backups]."),
        (
            '[[timescales]]\nid = "protection-visit"\noff = true\nsource = "S"\n[projection]\n',
            "projection",
            "projections.",
        ),
    ],
)
def test_a_line_of_the_settings_that_nothing_reads_is_malformed(folder: Path, text: str, key: str, told: str) -> None:
    with (folder / "ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write(text)
    with pytest.raises(Malformed) as caught:
        open_store(folder)
    [problem] = caught.value.problems
    assert (problem.file, problem.column) == ("ledger.toml", key)
    assert problem.message.endswith(told)
    assert "docs/STORE.md" in caught.value.hint


def test_every_line_of_the_settings_that_is_documented_is_read(folder: Path) -> None:
    blocks = STORE.read_text(encoding="utf-8").split("```toml\n")[1:]
    made, decided = (block.partition("```")[0] for block in blocks)
    with (folder / "ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write(decided)
    with closing(open_store(folder, read_only=True)) as store:
        found = store.settings
    assert found.placeholders == ("DUTY",)
    assert found.policy == Policy(
        "/srv/signer", True, 35, 90, {"child_in_need": 6, "child_protection": 25}, "projections"
    )
    shown = made + decided
    for name, keys in KEYS.items():
        assert f"[{name}]" in shown
        assert all(f"{key} = " in shown for key in keys)


def test_a_wrong_master_key_is_refused_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_MASTER_KEY", "00" * 32)
    for read_only in (False, True):
        with pytest.raises(Refused, match="master key does not open") as caught:
            open_store(folder, read_only=read_only)
        assert "master.key" in caught.value.hint


def test_another_ledgers_keys_are_refused(folder: Path, tmp_path: Path) -> None:
    create_store(tmp_path / "other", authority="Othershire").close()
    for name in ("keys.db", "master.key"):
        (folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
    with pytest.raises(Refused, match="master key does not open"):
        open_store(folder)


def test_a_writer_needs_the_key_store(folder: Path) -> None:
    (folder / "keys.db").unlink()
    with pytest.raises(Unavailable, match="the key store is not here"):
        open_store(folder)
    store = open_store(folder, read_only=True)
    assert store.entries("ledger")[0].event.authority == store.authority
    store.close()


def test_a_closed_store_says_so(sqlite_store: Store) -> None:
    sqlite_store.close()
    sqlite_store.close()
    with pytest.raises(Unavailable, match="closed"):
        sqlite_store.head()


def test_a_failed_init_leaves_nothing_of_a_folder_it_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_MASTER_KEY", "not a key")
    with pytest.raises(Refused, match="JOURNEY_MASTER_KEY"):
        create_store(tmp_path / "l", authority="Testshire")
    assert not (tmp_path / "l").exists()


def test_an_init_that_fails_at_the_last_step_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("ledger.store.opening.write_settings", _no_space)
        with pytest.raises(Unavailable, match="the disk is full"):
            create_store(tmp_path / "l", authority="Testshire")
    assert not (tmp_path / "l").exists()
    create_store(tmp_path / "l", authority="Testshire").close()


def _no_space(settings: object) -> None:
    raise OSError(28, "No space left on device")


def test_the_process_environment_does_not_choose_the_engine(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.popo")
    monkeypatch.setenv("SQLITE_DBNAME", str(tmp_path / "elsewhere.db"))
    monkeypatch.setenv("CIPHER_TOPIC", "nowhere:Nothing")
    store = open_store(folder)
    store.append([visit(store.open_subject(child("C-001")))])
    store.close()
    assert not (tmp_path / "elsewhere.db").exists()
    again = open_store(folder)
    assert again.head().size == 2
    again.close()


@pytest.mark.postgres
def test_a_second_ledger_in_one_schema_is_refused(tmp_path: Path, postgres_url: str) -> None:
    create_store(tmp_path / "one", authority="Testshire", engine="postgres", url=postgres_url).close()
    with pytest.raises(Refused, match="holds a ledger already"):
        create_store(tmp_path / "two", authority="Othershire", engine="postgres", url=postgres_url)
    assert not (tmp_path / "two").exists()
    store = open_store(tmp_path / "one")
    assert store.authority == "Testshire"
    store.close()


@pytest.mark.postgres
def test_two_ledgers_live_in_two_schemas_of_one_database(tmp_path: Path, postgres_url: str) -> None:
    places = {"engine": "postgres", "url": postgres_url}
    one = create_store(tmp_path / "one", authority="Testshire", **places)
    two = create_store(tmp_path / "two", authority="Othershire", schema="other", keys_schema="other_keys", **places)
    two.append([visit(two.open_subject(child("C-001")))])
    assert (one.head().size, two.head().size) == (1, 2)
    assert one.subject_stream(child("C-001")) is None
    one.close()
    two.close()


@pytest.mark.postgres
def test_a_ledger_is_opened_by_its_servers_url(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_store(tmp_path / "l", authority="Testshire", engine="postgres", url=postgres_url)
    made.close()
    monkeypatch.setenv("JOURNEY_MASTER_KEY", (tmp_path / "l" / "master.key").read_text(encoding="ascii"))
    store = open_store(postgres_url)
    assert (store.authority, store.verify_self().consistent) == ("Testshire", True)
    store.close()


@pytest.mark.postgres
def test_the_server_may_be_named_by_an_environment_variable(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_SERVER", postgres_url)
    create_store(tmp_path / "l", authority="Testshire", engine="postgres", url_variable="LEDGER_SERVER").close()
    assert postgres_url not in (tmp_path / "l" / "ledger.toml").read_text(encoding="utf-8")
    open_store(tmp_path / "l").close()
    monkeypatch.delenv("LEDGER_SERVER")
    with pytest.raises(Unavailable) as caught:
        open_store(tmp_path / "l")
    assert "LEDGER_SERVER" in caught.value.hint


@pytest.mark.postgres
@pytest.mark.parametrize("path", ["/nowhere", ""])
def test_a_server_that_does_not_answer_is_unavailable(tmp_path: Path, postgres_server: str, path: str) -> None:
    url = "postgresql://postgres@127.0.0.1:1/postgres" if not path else postgres_server.rpartition("/")[0] + path
    with pytest.raises(Unavailable):
        create_store(tmp_path / "l", authority="Testshire", engine="postgres", url=url)
    assert not (tmp_path / "l").exists()


@pytest.mark.postgres
def test_entries_on_postgres_are_append_only(tmp_path: Path, postgres_url: str) -> None:
    import psycopg

    store = create_store(tmp_path / "l", authority="Testshire", engine="postgres", url=postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for edit in (
            "UPDATE journey.entries SET version = 2",
            "DELETE FROM journey.entries",
            "TRUNCATE journey.entries",
        ):
            with pytest.raises(psycopg.errors.RaiseException, match="never changed or deleted"):
                connection.execute(edit)
    assert store.verify_self().consistent
    store.close()


@pytest.mark.parametrize("edit", ["UPDATE entries SET version = 2", "DELETE FROM entries", "UPDATE log SET format = 2"])
def test_entries_on_sqlite_are_append_only(sqlite_store: Store, tmp_path: Path, edit: str) -> None:
    with (
        closing(sqlite3.connect(tmp_path / "ledger" / "ledger.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        connection.execute(edit)
    assert sqlite_store.verify_self().consistent
