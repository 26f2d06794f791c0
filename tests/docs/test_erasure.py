"""docs/ERASURE.md holds the rules as they are, and names commands and options that there are."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cli.main import journey
from ledger.domain.retention import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "ERASURE.md").read_text(encoding="utf-8")


def test_the_table_of_rules_is_the_rules() -> None:
    table = PAGE[PAGE.index("| rule | nation |") :].split("\n\n")[0].splitlines()[2:]
    assert table == [
        f"| {rule.id} | {rule.nation or 'any'} | {rule.kind} | {rule.counted_from} | "
        f"{rule.years or f'`{rule.schedule}`'} | {rule.effective_from or ''} | {rule.source} | {rule.status} |"
        for rule in RULES
    ]


@pytest.mark.parametrize("line", re.findall(r"^journey (.*)$", PAGE, re.MULTILINE))
def test_every_command_shown_is_one(line: str) -> None:
    words = line.split()
    context = click.Context(journey)
    command = journey.get_command(context, words[0])
    if isinstance(command, click.Group):
        command = command.get_command(context, words[1])
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", line)) <= known
