"""Each kind of error leaves with the exit code of DESIGN section 9, one sentence and a hint."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from cli.exits import exit_code
from ledger.errors import (
    Conflict,
    LedgerError,
    Malformed,
    NotFound,
    Problem,
    Refused,
    Tampered,
    Unavailable,
    Unreadable,
    VersionConflict,
)


def command_that(raises: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise raises

    return command


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Tampered("the leaf at position 4 differs."), 3),
        (Refused("this stream is sealed."), 4),
        (NotFound("child", "C-9"), 5),
        (Conflict("it is already there."), 6),
        (VersionConflict(1, 2), 6),
        (Malformed([Problem("bad", "it is bad.")]), 7),
        (Unreadable("a newer format."), 7),
        (Unavailable("the disk is full."), 1),
        (LedgerError("something else."), 1),
        (KeyboardInterrupt(), 130),
        (click.UsageError("no."), 2),
        (ZeroDivisionError("child C-1"), 1),
    ],
)
def test_every_error_has_its_exit_code(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(command_that(error), []) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip()


def test_done_is_zero_and_a_chosen_code_is_kept() -> None:
    @click.command()
    @click.option("--code", type=int)
    @click.pass_context
    def command(ctx: click.Context, code: int | None) -> None:
        if code is not None:
            ctx.exit(code)

    assert exit_code(command, []) == 0
    assert exit_code(command, ["--code", "3"]) == 3


def test_all_problems_are_shown_one_a_line_and_then_the_hint(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("a", "first.", file="x.csv", line=2, column="CHILD"), Problem("b", "second.")]
    exit_code(command_that(Malformed(problems, hint="mend the file")), [])
    assert capsys.readouterr().err == "x.csv, line 2, CHILD: first.\nsecond.\nhint: mend the file\n"


def test_an_unexpected_error_keeps_its_message_to_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNEY_DEBUG", raising=False)
    exit_code(command_that(ValueError("Ada Lovelace")), [])
    told = capsys.readouterr().err
    assert "Ada" not in told
    assert told.startswith("unexpected ValueError in test_exits.py line ")
    assert "Traceback" not in told
    monkeypatch.setenv("JOURNEY_DEBUG", "1")
    exit_code(command_that(ValueError("Ada Lovelace")), [])
    assert "Traceback" in capsys.readouterr().err


def test_an_error_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(command_that(Refused("bad \x1b[2J file")), [])
    assert capsys.readouterr().err == "bad ?[2J file\n"


def test_a_reader_who_goes_away_is_no_error() -> None:
    script = (
        "import click\n"
        "from cli.exits import run\n"
        "@click.command()\n"
        "def command():\n"
        "    for number in range(100_000): click.echo('x' * 80)\n"
        "run(command)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == 141
    assert told == ""
