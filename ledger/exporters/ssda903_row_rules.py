"""Rules that one row breaks by itself: a header, or an episode beside its child's header.

    [code for code, breaks in EPISODE.items() if breaks(case)]

A rule is a question asked of a `Person` or a `Case`; its sentence and its years are in the catalogue. Where the
validator reads a rule more strictly or less so than its sentence, so do we: what is told here is what it will say.
Birthdays of 29 February are on 28 February in other years, as the validator counts them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from ledger.domain.calendar import add_months
from ledger.domain.codes import code_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.exporters.ssda903 import EpisodeRow, HeaderRow

NEEDS = frozenset({"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"})
UPN = re.compile(r"[A-HJ-NP-RT-Z](?:\d{12}|\d{11}[A-Z])|UN[1-5]")
UPN_NOT_KNOWN = frozenset({"UN1", "UN2", "UN3", "UN4", "UN5"})
STARTS = frozenset({"S", "P", "L", "T", "U", "B"})
GOES_ON = "X1"
NEVER_IN_A_RETURN = frozenset({"E43", "E44"})
ADOPTED, SPECIAL_GUARDIANSHIP = frozenset({"E11", "E12"}), frozenset({"E45", "E46", "E47", "E48"})
SHORT_BREAKS = frozenset({"V3", "V4"})
TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
FOSTER = frozenset({"U1", "U2", "U3", "U4", "U5", "U6"})
ADOPTIVE = frozenset({"A3", "A4", "A5", "A6"})
ELSEWHERE = frozenset({"Z11", "Z12", "Z13", "Z14"})
NO_AGENCY = frozenset({"XXXXXXX"})
"""The URN of an agency that has none."""
LETTERS_FROM = 2025


@dataclass(frozen=True, slots=True)
class Person:
    """A child's header, and the year of the return."""

    row: HeaderRow
    year: int

    @property
    def begins(self) -> date:
        """The first day of the year."""
        return date(self.year - 1, 4, 1)

    @property
    def ends(self) -> date:
        """The last day of the year."""
        return date(self.year, 3, 31)

    @property
    def boy(self) -> bool:
        """Whether the sex is that of a boy, in the year's codes."""
        return ("M" if self.year >= LETTERS_FROM else "1") == self.row.SEX

    @property
    def girl(self) -> bool:
        """Whether the sex is that of a girl, in the year's codes."""
        return ("F" if self.year >= LETTERS_FROM else "2") == self.row.SEX

    def turns(self, years: int) -> date | None:
        """Return the birthday, or None where the day of birth is not known."""
        return None if self.row.DOB is None else add_months(self.row.DOB, 12 * years)


@dataclass(frozen=True, slots=True)
class Case:
    """An episode beside its child."""

    row: EpisodeRow
    child: Person

    @property
    def year(self) -> int:
        """The year of the return."""
        return self.child.year

    @property
    def last_day(self) -> date:
        """The day on which it ended, or the last of the year."""
        return self.row.DEC or self.child.ends

    @property
    def short_break(self) -> bool:
        """Whether it is a series of short breaks."""
        return self.row.LS in SHORT_BREAKS

    def under(self, years: int, place: str) -> bool:
        """Whether it began in a place before a birthday; told of an episode that ended alone."""
        return place == self.row.PLACE and self.row.DEC is not None and before(self.row.DECOM, self.child.turns(years))

    def longer(self, days: int, place: str) -> bool:
        """Whether it ended, in a place, after so many days; told of a child whose day of birth is known alone."""
        lasted = None if self.row.DEC is None else (self.row.DEC - self.row.DECOM).days
        return place == self.row.PLACE and self.child.row.DOB is not None and lasted is not None and lasted > days


def before(one: date | None, other: date | None) -> bool:
    """Whether both days are known and one is before the other."""
    return one is not None and other is not None and one < other


def by(one: date | None, other: date | None) -> bool:
    """Whether both days are known and one is not after the other."""
    return one is not None and other is not None and one <= other


@cache
def places_of(year: int) -> frozenset[str]:
    """Return the placements that the return of a year knows; the validator knows K3 from 2026 alone."""
    known = frozenset(code_list("placement-type").codes)
    return known - {"H5", "P2", "Z1"} if year >= 2026 else known - ELSEWHERE - {"K3"}


@cache
def without_urn(year: int) -> frozenset[str]:
    """Return the placements that have no URN."""
    always = frozenset({"P1", "P3", "R1", "R2", "R5"}) | TEMPORARY
    if year >= 2026:
        return always | ELSEWHERE
    gone = frozenset({"H5", "P2"}) if year <= 2023 else frozenset({"P2"} if year == 2024 else ())
    return always | {"Z1"} | gone


@cache
def without_provider(year: int) -> frozenset[str]:
    """Return the placements of which the provider may be missing."""
    return TEMPORARY | (ELSEWHERE if year >= 2026 else {"Z1"})


@cache
def endings() -> frozenset[str]:
    """Return the reasons that end care."""
    return frozenset(code_list("episode-end-reason").codes) - NEVER_IN_A_RETURN - {GOES_ON}


def _wrong_provider(case: Case) -> bool:
    """Whether the provider is on no list, or is given for a placement that has none; T4 may have one from 2026."""
    row = case.row
    has_none = without_provider(case.year) - ({"T4"} if case.year >= 2026 else set())
    return row.PLACE_PROVIDER is not None and (
        row.PLACE_PROVIDER not in code_list("placement-provider") or row.PLACE in has_none
    )


def _needs_urn(case: Case) -> bool:
    row = case.row
    return row.URN is None and row.PLACE not in without_urn(case.year) | ({"H5"} if case.year <= 2024 else set())


def _moved_nowhere(row: EpisodeRow) -> bool:
    return (row.HOME_POST or "").upper() == (row.PL_POST or "").upper()


def _mother_not_told(case: Case) -> bool:
    row, child = case.row, case.child
    ceased = row.REC not in (None, GOES_ON) and row.DEC is not None and child.begins <= row.DEC <= child.ends
    return ceased and not case.short_break and child.girl and child.row.MOTHER is None


HEADER: Mapping[str, Callable[[Person], bool]] = {
    "101": lambda c: c.row.SEX not in (("M", "F", "U") if c.year >= LETTERS_FROM else ("1", "2")),
    "102": lambda c: c.row.DOB is None,
    "103": lambda c: c.row.ETHNIC is None or c.row.ETHNIC not in code_list("ethnicity"),
    "168": lambda c: c.row.UPN is not None and not UPN.fullmatch(c.row.UPN),
    "174": lambda c: c.boy and c.row.MC_DOB is not None,
    "209": lambda c: c.row.UPN == "UN1" and by(c.turns(4), date(c.year - 2, 8, 31)),
    "232": lambda c: c.row.SEX == "U",
    "301": lambda c: before(c.ends, c.row.DOB),
    "351": lambda c: before(c.turns(25), c.begins),
    "611": lambda c: c.row.MOTHER == "1" and c.row.MC_DOB is None,
    "612": lambda c: c.row.MOTHER != "1" and c.girl and c.row.MC_DOB is not None,
    "620": lambda c: c.row.MOTHER == "1" and before(c.begins, c.turns(11)),
    "621": lambda c: c.row.MC_DOB is not None and not before(c.row.DOB, c.row.MC_DOB),
}

EPISODE: Mapping[str, Callable[[Case], bool]] = {
    "143": lambda c: c.row.RNE is not None and c.row.RNE not in STARTS,
    "144": lambda c: c.row.LS is not None and c.row.LS not in code_list("legal-status"),
    "145": lambda c: c.row.CIN is not None and c.row.CIN not in NEEDS,
    "146": lambda c: c.row.PLACE is not None and c.row.PLACE not in places_of(c.year),
    "148": lambda c: (c.row.DEC is None) != (c.row.REC is None),
    "149": lambda c: c.row.REC is not None and c.row.REC not in endings() | {GOES_ON},
    "169": lambda c: not c.short_break and c.row.PL_POST is None,
    "178": _wrong_provider,
    "179": lambda c: not c.short_break and c.row.PL_POST is None,
    "210": lambda c: c.child.row.UPN == "UN4" and date(c.year, 3, 24) <= c.row.DECOM,
    "213": lambda c: (
        c.row.PLACE in TEMPORARY | (ELSEWHERE if c.year >= 2026 else set()) and c.row.PLACE_PROVIDER is not None
    ),
    "214": lambda c: c.short_break and (c.row.PL_POST is not None or c.row.URN is not None),
    "217": lambda c: (
        c.row.PLACE in ("A3", "A5") and date(2015, 4, 1) <= c.row.DECOM and c.row.RNE not in ("S", "T", "U")
    ),
    "217t": lambda c: c.row.PLACE == "P2" and (c.row.DEC is None or date(2023, 10, 28) < c.row.DEC),
    "218": _needs_urn,
    "222": lambda c: c.row.PLACE in without_urn(c.year) and c.row.URN is not None and c.row.URN not in NO_AGENCY,
    "230": lambda c: (
        c.row.PLACE == "H5"
        and (c.row.DEC is None or date(2023, 10, 29) <= c.row.DEC)
        and (c.row.URN is None or c.row.URN in NO_AGENCY)
    ),
    "233": lambda c: c.row.DEC is None and c.row.REASON_PLACE_CHANGE is not None,
    "234": lambda c: c.row.REASON_PLACE_CHANGE == "CUSTOD" and before(c.row.DECOM, c.child.turns(10)),
    "242": lambda c: c.row.URN in NO_AGENCY and c.row.PLACE not in ADOPTIVE | FOSTER,
    "352": lambda c: c.row.RNE == "S" and by(c.child.turns(18), c.row.DECOM),
    "353": lambda c: date(1991, 10, 14) > c.row.DECOM,
    "355": lambda c: c.row.DECOM == c.row.DEC,
    "356": lambda c: before(c.row.DEC, c.row.DECOM),
    "358": lambda c: c.row.LS in ("J1", "J2", "J3") and by(c.row.DECOM, c.child.turns(10)),
    "359": lambda c: (
        c.row.DEC is None and before(c.child.turns(18), c.child.ends) and (c.row.LS, c.row.PLACE) != ("V2", "K2")
    ),
    "365": lambda c: c.row.LS == "V3" and c.last_day > c.row.DECOM + timedelta(days=17),
    "366": lambda c: c.row.LS == "V3" and c.row.RNE != "S",
    "370": lambda c: c.under(16 if c.year >= 2024 else 15, "P2"),
    "371": lambda c: c.under(16 if c.year >= 2024 else 14, "K3" if c.year >= 2025 else "H5"),
    "372": lambda c: c.under(10, "R5"),
    "373": lambda c: c.under(4, "S1"),
    "374": lambda c: c.under(14, "P3"),
    "375": lambda c: c.longer(42, "T1"),
    "376": lambda c: c.longer(21, "T3"),
    "378": lambda c: c.row.PLACE == "P1" and c.row.LS == "V2",
    "379": lambda c: c.longer(7, "T4"),
    "380": lambda c: c.row.PLACE in TEMPORARY and c.row.RNE not in ("P", "B"),
    "381": lambda c: c.row.PLACE in TEMPORARY and c.row.REC not in (None, GOES_ON),
    "382": lambda c: c.short_break and c.row.PLACE in TEMPORARY,
    "384": lambda c: c.short_break and c.row.PLACE in ("U1", "U4"),
    "386": lambda c: c.row.REC in ADOPTED and by(c.child.turns(18), c.row.DEC),
    "387": lambda c: c.row.REC in ("E5", "E6") and c.row.DEC is not None and not by(c.child.turns(14), c.row.DEC),
    "389": lambda c: c.row.REC == "E7" and not by(c.child.turns(16), c.row.DEC),
    "390": lambda c: c.row.REC in ADOPTED and c.row.PLACE not in ADOPTIVE,
    "392b": lambda c: not c.short_break and (c.row.HOME_POST is None or c.row.PL_POST is None),
    "392d": lambda c: c.row.PLACE != "P1" and c.row.PL_POST is not None and _moved_nowhere(c.row),
    "398": lambda c: c.short_break and (c.row.HOME_POST is not None or c.row.PL_POST is not None),
    "407": lambda c: c.row.REC in SPECIAL_GUARDIANSHIP and before(c.child.turns(18), c.row.DEC),
    "408": lambda c: c.row.PLACE in ("A5", "A6") and c.row.LS != "E1",
    "420": lambda c: c.short_break and c.row.PL_POST is not None,
    "445": lambda c: c.row.LS == "D1" and date(2005, 12, 31) < c.row.DECOM,
    "446": lambda c: c.row.LS == "E1" and date(2005, 12, 1) > c.row.DECOM,
    "451": lambda c: c.row.LS == "D1" and c.row.DEC is None and c.row.REC is None,
    "460": lambda c: c.row.REC == "E17" and before(c.row.DEC, c.child.turns(18)),
    "516": lambda c: c.row.REC in ("E45", "E46") and c.row.PLACE not in FOSTER,
    "526": lambda c: c.row.PLACE not in without_provider(c.year) and c.row.PLACE_PROVIDER is None,
    "527": lambda c: c.row.PLACE in ("P1", "R2", "R5") and c.row.PLACE_PROVIDER == "PR1",
    "528": lambda c: c.row.PLACE in ("P1", "R2", "R5") and c.row.PLACE_PROVIDER == "PR2",
    "529": lambda c: c.row.PLACE in ADOPTIVE | FOSTER | {"K1", "K2", "P1"} and c.row.PLACE_PROVIDER == "PR3",
    "530": lambda c: c.row.PLACE == "P1" and c.row.PLACE_PROVIDER == "PR4",
    "531": lambda c: c.row.PLACE == "P1" and c.row.PLACE_PROVIDER == "PR5",
    "550": lambda c: c.row.PLACE != "P1" and c.row.PLACE_PROVIDER == "PR0",
    "607": _mother_not_told,
    "1009": lambda c: (
        c.row.REASON_PLACE_CHANGE is not None and c.row.REASON_PLACE_CHANGE not in code_list("placement-change-reason")
    ),
    "1015": lambda c: (
        c.row.PLACE_PROVIDER == "PR1"
        and c.row.PLACE is not None
        and not c.short_break
        and c.row.PL_POST is None
        and c.row.PLACE not in ADOPTIVE | FOSTER | ({"K3"} if c.year >= 2026 else set())
    ),
}
