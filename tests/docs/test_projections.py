"""docs/PROJECTIONS.md: what it shows of `explain` is what the commands answer on the examples."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.docs.test_readme import ROOT, answer, blocks, check, steps

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = (ROOT / "docs" / "PROJECTIONS.md").read_text(encoding="utf-8")
IMPORTS = (
    'journey init returns --authority "Testshire (synthetic)"',
    "journey import ssda903 examples/return-2025 --year-ending 2025-03-31",
    "journey import csv examples/tables-2025 --covers-from 2024-04-01 --covers-until 2025-04-01 --complete",
)


def test_the_examples_of_the_page_are_what_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JOURNEY_LEDGER", "./returns")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for command in IMPORTS:
        code, told = answer(command)
        assert code == 0, told
    ran = 0
    for block in blocks(PAGE):
        for command, shown in steps(block):
            check(command, shown)
            ran += 1
    assert ran == 2
