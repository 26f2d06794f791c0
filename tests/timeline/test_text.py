"""The picture in characters: exact for the small case, within its width for all, ASCII where that is asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.domain.clock import view
from ledger.domain.events.allocation import WorkerAllocated
from ledger.projections.timeline.model import Picture
from ledger.projections.timeline.text import rows, text
from tests.timeline import cases

GOLDEN = Path(__file__).parent / "golden"
PICTURES: dict[str, Picture] = {
    "small": cases.small().picture(),
    "early": cases.small().picture(view("2024-02-01")),
    "return": cases.from_a_return().picture(),
    "dense": cases.dense(visits=900, workers=40).picture(),
    "hostile": cases.hostile().picture(),
    "withheld": cases.withheld().picture(),
    "empty": cases.small().picture(view("2023-01-01")),
}
every = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())


FROZEN = (("small", False), ("small", True), ("early", False), ("return", False))


def frozen(name: str, ascii_only: bool) -> Path:
    """Return the file that holds a picture as it was last read and found right."""
    return GOLDEN / f"{name}{'-ascii' if ascii_only else ''}.txt"


@pytest.mark.parametrize(("name", "ascii_only"), FROZEN)
def test_the_picture_is_drawn_to_the_character(name: str, ascii_only: bool) -> None:
    assert text(PICTURES[name], 100, ascii_only=ascii_only) == frozen(name, ascii_only).read_text("utf-8")


@every
@pytest.mark.parametrize("width", [60, 100, 163])
def test_no_line_is_wider_than_asked(picture: Picture, width: int) -> None:
    assert max(len(str(row)) for row in rows(picture, width)) <= width


@every
def test_in_plain_ascii_every_character_is_ascii(picture: Picture) -> None:
    assert text(picture, ascii_only=True).isascii()


def test_what_comes_from_the_ledger_never_drives_the_terminal() -> None:
    case = cases.Case()
    case.add(WorkerAllocated(occurred_on=date(2024, 1, 8), worker="\x1b[31mW1\x07"), "2024-01-08")
    drawn = text(case.picture())
    assert "\x1b" not in drawn and "\x07" not in drawn
    assert "?[31mW1?" in drawn


def test_columns_follow_the_days() -> None:
    # 72 columns for the 139 days from 3 January to before 21 May: 8 January is 5 days in, 11 March 68, 1 May 119.
    line = next(str(row) for row in rows(PICTURES["small"], 100) if str(row).startswith("Allocated worker"))
    chart = line[27:]
    assert chart.index("├W1") == 5 * 72 // 139
    assert chart.index("├W2") == 68 * 72 // 139
    assert chart.rindex("►") == 119 * 72 // 139 - 1


def test_a_digit_counts_and_ten_are_a_plus() -> None:
    case = cases.Case()
    for number in range(13):
        case.add(cases.VisitRecorded(occurred_on=date(2024, 1, 1), worker=f"W{number}"), "2024-01-01")
    for number in range(7):
        case.add(cases.VisitRecorded(occurred_on=date(2024, 3, 1), worker=f"W{number}"), "2024-03-01")
    line = next(str(row) for row in rows(case.picture(), 100) if "not seen" in str(row))
    assert line[27:].split() == ["+", "7"]


def test_emphasis_changes_no_character() -> None:
    for row in rows(PICTURES["small"], 100):
        assert row.styled(lambda said, **_: said).rstrip() == str(row)


def test_withheld_words_are_nowhere() -> None:
    drawn = text(PICTURES["withheld"])
    assert not any(word in drawn for word in ("Secret", "Another", "W7", "W8"))
    assert "entry misfiled, moved on 2024-03-05" in drawn
