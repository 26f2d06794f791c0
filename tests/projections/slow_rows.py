"""The slow references put together into the rows of each measure, for one child as known at a view.

Expected rows are made from `slow_allocations` and `slow_stages` and from what `known` says is in force: no SQL.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.projections import slow_allocations as slow
from tests.projections import slow_stages
from tests.projections.slow_allocations import DAY, Held
from tests.projections.small import journey_id
from tests.projections.worlds import FIRST, PLACEHOLDERS

if TYPE_CHECKING:
    from tests.projections.known import Covered, Known, Sources

Row = dict[str, Any]


class Slow:
    """The slow references put together into rows, for one child at a view."""

    def __init__(self, child: str, mine: Known, sources: Sources, on: date) -> None:
        self.journey, self.mine, self.sources, self.on = journey_id(child), mine, sources, on
        self.end = on + DAY

    @cached_property
    def holders(self) -> slow.Line:
        return slow.line(self.mine.held, FIRST, self.end)

    @cached_property
    def people(self) -> slow.Line:
        return slow.without_placeholders(self.holders, PLACEHOLDERS)

    @cached_property
    def advisers(self) -> slow.Line:
        return slow.without_placeholders(slow.line(self.mine.held, FIRST, self.end, "personal adviser"), PLACEHOLDERS)

    @cached_property
    def stages(self) -> dict[date, str]:
        return {on: slow_stages.stage(self.mine.case, on) for on in slow.days(FIRST, self.end)}

    @cached_property
    def by_practice(self) -> list[Held]:
        return [h for h in self.mine.held if h.role == "allocated" and not h.by_return]

    def supplied(self, on: date, area: str = "allocation") -> bool:
        told = (one for one in self.sources.covered.get(area, []) if one.start <= on < one.end)
        return any(self.in_scope(one) for one in told)

    def in_scope(self, told: Covered) -> bool:
        """Whether a source that speaks of some children for a time speaks of this one."""
        rows = [row.care for row in self.mine.care if row.care.started < told.end]
        if told.scope == "children looked after in the year":
            return any(care.ended is None or care.ended > told.start for care in rows)
        if told.scope == "looked after on 31 March":
            absent = self.sources.unmentioned.get(told.end.year, set())
            there = [care for care in rows if (self.journey, care.started) not in absent]
            return any(slow.looked_after([care], told.end - DAY) for care in there)
        if told.scope == "care leavers":
            return any(span.started < told.end for span in self.mine.case.leaver_since)
        return told.scope == "all children"

    def uncovered(self, from_: date, until: date) -> int:
        return sum(not self.supplied(on) for on in slow.days(from_, until))

    # -- the two measures of looked-after children

    def cohort(self, year: int) -> str | None:
        """Confirmed, unconfirmed, or not looked after on 31 March."""
        last = date(year, 3, 31)
        if self.on < last:
            return None
        that_day = [row for row in self.mine.care if slow.looked_after([row.care], last)]
        that_day = [row for row in that_day if not any(row.care.started <= on <= last for on in self.mine.deaths)]
        absent = self.sources.unmentioned.get(year, set())
        if not that_day:
            return None
        confirmed = [
            row
            for row in that_day
            if (self.journey, row.care.started) not in absent and (row.expected_end is None or row.expected_end > last)
        ]
        return "confirmed" if confirmed else "unconfirmed"

    def dfe(self, year: int, years: int) -> list[Row]:
        if self.cohort(year) != "confirmed":
            return []
        from_, until = date(year - years, 4, 1), date(year, 4, 1)
        missing = self.uncovered(from_, until)
        workers = slow.distinct_workers(self.mine.held, from_, until)
        if missing == (until - from_).days and not slow.distinct_workers(self.by_practice, from_, until):
            workers = set()
        empty = None if missing else 0
        cover = slow.only_absence_cover(self.mine.held, from_, until)
        return [
            {
                "child": self.journey,
                "workers": len(workers) or empty,
                "band": slow.band(len(workers)) if workers else "not-supplied" if missing else "no-episode",
                "of_which_absenc": len(cover) if workers else empty,
                "of_which_unregistered": sum(w.startswith("XX") for w in workers) if workers else empty,
            }
        ]

    def commissioner(self, year: int) -> list[Row]:
        if self.cohort(year) != "confirmed":
            return []
        from_, until = date(year - 1, 4, 1), date(year, 4, 1)
        found = slow.changes_of_worker(self.mine.held, from_, until, PLACEHOLDERS)
        covered = self.uncovered(from_, until) < (until - from_).days
        told = any(h.started is None or slow.touches(h, slow.year_before(from_), until) for h in self.by_practice)
        if not covered and not told:
            found = found._replace(changes=None, without_team=None)
        return [
            {
                "child": self.journey,
                "changes": found.changes,
                "changes_without_team": found.without_team,
                "flagged": None if found.changes is None else found.changes >= 2,
                "dropped_duplicates": found.duplicates,
                "dropped_no_start": found.no_start,
                "dropped_no_worker": found.no_worker,
                "dropped_nested": found.nested,
            }
        ]

    # -- allocations

    def allocations(self, from_: date, until: date) -> list[Row]:
        rows = []
        for h in sorted(self.mine.held, key=lambda h: (h.started or FIRST, h.order)):
            assert h.started is not None
            if not slow.touches(h, from_, until):
                continue
            held_days = slow.days(max(h.started, from_), min(h.ended or until, until))
            rows.append(
                {
                    "child": self.journey,
                    "worker": h.worker,
                    "role": h.role,
                    "started_on": h.started,
                    "ended_on": h.ended,
                    "reason": h.reason,
                    "post": h.post,
                    "days": len(held_days),
                }
            )
        return rows

    def open_days(self, from_: date, until: date) -> list[date]:
        case = self.mine.case
        return [
            on
            for on in slow.days(max(from_, FIRST), until)
            if slow_stages.running(case.cases, case.closures, on) or slow.looked_after(case.care, on)
        ]

    def kind_of_day(self, on: date, post: str | None = None) -> str:
        """Who held the child; `post` is the worker's own, where the allocation says none."""
        holder = self.holders[on]
        return slow.kind_of_day(
            holder._replace(post=holder.post or post) if holder else None,
            adviser=self.stages[on] == "care leaver"
            and slow.holder(self.mine.held, on, "personal adviser") is not None,
            pod=any(start <= on for start, _, _ in self.mine.pods),
            supplied=self.supplied(on),
            placeholders=PLACEHOLDERS,
        )

    def summary(self, from_: date, until: date) -> list[Row]:
        window = slow.days(max(from_, FIRST), until)
        open_days = self.open_days(from_, until)
        if not open_days and not any(self.holders[on] for on in window):
            return []
        kinds = [self.kind_of_day(on) for on in open_days]
        people = {on: h for on, h in self.people.items() if on < until}
        last = until - DAY
        now = people.get(last)
        since = slow.tenure_start(people, last)
        changes = slow.holder_changes(people)
        inside = [slow.KINDS_OF_REASON.get(c.reason, "other") for c in changes if c.on >= from_]
        anybody = any(people.values())
        some = len(kinds) > kinds.count("not supplied")
        unallocated = sum(kinds.count(kind) for kind in ("duty or team", "pod only", "nobody"))
        accepted, first = self.first_allocation(until)
        row: Row = {
            "child": self.journey,
            "worker": now.worker if now else None,
            "pod": now.pod if now else None,
            "held_by": self.kind_of_day(last) if last in open_days else "closed",
            "since": since,
            "tenure_days": (until - since).days if since else None,
            "known_since": self.known_since(now.worker, until) if now else None,
            "changes": len(inside) if anybody else None,
            "last_changed_on": changes[-1].on if changes else None,
            "days_since_change": (last - changes[-1].on).days if changes else None,
            "open_days": len(open_days) or None,
            "not_supplied_days": kinds.count("not supplied") if kinds else None,
            "pod_only_days": kinds.count("pod only") if some else None,
            "nobody_days": kinds.count("nobody") if some else None,
            "unallocated_days": unallocated if some else None,
            "covered_days": slow.covered_days(people, from_) if anybody else None,
            "overlapped_days": sum(self.overlapped(on) for on in open_days) if kinds else None,
            "accepted_on": accepted,
            "first_allocated_on": first,
            "days_to_first_allocation": (first - accepted).days if first and accepted else None,
        }
        for kind in {*slow.KINDS_OF_REASON.values(), "other"}:
            row[f"changes_{kind}"] = inside.count(kind) if anybody else None
        for name, kind in SIMPLE_KINDS.items():
            row[name] = kinds.count(kind) if kinds else None
        return [row]

    def overlapped(self, on: date) -> bool:
        return (
            sum(
                h.role == "allocated" and h.started is not None and h.started <= on < (h.ended or date.max)
                for h in self.mine.held
            )
            > 1
        )

    def known_since(self, worker: str, until: date) -> date:
        seen = [h.started for h in self.mine.held if h.worker == worker and h.started is not None]
        return min(seen + [on for on, who in self.mine.visits if worker in who and on < until])

    def first_allocation(self, until: date) -> tuple[date | None, date | None]:
        case = self.mine.case
        latest = max(((s.started, s.order) for s in case.cases if s.started < until), default=None)
        if latest is None:
            return None, None
        accepted = latest[0]
        closed = min((c.on for c in case.closures if (c.on, c.order) > latest), default=date.max)
        held = [on for on, h in self.people.items() if h and accepted <= on < min(until, closed)]
        return accepted, held[0] if held else None

    # -- handovers

    def pod_on(self, on: date, whoever: Held | None) -> str | None:
        if whoever is not None and whoever.pod is not None:
            return whoever.pod
        latest = max((p for p in self.mine.pods if p[0] <= on), default=None)
        if latest is not None:
            return latest[2]
        holder = self.holders.get(on)
        return holder.pod if holder else None

    def handovers(self, from_: date, until: date) -> list[Row]:
        case = self.mine.case
        rows = [(r.care.started, r.reason) for r in self.mine.care if r.care.legal_status not in ("V3", "V4")]
        vague = {on for on, _ in rows} - {on for on, reason in rows if reason == "S"}

        def referrals_told(on: date) -> bool:
            return any(s.started <= on for s in case.cases) or self.supplied(on - DAY, "referral")

        found = slow_stages.boundaries(self.stages, vague, referrals_told)
        return [self.handover(b) for b in found if from_ <= b.on < until]

    def handover(self, b: slow_stages.Boundary) -> Row:
        to_day = b.on + slow_stages.FORTNIGHT
        row: Row = {"child": self.journey, "boundary": b.to_stage, "boundary_on": b.on}
        row |= {"from_stage": b.from_stage, "kind": b.kind}
        before = self.people.get(b.before)
        if before is None and b.from_stage == "care leaver":
            before = self.advisers.get(b.before)
        row["from_pod"] = self.pod_on(b.before, before)
        if to_day > self.on:
            unknown = {"kept": "not known", "to_worker": None, "to_pod": None, "changed_on": None, "reason": None}
            return row | unknown | {"from_worker": before.worker if before else None, "introduced": None}
        after = self.people[to_day]
        if after is None and b.to_stage == "care leaver":
            after = self.advisers[to_day]
        row["to_pod"] = self.pod_on(to_day, after)
        found = slow_stages.kept(self.people, self.advisers, b, (row["from_pod"], row["to_pod"]), self.supplied)
        return row | found._asdict() | {"introduced": self.introduced(b, found)}

    def introduced(self, b: slow_stages.Boundary, found: slow_stages.Kept) -> str | None:
        if found.kept == "worker" or found.to_worker is None:
            return None
        if found.kept == "not known" and found.from_worker is None:
            return None
        to_day = b.on + slow_stages.FORTNIGHT
        told = [
            h.introduced_to_child
            for h in self.mine.handovers
            if h.to_worker == found.to_worker and h.occurred_on is not None and b.before <= h.occurred_on <= to_day
        ]
        together = any(
            b.before <= on <= to_day
            and found.from_worker not in (None, found.to_worker)
            and (
                (found.to_worker == who[0] and found.from_worker in who[1:])
                or (found.from_worker == who[0] and found.to_worker in who[1:])
            )
            for on, who in self.mine.visits
        )
        return "yes" if together or "yes" in told else "no" if "no" in told else None


SIMPLE_KINDS = {
    "social_worker_days": "social worker",
    "manager_days": "manager",
    "not_social_worker_days": "not a social worker",
    "adviser_days": "personal adviser",
    "duty_or_team_days": "duty or team",
}


def families(slows: list[Slow], from_: date, until: date) -> list[Row]:
    """The rows of children linked to the one family of these worlds by the last day of the window."""
    last = until - DAY
    linked = [s for s in slows if from_ < until and any(on < until for on in s.mine.families)]
    window = slow.days(max(from_, FIRST), until)
    workers = {s.journey: {h.worker for on in window if (h := s.people[on]) is not None} for s in linked}
    now = {s.journey: s.people.get(last) for s in linked}
    pods = {s.journey: s.pod_on(last, h) for s in linked if (h := now[s.journey]) is not None}
    rows = []
    for s in linked:
        mine, pod = now[s.journey], pods.get(s.journey)
        others = [o.journey for o in linked if o is not s]
        held = [now[o] for o in others if now[o] is not None]
        same_worker = sum(mine is not None and h.worker == mine.worker for h in held)
        same_pod = sum(pod is not None and pods.get(o) == pod for o in others)
        row: Row = {"child": s.journey, "family": "F", "kind": "siblings", "siblings": len(others)}
        row["family_workers"] = len(set().union(*workers.values())) or None
        row["child_workers"] = len(workers[s.journey]) or None
        row["worker"], row["pod"] = mine.worker if mine else None, pod
        row["shares_worker"] = same_worker > 0 if mine and held else None
        row["shares_pod"] = same_pod > 0 if pod and any(pods.get(o) for o in others) else None
        if others:
            row["siblings_held"] = len(held) if mine else None
            row["siblings_same_worker"] = same_worker if mine else None
            row["siblings_same_pod"] = same_pod if pod else None
        rows.append(row)
    return rows
