"""`journey trail`: every entry with its three clocks, its lag, its author, its source and what it changed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

from cli.context import case_stream, day_given, ledger_option, log_reading, open_from, reader_options, view_options
from cli.render import FILES, destination, emit, format_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from ledger.access import Reader
    from ledger.application import Ledger
    from ledger.domain.clock import View
    from ledger.projections.audit_trail import Choice, Tally, TrailLine


@click.command()
@click.argument("child", required=False)
@click.option("--worker", metavar="W", help="Entries that this worker wrote or is named in, or of the worker's stream.")
@click.option("--written-from", callback=day_given, metavar="DATE", help="First day, by when entries were written.")
@click.option("--written-to", callback=day_given, metavar="DATE", help="The day after the last.")
@click.option("--late-by", type=click.IntRange(min=0), metavar="DAYS", help="Written so many days late, or more.")
@click.option("--access", is_flag=True, help="List instead who read the case, when and why: the access log.")
@view_options
@format_options
@reader_options
@ledger_option
@click.pass_context
def trail(
    ctx: click.Context,
    child: str | None,
    worker: str | None,
    written_from: date | None,
    written_to: date | None,
    late_by: int | None,
    access: bool,
    view: View,
    format_: str,
    out: Path | None,
    reader: Reader,
) -> None:
    """List every entry of CHILD, or of the whole ledger, in the order it was sealed: the audit trail.

    Lag counts days from happening to being written. Entries of returns have none: they are counted apart.
    """
    if written_from is not None and written_to is not None and written_to <= written_from:
        raise click.UsageError(f"the period must end after it begins: {written_from} to {written_to}.")
    if access:
        if written_from or written_to or late_by is not None or view.stated or view.position is not None:
            raise click.UsageError("--access goes with CHILD, --worker and the forms of output only.")
        from cli.access_trail import show_accesses

        with open_from(ctx) as ledger:
            show_accesses(ledger, child, worker, reader, format_, out)
        return
    from ledger.projections.audit_trail import COLUMNS, Choice, notes, row

    with open_from(ctx) as ledger:
        choice = Choice(written_from, written_to, worker, _worker_stream(ledger, worker), late_by)
        lines, tally = _lines(ledger, child, view, choice, reader)
        subject = subjects_of(ledger)

        def remarks() -> tuple[list[str], dict[str, Any]]:
            return notes(tally, late_by), _provenance(ledger, view, choice)

        if format_ in FILES:
            from ledger.projections.table import Table

            found = [row(line, subject(line.stream)) for line in lines]
            emit(Table(COLUMNS, found, *remarks()), format_, out)
            return
        with destination(out) as to:
            if format_ == "table":
                _page(to.write, lines, subject, remarks)
                return
            from cli.stream import stream

            rows = (row(line, subject(line.stream)) for line in lines)
            left = stream(to, format_, (column.name for column in COLUMNS), rows, remarks)
    for note in left[0] if left else ():
        click.echo(f"note: {note}", err=True)
    for name, value in left[1].items() if left else ():
        click.echo(f"{name}: {value}", err=True)


def _lines(
    ledger: Ledger, child: str | None, view: View, choice: Choice, reader: Reader
) -> tuple[Iterator[TrailLine], Tally]:
    """Return the lines and their tally, once the reading is logged.

    A whole ledger is told as it is read, so that its reading counts all it goes through, and a case's what it tells.
    """
    from ledger.access import check_reader
    from ledger.projections.audit_trail import trail_of_ledger, trail_of_stream

    if child is None:
        check_reader(ledger.store, reader)
        head = ledger.head(view.position)
        log_reading(ledger, "ledger", reader, command="trail", view=view, entries=head.size, head=head)
        return trail_of_ledger(ledger.store, view if view.position is not None else view.at(head.size), choice)
    stream, head = case_stream(ledger, child, reader), ledger.head()
    told, tally = trail_of_stream(ledger.store, stream, view, choice)
    lines = list(told)
    log_reading(ledger, stream, reader, command="trail", view=view, entries=tally.shown, head=head)
    return iter(lines), tally


def _worker_stream(ledger: Ledger, worker: str | None) -> str | None:
    from ledger.domain.envelope import Subject

    return None if worker is None else ledger.store.subject_stream(Subject("worker", worker))


def subjects_of(ledger: Ledger) -> Callable[[str], str]:
    """Return a bounded memory of whose stream is whose."""

    @lru_cache(4096)
    def subject(stream: str) -> str:
        return ledger.store.subject_ids([stream]).get(stream) or stream

    return subject


def _provenance(ledger: Ledger, view: View, choice: Choice) -> dict[str, Any]:
    head = ledger.head(view.position)
    clocks = {"known": "known_at", "sealed": "sealed_by"}
    asked = {"written_from": choice.written_from, "written_to": choice.written_to, "late_by": choice.late_by}
    return {
        clocks[view.clock]: view.stated or "now",
        "position": head.size,
        "root": head.root.hex(),
        **{name: value for name, value in asked.items() if value is not None},
    }


def _page(
    put: Callable[[str], Any],
    lines: Iterator[TrailLine],
    subject: Callable[[str], str],
    remarks: Callable[[], tuple[list[str], dict[str, Any]]],
) -> None:
    from cli.trail_text import line_text, remarks_text

    for line in lines:
        put(line_text(line, subject(line.stream)))
    put(remarks_text(*remarks()))
