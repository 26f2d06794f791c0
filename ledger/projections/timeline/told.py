"""The table beside the picture: every entry that may be shown, in words, with what to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.domain.clock import london_day
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryWithdrawn
from ledger.projections.timeline.kinds import LANES, lane_of
from ledger.projections.timeline.model import Line
from ledger.projections.words import coded, differences, title, told, when

if TYPE_CHECKING:
    from ledger.domain.clock import View
    from ledger.projections.timeline.shown import Shown

TITLES = {lane.key: lane.title for lane in LANES}


def line(one: Shown, view: View) -> Line:
    """Return the line of one entry."""
    root, entry = one.standing.root, one.standing.entry
    in_force = root if one.standing.withdrawn else entry
    return Line(
        number=one.number,
        on=one.on,
        happened=when(one.event),
        lane=TITLES[lane_of(one.event.name)],
        title=title(one.event.name),
        standing=one.event.standing,
        fields=told(one.event, in_force.unknown_codes),
        original=_original(one),
        who=_who(one),
        known_on=london_day(root.known_at),
        remarks=tuple(_remarks(one, view)),
        struck=one.standing.withdrawn,
        position=root.position,
    )


def _who(one: Shown) -> str:
    root = one.standing.root
    by = f"{root.by.worker} through {root.by.system}" if root.by.worker and root.by.system else str(root.by)
    return by if root.source is None or root.source.system == root.by.system else f"{by}, from {root.source.system}"


def _remarks(one: Shown, view: View) -> list[str]:
    standing = one.standing
    root, found = standing.root, []
    if one.sort == "expected":
        found.append("expected: dated after the day it was known")
    if one.known_on is not None:
        found.append(f"late: known {wording.number((one.known_on - one.on).days, 'day')} after")
    if one.event.day is None:
        found.append("undated: drawn on the day it became known")
    if root.basis == "return":
        found.append("from a return")
    if view.clock == "known" and view.instant is not None and root.recorded_at > view.instant:
        found.append("known on its source's word: sealed here later")
    for change in standing.changes:
        known = london_day(change.known_at)
        if isinstance(change.event, EntryCorrected):
            found.append(f"corrected on {known}: {coded('correction-reason', change.event.correction_reason)}")
        elif isinstance(change.event, EntryWithdrawn):
            found.append(f"withdrawn on {known}: {coded('withdrawal-reason', change.event.reason)}")
    for dispute in standing.disputes:
        if isinstance(dispute.event, DisputeNoted):
            who = coded("respondent", dispute.event.raised_by)
            words = f": {dispute.event.words}" if dispute.event.words else ""
            found.append(f"disputed on {london_day(dispute.known_at)} by {who}{words}")
    if standing.entry.privacy in ("erased", "locked"):
        found.append(
            {"erased": "words erased by law", "locked": "words not readable: no key here"}[standing.entry.privacy]
        )
    if standing.entry.unknown_codes:
        found.append("holds a code that is on no list")
    return found


def _original(one: Shown) -> tuple[str, ...]:
    """Say what each correction replaced: the last wording of each field before the one in force."""
    first = one.standing.root.event
    if first is None or first is one.event:
        return ()
    return tuple(f"{found.label}: {found.before or 'nothing'}" for found in differences(first, one.event))
