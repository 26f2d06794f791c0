"""Lay out the audit trail for people: a few lines for each entry, never wider than the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.page import Page
from ledger.domain import wording
from ledger.domain.clock import LONDON

if TYPE_CHECKING:
    from datetime import datetime

    from ledger.projections.audit_trail import Change, TrailLine

INDENT = 10


def line_text(line: TrailLine, subject: str, width: int | None = None) -> str:
    """Return one entry: what it is, its three clocks, who wrote it and where from, what it changed, its seal."""
    page = Page(width)
    happened = f", happened {line.happened}" if line.happened else ""
    page.line(f"{line.position:>7}  v{line.version}  {subject}  {line.title}{happened}", hang=INDENT, bold=True)
    if line.notice:
        page.line(line.notice, indent=INDENT)
    written = second(line.written_at) if line.written_at else "not said"
    page.line(f"written {written} · recorded {second(line.recorded_at)} · {_lag(line)}", indent=INDENT, hang=2)
    page.line(f"by {_author(line)} · leaf {line.leaf[:16]} · {line.event_id}", indent=INDENT, hang=2, dim=True)
    if line.unknown_codes:
        page.line(f"unknown codes in: {', '.join(line.unknown_codes)}", indent=INDENT)
    if line.change is not None:
        _change(page, line.change)
    if line.changed_by:
        page.line(f"changed by the entries at {_positions(line.changed_by)}", indent=INDENT)
    return page.told()


def remarks_text(notes: list[str], provenance: dict[str, Any], width: int | None = None) -> str:
    """Return what stands below a trail: its notes, its clock, its position and root."""
    page = Page(width)
    page.line("")
    for note in notes:
        page.line(note)
    page.line(
        " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in provenance.items() if value is not None)
    )
    return page.told()


def second(moment: datetime) -> str:
    """Return a moment to the second, in London."""
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M:%S}"


def _lag(line: TrailLine) -> str:
    if line.basis == "return":
        return "no lag: from a return"
    if line.lag_days is None:
        return "no lag"
    return f"lag {wording.number(line.lag_days, 'day')}"


def _author(line: TrailLine) -> str:
    who = " through ".join(name for name in (line.worker, line.system) if name) or "unknown"
    if line.source is None:
        return who
    place = f", {line.file}" if line.file else ""
    return f"{who} from {line.source}{place}" + (f" line {line.line}" if line.line is not None else "")


def _change(page: Page, change: Change) -> None:
    place = f"the entry at {change.position}" if change.position else "an entry that is not in this stream"
    page.line(f"{change.did} {place}" + (f": {change.reason}" if change.reason else ""), indent=INDENT)
    for one in change.differences:
        before, after = one.before or "nothing", one.after or "nothing"
        page.line(f"{one.label}: {before} -> {after}", indent=INDENT + 2, hang=2)
    if change.note:
        page.line(change.note, indent=INDENT + 4)


def _positions(positions: tuple[int, ...]) -> str:
    return ", ".join(str(position) for position in positions)
