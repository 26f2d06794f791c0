"""`journey retention`: which records are due to be erased, by which rules, and the holds that stand in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.context import day_given, ledger_option, open_from
from cli.render import emit, format_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from ledger.domain.events.base import Event


@click.group()
def retention() -> None:
    """Say which records are due to be erased, and set, release or override legal holds. Nothing is erased here."""


@retention.command()
@click.option("--on", callback=day_given, metavar="DATE", help="On this day. Default: today.")
@click.option("--all", "everything", is_flag=True, help="Also the records that are open, or not yet due.")
@click.option("--nation", type=click.Choice(["England", "Wales"]), default="England", show_default=True)
@format_options
@ledger_option
@click.pass_context
def due(ctx: click.Context, on: date | None, everything: bool, nation: str, format_: str, out: Path | None) -> None:
    """List the records due to be erased, and those of which that is not known or no rule says it."""
    with open_from(ctx) as ledger:
        table = ledger.retention_due(on or _today(), everything=everything, nation=nation)
    emit(table, format_, out)


@retention.command()
@format_options
@ledger_option
@click.pass_context
def rules(ctx: click.Context, format_: str, out: Path | None) -> None:
    """List the rules, with the years of this authority's own schedule."""
    from ledger.retention import rules_table

    with open_from(ctx) as ledger:
        table = rules_table(ledger.store.settings.policy.retention)
    emit(table, format_, out)


def _hold_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("child"),
        click.option("--hold", "hold_id", required=True, metavar="ID", help="The hold's own id."),
        click.option("--authority", required=True, metavar="TEXT", help="Under which authority. Kept private."),
        click.option("--by", required=True, metavar="WORKER", help="Who says so."),
        ledger_option,
        click.pass_context,
    )[::-1]:
        command = option(command)
    return command


@retention.command()
@_hold_options
def hold(ctx: click.Context, child: str, hold_id: str, authority: str, by: str) -> None:
    """Hold the record of CHILD: it is not erased until the hold is released, or overridden."""
    _write(ctx, child, "legal-hold-set.v1", hold_id, authority, by)
    click.echo(f"The hold {hold_id} is in force: this record is not erased.")


@retention.command()
@_hold_options
def release(ctx: click.Context, child: str, hold_id: str, authority: str, by: str) -> None:
    """Release a hold on the record of CHILD."""
    _write(ctx, child, "legal-hold-released.v1", hold_id, authority, by)
    click.echo(f"The hold {hold_id} is released.")


@retention.command()
@_hold_options
def override(ctx: click.Context, child: str, hold_id: str, authority: str, by: str) -> None:
    """Allow the record of CHILD to be erased in spite of a hold, which stays in force."""
    _write(ctx, child, "legal-hold-overridden.v1", hold_id, authority, by)
    click.echo(f"The hold {hold_id} no longer stands in the way of an erasure.")


def _write(ctx: click.Context, child: str, name: str, hold_id: str, authority: str, by: str) -> None:
    """Append the event; one about a hold must find that hold in force."""
    from ledger.domain.checks import event_from_json
    from ledger.domain.holds import holds
    from ledger.errors import NotFound

    stated = {"occurred_on": _today().isoformat(), "hold": hold_id, "authority": authority}
    event: Event = event_from_json(name, stated)
    with open_from(ctx, read_only=False) as ledger:
        if name != "legal-hold-set.v1":
            stream = ledger.stream(child)
            ledger.store.erasing.check_readable(stream)
            known = [each.hold for each in holds(ledger.store.entries(stream))]
            if hold_id not in known:
                raise NotFound("hold in force on this record", hold_id, known, "journey retention due --all")
        ledger.append(child, event, by=by)


def _today() -> date:
    from datetime import UTC, datetime

    from ledger.domain.clock import london_day

    return london_day(datetime.now(UTC))
