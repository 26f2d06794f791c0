"""Further districts of the synthetic authority: of one ledger with the first, and sharing nobody with it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ledger.application import create_ledger
from ledger.domain.checks import problems
from ledger.domain.envelope import LEDGER
from ledger.domain.events.base import Event
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.synthetic.authority import NAME, Plan, followed, tell_authority
from ledger.synthetic.loading import load
from ledger.synthetic.telling import Told

ENTRY_ID = "00000000-0000-4000-8000-000000000000"
FIRST = Plan(children=12, years=3, seed=7)
SECOND = Plan(children=12, years=3, seed=7, district=1)
THIRD = Plan(children=12, years=3, seed=7, district=11)
OF_ALL = {"SW9900", "SW9901", "SW9902", "SW9903"}
"""Who works for the whole authority: the front door, the reviewing officer, the conference chair, the practice lead."""


@pytest.fixture(scope="module")
def told() -> dict[int, list[Told]]:
    return {plan.district: tell_authority(plan) for plan in (FIRST, SECOND, THIRD)}


def event_of(one: Told) -> Event:
    return one.event(ENTRY_ID) if callable(one.event) else one.event


def ids(told: list[Told]) -> set[str]:
    """Every id of a child, family, pod, session or worker that stands anywhere in what is told."""
    found = set[str]()
    for one in told:
        stated = json.dumps([one.subject.id, one.by, event_of(one).model_dump(mode="json")])
        found.update(re.findall(r"\b(?:SYN|FAM|POD|SW)[-\w]*\d", stated))
    return found


def test_the_ids_of_the_first_are_those_of_an_authority_without_districts(told: dict[int, list[Told]]) -> None:
    patterns = r"SYN-\d{4}|FAM-\d{4}|POD-\d{2}(-G\d{3})?|SW\d{4}"
    assert [id_ for id_ in ids(told[0]) if not re.fullmatch(patterns, id_)] == []
    assert {"SYN-0001", "SYN-0012", "FAM-0001", "POD-01", "POD-02", "SW9001", *OF_ALL} <= ids(told[0])


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 11), (1, 11)])
def test_two_districts_share_nobody_but_who_works_for_the_whole_authority(
    told: dict[int, list[Told]], one: int, other: int
) -> None:
    assert ids(told[one]) & ids(told[other]) <= OF_ALL
    assert not {t.key for t in told[one]} & {t.key for t in told[other]}


def test_a_further_district_tells_other_stories(told: dict[int, list[Told]]) -> None:
    stories = [[type(event_of(t)) for t in told[number] if t.subject.kind == "journey"] for number in told]
    assert stories[0] != stories[1] != stories[2] != stories[0]
    assert followed(FIRST).cases[0].referred == followed(SECOND).cases[0].referred
    assert followed(FIRST).cases != followed(SECOND).cases


def test_a_further_district_is_as_sound_and_says_nothing_of_the_authority(told: dict[int, list[Told]]) -> None:
    assert [str(problem) for one in told[1] for problem in problems(event_of(one))] == []
    assert [one for one in told[0] if one.subject == LEDGER]
    assert not [one for one in told[1] if one.subject == LEDGER]


def test_districts_load_into_one_ledger_once(tmp_path: Path, told: dict[int, list[Told]]) -> None:
    with create_ledger(tmp_path / "ledger", authority=NAME) as ledger:
        size = ledger.head().size
        assert load(ledger, FIRST, told[0]) == len(told[0]) + 1  # and what the source covers
        assert load(ledger, SECOND, told[1]) == len(told[1])
        assert load(ledger, SECOND, told[1]) == 0
        assert ledger.head().size == size + 1 + len(told[0]) + len(told[1])
        declared = [entry for entry in ledger.entries(LEDGER) if entry.name == SourceCoverageDeclared.name]
        assert len(declared) == 1
        assert ledger.verify_self().findings == []
