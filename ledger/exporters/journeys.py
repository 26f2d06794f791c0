"""Every child's journey on one sheet: what happened, when, with whom, in the order of the days.

    write(*journeys(store, view("2024-03-31")), Path("journeys.xlsx"))

The sheet `Journeys` has one row an event (child, event, date, worker, pod, detail); the sheet `Child journeys` one line
a child, as analysts of the sector write them: `[2024-04-02/visit recorded] -> [2024-05-01/...]`. The names of columns
are ours: no published layout was found. Only coded fields are told, never narrative; what is restricted, misfiled,
withdrawn or erased is left out, and what is expected says so. Records about the record (corrections, holds) are no
events of a journey.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ledger.domain import wording
from ledger.domain.clock import NOW, View
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.standing import stand
from ledger.exporters.cloudevents import withheld_entries
from ledger.exporters.xlsx import Book
from ledger.projections.table import Column, Table
from ledger.projections.words import label, title, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.domain.events.base import Event
    from ledger.domain.standing import Standing
    from ledger.store import Store

COLUMNS = (
    Column("child", "the authority's own id of the child, or the journey where its key is not here", "VARCHAR"),
    Column("event", "what happened", "VARCHAR"),
    Column("date", "the (first) day on which it happened; empty where nobody says", "DATE"),
    Column("worker", "the worker it names first", "VARCHAR"),
    Column("pod", "the pod it names", "VARCHAR"),
    Column("detail", "what else is coded, in words; never narrative", "VARCHAR"),
)
LINES = (
    Column("child", COLUMNS[0].meaning, "VARCHAR"),
    Column("events", "how many events", "BIGINT"),
    Column("first", "the day of the first", "DATE"),
    Column("last", "the day of the last that has happened", "DATE"),
    Column("journey", "its dated events in their order", "VARCHAR"),
)
WORKERS = ("worker", "to_worker", "decided_by", "supervisor", "reviewing_officer", "absent_worker")
"""Fields that name the worker of an event, the first that is there."""
EXPECTED = "expected, not yet happened"
TOGETHER = 500

Told = tuple[str, str, date | None, str | None, str | None, str]


def journeys(store: Store, view: View = NOW) -> tuple[Table, Table]:
    """Return the events of all journeys, one row each, and one line a child, as known at a view."""
    rows: list[Told] = []
    lines: list[tuple[Any, ...]] = []
    left_out = 0
    for child, standings, hidden in _children(store, view):
        left_out += hidden
        mine = [_row(child, each) for each in standings]
        rows += mine
        happened = [row for row in mine if row[2] is not None and not row[5].startswith(EXPECTED)]
        if mine:
            text = " -> ".join(f"[{row[2]}/{row[1]}]" for row in happened)
            days = [row[2] for row in happened] or [None]
            lines.append((child, len(mine), days[0], days[-1], text))
    notes = [f"{wording.entries(left_out)} left out: restricted or erased"] if left_out else []
    head = store.head(view.position)
    provenance = {
        "measure": "journeys",
        "authority": store.authority,
        "clock": "known, as its sources claim" if view.clock == "known" else "sealed by this ledger",
        "stated": view.stated or "now",
        "position": head.size,
        "root": head.root.hex(),
    }
    return Table(COLUMNS, rows, notes, provenance), Table(LINES, lines, notes, provenance)


def write(events: Table, lines: Table, path: Path) -> None:
    """Write both as a workbook: cover, notes, columns, `Journeys`, `Child journeys`."""
    book = Book(path)
    book.cover(events)
    book.table(events, "Journeys")
    book.table(lines, "Child journeys")
    book.close()


def _children(store: Store, view: View) -> Iterator[tuple[str, list[Standing], int]]:
    """Yield each child with the events in force, by day, and how many entries are withheld; in the order of ids."""
    withheld = withheld_entries(store)
    registered = store.open_parts([ChildRegistered.name], upto=view.position)
    streams = {part[1] for some in registered for part in some}
    shown = {stream: stream.partition(":")[2] for stream in streams} | store.subject_ids(sorted(streams))
    order = sorted(streams, key=lambda stream: shown[stream])
    for start in range(0, len(order), TOGETHER):
        for stream, entries in store.entries_of(order[start : start + TOGETHER], view.position).items():
            found = [each for each in stand(entries, view) if not _is_record(each) and not each.withdrawn]
            given = [e for e in found if e.event is not None and not e.restricted and e.root.event_id not in withheld]
            given.sort(key=lambda each: (_day(each) or date.max, each.root.position))
            yield shown[stream], given, len(found) - len(given)


def _is_record(standing: Standing) -> bool:
    """Whether an entry is a record about the record."""
    return standing.root.event is not None and standing.root.event.area == "record"


def _day(standing: Standing) -> date | None:
    return None if standing.event is None else standing.event.day


def _row(child: str, standing: Standing) -> Told:
    event = standing.event
    assert event is not None
    worker = next((value for name in WORKERS if (value := getattr(event, name, None))), None)
    return child, title(event.name), event.day, worker, getattr(event, "pod", None), _detail(event, standing)


def _detail(event: Event, standing: Standing) -> str:
    """Return the coded fields in words, but those that have a column."""
    first = next((name for name in WORKERS if getattr(event, name, None)), None)
    parts = [EXPECTED] if standing.expected else []
    if event.occurred_until is not None:
        parts.append(f"until {event.occurred_until}")
    if event.precision is not None:
        parts.append(f"{label('precision')}: {event.precision}")
    parts += [f"{f.label}: {f.text}" for f in told(event) if not f.private and f.name not in (first, "pod")]
    return "; ".join(parts)
