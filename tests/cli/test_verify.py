"""`journey verify` as it is typed: against itself, against a checkpoint, with findings; what it prints."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from ledger import create_ledger, open_ledger
from ledger.events import ChildRegistered, VisitRecorded
from tests.conftest import Run
from tests.tamper.forger import Forger, sqlite_behind_triggers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger of one child with three visits, and a signer's folder beside it."""
    where = tmp_path / "ledger"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        ledger.append("C-1", ChildRegistered(occurred_on=date(2024, 4, 2), child_id="C-1"), by="SW1")
        for day in (3, 10, 17):
            ledger.append("C-1", VisitRecorded(occurred_on=date(2024, 5, day), worker="SW1"), by="SW1")
    return where


@pytest.fixture
def checkpoint(run: Run, folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A checkpoint kept outside, and the verifier key's file."""
    assert run("signer", "new", tmp_path / "signer", "--name", "testshire")[0] == 0
    code, _, err = run(
        "checkpoint", "--ledger", folder, "--signer", tmp_path / "signer", "--out", tmp_path / "checkpoint.txt"
    )
    assert code == 0, err
    key = tmp_path / "key.txt"
    key.write_text(_key(run("signer", "show", tmp_path / "signer")[1]), encoding="utf-8")
    return tmp_path / "checkpoint.txt", key


def _key(shown: str) -> str:
    return next(word for word in shown.split() if word.count("+") >= 2)


def forger(folder: Path) -> Forger:
    with open_ledger(folder, read_only=True) as ledger:
        return Forger(ledger.store, partial(sqlite_behind_triggers, folder / "ledger.db"))


def test_against_a_checkpoint(run: Run, folder: Path, checkpoint: tuple[Path, Path]) -> None:
    file, key = checkpoint
    code, out, _ = run("verify", "--ledger", folder, "--against", file, "--key", key, "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["verdict"], told["anchor"]) == (0, True, "verified", "own copy")
    assert (told["entries"], told["findings"]) == (6, [])
    with open_ledger(folder) as ledger:
        assert told["head"] == {"size": 6, "root": ledger.head().root.hex()}
    code, out, _ = run("verify", "--ledger", folder, "--against", file, "--key", key.read_text(encoding="utf-8"))
    assert code == 0
    assert out.startswith("verified: 6 entries checked\n")
    assert run("verify", "--ledger", folder, "--since", file, "--key", key)[0] == 0


def test_what_it_cannot_be_asked(run: Run, folder: Path, checkpoint: tuple[Path, Path]) -> None:
    file, _ = checkpoint
    assert run("verify", "--ledger", folder, "--against", file)[0] == 2
    assert run("verify", "--ledger", folder, "--against", file, "--key", "nothing")[0] == 2
    assert run("verify", "--ledger", folder, "--self", "--against", file, "--key", "x")[0] == 2


def test_findings_are_listed_in_full_with_their_places(run: Run, folder: Path, checkpoint: tuple[Path, Path]) -> None:
    file, key = checkpoint
    hand = forger(folder)
    for position in (3, 4):
        hand.set(position, sealed=b"x")
    stream = hand.row(3).stream
    code, out, _ = run("verify", "--ledger", folder, "--against", file, "--key", key)
    lines = re.sub(r"expected [0-9a-f]{16}, found [0-9a-f]{16}", "SEALS", out).splitlines()
    assert code == 3
    assert lines[0] == "not verified: 6 entries checked"
    assert lines[-3:] == [
        "2 findings:",
        f"position 3, {stream}, version 2: its sealed part is not what was sealed: SEALS. (changed)",
        f"position 4, {stream}, version 3: its sealed part is not what was sealed: SEALS. (changed)",
    ]


def test_sealed_anew_is_found_only_against_the_checkpoint(
    run: Run, folder: Path, checkpoint: tuple[Path, Path]
) -> None:
    file, key = checkpoint
    hand = forger(folder)
    hand.set(3, name="visit-attempted.v1")
    hand.reseal()
    assert run("verify", "--ledger", folder)[0] == 0
    code, out, _ = run("verify", "--ledger", folder, "--against", file, "--key", key, "--json")
    assert code == 3
    assert [each["code"] for each in json.loads(out)["findings"]] == ["forked"]


def test_facts_are_held_against_the_entries(run: Run, folder: Path) -> None:
    code, out, _ = run("verify", "--ledger", folder, "--facts", "--json")
    assert (code, json.loads(out)["findings"]) == (0, [])


def test_facts_that_differ_are_found(folder: Path) -> None:
    from ledger.domain.events import catalogue
    from ledger.projections.columns import columns
    from ledger.projections.facts import Facts
    from ledger.projections.facts_check import EPOCH, compared
    from ledger.projections.facts_folder import FactsFolder
    from ledger.projections.segments import Block

    with open_ledger(folder) as ledger, FactsFolder(ledger.store) as kept:
        kept.refresh()
        with Facts.of_files(kept.files, columns(), position=5, last=5, recorded_at=EPOCH) as facts:
            assert list(compared(ledger.store, facts, tuple(catalogue()), Block(1, 5))) == []
            facts.query("CREATE TABLE edited AS FROM entries; DROP VIEW entries; ALTER TABLE edited RENAME TO entries")
            facts.query("UPDATE entries SET worker = 'SW9' WHERE position = 3")
            facts.query("DELETE FROM entries WHERE position = 4")
            facts.query("INSERT INTO entries (position) VALUES (77)")
            found = [
                (each.code, each.position) for each in compared(ledger.store, facts, tuple(catalogue()), Block(1, 5))
            ]
    assert found == [("facts-differ", 3), ("facts-differ", 4), ("facts-differ", 77)]


def test_kept_facts_that_were_edited_with_their_digest_are_found(run: Run, folder: Path) -> None:
    import duckdb

    from ledger.projections.facts_folder import MANIFEST

    facts = folder / "facts"
    assert run("facts", "refresh", "--ledger", folder)[0] == 0
    (segment,) = facts.glob("*.parquet")
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(segment)).project(
            "* REPLACE (CASE position WHEN 3 THEN 'SW9' ELSE worker END AS worker)"
        )
        rows.write_parquet(str(facts / "edited"))
    digest = sha256((facts / "edited").read_bytes()).hexdigest()
    stated = json.loads((facts / MANIFEST).read_text(encoding="utf-8"))
    segment.unlink()
    stated["segments"][0]["sha256"] = [digest]
    first, last = stated["segments"][0]["first"], stated["segments"][0]["last"]
    (facts / "edited").rename(facts / f"entries-{first:09}-{last:09}-{digest[:16]}.parquet")
    (facts / MANIFEST).write_text(json.dumps(stated), encoding="utf-8")
    code, out, _ = run("verify", "--ledger", folder, "--facts", "--json")
    assert code == 3
    assert [(each["code"], each["position"]) for each in json.loads(out)["findings"]] == [("facts-differ", 3)]
    assert run("verify", "--ledger", folder, "--json")[0] == 0


def test_a_damaged_segment_is_found_and_not_mended(run: Run, folder: Path) -> None:
    assert run("facts", "refresh", "--ledger", folder)[0] == 0
    (segment,) = (folder / "facts").glob("*.parquet")
    segment.write_bytes(b"damaged")
    for _ in range(2):
        code, out, _ = run("verify", "--ledger", folder, "--facts", "--json")
        assert (code, [each["code"] for each in json.loads(out)["findings"]]) == (3, ["facts-differ"])


def test_the_log_of_readings_is_verified_on_its_own(run: Run, folder: Path, tmp_path: Path) -> None:
    """It has its own head, its own checkpoints, and its own findings; a key destroyed by order is none of them."""
    assert run("replay", "C-1", "--ledger", folder, "--reader", "SW2", "--reason", "asked by the court")[0] == 0
    signer, note = tmp_path / "access-signer", tmp_path / "access.txt"
    key = run("signer", "new", signer, "--name", "readings")[1].strip()
    assert run("checkpoint", "--ledger", folder, "--access", "--signer", signer, "--out", note)[0] == 0
    code, out, _ = run("verify", "--ledger", folder, "--access", "--against", note, "--key", key, "--json")
    told = json.loads(out)
    assert (code, told["verdict"], told["entries"], told["findings"]) == (0, "verified", 3, [])
    assert run("verify", "--ledger", folder, "--against", note, "--key", key)[0] == 3  # of another log
    backups = ("--keys-backups-days", "0", "--ledger-backups-days", "0")
    order = ("--authority", "an order", "--reason", "court order", "--by", "SW9", "--yes", *backups)
    assert run("erase", "C-1", "--ledger", folder, *order)[0] == 0
    assert run("verify", "--ledger", folder, "--access", "--against", note, "--key", key)[0] == 0
    with sqlite_behind_triggers(folder / "ledger.db") as execute:
        execute("DELETE FROM access_entries WHERE position = 2", ())
    code, out, _ = run("verify", "--ledger", folder, "--access", "--json")
    assert (code, [each["code"] for each in json.loads(out)["findings"]]) == (3, ["missing"])
    assert run("verify", "--ledger", folder)[0] == 0
