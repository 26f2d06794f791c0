"""`journey import`: read a return, or a folder of simple tables, into the ledger."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.context import ledger_option, open_from
from cli.render import as_json
from ledger.domain import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from ledger.errors import Problem
    from ledger.imports import ImportReport

    Progress = Callable[[str, int, int], None]

SHOWN = 3
"""How many problems of one kind are shown on a screen; --json and --all show every one."""

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    from ledger.domain.clock import day
    from ledger.errors import Malformed

    try:
        return None if value is None else day(value)
    except Malformed as error:
        raise click.BadParameter(str(error)) from None


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Accept the options that all imports share."""
    for option in (
        click.option("--collected-on", callback=_day, metavar="DATE", help="When the data were extracted or sent."),
        click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing."),
        click.option("--keep-going", is_flag=True, help="Leave out rows that cannot be read, instead of refusing all."),
        click.option("--json", "json_", is_flag=True, help="Print the whole report as one JSON object."),
        click.option("--all", "all_", is_flag=True, help="Show every problem, not only the first of each kind."),
        ledger_option,
    ):
        command = option(command)
    return command


@click.group("import")
def import_() -> None:
    """Import a return or a folder of tables."""


@import_.command()
@click.argument("folder", type=FOLDER)
@click.option("--year-ending", callback=_day, metavar="DATE", required=True, help="The 31 March the return covers.")
@_shared
@click.pass_context
def ssda903(
    ctx: click.Context,
    folder: Path,
    year_ending: date,
    collected_on: date | None,
    dry_run: bool,
    keep_going: bool,
    json_: bool,
    all_: bool,
) -> None:
    """Import the annual return of children looked after (SSDA903) from a FOLDER of CSV files.

    File names may begin with the year in which the return's year began: 2017-episodes.csv belongs to the year ending
    2018-03-31. Importing a return again writes nothing; importing the next one writes what is new or amended.
    """
    with open_from(ctx, read_only=False) as ledger, _progress(json_) as progress:
        report = ledger.import_return(
            folder,
            year_ending=year_ending,
            collected_on=collected_on,
            dry_run=dry_run,
            keep_going=keep_going,
            progress=progress,
        )
    _tell(report, json_=json_, all_=all_)


@import_.command("csv")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--template", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write empty tables.")
@click.option("--source", default="csv", show_default=True, metavar="NAME", help="The system the tables come from.")
@click.option("--covers-from", callback=_day, metavar="DATE", help="First day the tables tell of.")
@click.option("--covers-until", callback=_day, metavar="DATE", help="The day after the last.")
@click.option("--complete", is_flag=True, help="The tables hold everything of that period.")
@_shared
@click.pass_context
def csv_(
    ctx: click.Context,
    folder: Path | None,
    template: Path | None,
    source: str,
    covers_from: date | None,
    covers_until: date | None,
    complete: bool,
    collected_on: date | None,
    dry_run: bool,
    keep_going: bool,
    json_: bool,
    all_: bool,
) -> None:
    """Import allocations.csv, visits.csv, supervision.csv and outcomes.csv from a FOLDER, as many as are there.

    `--template DIR` writes the four tables there, empty but for one example row each.
    """
    if (folder is None) == (template is None):
        raise click.UsageError("give a FOLDER to import, or --template DIR to write empty tables.")
    if template is not None:
        _write_templates(template)
        return
    assert folder is not None
    if not folder.is_dir():
        raise click.BadParameter(f"Directory {str(folder)!r} does not exist.", param_hint="FOLDER")
    from ledger.imports import Coverage

    with open_from(ctx, read_only=False) as ledger, _progress(json_) as progress:
        report = ledger.import_tables(
            folder,
            source=source,
            collected_on=collected_on,
            covers=Coverage(covers_from, covers_until, complete),
            dry_run=dry_run,
            keep_going=keep_going,
            progress=progress,
        )
    _tell(report, json_=json_, all_=all_)


def _write_templates(folder: Path) -> None:
    """Write one file per table; a file that is there is left alone, and said so."""
    from ledger.importers.csv_forms import FORMS, template

    folder.mkdir(parents=True, exist_ok=True)
    for name, form in FORMS.items():
        path = folder / f"{name}.csv"
        if path.exists():
            click.echo(f"{path.name} is there already and was left as it is.", err=True)
        else:
            path.write_text(template(form), encoding="utf-8", newline="")
            click.echo(str(path))


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress | None]:
    """Show a bar on stderr while work goes on, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting")
        yield lambda stage, done, of: bar.update(task, description=stage, completed=done, total=of)


def _tell(report: ImportReport, *, json_: bool, all_: bool) -> None:
    if json_:
        click.echo(as_json(report.as_dict()))
        return
    for line in _lines(report):
        click.echo(line)
    for line in _problems(report.problems, None if all_ else SHOWN):
        click.echo(line, err=True)


def _lines(report: ImportReport) -> Iterator[str]:
    """Tell an import in sentences."""
    told = report.as_dict()
    period = f" for {report.covers_from} to {report.covers_until} (not included)" if report.covers_from else ""
    yield f"{report.system}{period}: " + ("nothing was written, this was a dry run" if report.dry_run else "imported")
    if report.collected_on is not None:
        yield f"collected on {report.collected_on}" + (
            ": assumed, as --collected-on was not given" if report.collected_on_assumed else ""
        )
    yield f"{wording.number(told['rows_read'], 'row')} read, {wording.entries(told['appended'])} written"
    yield (
        f"{wording.number(told['amended'], 'row')} amended ({told['ended']:,} ended, {told['corrected']:,} corrected), "
        f"{told['confirmed']:,} confirmed, {told['unchanged']:,} unchanged, {told['refused']:,} refused"
    )
    registered = told["registered"] + told["registered_without_header"]
    absent = wording.number(told["expected_but_absent"], "open episode")
    yield f"{registered:,} newly registered, {absent} not mentioned"
    yield from report.notes


def _problems(problems: list[Problem], shown: int | None) -> Iterator[str]:
    """Tell problems by kind, the first few of each with their place."""
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(problem.code, []).append(problem)
    for code, mine in kinds.items():
        for problem in mine[:shown]:
            yield f"{code}: {problem}"
        if shown is not None and len(mine) > shown:
            yield f"{code}: {len(mine) - shown:,} more (--all shows them)"
