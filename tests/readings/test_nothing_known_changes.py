"""What was known at T stays what was known at T, whatever is written later: by hand, and over a real ledger.

Restrictions are left out of what follows: they alone follow the ledger's present head, by design.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import NewEntry, child, create_ledger, open_ledger
from ledger.domain.clock import View
from ledger.domain.coverage import Coverage
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.care import CareEpisodeStarted
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.plan import ChildInNeedPlanStarted
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryWithdrawn
from ledger.domain.events.supervision import ManagementDecisionRecorded
from ledger.domain.events.visit import VisitRecorded
from ledger.projections.replay import between, replay
from tests.readings.case import Case

if TYPE_CHECKING:
    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.projections.replay import Line, Replay

FIRST = date(2020, 1, 1)
T = datetime(2020, 7, 1, tzinfo=UTC)
"""The moment at which the case is read; written days run from half a year before it to half a year after."""

days = st.integers(0, 500).map(lambda n: FIRST + timedelta(days=n))
workers = st.sampled_from(["W-1", "W-2"])
visits = st.builds(
    VisitRecorded,
    occurred_on=days,
    worker=workers,
    child_seen=st.sampled_from(["yes", "no", None]),
    seen_alone=st.sampled_from(["yes", "no", None]),
    words=st.sampled_from([None, "I like drawing."]),
)
facts = st.one_of(
    visits,
    st.builds(WorkerAllocated, occurred_on=days, worker=workers),
    st.builds(ChildInNeedPlanStarted, occurred_on=days, review_due_on=st.none() | days),
    st.builds(CareEpisodeStarted, occurred_on=days, reason=st.sampled_from("SP"), legal_status=st.just("C2")),
    st.builds(
        ManagementDecisionRecorded,
        occurred_on=days,
        decided_by=workers,
        decision=st.just("Go on."),
        rationale=st.just("?"),
    ),
)
written = st.integers(0, 360).map(lambda n: datetime(2020, 1, 2, 9, tzinfo=UTC) + timedelta(days=n))
turns = st.sampled_from(["fact", "fact", "fact", "correct", "withdraw", "dispute"])
steps = st.lists(st.tuples(turns, facts, visits, written, st.integers(0, 1000)), max_size=14)


def follow(step: tuple[Any, ...], roots: list[tuple[str, bool]]) -> Event:
    """The event of a step: a fact, or something about one of the roots so far (its id, and whether it is a visit)."""
    turn, fact, visit, _, choice = step
    if turn == "fact" or not roots:
        return fact
    target, is_visit = roots[choice % len(roots)]
    if turn == "correct" and is_visit:
        return EntryCorrected(corrects=target, correction_reason="wrong value", replacement=visit)
    if turn == "withdraw":
        return EntryWithdrawn(withdraws=target, reason="entered in error")
    return DisputeNoted(disputes=target, raised_by="child", words="No.")


def built(given_steps: list[tuple[Any, ...]]) -> list[Entry]:
    """The entries of these steps, in the order given, each written when its step says and recorded long after T."""
    case, roots = Case(recorded="2022-01-01"), []
    for step in given_steps:
        event = follow(step, roots)
        entry = case.add(event)
        case.entries[-1] = replace(entry, written_at=step[3])
        if is_root(event):
            roots.append((entry.event_id, isinstance(event, VisitRecorded)))
    return case.entries


def is_root(event: Event) -> bool:
    return not isinstance(event, EntryCorrected | EntryWithdrawn | DisputeNoted)


def told(entries: list[Entry], at: View) -> Replay:
    return replay(
        entries,
        child="C-001",
        view=at,
        coverage=Coverage(),
        today=date(2021, 6, 1),
        head=len(entries),
        seal_verdict="self-consistent",
    )


def same(one: Replay, other: Replay) -> bool:
    """Whether two readings tell the same; how long the ledger is by now is not part of what was known."""
    heading = replace(other.heading, head=one.heading.head, position=one.heading.position)
    return one == replace(other, heading=heading)


@given(steps)
def test_what_was_known_at_t_is_told_the_same_after_everything_later(given_steps: list[tuple[Any, ...]]) -> None:
    entries = built(given_steps)
    known = [entry for entry in entries if entry.known_at <= T]
    # What is said of an entry is said after it is in the ledger, whatever its written clock claims.
    targets = {getattr(entry.event, name, None) for entry in known for name in ("corrects", "withdraws", "disputes")}
    early = [entry for entry in entries if entry.known_at <= T or entry.event_id in targets]
    at = View(instant=T, stated="2020-07-01T00:00:00Z")
    assert same(told(early, at), told(entries, at))


@given(steps, st.integers(0, 14))
def test_what_stood_at_a_position_is_told_the_same_after_everything_later(
    given_steps: list[tuple[Any, ...]], position: int
) -> None:
    entries = built(given_steps)
    held = View(position=position)
    assert same(told(entries[:position], held), told(entries, held))


@given(steps)
def test_the_difference_between_two_moments_tells_exactly_what_differs(given_steps: list[tuple[Any, ...]]) -> None:
    entries = built(given_steps)
    later = View(instant=datetime(2022, 1, 1, tzinfo=UTC))
    turns_found = between(entries, View(instant=T), later, late_by=7)
    before = {line.stamp.event_id: line for line in told(entries, View(instant=T)).entries}
    after = {line.stamp.event_id: line for line in told(entries, later).entries}
    news = {turn.line.stamp.event_id: turn.news for turn in turns_found.turns}
    assert {place for place in news if news[place] == "became known"} == after.keys() - before.keys()
    for place, line in before.items():
        assert (place in news) == (gist(line) != gist(after[place]))
    assert turns_found.unchanged + len(news) == len(after)


def gist(line: Line) -> tuple[Any, ...]:
    """What a line says, and how often something was said about it."""
    return line.fields, line.happened, line.condition, len(line.remarks)


@settings(max_examples=12, deadline=None)
@given(steps)
def test_over_a_real_ledger_replay_at_t_does_not_move(given_steps: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        with create_ledger(f"{folder}/made", authority="Testshire (synthetic)") as ledger:
            opening = ChildRegistered(occurred_on=FIRST, child_id="C-001")
            ledger.append("C-001", opening, by="W-1", written_at=datetime(2020, 1, 1, tzinfo=UTC))
            at = View(instant=T, stated="2020-07-01T00:00:00Z")
            early = [step for step in given_steps if step[3] <= T]
            late = [step for step in given_steps if step[3] > T]
            roots: list[tuple[str, bool]] = []
            for step in early:
                _append(ledger, step, roots)
            before = told(ledger.entries("C-001"), at)
            for step in late:
                _append(ledger, step, roots)
        with open_ledger(f"{folder}/made", read_only=True) as again:
            assert same(before, told(again.entries("C-001"), at))
            assert len(again.entries("C-001")) == 1 + len(given_steps)


def _append(ledger: Any, step: tuple[Any, ...], roots: list[tuple[str, bool]]) -> None:
    event = follow(step, roots)
    (receipt,) = ledger.append_many([NewEntry(child("C-001"), event, "W-1", written_at=step[3])])
    if is_root(event):
        roots.append((receipt.event_id, isinstance(event, VisitRecorded)))
