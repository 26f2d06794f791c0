"""One bad file per error: the command, what it says, the code it leaves with; and the ledger is as it was.

Each folder under `cases` holds `command.txt`, the bad input, and `expected.txt`: the exit code and stderr, word for
word. Write them anew with JOURNEY_GOLDEN=write, and read the difference before committing it.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger.domain.envelope import Actor, Source, child
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.visit import VisitRecorded
from ledger.store import New, create_store, open_store

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one child and one visit, held under the key (cms, held)."""
    where = tmp_path_factory.mktemp("errors") / "ledger"
    store = create_store(where, authority="Testshire (synthetic)")
    stream = store.open_subject(child("C-001"))
    store.append(
        [
            New(stream, ChildRegistered(child_id="C-001", precision="unknown"), Actor(worker="SW1")),
            New(
                stream,
                VisitRecorded(occurred_on=date(2024, 5, 3), worker="SW1"),
                Actor(worker="SW1"),
                source=Source("cms", "held"),
            ),
        ]
    )
    store.close()
    return where


def run(arguments: list[str], ledger: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command and return its exit code and what it said on stderr."""
    code = exit_code(journey, ["--ledger", str(ledger), *arguments])
    captured = capsys.readouterr()
    assert captured.out == ""
    return f"exit {code}\n{captured.err}"


def head(ledger: Path) -> tuple[int, bytes]:
    store = open_store(ledger, read_only=True)
    try:
        return tuple(store.head())
    finally:
        store.close()


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_bad_file_gets_its_sentence_and_changes_nothing(
    case: Path, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(case, tmp_path, dirs_exist_ok=True)
    (tmp_path / "expected.txt").unlink(missing_ok=True)
    monkeypatch.chdir(tmp_path)
    before = head(ledger)
    told = run((case / "command.txt").read_text(encoding="utf-8").split(), ledger, capsys)
    if os.environ.get("JOURNEY_GOLDEN") == "write":
        (case / "expected.txt").write_text(told, encoding="utf-8")
    assert told == (case / "expected.txt").read_text(encoding="utf-8")
    assert not told.startswith(("exit 0", "exit 1\n"))
    assert head(ledger) == before


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_case_has_sentences_and_one_hint(case: Path) -> None:
    code, *lines = (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert code in ("exit 2", "exit 5", "exit 6", "exit 7")
    assert lines[-1].startswith("hint: ")
    assert len(lines) > 1
    assert all(line.endswith(".") for line in lines[:-1])


@pytest.fixture
def copy(ledger: Path, tmp_path: Path) -> Path:
    """A copy of the ledger, to be damaged."""
    return Path(shutil.copytree(ledger, tmp_path / "copy"))


FILE = str(Path(__file__).parent / "cases" / "append-unknown-child" / "events.ndjson")


def test_a_folder_that_is_no_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(["append", FILE], tmp_path, capsys)
    assert told.startswith("exit 5\n")
    assert "hint: " in told
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_made_by_a_newer_version(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = copy / "ledger.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("format = 1", "format = 99"), encoding="utf-8")
    told = run(["append", FILE], copy, capsys)
    assert told.startswith("exit 7\n")
    assert "99" in told


def test_a_wrong_master_key(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = copy / "master.key"
    text = key.read_bytes()
    key.chmod(0o600)
    key.write_bytes(text.translate(bytes.maketrans(b"0123456789abcdef", b"123456789abcdef0")))
    assert key.read_bytes() != text
    told = run(["append", FILE], copy, capsys)
    assert told.startswith("exit 4\n")
    assert "master key" in told
    assert "hint: " in told


def test_an_unknown_code_is_kept_and_reported_by_an_import(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "2017-reviews.csv").write_text("CHILD,DOB,REVIEW,REVIEW_CODE\nC-001,12/05/2005,01/06/2017,PN9\n")
    code = exit_code(
        journey,
        ["--ledger", str(copy), "import", "ssda903", str(tmp_path), "--year-ending", "2018-03-31", "--json"],
    )
    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (report["refused"], report["tables"]["reviews"]["new"]) == (0, 1)
    assert ["unknown-code", "2017-reviews.csv", 2, "REVIEW_CODE"] in [
        [p["code"], p["file"], p["line"], p["column"]] for p in report["problems"]
    ]
