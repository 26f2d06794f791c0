"""A whole synthetic authority: its pods, its children, and everything told of them, in the order it was written down.

    >>> told = tell_authority(Plan(children=40, years=3, seed=2015))
    >>> told == tell_authority(Plan(children=40, years=3, seed=2015))
    True

What is told of one plan is held in memory whole, about 1.5 KB an entry. A larger authority is told one district after
another: plans that differ in their `district` share no child, family, worker or pod, and load into one ledger.

It closes on a fixed day in the past, so that the same plan gives the same record on any day it is built.
Not here: the ledger (`loading`), and any real child, worker or place: every id and name says that it is synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from ledger.domain.envelope import child as journey_of
from ledger.domain.events.family import FamilyGroupLinked
from ledger.domain.events.identity import ChildBorn, ChildRegistered
from ledger.synthetic.afterthoughts import tell_afterthoughts
from ledger.synthetic.allocations import Caseloads
from ledger.synthetic.care import tell_care
from ledger.synthetic.chapters import (
    FRONT_DOOR,
    tell_assessment,
    tell_care_plan,
    tell_closing,
    tell_front_door,
    tell_in_need,
    tell_leaving,
    tell_protection,
    tell_step,
)
from ledger.synthetic.holding import tell_holding
from ledger.synthetic.pathway import Child, draw_cases, workday
from ledger.synthetic.pods import tell_groups, tell_model, tell_pods
from ledger.synthetic.practice import Held, tell_practice
from ledger.synthetic.staff import draw_staff
from ledger.synthetic.story import tell_story
from ledger.synthetic.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.synthetic.staff import Staff
    from ledger.synthetic.telling import Told

NAME = "Testshire (synthetic)"
CLOSES = date(2025, 4, 1)
"""The day before which everything is written: the authority's records end with the social-care year to March 2025."""
ETHNICITIES = ("WBRI",) * 7 + ("MWBC", "BAFR", "ABAN", "WOTH", "MOTH")


@dataclass(frozen=True, slots=True)
class Plan:
    """How big an authority to make, and from which seed.

    `district` 0 is the authority itself. 1, 2 ... are further districts of it: other children in other pods under the
    same heads of service, of whom the authority's own stream says nothing more.
    """

    children: int = 40
    years: int = 3
    seed: int = 2015
    district: int = 0

    @property
    def opens(self) -> date:
        """The first day of the authority's records."""
        return date(CLOSES.year - self.years, CLOSES.month, CLOSES.day)

    @property
    def mark(self) -> str:
        """What stands in the ids of a further district, before the number."""
        return f"D{self.district}-" if self.district else ""

    @property
    def chance(self) -> int | str:
        """What everything is drawn from: the seed, and for a further district its number."""
        return f"{self.seed}/{self.district}" if self.district else self.seed


def tell_authority(plan: Plan) -> list[Told]:
    """Return everything told of the authority, in the order in which it was written down."""
    random = Random(plan.chance)
    staff = draw_staff(random, children=plan.children, opens=plan.opens, closes=CLOSES, mark=plan.mark)
    loads = Caseloads(staff, random)
    tellers: dict[str, Teller] = {}
    held: dict[str, list[Held]] = {}
    pods: dict[str, str] = {}
    for child in _children(plan, random):
        teller = Teller(journey_of(child.id), Random(f"{plan.chance}:{child.id}"), CLOSES)
        held[child.id] = _tell_child(teller, child, staff, loads, pods)
        tellers[child.id] = teller
    streams = tell_pods(staff, random, plan.opens, CLOSES)
    if plan.district == 0:
        streams.append(tell_model(random, plan.opens, CLOSES))
    tellers |= {teller.subject.id: teller for teller in streams}
    tell_groups(tellers, held, staff, random)
    for number, child_id in enumerate(held):
        tell_afterthoughts(tellers[child_id], every=number == 0)
    told = [one for teller in tellers.values() for one in teller.told]
    return sorted(told, key=lambda one: (one.written_at, one.key))


def _children(plan: Plan, random: Random) -> Iterator[Child]:
    """Draw the children: every fifth or so has a sibling drawn just before, of the same family and referral."""
    referred, family, number = plan.opens, 0, 0
    span = (CLOSES - plan.opens).days
    while number < plan.children:
        sibling = number > 1 and random.random() < 0.25
        if not sibling:
            family += 1
            referred = workday(plan.opens + timedelta(days=5 + random.randrange(int(span * 0.75))))
        number += 1
        if number == 1:
            # The first child is the one the demonstration follows: referred early, and looked after in the end.
            yield followed(plan)
            continue
        unborn = random.random() < 0.06
        born = referred - timedelta(days=-random.randrange(40, 120) if unborn else random.randrange(20, 16 * 365))
        yield Child(
            id=f"SYN-{plan.mark}{number:04}",
            name=f"Synthetic Child {number}",
            sex=random.choice("MF"),
            ethnicity=random.choice(ETHNICITIES),
            born=born,
            family=f"FAM-{plan.mark}{family:04}",
            cases=draw_cases(random, born=born, referred=referred, closes=CLOSES),
        )


def followed(plan: Plan) -> Child:
    """Return the first child: nine years old, with a case through every stage, drawn until it has them."""
    referred = workday(plan.opens + timedelta(days=40))
    born = referred - timedelta(days=9 * 365)
    for attempt in range(10_000):
        cases = draw_cases(Random(f"{plan.chance}:first:{attempt}"), born=born, referred=referred, closes=CLOSES)
        kinds = [stage.kind for stage in cases[0].stages]
        if kinds[:4] == ["assessment", "in need", "protection", "looked after"] or plan.years < 2:
            break
    mark = plan.mark
    return Child(f"SYN-{mark}0001", "Synthetic Child 1", "F", "WBRI", born, f"FAM-{mark}0001", cases)


def _tell_child(teller: Teller, child: Child, staff: Staff, loads: Caseloads, pods: dict[str, str]) -> list[Held]:
    """Tell one child's whole journey and return who held it."""
    first = child.cases[0].contacted
    _tell_registration(teller, child, first)
    held = []
    for case in child.cases:
        spells = loads.spells(case, CLOSES, pod=pods.get(child.family))
        if spells:
            pods.setdefault(child.family, spells[0].worker.pod)
        one = Held(child, case.stages, spells, staff, min(CLOSES, case.closed or CLOSES))
        held.append(one)
        tell_front_door(teller, one, case)
        tell_holding(teller, one, closed=case.closed is not None)
        plans = 0
        for place, stage in enumerate(case.stages):
            follows = case.stages[place + 1].kind if place + 1 < len(case.stages) else None
            if stage.kind == "assessment":
                tell_assessment(teller, one, stage, follows)
            elif stage.kind == "in need":
                tell_in_need(teller, one, stage)
            elif stage.kind == "protection":
                tell_protection(teller, one, stage, previous=plans)
                plans += 1
            elif stage.kind == "looked after":
                tell_care(teller, one, stage)
                tell_care_plan(teller, one, stage)
            else:
                tell_leaving(teller, one, stage)
            if follows is not None:
                tell_step(teller, one, stage, follows)
        tell_practice(teller, one)
        tell_story(teller, one)
        tell_closing(teller, one, case)
    return held


def _tell_registration(teller: Teller, child: Child, on: date) -> None:
    unborn = child.born > on
    registered = ChildRegistered(
        occurred_on=on,
        child_id=child.id,
        child_name=child.name,
        sex=None if unborn else child.sex,
        ethnicity=None if unborn else child.ethnicity,
        born=None if unborn else f"{child.born:%Y-%m}",
        birth_date=None if unborn else child.born,
        expected_birth=f"{child.born:%Y-%m}" if unborn else None,
        expected_birth_date=child.born if unborn else None,
    )
    teller.tell(registered, by=FRONT_DOOR, prompt=True)
    if unborn and child.born < CLOSES:
        born = ChildBorn(occurred_on=child.born, born=f"{child.born:%Y-%m}", birth_date=child.born, sex=child.sex)
        teller.tell(born, by=FRONT_DOOR, lag=2)
    linked = FamilyGroupLinked(occurred_on=on, family_id=child.family, kind="siblings")
    teller.tell(linked, by=FRONT_DOOR, prompt=True)
