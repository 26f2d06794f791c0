"""Allocations row by row, and who holds each child: the definitions, with answers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ledger.application import create_ledger, open_ledger
from ledger.domain.clock import view
from ledger.domain.events.allocation import PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.leaving import CareLeaverStatusSet
from ledger.domain.events.pod import WorkerJoined, WorkerJoinedPod
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryWithdrawn, SourceCoverageDeclared
from ledger.domain.events.visit import VisitRecorded
from ledger.errors import Malformed
from tests.projections.small import Said, entry_id, facts_of, journey_id, run
from tests.projections.test_worker_measures import ask

if TYPE_CHECKING:
    from pathlib import Path

ON = view("2024-06-30")


def d(month: int, day: int = 1, year: int = 2024) -> date:
    return date(year, month, day)


def held(worker: str, started: date, ended: date | None = None, **fields: Any) -> list[Said]:
    said = [Said("a", WorkerAllocated(occurred_on=started, worker=worker, **fields), started)]
    if ended is not None:
        role = fields.get("role", "allocated")
        end = WorkerDeallocated(occurred_on=ended, worker=worker, started_on=started, role=role)
        said.append(Said("a", end, ended))
    return said


def accepted(on: date) -> Said:
    return Said("a", ReferralDecided(occurred_on=on, referred_on=on, accepted=True), on)


def covered(from_: date, until: date, scope: str = "all children") -> Said:
    event = SourceCoverageDeclared(
        system="csv", areas=("allocation",), covers_from=from_, covers_until=until, complete=True, scope=scope
    )
    return Said("ledger", event, from_)


EVER = covered(d(1, year=2000), d(1, year=2030))


def summary(said: list[Said], **parameters: Any) -> dict[str, Any]:
    (row,) = run("allocation-summary", said, parameters.pop("at", ON), **parameters).dicts()
    return row


# --- allocations, row by row


def test_a_row_has_the_columns_promised() -> None:
    said = held("A", d(2), d(5), pod="P1", reason="TSPROC", post="social worker")
    (row,) = run("allocations", said, ON).dicts()
    assert row == {
        "child": journey_id("a"),
        "worker": "A",
        "pod": "P1",
        "role": "allocated",
        "started_on": d(2),
        "ended_on": d(5),
        "reason": "TSPROC",
        "post": "social worker",
        "days": 29 + 31 + 30,
        "note": None,
    }


def test_an_ending_that_was_not_yet_known_is_not_there() -> None:
    said = held("A", d(2), d(5))
    (row,) = run("allocations", said, view("2024-04-30")).dicts()
    assert (row["ended_on"], row["days"]) == (None, 29 + 31 + 30)


def test_an_expected_allocation_or_ending_is_not_held() -> None:
    future = [replace(one, written_at=d(1)) for one in held("A", d(2), d(5))]
    assert run("allocations", future, ON).rows == []
    said = held("A", d(2))
    end = Said("a", WorkerDeallocated(occurred_on=d(5), worker="A", started_on=d(2)), d(4))
    (row,) = run("allocations", [*said, end], ON).dicts()
    assert row["ended_on"] is None


def test_a_correction_replaces_and_a_withdrawal_removes() -> None:
    said = held("A", d(2))
    better = WorkerAllocated(occurred_on=d(3), worker="B")
    corrected = Said("a", EntryCorrected(corrects=entry_id(1), correction_reason="worker", replacement=better), d(4))
    withdrawn = Said("a", EntryWithdrawn(withdraws=entry_id(1), reason="entered in error"), d(5))
    assert [row["worker"] for row in run("allocations", said, ON).dicts()] == ["A"]
    (row,) = run("allocations", [*said, corrected], ON).dicts()
    assert (row["worker"], row["started_on"]) == ("B", d(3))
    assert run("allocations", [*said, corrected, withdrawn], ON).rows == []
    (row,) = run("allocations", [*said, corrected, withdrawn], view("2024-04-30")).dicts()
    assert row["worker"] == "B"


def test_a_restricted_allocation_is_withheld_and_counted() -> None:
    said = [*held("A", d(2)), Said("a", EntryRestricted(restricts=entry_id(1), reason="safety"), d(3))]
    result = run("allocations", said, ON)
    assert result.rows == []
    assert "1 restricted allocation is withheld" in result.notes


@pytest.mark.parametrize(
    ("from_", "to", "days"),
    [(d(2), d(5), 90), (d(3), d(4), 31), (d(5), d(6), None), (d(1), d(2), None), (d(4, 30), d(9), 1)],
)
def test_the_window_is_half_open(from_: date, to: date, days: int | None) -> None:
    rows = run("allocations", held("A", d(2), d(5)), view("2024-12-31"), from_=from_, to=to).dicts()
    assert [row["days"] for row in rows] == ([] if days is None else [days])


def test_the_pod_is_told_from_membership_where_the_entry_does_not_say() -> None:
    said = [*held("A", d(2)), Said("pod:P1", WorkerJoinedPod(occurred_on=d(1), worker="A", pod="P1"), d(1))]
    (row,) = run("allocations", said, ON).dicts()
    assert (row["pod"], row["note"]) == ("P1", "pod by membership on the first day")


def test_a_reviewing_officer_is_not_in_the_childs_pod() -> None:
    pod = Said("a", PodAllocated(occurred_on=d(1), pod="P1"), d(1))
    rows = run("allocations", [pod, *held("A", d(2)), *held("R", d(3), role="reviewing officer")], ON).dicts()
    assert [(row["worker"], row["pod"]) for row in rows] == [("A", "P1"), ("R", None)]


def test_groups_count_children_and_days() -> None:
    said = [accepted(d(1)), *held("A", d(2), d(5), pod="P1"), *held("B", d(5), pod="P2")]
    (row,) = run("allocations", said, ON, by="pod").dicts()
    assert (row["member"], row["children"], row["as_allocated_worker"]) == ("P2", 1, 2)
    assert (row["days_as_allocated_worker"], row["allocated_workers"]) == (90 + 61, 2)


# --- allocation-summary: the worker now


def test_tenure_bridges_a_gap_of_seven_days_and_no_more() -> None:
    for gap, since in ((7, d(2)), (8, d(4) + timedelta(days=8))):
        said = [*held("A", d(2), d(4)), *held("A", d(4) + timedelta(days=gap))]
        row = summary(said)
        assert (row["since"], row["tenure_days"]) == (since, (d(7) - since).days)


def test_another_worker_in_a_short_gap_breaks_tenure() -> None:
    said = [*held("A", d(2), d(4)), *held("B", d(4), d(4, 3)), *held("A", d(4, 5))]
    assert summary(said)["since"] == d(4, 5)


def test_leave_cover_does_not_erase_what_the_child_knows() -> None:
    said = [*held("A", d(2), d(4)), *held("B", d(4), d(5), reason="ABSENC"), *held("A", d(5), reason="ABSENC")]
    row = summary(said)
    assert (row["worker"], row["since"], row["known_since"]) == ("A", d(5), d(2))
    assert (row["covered_days"], row["changes"], row["changes_absence"]) == (30, 2, 2)
    assert (row["last_changed_on"], row["days_since_change"]) == (d(5), 60)


def test_cover_that_is_not_between_two_stints_of_one_worker_is_not_covered() -> None:
    said = [*held("A", d(2), d(4)), *held("B", d(4), d(5), reason="ABSENC"), *held("C", d(5))]
    assert summary(said)["covered_days"] == 0


def test_a_worker_is_known_since_the_first_visit_in_any_company() -> None:
    visit = VisitRecorded(occurred_on=d(1, 15), worker="Z", accompanied_by=("A",))
    assert summary([*held("A", d(2)), Said("a", visit, d(1, 15))])["known_since"] == d(1, 15)
    virtual = VisitRecorded(occurred_on=d(1, 15), worker="A", method="virtual")
    assert summary([*held("A", d(2)), Said("a", virtual, d(1, 15))])["known_since"] == d(2)


def test_of_two_open_allocations_the_one_that_started_last_holds() -> None:
    row = summary([accepted(d(2)), *held("A", d(2)), *held("B", d(4), d(5))])
    assert (row["worker"], row["changes"], row["overlapped_days"]) == ("A", 2, 30)
    assert row["changes_not_stated"] == 2


# --- allocation-summary: how the days were


def test_every_open_day_is_of_one_kind() -> None:
    said = [
        EVER,
        accepted(d(1)),
        Said("a", PodAllocated(occurred_on=d(1, 11), pod="P1"), d(1, 11)),
        *held("M", d(1, 21), d(1, 31), post="pod manager"),
        *held("S", d(1, 31), d(2, 10), post="student social worker"),
        *held("DUTY", d(2, 10), d(2, 20)),
        *held("A", d(2, 20), d(3, 1), post="newly qualified social worker"),
        Said("a", CaseClosed(occurred_on=d(3, 11)), d(3, 11)),
    ]
    with facts_of(said, ON) as facts:
        facts.know_placeholders(["DUTY"])
        (row,) = ask(facts, "allocation-summary", ON)
    kinds = {name: row[name] for name in row if name.endswith("_days") and row[name] is not None}
    assert kinds == {
        "open_days": 70,
        "nobody_days": 10,
        "pod_only_days": 10 + 10,
        "manager_days": 10,
        "not_social_worker_days": 10,
        "duty_or_team_days": 10,
        "social_worker_days": 10,
        "adviser_days": 0,
        "not_supplied_days": 0,
        "unallocated_days": 10 + 20 + 10,
        "covered_days": 0,
        "overlapped_days": 0,
    }
    assert row["held_by"] == "closed"


def test_a_day_that_no_source_covers_is_not_supplied_and_never_nobody() -> None:
    row = summary([accepted(d(6, 1))])
    assert (row["open_days"], row["not_supplied_days"]) == (30, 30)
    assert (row["nobody_days"], row["pod_only_days"], row["unallocated_days"]) == (None, None, None)
    assert row["note"] == "workers not supplied"
    row = summary([accepted(d(6, 1)), covered(d(6, 11), d(6, 21))])
    assert (row["nobody_days"], row["not_supplied_days"], row["unallocated_days"]) == (10, 20, 10)


def test_a_source_about_looked_after_children_says_nothing_about_others() -> None:
    source = covered(d(4, year=2023), d(4), scope="looked after on 31 March")
    year = {"year": 2024, "at": view("2024-04-30")}
    assert summary([accepted(d(3)), source], **year)["unallocated_days"] is None
    care = Said("a", CareEpisodeStarted(occurred_on=d(3), reason="S", legal_status="C2"), d(3))
    assert summary([accepted(d(3)), care, source], **year)["unallocated_days"] == 31


def test_the_post_of_the_day_is_told_from_the_workers_own_stream() -> None:
    said = [accepted(d(6, 1)), *held("M", d(6, 1))]
    post = Said("worker:M", WorkerJoined(occurred_on=d(1), worker="M", post="team manager"), d(1))
    assert (summary(said)["social_worker_days"], summary([*said, post])["manager_days"]) == (30, 30)


def test_without_a_referral_open_means_looked_after() -> None:
    care = Said("a", CareEpisodeStarted(occurred_on=d(5), reason="S", legal_status="C2"), d(5))
    end = Said("a", CareEpisodeEnded(occurred_on=d(6), started_on=d(5), reason="E8"), d(6))
    row = summary([care, end, *held("A", d(4))])
    assert (row["open_days"], row["social_worker_days"], row["note"]) == (31, 31, "referral not on record")


def test_a_care_leavers_adviser_is_told_apart() -> None:
    said = [
        EVER,
        accepted(d(1)),
        Said("a", CareLeaverStatusSet(occurred_on=d(6, 1), status="former relevant"), d(6, 1)),
        *held("PA", d(6, 11), role="personal adviser"),
    ]
    row = summary(said, from_=d(6, 1))
    assert (row["adviser_days"], row["nobody_days"], row["unallocated_days"]) == (0, 30, 30), "the case is still open"
    care = [
        Said("a", CareEpisodeStarted(occurred_on=d(1), reason="S", legal_status="C2"), d(1)),
        Said("a", CareEpisodeEnded(occurred_on=d(6, 1), started_on=d(1), reason="E8"), d(6, 1)),
    ]
    assert summary([*said, *care], from_=d(6, 1))["adviser_days"] == 0


def test_days_from_acceptance_to_the_first_worker() -> None:
    row = summary([accepted(d(2)), *held("A", d(2, 6))])
    assert (row["accepted_on"], row["first_allocated_on"], row["days_to_first_allocation"]) == (d(2), d(2, 6), 5)
    assert summary([*held("A", d(1)), accepted(d(2))])["days_to_first_allocation"] == 0
    assert summary([EVER, accepted(d(2))])["days_to_first_allocation"] is None


def test_a_second_case_has_its_own_first_worker() -> None:
    said = [
        accepted(d(1)),
        *held("A", d(1, 3), d(2)),
        Said("a", CaseClosed(occurred_on=d(2)), d(2)),
        accepted(d(5)),
        *held("B", d(5, 9)),
    ]
    row = summary(said)
    assert (row["accepted_on"], row["days_to_first_allocation"], row["open_days"]) == (d(5), 8, 31 + 61)


@pytest.mark.parametrize(
    ("reason", "column"),
    [
        ("TSPROC", "changes_process"),
        ("ORGRST", "changes_reorganisation"),
        ("LEFTRL", "changes_workforce"),
        ("MANAGE", "changes_workforce"),
        ("SWDIED", "changes_workforce"),
        ("ABSENC", "changes_absence"),
        ("CHCHAN", "changes_family"),
        ("PCCHAN", "changes_family"),
        ("FCONTA", "changes_first_contact"),
        ("OTHERS", "changes_other"),
        ("SWLAZY", "changes_other"),
        (None, "changes_not_stated"),
    ],
)
def test_changes_by_reason(reason: str | None, column: str) -> None:
    row = summary([*held("A", d(2), d(4)), *held("B", d(4), reason=reason)])
    assert (row["changes"], row[column]) == (1, 1)


def test_groups_sum_days_and_share() -> None:
    (row,) = run(
        "allocation-summary", [EVER, accepted(d(6, 1)), *held("A", d(6, 11), pod="P1")], ON, by="stage"
    ).dicts()
    assert (row["member"], row["open_days"], row["unallocated_days"]) == ("referral", 30, 10)
    assert str(row["share_unallocated"]) == "0.333333333333"


# --- placeholders, from the ledger's settings


def test_the_ledger_s_settings_list_placeholders(tmp_path: Path) -> None:
    where = tmp_path / "ledger"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        ledger.append("C-1", ChildRegistered(occurred_on=d(2), child_id="C-1"), by="W0")
        decided = ReferralDecided(occurred_on=d(2), referred_on=d(2), accepted=True)
        ledger.append("C-1", decided, by="W0", written_at=moment(d(2)))
        ledger.append("C-1", WorkerAllocated(occurred_on=d(2), worker="DUTY"), by="W0", written_at=moment(d(2)))
    with open_ledger(where) as ledger:
        (row,) = ledger.project("allocation-summary", view("2024-02-10")).dicts()
        assert (row["child"], row["worker"], row["duty_or_team_days"]) == ("C-1", "DUTY", 0)
    with (where / "ledger.toml").open("a") as settings:
        settings.write('\n[allocation]\nplaceholders = ["DUTY"]\n')
    with open_ledger(where) as ledger:
        result = ledger.project("allocation-summary", view("2024-02-10"))
    (row,) = result.dicts()
    assert (row["worker"], row["held_by"], row["duty_or_team_days"]) == (None, "duty or team", 10)
    assert result.provenance["placeholders"] == ["DUTY"]


def test_placeholders_must_be_a_list_of_ids(tmp_path: Path) -> None:
    where = tmp_path / "ledger"
    create_ledger(where, authority="Testshire (synthetic)").close()
    with (where / "ledger.toml").open("a") as settings:
        settings.write('\n[allocation]\nplaceholders = "DUTY"\n')
    with pytest.raises(Malformed, match="must be a list of worker ids"):
        open_ledger(where)


def moment(on: date) -> datetime:
    return datetime.combine(on, time(12), UTC)
