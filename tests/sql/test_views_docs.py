"""docs/VIEWS.md: it lists every live view, its grain, and every column with its type and meaning."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cli.views_docs import PAGE, WORKING, field_meanings, made_in_order, meaning, page
from ledger.domain.clock import NOW
from ledger.projections import event_views
from ledger.projections.columns import columns
from ledger.projections.facts import Facts


def test_the_page_is_as_the_live_views_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m cli.views_docs`"


def test_every_live_view_and_column_stands_on_the_page() -> None:
    told = PAGE.read_text(encoding="utf-8")
    made = {name for _, name, _, _ in made_in_order()}
    with Facts.load(
        [[]], find=lambda _: {}, position=0, recorded_at=datetime(2000, 1, 1, tzinfo=UTC), wanted=columns()
    ) as facts:
        facts.stand(NOW)
        facts.make_all()
        event_views.lay(facts, tuple(event_views.event_views()))
        found = facts.query("SELECT table_name FROM information_schema.tables").fetchall()
        live = {name for (name,) in found if not name.endswith(WORKING)}
        macros = {
            name
            for (name,) in facts.query("SELECT function_name FROM duckdb_functions() WHERE NOT internal").fetchall()
        }
        macros = {name for name in macros if not name.endswith(WORKING)}
        assert live | macros == {"entries", *made, *event_views.event_views()}
        for name in sorted(live):
            assert f"## {name}\n" in told
        entries = {column for (column,) in facts.query("SELECT column_name FROM (DESCRIBE entries)").fetchall()}
    part = told.partition("## entries\n")[2].partition("\n## ")[0]
    assert {line.split(" | ")[0].removeprefix("| ") for line in part.splitlines() if " | " in line} - {
        "column"
    } == entries


def test_a_column_without_a_meaning_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"visits\.nonsense has no meaning"):
        meaning("visits", "nonsense")
    assert meaning("events_visit_recorded", "child_seen") in field_meanings(("visit-recorded.v1",))["child_seen"]


def test_every_grain_says_what_one_row_is() -> None:
    for kind, name, _, grain in made_in_order():
        assert grain, name
        assert kind == "MACRO" or grain.startswith(("one row per", "one row is")), name
