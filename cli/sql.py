"""`journey sql`: SQL of the reader's own over the stable views, read only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from, period_options, view_options
from cli.render import emit, format_options

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.clock import View

STATED = ("from_", "to_", "until_", "on", "known_at", "position", "file", "to", "view", "sql", "store")


class Statement(click.Command):
    """A command whose argument is SQL and may begin with a comment, which else would look like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        commented = [arg for arg in args if arg.startswith("--") and arg[2:3].isspace()]
        rest = [arg for arg in args if arg not in commented]
        return super().parse_args(ctx, [*rest, "--", *commented] if commented else args)


@click.command(
    cls=Statement,
    epilog="The views and their columns are in docs/VIEWS.md. $from_, $to_, $until_, $on, $known_at and $position are "
    "bound; so is every --param. Text of --param is text: CAST($day AS DATE) makes a date of it.",
)
@click.argument("statement", required=False)
@click.option("-f", "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="SQL in a file.")
@click.option("--param", "params", metavar="NAME=VALUE", multiple=True, help="A parameter: $NAME in the SQL.")
@view_options
@period_options
@format_options
@ledger_option
@click.pass_context
def sql(
    ctx: click.Context,
    statement: str | None,
    file: Path | None,
    params: tuple[str, ...],
    view: View,
    from_: date | None,
    to: date | None,
    format_: str | None,
    out: Path | None,
) -> None:
    """Run one SELECT over the views, as known at a date: journey sql "SELECT count(*) FROM visits"."""
    from ledger.projections.ad_hoc import run_sql
    from ledger.projections.source import source

    if (statement is None) is (file is None):
        raise click.UsageError("give the SQL, or --file with it.")
    told = statement if file is None else source(file)
    with open_from(ctx) as ledger:
        found = run_sql(
            ledger.store, told or "", view, from_=from_, to=to, file=file.name if file else None, **_given(params)
        )
    emit(found, format_, out)


def _given(params: tuple[str, ...]) -> dict[str, str]:
    """Read `name=value` pairs. Raises `UsageError`."""
    pairs = [param.partition("=") for param in params]
    for name, equals, _ in pairs:
        if not (equals and name.isidentifier()) or name in STATED:
            raise click.UsageError(f"expected --param NAME=VALUE with a name of your own, found {name!r}.")
    return {name: value for name, _, value in pairs}
