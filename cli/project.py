"""`journey project`: list, explain and run measures. A measure's own options stand on its card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from, period_options, view_options
from cli.render import emit, format_options
from cli.series import series_options, show_series

if TYPE_CHECKING:
    from datetime import date

    from cli.series import OverTime
    from ledger.domain.clock import View
    from ledger.projections.card import Card


@click.group()
def project() -> None:
    """List, explain and run measures."""


@project.command("list")
@format_options
def list_(format_: str | None, out: Path | None) -> None:
    """List the measures, each with the question it answers."""
    from ledger.projections.card import measures
    from ledger.projections.table import Column, Table

    columns = (
        Column("measure", "Its name."),
        Column("version", "Its version."),
        Column("question", "What it answers."),
    )
    rows = [(card.name, card.version, card.question) for card in measures().values()]
    emit(Table(columns=columns, rows=rows, notes=[], provenance={}), format_, out)


@project.command()
@click.argument("name")
def show(name: str) -> None:
    """Show the card of measure NAME: its definition, its choices, its columns, its SQL."""
    from ledger.projections.card import measure

    card = measure(name)
    click.echo(told(card), nl=False)
    click.echo(f"SHA-256 of all its SQL: {card.digest()}")


@project.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    epilog="A measure's own options (--level, --cohort, --years ...) are on its card: journey project show NAME.",
)
@click.argument("name")
@view_options
@period_options
@click.option("--year", type=int, metavar="Y", help="The social-care year to 31 March of Y.")
@click.option("--by", metavar="GROUP", help="Sum by pod, worker, stage or authority; default: child.")
@series_options
@format_options
@ledger_option
@click.pass_context
def run(
    ctx: click.Context,
    name: str,
    view: View,
    from_: date | None,
    to: date | None,
    year: int | None,
    by: str | None,
    over_time: OverTime | None,
    format_: str | None,
    out: Path | None,
) -> None:
    """Run measure NAME over the ledger, as known at a date; with --over, one figure of it period by period."""
    own = own_options(ctx.args)
    with open_from(ctx) as ledger:
        if over_time is not None:
            if year is not None:
                raise click.UsageError("a series takes --from and --to, not --year.")
            found = over_time.follow(ledger, name, view, from_=from_, to=to, by=by or "authority", **own)
            show_series(found, over_time, format_, out)
            return
        table = ledger.project(name, view, from_=from_, to=to, year=year, by=by, **own)
    emit(table, format_, out)


def own_options(words: list[str]) -> dict[str, str]:
    """Read `--name value` and `--name=value` pairs. Raises `UsageError` for anything else."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if not option.startswith("--") or not (equals or rest):
            raise click.UsageError(f"expected an option of the measure with its value, found {word!r}.")
        found[option[2:].replace("-", "_")] = value if equals else rest.pop(0)
    return found


def told(card: Card) -> str:
    """Return a card as text in Markdown: the same for a terminal and for the documentation."""
    lines = [f"## {card.name} (version {card.version})", "", card.question, ""]
    facts = (
        ("One row is", card.unit),
        ("Numerator", card.numerator),
        ("Denominator", card.denominator),
        ("Minimum n", card.minimum_n),
        ("Clock", card.clock),
        ("Window", card.window),
        ("Restricted entries", card.restricted),
        ("Source", card.source),
    )
    lines += [f"- {name}: {value}" for name, value in facts]
    for title, values in (("Left out", card.exclusions), ("Choices", card.decisions)):
        lines += ["", f"{title}:", "", *(f"- {value}" for value in values)] if values else []
    if card.parameters:
        lines += ["", "Options:", ""]
        lines += [
            f"- `--{p.name}` ({', '.join(map(str, p.choices)) or p.type}; default {p.default}): {p.meaning}"
            for p in card.parameters
        ]
    for title, columns in (("Columns", card.columns), ("Columns when summed by a group", card.group_columns)):
        lines += ["", f"{title}:", "", *(f"- `{c.name}`: {c.meaning}" for c in columns)] if columns else []
    lines += ["", f"SQL: `ledger/projections/{card.folder.name}/measure.sql`"]
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the documentation of all measures."""
    from ledger.projections.card import measures

    head = "# Measures\n\nWritten by `python -m cli.measures_docs` from the cards; do not edit.\n"
    return "\n".join([head, *(told(card) for card in measures().values())])
