"""Slow reference for clocks: what starts and stops them, child by child, entry by entry, from the definitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.domain.calendar import add_months
from ledger.domain.clock import london_day
from ledger.domain.events import assessment, care, case, contact, identity, plan, safeguarding, supervision, visit
from ledger.domain.journey import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ledger.domain.events.base import Event
    from ledger.domain.standing import Standing

DAY = timedelta(days=1)
OWN_WORKERS = (None, "allocated", "co-worker", "cover", "pod colleague", "pod manager")


class Point(NamedTuple):
    """A day on which something happened, the entry that says so, and how much to trust it."""

    day: date
    position: int
    exact: bool = True
    restricted: bool = False
    by_return: bool = False
    key: date | None = None


@dataclass(frozen=True)
class Clock:
    """A clock that started: what stopped it, or what made stopping it needless."""

    name: str
    start: Point
    stop: Point | None
    area: str
    named: bool = False
    looked_after: bool = False
    ceased: date | None = None
    lapse: bool = False
    start_known: bool = True

    @property
    def restricted(self) -> bool:
        """Whether it rests on a restricted entry."""
        return self.start.restricted or (self.stop is not None and self.stop.restricted)


@dataclass(frozen=True)
class Lasting:
    """Something that lasts, and in which one act follows another."""

    start: Point
    last: date | None
    ceased: date | None
    lapse: bool = False


class Child:
    """What counts of one child, what is only expected, and the positions that are restricted."""

    def __init__(self, mine: Sequence[Standing], ahead: Sequence[Standing], restricted: set[int]) -> None:
        self.mine = mine
        self.ahead = ahead
        self.restricted = restricted
        kinds = (case.CaseClosed, case.TransferredOut, identity.DeathRecorded)
        self.closures = sorted((p.day, p.position) for kind in kinds for p in self.points(kind))

    def events(self, *kinds: type[Event]) -> list[tuple[Standing, Any]]:
        """Return the dated events of these kinds."""
        return [(s, s.event) for s in self.mine if isinstance(s.event, kinds) and s.event.day is not None]

    def point(self, s: Standing, key: date | None = None) -> Point:
        """Return the point of one entry."""
        assert s.event is not None and s.event.day is not None
        position = s.root.position
        exact = s.event.precision in (None, "approximate")
        return Point(s.event.day, position, exact, position in self.restricted, s.entry.basis == "return", key)

    def stated_end(self, s: Standing) -> Point | None:
        """Return the end that a beginning states itself, where it had come by the day on which that was said."""
        until = s.event.occurred_until if s.event is not None else None
        return self.point(s)._replace(day=until) if until and until <= london_day(s.entry.known_at) else None

    def points(self, kind: type[Event], which: Callable[[Any], bool] = lambda e: True, key: str = "") -> list[Point]:
        """Return the points of the events of a kind that satisfy a condition, keyed by one of their fields."""
        return [self.point(s, getattr(e, key, None)) for s, e in self.events(kind) if which(e)]

    def closed(self, start: Point) -> date | None:
        """Return the day of the first closure after something began."""
        return min(
            (day for day, position in self.closures if (day, position) > (start.day, start.position)), default=None
        )

    def latest(self, kind: type[Event], field: str, named: date) -> Standing | None:
        """Return the latest known event of a kind that names a day."""
        found = [s for s, e in self.events(kind) if getattr(e, field) == named]
        return max(found, key=lambda s: (s.entry.known_at, s.root.position), default=None)


def by_day(points: Iterable[Point]) -> list[Point]:
    """Return one point a day: its first position, exact if all are, restricted or of a return if any is."""
    days: dict[date, list[Point]] = {}
    for point in points:
        days.setdefault(point.day, []).append(point)
    return [
        Point(
            day,
            min(p.position for p in some),
            all(p.exact for p in some),
            any(p.restricted for p in some),
            any(p.by_return for p in some),
            min((p.key for p in some if p.key is not None), default=None),
        )
        for day, some in sorted(days.items())
    ]


def clocks(child: Child) -> list[Clock]:
    """Return every clock of one child."""
    return [
        *_referrals(child),
        *_assessments(child),
        *_protection(child),
        *_need(child),
        *_care(child),
        *_enquiries(child),
        *_returns(child),
        *_pathway(child),
    ]


def _referred(child: Child) -> dict[date, Point]:
    """Return the point that starts the clock of each referral: its receipt, else the first entry that decides it."""
    received: dict[date, list[Point]] = {}
    for point in child.points(contact.ReferralReceived):
        received.setdefault(point.day, []).append(point)
    found = {day: by_day(points)[0] for day, points in received.items()}
    for s, e in sorted(child.events(contact.ReferralDecided), key=lambda pair: pair[0].root.position):
        found.setdefault(e.referred_on, Point(e.referred_on, s.root.position))
    return found


def _referrals(child: Child) -> list[Clock]:
    found = []
    for day, start in _referred(child).items():
        decision = child.latest(contact.ReferralDecided, "referred_on", day)
        stop = child.point(decision) if decision is not None else None
        found.append(Clock("referral", start, stop, "referral", named=True))
    return found


def _assessments(child: Child) -> list[Clock]:
    found, referrals = [], _referred(child)
    for s, e in child.events(assessment.AssessmentStarted):
        start = child.point(s)
        end = child.latest(assessment.AssessmentAuthorised, "started_on", start.day)
        stop = child.point(end) if end is not None else child.stated_end(s)
        told = {"area": "assessment", "named": True, "ceased": child.closed(start)}
        found.append(Clock("assessment", start, stop, **told))
        before = max((day for day in referrals if day <= start.day), default=None)
        closed = max((day for day, _ in child.closures if day <= start.day), default=None)
        led = e.referred_on
        if led is None and before is not None and (closed is None or closed <= before):
            led = before
        if led is None:
            continue
        from_ = referrals.get(led, Point(led, start.position))
        restricted, by_return = from_.restricted or start.restricted, from_.by_return or start.by_return
        from_ = from_._replace(restricted=restricted, by_return=by_return)
        found.append(Clock("assessment from referral", from_, stop, **told))
    return found


def sequence(
    lasting: Iterable[Lasting], acts: Sequence[Point], area: str, *names: str, looked_after: bool = False
) -> list[Clock]:
    """Let each act of what lasts stop the clock of the one before: the first, second and all later clocks by name."""
    found = []
    for one in lasting:
        within = by_day(
            act
            for act in acts
            if one.start.day <= act.day <= (one.last or date.max)
            and (None in (act.key, one.start.key) or act.key == one.start.key)
        )
        points = [one.start, *within]
        for n, point in enumerate(points):
            if (n >= len(names) and len(names) == 1) or (one.ceased is not None and point.day >= one.ceased):
                continue
            stop = points[n + 1] if n + 1 < len(points) else None
            name, lapse = names[min(n, len(names) - 1)], one.lapse and n == 0
            found.append(Clock(name, point, stop, area, False, looked_after, one.ceased, lapse))
    return found


def plans(child: Child, begun: type[Event], ended: type[Event]) -> list[Lasting]:
    """Return the plans of a kind: the first of a day, ended by what names its day, or by closure."""
    found: dict[date, Lasting] = {}
    for s, _ in sorted(child.events(begun), key=lambda pair: pair[0].root.position):
        start, stated = child.point(s), child.stated_end(s)
        end = child.latest(ended, "started_on", start.day)
        day = end.event.day if end and end.event else stated.day if stated else None
        ends = [day for day in (day, child.closed(start)) if day is not None]
        until = min(ends, default=None)
        found.setdefault(start.day, Lasting(start._replace(key=start.day), until, until))
    return list(found.values())


def _protection(child: Child) -> list[Clock]:
    lasting = plans(child, safeguarding.ChildProtectionPlanStarted, safeguarding.ChildProtectionPlanEnded)
    groups = child.points(safeguarding.CoreGroupHeld, key="plan_started_on")
    reviews = child.points(safeguarding.ConferenceHeld, lambda e: e.kind == "review")
    discussed = child.points(supervision.SupervisionDiscussionHeld)
    return [
        *sequence(lasting, groups, "protection plan", "first core group", "core group"),
        *sequence(lasting, reviews, "conference", "first review conference", "review conference"),
        *sequence(lasting, visits(child), "visit", *["child protection visit"] * 2),
        *sequence(lasting, discussed, "supervision", *["case supervision"] * 2),
    ]


def _need(child: Child) -> list[Clock]:
    lasting = plans(child, plan.ChildInNeedPlanStarted, plan.ChildInNeedPlanEnded)
    return sequence(lasting, visits(child), "visit", *["child in need visit"] * 2)


def visits(child: Child) -> list[Point]:
    """Return the visits that count: face to face, the child not unseen, by a worker of the child's own."""
    return child.points(
        visit.VisitRecorded,
        lambda e: e.method == "face to face" and e.child_seen != "no" and e.role in OWN_WORKERS,
    )


def _care(child: Child) -> list[Clock]:
    spells = fold(list(child.mine), on=None).care.spells
    rows = [(child.point(s), e) for s, e in child.events(care.CareEpisodeStarted) if e.legal_status != "V4"]
    ends = [s for s in (*child.mine, *child.ahead) if isinstance(s.event, care.CareEpisodeEnded)]
    for end in ends:
        rows = [(_restricted_by(point, end, child), e) for point, e in rows]
    first = {point.day: point for point in by_day(point for point, _ in rows)}
    sure = {p.day for p, e in rows if e.reason == "S" and e.precision is None}
    lasting = [Lasting(first[s.from_]._replace(exact=s.from_ in sure), s.until, s.until) for s in spells]
    moved = sorted({point.day for point, e in rows if e.reason != "L"})
    placements = []
    for n, day in enumerate(moved):
        spell = next((s for s in spells if s.contains(day)), None)
        if spell is not None:
            following = next((on for on in moved[n + 1 :] if any(s.contains(on) for s in spells)), date.max)
            until = min(following, spell.until or date.max)
            ended = None if until == date.max else until
            placements.append(Lasting(first[day], ended, ended))
    told: dict[str, Any] = {"looked_after": True}
    reviewed = child.points(care.LookedAfterReviewHeld)
    names = ("first looked-after review", "second looked-after review", "looked-after review")
    assessed = child.points(care.HealthAssessmentDone)
    return [
        *_review_clocks(sequence(lasting, reviewed, "review", *names, **told), lasting),
        *sequence(lasting, child.points(plan.CarePlanAgreed), "care plan", "care plan", **told),
        *sequence(lasting, child.points(care.PersonalEducationPlanHeld), "education", "education plan", **told),
        *sequence(lasting, assessed, "health", "first health assessment", "health assessment", **told),
        *_visit_clocks(child, placements),
    ]


def _restricted_by(point: Point, end: Standing, child: Child) -> Point:
    """A row of care is withheld with any ending that names its start, one that is only expected too."""
    assert isinstance(end.event, care.CareEpisodeEnded)
    hidden = end.event.started_on == point.day and end.root.position in child.restricted
    return point._replace(restricted=point.restricted or hidden)


def _review_clocks(found: list[Clock], lasting: Sequence[Lasting]) -> list[Clock]:
    """After a start of care that is not sure, it is not known that the first review on record was the first."""
    unsure = [one for one in lasting if not one.start.exact]
    return [
        Clock(**{**_parts(c), "start_known": False})
        if c.name == "second looked-after review"
        and any(one.start.day <= c.start.day and (one.last is None or c.start.day <= one.last) for one in unsure)
        else c
        for c in found
    ]


def _parts(clock: Clock) -> dict[str, Any]:
    return {name: getattr(clock, name) for name in Clock.__dataclass_fields__}


def _visit_clocks(child: Child, placements: Sequence[Lasting]) -> list[Clock]:
    found = []
    for placement in placements:
        year = add_months(placement.start.day, 12)
        names = ("first visit of placement", "visit in first year of placement")
        mine = sequence([placement], visits(child), "visit", *names, looked_after=True)
        for n, clock in enumerate(mine):
            later = n > 0 and clock.start.day >= year
            found.append(Clock(**{**_parts(clock), "name": "later visit of placement"}) if later else clock)
    return found


def _enquiries(child: Child) -> list[Clock]:
    initial = by_day(child.points(safeguarding.ConferenceHeld, lambda e: e.kind in ("initial", "pre-birth")))
    decided = {
        e.day
        for _, e in child.events(safeguarding.ConferenceHeld)
        if e.kind in ("initial", "pre-birth") and e.outcome_cp is True
    }
    enquiries = []
    starts = by_day(child.points(safeguarding.Section47Started))
    for n, start in enumerate(starts):
        following = starts[n + 1].day if n + 1 < len(starts) else None
        ends = [day for day in (following, child.closed(start)) if day is not None]
        completed = child.latest(safeguarding.Section47Completed, "started_on", start.day)
        last = following - DAY if following else None
        enquiries.append(Lasting(start, last, min(ends, default=None), _needless(completed)))
    conferences = []
    for n, start in enumerate(initial):
        following = initial[n + 1].day if n + 1 < len(initial) else None
        if start.day in decided:
            conferences.append(Lasting(start, following - DAY if following else None, following))
    begun = child.points(safeguarding.ChildProtectionPlanStarted)
    return [
        *sequence(enquiries, initial, "conference", "section 47"),
        *sequence(conferences, begun, "protection plan", "conference"),
    ]


def _needless(completed: Standing | None) -> bool:
    if completed is None or not isinstance(completed.event, safeguarding.Section47Completed):
        return False
    event = completed.event
    if event.conference_not_required is not None:
        return event.conference_not_required
    return event.outcome not in (None, "initial child protection conference")


def _returns(child: Child) -> list[Clock]:
    back = by_day(child.points(care.MissingEnded, key="started_on"))
    offers = [(e.day, e.missing_started_on) for _, e in child.events(care.ReturnInterviewOffered) if e.answer == "no"]
    lasting = []
    for n, start in enumerate(back):
        last = back[n + 1].day - DAY if n + 1 < len(back) else None
        declined = any(start.day <= on <= (last or date.max) and about in (None, start.key) for on, about in offers)
        lasting.append(Lasting(start, last, None, declined))
    held = child.points(care.ReturnInterviewHeld, key="missing_started_on")
    return sequence(lasting, held, "missing", "return interview")


def _pathway(child: Child) -> list[Clock]:
    agreed = child.points(plan.PathwayPlanAgreed)
    if not agreed:
        return []
    first = min(agreed, key=lambda p: (p.day, p.position))
    acts = [p for p in (*agreed, *child.points(plan.PathwayPlanReviewed)) if p.day > first.day]
    return sequence([Lasting(first, None, child.closed(first))], acts, "pathway plan", *["pathway plan"] * 2)
