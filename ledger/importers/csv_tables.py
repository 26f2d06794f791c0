"""What the rows of four simple tables become, for what no standard format carries: one `Spec` per kind of row.

Dates are ISO 8601; several ids in one cell are parted by semicolons. Every table also takes the columns of `ENVELOPE`:
when and by whom a row was written down, and the source's own reference of it, by which it is known for ever once given.
Which file takes which spec, with an example row, is in `csv_forms`; the column lists are told in docs/IMPORT.md.
"""

from __future__ import annotations

from ledger.domain.events.allocation import PodAllocated, PodAllocationEnded, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.outcome import OutcomeMeasured, OutcomeNotMeasured
from ledger.domain.events.supervision import SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.importers.cells import (
    code,
    flag,
    iso_date,
    iso_day,
    iso_moment,
    listed,
    many,
    number,
    text,
    worker_id,
    yes_no,
)
from ledger.importers.shapes import Field, Spec

CHILD = "CHILD_ID"
ENVELOPE = ("WRITTEN_AT", "WRITTEN_BY", "SOURCE_REFERENCE")
"""Columns of every table: a date or moment, a worker, a reference. `allocations` also has END_WRITTEN_AT."""


def _when(column: str) -> tuple[Field, ...]:
    return Field(column, "occurred_on", iso_day), Field(column, "occurred_at", iso_moment)


_REASON = Field("REASON", "reason")
_ENDS_ON = Field("ENDED_ON", "occurred_on", iso_date)
_END_FIELDS = (Field("END_REASON", "reason"),)

ALLOCATION = Spec(
    table="allocations",
    child_column=CHILD,
    ours=True,
    event=WorkerAllocated,
    key=("worker", "role", "occurred_on"),
    fields=(
        Field("WORKER", "worker", worker_id, required=True),
        Field("ROLE", "role", listed("allocation-role"), default="allocated"),
        Field("STARTED_ON", "occurred_on", iso_date, required=True),
        Field("POST", "post", listed("worker-post")),
        Field("POD", "pod", worker_id),
        _REASON,
    ),
    end=WorkerDeallocated,
    end_on=_ENDS_ON,
    end_key=("worker", "role", "started_on"),
    end_fields=_END_FIELDS,
    also=(*ENVELOPE, "END_WRITTEN_AT"),
)

POD_ALLOCATION = Spec(
    table="allocations",
    child_column=CHILD,
    ours=True,
    event=PodAllocated,
    key=("pod", "occurred_on"),
    fields=(
        Field("POD", "pod", worker_id, required=True),
        Field("STARTED_ON", "occurred_on", iso_date, required=True),
        _REASON,
    ),
    end=PodAllocationEnded,
    end_on=_ENDS_ON,
    end_key=("pod", "started_on"),
    end_fields=_END_FIELDS,
    also=(*ENVELOPE, "END_WRITTEN_AT", "WORKER", "ROLE", "POST"),
)

VISIT = Spec(
    table="visits",
    child_column=CHILD,
    ours=True,
    needed=("VISITED_ON",),
    event=VisitRecorded,
    key=("occurred_on", "occurred_at", "worker"),
    fields=(
        *_when("VISITED_ON"),
        Field("WORKER", "worker", worker_id),
        Field("ROLE", "role", listed("allocation-role")),
        Field("POD", "pod", worker_id),
        Field("ACCOMPANIED_BY", "accompanied_by", many),
        Field("PURPOSE", "purpose", listed("visit-purpose")),
        Field("METHOD", "method", listed("visit-method"), default="face to face"),
        Field("CHILD_SEEN", "child_seen", listed("child-seen")),
        Field("SEEN_ALONE", "seen_alone", listed("seen-alone")),
        Field("SEEN_ALONE_REASON", "seen_alone_reason", text),
        Field("BEDROOM_SEEN", "bedroom_seen", yes_no),
        Field("ANNOUNCED", "announced", yes_no),
        Field("LOCATION", "location", listed("visit-location")),
        Field("WORDS", "words", text),
        Field("NARRATIVE", "narrative", text),
    ),
    also=(*ENVELOPE, "ATTEMPTED"),
)

ATTEMPT = Spec(
    table="visits",
    child_column=CHILD,
    ours=True,
    needed=("VISITED_ON",),
    event=VisitAttempted,
    key=("occurred_on", "occurred_at", "worker"),
    fields=(
        *_when("VISITED_ON"),
        Field("WORKER", "worker", worker_id),
        Field("POD", "pod", worker_id),
        Field("PURPOSE", "purpose", listed("visit-purpose")),
        Field("NARRATIVE", "reason", text),
    ),
    also=(*ENVELOPE, "ATTEMPTED", *{f.column for f in VISIT.fields}),
)

SUPERVISION = Spec(
    table="supervision",
    child_column=CHILD,
    ours=True,
    needed=("HELD_ON",),
    event=SupervisionDiscussionHeld,
    key=("session_id",),
    fields=(
        Field("SESSION_ID", "session_id", code, required=True),
        *_when("HELD_ON"),
        Field("MODE", "mode", listed("supervision-mode"), required=True),
        Field("SUPERVISOR", "supervisor", worker_id),
        Field("WORKER", "worker", worker_id),
        Field("ATTENDEES", "attendees", many),
        Field("POD", "pod", worker_id),
        Field("THINKING", "thinking", text),
        Field("DECISION", "decision", text),
        Field("RATIONALE", "rationale", text),
        Field("DECISION_RECORDED", "decision_recorded", flag),
        Field("OWNER", "owner", worker_id),
        Field("DUE_ON", "due_on", iso_date),
    ),
    also=(*ENVELOPE, "THEMES"),
)

OUTCOME = Spec(
    table="outcomes",
    child_column=CHILD,
    ours=True,
    needed=("MEASURED_ON",),
    event=OutcomeMeasured,
    key=("occurred_on", "occurred_at", "instrument", "scale", "completed_by"),
    fields=(
        *_when("MEASURED_ON"),
        Field("INSTRUMENT", "instrument", listed("outcome-instrument"), required=True),
        Field("SCALE", "scale"),
        Field("SCORE", "score", number),
        Field("OUTCOME", "outcome", listed("outcome-direction")),
        Field("COMPLETED_BY", "completed_by", listed("outcome-respondent")),
        Field("WORKER", "worker", worker_id),
        Field("NOTE", "note", text),
    ),
    also=(*ENVELOPE, "NOT_MEASURED_REASON"),
)

NOT_MEASURED = Spec(
    table="outcomes",
    child_column=CHILD,
    ours=True,
    needed=("MEASURED_ON",),
    event=OutcomeNotMeasured,
    key=("occurred_on", "occurred_at", "instrument"),
    fields=(
        *_when("MEASURED_ON"),
        Field("INSTRUMENT", "instrument", listed("outcome-instrument"), required=True),
        Field("NOT_MEASURED_REASON", "reason", listed("outcome-not-measured-reason"), required=True),
    ),
    also=(*ENVELOPE, *{f.column for f in OUTCOME.fields}),
)
