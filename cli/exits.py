"""Leave the process: the only place that turns what went wrong into a sentence on stderr and an exit code.

    0 done · 1 unexpected, or the engine cannot serve now · 2 usage · 3 integrity failed · 4 not allowed
    5 not found · 6 conflict · 7 bad data: input that is malformed, or stored data that this build cannot read
    130 interrupted · 141 the reader of our output went away

An error is one sentence and, where there is one, a line `hint: ...` with what to do. All problems of a malformed input
are shown, one a line. An unexpected error says its kind and place and never its message, which could hold personal
data; `JOURNEY_DEBUG=1` shows the traceback.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ledger.errors import Conflict, LedgerError, Malformed, NotFound, Refused, Tampered, Unavailable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

UNEXPECTED, USAGE, INTEGRITY, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 130, 141

CODES: tuple[tuple[type[LedgerError], int], ...] = (
    (Tampered, INTEGRITY),
    (Refused, 4),
    (NotFound, 5),
    (Conflict, 6),
    (Malformed, 7),
    (Unreadable, 7),
    (Unavailable, UNEXPECTED),
)


def run(command: click.Command, args: Sequence[str] | None = None) -> NoReturn:
    """Run a command with these arguments (default: the process's own) and leave with its exit code."""
    sys.exit(exit_code(command, args))


def exit_code(command: click.Command, args: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code of what happened, having told about it on stderr."""
    try:
        left = command.main(args=None if args is None else list(args), prog_name="journey", standalone_mode=False)
        sys.stdout.flush()
        return left if isinstance(left, int) else 0
    except SystemExit as leaving:
        # click ends the process by itself after completing a shell's line, and, with 1, when our reader went away.
        return PIPE_CLOSED if leaving.code == 1 else 0
    except (Exception, KeyboardInterrupt) as error:
        return _told(error)


def _told(error: BaseException) -> int:
    """Tell what went wrong and return its exit code."""
    if isinstance(error, LedgerError):
        return _ledger_error(error)
    if isinstance(error, click.ClickException):
        return _click_error(error)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        _say("interrupted.")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # What is left in the buffer has no reader either: without this the interpreter complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return _unexpected(error)


def _ledger_error(error: LedgerError) -> int:
    if isinstance(error, Malformed) and error.problems:
        for problem in error.problems:
            _say(str(problem))
    else:
        _say(str(error))
    _hint(error.hint)
    _debug()
    return next((code for kind, code in CODES if isinstance(error, kind)), UNEXPECTED)


def _click_error(error: click.ClickException) -> int:
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        error.show(sys.stderr)
        return USAGE
    _say(error.format_message())
    context = getattr(error, "ctx", None)
    _hint(f"{context.command_path} --help" if context is not None else "journey --help")
    return USAGE


def _unexpected(error: BaseException) -> int:
    place, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f" in {Path(code.co_filename).name} line {trace.tb_lineno}"
        trace = trace.tb_next
    _say(f"unexpected {type(error).__name__}{place}.")
    _hint("run it again with JOURNEY_DEBUG=1 to see the traceback (it can show personal data)")
    _debug()
    return UNEXPECTED


def _say(sentence: str) -> None:
    click.echo(_plain(sentence), err=True)


def _hint(hint: str) -> None:
    if hint:
        click.echo(f"hint: {_plain(hint)}", err=True)


def _plain(text: str) -> str:
    """Return the text with control characters shown as a question mark: an error must not drive the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text.replace("\t", " "))


def _debug() -> None:
    if os.environ.get("JOURNEY_DEBUG") == "1":
        import traceback

        traceback.print_exc()
