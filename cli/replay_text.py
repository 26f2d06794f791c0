"""Lay out a replayed case as a document: the same words on a terminal, in a pipe and in a file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cli.page import Page
from ledger.domain.clock import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ledger.projections.replay import (
        Completeness,
        Heading,
        Line,
        Remark,
        Replay,
        Stamp,
        StateLine,
        Turns,
        WorkerLine,
    )
    from ledger.projections.words import Difference, Told

INDENT = 12
"""Where the telling of an entry begins, right of its day."""


def case_page(case: Replay, width: int | None = None) -> Page:
    """Lay out a case: heading, completeness, state, workers, entries."""
    page = Page(width)
    _heading(page, case.heading)
    _completeness(page, case.completeness, case.heading)
    _state(page, case.state, case.heading.on)
    _workers(page, case.workers)
    page.heading("Entries, oldest first by when they happened")
    for one in case.entries:
        entry_lines(page, one)
    if not case.entries:
        page.line("none", indent=2)
    return page


def clock_words(heading: Heading) -> str:
    """Return at which moment and by which clock a case is told."""
    if heading.instant is None:
        moment = f"now ({heading.on})"
    elif len(heading.stated) == 10:
        moment = f"{heading.stated}, the whole day in London"
    else:
        moment = minute(heading.instant)
    if heading.clock == "sealed":
        return f"As sealed by {moment}, by the ledger's own clock: only what the ledger itself can prove."
    return f"As known at {moment}, by the known clock: when it was written down, as its sources say."


def _heading(page: Page, heading: Heading) -> None:
    page.heading(f"Case {heading.child}")
    page.line(clock_words(heading), hang=2)
    held = "" if heading.position == heading.head else f" of {heading.head}"
    page.line(f"Position {heading.position}{held}. Seal: {heading.verdict}", hang=2)
    if heading.from_ or heading.to:
        began, ended = heading.from_ or "the beginning", heading.to or "the end"
        page.line(f"Entries that happened from {began} until {ended} (not included); the state is the whole case's.")


def _completeness(page: Page, counts: Completeness, heading: Heading) -> None:
    page.heading("Completeness")
    page.labelled("entries shown", f"{counts.shown} of {counts.known} known")
    for label, count, why in _missing(counts):
        page.labelled(label, f"{count}{why}")
    instant = "" if heading.instant is None else f", recorded after {_day(heading.instant)}"
    page.labelled("by word only", f"{counts.by_word} known only by their source's word{instant}")
    page.labelled("late", _late(counts))
    for label, supplied in _supplied(counts):
        page.labelled(label, supplied)


def _missing(counts: Completeness) -> Iterable[tuple[str, int, str]]:
    yield "withheld", counts.withheld, " restricted" if counts.withheld else ""
    if counts.misfiled:
        yield "misfiled", counts.misfiled, " moved to another journey"
    private = f"; the private part of {counts.private_erased} more" if counts.private_erased else ""
    yield "erased", counts.erased, private
    if counts.private_locked:
        yield "locked", counts.private_locked, ": the key to their private part is not here"
    yield "withdrawn", counts.withdrawn, ""
    yield "corrected", counts.corrected, ""
    if counts.disputed:
        yield "disputed", counts.disputed, ""
    if counts.expected:
        yield "expected", counts.expected, " dated after the day they were known: not held, not ended"
    if counts.unknown_codes:
        yield "unknown codes", counts.unknown_codes, ""
    if counts.outside:
        yield "outside the dates", counts.outside, " known and not told here"
    if counts.orphans:
        yield "about unknown", counts.orphans, " corrections, withdrawals or disputes of entries not known by then"


def _late(counts: Completeness) -> str:
    returns = f"; {counts.from_returns} from returns, which have no lag" if counts.from_returns else ""
    return f"{counts.late} written {counts.late_by} days or more after they happened{returns}"


def _supplied(counts: Completeness) -> Iterable[tuple[str, str]]:
    recorded = [f"{supply.area} {supply.recorded}" for supply in counts.supply if supply.recorded]
    nothing = [f"{s.area} ({s.said})" for s in counts.supply if not s.recorded and s.supplied != "not supplied"]
    absent = [supply.area for supply in counts.supply if supply.supplied == "not supplied"]
    yield "recorded", ", ".join(recorded) or "nothing"
    if nothing:
        yield "none recorded", ", ".join(nothing)
    if absent:
        yield "not supplied", f"no source loaded for {', '.join(absent)}: that none are told means nothing"


def _state(page: Page, lines: Sequence[StateLine], on: date) -> None:
    page.heading(f"State on {on}")
    for one in lines:
        page.labelled(one.label, one.said)
        _own_words(page, one.fields, indent=20)


def _workers(page: Page, lines: Sequence[WorkerLine]) -> None:
    page.heading("Workers, in order")
    for one in lines:
        until = f"to {one.ended_on}" if one.ended_on else "        now"
        who = ", ".join(part for part in (one.role, one.post, f"pod {one.pod}" if one.pod else None) if part)
        page.line(f"{one.started_on} {until:<13}  {one.days:>5} days  {one.worker}  {who}", indent=2, hang=4)
        if one.reason:
            page.line(f"because: {one.reason}", indent=6)
    if not lines:
        page.line("none", indent=2)


def entry_lines(page: Page, one: Line, changed: Sequence[Difference] = (), news: str = "") -> None:
    """Lay out one entry: its day, what it is, how it stands, what it says, and what was said about it."""
    page.line("")
    day = one.on.isoformat()
    marks = [news, one.title if one.notice is None or one.name else "", *_marks(one, day)]
    page.line(f"{day}  {' · '.join(mark for mark in marks if mark)}", hang=INDENT, bold=True)
    if one.notice:
        page.line(one.notice, indent=INDENT)
    for difference in changed:
        page.line(_difference(difference), indent=INDENT, hang=2)
    _fields(page, one.fields)
    page.line(_stamp(one.stamp), indent=INDENT, hang=2, dim=True)
    for remark in one.remarks:
        _remark(page, remark)
    if one.original:
        page.line("original, as first written:", indent=INDENT)
        _fields(page, one.original, indent=INDENT + 2)


def _marks(one: Line, day: str) -> Iterable[str]:
    if one.happened is not None and one.happened != day:
        yield one.happened
    if one.standing:
        yield one.standing
    if one.expected:
        yield "expected, not held"
    if one.condition in ("corrected", "withdrawn"):
        yield one.condition
    if any(remark.kind == "disputed" for remark in one.remarks):
        yield "disputed"
    if one.late:
        yield f"late: written {one.lag_days} days after"
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
    _own_words(page, fields, indent)


def _own_words(page: Page, fields: Iterable[Told], indent: int) -> None:
    for field in fields:
        if field.prose:
            page.line(f"{field.label}:", indent=indent)
            page.line(field.text, indent=indent + 4)


def _stamp(stamp: Stamp) -> str:
    written = f"written {_day(stamp.written_at)}" if stamp.written_at else f"recorded {_day(stamp.recorded_at)}"
    through = "a return" if stamp.basis == "return" else stamp.by
    source = f" · {stamp.source}" if stamp.source else ""
    word = f" · recorded {_day(stamp.recorded_at)}: by its source's word" if stamp.recorded_later else ""
    return f"{written} by {through}{source} · position {stamp.position}{word}"


def _remark(page: Page, remark: Remark) -> None:
    by = f"by {remark.reason}" if remark.kind == "disputed" else f"because: {remark.reason}"
    page.line(f"{remark.kind} {by} · {_stamp(remark.stamp)}", indent=INDENT, hang=2)
    for difference in remark.changed:
        page.line(_difference(difference), indent=INDENT + 2, hang=2)
    if remark.note:
        page.line(remark.note, indent=INDENT + 4)


def _difference(difference: Difference) -> str:
    before = "nothing" if difference.before is None else difference.before
    after = "nothing" if difference.after is None else difference.after
    return f"{difference.label}: {before} -> {after}"


def minute(moment: datetime) -> str:
    """Return a moment to the minute, in London."""
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%Y-%m-%d}"


def turns_page(child: str, turns: Turns, width: int | None = None) -> Page:
    """Lay out what came to be known of a case between two moments."""
    page = Page(width)
    page.heading(f"Case {child}")
    page.line(f"What became known, changed or was withdrawn after {turns.earlier.stated} and by {turns.later.stated}")
    counts = Counter(turn.news for turn in turns.turns)
    told = ", ".join(f"{count} {news}" for news, count in counts.items())
    page.line(f"{told or 'nothing'}; {turns.unchanged} entries unchanged; {turns.withheld} withheld and not told here")
    for turn in turns.turns:
        entry_lines(page, turn.line, turn.changed, turn.news)
    return page
