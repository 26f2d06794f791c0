"""`journey events`: the catalogue of events, and one event with its fields or its JSON Schema, told by the classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.render import as_json, emit, format_options
from ledger.domain import wording

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.domain.events.base import Event
    from ledger.projections.table import Table


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--json", "json_", is_flag=True, help="Print JSON Schema: of NAME, or of every event by name.")
@format_options
def events(name: str | None, json_: bool, format_: str | None, out: Path | None) -> None:
    """List the events a ledger can hold, or explain one: its fields, what is private, its code lists.

    NAME is a stored name, with or without its version: visit-recorded or visit-recorded.v1.
    """
    from ledger.domain.events import catalogue, event_class

    if not json_:
        emit(_fields(event_class(name)) if name else _catalogue(), format_, out)
        return
    if out is not None:
        raise click.UsageError("--json prints on stdout; use --format json with -o for the table.")
    from ledger.domain.schema import schema

    told = schema(event_class(name)) if name else {kind.name: schema(kind) for kind in catalogue().values()}
    click.echo(as_json(told))


def _catalogue() -> Table:
    from ledger.domain.events import catalogue
    from ledger.domain.schema import sentence
    from ledger.projections.table import Column, Table

    columns = (
        Column("name", "the stored name"),
        Column("area", "the kind of fact a source covers or does not"),
        Column("stream", "where it may stand"),
        Column("sentence", "what it says"),
    )
    rows = [(kind.name, kind.area, " or ".join(kind.streams), sentence(kind)) for kind in catalogue().values()]
    return Table(columns, rows, notes=[f"{wording.number(len(rows), 'event')}; `journey events NAME` explains one."])


def _fields(kind: type[Event]) -> Table:
    from ledger.domain.codes import code_list
    from ledger.domain.schema import fields, sentence
    from ledger.projections.table import Column, Table

    columns = (
        Column("field", "its name"),
        Column("type", "what it holds"),
        Column("required", "whether it must be given"),
        Column("kept", "coded: reaches the measures; private: sealed under the stream's key"),
        Column("code_list", "the list its codes come from"),
        Column("meaning", "what it says"),
    )
    told = fields(kind)
    rows = [(f.name, f.kind, f.required, f.kept, f.code_list or None, f.meaning) for f in told]
    read = "fact" if kind.standing == "fact" else f"{kind.standing}, not a fact observed"
    notes = [
        sentence(kind),
        f"area {kind.area}; in a stream of kind {' or '.join(kind.streams)}; to be read as {read}.",
    ]
    for name in dict.fromkeys(f.code_list for f in told if f.code_list):
        listed = code_list(name)
        codes = "; ".join(code if code == label.lower() else f"{code} {label}" for code, label in listed.codes.items())
        notes.append(f"{name} ({listed.source}, {listed.year}): {codes}.")
    return Table(columns, rows, notes=notes)
