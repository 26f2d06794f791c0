"""`journey facts`: the tables that measures are made from, kept on disk: refresh them, look at them, make them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.context import ledger_option, open_from
from cli.render import emit, format_options
from ledger.domain import wording

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.projections.facts_folder import Refreshed


@click.group()
def facts() -> None:
    """Refresh, inspect or rebuild the facts: derived tables of coded parts, which measures read.

    Measures refresh them by themselves. The folder may be deleted at any time: it is made again from the ledger.
    """


@facts.command()
@ledger_option
@click.pass_context
def refresh(ctx: click.Context) -> None:
    """Read what is new in the ledger."""
    _tell(ctx, rebuild=False)


@facts.command()
@ledger_option
@click.pass_context
def rebuild(ctx: click.Context) -> None:
    """Forget the facts and read the whole ledger again."""
    _tell(ctx, rebuild=True)


@facts.command()
@format_options
@ledger_option
@click.pass_context
def status(ctx: click.Context, format_: str | None, out: Path | None) -> None:
    """List the segments, and what a refresh would read or make anew."""
    from ledger.projections.facts_folder import kept_facts
    from ledger.projections.table import Column, Table

    with open_from(ctx) as ledger, kept_facts(ledger.store) as kept:
        segments, told = kept.look()
        head = ledger.head()
    behind = head.size - sum(segment.last - segment.first + 1 for segment in segments)
    notes = [f"made anew at the next refresh: {each}." for each in told]
    notes.append(f"to be read at the next refresh: {behind:,} of {wording.entries(head.size)}.")
    emit(
        Table(
            (
                Column("first", "Its first position."),
                Column("last", "Its last position."),
                Column("made_at", "The ledger's size when it was made."),
                Column("root", "The ledger's root then."),
                Column("sha256", "The SHA-256 of each of its files."),
            ),
            [(each.first, each.last, each.under, each.root, " ".join(each.sha256)) for each in segments],
            notes,
            {"position": head.size, "root": head.root.hex()},
        ),
        format_,
        out,
    )


def _tell(ctx: click.Context, *, rebuild: bool) -> None:
    from ledger.projections.facts_folder import kept_facts

    with open_from(ctx) as ledger, kept_facts(ledger.store) as kept:
        done: Refreshed = kept.rebuild() if rebuild else kept.refresh()
    for why in done.rebuilt:
        click.echo(f"made anew: {why}.")
    click.echo(f"The facts stand at position {done.position:,}.")
    click.echo(f"{wording.entries(done.read)} read, {wording.number(done.written, 'segment')} written.")
