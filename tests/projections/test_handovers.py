"""Boundaries between stages and who was kept across them: the definitions, with answers worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.clock import view
from ledger.domain.events.allocation import HandoverRecorded, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.assessment import AssessmentAuthorised, AssessmentStarted
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.events.safeguarding import ChildProtectionPlanStarted, Section47Started
from ledger.domain.events.visit import VisitRecorded
from tests.projections.small import Said, facts_of, run
from tests.projections.test_worker_measures import ask

if TYPE_CHECKING:
    from ledger.domain.events.base import Event

ON = view("2024-12-31")


def d(month: int, day: int = 1, year: int = 2024) -> date:
    return date(year, month, day)


def say(event: Event) -> Said:
    return Said("a", event, event.occurred_on)


def held(worker: str, started: date, ended: date | None = None, **fields: Any) -> list[Said]:
    said = [say(WorkerAllocated(occurred_on=started, worker=worker, **fields))]
    if ended is not None:
        role = fields.get("role", "allocated")
        said.append(say(WorkerDeallocated(occurred_on=ended, worker=worker, started_on=started, role=role)))
    return said


REFERRAL = say(ReferralDecided(occurred_on=d(1), referred_on=d(1), accepted=True))
ASSESSMENT = say(AssessmentStarted(occurred_on=d(2)))
PLAN = say(ChildProtectionPlanStarted(occurred_on=d(6)))
EVER = Said(
    "ledger",
    SourceCoverageDeclared(
        system="csv",
        areas=("allocation", "referral"),
        covers_from=d(1, year=2000),
        covers_until=d(1, year=2030),
        complete=True,
    ),
    d(1, year=2000),
)


def rows(*said: Said, **parameters: Any) -> list[dict[str, Any]]:
    return run("handovers", list(said), parameters.pop("at", ON), **parameters).dicts()


def at_the_plan(*said: Said, **parameters: Any) -> dict[str, Any]:
    """The row of the plan begun on 1 June."""
    (row,) = (row for row in rows(REFERRAL, PLAN, *said, **parameters) if row["boundary_on"] == d(6))
    return row


def test_the_worker_is_kept() -> None:
    row = at_the_plan(*held("A", d(1), pod="P1"))
    assert (row["boundary"], row["from_stage"], row["kind"]) == ("child protection plan", "referral", "step up")
    assert (row["kept"], row["from_worker"], row["to_worker"], row["changed_on"]) == ("worker", "A", "A", None)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        (d(5, 17), "worker"),
        (d(5, 18), "neither"),
        (d(6, 15), "neither"),
        (d(6, 16), "worker"),
    ],
)
def test_the_fortnight_before_and_after_is_looked_at(changed: date, kept: str) -> None:
    """From is the holder on 17 May (1 June minus 14, the day before); to is the holder on 15 June."""
    row = at_the_plan(*held("A", d(1), changed, pod="P1"), *held("B", changed, pod="P2", reason="TSPROC"))
    assert row["kept"] == kept
    if kept == "neither":
        assert (row["changed_on"], row["reason"], row["from_pod"], row["to_pod"]) == (changed, "TSPROC", "P1", "P2")


def test_another_worker_of_the_same_pod_keeps_the_pod() -> None:
    row = at_the_plan(*held("A", d(1), d(6, 3), pod="P1"), *held("B", d(6, 3), pod="P1"))
    assert (row["kept"], row["from_worker"], row["to_worker"]) == ("pod", "A", "B")


def test_another_worker_between_is_not_keeping_the_worker() -> None:
    row = at_the_plan(
        *held("A", d(1), d(5, 25), pod="P1"), *held("B", d(5, 25), d(6, 5), pod="P1"), *held("A", d(6, 5), pod="P1")
    )
    assert (row["kept"], row["changed_on"]) == ("pod", d(6, 5))
    assert row["note"] == "the same worker, with another between"


def test_another_worker_whose_pod_is_not_known_is_not_known_but_not_kept() -> None:
    said = [REFERRAL, PLAN, *held("A", d(1), d(6, 3)), *held("B", d(6, 3))]
    row = at_the_plan(*said[2:])
    assert (row["kept"], row["note"]) == ("not known", "another worker; pod not known")
    (group,) = run("handovers", said, ON, from_=d(6), by="authority").dicts()
    assert (group["compared_by_worker"], group["kept_by_worker"], group["share_kept_by_worker"]) == (1, 0, Decimal(0))
    assert (group["compared_by_pod"], group["share_kept_by_worker_or_pod"]) == (0, None)


def test_nobody_after_is_unallocated_where_a_source_covers_the_day() -> None:
    stint = held("A", d(1), d(6, 3), pod="P1")
    assert at_the_plan(*stint)["kept"] == "not known"
    row = at_the_plan(EVER, *stint)
    assert (row["kept"], row["to_worker"], row["changed_on"]) == ("unallocated", None, d(6, 3))


def test_nobody_yet_before_is_a_first_allocation_outside_the_share() -> None:
    (row,) = rows(REFERRAL, *held("A", d(1, 5)))
    assert (row["kept"], row["kind"], row["changed_on"]) == ("first allocation", "opening", d(1, 5))
    (group,) = run("handovers", [REFERRAL, *held("A", d(1, 5))], ON, by="authority").dicts()
    assert (group["first_allocation"], group["compared_by_worker"], group["share_kept_by_worker"]) == (1, 0, None)


def test_the_front_door_is_reported_apart() -> None:
    said = [EVER, REFERRAL, ASSESSMENT, *held("A", d(1), d(2, 3), pod="FD"), *held("B", d(2, 3), pod="P1")]
    assert [row["kind"] for row in rows(*said)] == ["opening", "front door"]
    (group,) = run("handovers", said, ON, by="authority").dicts()
    assert (group["compared_by_worker"], group["front_door"], group["front_door_compared_by_worker"]) == (0, 1, 1)


def test_boundaries_within_a_fortnight_are_one_named_by_the_later_stage() -> None:
    said = [
        REFERRAL,
        say(AssessmentStarted(occurred_on=d(2))),
        say(AssessmentAuthorised(occurred_on=d(3), started_on=d(2))),
        say(ChildInNeedPlanStarted(occurred_on=d(3, 10))),
        *held("A", d(1)),
    ]
    found = [(row["boundary"], row["boundary_on"], row["from_stage"]) for row in rows(*said)]
    assert found == [
        ("referral", d(1), "closed"),
        ("assessment", d(2), "referral"),
        ("child in need plan", d(3, 10), "assessment"),
    ]


@pytest.mark.parametrize(("days", "count"), [(14, 1), (15, 2)])
def test_a_fortnight_is_fourteen_days(days: int, count: int) -> None:
    plan = say(ChildInNeedPlanStarted(occurred_on=d(1) + timedelta(days=days)))
    assert len(rows(REFERRAL, plan)) == count


def test_a_stage_left_and_entered_again_within_a_fortnight_is_no_boundary() -> None:
    said = [
        REFERRAL,
        say(ChildInNeedPlanStarted(occurred_on=d(3))),
        say(ChildInNeedPlanEnded(occurred_on=d(5), started_on=d(3))),
        say(ChildInNeedPlanStarted(occurred_on=d(5, 8))),
    ]
    assert [row["boundary_on"] for row in rows(*said)] == [d(1), d(3)]


def test_stepping_down_is_a_boundary_and_closing_is_none() -> None:
    said = [
        REFERRAL,
        say(CareEpisodeStarted(occurred_on=d(3), reason="S", legal_status="C2")),
        say(CareEpisodeEnded(occurred_on=d(5), started_on=d(3), reason="E8")),
        say(CaseClosed(occurred_on=d(9))),
    ]
    found = [(row["boundary"], row["kind"]) for row in rows(*said)]
    assert found == [("referral", "opening"), ("looked after", "step up"), ("referral", "step down")]


def test_section_47_is_an_overlay_and_no_boundary() -> None:
    assert len(rows(REFERRAL, say(Section47Started(occurred_on=d(4))))) == 1


def test_re_referral_is_compared_with_the_last_open_day() -> None:
    said = [
        EVER,
        REFERRAL,
        *held("A", d(1), d(3), pod="P1"),
        say(CaseClosed(occurred_on=d(3))),
        say(ReferralDecided(occurred_on=d(8), referred_on=d(8), accepted=True)),
        *held("B", d(8, 2), pod="P1", reason="FCONTA"),
    ]
    row = rows(*said)[-1]
    assert (row["kind"], row["from_stage"], row["kept"]) == ("re-referral", "closed", "pod")
    assert (row["from_worker"], row["to_worker"], row["changed_on"], row["reason"]) == ("A", "B", d(8, 2), "FCONTA")


def test_the_fortnight_must_be_over_on_the_readers_day() -> None:
    stint = held("A", d(1))
    assert at_the_plan(*stint, at=view("2024-06-14"))["note"] == "the fortnight after it is not over"
    assert at_the_plan(*stint, at=view("2024-06-14"))["kept"] == "not known"
    assert at_the_plan(*stint, at=view("2024-06-15"))["kept"] == "worker"


def test_care_that_had_begun_earlier_is_no_boundary() -> None:
    care = say(CareEpisodeStarted(occurred_on=d(3), reason="P", legal_status="C2"))
    result = run("handovers", [care], ON)
    assert result.rows == []
    assert any("had begun" in note for note in result.notes)


def test_where_referrals_are_not_told_the_stage_before_is_not_known() -> None:
    care = say(CareEpisodeStarted(occurred_on=d(3), reason="S", legal_status="C2"))
    (row,) = rows(care, *held("A", d(1)))
    assert (row["kind"], row["from_stage"], row["kept"]) == ("stage before not known", None, "worker")


@pytest.mark.parametrize(
    ("evidence", "introduced"),
    [
        (HandoverRecorded(occurred_on=d(6, 3), from_worker="A", to_worker="B", introduced_to_child="yes"), "yes"),
        (HandoverRecorded(occurred_on=d(6, 3), from_worker="A", to_worker="B", joint_visit="yes"), "yes"),
        (HandoverRecorded(occurred_on=d(6, 3), from_worker="A", to_worker="B", introduced_to_child="no"), "no"),
        (HandoverRecorded(occurred_on=d(6, 3), from_worker="A", to_worker="B"), None),
        (HandoverRecorded(occurred_on=d(9, 3), from_worker="A", to_worker="B", introduced_to_child="yes"), None),
        (VisitRecorded(occurred_on=d(6, 2), worker="A", accompanied_by=("B",)), "yes"),
        (VisitRecorded(occurred_on=d(6, 2), worker="B", accompanied_by=("C",)), None),
    ],
)
def test_an_introduction_is_a_handover_that_says_so_or_a_joint_visit(evidence: Event, introduced: str | None) -> None:
    row = at_the_plan(*held("A", d(1), d(6, 3), pod="P1"), *held("B", d(6, 3), pod="P1"), say(evidence))
    assert row["introduced"] == introduced


def test_a_care_leavers_adviser_stands_for_the_worker() -> None:
    said = [
        EVER,
        say(CareEpisodeStarted(occurred_on=d(1), reason="S", legal_status="C2")),
        say(CareEpisodeEnded(occurred_on=d(6), started_on=d(1), reason="E8")),
        say(CareLeaverStatusSet(occurred_on=d(6), status="former relevant")),
        *held("A", d(1), d(6), pod="P1"),
        *held("PA", d(6), role="personal adviser", pod="P9"),
    ]
    row = rows(*said)[-1]
    assert (row["boundary"], row["kind"], row["to_worker"], row["kept"]) == (
        "care leaver",
        "leaving care",
        "PA",
        "neither",
    )


def test_a_placeholder_is_nobody() -> None:
    said = [EVER, REFERRAL, PLAN, *held("A", d(1), d(6), pod="P1"), *held("DUTY", d(6), pod="P1")]
    with facts_of(said, ON) as facts:
        facts.know_placeholders(["DUTY"])
        row = ask(facts, "handovers", ON)[-1]
    assert (row["to_worker"], row["kept"]) == (None, "unallocated")


def test_shares_by_worker_and_by_worker_or_pod() -> None:
    said = []
    for child, changed, pod in (("a", None, "P1"), ("b", d(6, 3), "P1"), ("c", d(6, 3), "P2")):
        mine = [REFERRAL, PLAN, *held("A", d(1), changed, pod="P1")]
        mine += held("B", changed, pod=pod) if changed else []
        said += [Said(child, one.event, one.written_at) for one in mine]
    (group,) = run("handovers", [EVER, *said], ON, from_=d(6), by="authority").dicts()
    assert (group["compared_by_worker"], group["kept_by_worker"], group["kept_by_pod"]) == (3, 1, 1)
    assert group["share_kept_by_worker"] == Decimal("0.333333333333")
    assert group["share_kept_by_worker_or_pod"] == Decimal("0.666666666667")
