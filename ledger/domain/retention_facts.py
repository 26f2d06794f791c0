"""What retention needs to know of a record, folded from the coded part of its entries.

Of a date that is known to the month or the year, the last day counts, so that nothing is due too early; a date that is
only approximate is not known. Several journeys of one child are one record here: give all their standings together.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed, CaseReopened, TransferredIn, TransferredOut
from ledger.domain.events.contact import ReferralDecided, ReferralReceived
from ledger.domain.events.court import OrderMade
from ledger.domain.events.identity import ChildBorn, ChildRegistered, DeathRecorded, IdentitySealed
from ledger.domain.events.plan import ChildInNeedPlanStarted
from ledger.domain.events.safeguarding import ChildProtectionPlanStarted
from ledger.domain.retention import RecordFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.domain.events.base import Event
    from ledger.domain.standing import Standing

    Held = tuple[Standing, Event]

ADOPTED = frozenset({"E11", "E12"})
"""Reasons for which an episode of care ends with adoption; it ends on the day of the order."""
_CLOSINGS = (CaseClosed, TransferredOut, DeathRecorded)
_OPENINGS = (ReferralDecided, CaseReopened, TransferredIn)
_NEED = (ChildInNeedPlanStarted, ReferralReceived, *_CLOSINGS, *_OPENINGS)
COUNTED: tuple[type[Event], ...] = (
    ChildRegistered,
    ChildBorn,
    IdentitySealed,
    OrderMade,
    CareEpisodeStarted,
    CareEpisodeEnded,
    ChildProtectionPlanStarted,
    *_NEED,
)
"""The only events that retention is counted from."""


def record_facts(standings: Iterable[Standing]) -> RecordFacts:
    """Fold what counts for retention, as it stands. Expected things have not happened."""
    held = [(s, s.event) for s in standings if s.event is not None and s.counts]
    events = [event for _, event in held]
    born = [event.born for event in events if isinstance(event, ChildRegistered | ChildBorn) and event.born]
    deaths = [event for event in events if isinstance(event, DeathRecorded)]
    orders = [event for event in events if _orders_adoption(event)]
    sealed = [event for event in events if isinstance(event, IdentitySealed)]
    closed_on, is_open = _closure(held)
    return RecordFacts(
        born=max(born) if born else None,
        died=bool(deaths),
        died_on=_latest(deaths),
        adopted=bool(orders or sealed),
        adopted_on=_latest(orders or sealed),
        looked_after=any(isinstance(event, CareEpisodeStarted) for event in events),
        protected=any(isinstance(event, ChildProtectionPlanStarted) for event in events),
        in_need=any(isinstance(event, _NEED) for event in events),
        closed_on=closed_on,
        open=is_open,
    )


def last_day(event: Event) -> date | None:
    """Return the last day on which an event can have happened, or None where that is not known."""
    day = event.day
    if day is None or event.precision in ("approximate", "unknown", "not earlier than"):
        return None
    if event.precision == "month":
        return day.replace(day=monthrange(day.year, day.month)[1])
    return date(day.year, 12, 31) if event.precision == "year" else day


def _orders_adoption(event: Event) -> bool:
    if isinstance(event, OrderMade):
        return event.order_kind == "adoption order"
    return isinstance(event, CareEpisodeEnded) and event.reason in ADOPTED


def _latest(events: Sequence[Event]) -> date | None:
    """Return the last day among these events; None where there is none, or one of them is not known."""
    days = [last_day(event) for event in events]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _closure(held: Sequence[Held]) -> tuple[date | None, bool]:
    """Return the day of the last closure, if it is known, and whether the case is open (never closed, or again)."""
    closings = [(last_day(event), s.root.position) for s, event in held if isinstance(event, _CLOSINGS)]
    openings = [(last_day(event), s.root.position) for s, event in held if _opens(event)]
    known = [(day, position) for day, position in closings if day is not None]
    if not closings:
        return None, True
    if len(known) < len(closings):
        return None, False
    last = max(known)
    reopened = any(day is None or (day, position) > last for day, position in openings)
    return last[0], reopened


def _opens(event: Event) -> bool:
    return event.accepted if isinstance(event, ReferralDecided) else isinstance(event, _OPENINGS)
