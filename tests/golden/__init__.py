"""Frozen output of the command line: what people read, compared word by word.

`make golden` writes the files anew; read the difference before it is committed. What changes from run to run (seals,
ids, moments of recording, days until today) is replaced by a word, so that everything else must match exactly.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import click

from cli.exits import exit_code
from cli.main import COMMANDS, journey

HERE = Path(__file__).parent
VARYING = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"\b(\w+)\+[0-9a-f]{8}\+[\w+/=]{44}"), r"\1+ID+KEY"),
    (re.compile(r"\b[0-9a-f]{16,64}\b"), "SEAL"),
    (re.compile(r"recorded \d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "recorded MOMENT"),
    (re.compile(r"\bnow \(\d{4}-\d\d-\d\d\)"), "now (TODAY)"),
    (re.compile(r"\bin [\d.]+ s\b"), "in SECONDS"),
)


def help_of_every_command() -> str:
    """Return `--help` of `journey` and of each of its commands, one after another."""
    told = [helped()]
    for name in COMMANDS:
        told.append(helped(name))
        command = journey.get_command(click.Context(journey), name)
        if isinstance(command, click.Group):
            told += [helped(name, inner) for inner in command.list_commands(click.Context(command))]
    return f"\n{'-' * 80}\n".join(told)


def helped(*command: str) -> str:
    """Return a command's `--help` from a process of its own: a command remembers how its help was first asked for."""
    args = [sys.executable, "-m", "cli", *command, "--help"]
    environment = {**os.environ, "COLUMNS": "100"}
    return subprocess.run(args, cwd=HERE.parents[1], env=environment, capture_output=True, text=True, check=True).stdout


def demonstration(folder: Path) -> str:
    """Return what `journey demo` says when it builds its authority in a folder."""
    with contextlib.chdir(folder):
        return steady(answer(["demo"]))


def answer(args: list[str]) -> str:
    """Run a command in this process at a fixed width and return what it printed; it must succeed."""
    told = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            code = exit_code(journey, args)
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before
    if code:
        raise AssertionError(f"journey {' '.join(args)} left with {code}: {told.getvalue()}")
    return told.getvalue()


def steady(text: str) -> str:
    """Return output with everything that changes from run to run replaced by a word."""
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text
