"""`journey replay`: one child's case as it was known, or what came to be known of it between two moments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from cli.exits import INTEGRITY
from cli.render import FILES, FORMATS, NewFile, as_json, chosen, destination, emit
from ledger.domain import wording

if TYPE_CHECKING:
    from datetime import date

    from ledger.access import Reader
    from ledger.application import Ledger
    from ledger.domain.clock import View

CHECKED_UP_TO = 50_000
"""Ledgers of more entries are not checked whole at each reading, unless --verify asks for it."""
DAMAGED = "NOT self-consistent"


@click.command()
@click.argument("child")
@view_options
@period_options
@click.option("--diff", nargs=2, metavar="T1 T2", help="What became known, changed or was withdrawn in between.")
@click.option(
    "--late-by", type=click.IntRange(min=1), metavar="DAYS", help="Mark as late from so many days. [default: 7]"
)
@click.option("--verify/--no-verify", default=None, help="Check the whole seal first. Default: in smaller ledgers.")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Default: table, a document in plain text.")
@click.option("-o", "--output", "out", type=NewFile(), help="Write to FILE.ext.")
@reader_options
@ledger_option
@click.pass_context
def replay(
    ctx: click.Context,
    child: str,
    view: View,
    from_: date | None,
    to: date | None,
    diff: tuple[str, str] | None,
    late_by: int | None,
    verify: bool | None,
    format_: str | None,
    out: Path | None,
    reader: Reader,
) -> None:
    """Tell the case of CHILD as it was known: what it holds and lacks, its state, its workers, its entries."""
    form = format_ or ("table" if out is None else chosen(None, out))
    if diff and (view.stated or from_ or to or form in ("csv", "ndjson", *FILES)):
        raise click.UsageError("--diff goes with --at, and with the formats table and json only.")
    from ledger.projections.replay import LATE_BY

    with open_from(ctx) as ledger:
        case_stream(ledger, child, reader)
        verdict, whole = _seal(ledger, view, verify)
        if diff:
            _show_turns(ledger, child, reader, diff, view.position, late_by or LATE_BY, form, out)
        else:
            _show_case(ledger, child, reader, view, (from_, to), late_by or LATE_BY, verdict, form, out)
    if not whole:
        if diff:
            click.echo(f"The ledger is {verdict}.", err=True)
        ctx.exit(INTEGRITY)


def _show_case(
    ledger: Ledger,
    child: str,
    reader: Reader,
    view: View,
    period: tuple[date | None, date | None],
    late_by: int,
    verdict: str,
    form: str,
    out: Path | None,
) -> None:
    from ledger.projections.replay import as_data, entries_table, replay

    stream, head = case_stream(ledger, child, reader), ledger.head()
    case = replay(
        ledger.store.entries(stream, at=head.size),
        child=child,
        view=view,
        coverage=ledger.coverage(view),
        today=_today(),
        head=head.size,
        seal_verdict=verdict,
        from_=period[0],
        to=period[1],
        late_by=late_by,
    )
    log_reading(ledger, stream, reader, command="replay", view=view, entries=case.completeness.shown, head=head)
    if form in ("csv", "ndjson", *FILES):
        emit(entries_table(case), form, out)
        return
    from cli.replay_text import case_page

    _put(out, f"{as_json(as_data(case))}\n" if form == "json" else case_page(case).told(out))


def _show_turns(
    ledger: Ledger,
    child: str,
    reader: Reader,
    diff: tuple[str, str],
    position: int | None,
    late_by: int,
    form: str,
    out: Path | None,
) -> None:
    from cli.replay_text import turns_page
    from ledger.projections.replay import as_data, between

    earlier, later = _views(diff, position)
    stream, head = case_stream(ledger, child, reader), ledger.head()
    turns = between(ledger.store.entries(stream, at=head.size), earlier, later, late_by=late_by)
    log_reading(ledger, stream, reader, command="replay --diff", view=later, entries=len(turns.turns), head=head)
    _put(
        out,
        f"{as_json({'child': child, **as_data(turns)})}\n" if form == "json" else turns_page(child, turns).told(out),
    )


def _views(diff: tuple[str, str], position: int | None) -> tuple[View, View]:
    from ledger.domain.clock import view
    from ledger.errors import Malformed

    try:
        earlier, later = (view(known_at=moment, at=position) for moment in diff)
    except Malformed as error:
        raise click.BadParameter(str(error), param_hint="--diff") from None
    assert earlier.instant is not None and later.instant is not None
    if earlier.instant >= later.instant:
        raise click.BadParameter("the first moment must be before the second.", param_hint="--diff")
    return earlier, later


def _seal(ledger: Ledger, view: View, verify: bool | None) -> tuple[str, bool]:
    """Return the verdict of the seal in words, and whether nothing was found. It never says "verified"."""
    head = ledger.head()
    if verify is False or (verify is None and head.size > CHECKED_UP_TO):
        return f"not checked in this reading: `journey verify --self` checks all {wording.entries(head.size)}", True
    done = ledger.verify_self()
    if not done.consistent:
        first = done.findings[0].message if done.findings else "nothing was checked."
        count = wording.number(len(done.findings), "finding")
        return f"{DAMAGED}: {count}, the first: {first} `journey verify --self` lists them", False
    root = done.root.hex()[:16]
    return (
        f"self-consistent: {wording.entries(done.entries)} and their root {root} recomputed from this ledger alone; "
        "no checkpoint held outside it was compared",
        True,
    )


def _today() -> date:
    from datetime import UTC, datetime

    from ledger.domain.clock import london_day

    return london_day(datetime.now(UTC))


def _put(out: Path | None, text: str) -> Any:
    with destination(out) as to:
        to.write(text)
