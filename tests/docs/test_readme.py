"""The README is run: its commands in order, in one folder, and its Python; what it shows must be what they answer.

A line `...` in shown output stands for any lines, and `...` inside a line for any characters. `$ make` lines are not
run here (they would run these tests again): their targets must exist; `make demo` shows what `journey demo` answers.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from cli.exits import exit_code
from cli.main import COMMANDS, journey

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a document."""

    language: str
    text: str
    line: int


def blocks(document: str) -> list[Block]:
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    return [Block(m[1], m[2], document[: m.start()].count("\n") + 1) for m in found]


def steps(block: Block) -> list[tuple[str, str]]:
    """Return the (command, shown output) pairs of a console block; what `make` shows has commands of its own in it."""
    if block.text.startswith("$ make "):
        command, _, shown = block.text.removeprefix("$ ").partition("\n")
        return [(command, shown)]
    found: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return [(command, "\n".join(shown)) for command, shown in found]


def pattern_of(shown: str) -> str:
    """Return the regular expression that shown output stands for; blank lines at its ends do not matter."""
    lines = [
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + r"[ ]*\n"
        for line in shown.strip().splitlines()
    ]
    return r"\s*" + "".join(lines) + r"\s*"


def answer(command: str) -> tuple[int, str]:
    """Run one `journey` command in this process and return its exit code and everything it printed."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        code = exit_code(journey, shlex.split(command)[1:])
    return code, told.getvalue()


def check(command: str, shown: str) -> None:
    if command.startswith("export "):
        name, _, value = command.removeprefix("export ").partition("=")
        os.environ[name] = value
        return
    if command.startswith("make "):
        target = command.split()[1]
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), command
        command = "journey demo" if target == "demo" else ""
    if not command:
        return
    code, told = answer(command)
    assert code == 0, f"{command}\n{told}"
    if shown.strip():
        assert re.fullmatch(pattern_of(shown), told), f"{command}\nanswered\n{told}"


def test_the_readme_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("JOURNEY_LEDGER", raising=False)
    monkeypatch.setenv("JOURNEY_LEDGER", "./journey-ledger")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    known: dict[str, object] = {"__name__": "readme"}
    printed = ""
    ran = 0
    for block in blocks(README):
        if block.language == "console":
            for command, shown in steps(block):
                check(command, shown)
                ran += 1
        elif block.language == "python":
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                exec(compile(block.text, f"README.md line {block.line}", "exec"), known)
            printed = told.getvalue()
            ran += 1
        elif block.language == "text":
            assert printed == block.text
    assert ran > 10


def test_no_command_is_undocumented() -> None:
    for name in COMMANDS:
        assert f"journey {name}" in DOCS, f"`journey {name}` is in no document"
        command = journey.get_command(click.Context(journey), name)
        if isinstance(command, click.Group):
            for inner in command.list_commands(click.Context(command)):
                assert f"journey {name} {inner}" in DOCS, f"`journey {name} {inner}` is in no document"


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert "://" not in target, "the README links to files of this project only"
        assert (ROOT / target).exists(), target


def test_shown_output_is_compared_and_not_only_run() -> None:
    assert re.fullmatch(pattern_of("size ...\n...\nroot abc"), "size 12\nmore\nmore\nroot abc\n")
    assert not re.fullmatch(pattern_of("size ...\nroot abc"), "size 12\nroot abd\n")
