"""Lay out a replayed case as a document: the same words on a terminal, in a pipe and in a file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cli.entry_text import day, entry_lines, own_words, turn_lines
from cli.page import Page
from ledger.domain import wording
from ledger.domain.clock import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ledger.projections.replay import (
        Completeness,
        Heading,
        Replay,
        StateLine,
        Supply,
        Turns,
    )

NONE = "none recorded; "
"""What the label of the same name says already."""


def case_page(case: Replay, width: int | None = None) -> Page:
    """Lay out a case: heading, completeness, state, workers, entries."""
    page = Page(width)
    _heading(page, case.heading)
    _completeness(page, case.completeness, case.heading)
    _state(page, case.state, case.heading.on)
    _workers(page, case)
    page.heading("Entries, oldest first by when they happened")
    page.line("[n] is an entry's position in the ledger.", indent=2)
    for one in case.entries:
        entry_lines(page, one)
    if not case.entries:
        page.line("none", indent=2)
    return page


def clock_words(heading: Heading) -> str:
    """Return at which moment and by which clock a case is told."""
    if heading.instant is None:
        read = f"As known now, on {heading.on}"
    else:
        whole = len(heading.stated) == len("2018-12-31")
        moment = f"{heading.stated}, the whole day in London" if whole else minute(heading.instant)
        read = f"As sealed by {moment}" if heading.clock == "sealed" else f"As known at {moment}"
    if heading.clock == "sealed":
        return f"{read}, by the ledger's own clock: only what the ledger itself can prove."
    return f"{read}, by the known clock: when it was written down, as its sources say."


def _heading(page: Page, heading: Heading) -> None:
    page.heading(f"Case {heading.child}")
    page.line(clock_words(heading), hang=2)
    page.line(f"Up to position {heading.position} of {heading.head}. Seal: {heading.verdict}", hang=2)
    if heading.from_ or heading.to:
        page.line(f"Entries told are those that happened {_period(heading)}; the state is the whole case's.")


def _completeness(page: Page, counts: Completeness, heading: Heading) -> None:
    page.heading(f"Completeness {_period(heading)}".rstrip())
    page.labelled("entries shown", f"{counts.shown} of {counts.known} known")
    for label, count, why in _missing(counts):
        page.labelled(label, f"{count}{why}")
    after = "" if heading.instant is None else f": sealed after {day(heading.instant)}"
    page.labelled("by word only", f"{counts.by_word} known by then on their source's word alone{after}")
    page.labelled("late", _late(counts))
    for label, supplied in _supplied(counts):
        page.labelled(label, supplied)


def _period(heading: Heading) -> str:
    """Return the days chosen, in words; empty where all are."""
    began = f"from {heading.from_}" if heading.from_ else ""
    ended = f"before {heading.to}" if heading.to else ""
    return " and ".join(part for part in (began, ended) if part)


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
    return f"{counts.late} written {wording.number(counts.late_by, 'day')} or more after they happened{returns}"


def _supplied(counts: Completeness) -> Iterable[tuple[str, str]]:
    undeclared = [s for s in counts.supply if s.supplied == "not supplied"]
    declared = [s for s in counts.supply if s.supplied != "not supplied"]
    told = {
        "recorded": _counted(declared),
        "none recorded": "; ".join(
            f"{', '.join(s.area for s in declared if not s.recorded and s.said == said)}: {said.removeprefix(NONE)}"
            for said in dict.fromkeys(s.said for s in declared if not s.recorded)
        ),
        "no source declared": _counted(undeclared),
        "not supplied": ", ".join(s.area for s in undeclared if not s.recorded),
    }
    if told["no source declared"]:
        told["no source declared"] += ": there may be more elsewhere"
    if told["not supplied"]:
        told["not supplied"] = f"no source loaded for {told['not supplied']}: whether there were any is not known"
    return [(label, text) for label, text in told.items() if text]


def _counted(supplies: Iterable[Supply]) -> str:
    return ", ".join(f"{supply.area} {supply.recorded}" for supply in supplies if supply.recorded)


def _state(page: Page, lines: Sequence[StateLine], on: date) -> None:
    page.heading(f"State on {on}")
    for one in lines:
        page.labelled(one.label, one.said + (f" [{one.position}]" if one.position is not None else ""))
        own_words(page, one.fields, indent=22)


def _workers(page: Page, case: Replay) -> None:
    page.heading("Workers, in order")
    for one in case.workers:
        until = f"to {one.ended_on or 'now'}"
        who = ", ".join(part for part in (one.role, one.post, f"pod {one.pod}" if one.pod else None) if part)
        began, days = one.started_on or "day unknown", "? days" if one.days is None else wording.number(one.days, "day")
        places = ", ".join(f"[{position}]" for position in one.positions)
        page.line(f"{began} {until:<13} {days:>10}  {one.worker}  {who} {places}", indent=2, hang=36)
        reasons = {"came": one.reason, "left": one.end_reason}
        for what, reason in reasons.items():
            if reason:
                page.line(f"{what} because: {reason}", indent=38)
    if not case.workers:
        page.line(next(s.said for s in case.completeness.supply if s.area == "allocation"), indent=2, hang=2)


def minute(moment: datetime) -> str:
    """Return a moment to the minute, in London."""
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"


def turns_page(child: str, turns: Turns, width: int | None = None) -> Page:
    """Lay out what came to be known of a case between two moments."""
    page = Page(width)
    page.heading(f"Case {child}")
    page.line(f"What became known, changed or was withdrawn after {turns.earlier.stated} and by {turns.later.stated}")
    counts = Counter(turn.news for turn in turns.turns)
    told = ", ".join(f"{count} {news}" for news, count in counts.items())
    unchanged = wording.entries(turns.unchanged)
    page.line(f"{told or 'nothing'}; {unchanged} unchanged; {turns.withheld} withheld and not told here")
    for turn in turns.turns:
        turn_lines(page, turn)
    return page
