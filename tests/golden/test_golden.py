"""What people read on the command line is what is frozen here."""

from __future__ import annotations

from pathlib import Path

from tests.golden import HERE, demonstration, help_of_every_command, steady


def test_help() -> None:
    assert help_of_every_command() == (HERE / "help.txt").read_text(encoding="utf-8")


def test_demonstration(tmp_path: Path) -> None:
    assert demonstration(tmp_path) == (HERE / "demo.txt").read_text(encoding="utf-8")


def test_only_what_varies_is_replaced() -> None:
    assert (
        steady("root " + "ab" * 32 + " at 2024-05-03, 12 entries in 0.61 s")
        == "root SEAL at 2024-05-03, 12 entries in SECONDS"
    )
