"""A table as one HTML page that needs nothing else: no script, no network, readable by a screen reader and on paper.

    write(table, Path("continuity.html"))

Everything that comes from the ledger is escaped by the template engine. The page's content policy allows its own style
sheet, named by its digest, and nothing more.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ledger.exporters.cells import printable, short
from ledger.exporters.cover import provenance_lines, title, warning
from ledger.exporters.templates import template
from ledger.projections.kinds import Kind, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ledger.projections.table import Table

RIGHT = ("whole", "number")
"""Kinds whose cells stand to the right."""
_STYLE_OF_PICTURE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
LONG = 24
"""More characters than this, in some cell, make a column one of long text."""


def write(table: Table, path: Path) -> None:
    """Write a table as a page."""
    path.write_text(page(table), encoding="utf-8", newline="")


def page(table: Table, heading: str | None = None, picture: str | None = None) -> str:
    """Return the whole page, under a heading of its own where given; a picture drawn by us stands before the table."""
    style = _style()
    styles = [style, *_STYLE_OF_PICTURE.findall(picture or "")]
    rows = [[short(value) for value in row] for row in table.rows]
    return template("table.html.j2").render(
        title=heading or title(table),
        warning=warning(table),
        synthetic=table.synthetic,
        style=style,
        digests=[b64encode(sha256(each.encode()).digest()).decode() for each in styles],
        picture=None if picture is None else Markup(picture),  # noqa: S704 (drawn and escaped by us)
        columns=table.columns,
        sides=[_side(each, (row[place] for row in rows)) for place, each in enumerate(kinds(table))],
        rows=rows,
        notes=[printable(note) for note in table.notes],
        provenance=[(what, printable(how)) for what, how in provenance_lines(table)],
        definition=table.definition,
    )


def _side(each: Kind, told: Iterable[str]) -> str:
    """Return the class of a column's cells: numbers stand to the right, and long text is not squeezed."""
    if each in RIGHT:
        return "n"
    return "t long" if max(map(len, told), default=0) > LONG else "t"


@cache
def _style() -> Any:
    """Return the style sheet of this folder as text that is safe to stand in the page as it is."""
    text = files("ledger.exporters").joinpath("table.css.j2").read_text("utf-8")
    return Markup(text)  # noqa: S704 (our own file, not input)
