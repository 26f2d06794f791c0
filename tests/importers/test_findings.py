"""What is told of a return that contradicts itself: one made-up return per finding, its place written out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.desk import Desk, places

DOB = "12/05/2005"
HEADER = [f"C1,1,{DOB},WBRI,,,"]
Place = tuple[str | None, int | None, str | None]


def episode(decom: str, dec: str = "", rne: str = "S", ls: str = "C2", place: str = "U4", rec: str = "") -> str:
    return f"C1,{decom},{rne},{ls},N1,{place},PR1,{dec},{rec},,,,"


FIRST = episode("01/05/2017", "01/06/2017", rec="X1")
EPISODES: list[tuple[str, list[str], list[Place]]] = [
    ("reason-without-end", [episode("01/05/2017", rec="E4A")], [("episodes.csv", 2, "REC")]),
    ("nothing-follows", [FIRST], [("episodes.csv", 2, "REC")]),
    ("nothing-follows", [FIRST, episode("01/06/2017", rne="P")], []),
    ("overlap", [FIRST, episode("31/05/2017", rne="P")], [("episodes.csv", 3, "DECOM")]),
    ("overlap", [episode("31/05/2017", rne="P"), FIRST], [("episodes.csv", 2, "DECOM")]),
    ("overlap", [episode("01/05/2017"), episode("01/09/2017", rne="P")], [("episodes.csv", 3, "DECOM")]),
    ("overlap", [FIRST, episode("01/06/2017", rne="P")], []),
    (
        "after-care-ended",
        [episode("01/05/2017", "01/06/2017", rec="E4A"), episode("01/07/2017", rne="P")],
        [("episodes.csv", 3, "RNE")],
    ),
    ("after-care-ended", [episode("01/05/2017", "01/06/2017", rec="E4A"), episode("01/07/2017")], []),
    ("reason-contradicts", [FIRST, episode("01/06/2017", rne="P", ls="C1")], [("episodes.csv", 3, "RNE")]),
    ("reason-contradicts", [FIRST, episode("01/06/2017", rne="L")], [("episodes.csv", 3, "RNE")]),
    ("reason-contradicts", [FIRST, episode("01/06/2017", rne="L", ls="C1", place="U6")], [("episodes.csv", 3, "RNE")]),
    ("reason-contradicts", [FIRST, episode("01/06/2017", rne="P")], []),  # P to the same kind of place is a real move
    ("reason-contradicts", [FIRST, episode("01/06/2017", rne="U", ls="C1", place="U6")], []),
    ("short-break-start", [episode("01/05/2017", ls="V4")], [("episodes.csv", 2, "LS")]),
    ("short-break-start", [episode("01/05/2017", rne="L", ls="V4")], []),
    ("future-date", [episode("01/05/2017", "01/06/2018")], [("episodes.csv", None, "DEC")]),
    ("future-date", [episode("01/05/2017", "31/03/2018")], []),
    ("unknown-code", [episode("01/05/2017", ls="Q1")], [("episodes.csv", 2, "LS")]),
]


@pytest.mark.parametrize(("code", "rows", "wanted"), EPISODES, ids=[f"{e[0]} {n}" for n, e in enumerate(EPISODES)])
def test_findings_about_episodes(code: str, rows: list[str], wanted: list[Place], tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    report = desk.send(2018, header=HEADER, episodes=rows)
    assert places(report, code) == wanted
    assert report.tables["episodes"].new == len(rows)


WORKERS: list[tuple[str, list[str], list[Place]]] = [
    ("bad-worker-id", ["ZZ9,01/05/2023,,MANAGE"], [("sw_episodes.csv", 2, "SW_ID")]),
    (
        "worker-without-number",
        ["XX9,01/05/2023,,MANAGE", "XX9,01/07/2023,,MANAGE"],
        [("sw_episodes.csv", None, "SW_ID")],
    ),
    ("outside-the-year", ["SW9,01/04/2024,,MANAGE"], [("sw_episodes.csv", 2, "SW_DECOM")]),
    ("outside-the-year", ["SW9,01/01/2020,03/01/2020,MANAGE"], [("sw_episodes.csv", 2, "SW_DEC")]),
    ("outside-the-year", ["SW9,01/01/2020,01/04/2023,MANAGE"], []),
    ("ended-same-day", ["SW9,01/05/2023,01/05/2023,MANAGE"], [("sw_episodes.csv", 2, "SW_DEC")]),
    ("missing-reason", ["SW9,01/05/2023,,"], [("sw_episodes.csv", 2, "SW_REASON")]),
    ("missing-reason", ["SW9,31/03/2023,,", "SW8,01/02/2023,31/03/2023,MANAGE"], []),
    ("unknown-code", ["SW9,01/05/2023,,SWLAZY"], [("sw_episodes.csv", 2, "SW_REASON")]),
    ("worker-overlap", ["SW9,01/05/2023,,MANAGE", "SW8,01/07/2023,,MANAGE"], [("sw_episodes.csv", 3, "SW_DECOM")]),
    ("worker-overlap", ["SW9,01/05/2023,08/07/2023,MANAGE", "SW8,01/07/2023,,MANAGE"], []),
    (
        "worker-overlap",
        ["SW9,01/05/2023,09/07/2023,MANAGE", "SW8,01/07/2023,,MANAGE"],
        [("sw_episodes.csv", 3, "SW_DECOM")],
    ),
    ("worker-gap", ["SW9,01/05/2023,01/07/2023,MANAGE", "SW8,08/07/2023,,MANAGE"], []),
    (
        "worker-gap",
        ["SW9,01/05/2023,01/07/2023,MANAGE", "SW8,09/07/2023,,MANAGE"],
        [("sw_episodes.csv", 3, "SW_DECOM")],
    ),
    ("worker-gap", ["SW9,01/05/2023,01/07/2023,MANAGE", "SW8,09/07/2023,,FCONTA"], []),
]


@pytest.mark.parametrize(("code", "rows", "wanted"), WORKERS, ids=[f"{w[0]} {n}" for n, w in enumerate(WORKERS)])
def test_findings_about_workers(code: str, rows: list[str], wanted: list[Place], tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    full = [f"C1,{DOB},{row}" for row in rows]
    report = desk.send(2024, header=HEADER, sw_episodes=full)
    assert places(report, code) == wanted
    assert report.tables["sw_episodes"].new == len(rows)


def test_a_score_out_of_range_is_kept_and_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    report = desk.send(2018, header=HEADER, oc2=[f"C1,{DOB},41,,,,,,,,,"])
    assert places(report, "out-of-range") == [("oc2.csv", 2, "SDQ_SCORE")]
    assert desk.entries("C1")[1].event.sdq_score == 41  # type: ignore[union-attr]


def test_a_decision_that_two_tables_date_differently_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    placed = [f"C1,{DOB},22/05/2017,,"]
    agree = desk.send(
        2018, header=HEADER, placed_for_adoption=placed, ad1=[f"C1,{DOB},22/05/2017,01/09/2017,0,1,M1,L0"]
    )
    assert places(agree, "decision-differs") == []
    differ = desk.send(
        2018, header=HEADER, placed_for_adoption=placed, ad1=[f"C1,{DOB},23/05/2017,02/09/2017,0,1,M1,L0"]
    )
    assert places(differ, "decision-differs") == [("ad1.csv", 2, "DATE_INT")]


def test_no_finding_repeats_a_child_id(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rows = [row.replace("C1", "SECRET-ID") for _, some, _ in EPISODES for row in some]
    report = desk.send(2018, header=[f"SECRET-ID,1,{DOB},WBRI,,,"], episodes=sorted(set(rows)))
    assert len(report.problems) > 10
    assert not [problem for problem in report.problems if "SECRET-ID" in str(problem)]


def test_a_value_that_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    oc2 = [f"C1,{DOB},many,,perhaps,1,,,,,,"]
    report = desk.send(2018, header=HEADER, oc2=oc2, reviews=["C1,12th May,30/08/2017,PN1"])
    wanted = [("oc2.csv", 2, "SDQ_SCORE"), ("oc2.csv", 2, "CONVICTED"), ("reviews.csv", 2, "DOB")]
    found = [place for code in ("bad-number", "unknown-code", "bad-date") for place in places(report, code)]
    assert found == wanted
    event = next(e.event for e in desk.entries("C1") if e.name == "annual-health-and-outcomes-reported.v1")
    assert (event.sdq_score, event.convicted, event.health_check) == (None, None, True)  # type: ignore[union-attr]
