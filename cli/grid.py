"""Draw rows for people: on a terminal in its own width and colours, elsewhere as plain text of a fixed width.

A table that is too wide is drawn in several parts, one under the other, each beginning with the first column, so that a
column's name and its values are never broken into pieces.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table as Grid

PAGE_WIDTH = 120
"""Width, in characters, of what goes to a file or a pipe."""
WIDEST = 48
"""The most characters a cell takes in one line; longer text is folded."""
GAP = 3
"""Characters between two columns."""


def drawn(
    names: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], remarks: Sequence[str], *, fancy: bool
) -> str:
    """Return the table and the remarks under it as text; `fancy` allows a terminal's width and colours."""
    from rich.text import Text

    console = _console(fancy=fancy)
    with console.capture() as shown:
        for part in parts(_widths(names, rows), console.width):
            console.print(_grid(names, rows, numeric, part))
        for line in remarks:
            console.print(Text(line, style="dim"))
    return "\n".join(line.rstrip() for line in shown.get().splitlines()) + "\n"


def parts(widths: Sequence[int], page: int) -> list[list[int]]:
    """Return which columns each part shows, the first column in all of them.

    >>> parts([8, 10, 10, 10], 36)
    [[0, 1, 2], [0, 3]]
    """
    found: list[list[int]] = [[0] if widths else []]
    used = widths[0] if widths else 0
    for place, width in enumerate(widths[1:], start=1):
        if used + GAP + width > page and len(found[-1]) > 1:
            found.append([0])
            used = widths[0]
        found[-1].append(place)
        used += GAP + width
    return found


def _widths(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    cells = [[name, *(row[place] for row in rows)] for place, name in enumerate(names)]
    return [min(WIDEST, max(map(len, column))) for column in cells]


def _grid(names: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], part: list[int]) -> Grid:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place in part:
        grid.add_column(
            Text(names[place]),
            justify="right" if numeric[place] else "left",
            overflow="fold",
            min_width=len(names[place]),
            max_width=max(WIDEST, len(names[place])),
        )
    for row in rows:
        grid.add_row(*(Text(row[place]) for place in part))
    return grid


def _console(*, fancy: bool) -> Console:
    from rich.console import Console

    terminal = fancy and sys.stdout.isatty()
    return Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else PAGE_WIDTH, highlight=False)
