"""`journey project diff` and `explain`: what moved a result between two clocks, and what stands behind one row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cli.context import ledger_option, open_from, period_options, say_if_ahead, view_options
from cli.render import chosen, emit, format_options
from ledger.errors import Malformed

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.domain.clock import View

OWN = {"ignore_unknown_options": True, "allow_extra_args": True}
EPILOG = "A measure's own options are on its card: journey project show NAME."


@click.command(context_settings=OWN, epilog=EPILOG)
@click.argument("name", required=False)
@click.option("-p", "--projection", "path", metavar="PATH", help="A projection of your own instead of NAME.")
@click.option("--known-at", multiple=True, metavar="T", help="Once for each clock; once alone: against now.")
@click.option("--sealed-by", multiple=True, metavar="T", help="The same by what the ledger can prove.")
@click.option("--at", multiple=True, type=click.IntRange(min=0), metavar="POSITION", help="Once for both, or for each.")
@period_options
@click.option("--year", type=int, metavar="Y", help="The social-care year to 31 March of Y.")
@click.option("--by", metavar="GROUP", help="Sum by pod, worker, stage ...; default: child.")
@click.option(
    "--entries", "only_entries", is_flag=True, help="List the entries that made the difference, not the rows."
)
@format_options
@ledger_option
@click.pass_context
def diff(
    ctx: click.Context,
    /,
    name: str | None,
    path: str | None,
    known_at: tuple[str, ...],
    sealed_by: tuple[str, ...],
    at: tuple[int, ...],
    only_entries: bool,
    format_: str | None,
    out: Path | None,
    **asked: Any,
) -> None:
    """Tell how measure NAME differs between two clocks, and which entries made the difference."""
    from cli.project import chosen_card, own_options
    from ledger.projections.difference import difference

    before, after = two_views(known_at, sealed_by, at)
    for each in (before, after):
        say_if_ahead(each)
    with open_from(ctx) as ledger:
        card = chosen_card(ledger.store.settings, name, path)
        found = difference(ledger.store, card, before, after, **asked, **own_options(ctx.args))
    emit(found.entries if only_entries else found.rows, format_, out)
    if out is None and not only_entries and chosen(format_, out) == "table":
        click.echo("\nThe entries that made the difference:\n")
        emit(found.entries, format_, out)


@click.command(context_settings=OWN, epilog=EPILOG)
@click.argument("name", required=False)
@click.option("-p", "--projection", "path", metavar="PATH", help="A projection of your own instead of NAME.")
@click.option("--row", "key", required=True, metavar="KEY", help="The row's first column; more, comma between.")
@view_options
@period_options
@click.option("--year", type=int, metavar="Y", help="The social-care year to 31 March of Y.")
@click.option("--by", metavar="GROUP", help="The row of a pod, worker, stage, month ...; default: child.")
@click.option("--where", "where_", multiple=True, metavar="CONDITION", help="Of these rows, where 'finding = late' ...")
@click.option("--parts", "only_parts", is_flag=True, help="List each child's part in the row, not the entries.")
@click.option("--all", "all_", is_flag=True, help="Tell of every child, not of the first 20 alone; so does -o.")
@format_options
@ledger_option
@click.pass_context
def explain(
    ctx: click.Context,
    /,
    name: str | None,
    path: str | None,
    key: str,
    view: View,
    where_: tuple[str, ...],
    only_parts: bool,
    all_: bool,
    format_: str | None,
    out: Path | None,
    **asked: Any,
) -> None:
    """Tell what is behind one row of measure NAME: its children, and the entries that made it, to file and line.

    An entry counts where the row is another without it. The row of a group, a worker or a month is told child by child.
    """
    from cli.project import chosen_card, own_options
    from ledger.projections.explanation import CHILDREN, explanation

    with open_from(ctx) as ledger:
        card = chosen_card(ledger.store.settings, name, path)
        most = None if all_ or out is not None else CHILDREN
        given = {**asked, **own_options(ctx.args)}
        found = explanation(ledger.store, card, key, view, where=where_, most=most, **given)
    if out is None and not only_parts and chosen(format_, out) == "table":
        emit(replace(found.parts, notes=[], provenance={}), format_, out)
        click.echo("\nThe entries that made it:\n")
    emit(found.parts if only_parts else found.entries, format_, out)


def two_views(known_at: tuple[str, ...], sealed_by: tuple[str, ...], at: tuple[int, ...]) -> tuple[View, View]:
    """Return the two views asked for; a clock given once is told apart from now. Raises `UsageError`."""
    from ledger.domain.clock import view

    instants = known_at or sealed_by
    if (known_at and sealed_by) or len(instants) > 2 or len(at) > 2 or (len(instants) < 1 and len(at) < 2):
        raise click.UsageError(
            "give --known-at twice, or --sealed-by twice, or --at twice: the two clocks to tell apart."
        )
    name = "known_at" if known_at else "sealed_by"
    places: tuple[int | None, int | None] = (at[0], at[-1]) if at else (None, None)
    first = instants[0] if instants else None
    second = instants[1] if len(instants) == 2 else (first if len(at) == 2 else None)
    try:
        return view(at=places[0], **{name: first}), view(at=places[1], **{name: second})
    except Malformed as error:
        raise click.UsageError(str(error)) from None
