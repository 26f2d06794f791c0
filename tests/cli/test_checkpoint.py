"""`journey checkpoint`, `signer` and `witness`, as they are typed, from a new signer to a cosigned checkpoint."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from ledger import create_ledger, open_ledger
from ledger.events import ChildRegistered, VisitRecorded
from ledger.seal.checkpoint import open_checkpoint
from ledger.seal.note import parse_verifier
from tests.conftest import Run

ALL_IN_ONE = "protects nobody against this account"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "ledger"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        ledger.append("C-1", ChildRegistered(occurred_on=date(2024, 4, 2), child_id="C-1"), by="SW1")
    return where


@pytest.fixture
def signer(run: Run, folder: Path, tmp_path: Path) -> Path:
    code, out, _ = run("signer", "new", tmp_path / "signer", "--ledger", folder)
    assert code == 0
    assert parse_verifier(out).name == "testshire-synthetic"
    return tmp_path / "signer"


def vkeys(run: Run, place: Path, who: str = "signer") -> list[str]:
    return [line for line in run(who, "show", place)[1].splitlines() if line.count("+") >= 2 and " " not in line]


def visited(folder: Path) -> None:
    with open_ledger(folder) as ledger:
        ledger.append("C-1", VisitRecorded(occurred_on=date(2024, 5, 3), worker="SW1"), by="SW1")


def test_a_checkpoint_is_printed_and_verifies_under_the_key_from_outside(run: Run, folder: Path, signer: Path) -> None:
    code, out, err = run("checkpoint", "--ledger", folder, "--signer", signer)
    assert code == 0
    [key] = map(parse_verifier, vkeys(run, signer))
    checkpoint, _, who = open_checkpoint(out.encode(), [key])
    assert who == [key]
    head = json.loads(run("head", "--json", "--ledger", folder)[1])
    assert (checkpoint.size, checkpoint.root.hex()) == (head["size"], head["root"]) == (3, head["root"])
    assert "3 entries of testshire-synthetic/" in err
    assert ALL_IN_ONE in err
    assert run("signer", "show", signer)[1].count("signed 3 entries") == 1


def test_the_settings_name_the_signer(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    code, _, err = run("checkpoint", "--ledger", folder)
    assert (code, "no signer is named" in err) == (2, True)
    with (folder / "ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[checkpoint]\nsigner = "../signer"\n')
    code, out, _ = run("checkpoint", "--ledger", folder, "--out", tmp_path / "one.txt")
    assert (code, out) == (0, "")
    assert (tmp_path / "one.txt").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_there_is_told_before_anything_is_signed(
    run: Run, folder: Path, signer: Path, tmp_path: Path
) -> None:
    size = json.loads(run("head", "--json", "--ledger", folder)[1])["size"]
    code, out, err = run("checkpoint", "--ledger", folder, "--signer", signer, "--out", tmp_path / "nowhere" / "one")
    assert (code, out) == (2, "")
    assert "there is no folder" in err
    assert json.loads(run("head", "--json", "--ledger", folder)[1])["size"] == size


def test_the_roots_of_earlier_sizes_are_told(run: Run, folder: Path, signer: Path) -> None:
    first = run("checkpoint", "--ledger", folder, "--signer", signer)[1].encode()
    visited(folder)
    run("checkpoint", "--ledger", folder, "--signer", signer)
    told = json.loads(run("head", "--json", "--at", 3, "--ledger", folder)[1])
    assert told == {"size": 3, "root": open_checkpoint(first, [])[0].root.hex()}
    assert run("head", "--at", 99, "--ledger", folder)[0] == 5


def test_a_witness_cosigns_growth_from_what_it_holds(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    witness, held = tmp_path / "witness", tmp_path / "held.txt"
    key = parse_verifier(run("witness", "new", witness, "--name", "w.example/1")[1])
    size = 0
    for number in range(3):
        visited(folder)
        made = tmp_path / f"{number}.txt"
        args = ("checkpoint", "--ledger", folder, "--signer", signer, "--out", made)
        assert run(*args, "--witness-size", size)[0] == 0
        checkpoint = open_checkpoint(made.read_bytes(), [])[0]
        [log] = vkeys(run, signer)
        assert run("witness", "trust", witness, log, "--origin", checkpoint.origin)[0] == 0
        assert run("witness", "cosign", witness, f"{made}.request", "-o", held)[0] == 0
        assert open_checkpoint(held.read_bytes(), [key, parse_verifier(log)])[2] == [key, parse_verifier(log)]
        size = checkpoint.size
    code, _, err = run("witness", "cosign", witness, f"{tmp_path / '0.txt.request'}")
    assert code == 6
    assert f"this witness holds {size} entries of this log, not 0" in err
    shown = run("witness", "show", witness)[1]
    assert f"cosigned {size} entries of {checkpoint.origin}" in shown
    assert f"watches {checkpoint.origin} signed by {log}" in shown


def test_a_request_that_is_none_is_bad_data(run: Run, tmp_path: Path) -> None:
    run("witness", "new", tmp_path / "witness", "--name", "w")
    (tmp_path / "request").write_text("old 3\n", encoding="utf-8")
    assert run("witness", "cosign", tmp_path / "witness", tmp_path / "request")[0] == 7
    assert run("witness", "cosign", tmp_path / "witness", tmp_path / "nothing")[0] == 2
    assert run("witness", "trust", tmp_path / "witness", "no-key", "--origin", "a/b")[0] == 7
    assert run("witness", "show", tmp_path / "nowhere")[0] == 5


def test_a_rolled_back_ledger_is_an_integrity_failure(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "backup")
    visited(folder)
    assert run("checkpoint", "--ledger", folder, "--signer", signer)[0] == 0
    code, out, err = run("checkpoint", "--ledger", tmp_path / "backup", "--signer", signer)
    assert (code, out) == (3, "")
    assert "put back" in err


def test_keys_are_rotated_and_retired(run: Run, folder: Path, signer: Path) -> None:
    [old] = vkeys(run, signer)
    new = run("signer", "rotate", signer)[1].strip()
    assert vkeys(run, signer) == [old, new]
    assert run("signer", "retire", signer, parse_verifier(old).key_id.hex())[0] == 0
    assert vkeys(run, signer) == [new]
    assert f"{old} (retired)" in run("signer", "show", signer)[1]
    assert run("signer", "retire", signer, parse_verifier(new).key_id.hex())[0] == 4
    assert run("signer", "retire", signer, "00000000")[0] == 5


def test_heads_are_sealed_for_another_account_to_sign(run: Run, folder: Path, signer: Path) -> None:
    code, out, err = run("checkpoint", "--ledger", folder, "--seal-only")
    assert (code, out.splitlines()[0], err) == (0, "size 3", "")
    assert "signed" not in run("signer", "show", signer)[1]
    assert run("checkpoint", "--ledger", folder, "--seal-only")[1] == out


def test_the_access_log_is_signed_apart(run: Run, folder: Path, signer: Path) -> None:
    main, access = (
        open_checkpoint(run("checkpoint", "--ledger", folder, "--signer", signer, *more)[1].encode(), [])[0]
        for more in ((), ("--access",))
    )
    assert main.origin != access.origin


def test_what_is_kept_in_the_ledgers_own_folder_is_told(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    args = ("checkpoint", "--ledger", folder, "--signer", signer)
    assert "own folder" in run(*args, "--out", folder / "mine.txt")[2]
    assert "own folder" not in run(*args, "--out", tmp_path / "outside.txt")[2]
    assert run(*args, "--out", tmp_path / "nowhere" / "x.txt")[0] == 2
    assert run(*args, "--witness-size", 0)[0] == 2


def test_a_signer_needs_a_name(run: Run, tmp_path: Path) -> None:
    assert run("signer", "new", tmp_path / "s", "--ledger", tmp_path / "nowhere")[0] == 2
    assert run("signer", "new", tmp_path / "s", "--name", "a b")[0] == 7
    assert run("signer", "new", tmp_path / "s", "--name", "a/b")[0] == 0
    assert run("signer", "new", tmp_path / "s", "--name", "a/b")[0] == 4


def test_an_account_without_the_keys_signs_what_is_sealed(run: Run, folder: Path, signer: Path, tmp_path: Path) -> None:
    (folder / "master.key").rename(tmp_path / "master.key")
    assert run("checkpoint", "--ledger", folder, "--signer", signer)[0] == 1
    (tmp_path / "master.key").rename(folder / "master.key")
    assert run("checkpoint", "--ledger", folder, "--seal-only")[0] == 0
    (folder / "master.key").rename(tmp_path / "master.key")
    code, _, err = run("checkpoint", "--ledger", folder, "--signer", signer)
    assert (code, "3 entries" in err) == (0, True)
