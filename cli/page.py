"""A page of plain text: headings, labelled lines and indented paragraphs, wrapped to a width.

    page = Page(width=80)
    page.heading("State")
    page.labelled("stage", "looked after, since 2017-05-02")
    page.told(out)

Emphasis reaches only a terminal, and not where NO_COLOR is set: elsewhere the text is the same without it.
"""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from cli.render import printable

if TYPE_CHECKING:
    from pathlib import Path

NARROW, WIDE, PIPED = 72, 110, 100
LABEL = 20


def page_width() -> int:
    """Return the width to lay out for: the terminal's, within what reads well; a fixed one for pipes and files."""
    return max(NARROW, min(WIDE, get_terminal_size().columns - 1)) if sys.stdout.isatty() else PIPED


class Page:
    """Lines of text in the making."""

    def __init__(self, width: int | None = None) -> None:
        self.width = page_width() if width is None else width
        self._lines: list[str] = []

    def heading(self, text: str) -> None:
        """Begin a section."""
        if self._lines:
            self._lines.append("")
        self._lines.append(click.style(printable(text).upper(), bold=True))

    def line(self, text: str, *, indent: int = 0, hang: int = 0, bold: bool = False, dim: bool = False) -> None:
        """Add a paragraph; its further lines are indented by `hang` more. Line breaks in it are kept."""
        for part in printable(text).splitlines() or [""]:
            margin = " " * indent
            wrapped = wrap(
                part, self.width, initial_indent=margin, subsequent_indent=margin + " " * hang, break_on_hyphens=False
            )
            self._lines += [click.style(one, bold=bold, dim=dim) if bold or dim else one for one in wrapped or [""]]

    def labelled(self, label: str, text: str, *, indent: int = 2) -> None:
        """Add a paragraph beside a label."""
        column = indent + LABEL
        wrapped = wrap(printable(text), self.width - column, break_on_hyphens=False) or [""]
        self._lines.append(f"{' ' * indent}{printable(label):<{LABEL - 1}} {wrapped[0]}".rstrip())
        self._lines += [" " * column + one for one in wrapped[1:]]

    def text(self) -> str:
        """Return the page without emphasis."""
        return click.unstyle("\n".join(self._lines)) + "\n"

    def told(self, out: Path | None = None) -> str:
        """Return the page as its reader gets it: with emphasis where `out` is None and stdout is a terminal."""
        emphasis = out is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        return "\n".join(self._lines) + "\n" if emphasis else self.text()
