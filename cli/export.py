"""`journey export`: entries, tables, the annual return and journeys, for other ledgers and for the tools people use.

Every export reads personal data: which children were read, by which command, is told in one place, `_read`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from, view_options
from cli.render import destination, whole_file

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


def _read(ledger: Ledger, command: str, children: Sequence[str], *, identified: bool) -> None:
    """Tell that an export read personal data: of these children, or of all where none is named.

    ACCESS LOG: `ledger.access.log_access` is to be called here, for every export with the authority's ids
    (`identified`), and nowhere else in this module.
    """


__all__ = ["export", "whole_file"]
