"""The marks of a picture: every entry that lasts no time, every change to one, and what became known later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.clock import london_day
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.projections.timeline.kinds import LASTING, base, kind_of, lane_of
from ledger.projections.timeline.model import Mark
from ledger.projections.words import title, when

if TYPE_CHECKING:
    from collections.abc import Collection

    from ledger.projections.timeline.shown import Hidden, Shown, Sifted


def marks(sifted: Sifted, drawn: Collection[int]) -> dict[str, list[Mark]]:
    """Return the marks of each lane; `drawn` are the numbers of entries that bars tell already."""
    found: dict[str, list[Mark]] = {}
    for one in sifted.shown:
        if one.number not in drawn or base(one.event.name) not in LASTING:
            found.setdefault(lane_of(one.event.name), []).append(_mark(one))
        found.setdefault("record", []).extend(_changes(one))
    for gone in sifted.hidden:
        found.setdefault("record", []).extend(_gone(gone))
    for later in sifted.later:
        told = f"about {later.on}, became known on {later.known_on}: not yet known"
        found.setdefault(later.lane, []).append(Mark(later.on, "", 0, told, sort="ghost", known_on=later.known_on))
    return found


def _mark(one: Shown) -> Mark:
    worker = getattr(one.event, "worker", None) or getattr(one.event, "decided_by", None)
    said = {"expected": ", expected", "withdrawn": ", withdrawn"}.get(one.sort, "")
    late = f", known on {one.known_on}" if one.known_on else ""
    corrected = ", corrected" if one.corrected else ""
    by = f", {worker}" if worker else ""
    return Mark(
        on=one.on,
        kind=kind_of(one.event),
        line=one.number,
        told=f"{one.number}. {when(one.event)}: {title(one.event.name)}{by}{said}{late}{corrected}",
        label=_score(one),
        sort=one.sort,
        known_on=one.known_on,
        was_on=one.was_on,
        corrected=one.corrected,
    )


def _score(one: Shown) -> str:
    score = getattr(one.event, "score", None)
    if score is None:
        score = getattr(one.event, "sdq_score", None)
    if score is None:
        return ""
    return f"{score:g}"


def _changes(one: Shown) -> list[Mark]:
    """Return the marks of what was done to an entry, on the days on which it became known."""
    found = []
    for change in one.standing.changes:
        on = london_day(change.known_at)
        if isinstance(change.event, EntryCorrected):
            found.append(
                Mark(on, "record corrected", one.number, f"{on}: line {one.number} corrected", f"{one.number}")
            )
        elif isinstance(change.event, EntryWithdrawn):
            found.append(
                Mark(on, "record withdrawn", one.number, f"{on}: line {one.number} withdrawn", f"{one.number}")
            )
    for dispute in one.standing.disputes:
        on = london_day(dispute.known_at)
        found.append(Mark(on, "record dispute", one.number, f"{on}: line {one.number} disputed", f"{one.number}"))
    return found


def _gone(gone: Hidden) -> list[Mark]:
    if gone.why is None:
        return [Mark(gone.on, "record erased", 0, f"known on {gone.on}: content erased by law")]
    return [Mark(gone.why.on, "record misfiled", 0, str(gone.why))] if gone.why.misfiled else []
