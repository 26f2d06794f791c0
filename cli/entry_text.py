"""Lay out one entry of a case, or what changed in it: its day, how it stands, what it says, what was said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.domain.clock import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cli.page import Page
    from ledger.projections.replay import Line, Remark, Stamp, Turn
    from ledger.projections.words import Difference, Told

INDENT = 12
"""Where the telling of an entry begins, right of its day."""


def entry_lines(page: Page, one: Line, news: str = "") -> None:
    """Lay out one entry: its day, what it is, how it stands, what it says, and what was said about it."""
    _title(page, one, news)
    _fields(page, one.fields)
    page.line(_stamp(one.stamp), indent=INDENT, hang=2, dim=True)
    for remark in one.remarks:
        _remark(page, remark, remark.changed)
    _original(page, one)


def _original(page: Page, one: Line) -> None:
    """Lay out how the original read, as far as it read otherwise than what is in force."""
    now = {(field.name, field.text) for field in one.fields} | {("when", one.happened)}
    differing = [field for field in one.original if (field.name, field.text) not in now]
    if differing:
        page.line("the original read otherwise:", indent=INDENT)
        _fields(page, differing, indent=INDENT + 2)


def turn_lines(page: Page, turn: Turn) -> None:
    """Lay out what changed in one entry: whole where it is new, else the difference and what was said of it."""
    if turn.news == "became known":
        entry_lines(page, turn.line, turn.news)
        return
    _title(page, turn.line, turn.news)
    for difference in turn.changed:
        page.line(_difference(difference), indent=INDENT, hang=2)
    page.line(_stamp(turn.line.stamp), indent=INDENT, hang=2, dim=True)
    for remark in turn.line.remarks:
        _remark(page, remark, ())


def _title(page: Page, one: Line, news: str) -> None:
    page.line("")
    on = one.on.isoformat()
    title = one.title if one.name else ""
    marks = dict.fromkeys(mark for mark in (news, title, one.notice, *_marks(one, on)) if mark)
    page.line(f"{on}  {' · '.join(marks)}", hang=INDENT, bold=True)


def _marks(one: Line, on: str) -> Iterable[str]:
    if one.happened is not None and one.happened != on:
        yield one.happened
    if one.standing:
        yield one.standing
    if one.expected:
        yield "expected, not held"
    if one.condition in ("corrected", "withdrawn"):
        yield one.condition
    if any(remark.kind == "disputed" for remark in one.remarks):
        yield "disputed"
    if one.late and one.lag_days is not None:
        yield f"late: written {wording.number(one.lag_days, 'day')} after"
    if one.unknown_codes:
        yield "unknown code"
    if one.private == "erased" and one.condition != "erased":
        yield "private part erased by law"
    if one.private == "locked":
        yield "private part locked: its key is not here"


def _fields(page: Page, fields: Iterable[Told], indent: int = INDENT) -> None:
    fields = list(fields)
    coded = [f"{field.label}: {field.text}" for field in fields if not field.prose]
    if coded:
        page.line(" · ".join(coded), indent=indent)
    own_words(page, fields, indent)


def own_words(page: Page, fields: Iterable[Told], indent: int) -> None:
    for field in fields:
        if field.prose:
            page.line(f"{field.label}: {field.text}", indent=indent, hang=2)


def _stamp(stamp: Stamp) -> str:
    written = f"written {day(stamp.written_at)}" if stamp.written_at else f"recorded {day(stamp.recorded_at)}"
    through = "a return" if stamp.basis == "return" else stamp.by
    source = f" · {stamp.source}" if stamp.source else ""
    return f"[{stamp.position}] {written} by {through}{source}" + (" · sealed later" if stamp.recorded_later else "")


def _remark(page: Page, remark: Remark, changed: Iterable[Difference]) -> None:
    by = f"by {remark.reason}" if remark.kind == "disputed" else f"because: {remark.reason}"
    page.line(f"{remark.kind} {by} {_stamp(remark.stamp)}", indent=INDENT, hang=2)
    for difference in changed:
        page.line(_difference(difference), indent=INDENT + 2, hang=2)
    if remark.note:
        page.line(remark.note, indent=INDENT + 4)


def _difference(difference: Difference) -> str:
    before = "nothing" if difference.before is None else difference.before
    after = "nothing" if difference.after is None else difference.after
    return f"{difference.label}: {before} -> {after}"


def day(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%Y-%m-%d}"
