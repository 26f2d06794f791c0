"""How the case stands, in a few words at the head of its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.projections.timeline.bars import label

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ledger.domain.journey import Journey
    from ledger.domain.standing import Standing
    from ledger.projections.timeline.supply import Supply


def state(journey: Journey, withheld: Collection[str], supply: Supply, until: date) -> tuple[tuple[str, str], ...]:
    """Return (what, how it stands) from the top; days are counted to `until`. Nothing is told from withheld entries."""
    allocated, placement = journey.allocated, journey.placement
    since = journey.allocated_since
    found = [
        ("Stage", _stage(journey)),
        (
            "Allocated worker",
            allocated.worker + (f" since {since}" if since else "") if allocated else _none(supply, "allocation"),
        ),
        ("Pod", journey.pod or ""),
        ("Legal status", label("legal-status", journey.legal_status)),
        ("Placement", label("placement-type", placement.type) if placement is not None else ""),
    ]
    for what, area, last in (
        ("Last seen", "visit", journey.last_seen),
        ("Last seen alone", "visit", journey.last_seen_alone),
        ("Last supervision", "supervision", journey.last_supervision),
        ("Last management decision", "management decision", journey.last_decision),
    ):
        found.append((what, _last(last, withheld, until) or _none(supply, area)))
    return tuple((what, how) for what, how in found if how)


def _stage(journey: Journey) -> str:
    period = journey.care_period
    before = " or before" if journey.stage == "looked after" and period is not None and not period.certain else ""
    return journey.stage + (f" since {journey.since}{before}" if journey.since else "")


def _last(standing: Standing | None, withheld: Collection[str], until: date) -> str:
    if standing is None or standing.event is None or standing.event.day is None:
        return ""
    if standing.root.event_id in withheld:
        return "withheld"
    days = (until - standing.event.day).days
    return f"{standing.event.day} ({wording.number(days, 'day')} before)"


def _none(supply: Supply, area: str) -> str:
    """Say what there is instead: a source that would have told, or none."""
    return "none recorded" if supply.told(area) else "not supplied"
