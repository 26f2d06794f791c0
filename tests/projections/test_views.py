"""The views tell the same as the domain's own reading of one journey: who holds it, its stage, its care."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from ledger.domain.clock import View, view
from ledger.domain.coverage import Coverage
from ledger.domain.envelope import Entry
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.pod import WorkerJoined, WorkerJoinedPod, WorkerLeft
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.domain.journey import Journey, fold
from ledger.domain.standing import stand
from ledger.projections.views import ALL, VIEWS, text
from tests.projections.small import Said, entries, facts_of, journey_id
from tests.projections.worlds import CHILDREN, worlds

BIG = [HealthCheck.too_slow, HealthCheck.data_too_large]
SOME = settings(max_examples=25, deadline=None, suppress_health_check=BIG)
AT = view("2026-01-01")


def journey_of(streams: dict[str, list[Entry]], child: str, at: View) -> Journey:
    return fold(stand(streams.get(f"journey:{journey_id(child)}", []), at), on=None)


@SOME
@given(worlds())
def test_holders_stages_and_care_are_those_of_the_journey(said: list[Said]) -> None:
    streams = entries(said)
    told: dict[str, list[tuple[object, ...]]] = {"holders": [], "stages": [], "care_spells": [], "periods": []}
    for child in CHILDREN:
        journey, known = journey_id(child), journey_of(streams, child, AT)
        told["holders"] += [(journey, h.allocation.worker, h.started_on, h.ended_on, h.overlapped) for h in known.held]
        told["stages"] += [(journey, s.stage, s.started_on, s.ended_on) for s in known.stages]
        told["care_spells"] += [(journey, s.from_, s.until) for s in known.care.spells]
        told["periods"] += [
            (journey, row.started_on, period.started_on, period.certain)
            for period in known.care.periods
            for row in period.rows
        ]
    with facts_of(said, AT) as facts:
        found = {
            "holders": facts.query("SELECT journey, worker, started_on, ended_on, overlapped FROM holders").fetchall(),
            "stages": facts.query("SELECT journey, stage, started_on, ended_on FROM stages").fetchall(),
            "care_spells": facts.query("SELECT journey, started_on, ended_on FROM care_spells").fetchall(),
            "periods": facts.query(
                "SELECT journey, started_on, period_started_on, period_certain FROM care_episodes WHERE NOT short_break"
            ).fetchall(),
        }
    for name, rows in told.items():
        assert sorted(found[name], key=repr) == sorted(rows, key=repr), name


@SOME
@given(worlds())
def test_coverage_is_that_of_the_domain(said: list[Said]) -> None:
    coverage = Coverage.of(entries(said).get("ledger", []), AT)
    windows = [(date(y, 4, 1), date(y + 1, 4, 1)) for y in (2022, 2023)] + [(date(2023, 6, 1), date(2023, 6, 2))]
    with facts_of(said, AT) as facts:
        for area in ("allocation", "referral", "care", "visit"):
            for from_, until in windows:
                row = facts.query("SELECT supplied($a, $f, $u)", a=area, f=from_, u=until).fetchone()
                assert row == (coverage.supplied(area, from_, until),)


def test_of_two_periods_of_care_begun_on_one_day_the_later_told_is_no_more_certain_for_the_first() -> None:
    day = date(2023, 7, 15)
    said = [
        Said("a", CareEpisodeStarted(occurred_on=day, reason="S", legal_status="C2"), day),
        Said("a", CareEpisodeEnded(occurred_on=day, started_on=day, reason="E4"), day),
        Said("a", CareEpisodeStarted(occurred_on=day, reason="P", legal_status="C2"), day),
    ]
    with facts_of(said, AT) as facts:
        rows = facts.query("SELECT reason_started, period_certain FROM care_episodes ORDER BY position").fetchall()
    assert rows == [("S", True), ("P", False)]


def test_a_scope_smaller_than_all_children_supplies_a_part() -> None:
    year = {"covers_from": date(2023, 4, 1), "covers_until": date(2024, 4, 1)}
    event = SourceCoverageDeclared(
        system="ssda903", areas=("allocation",), complete=True, scope="looked after on 31 March", **year
    )
    with facts_of([Said("ledger", event, date(2024, 4, 1))]) as facts:
        asked = facts.query("SELECT supplied('allocation', $f, $u)", f=year["covers_from"], u=year["covers_until"])
        assert asked.fetchone() == ("partial",)


def test_posts_and_memberships_are_told_once_however_many_streams_say_so() -> None:
    on = date(2024, 1, 1)
    joined = WorkerJoinedPod(occurred_on=on, worker="W1", pod="P1", fte=0.5)
    said = [
        Said("pod:x", joined, on),
        Said("worker:x", joined, on),
        Said("worker:x", WorkerJoined(occurred_on=on, worker="W1", post="social worker"), on),
        Said("worker:x", WorkerLeft(occurred_on=date(2024, 6, 1), worker="W1"), date(2024, 6, 1)),
    ]
    with facts_of(said) as facts:
        assert facts.query("SELECT worker, pod, started_on, ended_on, fte FROM pod_membership").fetchall() == [
            ("W1", "P1", on, None, 0.5)
        ]
        assert facts.query("SELECT worker, post, started_on, ended_on FROM worker_posts").fetchall() == [
            ("W1", "social worker", on, date(2024, 6, 1))
        ]


@pytest.mark.parametrize("pods", [("P1", "P2"), ("P2", "P1")])
def test_of_several_pods_of_the_holder_the_one_joined_last_holds_the_child(pods: tuple[str, str]) -> None:
    said = [
        Said("pod:x", WorkerJoinedPod(occurred_on=on, worker="W1", pod=pod), on)
        for on, pod in zip((date(2024, 1, 1), date(2024, 1, 3)), pods, strict=True)
    ]
    held = Said("a", WorkerAllocated(occurred_on=date(2024, 1, 6), worker="W1"), date(2024, 1, 6))
    with facts_of([*said, held]) as facts:
        assert facts.query("SELECT pod FROM pod_spells").fetchall() == [(pods[1],)]


def test_the_reader_s_day_is_that_of_the_last_entry_where_the_view_is_now() -> None:
    late = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    said = [Said("a", WorkerJoined(occurred_on=date(2024, 1, 1), worker="W1"), late)]
    with facts_of(said) as facts:
        assert facts.stand(View()) == date(2024, 7, 1)
        assert facts.stand(view("2024-03-01")) == date(2024, 3, 1)


def test_every_view_says_what_one_row_of_it_is() -> None:
    for name in ALL:
        assert text(name).startswith("-- "), name
        for made in text(name).split("CREATE OR REPLACE ")[1:]:
            kind, what = made.split()[:2]
            what = what.partition("(")[0]
            assert f"-- {what}" in text(name), f"{name}: {kind} {what} is not explained"
    assert len(set(VIEWS)) == len(VIEWS)
