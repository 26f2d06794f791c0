"""`journey append`: new entries given as CloudEvents, one JSON object a line; all of them, or none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from
from cli.render import as_json
from ledger.domain import wording

if TYPE_CHECKING:
    from ledger.imports import AppendReport


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True), metavar="FILE|-")
@click.option("--dry-run", is_flag=True, help="Check every line and say what would be written; write nothing.")
@click.option("--json", "json_", is_flag=True, help="Print the whole report, receipts included, as one JSON object.")
@ledger_option
@click.pass_context
def append(ctx: click.Context, file: Path, dry_run: bool, json_: bool) -> None:
    """Append the events of FILE (or of standard input) in one transaction.

    Each line is one CloudEvents 1.0 object; `source` and `id` make it known for ever, so that sending a file again
    writes nothing. One bad line refuses all, and every problem is shown with its line.
    """
    name, data = _read(file)
    with open_from(ctx, read_only=False) as ledger:
        report = ledger.append_cloudevents(data, file=name, dry_run=dry_run)
    click.echo(as_json(report.as_dict()) if json_ else _told(report))


def _read(file: Path) -> tuple[str, bytes]:
    if str(file) == "-":
        return "standard input", sys.stdin.buffer.read()
    if not file.is_file():
        raise click.BadParameter(f"File {str(file)!r} does not exist.", param_hint="FILE")
    return file.name, file.read_bytes()


def _told(report: AppendReport) -> str:
    would = "would be appended" if report.dry_run else "appended"
    lines = [f"{wording.number(report.read, 'line')} read, {report.appended:,} {would}, {report.known:,} held already"]
    if report.receipts:
        lines.append(f"last position {max(receipt.position for receipt in report.receipts)}")
    return "\n".join(lines)
