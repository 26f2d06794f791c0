"""`journey timeline`: the picture of one child's case, in the terminal or as one page that needs nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import (
    case_stream,
    ledger_option,
    log_reading,
    open_from,
    period_options,
    reader_options,
    view_options,
)
from cli.render import NewFile, write

if TYPE_CHECKING:
    from datetime import date

    from ledger.access import Reader
    from ledger.application import Ledger
    from ledger.domain.clock import View
    from ledger.projections.timeline import Picture

PIPED = 100
"""Width of a picture that goes to a file or a pipe, in characters."""
WRITERS = (".html", ".htm", ".txt")


@click.command()
@click.argument("child")
@view_options
@period_options
@click.option("--late-by", type=click.IntRange(min=1), metavar="DAYS", help="Late from so many days. [default: 7]")
@click.option(
    "--width", type=click.IntRange(60, 220), metavar="N", help="Characters in a line. Default: the terminal's."
)
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw in plain ASCII. Default: where stdout is not UTF-8.")
@click.option("-o", "--output", "out", type=NewFile(), help="Write to FILE.html or FILE.txt.")
@reader_options
@ledger_option
@click.pass_context
def timeline(
    ctx: click.Context,
    child: str,
    view: View,
    from_: date | None,
    to: date | None,
    late_by: int | None,
    width: int | None,
    ascii_only: bool,
    out: Path | None,
    reader: Reader,
) -> None:
    """Draw the case of CHILD as it was known: workers and pods above, what happened below, on one scale of days.

    FILE.html is one page for a browser or a printer: the picture, and a table of every entry.
    """
    if out is not None and out.suffix.lower() not in WRITERS:
        raise click.UsageError(f"cannot draw into a file ending in {out.suffix or 'nothing'!r}; use .html or .txt.")
    with open_from(ctx) as ledger:
        picture = _picture(ledger, child, reader, view, (from_, to), late_by)
        if out is not None and out.suffix.lower() != ".txt":
            from ledger.projections.timeline.html import page

            write(out, page(picture, authority=ledger.authority, seal=_seal(ledger, picture.position)))
            return
    from ledger.projections.timeline.text import rows, text

    if out is not None:
        write(out, text(picture, width or PIPED, ascii_only=ascii_only))
        return
    plain = ascii_only or not (sys.stdout.encoding or "").lower().startswith("utf")
    for row in rows(picture, width or _columns(), ascii_only=plain):
        click.echo(str(row) if not _coloured() else row.styled(click.style))


def _picture(
    ledger: Ledger,
    child: str,
    reader: Reader,
    view: View,
    period: tuple[date | None, date | None],
    late_by: int | None,
) -> Picture:
    """Read the case, fold it into its picture, and log the reading."""
    from ledger.projections.timeline import LATE_BY, picture

    stream, head = case_stream(ledger, child, reader), ledger.head()
    found = picture(
        child,
        ledger.store.entries(stream, at=head.size),
        view,
        head.size if view.position is None else min(view.position, head.size),
        ledger.coverage(view),
        from_=period[0],
        to=period[1],
        late_by=late_by or LATE_BY,
    )
    log_reading(ledger, stream, reader, command="timeline", view=view, entries=found.counts.shown, head=head)
    return found


def _seal(ledger: Ledger, position: int) -> str:
    """Name the root of the ledger at the position, so that the page can be compared with a checkpoint."""
    return f"Root of the sealed ledger at this position: {ledger.head(position).root.hex()}."


def _columns() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED


def _coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
