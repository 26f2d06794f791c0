"""`journey export`: entries, tables, the annual return and journeys, for other ledgers and for the tools people use.

An export that names children, or is asked for by their ids, reads cases: it is logged before anything is shown, each
case on its own or the whole ledger as one reading (`_log`). Exports of facts alone name nobody and are not logged.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import case_stream, ledger_option, log_reading, open_from, reader_options, view_options
from cli.render import NewFile, destination, emit, whole_file
from ledger.domain import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.access import Reader
    from ledger.application import Ledger
    from ledger.domain.clock import View

out_file = click.option("-o", "--output", "out", type=NewFile(), help="Write to FILE.")
FOLDER = click.Path(file_okay=False, path_type=Path)
out_folder = click.option("-o", "--output", "out", type=FOLDER, required=True, help="Write to FOLDER.")


@click.group()
def export() -> None:
    """Give out entries, tables, the annual return or journeys, as known at a date."""


@export.command()
@click.argument("children", nargs=-1, metavar="[CHILD ...]")
@click.option("--identify", is_flag=True, help="With the authority's own ids, names and narrative.")
@out_file
@view_options
@reader_options
@ledger_option
@click.pass_context
def events(
    ctx: click.Context, children: tuple[str, ...], identify: bool, out: Path | None, view: View, reader: Reader
) -> None:
    """Write the entries of CHILD ..., or of the whole ledger, as CloudEvents 1.0, one JSON object a line.

    Another ledger's `journey append` reads them once `sealedtime` and `position` are taken off. Without --identify
    children are journeys and private fields stay here.
    """
    from ledger.exporters.cloudevents import Outgoing

    with open_from(ctx) as ledger:
        streams = [case_stream(ledger, child, reader) for child in children]
        outgoing = Outgoing(ledger.store, view, identify=identify)
        if streams:
            lines = [(stream, list(outgoing.lines([stream]))) for stream in streams]
            for stream, mine in lines:
                _log(ledger, reader, view, len(mine), stream)
            given: Iterable[bytes] = [line for _, mine in lines for line in mine]
        else:
            if identify:
                _log(ledger, reader, view, ledger.head(view.position).size)
            given = outgoing.lines()
        with destination(out) as to:
            for line in given:
                to.write(line.decode())
    click.echo(wording.entries(outgoing.given), err=True)
    for told in outgoing.told():
        click.echo(f"note: {told}", err=True)


@export.command()
@click.option("--year", type=click.IntRange(1990, 2200), required=True, help="The year to 31 March of Y.", metavar="Y")
@click.option("--dry-run", is_flag=True, help="Say what the data break; write none of the return.")
@click.option(
    "--findings",
    type=NewFile(),
    help="Write every row that breaks a rule, with its journey and entries, to FILE.",
)
@click.option("-o", "--output", "out", type=FOLDER, help="Write to FOLDER.")
@view_options
@reader_options
@ledger_option
@click.pass_context
def ssda903(
    ctx: click.Context, year: int, dry_run: bool, findings: Path | None, out: Path | None, view: View, reader: Reader
) -> None:
    """Write header.csv, episodes.csv and sw_episodes.csv of the annual SSDA903 return into a folder.

    What the data break is told first, by the codes of the sector's validators; nothing is mended or left out for it.
    """
    if out is None and not dry_run:
        raise click.UsageError("nowhere to write the return: say -o FOLDER, or --dry-run to write none of it.")
    from ledger.access import check_reader
    from ledger.exporters.ssda903 import annual_return
    from ledger.exporters.ssda903_files import write
    from ledger.exporters.ssda903_rules import as_table, row_by_row

    with open_from(ctx) as ledger:
        check_reader(ledger.store, reader)
        made = annual_return(ledger.store, year, view)
        if not dry_run:
            _log(ledger, reader, view, sum(len(rows) for _, rows in made.tables.values()))
    told = as_table(made)
    if told.rows:
        emit(told, "table")
    else:
        for note in [*told.notes, "no rule that these tables alone can break is broken"]:
            click.echo(note)
    if findings is not None:
        emit(row_by_row(made), out=findings)
    if out is not None and not dry_run:
        write(made, out)
    for name, (_, rows) in made.tables.items():
        done = "would be written" if dry_run else "written"
        click.echo(f"{wording.number(len(rows), 'row')} {done} to {name}.csv", err=True)


@export.command()
@click.option("--identify", is_flag=True, help="With the authority's own ids in dim_child.")
@out_folder
@view_options
@reader_options
@ledger_option
@click.pass_context
def tables(ctx: click.Context, identify: bool, out: Path, view: View, reader: Reader) -> None:
    """Write a star of Parquet tables for Power BI and Excel into a folder, with a README.txt and relationships.csv.

    Children are journeys and nothing private is in it, unless --identify adds the authority's own ids.
    """
    from ledger.access import check_reader
    from ledger.exporters.star import star, write

    with open_from(ctx) as ledger:
        if identify:
            check_reader(ledger.store, reader)
        made = star(ledger.store, view, identify=identify)
        if identify:
            _log(ledger, reader, view, len(made.tables["dim_child"].rows))
    write(made, out)
    for name, table in made.tables.items():
        click.echo(f"{wording.number(len(table.rows), 'row')} written to {name}.parquet", err=True)
    for note in made.notes:
        click.echo(f"note: {note}", err=True)


@export.command()
@click.option("-o", "--output", "out", type=NewFile(), required=True, help="Write to FILE.xlsx.")
@view_options
@reader_options
@ledger_option
@click.pass_context
def journeys(ctx: click.Context, out: Path, view: View, reader: Reader) -> None:
    """Write every child's journey into one workbook: a row an event, and a line a child."""
    if out.suffix.lower() != ".xlsx":
        raise click.UsageError(f"journeys are a workbook; expected a file ending in .xlsx, found {out.suffix!r}.")
    from ledger.access import check_reader
    from ledger.exporters.journeys import journeys, write

    with open_from(ctx) as ledger:
        check_reader(ledger.store, reader)
        events, lines = journeys(ledger.store, view)
        _log(ledger, reader, view, len(events.rows))
    with whole_file(out) as path:
        write(events, lines, path)
    children = wording.number(len(lines.rows), "child", "children")
    click.echo(f"{wording.number(len(events.rows), 'event')} of {children}", err=True)
    for note in events.notes:
        click.echo(f"note: {note}", err=True)


def _log(ledger: Ledger, reader: Reader, view: View, entries: int, stream: str = "ledger") -> None:
    """Log that a case, or the whole ledger, was read for an export. Raises `Refused` where a reason is required."""
    log_reading(ledger, stream, reader, command="export", view=view, entries=entries, head=ledger.head(view.position))
