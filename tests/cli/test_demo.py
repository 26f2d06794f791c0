"""The demonstration: it builds once, never writes twice, and never touches what it did not make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger import create_ledger, open_ledger


def demo(folder: Path, *args: str) -> int:
    return exit_code(journey, ["demo", "--folder", str(folder), "--children", "6", "--years", "2", *args])


def test_run_again_nothing_is_written_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path / "demo") == 0
    with open_ledger(tmp_path / "demo" / "ledger") as ledger:
        first = ledger.head()
    assert demo(tmp_path / "demo") == 0
    with open_ledger(tmp_path / "demo" / "ledger") as ledger:
        assert ledger.head() == first
    assert "\n0 entries written" in capsys.readouterr().out
    page = (tmp_path / "demo" / "case.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "<script" not in page


def test_a_plan_kept_before_there_were_districts_is_the_same_plan(tmp_path: Path) -> None:
    assert demo(tmp_path) == 0
    made = tmp_path / "plan.json"
    made.write_text(json.dumps({"children": 6, "years": 2, "seed": 2015}), encoding="utf-8")
    assert demo(tmp_path) == 0


@pytest.mark.parametrize("args", [("--seed", "1"), ("--children", "7")])
def test_another_plan_needs_another_folder(tmp_path: Path, args: tuple[str, str]) -> None:
    assert demo(tmp_path / "demo") == 0
    assert demo(tmp_path / "demo", *args) == 4


def test_a_ledger_that_it_did_not_make_is_left_alone(tmp_path: Path) -> None:
    with create_ledger(tmp_path / "ledger", authority="Testshire (synthetic)") as ledger:
        before = ledger.head()
    assert demo(tmp_path) == 4
    with open_ledger(tmp_path / "ledger") as ledger:
        assert ledger.head() == before


@pytest.mark.parametrize("years", ["1", "3"])
def test_small_authorities_can_be_shown_too(tmp_path: Path, years: str) -> None:
    assert exit_code(journey, ["demo", "--folder", str(tmp_path), "--children", "1", "--years", years]) == 0
