"""`journey import` and `journey append` as commands: what goes to stdout, what to stderr, and what is left alone."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger.importers.csv_forms import FORMS
from ledger.store import create_store, open_store
from tests.importers.desk import write_return
from tests.importers.test_cloudevents import REGISTERED, VISIT, lines

DOB = "12/05/2005"
TABLES = {
    "header": [f"C{n},1,{DOB},WBRI,,," for n in range(5)],
    "episodes": [f"C{n},01/06/2017,S,C2,N1,U4,PR1,,E4A,,,," for n in range(5)],
}


class Shell:
    """Runs commands against a ledger in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.ledger, self.capsys = folder, folder / "ledger", capsys
        create_store(self.ledger, authority="Testshire (synthetic)").close()

    def __call__(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        self.capsys.readouterr()
        assert exit_code(journey, ["--ledger", str(self.ledger), *arguments]) == code
        captured = self.capsys.readouterr()
        return captured.out, captured.err

    @property
    def size(self) -> int:
        store = open_store(self.ledger, read_only=True)
        try:
            return store.head().size
        finally:
            store.close()


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_json_is_one_object_with_the_promised_fields(shell: Shell) -> None:
    folder = str(write_return(shell.folder / "in", **TABLES))
    out, err = shell("import", "ssda903", folder, "--year-ending", "2018-03-31", "--json")
    report: dict[str, Any] = json.loads(out)
    assert err == ""
    assert {
        "rows_read": 10,
        "appended": 11,
        "amended": 0,
        "ended": 0,
        "corrected": 0,
        "unchanged": 0,
        "refused": 0,
        "expected_but_absent": 0,
        "registered": 5,
        "collected_on": "2018-03-31",
        "collected_on_assumed": True,
        "dry_run": False,
    }.items() <= report.items()
    assert len(report["problems"]) == 5
    assert report["problems"][0] == {
        "code": "reason-without-end",
        "message": "a reason for ending without an end: it ends nothing.",
        "file": "episodes.csv",
        "line": 2,
        "column": "REC",
        "refused": False,
    }


def test_a_screen_shows_the_first_problems_of_a_kind_and_all_when_asked(shell: Shell) -> None:
    folder = str(write_return(shell.folder / "in", **TABLES))
    out, err = shell("import", "ssda903", folder, "--year-ending", "2018-03-31", "--dry-run")
    assert "nothing was written, this was a dry run" in out
    assert "assumed" in out
    assert err.splitlines()[-1] == "reason-without-end: 2 more (--all shows them)"
    assert shell.size == 1
    out, err = shell(
        "import", "ssda903", folder, "--year-ending", "2018-03-31", "--all", "--collected-on", "2018-06-29"
    )
    assert err.count("reason-without-end") == 5
    assert "collected on 2018-06-29" in out
    assert "assumed" not in out
    assert shell.size == 12


def test_keep_going_leaves_out_what_cannot_be_read(shell: Shell) -> None:
    rows = [*TABLES["episodes"], "C1,01/13/2017,S,C2,N1,U4,PR1,,,,,,"]
    folder = str(write_return(shell.folder / "in", episodes=rows, header=TABLES["header"]))
    shell("import", "ssda903", folder, "--year-ending", "2018-03-31", code=7)
    assert shell.size == 1
    out, err = shell("import", "ssda903", folder, "--year-ending", "2018-03-31", "--keep-going")
    assert "1 refused" in out
    assert "bad-date: episodes.csv, line 7, DECOM" in err
    assert shell.size == 12


def test_templates_are_written_once_and_left_alone(shell: Shell) -> None:
    folder = shell.folder / "tables"
    out, _ = shell("import", "csv", "--template", str(folder))
    assert [Path(line).name for line in out.splitlines()] == [f"{name}.csv" for name in FORMS]
    (folder / "visits.csv").write_text("mine", encoding="utf-8")
    out, err = shell("import", "csv", "--template", str(folder))
    assert (out, err.count("left as it is")) == ("", 4)
    assert (folder / "visits.csv").read_text(encoding="utf-8") == "mine"


def test_tables_are_imported_with_what_they_cover(shell: Shell) -> None:
    folder = shell.folder / "tables"
    shell("import", "csv", "--template", str(folder))
    period = ["--covers-from", "2024-01-01", "--covers-until", "2025-01-01", "--complete"]
    out, _ = shell("import", "csv", str(folder), "--source", "cms", *period, "--json")
    report = json.loads(out)
    assert (report["system"], report["rows_read"], report["appended"]) == ("cms", 4, 10)
    assert json.loads(shell("import", "csv", str(folder), "--source", "cms", *period, "--json")[0])["appended"] == 0


def test_events_are_appended_from_a_file_and_from_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    file = shell.folder / "events.ndjson"
    file.write_bytes(lines(REGISTERED, VISIT))
    assert shell("append", str(file), "--dry-run")[0] == "2 lines read, 2 would be appended, 0 held already\n"
    assert shell.size == 1
    assert shell("append", str(file))[0] == "2 lines read, 2 appended, 0 held already\nlast position 3\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(file.read_bytes())))
    report = json.loads(shell("append", "-", "--json")[0])
    assert (report["read"], report["appended"], report["known"]) == (2, 0, 2)
    assert [receipt["position"] for receipt in report["receipts"]] == [2, 3]
    assert all(receipt["duplicate"] for receipt in report["receipts"])
    assert shell.size == 3


def test_a_file_that_is_not_there_is_a_usage_error(shell: Shell) -> None:
    _, err = shell("append", str(shell.folder / "nothing.ndjson"), code=2)
    assert "does not exist" in err
