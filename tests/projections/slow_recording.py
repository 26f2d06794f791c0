"""Slow reference for how soon things were written down: entry by entry, from the definitions, in plain Python.

It stands on decoded entries, `ledger.domain.standing` and `ledger.domain.calendar`, never on SQL.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.domain.calendar import working_days_between
from ledger.domain.clock import london_day
from ledger.domain.events.court import OrderMade, ProceedingsIssued
from ledger.domain.events.record import EntryCorrected
from ledger.domain.events.safeguarding import ConferenceHeld
from ledger.domain.events.supervision import ManagementDecisionRecorded
from ledger.domain.standing import stand
from tests.projections.slow_holding import members_on
from tests.projections.small import entries, journey_id, stream_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ledger.domain.clock import View
    from ledger.domain.events.base import Event
    from ledger.domain.standing import Standing
    from tests.projections.small import Said

Row = dict[str, Any]
DECISIONS = (ManagementDecisionRecorded, ConferenceHeld, OrderMade, ProceedingsIssued)
DAY = timedelta(days=1)


class Written(NamedTuple):
    """One entry in force: when it happened, when it was first written and sealed, when its date was first said."""

    child: str
    event: Event
    position: int
    worker: str | None
    written: datetime | None
    sealed: datetime
    by_return: bool
    known_yet: bool
    expected: bool
    restricted: bool
    said_position: int
    said: datetime | None
    said_by_return: bool

    @property
    def left_out(self) -> str | None:
        """Why it has no lag."""
        if not self.known_yet:
            return "not known"
        if self.by_return:
            return "return"
        if self.written is None:
            return "no written date"
        if self.event.day is None or self.event.precision not in (None, "approximate"):
            return "not exact"
        return "ahead" if self.expected or self.event.day > london_day(self.written) else None

    @property
    def lag(self) -> int:
        """Days from happening to writing."""
        assert self.written is not None
        assert self.event.day is not None
        return (london_day(self.written) - self.event.day).days

    @property
    def seal_lag(self) -> int:
        """Days from writing to sealing: none where the source's clock ran ahead over midnight."""
        assert self.written is not None
        return max((london_day(self.sealed) - london_day(self.written)).days, 0)

    def within(self, working_days: int) -> bool:
        """Whether it was written within so many working days; 0 means within 24 hours."""
        assert self.written is not None
        assert self.event.day is not None
        if working_days:
            return working_days_between(self.event.day, london_day(self.written)) <= working_days
        if self.event.occurred_at is not None:
            return self.written - self.event.occurred_at <= timedelta(hours=24)
        return london_day(self.written) <= self.event.day + DAY


def recordings(said: Sequence[Said], children: Iterable[str], at: View) -> list[Written]:
    """Return the entries in force of these children at a view."""
    streams = entries(said)
    return [
        _written(journey_id(child), s, at)
        for child in children
        for s in stand(streams.get(stream_of(child), []), at)
        if s.event is not None
    ]


def _written(child: str, s: Standing, at: View) -> Written:
    assert s.event is not None
    chain = [(s.root, s.root.event)] if at.admits(s.root) else []
    chain += [(c, c.event.replacement) for c in s.changes if isinstance(c.event, EntryCorrected)]
    same = [entry for entry, event in chain if event is not None and event.day == s.event.day]
    first = min(same, key=lambda entry: (entry.known_at, entry.position)) if s.corrected else s.root
    return Written(
        child,
        s.event,
        s.root.position,
        s.root.by.worker,
        s.root.written_at,
        s.root.recorded_at,
        s.root.basis == "return",
        at.admits(s.root),
        s.expected,
        s.restricted,
        first.position,
        first.written_at,
        first.basis == "return",
    )


def pod_of(pods: Sequence[Standing], worker: str | None, moment: datetime | None) -> str | None:
    """Return the pod a writer was a member of on the day of writing."""
    found = members_on(pods, worker, london_day(moment)) if worker and moment else []
    return max(found)[1] if found else None


def period(day: date, each: str) -> date | None:
    """Return the first day of the period a day lies in."""
    if each == "month":
        return day.replace(day=1)
    if each == "quarter":
        return date(day.year, day.month - (day.month - 1) % 3, 1)
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1) if each == "year" else None


def nearest_rank(values: Sequence[int], share: Fraction) -> int | None:
    """Return the smallest value that so great a share of all is at or below."""
    return next((v for v in sorted(values) if sum(w <= v for w in values) >= share * len(values)), None)


def rounded(num: int, den: int) -> Decimal | None:
    """Return a ratio to 12 places, half up; None over nought."""
    if den == 0:
        return None
    scaled = Fraction(num, den) * 10**12
    return Decimal(int(scaled + Fraction(1, 2))) / 10**12


def figures(
    written: Sequence[Written], member: Callable[[Written], str], each: str, from_: date, until: date
) -> list[Row]:
    """Return the rows of `recording` for members and periods."""
    groups: dict[tuple[str, date | None], list[Written]] = defaultdict(list)
    for one in written:
        if one.event.day is not None and from_ <= one.event.day < until:
            groups[member(one), period(one.event.day, each)].append(one)
    found = []
    for (who, start), mine in groups.items():
        timed = [one for one in mine if one.left_out is None]
        lags, seals = [one.lag for one in timed], [one.seal_lag for one in timed]
        left_out = [one.left_out for one in mine]
        row: Row = {"member": who, "period_from": start, "entries": len(timed)}
        for name, values in (("writing", lags), ("sealing", seals)):
            row[f"median_to_{name}"] = nearest_rank(values, Fraction(1, 2))
            row[f"p90_to_{name}"] = nearest_rank(values, Fraction(9, 10))
        for name, days in (("24_hours", 0), ("2_working_days", 2), ("5_working_days", 5)):
            count = sum(one.within(days) for one in timed)
            row[f"within_{name}"], row[f"share_within_{name}"] = count, rounded(count, len(timed))
        row["from_returns"] = left_out.count("return")
        row["no_written_date"] = left_out.count("no written date")
        row["date_not_exact"] = left_out.count("not exact")
        row["dated_ahead"] = left_out.count("ahead")
        row["written_later"] = left_out.count("not known")
        found.append(row)
    return found


def dated_back(written: Sequence[Written], from_: date, until: date) -> list[Row]:
    """Return the rows of `back-dating`."""
    decisions = [
        one
        for one in written
        if isinstance(one.event, DECISIONS) and not one.expected and one.event.day and one.event.precision is None
    ]
    found = []
    for one in written:
        event = one.event
        if one.said is None or one.said_by_return or not one.known_yet or one.expected or one.restricted:
            continue
        if event.day is None or not from_ <= event.day < until or event.precision not in (None, "approximate"):
            continue
        said_on = london_day(one.said)
        crossed = [d for d in decisions if d.child == one.child and d is not one and between(one, d)]
        if not crossed:
            continue
        first = min(crossed, key=_order)
        assert first.event.day is not None
        found.append(
            {
                "child": one.child,
                "position": one.said_position,
                "happened_on": event.day,
                "written_on": said_on,
                "decision": first.event.name.removesuffix(".v1").replace("-", " "),
                "decided_on": first.event.day,
                "decision_position": first.position,
                "days_after_decision": (said_on - first.event.day).days,
                "decisions_crossed": len(crossed),
                "corrects_position": one.position if one.position != one.said_position else None,
            }
        )
    return found


def between(one: Written, decision: Written) -> bool:
    """Whether a decision lies between what an entry says and when it was said."""
    happened, decided = one.event, decision.event
    assert happened.day is not None
    assert decided.day is not None
    assert one.said is not None
    if happened.occurred_at is not None and decided.occurred_at is not None:
        before = happened.occurred_at < decided.occurred_at
    else:
        before = happened.day < decided.day
    after = one.said > decided.occurred_at if decided.occurred_at is not None else london_day(one.said) > decided.day
    return before and after


def _order(one: Written) -> tuple[date | None, bool, datetime | None, int]:
    at = one.event.occurred_at
    return one.event.day, at is None, at or datetime.max.replace(tzinfo=None), one.position


def bursts(
    written: Sequence[Written],
    dates: Sequence[tuple[date, str | None]],
    member: Callable[[Written], str],
    on: date,
    *,
    days: int,
    usual: int,
    times: int,
    least: int,
) -> list[Row]:
    """Return the rows of `recording-bursts` for dates, each about one child or about all."""
    counted = [one for one in written if one.known_yet and one.written is not None and not one.by_return]
    found = []
    for day, child in dates:
        mine: dict[str, list[date]] = defaultdict(list)
        earlier: dict[str, int] = defaultdict(int)
        start = day - timedelta(days=days)
        for one in counted:
            assert one.written is not None
            on_day = london_day(one.written)
            if on_day < day and child in (None, one.child):
                mine[member(one)].append(on_day)
                earlier[member(one)] += on_day >= start and one.event.day is not None and one.event.day < start
        for who, on_days in mine.items():
            entries_before = sum(start <= d for d in on_days)
            usual_days = min(max((start - min(on_days)).days, 0), usual)
            usual_entries = sum(start - timedelta(days=usual) <= d < start for d in on_days)
            if not entries_before:
                continue
            enough = usual_days >= 28
            usual_rate = Fraction(usual_entries, usual_days) if usual_days else Fraction(0)
            rate = Fraction(entries_before, days)
            found.append(
                {
                    "before": day,
                    "child": child,
                    "member": who,
                    "entries": entries_before,
                    "about_earlier_days": earlier[who],
                    "usual_entries": usual_entries,
                    "usual_days": usual_days,
                    "times_usual": rounded(entries_before * usual_days, usual_entries * days) if enough else None,
                    "burst": entries_before >= least and rate > times * usual_rate
                    if enough and on >= day - DAY
                    else None,
                }
            )
    return found
