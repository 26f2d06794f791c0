"""Code lists: each with a title, a source and a year; the sector's own codes are all there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.codes import code_list, code_lists
from ledger.errors import NotFound

SHARED = Path(__file__).parents[3] / "shared"
shared = pytest.mark.shared

SECTOR = {
    "cin.ethnicitytype": "ethnicity",
    "cin.disabilitytype": "disability",
    "cin.referralsourcetype": "referral-source",
    "cin.categoryofabuse": "abuse-category",
    "cin.primaryneedcodetype": "primary-need",
    "cin.reasonforclosuretype": "closure-reason",
    "cin.assessmentfactorstype": "assessment-factor",
    "s903.AD1.SEX_ADOPTR": "adopters-sex",
    "s903.AD1.LS_ADOPTR": "adopters-status",
    "s903.Episodes.RNE": "episode-start-reason",
    "s903.Episodes.LS": "legal-status",
    "s903.Episodes.PLACE": "placement-type",
    "s903.Episodes.PLACE_PROVIDER": "placement-provider",
    "s903.Episodes.REC": "episode-end-reason",
    "s903.Episodes.REASON_PLACE_CHANGE": "placement-change-reason",
    "s903.Missing.MISSING": "missing-kind",
    "s903.OC2.SDQ_REASON": "sdq-reason",
    "s903.OC3.IN_TOUCH": "in-touch",
    "s903.OC3.ACTIV": "care-leaver-activity",
    "s903.OC3.ACCOM": "care-leaver-accommodation",
    "s903.PlacedAdoption.REASON_PLACED_CEASED": "adoption-reversal-reason",
    "s903.PrevPerm.PREV_PERM": "previous-permanence",
    "s903.Reviews.REVIEW_CODE": "participation",
    "s903.SocialWorker.SW_REASON": "worker-change-reason",
}
"""The sector's lists that the events use as they are."""


@pytest.mark.parametrize("name", sorted(code_lists()))
def test_a_list_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    listed = code_list(name)
    assert listed.title and listed.source and 1975 <= listed.year <= 2100
    assert listed.codes
    for code, label in listed.codes.items():
        assert 1 <= len(code) <= 64 and label == label.strip() != ""


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("episode-start-reason", "S L P T B U"),
        ("legal-status", "C1 C2 D1 E1 V2 V3 V4 L1 L2 L3 J1 J2 J3"),
        ("episode-end-reason", "X1 E3 E11 E12 E43 E44 E45 E46 E47 E48 E4A E4B E17"),
        ("placement-type", "H5 K2 K3 P2 Z1 Z11 Z12 Z13 Z14 T0 T4 A3 A6"),
        ("worker-change-reason", "MANAGE FCONTA LEFTRL ORGRST TSPROC ABSENC CHCHAN PCCHAN SWDIED OTHERS"),
        ("care-leaver-activity", "F1 P1 F3 P3 F4 P4 F5 P5 G4 G5 G6 0"),
        ("placement-change-reason", "CUSTOD CARPL OTHER"),
        ("participation", "PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7"),
        ("sex", "M F U"),
    ],
)
def test_the_codes_of_all_years_of_the_return_are_known(name: str, codes: str) -> None:
    assert [code for code in codes.split() if code not in code_list(name)] == []


@shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
@pytest.mark.parametrize(("theirs", "ours"), SECTOR.items())
def test_no_code_of_the_sector_is_missing(theirs: str, ours: str) -> None:
    stored: Any = json.loads((SHARED / "domain" / "codes.json").read_text(encoding="utf-8"))[theirs]
    codes = {one if isinstance(one, str) else one[0] for one in stored}
    assert codes <= set(code_list(ours).codes)


@shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_no_code_of_any_years_schema_is_missing() -> None:
    """The yearly schemas name their codes as `- code: "S"`, under a table and a column or under a changed path."""
    wanted = {"RNE", "LS", "PLACE", "PLACE_PROVIDER", "REC", "REASON_PLACE_CHANGE", "ACTIV", "ACCOM", "SW_REASON"}
    known = {theirs.rpartition(".")[2]: ours for theirs, ours in SECTOR.items()}
    seen = 0
    for path in sorted((SHARED / "data" / "ssda903-schema").glob("*.yml")):
        column = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            text = line.strip()
            if text.endswith(":") and text[:-1].rpartition(".category")[0].rpartition(".")[2] in wanted:
                column = text[:-1].rpartition(".category")[0].rpartition(".")[2]
            elif text.endswith(":") and text[:-1].isupper():
                column = text[:-1]
            elif text.startswith("- code:") and column in wanted:
                seen += 1
                assert text.partition(":")[2].strip().strip('"') in code_list(known[column]), (path.name, column, text)
    assert seen > 200


def test_a_code_has_a_label_and_an_unknown_one_stands_for_itself() -> None:
    assert code_list("missing-kind").label("M") == "Missing"
    assert code_list("missing-kind").label("Q") == "Q"


@pytest.mark.parametrize(
    ("name", "code", "nearest"),
    [
        ("worker-change-reason", "TSPORC", "TSPROC"),
        ("worker-change-reason", "ORGRTS", "ORGRST"),
        ("child-seen", "Yes", "yes"),
        ("legal-status", "c2", "C2"),
        ("missing-kind", "zzzz", None),
    ],
)
def test_the_nearest_code_is_offered(name: str, code: str, nearest: str | None) -> None:
    assert code not in code_list(name)
    assert code_list(name).nearest(code) == nearest


def test_an_unknown_list_is_not_found_and_the_nearest_is_named() -> None:
    with pytest.raises(NotFound) as caught:
        code_list("legal-statis")
    assert caught.value.nearest[0] == "legal-status"
