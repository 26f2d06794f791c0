"""Caseload: day by day against the slow references, and the rules one by one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import View, view
from ledger.domain.events.allocation import PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.identity import DeathRecorded
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.pod import WorkerJoined, WorkerLeft
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.projections.card import measure
from ledger.projections.engine import measured
from ledger.projections.request import request
from tests.projections import slow_allocations as slow
from tests.projections.known import known, reader_day
from tests.projections.slow_recording import rounded
from tests.projections.slow_rows import Slow
from tests.projections.small import Said, facts_of
from tests.projections.worlds import FIRST, PLACEHOLDERS, worlds

SOME = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
VIEWS = st.sampled_from([view("2023-12-31"), view("2024-06-15"), view("2026-01-01")])
WINDOWS = st.sampled_from([(None, None), (date(2023, 6, 1), date(2024, 3, 10)), (date(2024, 2, 1), None)])
WORKERS = ("social worker", "manager", "not a social worker")
NOBODY = ("duty or team", "pod only", "nobody")


class Post(NamedTuple):
    """A worker's time in the authority's service, and when it was known."""

    worker: str
    joined: date
    left: date | None
    agency: bool | None
    post: str | None
    known: date


SUNDAY, OTHER_SUNDAY = date(2023, 12, 31), date(2024, 3, 31)
"""Both the last days of a month: days on which cases are counted."""
POSTS = (
    Post("A", FIRST, SUNDAY, True, None, FIRST),
    Post("B", FIRST, None, False, "pod manager", FIRST),
    Post("B", date(2022, 6, 5), None, None, None, date(2022, 6, 5)),
    Post("C", SUNDAY, OTHER_SUNDAY, True, "student social worker", SUNDAY),
    Post("XX1", date(2023, 1, 1), None, False, "team manager", date(2024, 6, 1)),
)
STAFF = [
    Said(
        f"worker:{p.worker}", WorkerJoined(occurred_on=p.joined, worker=p.worker, agency=p.agency, post=p.post), p.known
    )
    for p in POSTS
] + [Said(f"worker:{p.worker}", WorkerLeft(occurred_on=p.left, worker=p.worker), p.left) for p in POSTS if p.left]
Case = tuple[date, str | None, str, str | None, str, str | None]
"""Day, pod, who held it in words, worker, stage, agency."""


def service(worker: str | None, on: date, at: View) -> Post | None:
    """The joining in force of a worker on a day, the last of several."""
    reader = reader_day(at)
    mine = [p for p in POSTS if p.worker == worker and p.joined <= on and p.known <= reader]
    mine = [p for p in mine if p.left is None or on < p.left or reader < p.left]
    return mine[-1] if mine else None


def agency(worker: str | None, on: date, at: View) -> str:
    """What the joining in force on a day says of the worker."""
    told = service(worker, on, at)
    return "not supplied" if told is None or told.agency is None else "yes" if told.agency else "no"


def asked_days(each: str, from_: date, until: date) -> list[date]:
    """The days on which cases are counted."""
    found = slow.days(max(from_, FIRST), until)
    if each == "end":
        return found[-1:]
    last = {"day": lambda _: True, "week": lambda on: on.weekday() == 6, "month": lambda on: (on + slow.DAY).day == 1}
    return [on for on in found if last[each](on) or on == until - slow.DAY]


def cases(one: Slow, days: list[date], at: View) -> list[Case]:
    """The case of one child on each of these days, where it is open or advised."""
    found: list[Case] = []
    is_open = set(one.open_days(days[0], days[-1] + slow.DAY)) if days else set()
    for on in days:
        pod, stage = one.pod_on(on, None), one.stages[on]
        holder = one.holders[on]
        adviser = slow.holder(one.mine.held, on, "personal adviser") if stage == "care leaver" else None
        if on in is_open:
            told_of = service(holder.worker, on, at) if holder else None
            kind = one.kind_of_day(on, told_of.post if told_of else None)
            worker = holder.worker if holder else adviser.worker if adviser else None
        elif adviser:
            kind, worker = "personal adviser", adviser.worker
        else:
            continue
        told = agency(worker, on, at) if kind in (*WORKERS, "personal adviser") else None
        found.append((on, pod, kind, worker, stage, told))
    return found


@SOME
@given(said=worlds(), at=VIEWS, window=WINDOWS, each=st.sampled_from(["end", "week", "month"]))
def test_every_open_case_is_counted_once(
    said: list[Said], at: View, window: tuple[date | None, date | None], each: str
) -> None:
    said = [*said, *STAFF]
    on = reader_day(at)
    children, sources = known(said, at)
    from_, until = window[0] or date.min, min(window[1] or date.max, on + slow.DAY)
    expected = [
        case
        for child, mine in children.items()
        for case in cases(Slow(child, mine, sources, on), asked_days(each, from_, until), at)
    ]
    card = measure("caseload")
    asked = {"from_": window[0], "to": window[1], "each": each}
    with facts_of(said, at) as facts:
        facts.know_placeholders(sorted(PLACEHOLDERS))
        rows = measured(facts, card, at.at(facts.position), request(card, **asked)).dicts()
        found = {(r["on_day"], r["pod"], r["held_by"], r["worker"], r["agency"]): r["cases"] for r in rows}
        assert len(found) == len(rows)
        assert found == Counter((day, pod, kind, who, told) for day, pod, kind, who, _, told in expected)
        stages = ("looked_after", "protection_plan", "in_need_plan", "other_stages")
        assert all(r["cases"] == sum(r[stage] for stage in stages) for r in rows)
        members = {
            "pod": lambda c: c[1] or "not known",
            "worker": lambda c: c[3] or ("not supplied" if c[2] == "not supplied" else "unallocated"),
            "stage": lambda c: c[4],
            "authority": lambda _: "authority",
        }
        for by, member in members.items():
            groups = measured(facts, card, at.at(facts.position), request(card, by=by, **asked)).dicts()
            wanted = {(member(case), case[0]) for case in expected}
            assert {(g["member"], g["on_day"]) for g in groups} == wanted
            for group in groups:
                mine = [c for c in expected if (member(c), c[0]) == (group["member"], group["on_day"])]
                assert {k: v for k, v in summed(mine).items() if group[k] != v} == {}


def summed(mine: list[Case]) -> dict[str, Any]:
    """The figures of one group on one day."""
    kinds = [case[2] for case in mine]
    held = [case for case in mine if case[2] in WORKERS]
    per_worker = Counter(case[3] for case in held)
    known_agency = [case[5] for case in held if case[5] != "not supplied"]
    is_open = len(mine) - kinds.count("personal adviser")
    told = is_open - kinds.count("not supplied")
    nobody = sum(kinds.count(kind) for kind in NOBODY)
    return {
        "cases": is_open,
        "held_by_workers": len(held),
        "workers": len(per_worker),
        "cases_per_worker": rounded(len(held), len(per_worker)),
        "most_cases": max(per_worker.values(), default=None),
        "agency_share": rounded(known_agency.count("yes"), len(known_agency)),
        "duty_or_team": kinds.count("duty or team"),
        "pod_only": kinds.count("pod only"),
        "nobody": kinds.count("nobody"),
        "unallocated": nobody if told else None,
        "share_unallocated": rounded(nobody, told),
        "not_supplied": kinds.count("not supplied"),
        "advised": kinds.count("personal adviser"),
    }


MAY = date(2024, 5, 1)
LATER = view("2024-06-15")


def in_care(child: str) -> Said:
    """A child who is looked after from May."""
    return Said(child, CareEpisodeStarted(occurred_on=MAY, reason="S", legal_status="C2"), MAY)


def held(child: str, worker: str, on: date = MAY, **fields: Any) -> Said:
    """A worker is allocated."""
    return Said(child, WorkerAllocated(occurred_on=on, worker=worker, **fields), on)


def supplied() -> Said:
    """A source that tells of all allocations in these years."""
    years = {"covers_from": FIRST, "covers_until": date(2025, 1, 1)}
    return Said("ledger", SourceCoverageDeclared(system="csv", areas=("allocation",), complete=True, **years), FIRST)


def run(said: list[Said], at: View = LATER, **asked: Any) -> list[dict[str, Any]]:
    """Run the measure, with the duty desk known as such."""
    card = measure("caseload")
    with facts_of(said, at) as facts:
        facts.know_placeholders(sorted(PLACEHOLDERS))
        return measured(facts, card, at.at(facts.position), request(card, **asked)).dicts()


def test_unallocated_cases_and_duty_desks_have_rows_of_their_own() -> None:
    pod = Said("c", PodAllocated(occurred_on=MAY, pod="P1"), MAY)
    said = [supplied(), *map(in_care, "abcd"), held("a", "A"), held("b", "DUTY"), pod]
    rows = run(said)
    assert [(r["pod"], r["held_by"], r["worker"], r["cases"]) for r in rows] == [
        ("P1", "pod only", None, 1),
        (None, "duty or team", "DUTY", 1),
        (None, "nobody", None, 1),
        (None, "social worker", "A", 1),
    ]
    (group,) = run(said, by="authority")
    assert (group["cases"], group["workers"], group["unallocated"], group["share_unallocated"]) == (4, 1, 3, 0.75)
    by_worker = {g["member"]: g["cases"] for g in run(said, by="worker")}
    assert by_worker == {"A": 1, "DUTY": 1, "unallocated": 2}


def test_what_no_source_covers_is_not_unallocated() -> None:
    (row,) = run([in_care("a")])
    assert (row["held_by"], row["note"]) == ("not supplied", "no source tells of allocations on this day")
    (group,) = run([in_care("a")], by="authority")
    assert (group["unallocated"], group["share_unallocated"], group["not_supplied"]) == (None, None, 1)
    assert group["note"] == "allocations not supplied"


def test_the_share_of_agency_staff_is_over_those_of_whom_it_is_known() -> None:
    said = [supplied(), *map(in_care, "abc"), held("a", "B"), held("b", "N"), held("c", "U")]
    joined = [
        Said(f"worker:{w}", WorkerJoined(occurred_on=MAY, worker=w, agency=a), MAY)
        for w, a in (("B", True), ("N", False))
    ]
    (group,) = run([*said, *joined], by="authority")
    assert (group["agency_cases"], group["agency_known"], group["agency_share"]) == (1, 2, 0.5)
    (unknown,) = run(said, by="authority")
    assert (unknown["agency_share"], unknown["note"]) == (None, "agency staff not supplied")


def test_a_worker_gone_on_the_day_holds_nothing() -> None:
    ended = WorkerDeallocated(occurred_on=date(2024, 6, 15), worker="A", role="allocated", started_on=MAY)
    said = [supplied(), in_care("a"), held("a", "A"), Said("a", ended, date(2024, 6, 15))]
    assert [row["held_by"] for row in run(said)] == ["nobody"]
    assert [row["held_by"] for row in run(said, view("2024-06-14"))] == ["social worker"]


def test_a_case_is_open_from_its_first_day_until_the_day_it_is_closed() -> None:
    opened = ReferralDecided(occurred_on=MAY, referred_on=MAY, accepted=True)
    closed = CaseClosed(occurred_on=date(2024, 5, 4))
    said = [supplied(), Said("a", opened, MAY), Said("a", closed, date(2024, 5, 4)), in_care("b")]
    ended = CareEpisodeEnded(occurred_on=date(2024, 5, 3), started_on=MAY, reason="E8")
    rows = run([*said, Said("b", ended, date(2024, 5, 3))], each="day", from_=date(2024, 4, 29), to=date(2024, 5, 6))
    counted = [(row["on_day"].day, row["cases"], row["looked_after"]) for row in rows]
    assert counted == [(1, 2, 1), (2, 2, 1), (3, 1, 0)]


def test_a_child_who_died_is_no_open_case_though_no_ending_of_care_says_so() -> None:
    died = Said("a", DeathRecorded(occurred_on=date(2024, 5, 3)), date(2024, 5, 3))
    rows = run([supplied(), in_care("a"), died, in_care("b")], each="day", from_=MAY, to=date(2024, 5, 5))
    assert [(row["on_day"].day, row["cases"]) for row in rows] == [(1, 2), (2, 2), (3, 1), (4, 1)]


def kinds(said: list[Said], last: int, **asked: Any) -> list[tuple[int, str, int]]:
    """Day of May, who held cases, and how many, for each day up to the last."""
    rows = run(said, each="day", to=date(2024, 5, last + 1), **asked)
    return [(row["on_day"].day, row["held_by"], row["cases"]) for row in rows]


def may(day: int) -> date:
    return date(2024, 5, day)


def test_a_case_without_worker_is_not_supplied_outside_the_time_of_a_source_though_a_pod_holds_it() -> None:
    areas = SourceCoverageDeclared(
        system="csv", areas=("allocation",), complete=True, covers_from=may(2), covers_until=may(4)
    )
    said = [Said("ledger", areas, FIRST), in_care("a"), Said("a", PodAllocated(occurred_on=MAY, pod="P1"), MAY)]
    assert kinds(said, 4) == [(1, "not supplied", 1), (2, "pod only", 1), (3, "pod only", 1), (4, "not supplied", 1)]


def test_the_post_is_the_allocation_s_else_the_worker_s_own_on_the_day() -> None:
    def joined(day: int, post: str) -> Said:
        return Said("worker:A", WorkerJoined(occurred_on=may(day), worker="A", post=post), may(day))

    left = Said("worker:A", WorkerLeft(occurred_on=may(4), worker="A"), may(4))
    said = [
        supplied(),
        in_care("a"),
        held("a", "A"),
        joined(2, "student social worker"),
        joined(3, "team manager"),
        left,
    ]
    assert kinds(said, 4) == [
        (1, "social worker", 1),
        (2, "not a social worker", 1),
        (3, "manager", 1),
        (4, "social worker", 1),
    ]
    stated = [supplied(), in_care("a"), held("a", "A", post="social worker"), joined(1, "team manager")]
    assert kinds(stated, 1) == [(1, "social worker", 1)]


def test_of_several_joinings_of_a_worker_the_last_one_tells_though_it_says_less() -> None:
    said = [supplied(), in_care("a"), held("a", "A")]
    for day, is_agency in ((1, True), (2, None)):
        joined = WorkerJoined(occurred_on=may(day), worker="A", agency=is_agency)
        said.append(Said("worker:A", joined, may(day)))
    assert [row["agency"] for row in run(said, each="day", to=may(3))] == ["yes", "not supplied"]


def test_a_stage_ends_on_the_day_the_next_begins_and_the_case_is_counted_once() -> None:
    opened = ReferralDecided(occurred_on=MAY, referred_on=MAY, accepted=True)
    plan = ChildInNeedPlanStarted(occurred_on=may(2))
    ended = ChildInNeedPlanEnded(occurred_on=may(3), started_on=may(2))
    said = [supplied(), Said("a", opened, MAY), Said("a", plan, may(2)), Said("a", ended, may(3))]
    rows = run(said, each="day", to=may(4))
    assert [(r["on_day"].day, r["cases"], r["in_need_plan"]) for r in rows] == [(1, 1, 0), (2, 1, 1), (3, 1, 0)]


def test_care_leavers_are_advised_while_both_last() -> None:
    def leaver(child: str, day: int, since: int, until: int) -> list[Said]:
        adviser = WorkerDeallocated(occurred_on=may(until), worker="PA", role="personal adviser", started_on=may(since))
        return [
            Said(child, CareLeaverStatusSet(occurred_on=may(day), status="relevant"), may(day)),
            held(child, "PA", may(since), role="personal adviser"),
            Said(child, adviser, may(until)),
            Said(child, CaseClosed(occurred_on=may(5)), may(5)),
        ]

    joined = Said("worker:PA", WorkerJoined(occurred_on=MAY, worker="PA", agency=True), MAY)
    said = [supplied(), joined, *leaver("a", 2, 1, 4), *leaver("b", 1, 3, 8)]
    assert kinds(said, 6) == [(2, "personal adviser", 1), (3, "personal adviser", 2), (4, "personal adviser", 1)]
    assert {row["agency"] for row in run(said, each="day", to=may(6))} == {"yes"}


def test_days_asked_are_ends_of_periods_and_the_last_day() -> None:
    said = [supplied(), in_care("a"), held("a", "A")]
    window = {"from_": date(2024, 5, 20), "to": date(2024, 6, 5)}
    days = {each: [row["on_day"] for row in run(said, each=each, **window)] for each in ("end", "day", "week", "month")}
    assert days["end"] == [date(2024, 6, 4)]
    assert days["month"] == [date(2024, 5, 31), date(2024, 6, 4)]
    assert days["week"] == [date(2024, 5, 26), date(2024, 6, 2), date(2024, 6, 4)]
    assert days["day"] == [date(2024, 5, 20) + timedelta(days=n) for n in range(16)]
    assert [row["on_day"] for row in run(said)] == [date(2024, 6, 15)]


def test_a_care_leaver_with_an_adviser_stands_beside_open_cases() -> None:
    said = [
        supplied(),
        Said("a", CareLeaverStatusSet(occurred_on=MAY, status="relevant"), MAY),
        held("a", "PA", role="personal adviser"),
    ]
    (row,) = run(said)
    assert (row["held_by"], row["worker"]) == ("personal adviser", "PA")
    (group,) = run(said, by="authority")
    assert (group["cases"], group["advised"], group["workers"]) == (0, 1, 0)
