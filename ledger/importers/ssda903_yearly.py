"""The tables of a return whose meaning depends on its year or its collection, and all its tables together.

OC2 and OC3 are observations of one reporting year. A DUC after the collection is an expectation, not an end.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ledger.domain.events.care import AnnualHealthAndOutcomesReported
from ledger.domain.events.identity import UASCStatusCeased, UASCStatusSet
from ledger.domain.events.leaving import CareLeaverContactReported
from ledger.importers.cells import between, code, flag, uk_date
from ledger.importers.shapes import Field, Spec
from ledger.importers.ssda903_tables import (
    ADOPTION,
    EPISODES,
    HEADER,
    LIBERTY,
    MISSING,
    PLACED_FOR_ADOPTION,
    PREVIOUS_PERMANENCE,
    REVIEWS,
    SEX,
    WORKERS,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def specs(year_ending: date, collected_on: date) -> dict[str, Spec]:
    """Return the specs of a return by table, in the order in which they are read."""
    return {
        spec.table: spec
        for spec in (
            HEADER,
            EPISODES,
            REVIEWS,
            _uasc(collected_on),
            _health(year_ending),
            _care_leavers(year_ending),
            ADOPTION,
            PLACED_FOR_ADOPTION,
            PREVIOUS_PERMANENCE,
            MISSING,
            WORKERS,
            LIBERTY,
        )
    }


def _uasc(collected_on: date) -> Spec:
    """UASC: a DUC after the collection is when the status is expected to end; until then it continues."""

    def past(cell: str) -> date | None:
        return on if (on := uk_date(cell)) <= collected_on else None

    def future(cell: str) -> date | None:
        return on if (on := uk_date(cell)) > collected_on else None

    return Spec(
        table="uasc",
        event=UASCStatusSet,
        key=(),
        fields=(Field("SEX", "sex", SEX),),
        open_fields=(Field("DUC", "expected_end_on", future),),
        end=UASCStatusCeased,
        end_on=Field("DUC", "occurred_on", past),
        constants={"precision": "unknown"},
        also=("DOB",),
    )


def _health(year_ending: date) -> Spec:
    """OC2: one observation a child and reporting year, about the whole of it."""
    flags = {
        "CONVICTED": "convicted",
        "HEALTH_CHECK": "health_check",
        "IMMUNISATIONS": "immunisations",
        "TEETH_CHECK": "teeth_check",
        "HEALTH_ASSESSMENT": "health_assessment",
        "SUBSTANCE_MISUSE": "substance_misuse",
        "INTERVENTION_RECEIVED": "intervention_received",
        "INTERVENTION_OFFERED": "intervention_offered",
    }
    return Spec(
        table="oc2",
        event=AnnualHealthAndOutcomesReported,
        key=("reporting_year",),
        fields=(
            Field("SDQ_SCORE", "sdq_score", between(0, 99, "expected a score from 0 to 40, found another number.")),
            Field("SDQ_REASON", "sdq_reason"),
            *(Field(column, name, flag) for column, name in flags.items()),
        ),
        constants={"reporting_year": year_ending.year, **_whole_year(year_ending)},
        also=("DOB",),
    )


def _care_leavers(year_ending: date) -> Spec:
    """OC3: one report a care leaver and reporting year, dated at the birthday inside it."""
    return Spec(
        table="oc3",
        event=CareLeaverContactReported,
        key=("reporting_year",),
        fields=(
            Field("DOB", "occurred_on", _birthday_in(year_ending)),
            Field("IN_TOUCH", "in_touch", code, required=True),
            Field("ACTIV", "activity"),
            Field("ACCOM", "accommodation"),
        ),
        constants={"reporting_year": year_ending.year},
    )


def _whole_year(year_ending: date) -> dict[str, Any]:
    until = year_ending + timedelta(days=1)
    return {"occurred_on": until.replace(year=until.year - 1), "occurred_until": until}


def _birthday_in(year_ending: date) -> Callable[[str], date]:
    """Return a reader of a day of birth as its birthday in the year ending on `year_ending`."""

    def read(cell: str) -> date:
        born = uk_date(cell)
        before = (born.month, born.day) > (year_ending.month, year_ending.day)
        year = year_ending.year - 1 if before else year_ending.year
        leap_day = (born.month, born.day) == (2, 29) and not isleap(year)
        return date(year, 3, 1) if leap_day else born.replace(year=year)

    return read
