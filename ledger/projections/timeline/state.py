"""How the case stands, in a few words at the head of its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.projections.timeline.bars import label

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ledger.domain.journey import Journey
    from ledger.domain.standing import Standing


def state(journey: Journey, withheld: Collection[str], until: date) -> tuple[tuple[str, str], ...]:
    """Return (what, how it stands) from the top; days are counted to `until`. Withheld entries are not told from."""

    def day_of(standing: Standing | None) -> str:
        if standing is None or standing.event is None or standing.event.day is None:
            return ""
        if standing.root.event_id in withheld:
            return "withheld"
        return f"{standing.event.day} ({(until - standing.event.day).days} days before)"

    allocated, placement = journey.allocated, journey.placement
    since = journey.allocated_since
    found = (
        ("Stage", journey.stage + (f" since {journey.since}" if journey.since else "")),
        ("Allocated worker", f"{allocated.worker}" + (f" since {since}" if since else "") if allocated else ""),
        ("Pod", journey.pod or ""),
        ("Legal status", label("legal-status", journey.legal_status)),
        ("Placement", label("placement-type", placement.type) if placement is not None else ""),
        ("Last seen", day_of(journey.last_seen)),
        ("Last seen alone", day_of(journey.last_seen_alone)),
        ("Last supervision", day_of(journey.last_supervision)),
        ("Last management decision", day_of(journey.last_decision)),
    )
    return tuple((what, how) for what, how in found if how)
