"""Commands about a whole ledger: make one, print its head, say what it holds and covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.context import ledger_option, open_from, where
from cli.render import as_json, emit, format_options
from ledger.domain import wording

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.application import Ledger
    from ledger.projections.table import Table


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--authority", required=True, metavar="NAME", help="The local authority: one authority is one ledger.")
@click.option("--engine", type=click.Choice(["sqlite", "postgres"]), default="sqlite", show_default=True)
@click.option("--url", metavar="URL", help="The database, for postgres: postgresql://user@host:port/name")
@ledger_option
@click.pass_context
def init(ctx: click.Context, folder: str | None, authority: str, engine: str, url: str | None) -> None:
    """Make a new ledger for an authority, in DIR or where --ledger says."""
    if (engine == "postgres") != (url is not None):
        raise click.UsageError("--engine postgres and --url belong together.")
    from ledger.application import create_ledger

    place = folder or where(ctx)
    options: dict[str, Any] = {} if engine == "sqlite" else {"engine": engine, "url": url}
    with create_ledger(place, authority=authority, **options) as ledger:
        size = ledger.head().size
    click.echo(f"A ledger for {authority} is open in {place}, with {wording.entries(size)}.")
    click.echo("Its keys are beside it, for trying out: move them elsewhere before it holds real children.", err=True)


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@click.option("--at", type=click.IntRange(min=0), metavar="SIZE", help="The head when the ledger had this size.")
@click.option("--access", is_flag=True, help="Of the access log: who read which case.")
@ledger_option
@click.pass_context
def head(ctx: click.Context, json_: bool, at: int | None, access: bool) -> None:
    """Print the size and root of the sealed ledger."""
    with open_from(ctx) as ledger:
        found = ledger.store.access.head(at) if access else ledger.head(at)
    click.echo(as_json(_head(found)) if json_ else f"size {found.size}\nroot {found.root.hex()}")


@click.command()
@format_options
@ledger_option
@click.pass_context
def status(ctx: click.Context, format_: str, out: Path | None) -> None:
    """Say what this ledger holds, and what its sources cover and do not."""
    from pathlib import Path

    from ledger.store.settings import read_settings

    with open_from(ctx) as ledger:
        table = _coverage_table(ledger)
        table.provenance["readings"] = _readings(ledger)
    table.provenance["engine"] = read_settings(Path(where(ctx))).engine
    emit(table, format_, out)


def _readings(ledger: Ledger) -> str:
    """Say how many readings the access log holds, and its head; its opening and sealed heads are no readings."""
    from ledger.domain.events.record import RecordAccessed
    from ledger.errors import Unavailable

    try:
        log = ledger.store.access
        found = log.head()
        others = sum(entry.name != RecordAccessed.name for entry in log.entries("ledger", at=found.size))
    except Unavailable as error:
        return f"not known: {error}"
    return f"{found.size - others:,} in the access log (size {found.size}, root {found.root.hex()})"


def _head(found: Any) -> dict[str, Any]:
    return {"size": found.size, "root": found.root.hex()}


def _coverage_table(ledger: Ledger) -> Table:
    """Return one row per kind of fact and declared period; a kind that no source covers is `not supplied`."""
    from ledger.domain.envelope import LEDGER
    from ledger.domain.events import catalogue
    from ledger.domain.events.record import SourceCoverageDeclared
    from ledger.projections.table import Column, Table

    declared = [s.event for s in ledger.standings(LEDGER) if isinstance(s.event, SourceCoverageDeclared)]
    areas = sorted({kind.area for kind in catalogue().values()} - {"record"})
    rows: list[tuple[Any, ...]] = []
    for area in areas:
        mine = sorted(
            {(d.covers_from, d.covers_until, d.system, d.complete, d.scope) for d in declared if area in d.areas},
            key=str,
        )
        rows += [(area, "complete" if done else "partial", *when, who, scope) for *when, who, done, scope in mine]
        if not mine:
            rows.append((area, "not supplied", None, None, None, None))
    found = ledger.head()
    return Table(
        columns=(
            Column("area", "the kind of fact"),
            Column("supplied", "complete, partial or not supplied"),
            Column("from", "first day covered"),
            Column("until", "the day after the last"),
            Column("system", "the source that says so"),
            Column("scope", "the children it speaks of"),
        ),
        rows=rows,
        notes=["what no source covers is not supplied: never zero, never a gap, never a finding."],
        provenance={
            "authority": ledger.authority,
            "entries": found.size,
            "journeys": len(ledger.store.all_ids("journey")),
            "root": found.root.hex(),
        },
    )
