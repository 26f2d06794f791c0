"""Distinct social workers in the year: the published definition, case by case, with answers worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.domain.clock import view
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.record import SourceCoverageDeclared, UnmentionedEpisode
from tests.projections.small import Said, journey_id, run

LATER = view("2025-06-30")


def cared_for(child: str = "a", started: date = date(2020, 5, 1), legal_status: str = "C2", reason: str = "S") -> Said:
    return Said(child, CareEpisodeStarted(occurred_on=started, reason=reason, legal_status=legal_status), started)


def held(child: str, *stints: tuple[str, date, date | None, str | None]) -> list[Said]:
    """Say each (worker, first day, day after the last, reason)."""
    said = []
    for worker, started, ended, reason in stints:
        said.append(Said(child, WorkerAllocated(occurred_on=started, worker=worker, reason=reason), started))
        if ended is not None:
            said.append(Said(child, WorkerDeallocated(occurred_on=ended, worker=worker, started_on=started), ended))
    return said


def covered(area: str = "allocation", years: tuple[int, int] = (2023, 2025)) -> Said:
    event = SourceCoverageDeclared(
        system="csv",
        areas=(area,),
        covers_from=date(years[0], 4, 1),
        covers_until=date(years[1], 4, 1),
        complete=True,
    )
    return Said("ledger", event, date(2025, 4, 1))


def rows(said: list[Said], **parameters: Any) -> dict[str, dict[str, Any]]:
    parameters.setdefault("year", 2025)
    found = run("dfe-social-workers", said, parameters.pop("at", LATER), **parameters).dicts()
    return {row["child"]: row for row in found}


def the_row(said: list[Said], **parameters: Any) -> dict[str, Any]:
    return rows(said, **parameters)[journey_id("a")]


def test_a_b_a_counts_two_workers() -> None:
    said = [
        cared_for(),
        *held(
            "a",
            ("A", date(2024, 1, 1), date(2024, 6, 1), None),
            ("B", date(2024, 6, 1), date(2024, 8, 1), "ABSENC"),
            ("A", date(2024, 8, 1), None, "ABSENC"),
        ),
    ]
    row = the_row(said)
    assert (row["workers"], row["band"], row["of_which_absenc"]) == (2, "2", 1)


@pytest.mark.parametrize(
    ("started", "ended", "counts"),
    [
        (date(2023, 1, 1), date(2024, 3, 31), False),
        (date(2023, 1, 1), date(2024, 4, 1), True),
        (date(2023, 1, 1), None, True),
        (date(2025, 3, 31), None, True),
        (date(2025, 4, 1), None, False),
        (date(2024, 9, 1), date(2024, 9, 1), True),
    ],
)
def test_a_worker_held_on_1_april_counts_even_if_ended_that_day(
    started: date, ended: date | None, counts: bool
) -> None:
    said = [cared_for(), covered(), *held("a", ("A", started, ended, None))]
    row = the_row(said)
    assert (row["workers"], row["band"]) == ((1, "1") if counts else (0, "no-episode"))


def test_bands_are_one_two_three_and_more() -> None:
    stints = [(worker, date(2024, 4 + n, 1), date(2024, 5 + n, 1), None) for n, worker in enumerate("ABCD")]
    bands = [the_row([cared_for(), *held("a", *stints[:count])])["band"] for count in (1, 2, 3, 4)]
    assert bands == ["1", "2", "3+", "3+"]


def test_without_a_source_a_child_without_workers_is_not_supplied_and_never_nought() -> None:
    row = the_row([cared_for()])
    assert (row["workers"], row["band"], row["note"]) == (None, "not-supplied", "not supplied")


def test_a_source_for_half_the_year_supplies_no_nought() -> None:
    half = SourceCoverageDeclared(
        system="csv",
        areas=("allocation",),
        covers_from=date(2024, 10, 1),
        covers_until=date(2025, 4, 1),
        complete=True,
    )
    row = the_row([cared_for(), Said("ledger", half, date(2025, 4, 1))])
    assert (row["workers"], row["band"]) == (None, "not-supplied")


@pytest.mark.parametrize("legal_status", ["V3", "V4"])
def test_short_breaks_are_not_in_the_cohort(legal_status: str) -> None:
    assert rows([cared_for(legal_status=legal_status)]) == {}


@pytest.mark.parametrize(("ended", "inside"), [(date(2025, 3, 31), False), (date(2025, 4, 1), True)])
def test_the_cohort_is_looked_after_at_the_end_of_31_march(ended: date, inside: bool) -> None:
    ending = CareEpisodeEnded(occurred_on=ended, started_on=date(2020, 5, 1), reason="E8")
    assert (journey_id("a") in rows([cared_for(), Said("a", ending, ended)])) is inside


def test_an_open_episode_that_the_return_does_not_mention_is_in_neither_part() -> None:
    back = SourceCoverageDeclared(
        system="ssda903",
        areas=("care",),
        covers_from=date(2024, 4, 1),
        covers_until=date(2025, 4, 1),
        complete=True,
        unmentioned=(UnmentionedEpisode(journey=journey_id("a"), started_on=date(2020, 5, 1)),),
    )
    said = [cared_for("a"), cared_for("b"), Said("ledger", back, date(2025, 4, 30))]
    result = run("dfe-social-workers", said, LATER, year=2025)
    assert [row["child"] for row in result.dicts()] == [journey_id("b")]
    assert any(note.startswith("1 child with an open episode") for note in result.notes)
    listed = rows(said, beside=True)
    assert listed[journey_id("a")]["band"] == "unconfirmed"
    assert listed[journey_id("a")]["workers"] is None
    assert listed[journey_id("b")]["band"] == "not-supplied"
    for beside in (False, True):
        (group,) = run("dfe-social-workers", said, LATER, year=2025, by="authority", beside=beside).dicts()
        assert (group["children"], group["not_supplied"], group["unconfirmed"]) == (1, 1, 1)


def test_before_the_declaration_was_known_the_episode_was_confirmed() -> None:
    back = SourceCoverageDeclared(
        system="ssda903",
        areas=("care",),
        covers_from=date(2024, 4, 1),
        covers_until=date(2025, 4, 1),
        complete=True,
        unmentioned=(UnmentionedEpisode(journey=journey_id("a"), started_on=date(2020, 5, 1)),),
    )
    said = [cared_for("a"), Said("ledger", back, date(2025, 4, 30))]
    assert set(rows(said, at=view("2025-04-29"))) == {journey_id("a")}
    assert rows(said, at=view("2025-04-30")) == {}


def test_other_roles_never_count() -> None:
    other = [
        Said("a", WorkerAllocated(occurred_on=date(2024, 5, 1), worker=worker, role=role), date(2024, 5, 1))
        for worker, role in (("C", "co-worker"), ("D", "cover"), ("E", "reviewing officer"), ("F", "personal adviser"))
    ]
    said = [cared_for(), *held("a", ("A", date(2024, 1, 1), None, None)), *other]
    assert the_row(said)["workers"] == 1


def test_two_years_look_back_another_year() -> None:
    said = [
        cared_for(),
        *held(
            "a",
            ("A", date(2023, 4, 1), date(2023, 9, 1), None),
            ("B", date(2023, 9, 1), date(2024, 2, 1), None),
            ("C", date(2024, 2, 1), None, None),
        ),
    ]
    assert the_row(said, years=1)["workers"] == 1
    assert the_row(said, years=2)["workers"] == 3


def test_workers_held_before_care_began_count() -> None:
    said = [
        cared_for(started=date(2025, 3, 1)),
        *held("a", ("A", date(2024, 1, 1), date(2024, 10, 1), None), ("B", date(2024, 10, 1), None, "TSPROC")),
    ]
    assert the_row(said)["workers"] == 2


@pytest.mark.parametrize(
    ("cohort", "started", "reason", "inside"),
    [
        ("12-months", date(2024, 4, 1), "S", True),
        ("12-months", date(2024, 4, 2), "S", False),
        ("12-months", date(2024, 4, 1), "P", True),
        ("2-years", date(2023, 4, 1), "S", True),
        ("2-years", date(2023, 4, 2), "S", False),
    ],
)
def test_cohorts_by_how_long_the_child_was_looked_after(cohort: str, started: date, reason: str, inside: bool) -> None:
    found = rows([cared_for(started=started, reason=reason)], cohort=cohort)
    assert (journey_id("a") in found) is inside


def test_a_child_of_whom_the_start_of_care_is_not_known_is_beside_a_cohort_by_duration() -> None:
    result = run(
        "dfe-social-workers", [cared_for(started=date(2024, 10, 1), reason="P")], LATER, year=2025, cohort="12-months"
    )
    assert result.rows == []
    assert any("not known how long" in note for note in result.notes)


def test_before_31_march_nobody_is_in_the_cohort() -> None:
    result = run("dfe-social-workers", [cared_for()], view("2025-03-30"), year=2025)
    assert result.rows == []
    assert any("had not ended" in note for note in result.notes)
    assert run("dfe-social-workers", [cared_for()], view("2025-03-31"), year=2025).rows != []


def test_the_share_is_over_children_with_a_worker() -> None:
    said = [cared_for(child) for child in "abcd"]
    for child, workers in (("a", "ABC"), ("b", "A"), ("c", "AB")):
        stints = [(worker, date(2024, 4 + n, 1), date(2024, 5 + n, 1), None) for n, worker in enumerate(workers)]
        said += held(child, *stints)
    (row,) = run("dfe-social-workers", said, LATER, year=2025, by="authority").dicts()
    assert (row["children"], row["with_workers"], row["band_3_or_more"]) == (4, 3, 1)
    assert row["share_3_or_more"] == Decimal("0.333333333333")
    assert (row["band_1"], row["band_2"], row["not_supplied"]) == (1, 1, 1)


def test_ids_without_a_registration_number_count_and_are_told() -> None:
    said = [cared_for(), *held("a", ("XX12", date(2024, 5, 1), None, None), ("SW9", date(2024, 6, 1), None, None))]
    row = the_row(said)
    assert (row["workers"], row["of_which_unregistered"]) == (2, 1)


def test_workers_carried_over_into_another_years_return_say_nothing_of_a_year_without_a_source() -> None:
    carried = Said(
        "a",
        WorkerAllocated(occurred_on=date(2023, 5, 1), worker="A"),
        date(2025, 3, 31),
        basis="return",
        system="ssda903",
    )
    told = SourceCoverageDeclared(
        system="ssda903",
        areas=("allocation",),
        covers_from=date(2024, 4, 1),
        covers_until=date(2025, 4, 1),
        complete=True,
        scope="looked after on 31 March",
    )
    said = [cared_for(), carried, Said("ledger", told, date(2025, 3, 31))]
    assert the_row(said, year=2025)["workers"] == 1
    before = the_row(said, year=2024)
    assert (before["workers"], before["band"], before["note"]) == (None, "not-supplied", "not supplied")
