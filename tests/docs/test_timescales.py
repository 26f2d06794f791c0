"""docs/TIMESCALES.md holds the rules as they are, and its example is run: its files written, its commands in order."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ledger.domain.local_timescales import CHECKS
from ledger.domain.timescales import timescales
from ledger.domain.wording import number
from tests.docs.test_readme import ROOT, blocks, check, steps

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = (ROOT / "docs" / "TIMESCALES.md").read_text(encoding="utf-8")


def test_the_page_has_every_rule_and_every_key() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    told = [
        f"| `{rule.id}` | {rule.clock} | {number(rule.limit, rule.unit.removesuffix('s'))} | {rule.type} "
        f"| {rule.status} | {rule.effective_from or 'any day'}, {rule.dates} |"
        for rule in timescales()
    ]
    assert lines[: len(told)] == told
    keys = [line.split(" | ")[0] for line in lines[len(told) :]]
    assert {key.strip("`") for line in keys for key in line.removeprefix("| ").split(", ")} == set(CHECKS)


def test_the_example_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("JOURNEY_LEDGER", "./journey-ledger")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (settings,) = (block.text for block in blocks(PAGE) if block.language == "toml")
    (plan,) = (block.text for block in blocks(PAGE) if block.language == "json")
    (tmp_path / "plan.ndjson").write_text(plan, encoding="utf-8")
    before, after = (block for block in blocks(PAGE) if block.language == "console")
    for command, shown in steps(before):
        check(command, shown)
    with (tmp_path / "testshire" / "ledger.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + settings)
    for command, shown in steps(after):
        check(command, shown)
