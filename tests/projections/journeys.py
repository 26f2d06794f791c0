"""Random small ledgers: journeys with late entries, corrections, withdrawals and restrictions, for Hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ledger.domain.clock import View, end_of_day
from ledger.domain.events.allocation import PodAllocated, PodAllocationEnded, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.pod import WorkerJoinedPod, WorkerLeftPod
from ledger.domain.events.record import EntryCorrected, EntryRestricted, EntryUnrestricted, EntryWithdrawn
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from tests.projections.small import Said, entry_id

if TYPE_CHECKING:
    from ledger.domain.events.base import Event

FIRST = date(2024, 3, 25)
DAYS = 14
CHILDREN = ("a", "b")
WORKERS = ("W1", "W2", "W3")
PODS = ("P1", "P2")

days = st.integers(0, DAYS).map(lambda n: FIRST + timedelta(days=n))
"""Days around the start of a social-care year, and around the change of the clocks on 31 March 2024."""
starts = st.sampled_from([0, 3, 6, 7]).map(lambda n: FIRST + timedelta(days=n))
"""The few days on which things start, so that ends often name one."""
hours = st.sampled_from([0, 9, 22, 23])
workers = st.sampled_from(WORKERS)
pods = st.sampled_from(PODS)


@st.composite
def visits(draw: st.DrawFn) -> Event:
    """A visit, at a moment or on a day; now and then not one that counts."""
    on = draw(days)
    at = datetime(on.year, on.month, on.day, draw(hours), 30, tzinfo=UTC) if draw(st.booleans()) else None
    return VisitRecorded(
        occurred_on=on if at is None else None,
        occurred_at=at,
        worker=draw(st.none() | workers) if draw(st.booleans()) else draw(workers),
        pod=draw(st.none() | pods),
        role=draw(st.sampled_from([None, None, "allocated", "cover", "reviewing officer", "contact supervisor"])),
        method=draw(st.sampled_from(["face to face", "face to face", "face to face", "virtual"])),
        child_seen=draw(st.sampled_from([None, "yes", "yes", "yes", "no", "not applicable"])),
        accompanied_by=draw(st.none() | st.tuples(workers)),
        worker_inferred=draw(st.sampled_from([None, None, False, True])),
    )


@st.composite
def allocations(draw: st.DrawFn) -> Event:
    """The start or the end of an allocation; an end names some start, which there may be or not."""
    role = draw(st.sampled_from(["allocated", "allocated", "allocated", "co-worker"]))
    if draw(st.booleans()):
        pod = draw(st.none() | st.none() | pods)
        return WorkerAllocated(occurred_on=draw(starts), worker=draw(workers), role=role, pod=pod)
    return WorkerDeallocated(occurred_on=draw(days), worker=draw(workers), role=role, started_on=draw(starts))


@st.composite
def holding_pods(draw: st.DrawFn) -> Event:
    """A pod takes a journey, or gives it back."""
    kind = draw(st.sampled_from([PodAllocated, PodAllocationEnded]))
    return kind(occurred_on=draw(days), pod=draw(pods))


@st.composite
def care(draw: st.DrawFn) -> Event:
    """The start or the end of a care episode."""
    if draw(st.booleans()):
        return CareEpisodeStarted(
            occurred_on=draw(starts),
            reason=draw(st.sampled_from("SLPTBU")),
            legal_status=draw(st.sampled_from(["C2", "E1", "V4"])),
            placement=draw(st.sampled_from(["U4", "U6", "T1", "T4", "A3", "A4", "A5", "A6", None])),
            provider=draw(st.sampled_from(["PR1", "PR1", None])),
            urn=draw(st.sampled_from([None, None, "SC1"])),
        )
    return CareEpisodeEnded(
        occurred_on=draw(days),
        started_on=draw(starts),
        reason=draw(st.sampled_from(["X1", "X1", "E4", None])),
        change_reason=draw(st.sampled_from([None, "CARPL"])),
    )


@st.composite
def memberships(draw: st.DrawFn) -> Event:
    """A worker joins or leaves a pod."""
    if draw(st.integers(0, 2)):
        return WorkerJoinedPod(occurred_on=draw(starts), worker=draw(workers), pod=draw(pods))
    return WorkerLeftPod(occurred_on=draw(days), worker=draw(workers), pod=draw(pods))


@st.composite
def written(draw: st.DrawFn) -> tuple[datetime | None, datetime]:
    """When it was written down and sealed: now and then before it happened, now and then nobody says when."""
    on = FIRST + timedelta(days=draw(st.integers(0, DAYS + 20)))
    at = datetime(on.year, on.month, on.day, draw(hours), draw(st.integers(0, 59)), tzinfo=UTC)
    sealed = at + timedelta(days=draw(st.sampled_from([0, 1, 30])))
    return (at if draw(st.integers(0, 9)) else None), sealed


@st.composite
def ledgers(draw: st.DrawFn, *kinds: st.SearchStrategy[Event], most: int = 30) -> list[Said]:
    """A ledger of two children: events of these kinds, then changes to some of them, shuffled in time."""
    said: list[Said] = []
    for event in draw(
        st.lists(st.one_of(*kinds), min_size=draw(st.sampled_from([0, most // 2, most - 5])), max_size=most)
    ):
        about_pod = isinstance(event, WorkerJoinedPod | WorkerLeftPod)
        said.append(Said("pod:P" if about_pod else draw(st.sampled_from(CHILDREN)), event, *draw(written())))
    roots = len(said)
    for _ in range(draw(st.sampled_from([0, 8, 16])) if roots else 0):
        number = draw(st.integers(1, roots))
        root = said[number - 1]
        said.append(Said(root.stream, draw(changes(entry_id(number), root.event, *kinds)), *draw(written())))
    return said


@st.composite
def changes(draw: st.DrawFn, root_id: str, event: Event, *kinds: st.SearchStrategy[Event]) -> Event:
    """A correction, withdrawal, restriction or its lifting, of one entry."""
    what = draw(st.sampled_from(["corrected", "corrected", "withdrawn", "restricted", "unrestricted"]))
    if what == "corrected":
        replacement = draw(st.one_of(*kinds).filter(lambda other: _family(other) == _family(event)))
        return EntryCorrected(corrects=root_id, correction_reason="recording error", replacement=replacement)
    if what == "withdrawn":
        return EntryWithdrawn(withdraws=root_id, reason="recording error")
    kind = EntryRestricted if what == "restricted" else EntryUnrestricted
    return kind(restricts=root_id, **({"reason": "other"} if kind is EntryRestricted else {}))


def _family(event: Event) -> str:
    return event.family or event.name


attempts = st.builds(VisitAttempted, occurred_on=days, worker=st.none() | workers)

views = st.builds(
    lambda clock, day, position: View(clock, None if day is None else end_of_day(day), position),
    st.sampled_from(["known", "known", "sealed"]),
    st.none() | st.integers(5, DAYS + 25).map(lambda n: FIRST + timedelta(days=n)),
    st.none() | st.none() | st.integers(0, 50),
)
"""Where a reader may stand; positions beyond the ledger mean its head."""
