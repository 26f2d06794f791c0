"""`python -m cli.events_docs` writes docs/EVENTS.md anew from the event classes; a test fails when it is stale."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import click

from ledger.domain.codes import code_lists
from ledger.domain.events import catalogue
from ledger.domain.events.base import Event
from ledger.domain.schema import WHEN, Field, fields, sentence

WHERE = Path(__file__).parents[1] / "docs" / "EVENTS.md"
INTRODUCTION = """\
# Events

Made from the event classes by `make golden`; change the classes, not this page. `journey events NAME` says the same of
one event, `journey events NAME --json` gives its JSON Schema.

Every event says when it happened: `occurred_on` (a day) or `occurred_at` (a moment), with `occurred_until` for a period
(half-open) and a `precision` where the date is not known to the day. **Coded** fields reach the measures; **private**
fields are sealed under the stream's own key. A field marked * must be given. An ending names its start by date.
"""


def document() -> str:
    """Return the whole page: the events by area, then the code lists."""
    by_area = sorted(catalogue().values(), key=lambda kind: kind.area)
    parts = [INTRODUCTION]
    for area, kinds in groupby(by_area, key=lambda kind: kind.area):
        parts += [f"## {area[0].upper()}{area[1:]}\n", *(_event(kind) for kind in kinds)]
    parts.append("## Code lists\n")
    for name, listed in sorted(code_lists().items()):
        parts.append(f"### {name}\n\n{listed.title}. Source: {listed.source}, {listed.year}.\n")
        parts.append(
            "| code | label |\n|---|---|\n" + "".join(f"| {c} | {_cell(t)} |\n" for c, t in listed.codes.items())
        )
    return "\n".join(parts)


def _event(kind: type[Event]) -> str:
    told = [field for field in fields(kind) if field.name not in WHEN]
    where = "" if kind.streams == ("journey",) else f" Stream: {' or '.join(kind.streams)}."
    read = "" if kind.standing == "fact" else f" Read as: {kind.standing}."
    head = f"### {kind.name}\n\n{sentence(kind)}{where}{read}\n"
    if not told:
        return head
    return head + "\n| field | holds | kept | meaning |\n|---|---|---|---|\n" + "".join(_row(field) for field in told)


def _row(field: Field) -> str:
    holds = f"code of {field.code_list}" if field.code_list else field.kind
    if field.code_list and field.kind.startswith("list"):
        holds = f"codes of {field.code_list}"
    star = "*" if field.required else ""
    return f"| {field.name}{star} | {_cell(holds)} | {field.kept} | {_cell(field.meaning)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    WHERE.parent.mkdir(exist_ok=True)
    WHERE.write_text(document(), encoding="utf-8")
    click.echo(f"wrote {WHERE.name}")
