"""A measure over time on the command line: its options, and its picture beside the table.

On a terminal the picture stands above the table; in CSV, NDJSON and JSON the table alone tells every signal in words;
FILE.html has the picture above the table; FILE.svg holds the picture alone, and the table goes nowhere.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from cli.render import emit, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger.application import Ledger
    from ledger.domain.clock import View
    from ledger.projections.series import Series

PIPED = 100
"""Width of a picture that goes to a file or a pipe, in characters."""


@dataclass(frozen=True, slots=True)
class OverTime:
    """What was asked of a series."""

    over: str
    column: str
    member: str | None
    pick: str | None
    spc: bool
    ascii_only: bool

    def follow(self, ledger: Ledger, name: str, view: View, **asked: Any) -> Series:
        """Run the series over a ledger."""
        return ledger.series(
            name, view, over=self.over, column=self.column, member=self.member, pick=self.pick, spc=self.spc, **asked
        )


def series_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Accept the options of a series and pass them as one `over_time`, None where no --over was given."""

    @click.option(
        "--over", type=click.Choice(["month", "quarter", "year"]), help="One figure in each of these periods."
    )
    @click.option("--column", metavar="FIGURE", help="With --over: which figure of the group.")
    @click.option("--member", metavar="ID", help="With --over and --by: which pod, worker or stage.")
    @click.option("--pick", metavar="COLUMN=VALUE", help="With --over: which row, where a group has several.")
    @click.option("--spc", is_flag=True, help="With --over: process limits and signals (XmR, Making Data Count).")
    @click.option("--ascii", "ascii_only", is_flag=True, help="With --over: draw in plain ASCII.")
    @wraps(command)
    def with_series(
        *args: Any,
        over: str | None,
        column: str | None,
        member: str | None,
        pick: str | None,
        spc: bool,
        ascii_only: bool,
        **rest: Any,
    ) -> Any:
        if over is None and (spc or ascii_only or any((column, member, pick))):
            raise click.UsageError("--column, --member, --pick, --spc and --ascii need --over month, quarter or year.")
        if over is not None and column is None:
            raise click.UsageError(
                "--over needs --column FIGURE: one of the columns when summed (journey project show)."
            )
        asked = None if over is None else OverTime(over, column or "", member, pick, spc, ascii_only)
        return command(*args, over_time=asked, **rest)

    return with_series


def show_series(series: Series, asked: OverTime, format_: str | None, out: Path | None) -> None:
    """Show a series: a picture and its table, the table alone, or the picture alone as SVG."""
    if format_ == "svg" and out is not None:
        from ledger.projections.series_svg import svg

        write(out, svg(series))
        for note in series.table.notes:
            click.echo(f"note: {note}", err=True)
        return
    if format_ == "html" and out is not None:
        from ledger.exporters.html import page
        from ledger.projections.series_svg import svg

        write(out, page(series.table, series.title, svg(series)))
        return
    if format_ == "table" and out is None:
        from ledger.projections.series_text import drawn

        plain = asked.ascii_only or not (sys.stdout.encoding or "").lower().startswith("utf")
        width = shutil.get_terminal_size((PIPED, 24)).columns if sys.stdout.isatty() else PIPED
        click.echo(drawn(series, width=width, ascii_only=plain))
    emit(series.table, format_, out)
