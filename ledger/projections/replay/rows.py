"""A replayed case as data: one object with its five sections, or its entries as a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ledger.projections.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.projections.replay.difference import Turns
    from ledger.projections.replay.lines import Line
    from ledger.projections.replay.reading import Replay
    from ledger.projections.words import Told

COLUMNS = (
    Column("on", "the day the entry stands on: when it happened, else when it became known"),
    Column("happened", "when it happened, as exactly as it is known; empty where withheld or erased"),
    Column("entry", "what kind of entry"),
    Column("name", "its stored name"),
    Column("standing", "fact, opinion or third party"),
    Column("condition", "in force, corrected, withdrawn, withheld, misfiled or erased"),
    Column("expected", "dated after the day it was known"),
    Column("disputed", "whether somebody disagrees with it"),
    Column("lag_days", "days from happening to being written; empty for returns, undated and inexact entries"),
    Column("late", "whether the lag is as long as the reading calls late"),
    Column("told", "its fields in words"),
    Column("notice", "why there is no content"),
    Column("unknown_codes", "fields whose code is on no list"),
    Column("written_at", "when somebody wrote it down, as the source claims"),
    Column("recorded_at", "when this ledger sealed it"),
    Column("by_word", "recorded after the view's instant: known by then on the source's word alone"),
    Column("by", "who recorded it"),
    Column("source", "where it comes from"),
    Column("basis", "practice, or return"),
    Column("position", "place in the whole ledger"),
    Column("version", "place in its stream"),
    Column("event_id", "the entry's own id"),
)


def as_data(case: Replay | Turns) -> dict[str, Any]:
    """Return a case, or what changed in it, as one object: sections under their names, in their order."""
    data = asdict(case)
    if "heading" in data:
        data["heading"] = {name.rstrip("_"): value for name, value in data["heading"].items()}
    return data


def entries_table(case: Replay) -> Table:
    """Return the entries of a case as a table; its clock and counts stand beside it."""
    data = as_data(case)
    counts = data["completeness"]
    supply = counts.pop("supply")
    absent = [one["area"] for one in supply if one["supplied"] == "not supplied" and not one["recorded"]]
    notes = [f"{one['area']}: {one['said']}" for one in supply if one["area"] not in absent]
    if absent:
        notes.append(f"not supplied: {', '.join(absent)}")
    provenance = {name: value for name, value in data["heading"].items() if value not in (None, "")}
    return Table(COLUMNS, [_row(line) for line in case.entries], notes, {**provenance, **counts})


def _row(line: Line) -> tuple[Any, ...]:
    stamp = line.stamp
    return (
        line.on,
        line.happened,
        line.title,
        line.name,
        line.standing,
        line.condition,
        line.expected,
        any(remark.kind == "disputed" for remark in line.remarks),
        line.lag_days,
        line.late,
        _told(line.fields) or None,
        line.notice,
        line.unknown_codes or None,
        stamp.written_at,
        stamp.recorded_at,
        stamp.recorded_later,
        stamp.by,
        stamp.source,
        stamp.basis,
        stamp.position,
        stamp.version,
        stamp.event_id,
    )


def _told(fields: Iterable[Told]) -> str:
    return "; ".join(f"{field.label}: {field.text}" for field in fields)
