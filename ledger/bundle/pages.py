"""The readable side of a bundle: the picture of the case, every entry in its own words, and what to do with it all.

All three are made of what may be shown and nothing else. They are not proved: `verify.py --show` prints what is.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import LONDON, from_microseconds
from ledger.domain.events.record import EntryCorrected
from ledger.errors import NotFound
from ledger.projections.replay.lines import author, origin
from ledger.projections.timeline import picture
from ledger.projections.timeline.html import page
from ledger.projections.words import coded, title, told, when

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment

    from ledger.bundle.shown import Shown
    from ledger.domain.clock import View
    from ledger.domain.coverage import Coverage
    from ledger.projections.words import Told as Field
    from ledger.seal.checkpoint import Checkpoint

ROOM = "ledger.bundle"


@dataclass(frozen=True, slots=True)
class Told:
    """What the pages say at their head, and the entries they tell."""

    child: str
    stream: str
    authority: str
    origin: str
    view: View
    checkpoint: Checkpoint
    found: list[Shown]

    @property
    def clock(self) -> str:
        """By which clock, as of when and up to where the journey is shown, in words."""
        view = self.view
        at = "" if view.position is None else f", up to position {view.position}"
        if view.instant is None:
            return f"as known when the bundle was made{at}"
        stated = view.stated or moment(view.instant)
        if view.clock == "sealed":
            return f"as sealed by {stated}, by the ledger's own clock{at}"
        return f"as known at {stated}, as the sources of the entries claim{at}"

    @property
    def signed_at(self) -> str:
        """When the checkpoint was signed, by the signer's clock."""
        at = self.checkpoint.signed_at
        return "at a time it does not state" if at is None else f"on {moment(at)}"

    @property
    def withheld(self) -> int:
        """How many entries are withheld, in whole or in part."""
        return sum(bool(one.why) for one in self.found)

    @property
    def erased(self) -> int:
        """How many entries were erased by order."""
        return sum(one.order is not None for one in self.found)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on the page of all entries. `gone` says why it is not shown, `kept` whether some of it is."""

    version: int
    position: int
    title: str
    standing: str
    happened: str
    written: str
    recorded: str
    by: str
    fields: tuple[Field, ...]
    unknown: bool
    gone: str


def case_page(facts: Told, coverage: Coverage) -> bytes:
    """Return the picture of the case from what may be shown, with a sentence for everything that is not."""
    entries = [one.entry for one in facts.found if one.open or one.order is not None]
    size = facts.checkpoint.size
    try:
        drawn = picture(facts.child or "a child", entries, facts.view, size, coverage)
    except NotFound:  # nothing at all may be drawn
        return entries_page(facts)
    hidden = tuple(f"entry {one.row.version} withheld: {one.why}" for one in facts.found if one.why)
    counts = replace(drawn.counts, withheld=drawn.counts.withheld + len(hidden))
    seal = f"Made for a case bundle on the checkpoint of {size:,} entries signed {facts.signed_at}."
    whole = replace(drawn, hidden=drawn.hidden + hidden, counts=counts)
    return page(whole, authority=facts.authority, seal=seal).encode()


def entries_page(facts: Told) -> bytes:
    """Return every entry in its order: three clocks, author and words, or why they are not shown."""
    places = {one.row.event_id: one.row.version for one in facts.found}
    style = _text("entries.css.j2")
    return (
        _environment()
        .get_template("entries.html.j2")
        .render(
            facts=facts,
            lines=[line(one, places) for one in facts.found],
            style=style,
            digest=b64encode(sha256(style.encode()).digest()).decode(),
        )
        .encode()
    )


def read_me(facts: Told) -> bytes:
    """Return the first thing to read, in plain words."""
    return _environment(escape=False).get_template("READ-ME-FIRST.txt.j2").render(facts=facts).encode()


def line(one: Shown, places: dict[str, int]) -> Line:
    """Tell one entry of the page; other entries that it names are told by their number in the journey."""
    entry, event = one.entry, one.entry.event
    content = event.replacement if isinstance(event, EntryCorrected) else event
    about = _entries(told(event.model_copy(update={"replacement": None})), places) if content is not event else ()  # type: ignore[union-attr]
    fields = _entries(told(content, entry.unknown_codes), places) if content is not None else ()
    return Line(
        version=one.row.version,
        position=one.row.position,
        title=title(one.row.name) + (f": {title(content.name)}" if content is not event and content else ""),
        standing=content.standing if content is not None else "",
        happened=when(content) if content is not None and (content.day or content.precision) else "",
        written=moment(entry.written_at) if entry.written_at is not None else "",
        recorded=moment(from_microseconds(one.row.recorded_at)),
        by=_by(one),
        fields=(*about, *fields),
        unknown=bool(entry.unknown_codes),
        gone=_gone(one),
    )


def moment(at: datetime) -> str:
    """Return a moment as it was in London, with its offset."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M:%S %z}"


def _entries(fields: tuple[Field, ...], places: dict[str, int]) -> tuple[Field, ...]:
    return tuple(
        replace(field, text=f"entry {places[field.value]}")
        if isinstance(field.value, str) and field.value in places
        else field
        for field in fields
    )


def _by(one: Shown) -> str:
    if not one.open:
        return ""
    source = origin(one.entry.source)
    by = author(one.entry.by, one.entry.source)
    return f"{by}, from {source}" if source and source != by else by


def _gone(one: Shown) -> str:
    if one.order is not None:
        event, on = one.order.event, moment(one.order.entry.recorded_at)
        reason = coded("erasure-reason", event.reason)
        return f"Erased by the order sealed on {on}: {reason}. Authority: {event.authority}"
    if one.why:
        return f"{'Private words withheld' if one.open else 'Withheld'}: {one.why}"
    return ""


@cache
def _environment(*, escape: bool = True) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(ROOM, "."),
        autoescape=escape,  # noqa: S701 (off for the plain text alone)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _text(name: str) -> Any:
    """Return a file of this folder as text that is safe to stand in the page as it is."""
    from markupsafe import Markup

    return Markup(files(ROOM).joinpath(name).read_text("utf-8"))  # noqa: S704 (our own file, not input)
