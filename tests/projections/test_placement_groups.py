"""Placements of a year in groups and notes, and where it is not known how long they lasted; stability beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ledger.domain.clock import view
from ledger.domain.events.care import CareEpisodeEnded
from ledger.domain.events.identity import ChildRegistered
from tests.projections.small import Said, run
from tests.projections.test_care_measures import JULY, JUNE, LONG_AGO, care, end, start
from tests.projections.test_stability import COVERED, LATER, allocated, one

MOVED = date(2022, 6, 1)
"""Within two years of 31 March 2024: who moved then has not been in one place for two years."""


def born(child: str, month: str = "2012-05") -> Said:
    """A child is registered."""
    return Said(child, ChildRegistered(child_id="1", born=month), LONG_AGO)


def unsure(child: str = "a") -> list[Said]:
    """A child long in care moved, in a month of which the day is not known."""
    moved = start(MOVED, "P", "U6", child, precision="month")
    return [start(LONG_AGO, "S", child=child), end(MOVED, LONG_AGO, child=child), moved]


def placed(said: list[Said]) -> tuple[Any, ...]:
    """Whether the child belongs to the long-term figure, whether the placement held, and the note."""
    (row,) = run("placement-stability", said, LATER, year=2024).dicts()
    return row["long_term"], row["stable"], row["note"]


LASTED = "how long the placement has lasted is not known"


def test_a_placement_that_began_on_a_day_not_known_may_have_held() -> None:
    assert placed([*unsure(), born("a")]) == ("yes", "not known", LASTED)
    # Placed for adoption with others, the placement before counts with it, and its first day is what is not known.
    adopted = [end(JUNE, MOVED), start(JUNE, "P", "A6")]
    assert placed([*unsure(), *adopted, born("a")]) == ("yes", "not known", LASTED)
    # With a gap between, or with the carers of before, it stands for itself.
    assert placed([*unsure(), *[end(JUNE, MOVED), start(JUNE, "P", "U4")], born("a")]) == ("yes", "no", None)


def test_nothing_is_said_of_how_long_a_placement_lasted_outside_the_long_term_figure() -> None:
    assert placed([*unsure(), born("a", "2008-03")]) == ("no", None, None)
    assert placed(unsure()) == ("not known", None, "age, or how long in care, is not known")


def test_only_temporary_placements_have_no_band_and_raise_no_flag() -> None:
    said = [start(JUNE, "S", "T1"), born("a")]
    (row,) = run("placement-stability", said, LATER, year=2024).dicts()
    note = "only temporary placements in the year"
    assert (row["placements"], row["band"], row["note"]) == (0, None, note)
    flagged = one([*said, Said("ledger", COVERED, LONG_AGO)])
    assert (flagged["placements"], flagged["three_placements"]) == (0, None)
    assert flagged["note"] == f"{note}; no worker episode in the year; school not supplied"


def cohort() -> list[Said]:
    """Eleven children, of each kind another number."""
    said = care((LONG_AGO, "S", "U4"))
    for child in "bc":
        said += unsure(child)
    for child in "def":
        said += care((LONG_AGO, "S", "U4"), (JUNE, "P", "U6"), child=child)
    said += care((LONG_AGO, "S", "U4"), (JUNE, "P", "U6"), (JULY, "P", "K2"), child="g")
    said.append(start(date(2024, 1, 1), "S", "T1", "h"))
    for child in "ijk":
        said += care((LONG_AGO, "S", "U4"), child=child)
    return [*said, *(born(child) for child in "abcdefgh")]


def test_groups_count_bands_and_what_is_known_of_the_long_term() -> None:
    (row,) = run("placement-stability", cohort(), LATER, year=2024, by="authority").dicts()
    assert row == {
        "member": "authority",
        "children": 11,
        "one_placement": 6,
        "two_placements": 3,
        "three_or_more": 1,
        "share_three_or_more": Decimal("0.1"),
        "long_term": 7,
        "long_term_stable": 1,
        "share_stable": Decimal("0.2"),
        "not_known": 5,
    }
    assert run("placement-stability", cohort(), LATER, year=2024).notes == [
        "3 children may be in the long-term figure: age, or how long in care, is not known",
        "2 children in the long-term figure: how long the placement has lasted is not known",
    ]


def test_stability_counts_the_same_children_and_those_with_workers() -> None:
    workers = [("a", "A"), ("b", "A"), *((child, worker) for child in "dg" for worker in "ABC")]
    said = [*cohort(), *(allocated(worker, JUNE, child) for child, worker in workers)]
    (row,) = run("stability", said, LATER, year=2024, by="authority").dicts()
    assert row == {
        "member": "authority",
        "children": 11,
        "with_placements": 10,
        "three_placements": 1,
        "share_three_placements": Decimal("0.1"),
        "long_term": 5,
        "same_placement": 1,
        "share_same_placement": Decimal("0.2"),
        "not_known": 5,
        "with_schools": 0,
        "share_changed_school": None,
        "with_workers": 4,
        "three_workers": 2,
        "share_three_workers": Decimal("0.5"),
        "both": 1,
        "note": "schools not supplied",
    }
    about = "it is not known whether they belong to the long-term figure, or whether the placement held"
    assert run("stability", said, LATER, year=2024).notes == [
        f"5 children: {about}",
        "7 children have no worker episode, or none is supplied: in neither part of the rate",
        "schools are not supplied: no event of this ledger tells which school a child attends",
    ]
    (nobody,) = run("stability", cohort(), LATER, year=2024, by="authority").dicts()
    assert (nobody["with_workers"], nobody["share_three_workers"]) == (0, None)
    assert nobody["note"] == "no child with a worker episode: no share; schools not supplied"


def test_unconfirmed_children_are_told_of_once_the_year_has_ended() -> None:
    began = date(2024, 3, 25)
    ending = CareEpisodeEnded(occurred_on=date(2024, 3, 28), started_on=began, reason="X1")
    said = [start(began, "U", "U6"), Said("a", ending, began)]
    ended = run("stability", said, view("2024-03-31"), year=2024)
    assert ended.rows == []
    assert [note.split(":")[0] for note in ended.notes] == [
        "1 child looks looked after on 31 March but is not in the return for the year"
    ]
    assert run("stability", said, view("2024-03-27"), year=2024).notes == [
        "the year had not ended on the day of the reader: nobody can be in the cohort yet"
    ]
