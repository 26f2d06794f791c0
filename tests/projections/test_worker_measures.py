"""The SQL of the measures made from allocations says what the slow references say, on random worlds.

Journeys have overlaps, gaps, same-day changes, placeholders, late and expected entries, corrections and withdrawals;
they are read as known at several dates, and every measure is held against the same facts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import View, view
from ledger.domain.events.record import EntryCorrected
from ledger.projections.card import measure
from ledger.projections.request import request
from tests.projections.known import known, reader_day
from tests.projections.slow_rows import Row, Slow, families
from tests.projections.small import Said, entry_id, facts_of
from tests.projections.worlds import PLACEHOLDERS, worlds

if TYPE_CHECKING:
    from ledger.projections.facts import Facts

VIEWS = st.sampled_from([view("2023-12-31"), view("2024-03-31"), view("2024-06-15"), view("2026-01-01")])
WINDOWS = st.sampled_from(
    [
        {},
        {"year": 2024},
        {"from_": date(2023, 6, 1), "to": date(2024, 9, 1)},
        {"from_": date(2024, 4, 1)},
        {"to": date(2023, 8, 20)},
    ]
)
YEARLY = ("dfe-social-workers", "commissioner-changes")
PERIODS = ("allocations", "allocation-summary", "handovers", "family-workers")
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
fewer = settings(few, max_examples=8)


def ask(facts: Facts, name: str, at: View, **parameters: Any) -> list[Row]:
    """Run a measure's SQL over facts that stand at a view."""
    card = measure(name)
    names, rows = facts.rows(card.sql, request(card, **parameters).bound(reader_day(at)))
    assert names == [column.name for column in card.columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def everything(said: list[Said], at: View, window: Row) -> dict[str, list[Row]]:
    """Run all measures over what was said."""
    with facts_of(said, at) as facts:
        facts.know_placeholders(sorted(PLACEHOLDERS))
        yearly = {name: ask(facts, name, at, year=2024) for name in YEARLY}
        return yearly | {name: ask(facts, name, at, **window) for name in PERIODS}


def same(found: list[Row], expected: list[Row]) -> None:
    """Compare rows in whatever order of children, and name the child where they differ."""
    by_child: dict[str, list[Row]] = {}
    for row in found:
        by_child.setdefault(row["child"], []).append(row)
    wanted: dict[str, list[Row]] = {}
    for row in expected:
        wanted.setdefault(row["child"], []).append(row)
    assert by_child.keys() == wanted.keys()
    for child, rows in wanted.items():
        assert len(by_child[child]) == len(rows)
        for got, row in zip(by_child[child], rows, strict=True):
            assert {(name, got[name], row[name]) for name in row if got[name] != row[name]} == set()


@given(said=worlds(), at=VIEWS, window=WINDOWS, years=st.sampled_from([1, 2]))
@few
def test_sql_says_what_the_slow_references_say(said: list[Said], at: View, window: Row, years: int) -> None:
    on = reader_day(at)
    children, sources = known(said, at)
    slows = [Slow(child, mine, sources, on) for child, mine in children.items()]
    bound = request(measure("handovers"), **window).bound(on)
    from_, until = bound["from_"], bound["until_"]
    with facts_of(said, at) as facts:
        facts.know_placeholders(sorted(PLACEHOLDERS))
        same(
            ask(facts, "dfe-social-workers", at, year=2024, years=years), [r for s in slows for r in s.dfe(2024, years)]
        )
        same(ask(facts, "commissioner-changes", at, year=2024), [r for s in slows for r in s.commissioner(2024)])
        same(ask(facts, "allocations", at, **window), [r for s in slows for r in s.allocations(from_, until)])
        same(ask(facts, "allocation-summary", at, **window), [r for s in slows for r in s.summary(from_, until)])
        same(ask(facts, "handovers", at, **window), [r for s in slows for r in s.handovers(from_, until)])
        same(ask(facts, "family-workers", at, **window), families(slows, from_, until))


@given(said=worlds(), at=VIEWS, window=WINDOWS)
@fewer
def test_known_at_a_day_is_the_ledger_cut_there(said: list[Said], at: View, window: Row) -> None:
    by_then = {
        n for n, one in enumerate(said, 1) if isinstance(one.written_at, date) and one.written_at <= reader_day(at)
    }
    # A correction known by then tells of its root, though that became known later.
    told = {
        one.event.corrects for n, one in enumerate(said, 1) if n in by_then and isinstance(one.event, EntryCorrected)
    }
    kept = [replace(one, event_id=entry_id(n)) for n, one in enumerate(said, 1) if n in by_then or entry_id(n) in told]
    assert everything(kept, at, window) == everything(said, at, window)


@given(said=worlds(), at=VIEWS, window=WINDOWS)
@fewer
def test_other_names_for_the_workers_change_nothing(said: list[Said], at: View, window: Row) -> None:
    names = {"A": "SW3", "B": "SW2", "C": "SW1", "XX1": "XX9", "DUTY": "DUTY"}

    def renamed(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(names.get(one, one) for one in value)
        return names.get(value, value) if isinstance(value, str) else value

    def told(event: Any) -> Any:
        fields = {name: renamed(getattr(event, name)) for name in FIELDS_OF_WORKERS if hasattr(event, name)}
        if hasattr(event, "replacement"):
            fields["replacement"] = told(event.replacement)
        return event.model_copy(update=fields)

    before = everything(said, at, window)
    after = everything([replace(one, event=told(one.event)) for one in said], at, window)
    expected = {
        name: [{k: renamed(v) if k in WORKER_COLUMNS else v for k, v in row.items()} for row in rows]
        for name, rows in before.items()
    }
    assert after == expected


@given(said=worlds(), at=VIEWS, window=WINDOWS)
@fewer
def test_no_more_workers_than_changes_and_one(said: list[Said], at: View, window: Row) -> None:
    found = everything(said, at, window)
    workers = {row["child"]: row["child_workers"] or 0 for row in found["family-workers"]}
    for row in found["allocation-summary"]:
        assert workers.get(row["child"], 0) <= (row["changes"] or 0) + 1
        kinds = [value for name, value in row.items() if name.startswith("changes_") and value is not None]
        assert sum(kinds) == (row["changes"] or 0)
        held = [row[name] or 0 for name in DAYS_BY_KIND]
        assert sum(held) == (row["open_days"] or 0)


FIELDS_OF_WORKERS = ("worker", "from_worker", "to_worker", "accompanied_by")
WORKER_COLUMNS = ("worker", "from_worker", "to_worker")
DAYS_BY_KIND = (
    "social_worker_days",
    "manager_days",
    "not_social_worker_days",
    "adviser_days",
    "duty_or_team_days",
    "pod_only_days",
    "nobody_days",
    "not_supplied_days",
)
