"""Commands about a whole ledger, run as they are typed: what they print, where, and the code they leave with."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger import create_ledger, open_ledger
from ledger.domain.envelope import LEDGER
from ledger.events import ChildRegistered, SourceCoverageDeclared, VisitRecorded
from tests.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger of one child with one visit, and a source that covers visits of one year."""
    where = tmp_path / "ledger"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        ledger.append("C-1", ChildRegistered(occurred_on=date(2024, 4, 2), child_id="C-1"), by="SW1")
        ledger.append("C-1", VisitRecorded(occurred_on=date(2024, 5, 3), worker="SW1"), by="SW1")
        covered = SourceCoverageDeclared(
            occurred_on=date(2024, 4, 1),
            system="tables",
            areas=("visit",),
            covers_from=date(2024, 4, 1),
            covers_until=date(2025, 4, 1),
            complete=False,
        )
        ledger.append(LEDGER, covered, by="SW1", written_at=datetime(2024, 4, 1, tzinfo=UTC))
    return where


def test_init_makes_a_ledger_that_opens(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("init", tmp_path / "new", "--authority", "Testshire (synthetic)")
    assert code == 0
    assert "Testshire (synthetic)" in out
    with open_ledger(tmp_path / "new") as ledger:
        assert ledger.authority == "Testshire (synthetic)"


def test_a_second_init_is_not_allowed_and_changes_nothing(run: Run, folder: Path) -> None:
    with open_ledger(folder) as ledger:
        before = ledger.head()
    code, out, err = run("init", folder, "--authority", "Othershire (synthetic)")
    assert (code, out) == (4, "")
    assert "hint: " in err
    with open_ledger(folder) as ledger:
        assert (ledger.head(), ledger.authority) == (before, "Testshire (synthetic)")


@pytest.mark.parametrize("args", [("--engine", "postgres"), ("--url", "postgresql://localhost/x")])
def test_an_engine_and_its_address_belong_together(run: Run, tmp_path: Path, args: tuple[str, ...]) -> None:
    code, _, err = run("init", tmp_path / "new", "--authority", "T", *args)
    assert code == 2
    assert "--url" in err
    assert not (tmp_path / "new").exists()


def test_head_now_and_then(run: Run, folder: Path) -> None:
    with open_ledger(folder) as ledger:
        now, then = ledger.head(), ledger.head(2)
    assert json.loads(run("--ledger", folder, "head", "--json")[1]) == {"size": 4, "root": now.root.hex()}
    assert json.loads(run("--ledger", folder, "head", "--json", "--at", 2)[1]) == {"size": 2, "root": then.root.hex()}
    assert run("head", "--ledger", folder)[1] == f"size 4\nroot {now.root.hex()}\n"


def test_verify_says_self_consistent_and_never_verified(run: Run, folder: Path) -> None:
    code, out, _ = run("--ledger", folder, "verify", "--self")
    assert code == 0
    assert out.startswith("self-consistent: 4 entries checked\n")
    assert "verified" not in out
    told = json.loads(run("--ledger", folder, "verify", "--self", "--json")[1])
    with open_ledger(folder) as ledger:
        root = ledger.head().root.hex()
    assert any("no checkpoint" in sentence for sentence in told.pop("told"))
    assert told.pop("anchor") == "none"
    assert told == {
        "ok": True,
        "verdict": "self-consistent",
        "entries": 4,
        "head": {"size": 4, "root": root},
        "findings": [],
    }


def test_verify_without_a_checkpoint_is_against_itself(run: Run, folder: Path) -> None:
    assert run("--ledger", folder, "verify") == run("--ledger", folder, "verify", "--self")
    assert run("--ledger", folder, "verify", "--self", "--against", folder / "ledger.toml")[0] == 2
    assert run("--ledger", folder, "verify", "--against", folder / "ledger.toml")[0] == 2


def test_an_altered_byte_is_found_and_placed(run: Run, folder: Path) -> None:
    with sqlite3.connect(folder / "ledger.db") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE entries SET recorded_at = recorded_at + 1 WHERE rowid = 3")
    code, out, _ = run("--ledger", folder, "verify", "--self", "--json")
    told = json.loads(out)
    assert code == 3
    assert not told["ok"]
    assert told["verdict"] == "not verified"
    assert told["findings"]
    assert run("--ledger", folder, "verify", "--self")[0] == 3


def test_status_tells_what_is_covered_and_what_is_not(run: Run, folder: Path) -> None:
    code, out, _ = run("--ledger", folder, "status", "--format", "json")
    told = json.loads(out)
    assert code == 0
    by_area = {row["area"]: row for row in told["rows"]}
    assert by_area["visit"] == {
        "area": "visit",
        "supplied": "partial",
        "from": "2024-04-01",
        "until": "2025-04-01",
        "system": "tables",
        "scope": "all children",
    }
    assert by_area["supervision"]["supplied"] == "not supplied"
    assert told["provenance"]["authority"] == "Testshire (synthetic)"
    assert told["provenance"]["entries"] == 4
    assert told["provenance"]["journeys"] == 1
    assert told["provenance"]["engine"] == "sqlite"


@pytest.mark.parametrize("command", [("head",), ("verify", "--self"), ("status",)])
def test_a_folder_that_is_no_ledger_is_not_found(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    code, out, err = run("--ledger", tmp_path, *command)
    assert (code, out) == (5, "")
    assert "hint: journey init" in err
    assert list(tmp_path.iterdir()) == []
