"""`journey erase`: erase a child's record, or one entry of it, by law. What is erased cannot be had back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from
from ledger.domain import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.application import Ledger
    from ledger.erasure import ErasurePlan, ErasureReport


@click.command()
@click.argument("child")
@click.option("--authority", metavar="TEXT", help="Under which authority. Kept for ever: it must not name the child.")
@click.option("--reason", metavar="CODE", help="retention ended, court order, right to erasure, misfiled or other.")
@click.option("--by", metavar="WORKER", help="Who orders it.")
@click.option("--entry", metavar="ID", help="Only this entry, with its corrections. Default: the whole record.")
@click.option("--keys-backups-days", "keys_days", type=click.IntRange(min=0), metavar="N", help="0: none is made.")
@click.option("--ledger-backups-days", "ledger_days", type=click.IntRange(min=0), metavar="N", help="0: none is made.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and which holds block it; erase nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@ledger_option
@click.pass_context
def erase(
    ctx: click.Context,
    child: str,
    authority: str | None,
    reason: str | None,
    by: str | None,
    entry: str | None,
    keys_days: int | None,
    ledger_days: int | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Erase the record of CHILD: its content is blanked, its key destroyed, and nothing is written in it again.

    The order stays in the ledger for ever, and the ledger still verifies. The days for which backups are kept are
    those under [backups] in ledger.toml, unless given here.
    """
    if dry_run:
        with open_from(ctx) as ledger:
            _tell_plan(ledger, child, entry)
        return
    if authority is None or reason is None or by is None:
        missing = [name for name, given in (("authority", authority), ("reason", reason), ("by", by)) if given is None]
        raise click.UsageError(f"an order needs --{' and --'.join(missing)}.")
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("there is nobody to ask here: add --yes, or look first with --dry-run.")
    with open_from(ctx, read_only=False) as ledger:
        if not yes:
            _tell_plan(ledger, child, entry)
            click.confirm("This cannot be undone. Erase it?", abort=True)
        for report in ledger.erase(
            child, authority=authority, reason=reason, by=by, entry=entry, keys_days=keys_days, ledger_days=ledger_days
        ):
            for line in told(report, lambda stream: _shown(ledger, stream)):
                click.echo(line)


def _tell_plan(ledger: Ledger, child: str, entry: str | None) -> None:
    from ledger.erasure import plan_erasure
    from ledger.new_entry import subject_of

    plan = plan_erasure(ledger.store, subject_of(child), entry)
    for line in plan_told(plan, entry, lambda stream: _shown(ledger, stream)):
        click.echo(line)


def plan_told(plan: ErasurePlan, entry: str | None, shown: Callable[[str], str]) -> Iterator[str]:
    """Yield what would be erased, in sentences."""
    what = "the whole record" if entry is None else "one entry, with its corrections"
    places = ", ".join(str(each.position) for each in plan.entries)
    yield f"{wording.entries(len(plan.entries))} would be blanked ({what}), at position {places}."
    if entry is None:
        yield "The key of the record would be destroyed: its words, and all copies of them, become unreadable for ever."
    for hold in plan.holds:
        yield f"A legal hold blocks this: {hold.hold}, set in the entry at position {hold.position}."
    yield from _merged(plan.merged, shown, "would not be touched")


def told(report: ErasureReport, shown: Callable[[str], str]) -> Iterator[str]:
    """Yield what an erasure did, in sentences."""
    order = report.order
    yield (
        f"{wording.entries(report.entries)} blanked under the order at position {order.position} "
        f"({order.reason}): {order.authority}."
    )
    if report.key_destroyed:
        yield "The key of the record was destroyed. Nothing is written in it again; imports of the child are refused."
        yield _expiry("key", report.keys_backup_until)
    else:
        yield "The key of the record stays: its other entries are as they were."
    yield _expiry("entries", report.ledger_backup_until)
    yield from _merged(report.merged, shown, "was not touched")


def _expiry(what: str, until: object) -> str:
    if until is None:
        return f"No backup of the {what} is kept."
    return f"The last backup that holds the {what} expires on {until}: until then it is erased only here."


def _merged(streams: tuple[str, ...], shown: Callable[[str], str], told_: str) -> Iterator[str]:
    for stream in streams:
        yield f"The record {shown(stream)}, found to be of the same child, {told_}: it has to be erased by itself."


def _shown(ledger: Ledger, stream: str) -> str:
    return ledger.store.subject_ids([stream]).get(stream, stream)
