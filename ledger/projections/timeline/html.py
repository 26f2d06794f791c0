"""The picture of a case as one page that needs nothing else: inline SVG, a table of every entry, no script, no network.

    Path("case.html").write_text(page(case, authority="Testshire"), encoding="utf-8")

Everything that comes from the ledger is escaped by the template engine. The content policy in the page allows its own
style sheet, named by its digest, and nothing more: no script, no image, no font, no connection, no frame.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ledger.projections.timeline.counts import sentences
from ledger.projections.timeline.drawing import WIDTH
from ledger.projections.timeline.kinds import ARROW, KINDS, LANES, RAGGED, WAS, Kind
from ledger.projections.timeline.layout import draw

if TYPE_CHECKING:
    from jinja2 import Environment

    from ledger.projections.timeline.model import Picture

TEMPLATES = "ledger.projections.timeline"


def page(picture: Picture, *, authority: str = "", seal: str = "") -> str:
    """Return the whole page; `seal` is a sentence about the head of the ledger the picture stands on."""
    style = _text("page.css.j2")
    shown = {mark.kind for lane in picture.lanes for mark in lane.marks if mark.kind}
    legend = [(lane.title, _kinds(lane.marks, shown)) for lane in picture.lanes]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            picture=picture,
            authority=authority,
            seal=seal,
            drawing=draw(picture),
            width=WIDTH,
            style=style,
            digest=b64encode(sha256(style.encode()).digest()).decode(),
            legend=[(title, kinds) for title, kinds in legend if kinds],
            counts=sentences(picture.counts, picture.late_by),
            titles={lane.key: lane.title for lane in LANES},
            arrow=ARROW,
            ragged=RAGGED,
            was=WAS,
            example=KINDS["seen alone"],
        )
    )


def _kinds(marks: Any, shown: set[str]) -> list[Kind]:
    mine = {mark.kind for mark in marks}
    return [kind for key, kind in KINDS.items() if key in mine & shown]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(TEMPLATES, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _text(name: str) -> Any:
    """Return a file of this folder as text that is safe to stand in the page as it is."""
    from markupsafe import Markup

    return Markup(files(TEMPLATES).joinpath(name).read_text("utf-8"))  # noqa: S704 (our own file, not input)
