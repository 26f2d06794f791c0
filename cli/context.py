"""Options that commands share: which ledger, which view of it, which period, who reads.

    @click.command()
    @ledger_option
    @view_options          # passes `view: View`
    @period_options        # passes `from_: date | None`, `to: date | None`, half-open
    @reader_options        # passes `reader: Reader`
    @click.pass_context
    def trail(ctx, view, from_, to, reader): ...
        with open_from(ctx) as ledger:
            stream = case_stream(ledger, child, reader)
            ...                                          # read, and lay out
            log_reading(ledger, stream, reader, ...)     # then show

A date that cannot be read is a usage error here, with the option's name. Nothing is opened before `open_from`.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ledger.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from ledger.access import Reader
    from ledger.application import Ledger
    from ledger.domain.clock import View
    from ledger.store import Head

Command = TypeVar("Command", bound="Callable[..., Any]")

DEFAULT_LEDGER = "./journey-ledger"


def ledger_option(command: Command) -> Command:
    """Accept `--ledger DIR` on a command, over the one given to `journey` itself or in JOURNEY_LEDGER."""

    def remember(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.obj = value

    return click.option(
        "--ledger", metavar="DIR", expose_value=False, callback=remember, help="The ledger's folder or address."
    )(command)


def where(ctx: click.Context) -> str:
    """Return the folder or address of the ledger this command was told to use."""
    return ctx.obj if isinstance(ctx.obj, str) else DEFAULT_LEDGER


def open_from(ctx: click.Context, *, read_only: bool = True) -> Ledger:
    """Open the ledger this command was told to use. Raises `NotFound`, `Unreadable`, `Unavailable`."""
    from ledger.application import open_ledger

    return open_ledger(where(ctx), read_only=read_only)


def view_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Accept `--known-at`/`--as-of`, `--sealed-by` and `--at`, and pass them as one `view`."""

    @click.option(
        "--known-at", "--as-of", metavar="T", help="As known on a date (the whole day, London) or at a moment."
    )
    @click.option("--sealed-by", metavar="T", help="As sealed by this ledger by then: only what it can prove.")
    @click.option("--at", type=click.IntRange(min=0), metavar="POSITION", help="In the ledger up to this position.")
    @wraps(command)
    def with_view(*args: Any, known_at: str | None, sealed_by: str | None, at: int | None, **rest: Any) -> Any:
        from ledger.domain.clock import view

        try:
            found = view(known_at=known_at, sealed_by=sealed_by, at=at)
        except Malformed as error:
            raise click.UsageError(str(error)) from None
        return command(*args, view=found, **rest)

    return with_view


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Accept `--from` and `--to`, by when things happened, and pass them as `from_` and `to` (half-open)."""

    @click.option("--from", "from_", callback=day_given, metavar="DATE", help="First day, by when things happened.")
    @click.option("--to", callback=day_given, metavar="DATE", help="The day after the last.")
    @wraps(command)
    def with_period(*args: Any, from_: date | None, to: date | None, **rest: Any) -> Any:
        if from_ is not None and to is not None and to <= from_:
            raise click.UsageError(f"the period must end after it begins: --from {from_} --to {to}.")
        return command(*args, from_=from_, to=to, **rest)

    return with_period


def reader_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Accept `--reader`, `--purpose` and `--reason`, and pass them as one `reader`: whoever reads a case is logged."""

    @click.option(
        "--reader", "read_by", envvar="JOURNEY_READER", metavar="WORKER", help="Who reads. [default: your login name]"
    )
    @click.option(
        "--purpose", "read_for", metavar="CODE", default="practice", show_default=True, help="What it is read for."
    )
    @click.option("--reason", "read_why", metavar="TEXT", help="Why, in words: kept sealed with the case.")
    @wraps(command)
    def with_reader(*args: Any, read_by: str | None, read_for: str, read_why: str | None, **rest: Any) -> Any:
        from ledger.access import Reader

        try:
            found = Reader(_login_name() if read_by is None else read_by, read_for, read_why)
        except Malformed as error:
            option = f"--{error.problems[0].column}"
            raise click.BadParameter(error.problems[0].message, param_hint=option) from None
        return command(*args, reader=found, **rest)

    return with_reader


def case_stream(ledger: Ledger, child: str, reader: Reader, *, content: bool = True) -> str:
    """Return a child's stream. Raises `NotFound`, and `Refused` where this ledger wants a reason and there is none.

    Where its content is to be shown, raises `Erased` for a record that was erased.
    """
    from ledger.access import check_reader

    stream = ledger.stream(child)
    if content:
        ledger.store.erasing.check_readable(stream)
    check_reader(ledger.store, reader)
    return stream


def log_reading(
    ledger: Ledger,
    stream: str,
    reader: Reader,
    *,
    command: str,
    view: View,
    entries: int,
    head: Head | None = None,
) -> None:
    """Log one reading before it is shown; where it cannot be logged, say so on stderr. Raises `Refused`."""
    from ledger.access import NotLogged, log_access

    done = log_access(ledger.store, stream, reader, command=command, view=view, entries=entries, head=head)
    if isinstance(done, NotLogged):
        click.echo(str(done), err=True)


def _login_name() -> str:
    """Return the name of the account that runs this process."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise click.UsageError("this account has no name: say who reads, with --reader.") from None


def day_given(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """Read an option that is a date; a wrong one is a usage error with the option's name."""
    from ledger.domain.clock import day

    try:
        return None if value is None else day(value)
    except Malformed as error:
        raise click.BadParameter(str(error)) from None
