"""Options that commands share: which ledger, which view of it, which period.

    @click.command()
    @ledger_option
    @view_options          # passes `view: View`
    @period_options        # passes `from_: date | None`, `to: date | None`, half-open
    @click.pass_context
    def trail(ctx, view, from_, to): ...
        with open_from(ctx) as ledger: ...

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

    from ledger.application import Ledger
    from ledger.domain.clock import View

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
        say_if_ahead(found)
        return command(*args, view=found, **rest)

    return with_view


def say_if_ahead(view: View) -> None:
    """Say on stderr that a clock lies in the future; it is allowed."""
    from datetime import UTC, datetime

    if view.instant is not None and view.instant.date() > datetime.now(UTC).date():
        click.echo(f"note: {view.stated} lies in the future; what is known now is all that can be shown.", err=True)


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


def day_given(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """Read an option that is a date; a wrong one is a usage error with the option's name."""
    from ledger.domain.clock import day

    try:
        return None if value is None else day(value)
    except Malformed as error:
        raise click.BadParameter(str(error)) from None
