"""`journey trail --access`: who read a case, when, by which clock, how much of it and why, in the order of the log.

Reading the access log is a reading too: it is logged after what it shows was chosen, and before it is shown. Of an
erased child the log still says who read it; the words of the reasons went with the child's key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.context import case_stream, log_reading
from cli.page import Page
from cli.render import FILES, destination, emit
from cli.trail_text import INDENT, remarks_text, second
from ledger.access import Reader, accesses, check_reader
from ledger.domain import wording
from ledger.domain.clock import NOW
from ledger.domain.codes import code_list
from ledger.projections.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.access import Access
    from ledger.application import Ledger

COLUMNS = (
    "position",
    "subject",
    "kind",
    "read_at",
    "reader",
    "purpose",
    "command",
    "clock",
    "instant",
    "entries",
    "head_size",
    "head_root",
    "reason",
    "notice",
)
LOCKED = "a reason was given in words: its key is not here"


def show_accesses(
    ledger: Ledger, child: str | None, worker: str | None, reader: Reader, format_: str, out: Path | None
) -> None:
    """List who read a case, or with `child` None anything; `worker` chooses the readings of one reader."""
    from cli.trail import subjects_of

    if child is None:
        check_reader(ledger.store, reader)
        stream = None
    else:
        stream = case_stream(ledger, child, reader, content=False)
    head = ledger.store.access.head()
    found = accesses(ledger.store, stream, worker=worker)
    count = head.size
    if stream is not None:
        chosen = list(found)
        found, count = iter(chosen), len(chosen)
    log_reading(ledger, stream or "ledger", reader, command="trail --access", view=NOW, entries=count)
    told = _Counted(found)

    def remarks() -> tuple[list[str], dict[str, Any]]:
        return [f"readings: {told.count}"], {"access_log_position": head.size, "access_log_root": head.root.hex()}

    if format_ in FILES:
        subject = subjects_of(ledger)
        rows = [_row(one, subject(one.entry.stream)) for one in told]
        emit(Table(tuple(Column(name) for name in COLUMNS), rows, *remarks()), format_, out)
        return
    with destination(out) as to:
        if format_ == "table":
            _page(to.write, told, subjects_of(ledger), remarks)
            return
        from cli.stream import stream as streamed

        subject = subjects_of(ledger)
        left = streamed(to, format_, COLUMNS, (_row(one, subject(one.entry.stream)) for one in told), remarks)
    for note in left[0] if left else ():
        click.echo(f"note: {note}", err=True)
    for name, value in left[1].items() if left else ():
        click.echo(f"{name}: {value}", err=True)


class _Counted:
    """Readings, counted as they pass."""

    def __init__(self, found: Iterator[Access]) -> None:
        self._found, self.count = found, 0

    def __iter__(self) -> Iterator[Access]:
        for one in self._found:
            self.count += 1
            yield one


def _row(one: Access, subject: str) -> tuple[Any, ...]:
    """Return one reading under `COLUMNS`."""
    entry, event = one.entry, one.event
    return (
        entry.position,
        subject,
        entry.stream.partition(":")[0],
        entry.recorded_at,
        event.reader,
        event.purpose,
        event.command,
        event.clock,
        event.instant,
        event.entries,
        event.head_size,
        event.head_root,
        event.reason,
        LOCKED if one.locked else None,
    )


def _page(
    put: Callable[[str], Any],
    found: _Counted,
    subject: Callable[[str], str],
    remarks: Callable[[], tuple[list[str], dict[str, Any]]],
) -> None:
    for one in found:
        put(_told(one, subject(one.entry.stream)))
    put(remarks_text(*remarks()))


def _told(one: Access, subject: str) -> str:
    """Return one reading in a few lines: whose case, who read it and what for, what of it, and why."""
    event, page = one.event, Page()
    purpose = code_list("access-purpose").label(event.purpose).lower()
    page.line(
        f"{one.entry.position:>7}  {second(one.entry.recorded_at)}  {subject}  read by {event.reader} for {purpose}",
        hang=INDENT,
        bold=True,
    )
    page.line(f"{event.command or 'read'}: {_much(one)}, {_clock(one)}", indent=INDENT, hang=2)
    if event.head_root is not None:
        page.line(f"up to position {event.head_size} · root {event.head_root[:16]}", indent=INDENT, dim=True)
    if one.locked:
        page.line(LOCKED, indent=INDENT)
    elif event.reason:
        page.line(event.reason, indent=INDENT)
    return page.told()


def _much(one: Access) -> str:
    if one.event.entries is None:
        return "so much of it is not said"
    return wording.entries(one.event.entries)


def _clock(one: Access) -> str:
    word = "as sealed by" if one.event.clock == "sealed" else "as known at"
    return f"{word} {'the time of reading' if one.event.instant is None else second(one.event.instant)}"
