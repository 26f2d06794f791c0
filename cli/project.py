"""`journey project`: list, explain and run measures. A measure's own options stand on its card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.compare import diff, explain
from cli.context import ledger_option, open_from, period_options, view_options, where
from cli.own_projections import new, test
from cli.render import emit, format_options
from cli.series import series_options, show_series
from ledger.errors import NotFound

if TYPE_CHECKING:
    from datetime import date

    from cli.series import OverTime
    from ledger.domain.clock import View
    from ledger.projections.card import Card
    from ledger.store.settings import Settings


@click.group()
def project() -> None:
    """List, explain and run measures."""


project.add_command(diff)
project.add_command(explain)
project.add_command(new)
project.add_command(test)


@project.command("list")
@format_options
@ledger_option
@click.pass_context
def list_(ctx: click.Context, format_: str | None, out: Path | None) -> None:
    """List the measures, each with the question it answers; the ledger's own projections too."""
    from ledger.projections.card import measures
    from ledger.projections.own import own_measures
    from ledger.projections.table import Column, Table

    columns = (
        Column("measure", "Its name."),
        Column("version", "Its version."),
        Column("question", "What it answers."),
    )
    own, wrong = own_measures(settings_here(ctx))
    rows = [(card.name, card.version, card.question) for card in {**measures(), **own}.values()]
    notes = [f"left out: {problem}" for error in wrong.values() for problem in error.problems]
    emit(Table(columns=columns, rows=rows, notes=notes, provenance={}), format_, out)


@project.command()
@click.argument("name", required=False)
@click.option("-p", "--projection", "path", metavar="PATH", help="A projection of your own instead of NAME.")
@ledger_option
@click.pass_context
def show(ctx: click.Context, name: str | None, path: str | None) -> None:
    """Show the card of measure NAME: its definition, its choices, its columns, its SQL."""
    card = chosen_card(settings_here(ctx), name, path)
    click.echo(told(card), nl=False)
    click.echo(f"SHA-256 of all its {'code' if card.fold else 'SQL'}: {card.digest()}")


@project.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    epilog="A measure's own options (--level, --cohort, --years ...) are on its card: journey project show NAME.",
)
@click.argument("name", required=False)
@click.option("-p", "--projection", "path", metavar="PATH", help="A projection of your own instead of NAME.")
@view_options
@period_options
@click.option("--year", type=int, metavar="Y", help="The social-care year to 31 March of Y.")
@click.option(
    "--by",
    metavar="GROUP",
    help="Sum by pod, worker, stage, authority, age, sex, ethnicity, year, quarter or month; default: child.",
)
@click.option(
    "--where", "where_", multiple=True, metavar="CONDITION", help="Rows where 'pod = POD-01', 'visits >= 3' ..."
)
@click.option(
    "--suppress-below", type=click.IntRange(min=2), metavar="N", help="Hide counts below N, and what shows them."
)
@series_options
@format_options
@ledger_option
@click.pass_context
def run(
    ctx: click.Context,
    name: str | None,
    path: str | None,
    view: View,
    from_: date | None,
    to: date | None,
    year: int | None,
    by: str | None,
    where_: tuple[str, ...],
    suppress_below: int | None,
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
            if path is not None or where_ or suppress_below is not None:
                raise click.UsageError("a series takes none of -p, --where and --suppress-below.")
            found = over_time.follow(ledger, name or "", view, from_=from_, to=to, by=by or "authority", **own)
            show_series(found, over_time, format_, out)
            return
        card = chosen_card(ledger.store.settings, name, path)
        asked = {"from_": from_, "to": to, "year": year, "by": by}
        table = ledger.project(card, view, where=where_, suppress_below=suppress_below, **asked, **own)
    emit(table, format_, out)


def chosen_card(settings: Settings | None, name: str | None, path: str | None) -> Card:
    """Return the card of the measure named, or of the projection in a place of one's own. Raises `UsageError`."""
    from ledger.projections.own import find, read_own

    if (name is None) is (path is None):
        raise click.UsageError("give the NAME of a measure, or -p with the path of a projection of your own.")
    return read_own(Path(path)) if path is not None else find(name or "", settings)


def settings_here(ctx: click.Context) -> Settings | None:
    """Return the settings of the ledger this command would open, or None where there is none in a folder."""
    from ledger.store.settings import read_settings

    try:
        return read_settings(Path(where(ctx)))
    except NotFound:
        return None


def own_options(words: list[str]) -> dict[str, Any]:
    """Read `--name value` and `--name=value` pairs. Raises `UsageError` for anything else."""
    found: dict[str, Any] = {}
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
    lines += ["", f"{'Code' if card.fold else 'SQL'}: `{card.code}`"]
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the documentation of all measures."""
    from ledger.projections.card import measures

    head = "# Measures\n\nWritten by `python -m cli.measures_docs` from the cards; do not edit.\n"
    return "\n".join([head, *(told(card) for card in measures().values())])
