"""The library's own reusable test cases, run on our three recorders: plain events, without sealing data."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from eventsourcing.tests.persistence import ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase

from ledger.store.log import Log, open_log
from ledger.store.recorder import LedgerRecorder, Opening

if TYPE_CHECKING:
    from pathlib import Path

OPENING = Opening(bytes(range(16)), "Testshire", 1)


class OnSQLite:
    """Makes an empty log in a file. `subscribe` is left out: SQLite has no way to be told of a commit."""

    log: Log

    @pytest.fixture(autouse=True)
    def _a_log(self, tmp_path: Path):
        self.log = open_log("sqlite", {"SQLITE_DBNAME": (tmp_path / "log.db").as_uri() + "?mode=rwc"})
        yield
        self.log.close()

    def create_recorder(self) -> LedgerRecorder:
        self.log.rows.found(OPENING)
        return self.log.rows

    def new_originator_id(self) -> str:
        return f"journey:{uuid4()}"


class InMemory(OnSQLite):
    """Makes an empty log in memory."""

    @pytest.fixture(autouse=True)
    def _a_log(self):
        self.log = open_log("memory", {})
        yield
        self.log.close()


class OnPostgres(OnSQLite):
    """Makes an empty log in a fresh database."""

    @pytest.fixture(autouse=True)
    def _a_log(self, postgres_url: str):
        self.log = open_log("postgres", {"POSTGRES_URL": postgres_url})
        yield
        self.log.close()


class TestSQLiteRecorder(OnSQLite, ApplicationRecorderTestCase[LedgerRecorder]):
    def test_subscribe_is_not_supported(self) -> None:
        with pytest.raises(NotImplementedError):
            self.create_recorder().subscribe()


class TestMemoryRecorder(InMemory, ApplicationRecorderTestCase[LedgerRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


@pytest.mark.postgres
class TestPostgresRecorder(OnPostgres, ApplicationRecorderTestCase[LedgerRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestSQLiteOrder(OnSQLite, NonInterleavingNotificationIDsBaseCase):
    pass


class TestMemoryOrder(InMemory, NonInterleavingNotificationIDsBaseCase):
    pass


@pytest.mark.postgres
class TestPostgresOrder(OnPostgres, NonInterleavingNotificationIDsBaseCase):
    pass


del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
