"""Show a table: on a terminal for people, as CSV when piped, as JSON or NDJSON when asked.

    @format_options            # passes `format_: str | None` and `out: Path | None`
    def allocations(..., format_, out):
        emit(table, format_, out)

- JSON is one object: `{"rows": [{column: value}], "notes": [...], "provenance": {...}}`. CSV and NDJSON hold only the
  rows; notes and provenance go to stderr, so that rows can be piped.
- Undefined is null in JSON and empty in CSV. Dates are ISO 8601, moments in UTC; fractions are decimals to 12 places.
  On a terminal they have 3, and moments are told as clocks in London do. A CSV text cell that begins with = + - @ gets
  an apostrophe before it: no spreadsheet runs it.
- xlsx, parquet, html and svg are files: `ledger.exporters` writes them, with definition, notes and provenance inside.
- Text reaches a terminal without its control characters: what a child said must not drive the reader's screen.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger.exporters.cells import as_json, guarded, plain, printable, remark, short
from ledger.exporters.whole import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

    from ledger.projections.table import Table

TEXTS = ("table", "json", "ndjson", "csv")
FILES = ("xlsx", "parquet", "html", "svg")
"""Forms that are files and no text for a pipe; each is written by the exporter of that name."""
FORMATS = (*TEXTS, *FILES)
SUFFIXES = {".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".txt": "table"}
SUFFIXES |= {f".{name}": name for name in FILES} | {".htm": "html"}


class NewFile(click.Path):
    """A file that is to be written, in a folder that is there: that it is not is said before anything is done."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path. Raises `click.BadParameter` where its folder is not there."""
        path = Path(str(super().convert(value, param, ctx)))
        if not path.absolute().parent.is_dir():
            self.fail(f"there is no folder {str(path.parent)!r}: make it first.", param, ctx)
        return path


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Accept `--format` and `-o FILE.ext`, and pass them as `format_` and `out`."""

    @click.option("--format", "format_", type=click.Choice(FORMATS), help="Default: table on a terminal, else csv.")
    @click.option("-o", "--output", "out", type=NewFile(), help="Write to FILE.ext.")
    @wraps(command)
    def with_format(*args: Any, format_: str | None, out: Path | None, **rest: Any) -> Any:
        return command(*args, format_=chosen(format_, out), out=out, **rest)

    return with_format


def chosen(format_: str | None, out: Path | None) -> str:
    """Return the format asked for, else the one the file's name implies, else the one that suits stdout."""
    if format_ in FILES and out is None:
        raise click.UsageError(f"{format_} is a file and not for a terminal: give its name, -o FILE.{format_}.")
    if format_ is not None:
        return format_
    if out is None:
        return "table" if sys.stdout.isatty() else "csv"
    if out.suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise click.UsageError(f"cannot tell the format of a file ending in {out.suffix or 'nothing'!r}; use {known}.")
    return SUFFIXES[out.suffix.lower()]


def emit(table: Table, format_: str | None = None, out: Path | None = None) -> None:
    """Show a table on stdout, or write it to a file as a whole or not at all."""
    format_ = chosen(format_, out)
    if format_ in FILES:
        assert out is not None
        with whole_file(out) as path:
            import_module(f"ledger.exporters.{format_}").write(table, path)
        return
    text = _WRITERS[format_](table, fancy=out is None)
    if out is None:
        click.echo(text, nl=False)
    else:
        write(out, text)
    if format_ in ("csv", "ndjson"):
        for line in _remarks(table):
            click.echo(line, err=True)


def _csv(table: Table, *, fancy: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([guarded(value) for value in row] for row in table.rows)
    return out.getvalue()


def _ndjson(table: Table, *, fancy: bool) -> str:
    return "".join(f"{as_json(row)}\n" for row in _records(table))


def _json(table: Table, *, fancy: bool) -> str:
    whole = {"rows": _records(table), "notes": list(table.notes), "provenance": dict(table.provenance)}
    return json.dumps(plain(whole), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _terminal(table: Table, *, fancy: bool) -> str:
    """Draw the table; `fancy` False, NO_COLOR or a pipe leave plain text."""
    from cli.grid import drawn

    numeric = [any(_is_number(row[place]) for row in table.rows) for place in range(len(table.columns))]
    names = [column.name for column in table.columns]
    return drawn(names, [[short(value) for value in row] for row in table.rows], numeric, _remarks(table), fancy=fancy)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Fraction | Decimal) and not isinstance(value, bool)


_WRITERS: Mapping[str, Callable[..., str]] = {"csv": _csv, "ndjson": _ndjson, "json": _json, "table": _terminal}


def _records(table: Table) -> list[dict[str, Any]]:
    return [{c.name: value for c, value in zip(table.columns, row, strict=True)} for row in table.rows]


def _remarks(table: Table) -> list[str]:
    """Return the notes and the provenance of a table as lines."""
    notes = [f"note: {printable(note)}" for note in table.notes]
    return notes + [f"{key}: {printable(remark(value))}" for key, value in table.provenance.items()]


def write(out: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    with destination(out) as file:
        file.write(text)


@contextmanager
def destination(out: Path | None) -> Iterator[TextIO]:
    """Open stdout, or a file that is there as a whole or not at all."""
    if out is None:
        yield sys.stdout
        return
    with whole_file(out) as path, path.open("w", encoding="utf-8", newline="") as file:
        yield file


__all__ = [
    "FILES",
    "FORMATS",
    "NewFile",
    "as_json",
    "chosen",
    "destination",
    "emit",
    "format_options",
    "guarded",
    "printable",
    "whole_file",
    "write",
]
