"""The way of one synthetic child through social care: stages with their days, drawn before anything is told.

    referral -> assessment -> (in need | protection | looked after)* -> care leaver | closed -> perhaps again

Half-open periods; `ends` None means that the stage is open when the authority's time closes. Shares and lengths are
plausible, not measured: nothing here stands for any real authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

Kind = Literal["assessment", "in need", "protection", "looked after", "care leaver"]
ADULT = 18

LENGTHS: dict[Kind, tuple[int, int]] = {
    "assessment": (24, 66),
    "in need": (90, 330),
    "protection": (150, 420),
    "looked after": (300, 1500),
    "care leaver": (5000, 5001),
}
"""Shortest and longest stage, in days."""

NEXT: dict[Kind, tuple[tuple[Kind | None, int], ...]] = {
    "assessment": ((None, 20), ("in need", 40), ("protection", 25), ("looked after", 15)),
    "in need": ((None, 60), ("protection", 25), ("looked after", 15)),
    "protection": (("in need", 65), ("looked after", 25), (None, 10)),
    "looked after": ((None, 45), ("in need", 55)),
    "care leaver": ((None, 1),),
}
"""What follows a stage, with weights; None is closure."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a case, from `starts` until the day before `ends`."""

    kind: Kind
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """One time the case was open: referred, perhaps not taken on, staged, perhaps closed."""

    contacted: date
    referred: date
    stages: tuple[Stage, ...]
    closed: date | None


@dataclass(frozen=True, slots=True)
class Child:
    """One synthetic child. `born` can lie after the first referral: the case began before birth."""

    id: str
    name: str
    sex: str
    ethnicity: str
    born: date
    family: str
    cases: tuple[Case, ...]

    def age(self, on: date) -> int:
        """Whole years on a day."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


def workday(on: date) -> date:
    """Return the day itself, or the Monday after where it falls on a weekend."""
    return on + timedelta(days=8 - on.isoweekday() if on.isoweekday() > 5 else 0)


def draw_cases(random: Random, *, born: date, referred: date, closes: date) -> tuple[Case, ...]:
    """Draw the cases of a child first referred on a day; after a closure there may be a re-referral.

    A referral so late that its assessment would begin after the close is left out: it would be a case of no stage.
    """
    cases: list[Case] = []
    while workday(workday(referred) + timedelta(days=1)) < closes:
        case = _case(random, born, workday(referred), closes)
        cases.append(case)
        if case.closed is None or random.random() > 0.25:
            break
        referred = case.closed + timedelta(days=random.randrange(40, 420))
        if (referred - born).days >= ADULT * 365:
            break
    return tuple(cases)


def _case(random: Random, born: date, referred: date, closes: date) -> Case:
    adult = date(born.year + ADULT, born.month, min(born.day, 28))
    stages: list[Stage] = []
    kind: Kind | None = "assessment"
    starts = workday(referred + timedelta(days=1))
    while kind is not None and starts < closes:
        shortest, longest = LENGTHS[kind]
        ends = workday(starts + timedelta(days=random.randrange(shortest, longest)))
        follows = random.choices(*zip(*NEXT[kind], strict=True))[0]
        if kind == "looked after" and starts < adult <= ends:
            ends, follows = adult, "care leaver"
        elif kind not in ("looked after", "care leaver") and starts < adult <= ends:
            ends, follows = workday(adult), None
        stages.append(Stage(kind, starts, ends if ends < closes else None))
        if ends >= closes:
            return Case(workday(referred), referred, tuple(stages), None)
        kind, starts = follows, ends
    return Case(workday(referred), referred, tuple(stages), starts if kind is None else None)
