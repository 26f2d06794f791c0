"""For how long a record is kept: rules as dated data, and when a record is due to be erased by them.

    >>> due(facts, date(2100, 1, 1), {"child_in_need": 6}).due_on                            # doctest: +SKIP

A record falls under the first kind it belongs to: adoption, looked after, child protection, child in need. Within the
kind the rule in effect on the day of asking counts. Counting uses only what is coded: of a birth the last day of its
month counts, and a death is before 18 only where it surely is. What is missing makes a due day `not known`, never a
guess; a record that falls under no rule is said to.

A rule says whether its wording was confirmed at its source. Local schedules are the authority's own ([retention] in
ledger.toml). Not here: legal holds (`holds`), which stand in the way
of any due day, and how facts are folded from entries (`retention_facts`).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["adopted", "looked after", "looked after, died before 18", "child protection", "child in need"]
From = Literal["birth", "death", "adoption order", "last closure"]
Nation = Literal["England", "Wales"]
State = Literal["due", "not yet due", "open", "no rule", "not known"]
MAJORITY = 18


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: for records of a kind, so many years counted from something, in effect in [from, until).

    `years` is None where the authority's own schedule says it, in the line `schedule` of [retention].
    """

    id: str
    nation: Nation | None
    kind: Kind
    counted_from: From
    years: int | None
    effective_from: date | None
    source: str
    status: Literal["confirmed", "unconfirmed", "local"]
    schedule: str | None = None
    effective_until: date | None = None

    def applies(self, kind: str, nation: Nation, on: date) -> bool:
        """Whether this is the rule for a kind of record, in a nation, on a day."""
        begun = self.effective_from is None or self.effective_from <= on
        ended = self.effective_until is not None and self.effective_until <= on
        return self.kind == kind and self.nation in (None, nation) and begun and not ended


_CARE_ENGLAND = "Care Planning, Placement and Case Review (England) Regulations 2010 (SI 2010/959), reg. 50"
_CARE_WALES = "Care Planning, Placement and Case Review (Wales) Regulations 2015 (SI 2015/1818), reg. 64"
_ADOPTION_ENGLAND = "SI 2005/888 (adoption records, England)"
_ADOPTION_WALES = "SI 2005/2689 (adoption records, Wales), explanatory note"
_LOCAL = "the authority's own schedule"
_2005, _2011, _2016 = date(2005, 12, 30), date(2011, 4, 1), date(2016, 4, 6)

RULES: tuple[Rule, ...] = (
    Rule("adoption-england", "England", "adopted", "adoption order", 100, _2005, _ADOPTION_ENGLAND, "unconfirmed"),
    Rule("adoption-wales", "Wales", "adopted", "adoption order", 100, _2005, _ADOPTION_WALES, "confirmed"),
    Rule("looked-after-england", "England", "looked after", "birth", 75, _2011, _CARE_ENGLAND, "unconfirmed"),
    Rule("looked-after-wales", "Wales", "looked after", "birth", 75, _2016, _CARE_WALES, "confirmed"),
    Rule(
        "looked-after-died-england",
        "England",
        "looked after, died before 18",
        "death",
        15,
        _2011,
        _CARE_ENGLAND,
        "unconfirmed",
    ),
    Rule(
        "looked-after-died-wales",
        "Wales",
        "looked after, died before 18",
        "death",
        15,
        _2016,
        _CARE_WALES,
        "confirmed",
    ),
    Rule("child-protection", None, "child protection", "last closure", None, None, _LOCAL, "local", "child_protection"),
    Rule("child-in-need", None, "child in need", "last closure", None, None, _LOCAL, "local", "child_in_need"),
)
"""`confirmed`: the wording was read at its source. `unconfirmed`: from memory. Days of effect are from memory too."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What retention needs to know of a record. A day is None where it is not known, or did not happen."""

    born: str | None = None
    died: bool = False
    died_on: date | None = None
    adopted: bool = False
    adopted_on: date | None = None
    looked_after: bool = False
    protected: bool = False
    in_need: bool = False
    closed_on: date | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When a record is due: the rule, what it is counted from in words, the day, and how that stands."""

    state: State
    rule: Rule | None = None
    counted_from: str | None = None
    due_on: date | None = None
    years: int | None = None


def due(facts: RecordFacts, on: date, schedule: Mapping[str, int], nation: Nation = "England") -> Due:
    """Return when a record is due to be erased, asked on a day; `schedule` is the authority's own, {line: years}."""
    kind = _kind(facts)
    if kind == "unclear":
        return Due("not known", counted_from="death: not known whether before 18")
    rule = next((rule for rule in RULES if rule.applies(kind, nation, on)), None)
    if rule is None:
        return Due("no rule")
    years = rule.years if rule.schedule is None else schedule.get(rule.schedule)
    if years is None:
        return Due("no rule", rule, f"{rule.counted_from}: no line {rule.schedule} under [retention]")
    if rule.counted_from == "last closure" and facts.open:
        return Due("open", rule, "last closure: the case is open", years=years)
    told, due_on = _counted(facts, rule.counted_from, years)
    if due_on is None:
        return Due("not known", rule, f"{rule.counted_from}: not known", years=years)
    return Due("due" if due_on <= on else "not yet due", rule, told, due_on, years)


def anniversary(day: date, years: int) -> date:
    """Return the day so many whole years later; that of 29 February is 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def latest_birthday(born: str, years: int) -> date:
    """Return the last day on which somebody born in a month (YYYY-MM) can have that birthday."""
    year, month = int(born[:4]) + years, int(born[5:])
    return date(year, month, monthrange(year, month)[1])


def _kind(facts: RecordFacts) -> Kind | Literal["unclear", "none"]:
    if facts.adopted:
        return "adopted"
    if facts.looked_after:
        return _looked_after(facts)
    if facts.protected:
        return "child protection"
    return "child in need" if facts.in_need else "none"


def _looked_after(facts: RecordFacts) -> Kind | Literal["unclear"]:
    """Say whether somebody looked after surely died before 18: within the month of that birthday it is not sure."""
    if not facts.died:
        return "looked after"
    if facts.died_on is None or facts.born is None:
        return "unclear"
    earliest = date(int(facts.born[:4]) + MAJORITY, int(facts.born[5:]), 1)
    return "looked after, died before 18" if facts.died_on < earliest else "looked after"


def _counted(facts: RecordFacts, counted_from: From, years: int) -> tuple[str | None, date | None]:
    """Return what is counted from, in words, and the day so many years on."""
    if counted_from == "birth":
        return (None, None) if facts.born is None else (f"birth {facts.born}", latest_birthday(facts.born, years))
    days = {"death": facts.died_on, "adoption order": facts.adopted_on, "last closure": facts.closed_on}
    day = days[counted_from]
    return (None, None) if day is None else (f"{counted_from} {day}", anniversary(day, years))
