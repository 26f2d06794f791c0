"""`journey export`: entries, tables, the annual return and journeys, for other ledgers and for the tools people use.

Every export reads personal data: which children were read, by which command, is told in one place, `_read`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from, view_options
from cli.render import destination, emit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.application import Ledger
    from ledger.domain.clock import View

out_file = click.option("-o", "--output", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE.")
out_folder = click.option(
    "-o", "--output", "out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Write to FOLDER."
)


@click.group()
def export() -> None:
    """Give out entries, tables, the annual return or journeys, as known at a date."""


@export.command()
@click.argument("children", nargs=-1, metavar="[CHILD ...]")
@click.option("--identify", is_flag=True, help="With the authority's own ids, names and narrative.")
@out_file
@view_options
@ledger_option
@click.pass_context
def events(ctx: click.Context, children: tuple[str, ...], identify: bool, out: Path | None, view: View) -> None:
    """Write the entries of CHILD ..., or of the whole ledger, as CloudEvents 1.0, one JSON object a line.

    Another ledger's `journey append` reads them once `sealedtime` and `position` are taken off. Without --identify
    children are journeys and private fields stay here.
    """
    from ledger.exporters.cloudevents import Outgoing

    with open_from(ctx) as ledger:
        streams = [ledger.stream(child) for child in children] or None
        outgoing = Outgoing(ledger.store, view, identify=identify)
        with destination(out) as to:
            for line in outgoing.lines(streams):
                to.write(line.decode())
        _read(ledger, "export events", children, identified=identify)
    click.echo(f"{outgoing.given:,} entries", err=True)
    for told in outgoing.told():
        click.echo(f"note: {told}", err=True)


@export.command()
@click.option("--year", type=click.IntRange(1990, 2200), required=True, help="The year to 31 March of Y.", metavar="Y")
@click.option("--dry-run", is_flag=True, help="Say what the data break; write nothing.")
@out_folder
@view_options
@ledger_option
@click.pass_context
def ssda903(ctx: click.Context, year: int, dry_run: bool, out: Path, view: View) -> None:
    """Write header.csv, episodes.csv and sw_episodes.csv of the annual SSDA903 return into a folder.

    What the data break is told first, by the codes of the sector's validators; nothing is mended or left out for it.
    """
    from ledger.exporters.ssda903 import annual_return
    from ledger.exporters.ssda903_files import write
    from ledger.exporters.ssda903_rules import as_table

    with open_from(ctx) as ledger:
        made = annual_return(ledger.store, year, view)
        if not dry_run:
            _read(ledger, "export ssda903", [row.CHILD for row in made.header], identified=True)
    findings = as_table(made)
    if findings.rows:
        emit(findings, "table")
    else:
        for note in [*findings.notes, "no rule that these tables alone can break is broken"]:
            click.echo(note)
    if not dry_run:
        write(made, out)
    for name, (_, rows) in made.tables.items():
        click.echo(f"{len(rows):,} rows {'would be ' if dry_run else ''}written to {name}.csv", err=True)


def _read(ledger: Ledger, command: str, children: Sequence[str], *, identified: bool) -> None:
    """Tell that an export read personal data: of these children, or of all where none is named.

    ACCESS LOG: `ledger.access.log_access` is to be called here, for every export with the authority's ids
    (`identified`), and nowhere else in this module.
    """
