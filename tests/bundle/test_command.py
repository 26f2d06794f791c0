"""`journey bundle`, as it is typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger import create_ledger, open_ledger
from ledger.access import accesses
from ledger.events import ChildRegistered, VisitRecorded
from tests.bundle.case import verify
from tests.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "ledger"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        ledger.append("C-1", ChildRegistered(occurred_on=date(2024, 4, 2), child_id="C-1"), by="SW1")
        visited(ledger)
    return where


def visited(ledger: object) -> None:
    event = VisitRecorded(occurred_on=date(2024, 5, 3), worker="SW1", narrative="We drew.")
    ledger.append("C-1", event, by="SW1")  # type: ignore[attr-defined]


@pytest.fixture
def signer(run: Run, folder: Path, tmp_path: Path) -> Path:
    assert run("signer", "new", tmp_path / "signer", "--ledger", folder)[0] == 0
    return tmp_path / "signer"


def vkey(run: Run, signer: Path) -> str:
    return next(line for line in run("signer", "show", signer)[1].splitlines() if line.count("+") >= 2)


def test_a_bundle_is_signed_written_and_verifies(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    out = tmp_path / "c-1.zip"
    code, said, told = run("bundle", "C-1", "--ledger", folder, "--signer", signer, "-o", out)
    assert (code, said) == (0, "")
    assert "2 entries, 0 withheld in whole or in part, 0 erased; complete up to a checkpoint of 4 entries." in told
    assert out.stat().st_mode & 0o777 == 0o600
    answer = verify(out, vkey(run, signer), folder=tmp_path)
    assert "WHOLE: the journey of child C-1 has 2 entries." in answer.said


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(
    run: Run, folder: Path, signer: Path, tmp_path: Path
) -> None:
    out = tmp_path / "nowhere" / "c-1.zip"
    code, said, told = run("bundle", "C-1", "--ledger", folder, "--signer", signer, "-o", out)
    assert (code, said) == (2, "")
    assert "there is no folder" in told
    with open_ledger(folder) as ledger:
        assert list(accesses(ledger.store, ledger.stream("C-1"))) == []


def test_a_bundle_is_a_reading_and_is_logged(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    asked = ("bundle", "C-1", "--ledger", folder, "--signer", signer, "-o", tmp_path / "c-1.zip")
    assert run(*asked, "--reader", "SW7", "--purpose", "court", "--reason", "ordered")[0] == 0
    with open_ledger(folder) as ledger:
        [read] = accesses(ledger.store, ledger.stream("C-1"))
    assert (read.event.reader, read.event.command, read.event.entries) == ("SW7", "bundle", 2)
    settings = folder / "ledger.toml"
    settings.write_text(f'{settings.read_text()}\n[access]\nreason = "required"\n')
    (tmp_path / "c-1.zip").unlink()
    code, _, told = run(*asked, "--reader", "SW7")
    assert code == 4
    assert "reason" in told
    assert not (tmp_path / "c-1.zip").exists()


def test_the_key_may_be_in_a_file(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "c-1.zip", tmp_path / "testshire.vkey"
    assert run("bundle", "C-1", "--ledger", folder, "--signer", signer, "-o", out)[0] == 0
    key.write_text(vkey(run, signer) + "\n", encoding="utf-8")
    assert verify(out, str(key), folder=tmp_path).code == 0
    assert verify(out, str(tmp_path / "absent.vkey"), folder=tmp_path).code == 2


def test_a_checkpoint_that_covers_the_case_is_used_and_nothing_is_written(
    run: Run, folder: Path, signer: Path, tmp_path: Path
) -> None:
    held, out = tmp_path / "checkpoint.txt", tmp_path / "c-1.zip"
    assert run("checkpoint", "--ledger", folder, "--signer", signer, "--out", held)[0] == 0
    assert run("bundle", "C-1", "--ledger", folder, "--checkpoint", held, "-o", out)[0] == 0
    first = out.read_bytes()
    assert run("bundle", "C-1", "--ledger", folder, "--checkpoint", held, "--signer", signer, "-o", out)[0] == 0
    assert out.read_bytes() == first
    with open_ledger(folder) as ledger:
        assert ledger.head().size == 4
        visited(ledger)
    code, _, told = run("bundle", "C-1", "--ledger", folder, "--checkpoint", held, "-o", out)
    assert code == 4
    assert "covers 4 entries" in told
    assert out.read_bytes() == first
    assert run("bundle", "C-1", "--ledger", folder, "--checkpoint", held, "--signer", signer, "-o", out)[0] == 0
    assert "has 3 entries" in verify(out, vkey(run, signer), folder=tmp_path).said


def test_the_signer_of_the_settings_is_asked_where_none_is_named(
    run: Run, folder: Path, signer: Path, tmp_path: Path
) -> None:
    settings = folder / "ledger.toml"
    settings.write_text(f'{settings.read_text()}\n[checkpoint]\nsigner = "{signer}"\n')
    assert run("bundle", "C-1", "--ledger", folder, "-o", tmp_path / "c-1.zip")[0] == 0


def test_a_view_and_rules(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    rules, out = tmp_path / "rules.toml", tmp_path / "c-1.zip"
    rules.write_text("[[redact]]\nexemption = 'other'\nareas = ['visit']\n[[redact]]\nexemption='other'\nworkers='X'\n")
    asked = ("bundle", "C-1", "--ledger", folder, "--signer", signer, "-o", out)
    code, _, told = run(*asked, "--redact", rules, "--known-at", "2030-01-01")
    assert code == 0
    assert "1 withheld" in told
    assert "note: the rule in line 4 (other) meets no entry of this journey." in told
    rules.write_text("[[redact]]\nareas = ['visit']\n")
    code, _, told = run(*asked, "--redact", rules)
    assert code == 7
    assert "rules.toml, line 1" in told


def test_wrong_use(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    out = tmp_path / "c-1.zip"
    assert run("bundle", "C-1", "--ledger", folder, "-o", out)[0] == 2
    assert run("bundle", "C-1", "--ledger", folder, "--signer", signer)[0] == 2
    assert run("bundle", "C-1", "--ledger", folder, "--signer", signer, "-o", tmp_path / "no" / "c.zip")[0] == 2
    assert run("bundle", "C-9", "--ledger", folder, "--signer", signer, "-o", out)[0] == 5
    assert not out.exists()
