"""`python -m cli.views_docs` writes docs/VIEWS.md anew from the live views; a test fails when it is stale.

A view's grain is the comment above it in its SQL file, a column's type is DuckDB's own, its meaning stands in
`ledger/projections/views/meanings.toml` or in the docstring of an event's field. A column without a meaning is a
`KeyError` that names it.
"""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from ledger.domain.clock import NOW
from ledger.domain.events import catalogue
from ledger.domain.schema import sentence
from ledger.projections import event_views, views
from ledger.projections.columns import columns
from ledger.projections.facts import Facts

PAGE = Path(__file__).parents[1] / "docs" / "VIEWS.md"
MEANINGS = Path(views.__file__).parent / "meanings.toml"
WORKING = ("_told", "_read")
"""How the names of tables end that are only worked on: they are no stable views."""
BASE = ("entries",)
ON_ENTRIES = ("admitted", "changes", "amended", "standing", "effective")
HEAD = """\
# Views

Made from the live views by `python -m cli.views_docs`; change their SQL, not this page.

`journey sql "SELECT ..."` reads these, and so do the measures. They stand at the reader's clock (`--known-at`,
`--sealed-by`, `--at`), and hold what is in force there; what is only expected is left out but where a column says so.
Periods are half-open. Moments are in UTC, days in London. Names never change; columns may be added.

"""


def page() -> str:
    """Return the whole page."""
    with Facts.load(
        [[]], find=lambda _: {}, position=0, recorded_at=datetime(2000, 1, 1, tzinfo=UTC), wanted=columns()
    ) as facts:
        facts.stand(NOW)
        facts.make_all()
        event_views.lay(facts, tuple(event_views.event_views()))
        parts = [HEAD, _entries(facts)]
        parts += [_view(facts, *made) for made in made_in_order()]
        parts.append("## Views of single events\n\n" + EVENTS + "\n")
        parts += [_event_view(facts, name) for name in event_views.event_views()]
    return "\n".join(parts)


def made_in_order() -> list[tuple[str, str, str, str]]:
    """Return (kind, name, signature, grain) of everything that the files of views make, in their order."""
    found = []
    for file in views.VIEWS:
        for match in re.finditer(
            r"((?:^--[^\n]*\n)+)CREATE OR REPLACE (TABLE|VIEW|MACRO) (\w+)(\([^)]*\))?", views.text(file), re.MULTILINE
        ):
            if match[3].endswith(WORKING):
                continue
            told = " ".join(line.removeprefix("--").strip() for line in match[1].splitlines())
            signature, _, grain = told.partition(": ")
            found.append((match[2], match[3], signature, grain))
    return found


def live_columns(facts: Facts, name: str) -> list[tuple[str, str]]:
    """Return (column, type) of a table or view."""
    found = facts.query(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $name "
        "ORDER BY ordinal_position",
        name=name,
    )
    return [(column, kind) for column, kind in found.fetchall()]


def meaning(view: str, column: str) -> str:
    """Return what a column of a view means. Raises `KeyError` where nobody has said."""
    own = _meanings().get(view, {})
    if column in own:
        return own[column]
    if view in event_views.event_views() and column not in event_views.ENVELOPE:
        told = field_meanings(event_views.event_views()[view]).get(column, [])
        if told:
            return told[-1]
    if column in _meanings()["any"]:
        return _meanings()["any"][column]
    raise KeyError(f"{view}.{column} has no meaning: say it in {MEANINGS.name}")


@cache
def field_meanings(names: tuple[str, ...]) -> dict[str, list[str]]:
    """Return {field: its different docstrings} over these events."""
    found: dict[str, list[str]] = {}
    for name in names:
        for field, info in catalogue()[name].model_fields.items():
            told = " ".join((info.description or "").split())
            if told and told not in found.setdefault(field, []):
                found[field].append(told)
    return found


EVENTS = """\
One row is one entry of that event in force at the reader's view, what is only expected included. Each begins with
these columns of `effective`; then come the event's own coded fields.
"""


def _entries(facts: Facts) -> str:
    everywhere = field_meanings(tuple(catalogue()))
    rows = []
    for column, kind in live_columns(facts, "entries"):
        told = _meanings()["any"].get(column) if column in _meanings()["any"] and column not in everywhere else None
        said = everywhere.get(column, [])
        rows.append((column, kind, told or _meanings()["any"].get(column) or _of_events(column, said)))
    grain = (
        "one row per entry of the ledger up to the reader's position, whatever the clock; restrictions are there "
        "whatever their position, for they follow the present head."
    )
    return f"## entries\n\n{grain[0].upper()}{grain[1:]}\n\n{_grid(rows)}"


def _of_events(column: str, said: list[str]) -> str:
    if not said:
        raise KeyError(f"entries.{column} has no meaning: say it in {MEANINGS.name}")
    return said[0] if len(said) == 1 else f"By event, for one: {said[0]}"


def _view(facts: Facts, kind: str, name: str, signature: str, grain: str) -> str:
    title = f"## {signature if kind == 'MACRO' else name}\n\n{grain[0].upper()}{grain[1:]}\n"
    if kind == "MACRO":
        return title
    found = live_columns(facts, name)
    if name not in ON_ENTRIES:
        return f"{title}\n{_grid([(column, type_, meaning(name, column)) for column, type_ in found])}"
    more = [(c, t) for c, t in found if c not in dict(live_columns(facts, "entries"))]
    less = [c for c, _ in live_columns(facts, "entries") if c not in dict(found)]
    but = f" but {', '.join(less)}" if less else ""
    return f"{title}\nThe columns of entries{but}, and:\n\n{_grid([(c, t, meaning(name, c)) for c, t in more])}"


def _event_view(facts: Facts, name: str) -> str:
    (*_, stored) = event_views.event_views()[name]
    kinds = dict(live_columns(facts, name))
    own = [(column, kinds[column], meaning(name, column)) for column in event_views.own_columns(name)]
    return f"### {name}\n\n{sentence(catalogue()[stored])}\n\n{_grid(own)}"


def _grid(rows: list[tuple[str, str, str]]) -> str:
    lines = [f"| {column} | {kind} | {told.replace('|', chr(92) + '|')} |" for column, kind, told in rows]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *lines]) + "\n"


@cache
def _meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads(MEANINGS.read_text("utf-8"))


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
