"""Changes of social worker in the year: the published cleaning rules, case by case, with answers worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.domain.clock import view
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeStarted
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.record import SourceCoverageDeclared
from tests.projections.slow_allocations import Held, changes_of_worker
from tests.projections.small import Said, facts_of, run
from tests.projections.test_worker_measures import ask

LATER = view("2025-06-30")
CARE = Said("a", CareEpisodeStarted(occurred_on=date(2020, 5, 1), reason="S", legal_status="C2"), date(2020, 5, 1))
Stint = tuple[str, date | None, date | None, str | None]


def held(*stints: Stint, child: str = "a") -> list[Said]:
    """Say each (worker, first day, day after the last, reason)."""
    said = []
    for worker, started, ended, reason in stints:
        event = WorkerAllocated(occurred_on=started, worker=worker, reason=reason)
        said.append(Said(child, event, started or date(2025, 1, 1)))
        if ended is not None and started is not None:
            said.append(Said(child, WorkerDeallocated(occurred_on=ended, worker=worker, started_on=started), ended))
    return said


def the_row(*stints: Stint, more: tuple[Said, ...] = (), **parameters: Any) -> dict[str, Any]:
    rows = run("commissioner-changes", [CARE, *held(*stints), *more], LATER, year=2025, **parameters).dicts()
    (row,) = rows
    return row


def d(month: int, day: int = 1, year: int = 2024) -> date:
    return date(year, month, day)


def test_a_b_a_is_two_changes() -> None:
    row = the_row(("A", d(1), d(6), None), ("B", d(6), d(9), "ABSENC"), ("A", d(9), None, "ABSENC"))
    assert (row["changes"], row["flagged"]) == (2, True)


def test_the_first_worker_of_the_history_is_no_change() -> None:
    assert the_row(("A", d(6), None, "FCONTA"))["changes"] == 0
    assert the_row(("Z", d(1, year=2021), d(1, year=2022), None), ("A", d(6), None, None))["changes"] == 0


def test_a_worker_of_the_year_before_makes_the_first_start_a_change() -> None:
    row = the_row(("Z", d(5, year=2023), d(6, year=2023), None), ("A", d(6), None, None))
    assert (row["changes"], row["flagged"]) == (1, False)


@pytest.mark.parametrize(
    ("started", "changes"),
    [(date(2024, 3, 31), 0), (date(2024, 4, 1), 1), (date(2025, 3, 31), 1)],
)
def test_a_change_is_a_start_inside_the_year(started: date, changes: int) -> None:
    assert the_row(("A", date(2023, 6, 1), started, None), ("B", started, None, None))["changes"] == changes


def test_the_same_worker_again_is_no_change() -> None:
    assert the_row(("A", d(5), d(6), None), ("A", d(8), None, None))["changes"] == 0


def test_an_episode_wholly_inside_another_is_dropped_and_counted() -> None:
    row = the_row(("A", d(1), None, None), ("B", d(6), d(8), "ABSENC"))
    assert (row["changes"], row["dropped_nested"]) == (0, 1)


def test_an_overlap_in_part_is_kept() -> None:
    row = the_row(("A", d(1), d(7), None), ("B", d(6), None, None))
    assert (row["changes"], row["dropped_nested"]) == (1, 0)


def test_a_day_of_another_worker_between_two_is_kept() -> None:
    row = the_row(("A", d(1), d(6), None), ("B", d(6), d(6), None), ("C", d(6, 3), None, None))
    assert (row["changes"], row["dropped_nested"]) == (2, 0)


def test_exact_duplicates_count_once() -> None:
    row = the_row(("A", d(1), d(6), None), ("B", d(6), None, None), ("B", d(6), None, None))
    assert (row["changes"], row["dropped_duplicates"], row["dropped_nested"]) == (1, 1, 0)


def test_episodes_without_a_start_or_a_meaningful_worker_are_dropped() -> None:
    row = the_row(("A", d(1), d(6), None), ("-1", d(6), d(7), None), ("B", None, None, None), ("A", d(7), None, None))
    assert (row["changes"], row["dropped_no_start"], row["dropped_no_worker"]) == (0, 1, 1)


def test_a_listed_placeholder_is_no_worker() -> None:
    said = [CARE, *held(("A", d(1), d(6), None), ("DUTY", d(6), d(7), None), ("B", d(7), None, None))]
    with facts_of(said, LATER) as facts:
        facts.know_placeholders(["DUTY"])
        (row,) = ask(facts, "commissioner-changes", LATER, year=2025)
    assert (row["changes"], row["dropped_no_worker"]) == (1, 1)


def test_a_child_without_an_open_worker_on_31_march_is_dropped_and_counted() -> None:
    said = [CARE, *held(("A", d(1), d(6), None), ("B", d(6), d(12), None))]
    result = run("commissioner-changes", said, LATER, year=2025)
    (row,) = result.dicts()
    assert (row["changes"], row["note"]) == (None, "dropped: no open worker episode on 31 March")
    assert "1 child dropped: no open worker episode on 31 March" in result.notes


def test_without_a_source_nothing_is_said() -> None:
    (row,) = run("commissioner-changes", [CARE], LATER, year=2025).dicts()
    assert (row["changes"], row["flagged"], row["note"]) == (None, None, "not supplied")


def test_transfers_and_restructures_are_left_out_of_the_variant() -> None:
    row = the_row(
        ("A", d(1), d(5), None),
        ("B", d(5), d(6), "TSPROC"),
        ("C", d(6), d(7), "ORGRST"),
        ("D", d(7), d(8), "LEFTRL"),
        ("E", d(8), None, None),
    )
    assert (row["changes"], row["changes_without_team"]) == (4, 2)


def test_a_first_contact_after_a_time_without_a_worker_counts_and_is_told() -> None:
    row = the_row(("A", d(1), d(5), None), ("B", d(9), None, "FCONTA"))
    assert (row["changes"], row["after_closure"]) == (1, 1)


def test_a_first_contact_after_a_recorded_closure_is_told() -> None:
    closure = Said("a", CaseClosed(occurred_on=d(6)), d(6))
    stints = (("A", d(1), d(9), None), ("B", d(9), None, "FCONTA"))
    assert the_row(*stints, more=(closure,))["after_closure"] == 0, "no case was open"
    opened = ReferralDecided(occurred_on=d(1), referred_on=d(1), accepted=True)
    assert the_row(*stints, more=(Said("a", opened, d(1)), closure))["after_closure"] == 1


def test_the_year_before_without_a_source_is_said() -> None:
    year = SourceCoverageDeclared(
        system="csv",
        areas=("allocation",),
        covers_from=date(2024, 4, 1),
        covers_until=date(2025, 4, 1),
        complete=True,
    )
    row = the_row(("A", d(5), None, None), more=(Said("ledger", year, date(2025, 4, 1)),))
    assert row["note"] == "the year before is not wholly supplied: the first change may be missing"


def test_the_share_flagged_is_over_children_with_a_number() -> None:
    said = [Said(child, CareEpisodeStarted(occurred_on=d(1), reason="S", legal_status="C2"), d(1)) for child in "abc"]
    said += held(("A", d(1), d(5), None), ("B", d(5), d(6), None), ("A", d(6), None, None), child="a")
    said += held(("A", d(1), None, None), child="b")
    (row,) = run("commissioner-changes", said, LATER, year=2025, by="authority").dicts()
    assert (row["children"], row["counted"], row["flagged"], row["share_flagged"]) == (3, 2, 1, Decimal("0.5"))


def test_the_slow_reference_itself() -> None:
    def count(*stints: tuple[str, date, date | None]) -> tuple[int | None, int]:
        given = [Held(worker, start, end, order=n) for n, (worker, start, end) in enumerate(stints)]
        found = changes_of_worker(given, date(2024, 4, 1), date(2025, 4, 1), frozenset())
        return found.changes, found.nested

    assert count(("A", d(1), d(6)), ("B", d(6), d(8)), ("A", d(8), None)) == (2, 0)
    assert count(("A", d(1), None), ("B", d(6), d(8))) == (0, 1)
    assert count(("A", d(1), d(6))) == (None, 0)
