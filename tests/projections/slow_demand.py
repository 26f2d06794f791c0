"""Slow reference for demand: what came in a period and what it led to, child by child and day by day, exact shares."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ledger.domain.calendar import add_months
from ledger.domain.clock import london_day
from ledger.domain.coverage import Coverage
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import CareEpisodeStarted
from ledger.domain.events.contact import ContactReceived, ReferralDecided, ReferralReceived
from ledger.domain.events.safeguarding import ChildProtectionPlanStarted, ConferenceHeld, Section47Started
from ledger.domain.journey import fold
from tests.projections.clocked import CHILDREN
from tests.projections.slow_holding import in_force
from tests.projections.small import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.clock import View
    from ledger.domain.standing import Standing
    from tests.projections.small import Said

DAY = timedelta(days=1)


def coverage_of(said: Sequence[Said], at: View) -> Coverage:
    """Return what the sources declare, as known."""
    return Coverage.of(entries(said).get("ledger", []), at)


def everything(said: Sequence[Said], at: View, coverage: Coverage, within: int) -> list[tuple[str, date]]:
    """Return (what, day) of all that happened to all children."""
    return [one for child in CHILDREN for one in happened(said, child, at, coverage, within)]


def happened(said: Sequence[Said], child: str, at: View, coverage: Coverage, within: int) -> list[tuple[str, date]]:
    """Return (what, day) of all that happened to one child; a thing that led to another is told once for each."""
    mine = in_force(said, child, at)
    found = [("contacts", s.event.day) for s in mine if isinstance(s.event, ContactReceived)]
    starts = [(s.event.day, s.event.referred_on) for s in mine if isinstance(s.event, AssessmentStarted)]
    found += [("assessments_started", on) for on, _ in starts]
    found += [("assessments_completed", on) for on in completed(mine)]
    found += _referrals(referred(mine), starts, coverage, within)
    enquiries = sorted({s.event.day for s in mine if isinstance(s.event, Section47Started)})
    initial = sorted(conferences(mine, "initial", "pre-birth"))
    plans = stated_plans(mine)
    found += [("section_47_started", on) for on in enquiries]
    found += [("section_47_conferenced", on) for on in followed(enquiries, initial, within)]
    found += [("initial_conferences", on) for on in initial]
    found += [("conferences_planned", on) for on in followed(initial, sorted(plans), within)]
    found += [("transfer_in_conferences", on) for on in conferences(mine, "transfer-in")]
    for n, (on, previous) in enumerate(sorted(plans.items())):
        found.append(("protection_plans_started", on))
        if n or any(previous):
            found.append(("repeat_plans", on))
        elif not previous:
            found.append(("repeat_not_known", on))
    return found + _care(said, child, at, mine)


def _referrals(
    days: list[date], starts: list[tuple[date, date | None]], coverage: Coverage, within: int
) -> list[tuple[str, date]]:
    found = []
    for n, on in enumerate(days):
        following = days[n + 1] if n + 1 < len(days) else date.max
        again = n > 0 and on <= add_months(days[n - 1], 12)
        looked_back = coverage.supplied("referral", add_months(on, -12), on) == "complete"
        led = any(
            on <= began <= on + within * DAY and (named == on if named else began < following)
            for began, named in starts
        )
        found += [("referrals", on)]
        found += [("re_referrals", on)] * again + [("looked_back", on)] * looked_back
        found += [("re_referrals_looked_back", on)] * (again and looked_back) + [("referrals_assessed", on)] * led
    return found


def _care(said: Sequence[Said], child: str, at: View, mine: Sequence[Standing]) -> list[tuple[str, date]]:
    stream = [s for s in mine if s.event is not None]
    care = fold(stream, on=None).care
    certain = {
        s.event.day
        for s in mine
        if isinstance(s.event, CareEpisodeStarted)
        and s.event.reason == "S"
        and s.event.precision is None
        and s.event.legal_status not in ("V3", "V4")
    }
    found = [("looked_after_started", spell.from_) for spell in care.spells if spell.from_ in certain]
    return found + [("looked_after_ceased", spell.until) for spell in care.spells if spell.until is not None]


def referred(mine: Sequence[Standing]) -> list[date]:
    """Return the days of the referrals on record, by receipt or by decision."""
    received = {s.event.day for s in mine if isinstance(s.event, ReferralReceived) and s.event.day is not None}
    return sorted(received | {s.event.referred_on for s in mine if isinstance(s.event, ReferralDecided)})


def completed(mine: Sequence[Standing]) -> list[date]:
    """Return the day of the latest known authorisation of each assessment begun, else the end it states itself."""
    found = []
    for start in mine:
        if not isinstance(start.event, AssessmentStarted):
            continue
        ends = [s for s in mine if isinstance(s.event, AssessmentAuthorised) and s.event.started_on == start.event.day]
        last = max(ends, key=lambda s: (s.entry.known_at, s.root.position), default=None)
        until = start.event.occurred_until
        if last is not None and last.event is not None and last.event.day is not None:
            found.append(last.event.day)
        elif until is not None and until <= london_day(start.entry.known_at):
            found.append(until)
    return found


def conferences(mine: Sequence[Standing], *kinds: str) -> set[date]:
    """Return the days of conferences of these kinds."""
    held = [s.event for s in mine if isinstance(s.event, ConferenceHeld)]
    return {event.day for event in held if event.kind in kinds and event.day is not None}


def stated_plans(mine: Sequence[Standing]) -> dict[date, list[int]]:
    """Return {day: the numbers of previous plans stated} of the child protection plans begun."""
    found: dict[date, list[int]] = {}
    for s in mine:
        if isinstance(s.event, ChildProtectionPlanStarted) and s.event.day is not None:
            stated = found.setdefault(s.event.day, [])
            stated += [] if s.event.previous_plans is None else [s.event.previous_plans]
    return found


def followed(days: Sequence[date], by: Sequence[date], within: int) -> list[date]:
    """Return those of the days that one of the others follows in so many days, before the next of the days."""
    found = []
    for n, on in enumerate(days):
        last = min(on + within * DAY, days[n + 1] - DAY if n + 1 < len(days) else date.max)
        if any(on <= other <= last for other in by):
            found.append(on)
    return found


def share(part: int, whole: int) -> Fraction | None:
    """Return a share, or None where there is nothing to share."""
    return Fraction(part, whole) if whole else None


RATES = {
    "re_referral_rate": ("re_referrals_looked_back", "looked_back"),
    "referral_to_assessment": ("referrals_assessed", "referrals"),
    "section_47_to_conference": ("section_47_conferenced", "section_47_started"),
    "conference_to_plan": ("conferences_planned", "initial_conferences"),
    "repeat_share": ("repeat_plans", "protection_plans_started"),
}
AREAS: dict[str, str] = {
    "contacts": "contact",
    "referrals": "referral",
    "assessments_started": "assessment",
    "assessments_completed": "assessment",
    "section_47_started": "section 47",
    "initial_conferences": "conference",
    "transfer_in_conferences": "conference",
    "protection_plans_started": "protection plan",
    "looked_after_started": "care",
    "looked_after_ceased": "care",
}
LED_TO: dict[str, tuple[str, str]] = {
    "re_referrals": ("referrals", "referral"),
    "looked_back": ("referrals", "referral"),
    "re_referrals_looked_back": ("referrals", "referral"),
    "referrals_assessed": ("referrals", "assessment"),
    "section_47_conferenced": ("section_47_started", "conference"),
    "conferences_planned": ("initial_conferences", "protection plan"),
    "repeat_plans": ("protection_plans_started", "protection plan"),
    "repeat_not_known": ("protection_plans_started", "protection plan"),
}
"""Columns that are a part of another, and the area whose silence makes them unknown."""


def row(happened: Sequence[tuple[str, date]], coverage: Coverage, first: date, until: date) -> dict[str, Any]:
    """Return the counts and shares of [first, until)."""
    found = Counter(what for what, on in happened if first <= on < until)

    def shown(what: str, area: str) -> int | None:
        silent = coverage.supplied(area, first, until) == "not supplied"
        return None if silent and not found[what] else found[what]

    told: dict[str, Any] = {what: shown(what, area) for what, area in AREAS.items()}
    for part, (whole, area) in LED_TO.items():
        told[part] = None if told[whole] is None else found[part] if area == AREAS[whole] else shown(part, area)
    for rate, (part, whole) in RATES.items():
        told[rate] = None if told[part] is None or told[whole] is None else share(told[part], told[whole])
    return told
