"""Timeliness: the slow reference on random worlds, and the definitions one by one, with answers worked out by hand."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.domain.clock import view
from tests.projections import slow_timeliness as slow
from tests.projections.clocked import clocked_worlds
from tests.projections.small import Said, run

BIG = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
SOME = settings(max_examples=80, deadline=None, suppress_health_check=BIG, phases=[Phase.generate])


@SOME
@given(clocked_worlds(), st.sampled_from(["2022-06-30", "2023-01-31", "2023-04-20", "2023-10-31", "2024-12-31"]))
def test_it_agrees_with_the_slow_reference(said: list[Said], stated: str) -> None:
    rows = run("timeliness", said, view(stated)).dicts()
    names = "child rule started_on due_on done_on finding start_position done_position told_by_return".split()
    found = [tuple(row[name] for name in names) for row in rows]
    expected = slow.findings(said, view(stated), date.fromisoformat(stated))
    assert sorted(found, key=repr) == sorted(expected, key=repr)
