"""The documented roles on PostgreSQL do what `docs/sql/roles.sql` says of them, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from ledger.access import Reader, accesses, log_access
from ledger.application import open_ledger
from ledger.domain.envelope import Receipt, child
from ledger.errors import Refused, Unavailable
from ledger.store import create_store, open_store
from ledger.store.erasing import Erasing
from tests.erasure.cases import OTHER, check_erased, erased, fill, rows
from tests.store.news import visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROLES_SQL = Path(__file__).parents[2] / "docs" / "sql" / "roles.sql"
ROLES = ("writer", "reader", "keeper", "eraser")

pytestmark = pytest.mark.postgres


@pytest.fixture
def as_role(postgres_url: str, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Make a ledger and the roles (under names of their own), and give a URL that acts as some of them."""
    create_store(tmp_path / "l", authority="Testshire", engine="postgres", url=postgres_url).close()
    mark = f"t{uuid4().hex[:12]}_"
    accounts: list[str] = []
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(
            ROLES_SQL.read_text(encoding="utf-8")
            .replace("journey_", mark)
            .replace(mark + "keys", "journey_keys")
            .replace(mark + "access", "journey_access")
        )

        def acting(*roles: str) -> str:
            account = f"{mark}account{len(accounts)}"
            accounts.append(account)
            owner.execute(SQL("CREATE ROLE {}").format(Identifier(account)))
            for role in roles:
                owner.execute(SQL("GRANT {} TO {}").format(Identifier(mark + role), Identifier(account)))
            return f"{postgres_url}{'&' if '?' in postgres_url else '?'}options=-c%20role%3D{account}"

        yield acting
        for role in [*accounts, *(mark + each for each in ROLES)]:
            owner.execute(SQL("DROP OWNED BY {}").format(Identifier(role)))
            owner.execute(SQL("DROP ROLE {}").format(Identifier(role)))


def use(folder: Path, url: str) -> None:
    """Let the settings of a ledger name another account."""
    settings = folder / "ledger.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    settings.write_text("\n".join(f'url = "{url}"' if line.startswith("url = ") else line for line in lines))


def test_a_writer_and_keeper_appends_and_reads(as_role: Callable[..., str], tmp_path: Path) -> None:
    use(tmp_path / "l", as_role("writer", "keeper"))
    store = open_store(tmp_path / "l")
    stream = store.open_subject(child("C-001"))
    [receipt] = store.append([visit(stream)])
    assert (receipt.position, store.entries(stream)[0].privacy) == (2, "open")
    assert store.verify_self().consistent
    store.close()


def test_a_reader_reads_coded_parts_and_appends_nothing(as_role: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "l" / "master.key").rename(tmp_path / "master.key")
    use(tmp_path / "l", as_role("reader"))
    store = open_store(tmp_path / "l", read_only=True)
    assert store.entries("ledger")[0].name == "ledger-opened.v1"
    assert store.verify_self().consistent
    store.close()


def test_a_reader_and_keeper_reads_a_case_and_logs_it_and_appends_nothing_else(
    as_role: Callable[..., str], tmp_path: Path
) -> None:
    use(tmp_path / "l", as_role("writer", "keeper"))
    writer = open_store(tmp_path / "l")
    stream = writer.open_subject(child("C-001"))
    writer.append([visit(stream)])
    writer.close()
    use(tmp_path / "l", as_role("reader", "keeper"))
    store = open_store(tmp_path / "l", read_only=True)
    told = log_access(store, child("C-001"), Reader("SW1", reason="Court on Monday."), command="replay", entries=1)
    assert isinstance(told, Receipt)
    [one] = accesses(store, stream)
    assert one.event.reason == "Court on Monday."
    assert store.access.verify_self().consistent
    store.close()
    writable = open_store(tmp_path / "l")
    with pytest.raises(Unavailable, match="may not do that"):
        writable.append([visit(stream)])
    writable.close()


def test_a_reader_alone_has_no_words_to_read_and_cannot_log(as_role: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "l" / "master.key").rename(tmp_path / "master.key")
    use(tmp_path / "l", as_role("reader"))
    store = open_store(tmp_path / "l", read_only=True)
    told = log_access(store, "ledger", Reader("analyst"), command="trail", entries=1)
    assert str(told) == "not logged: the access log cannot serve now: this account may not do that."
    assert list(accesses(store)) == []
    store.close()


def test_a_writer_without_keys_cannot_open_for_writing(as_role: Callable[..., str], tmp_path: Path) -> None:
    use(tmp_path / "l", as_role("writer"))
    with pytest.raises(Unavailable, match="not for this account"):
        open_store(tmp_path / "l")


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("writer", "UPDATE journey.entries SET version = 2"),
        ("writer", "DELETE FROM journey.entries"),
        ("writer", "TRUNCATE journey.entries"),
        ("writer", "UPDATE journey.log SET format = 2"),
        ("writer", "DELETE FROM journey.frontier"),
        ("writer", "SELECT wrapped FROM journey_keys.keys"),
        ("writer", "DROP TABLE journey.entries"),
        ("reader", "UPDATE journey.frontier SET size = 0"),
        ("reader", "INSERT INTO journey.entries SELECT * FROM journey.entries"),
        ("reader", "SELECT id FROM journey_keys.subjects"),
        ("reader", "INSERT INTO journey_access.entries SELECT * FROM journey_access.entries"),
        ("keeper", "DELETE FROM journey_access.entries"),
        ("keeper", "UPDATE journey_access.entries SET version = 2"),
        ("keeper", "DELETE FROM journey_keys.keys"),
        ("keeper", "UPDATE journey_keys.keys SET wrapped = ''"),
        ("keeper", "SELECT open FROM journey.entries"),
        ("eraser", "SELECT wrapped FROM journey_keys.secrets"),
        ("eraser", "INSERT INTO journey_keys.keys VALUES ('a', '')"),
        ("eraser", "DELETE FROM journey_keys.subjects"),
        ("eraser", "UPDATE journey_keys.subjects SET stream = 'journey:x'"),
        ("eraser", "UPDATE journey.entries SET version = 2"),
        ("eraser", "DELETE FROM journey.entries"),
        ("eraser", "UPDATE journey_access.entries SET open = ''"),
        ("writer", "UPDATE journey.entries SET open = ''"),
    ],
)
def test_no_role_does_more_than_its_own(as_role: Callable[..., str], role: str, statement: str) -> None:
    with (
        psycopg.connect(as_role(role), autocommit=True) as account,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        account.execute(statement)


def test_an_eraser_destroys_a_key(as_role: Callable[..., str]) -> None:
    with psycopg.connect(as_role("eraser"), autocommit=True) as account:
        assert account.execute("DELETE FROM journey_keys.keys WHERE stream = 'ledger'").rowcount == 1


def test_an_eraser_blanks_nothing_without_a_sealed_order(as_role: Callable[..., str]) -> None:
    with (
        psycopg.connect(as_role("eraser"), autocommit=True) as account,
        pytest.raises(psycopg.errors.RaiseException, match="never changed"),
    ):
        account.execute("UPDATE journey.entries SET open = ''")


def test_a_writer_keeper_and_eraser_erases(as_role: Callable[..., str], tmp_path: Path) -> None:
    use(tmp_path / "l", as_role("writer", "keeper", "eraser"))
    store = open_store(tmp_path / "l")
    stream = fill(store)
    leaves = [row.leaf(store.log_id) for row in rows(store, stream)]
    erased(store)
    check_erased(store, stream, leaves)
    store.close()


@pytest.mark.parametrize("roles", [("writer", "keeper")])
def test_without_an_eraser_nothing_is_ordered(as_role: Callable[..., str], tmp_path: Path, roles: tuple[str]) -> None:
    use(tmp_path / "l", as_role(*roles))
    store = open_store(tmp_path / "l")
    fill(store)
    head = store.head()
    with pytest.raises(Refused, match="this account may not erase: nothing was ordered") as caught:
        erased(store)
    assert "journey_eraser" in caught.value.hint
    assert store.head() == head
    store.close()


def test_an_order_that_stands_waits_for_an_eraser(
    as_role: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service goes on writing; the next eraser who opens the ledger carries the order out."""
    use(tmp_path / "l", as_role("writer", "keeper", "eraser"))
    store = open_store(tmp_path / "l")
    stream = fill(store)
    leaves = [row.leaf(store.log_id) for row in rows(store, stream)]

    def failing(*_args: object) -> None:
        raise Unavailable("the server went away.")

    with monkeypatch.context() as broken:
        broken.setattr(Erasing, "blank", failing)
        with pytest.raises(Unavailable):
            erased(store)
    store.close()
    use(tmp_path / "l", as_role("writer", "keeper"))
    with open_ledger(tmp_path / "l") as ledger:
        assert len(ledger.store.erasing.unfinished()) == 1
        with pytest.raises(Refused, match="erased under the order"):
            ledger.store.append([visit(stream)])
        ledger.store.append([visit(ledger.store.subject_stream(OTHER), 9)])
    use(tmp_path / "l", as_role("writer", "keeper", "eraser"))
    with open_ledger(tmp_path / "l") as ledger:
        check_erased(ledger.store, stream, leaves)
