"""The page: well formed, whole in itself, escaped, and drawn so that nothing covers anything else."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import combinations, pairwise
from xml.etree import ElementTree as Tree

import pytest

from ledger.domain.clock import NOW, view
from ledger.domain.coverage import Coverage
from ledger.projections.timeline import picture as make
from ledger.projections.timeline.drawing import WIDTH, Drawing
from ledger.projections.timeline.html import page
from ledger.projections.timeline.layout import draw
from ledger.projections.timeline.model import Picture
from tests.timeline import cases

SVG = "{http://www.w3.org/2000/svg}"
VOID = {"meta", "br", "hr", "img", "input", "link"}
PICTURES: dict[str, Picture] = {
    "small": cases.small().picture(),
    "early": cases.small().picture(view("2024-02-01")),
    "return": cases.from_a_return().picture(),
    "dense": cases.dense().picture(),
    "crowded": cases.dense(visits=2400, workers=60).picture(),
    "hostile": cases.hostile().picture(),
    "withheld": cases.withheld().picture(),
    "empty": cases.small().picture(view("2023-01-01")),
}
every = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())


class Reader(HTMLParser):
    """Reads a page strictly: every element must be closed where it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.rows: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += int(dict(attrs).get("colspan") or 1)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def svg(text: str) -> Tree.Element:
    """Return the picture as XML: the first drawing with a role."""
    found = re.search(r'<svg [^>]*role="img".*?</svg>', text, re.DOTALL)
    assert found is not None
    return Tree.fromstring(found[0])


@every
def test_the_page_is_well_formed_and_so_is_the_picture_in_it(picture: Picture) -> None:
    text = page(picture, authority="Testshire")
    reader = read(text)
    assert text.startswith("<!doctype html>")
    assert {"html", "head", "body", "table", "svg"} <= set(reader.tags)
    root = svg(text)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title") is not None and root.find(f"{SVG}desc") is not None


@every
def test_nothing_is_loaded_from_anywhere_and_nothing_runs(picture: Picture) -> None:
    text = page(picture)
    reader = read(text)
    assert not {"script", "img", "link", "iframe", "object", "embed", "form", "image", "use", "a"} & set(reader.tags)
    names = [name for name, _ in reader.attributes]
    assert not {name for name in names if name.startswith("on") or name in ("href", "src", "style", "xlink:href")}
    assert set(re.findall(r"https?://[^\s\"'<)]*", text)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in text and re.findall(r"url\((?!#)", text) == []


def test_the_content_policy_allows_this_style_sheet_and_nothing_else() -> None:
    text = page(PICTURES["small"])
    found = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in text


def test_what_comes_from_the_ledger_is_text_and_never_markup() -> None:
    text = page(PICTURES["hostile"], authority="<b>Testshire</b>", seal="<u>sealed</u>")
    shown = "".join(read(text).text)
    for words in (
        "<script>alert('x')</script>",
        '"><img src=x>',
        "</text><b>",
        "{{ 7 * 7 }} ]]> &amp;",
        "<i>W1</i>",
        "<b>Testshire</b>",
        "<u>sealed</u>",
    ):
        assert words in shown
    assert "<script" not in text and "<img" not in text and "49 ]]>" not in text


def test_a_child_id_is_escaped_too() -> None:
    case = cases.hostile()
    text = page(make("<C-001 onload='x'>", case.entries, NOW, 4, Coverage()))
    assert "<C-001" not in text
    assert "<C-001 onload='x'>" in "".join(read(text).text)


def test_withheld_words_are_nowhere_on_the_page() -> None:
    text = page(PICTURES["withheld"])
    assert "To be seen." in text
    for word in ("Secret", "Another", "W7", "W8", "2024-02-10", "2024-02-12"):
        assert word not in text
    assert "entry misfiled, moved on 2024-03-05" in text and "entry withheld: restricted on 2024-03-01" in text


@every
def test_every_line_is_in_the_table_with_a_cell_under_every_head(picture: Picture) -> None:
    reader = read(page(picture))
    assert set(reader.rows[: 2 + len(picture.lines)]) == {7}
    later = len(picture.later) + 1 if picture.later else 0
    assert len(reader.rows) == 2 + max(len(picture.lines), 1) + later
    scopes = [value for name, value in reader.attributes if name == "scope"]
    assert scopes.count("row") == len(picture.lines) + len(picture.later)


def test_the_head_says_whose_case_as_known_when_and_where_in_the_ledger() -> None:
    shown = " ".join(" ".join(read(page(PICTURES["early"], authority="Testshire", seal="Root 00ff.")).text).split())
    for words in (
        "C-001",
        "As known at 2024-02-01, by the known clock: as its sources claim.",
        "Position 23 of the ledger.",
        "Root 00ff.",
        "Testshire",
        "1 not yet known, about these days: drawn as ghosts",
    ):
        assert words in shown


def test_without_any_source_the_page_says_that_absence_means_nothing() -> None:
    assert "had said what it covers: what is missing here says nothing" in page(PICTURES["hostile"])
    assert "had said what it covers" not in page(PICTURES["small"])


def test_the_words_of_a_child_stand_in_the_table_and_not_in_the_picture() -> None:
    text = page(PICTURES["small"])
    assert "I want to stay at my school." in text
    assert "school" not in Tree.tostring(svg(text), encoding="unicode")


@every
def test_everything_is_drawn_within_the_picture(picture: Picture) -> None:
    drawing = draw(picture)
    for box in (*drawing.grounds, *drawing.boxes):
        assert box.width >= 0 and box.height > 0
        assert box.x >= 0 and box.x + box.width <= WIDTH + 0.01
        assert box.y >= 0 and box.y + box.height <= drawing.height
    for x, y in [(one.x, one.y) for one in (*drawing.signs, *drawing.words)]:
        assert 0 <= x <= WIDTH and 0 <= y <= drawing.height


@every
def test_marks_never_cover_one_another(picture: Picture) -> None:
    rows: dict[float, list[float]] = {}
    for sign in draw(picture).signs:
        if sign.kind is None or sign.kind.shape not in ("arrow", "ragged", "was"):
            rows.setdefault(sign.y, []).append(sign.x)
    for places in rows.values():
        places.sort()
        assert all(after - before >= 12 for before, after in pairwise(places))


@every
def test_words_never_cover_one_another(picture: Picture) -> None:
    drawing = draw(picture)
    inside = [word for word in drawing.words if word.style in ("inside", "beside", "callout", "axis", "axis year")]
    for one, other in combinations(inside, 2):
        if abs(one.y - other.y) < 9:
            (a, b), (c, d) = _extent(one), _extent(other)
            assert b <= c + 0.5 or d <= a + 0.5, (one, other)


def _extent(word: object) -> tuple[float, float]:
    """Return from where to where words reach, at 5.9 pixels a character: what a wide sans-serif takes at this size."""
    width = len(word.text) * 5.9  # type: ignore[attr-defined]
    x, anchor = word.x, word.anchor  # type: ignore[attr-defined]
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return left, left + width


def test_bars_of_one_row_never_cover_one_another() -> None:
    boxes = [box for box in draw(PICTURES["crowded"]).boxes if box.style.startswith("bar") or box.style == "gap"]
    assert len(boxes) > 60
    for one, other in combinations(boxes, 2):
        if one.y == other.y:
            # Bars are never thinner than can be seen, so the thinnest may reach a little over the next day.
            overlap = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            assert overlap <= 0.02


def test_a_crowd_of_visits_is_counted_and_every_one_of_them_is_in_the_counts() -> None:
    drawing = draw(PICTURES["crowded"])
    counts = [int(word.text) for word in drawing.words if word.style == "number"]
    visits = next(lane for lane in PICTURES["crowded"].lanes if lane.key == "visits")
    supervision = next(lane for lane in PICTURES["crowded"].lanes if lane.key == "supervision")
    single = _signs_in_place(drawing)
    assert sum(counts) + single == len(visits.marks) + len(supervision.marks) + 1
    assert drawing.height < 1000


def _signs_in_place(drawing: Drawing) -> int:
    """Count marks drawn on their own day: those in the left column only name a row of counts."""
    return sum(
        1
        for sign in drawing.signs
        if sign.kind is not None and sign.kind.shape not in ("arrow", "ragged", "was") and sign.x > 190
    )


def test_a_long_case_stays_a_page_of_reasonable_size() -> None:
    assert len(page(PICTURES["crowded"])) < 3_500_000
