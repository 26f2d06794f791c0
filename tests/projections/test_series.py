"""A measure over time: whole periods at one clock, values as the measure gives them, pictures that say it in words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.clock import View, view
from ledger.domain.events.care import CareEpisodeStarted
from ledger.domain.events.pod import PracticeModelChanged, WorkerJoinedPod
from ledger.domain.events.visit import VisitRecorded
from ledger.errors import Malformed
from ledger.projections.card import measure, measures
from ledger.projections.engine import measured
from ledger.projections.request import request
from ledger.projections.series import Series, series_of, whole_periods
from ledger.projections.series_svg import described, svg
from ledger.projections.series_text import drawn
from ledger.projections.spc import RULES
from tests.projections.small import Said, facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.projections.facts import Facts

LATER = view("2025-06-30")
FIRST = date(2023, 1, 1)


def said() -> list[Said]:
    """Visits of every fifth day for two years; in June 2024 none; from July 2024 on they are written late."""
    found = []
    for n in range(0, 730, 5):
        on = FIRST + timedelta(days=n)
        if (on.year, on.month) == (2024, 6):
            continue
        late = 9 if on >= date(2024, 7, 1) else n % 2
        found.append(Said("a", VisitRecorded(occurred_on=on, worker="W"), on + timedelta(days=late), by="W1"))
    changed = Said("ledger", PracticeModelChanged(occurred_on=date(2024, 2, 10), title="Pods"), date(2024, 2, 10))
    joined = Said("pod:P", WorkerJoinedPod(occurred_on=FIRST, worker="W1", pod="P1"), FIRST)
    care = Said("a", CareEpisodeStarted(occurred_on=FIRST, reason="S", legal_status="C2"), FIRST, by="W1")
    return [*found, changed, joined, care]


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """The facts of these visits."""
    with facts_of(said(), LATER) as found:
        yield found


def follow(facts: Facts, at: View = LATER, **asked: Any) -> Series:
    """Follow the share written within 24 hours over the months, unless asked otherwise."""
    wanted = {"over": "month", "column": "share_within_24_hours", "from_": "2023-01-01", "to": "2025-01-01"} | asked
    return series_of(facts, "recording", at.at(facts.position), **wanted)


def test_each_value_is_the_measures_own_in_that_window(facts: Facts) -> None:
    found = follow(facts)
    assert len(found.spans) == 24
    card = measure("recording")
    for row in found.table.dicts():
        asked = request(card, by="authority", from_=row["from"], to=row["to"])
        rows = measured(facts, card, LATER.at(facts.position), asked).dicts()
        if not rows:
            assert (row["value"], row["note"]) == (None, "nobody to count")
            continue
        assert (row["numerator"], row["denominator"]) == (rows[0]["within_24_hours"], rows[0]["entries"])
        assert row["value"] == Fraction(row["numerator"], row["denominator"])
        assert (
            abs(Decimal(row["value"].numerator) / row["value"].denominator - rows[0]["share_within_24_hours"]) < 1e-12
        )


def test_a_period_without_a_value_is_a_gap(facts: Facts) -> None:
    found = follow(facts, spc=True)
    gap = next(row for row in found.table.dicts() if row["period"] == "2024-06")
    assert (gap["value"], gap["signals"], gap["note"]) == (None, "", "nobody to count")
    assert found.table.dicts()[18]["moving_range"] is None
    assert "1 period without a value: a gap" in found.table.notes


def test_signals_stand_in_words_in_the_table(facts: Facts) -> None:
    found = follow(facts, spc=True)
    rows = {row["period"]: row for row in found.table.dicts()}
    assert "7 or more in a row above the mean" in rows["2023-06"]["signals"]
    assert rows["2024-12"]["signals"] != ""
    assert rows["2023-06"]["centre"] == found.chart.centre
    assert found.table.provenance["rules"] == RULES
    assert "rules" not in follow(facts).table.provenance
    assert "signals" not in follow(facts).table.dicts()[0]


def test_too_few_points_are_said(facts: Facts) -> None:
    found = follow(facts, over="quarter", spc=True)
    assert len(found.spans) == 8
    assert found.chart.centre is None
    assert any("fewer than 12" in note for note in found.table.notes)
    assert "fewer than 12" in drawn(found)
    assert "fewer than 12" in described(found)


def test_all_periods_are_known_at_one_clock(facts: Facts) -> None:
    with facts_of(said(), view("2024-07-05")) as then:
        found = follow(then, view("2024-07-05"))
    assert [span.label for span in found.spans][-1] == "2024-06"
    assert any("only whole periods" in note for note in found.table.notes)
    whole = [row["value"] for row in follow(facts).table.dicts()][:18]
    assert [row["value"] for row in found.table.dicts()] == whole


def test_one_pod_or_worker_can_be_followed(facts: Facts) -> None:
    pod = follow(facts, by="pod", member="P1")
    assert [row["value"] for row in pod.table.dicts()] == [row["value"] for row in follow(facts).table.dicts()]
    assert pod.title == "recording: share_within_24_hours by month, pod P1"
    assert all(row["value"] is None for row in follow(facts, by="pod", member="P9").table.dicts())


@pytest.mark.parametrize(
    ("name", "asked", "sentence"),
    [
        ("recording", {"over": "week"}, "--over takes month, quarter, year; found 'week'"),
        ("recording", {"column": "share_within_24"}, "has no figure 'share_within_24'; nearest: share_within_24_hours"),
        ("recording", {"from_": None}, "a series needs --from"),
        ("recording", {"by": "pod"}, "name it with --member"),
        ("continuity", {"column": "index", "pick": "index=upc"}, "index holds no numbers; found 'upc'"),
        ("stability", {"column": "share_three_workers"}, "is a measure of social-care years: use --over year"),
        ("allocations", {"column": "children", "pick": "shoe=3"}, "--pick takes COLUMN=VALUE"),
        ("care-episodes", {}, "told row by row"),
    ],
)
def test_what_cannot_be_a_series_is_said(facts: Facts, name: str, asked: dict[str, Any], sentence: str) -> None:
    wanted = {"over": "month", "column": "share_within_24_hours", "from_": "2023-01-01", "to": "2023-03-01"} | asked
    with pytest.raises(Malformed) as caught:
        series_of(facts, name, LATER.at(facts.position), **wanted)
    assert sentence in str(caught.value)


def test_a_group_of_many_rows_needs_a_choice(facts: Facts) -> None:
    asked = {"over": "year", "column": "median", "from_": "2023-04-01"}
    with pytest.raises(Malformed, match="choose one with --pick"):
        series_of(facts, "continuity", LATER.at(facts.position), **asked)
    found = series_of(facts, "continuity", LATER.at(facts.position), pick="index=upc", **asked)
    assert found.title == "continuity: median (index=upc) by year"
    assert [row["period"] for row in found.table.dicts()] == ["2023-24", "2024-25"]


def test_children_in_no_group_are_said_to_be_left_out() -> None:
    closed = [Said("b", VisitRecorded(occurred_on=FIRST + timedelta(days=n), worker="W"), FIRST) for n in range(3)]
    with facts_of([*said(), *closed], LATER) as found:
        asked = {"over": "year", "column": "median", "from_": "2022-04-01", "pick": "index=upc"}
        notes = series_of(found, "continuity", LATER.at(found.position), **asked).table.notes
    assert any("a row of no known group" in note for note in notes)


starts = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(starts, st.integers(0, 1500), st.sampled_from([("month", 1), ("quarter", 3), ("year", 12)]))
def test_periods_are_whole_and_follow_each_other(start: date, days: int, over: tuple[str, int]) -> None:
    end = start + timedelta(days=days)
    spans = whole_periods(over[0], start, end)
    for span in spans:
        assert start <= span.starts < span.ends <= end
        assert span.starts.day == span.ends.day == 1
        months = (span.ends.year - span.starts.year) * 12 + span.ends.month - span.starts.month
        assert months == over[1]
        assert span.starts.month in {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (4,)}[over[0]]
    assert all(one.ends == other.starts for one, other in pairwise(spans))
    longest = {"month": 31, "quarter": 92, "year": 366}[over[0]]
    missed = (spans[0].starts - start).days + (end - spans[-1].ends).days if spans else days
    assert missed <= 2 * longest


def test_the_picture_in_plain_ascii_says_every_signal(facts: Facts) -> None:
    found = follow(facts, spc=True)
    text = drawn(found, width=80, ascii_only=True)
    assert text.isascii()
    assert max(map(len, text.splitlines()[:16])) <= 80
    said_of = [row for row in found.table.dicts() if row["signals"]]
    assert sum(line.startswith("X ") and ": " in line for line in text.splitlines()) == len(said_of)
    assert ": practice changed on 2024-02-10: Pods" in text
    assert "◆" in drawn(found)


def test_more_periods_than_room_are_said(facts: Facts) -> None:
    text = drawn(follow(facts), width=24, ascii_only=True)
    assert "12 earlier periods are not drawn for want of room; the table has them" in text


SVG = "{http://www.w3.org/2000/svg}"


def test_the_svg_stands_alone_and_tells_itself_in_words(facts: Facts) -> None:
    found = follow(facts, spc=True)
    text = svg(found)
    root = ElementTree.fromstring(text)
    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert words is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    assert "mean" in (words.text or "")
    assert "practice changed on 2024-02-10: Pods" in (words.text or "")
    assert not list(root.iter(f"{SVG}script"))
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    signals = [row for row in found.table.dicts() if row["signals"]]
    shapes = [path for path in root.iter(f"{SVG}path") if path.get("class") == "signal"]
    assert len(shapes) == len(signals) > 0
    assert len(list(root.iter(f"{SVG}circle"))) == 23 - len(signals)
    line = next(path for path in root.iter(f"{SVG}path") if path.get("class") == "line")
    assert (line.get("d") or "").count("M") == 2, "the gap breaks the line"


def test_a_change_is_named_towards_the_middle_of_the_picture() -> None:
    title = "Pods: one team from assessment to the end of the journey"
    for day, anchor in ((date(2022, 4, 1), "start"), (date(2023, 4, 15), "middle"), (date(2024, 3, 20), "end")):
        change = Said("ledger", PracticeModelChanged(occurred_on=day, title=title), day)
        with facts_of([*(one for one in said() if one.event.name != change.event.name), change], LATER) as found:
            drawing = ElementTree.fromstring(svg(follow(found, from_="2022-04-01", to="2024-04-01")))
        (named,) = (each for each in drawing.iter(f"{SVG}text") if (each.text or "").startswith(title))
        assert named.get("text-anchor") == anchor, day


def test_nothing_to_draw_is_said(facts: Facts) -> None:
    found = follow(facts, from_="2024-06-01", to="2024-07-01", spc=True)
    assert "nothing to draw: no period has a value" in drawn(found)
    ElementTree.fromstring(svg(found))
    empty = follow(facts, from_="2024-06-02", to="2024-06-20")
    assert empty.table.rows == []
    assert empty.table.notes == ["no whole month lies between 2024-06-02 and 2024-06-20"]
    ElementTree.fromstring(svg(empty))


def test_text_from_outside_cannot_break_the_picture() -> None:
    bad = Said("ledger", PracticeModelChanged(occurred_on=date(2023, 2, 10), title="<script>&"), date(2023, 2, 10))
    with facts_of([*said(), bad], LATER) as found:
        text = svg(follow(found))
    assert "<script" not in text
    ElementTree.fromstring(text)


def test_what_a_ratio_is_made_from_stands_on_the_card() -> None:
    for card in measures().values():
        names = {column.name for column in card.group_columns}
        for column in card.group_columns:
            assert bool(column.numerator) == bool(column.denominator)
            assert {column.numerator, column.denominator} - {""} <= names, (card.name, column.name)
