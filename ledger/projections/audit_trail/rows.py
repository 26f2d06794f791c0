"""The audit trail as a table: one row an entry, in the order the ledger sealed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.domain import wording
from ledger.projections.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.projections.audit_trail.trail import Tally, TrailLine
    from ledger.projections.words import Difference

COLUMNS = (
    Column("position", "place in the whole ledger"),
    Column("subject", "whose stream: the authority's id where the lookup key is here, else the stream's own"),
    Column("kind", "what the stream is about: journey, worker, pod, ledger or evaluation"),
    Column("version", "place in its stream"),
    Column("entry", "what kind of entry; empty where withheld"),
    Column("happened", "when it happened, as it states"),
    Column("written_at", "when somebody wrote it down, as the source claims"),
    Column("recorded_at", "when this ledger sealed it"),
    Column("lag_days", "days from happening to being written; empty for returns, undated and inexact entries"),
    Column("basis", "practice, or return: known to a return and not to practitioners"),
    Column("worker", "who recorded it"),
    Column("system", "the system that recorded it"),
    Column("source", "the system it comes from"),
    Column("file", "the file it comes from"),
    Column("line", "the line of that file"),
    Column("did", "what it did to another entry: corrects, withdraws, disputes, restricts"),
    Column("to_position", "the position of that entry"),
    Column("reason", "why"),
    Column("note", "why, in words"),
    Column("changed", "what differs from what stood before, field by field"),
    Column("changed_by", "positions of the corrections and withdrawals of this entry, in a trail of one case"),
    Column("unknown_codes", "fields whose code is on no list"),
    Column("notice", "why there is no content"),
    Column("event_id", "the entry's own id"),
    Column("leaf", "SHA-256 that seals it, in hex"),
)


def row(line: TrailLine, subject: str) -> tuple[Any, ...]:
    """Return one line of the trail under `COLUMNS`."""
    done = line.change
    return (
        line.position,
        subject,
        line.stream.partition(":")[0],
        line.version,
        line.title or None,
        line.happened,
        line.written_at,
        line.recorded_at,
        line.lag_days,
        line.basis,
        line.worker,
        line.system,
        line.source,
        line.file,
        line.line,
        done.did if done else None,
        done.position if done else None,
        done.reason if done else None,
        done.note if done else None,
        difference_words(done.differences) or None if done else None,
        line.changed_by or None,
        line.unknown_codes or None,
        line.notice,
        line.event_id,
        line.leaf,
    )


def difference_words(differences: Iterable[Difference]) -> str:
    """Return differences in one line: `child seen: yes -> no; note: nothing -> ...`."""
    return "; ".join(f"{d.label}: {d.before or 'nothing'} -> {d.after or 'nothing'}" for d in differences)


def notes(tally: Tally, late_by: int | None) -> list[str]:
    """Say what the trail told and left out; right only when the trail has been read to its end."""
    if late_by is None:
        said = [f"entries: {tally.shown}"]
    else:
        late = f"written {wording.number(late_by, 'day')} or more after they happened"
        said = [f"{late}: {tally.shown} of {wording.entries(tally.chosen)}"]
    if tally.from_returns:
        left_out = "" if late_by is None else ", and left out"
        said.append(f"from returns, without lag{left_out}: {tally.from_returns}")
    if tally.withheld:
        said.append(f"without content, because withheld or misfiled: {tally.withheld}")
    return said
