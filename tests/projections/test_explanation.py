"""What is behind a number: without an entry told of, the child's part is another; without all the others, the same.

Withdrawals are said in the ledger itself here, and the measure is run anew. Where several entries tell the same, none
of them changes the row alone: they are `one of several`, and only enough of them are told. An entry can change a
child's part in a sum without changing the sum (a start that moves within its month): parts are compared there.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import view
from ledger.domain.events.court import OrderMade, ProceedingsIssued
from ledger.domain.events.record import EntryWithdrawn
from ledger.domain.events.supervision import ManagementDecisionRecorded
from ledger.projections.card import measure, measures
from ledger.projections.counted import COUNTED, Behind, behind
from ledger.projections.engine import measured
from ledger.projections.parts import Picked, picked, statement
from ledger.projections.request import request
from ledger.projections.rows import key_length
from ledger.projections.worlds import Asked
from tests.projections.small import Said, entry_id, facts_of
from tests.projections.worlds import CHILDREN, DAYS, LAGS, worlds, written

if TYPE_CHECKING:
    from ledger.projections.table import Table

LATEST = date(2025, 1, 15)
AT = view(LATEST.isoformat())
YEAR: dict[str, Any] = {"year": 2024}
PERIOD: dict[str, Any] = {"from_": date(2023, 1, 1), "to": date(2025, 1, 1)}
ASKED: dict[str, dict[str, Any]] = {
    **{name: YEAR if card.window == "year" else PERIOD for name, card in measures().items()},
    "recording-bursts": {**PERIOD, "usual_days": 400},
    "caseload": {**PERIOD, "each": "month"},
    "demand": {**PERIOD, "per": "year"},
}
GROUPED = ("timeliness", "dfe-social-workers", "back-dating", "caseload", "continuity", "family-workers")


NEEDED: dict[type, dict[str, Any]] = {
    OrderMade: {"order_kind": "care"},
    ProceedingsIssued: {"order_kind": "care"},
    ManagementDecisionRecorded: {"decided_by": "A", "decision": "d", "rationale": "r"},
}


class Ran(NamedTuple):
    """A measure's result, and the parts of picked rows."""

    table: Table
    parts: list[tuple[Any, ...]]


@st.composite
def with_decisions(draw: st.DrawFn) -> list[Said]:
    """Worlds with decisions and dates of court among what was said."""
    said = draw(worlds())
    for kind in draw(st.lists(st.sampled_from([OrderMade, ProceedingsIssued, ManagementDecisionRecorded]), max_size=4)):
        event = kind.model_validate({"occurred_on": draw(st.sampled_from(DAYS)), **NEEDED.get(kind, {})})
        said.append(
            Said(draw(st.sampled_from(CHILDREN)), event, written_at=written(event, draw(st.sampled_from(LAGS))))
        )
    return said


def ran(said: list[Said], name: str, asked: dict[str, Any], chosen: Picked) -> Ran:
    """Run a measure, and give the parts of the rows chosen."""
    card, wanted = measure(name), request(measure(name), **asked)
    with facts_of(said, AT) as facts:
        table = measured(facts, card, AT.at(facts.position), wanted)
        sql = statement(facts, card, wanted)
        assert sql is not None
        return Ran(table, sorted(chosen.parts(*facts.rows(sql, wanted.bound(facts.reader["day"]))), key=repr))


def without(said: list[Said], numbers: list[int]) -> list[Said]:
    """Say that the entries of these positions are withdrawn, last of all."""
    gone = [EntryWithdrawn(withdraws=entry_id(number), reason="entered in error") for number in numbers]
    return [
        *said,
        *(Said(said[number - 1].stream, event, written_at=LATEST) for number, event in zip(numbers, gone, strict=True)),
    ]


def row_of(table: Table, key: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return sorted((row for row in table.rows if row[: len(key)] == key), key=repr)


def explained(said: list[Said], name: str, asked: dict[str, Any], data: st.DataObject) -> tuple[Behind, Picked, Ran]:
    """Explain a row drawn from the result."""
    card, wanted = measure(name), request(measure(name), **asked)
    with facts_of(said, AT) as facts:
        at = AT.at(facts.position)
        table = measured(facts, card, at, wanted)
        assume(table.rows)
        chosen = picked(table, [data.draw(st.sampled_from(table.rows))], key_length([table]))
        sql = statement(facts, card, wanted)
        assert sql is not None
        before = Ran(table, sorted(chosen.parts(*facts.rows(sql, wanted.bound(facts.reader["day"]))), key=repr))
        found = behind(facts, Asked(card, at, wanted, sql, chosen.parts), None)
    assert found is not None
    return found, chosen, before


def check(said: list[Said], name: str, asked: dict[str, Any], data: st.DataObject) -> None:
    """Withdraw an entry that counts, one that does not, and all that do not."""
    found, chosen, before = explained(said, name, asked, data)
    key = chosen.rows[0][: len(chosen.named)]
    roots = {root.position: role for one in found.counted for root, (role, _) in one.roots.items()}
    others = [root.position for one in found.counted for root in one.unit.roots if root.position not in roots]
    assert before.parts == sorted(found.parts, key=repr)
    assert before.parts or name == "demand"  # a year in which nothing came
    if before.table.columns[0].name == "child":
        assert before.parts == row_of(before.table, key)
    counting = [position for position, role in roots.items() if role == COUNTED]
    if counting:
        assert ran(without(said, [data.draw(st.sampled_from(counting))]), name, asked, chosen).parts != before.parts
    for gone in ([data.draw(st.sampled_from(others))], others) if others else ():
        after = ran(without(said, gone), name, asked, chosen)
        assert after.parts == before.parts
        assert row_of(after.table, key) == row_of(before.table, key)


FEW = settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""Each example runs the measure eight times; what fails is not made smaller, which would take minutes."""


@pytest.mark.parametrize("name", measures())
def test_the_entries_behind_a_row_are_those_without_which_it_is_another(name: str) -> None:
    @FEW
    @given(with_decisions(), st.data())
    def holds(said: list[Said], data: st.DataObject) -> None:
        check(said, name, ASKED[name], data)

    holds()


@pytest.mark.parametrize("name", GROUPED)
def test_the_entries_behind_a_sum_are_those_of_its_children_s_parts(name: str) -> None:
    @FEW
    @given(with_decisions(), st.sampled_from(["authority", "worker"]), st.data())
    def holds(said: list[Said], by: str, data: st.DataObject) -> None:
        check(said, name, {**ASKED[name], "by": by}, data)

    holds()
