"""Workers of a family and siblings who share one: the definitions, with answers worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ledger.domain.clock import view
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.family import FamilyGroupLinked, FamilyGroupUnlinked
from tests.projections.small import Said, journey_id, run

ON = view("2024-12-31")
BEGAN = date(2024, 1, 1)


def linked(*children: str, family: str = "F") -> list[Said]:
    return [
        Said(child, FamilyGroupLinked(occurred_on=BEGAN, family_id=family, kind="siblings"), BEGAN)
        for child in children
    ]


def held(
    child: str, worker: str, started: date = BEGAN, ended: date | None = None, pod: str | None = None
) -> list[Said]:
    said = [Said(child, WorkerAllocated(occurred_on=started, worker=worker, pod=pod), started)]
    if ended is not None:
        said.append(Said(child, WorkerDeallocated(occurred_on=ended, worker=worker, started_on=started), ended))
    return said


def rows(said: list[Said], **parameters: Any) -> dict[str, dict[str, Any]]:
    found = run("family-workers", said, ON, **parameters).dicts()
    return {row["child"]: row for row in found}


def test_distinct_workers_of_the_family_are_counted_once() -> None:
    said = [
        *linked("a", "b"),
        *held("a", "A", ended=date(2024, 6, 1)),
        *held("a", "B", date(2024, 6, 1)),
        *held("b", "B"),
    ]
    found = rows(said)
    assert [found[journey_id(child)]["family_workers"] for child in "ab"] == [2, 2]
    assert [found[journey_id(child)]["child_workers"] for child in "ab"] == [2, 1]
    assert found[journey_id("a")]["shares_worker"] is True


def test_a_window_leaves_out_workers_before_it() -> None:
    said = [
        *linked("a", "b"),
        *held("a", "A", ended=date(2024, 6, 1)),
        *held("a", "B", date(2024, 6, 1)),
        *held("b", "B"),
    ]
    assert rows(said, from_=date(2024, 6, 1))[journey_id("a")]["family_workers"] == 1


def test_siblings_of_one_pod_share_the_pod_and_not_the_worker() -> None:
    found = rows([*linked("a", "b"), *held("a", "A", pod="P1"), *held("b", "B", pod="P1")])
    row = found[journey_id("a")]
    assert (row["shares_worker"], row["shares_pod"], row["siblings_same_pod"]) == (False, True, 1)


def test_unknown_is_never_no() -> None:
    found = rows([*linked("a", "b"), *held("a", "A")])
    a, b = found[journey_id("a")], found[journey_id("b")]
    assert (a["shares_worker"], a["note"]) == (None, "no brother or sister with an allocated worker on the last day")
    assert (b["shares_worker"], b["note"]) == (None, "no allocated worker on the last day")
    none = rows(linked("a", "b"))[journey_id("a")]
    assert (none["family_workers"], none["note"]) == (None, "no allocated worker on record for the family")


def test_a_child_alone_has_no_siblings_to_share_with() -> None:
    row = rows([*linked("a"), *held("a", "A")])[journey_id("a")]
    assert (row["siblings"], row["shares_worker"], row["note"]) == (0, None, "no other child of the family on record")


def test_an_unlinked_child_is_no_longer_of_the_family() -> None:
    leaving = Said(
        "b", FamilyGroupUnlinked(occurred_on=date(2024, 9, 1), family_id="F", started_on=BEGAN), date(2024, 9, 1)
    )
    said = [*linked("a", "b"), *held("a", "A"), *held("b", "A"), leaving]
    assert set(rows(said)) == {journey_id("a")}
    assert set(rows(said, to=date(2024, 8, 1))) == {journey_id("a"), journey_id("b")}


def test_the_share_is_over_children_who_can_be_compared() -> None:
    said = [
        *linked("a", "b", "c"),
        *linked("e", "f", family="G"),
        *held("a", "A"),
        *held("b", "A"),
        *held("c", "C"),
        *held("e", "E"),
    ]
    (row,) = run("family-workers", said, ON, by="authority").dicts()
    assert (row["children"], row["families"], row["compared_by_worker"], row["sharing_a_worker"]) == (5, 2, 3, 2)
    assert row["share_sharing_a_worker"] == Decimal("0.666666666667")
    assert row["median_family_workers"] == Decimal("1.5")
