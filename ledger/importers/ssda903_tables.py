"""The tables of the annual SSDA903 return that mean the same every year: one `Spec` a table, with the events it gives.

The mapping is told row by row in docs/IMPORT.md. Code sets of 2017 to 2026 are read alike: sex 1 and 2 are M and F.
Dates are dd/mm/yyyy.
"""

from __future__ import annotations

from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import (
    AdoptionDecisionMade,
    AdoptionDecisionReversed,
    AdoptionMatched,
    CareEpisodeEnded,
    CareEpisodeStarted,
    DeprivationOfLibertyEnded,
    DeprivationOfLibertyStarted,
    LookedAfterReviewHeld,
    MissingEnded,
    MissingStarted,
)
from ledger.domain.events.identity import ChildRegistered, PreviousPermanenceRecorded
from ledger.importers.cells import between, flag, text, translated, uk_date, worker_id
from ledger.importers.partial_dates import partial_date, partial_precision, partial_text
from ledger.importers.shapes import Field, Spec

FILE_NAMES = {
    "header": "header",
    "episodes": "episodes",
    "reviews": "reviews",
    "uasc": "uasc",
    "oc2": "oc2",
    "oc3": "oc3",
    "ad1": "ad1",
    "missing": "missing",
    "placedforadoption": "placed_for_adoption",
    "placedadoption": "placed_for_adoption",
    "previouspermanence": "previous_permanence",
    "prevperm": "previous_permanence",
    "swepisodes": "sw_episodes",
    "socialworker": "sw_episodes",
    "dolo": "dolo",
}
"""Letters and digits of a file's name, without a year, and the table it holds."""

SEX = translated({"1": "M", "2": "F"})


def year_and_month(cell: str) -> str:
    """Read a date as its year and month: 2012-05."""
    return f"{uk_date(cell):%Y-%m}"


HEADER = Spec(
    table="header",
    event=ChildRegistered,
    key=(),
    fields=(
        Field("CHILD", "child_id", text, required=True),
        Field("SEX", "sex", SEX),
        Field("DOB", "birth_date", uk_date),
        Field("DOB", "born", year_and_month),
        Field("ETHNIC", "ethnicity"),
        Field("UPN", "upn", text),
        Field("MOTHER", "mother", flag),
        Field("MC_DOB", "own_child_birth_date", uk_date),
    ),
    constants={"precision": "unknown"},
)

EPISODES = Spec(
    table="episodes",
    event=CareEpisodeStarted,
    key=("occurred_on",),
    fields=(
        Field("DECOM", "occurred_on", uk_date, required=True),
        Field("RNE", "reason", required=True),
        Field("LS", "legal_status", required=True),
        Field("CIN", "need"),
        Field("PLACE", "placement"),
        Field("PLACE_PROVIDER", "provider"),
        Field("URN", "urn"),
        Field("HOME_POST", "home_postcode", text),
        Field("PL_POST", "placement_postcode", text),
    ),
    open_fields=(Field("REC", "reported_end_reason"), Field("REASON_PLACE_CHANGE", "reported_change_reason")),
    end=CareEpisodeEnded,
    end_on=Field("DEC", "occurred_on", uk_date),
    end_key=("started_on",),
    end_fields=(Field("REC", "reason"), Field("REASON_PLACE_CHANGE", "change_reason")),
    also=("DOB",),
)

REVIEWS = Spec(
    table="reviews",
    event=LookedAfterReviewHeld,
    key=("occurred_on",),
    fields=(Field("REVIEW", "occurred_on", uk_date, required=True), Field("REVIEW_CODE", "participation")),
    also=("DOB",),
)

ADOPTION = Spec(
    table="ad1",
    event=AdoptionMatched,
    key=("occurred_on",),
    fields=(
        Field("DATE_MATCH", "occurred_on", uk_date, required=True),
        Field("DATE_INT", "decided_on", uk_date),
        Field("FOSTER_CARE", "foster_carer", flag),
        Field("NB_ADOPTR", "adopters", between(0, 9, "expected how many adopters, found another number.")),
        Field("SEX_ADOPTR", "adopters_sex"),
        Field("LS_ADOPTR", "adopters_status"),
    ),
    also=("DOB",),
)

PLACED_FOR_ADOPTION = Spec(
    table="placed_for_adoption",
    event=AdoptionDecisionMade,
    key=("occurred_on",),
    fields=(Field("DATE_PLACED", "occurred_on", uk_date, required=True),),
    end=AdoptionDecisionReversed,
    end_on=Field("DATE_PLACED_CEASED", "occurred_on", uk_date),
    end_key=("decided_on",),
    end_fields=(Field("REASON_PLACED_CEASED", "reason"),),
    also=("DOB",),
)

MISSING = Spec(
    table="missing",
    event=MissingStarted,
    key=("occurred_on", "kind"),
    fields=(Field("MIS_START", "occurred_on", uk_date, required=True), Field("MISSING", "kind", required=True)),
    end=MissingEnded,
    end_on=Field("MIS_END", "occurred_on", uk_date),
    end_key=("started_on", "kind"),
    also=("DOB",),
)

WORKERS = Spec(
    table="sw_episodes",
    event=WorkerAllocated,
    key=("worker", "occurred_on"),
    fields=(
        Field("SW_ID", "worker", worker_id, required=True),
        Field("SW_DECOM", "occurred_on", uk_date, required=True),
        Field("SW_REASON", "reason"),
    ),
    end=WorkerDeallocated,
    end_on=Field("SW_DEC", "occurred_on", uk_date),
    end_key=("worker", "started_on"),
    also=("DOB",),
)

LIBERTY = Spec(
    table="dolo",
    event=DeprivationOfLibertyStarted,
    key=("occurred_on",),
    fields=(Field("DOLO_START", "occurred_on", uk_date, required=True),),
    end=DeprivationOfLibertyEnded,
    end_on=Field("DOLO_END", "occurred_on", uk_date),
    end_key=("started_on",),
    also=("DOB",),
)


PREVIOUS_PERMANENCE = Spec(
    table="previous_permanence",
    event=PreviousPermanenceRecorded,
    key=(),
    fields=(
        Field("PREV_PERM", "previous_permanence", required=True),
        Field("LA_PERM", "authority"),
        Field("DATE_PERM", "occurred_on", partial_date),
        Field("DATE_PERM", "precision", partial_precision),
        Field("DATE_PERM", "order_date_text", partial_text),
    ),
    also=("DOB",),
)
