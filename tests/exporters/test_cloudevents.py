"""Entries that leave one ledger and come into another say there what they said here."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import Ledger, NewEntry, child, view
from ledger.domain.checks import problems
from ledger.domain.clock import NOW, View
from ledger.domain.envelope import LEDGER, Actor, Source, Subject
from ledger.domain.events import catalogue
from ledger.domain.events.record import SourceCoverageDeclared, UnmentionedEpisode
from ledger.domain.standing import stand
from ledger.errors import Malformed
from ledger.events import (
    ChildRegistered,
    DisputeNoted,
    EntryCorrected,
    EntryRestricted,
    EntryWithdrawn,
    IdentitySealed,
    ManagementDecisionRecorded,
    VisitRecorded,
    WorkerJoined,
)
from ledger.exporters.cloudevents import OUT_ONLY, OWN, Outgoing
from ledger.store import create_store
from ledger.synthetic.authority import Plan, tell_authority
from ledger.synthetic.loading import load
from tests.domain.examples import events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event

WRITTEN = datetime(2024, 5, 4, 10, tzinfo=UTC)
REGISTERED = ChildRegistered(child_id="C1", child_name="Nobody", precision="unknown", born="2012-05", sex="F")
VISIT = VisitRecorded(occurred_at=datetime(2024, 5, 3, 14, 30, tzinfo=UTC), worker="W1", narrative="We drew.")


def opened(folder: Path) -> Ledger:
    return Ledger(create_store(folder / "unused", authority="Testshire (synthetic)", engine="memory"))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path) as ledger:
        ledger.append("C1", REGISTERED, by="W1", written_at=WRITTEN)
        yield ledger


def out(ledger: Ledger, at: View = NOW, streams: list[str] | None = None, *, identify: bool = True) -> list[Any]:
    outgoing = Outgoing(ledger.store, at, identify=identify)
    return [json.loads(line) for line in outgoing.lines(streams)]


def carried(lines: list[Any]) -> bytes:
    """The lines without what goes out only."""
    kept = [{name: value for name, value in line.items() if name not in OUT_ONLY} for line in lines]
    return b"".join(json.dumps(line).encode() + b"\n" for line in kept)


def brought(ledger: Ledger, folder: Path, **options: Any) -> Ledger:
    """A second ledger into which everything of the first came."""
    there = opened(folder)
    lines = out(ledger, **options)
    if lines:
        there.append_cloudevents(carried(lines))
    return there


def said(ledger: Ledger, subject: Subject, at: View = NOW) -> list[tuple[Any, ...]]:
    """What stands in a stream, without the ids that each ledger makes for itself."""
    stream = ledger.store.subject_stream(subject)
    entries: list[Entry] = [] if stream is None else ledger.store.entries(stream)
    return [
        (s.event, s.withdrawn, s.restricted, s.corrected, len(s.disputes), s.entry.by.worker, s.entry.written_at,
         s.entry.basis, s.entry.correlation_id)
        for s in stand(entries, at)
        if s.root.name not in OWN
    ]  # fmt: skip


def test_a_line_is_a_cloud_event(here: Ledger) -> None:
    receipt = here.append("C1", VISIT, by="W1", written_at=WRITTEN)
    line = out(here)[-1]
    assert line == {
        "specversion": "1.0",
        "id": receipt.event_id,
        "source": f"urn:journey-ledger:{here.store.log_id.hex()}",
        "type": "visit-recorded.v1",
        "subject": "C1",
        "time": "2024-05-03T14:30:00Z",
        "recordedtime": "2024-05-04T10:00:00Z",
        "authid": "W1",
        "sealedtime": receipt.recorded_at.isoformat().replace("+00:00", "Z"),
        "position": 3,
        "datacontenttype": "application/json",
        "data": {"worker": "W1", "method": "face to face", "narrative": "We drew."},
    }


def test_without_identify_nothing_private_and_no_id_goes_out(here: Ledger) -> None:
    here.append("C1", VISIT, by="W1", written_at=WRITTEN)
    journey = here.stream("C1").partition(":")[2]
    lines = out(here, identify=False)
    assert [line["subject"] for line in lines] == [journey, journey]
    assert lines[0]["data"]["child_id"] == journey
    text = json.dumps(lines)
    assert not any(private in text for private in ("C1", "Nobody", "We drew"))
    assert lines[0]["data"]["born"] == "2012-05"


def test_what_goes_out_without_identify_comes_in_elsewhere(here: Ledger, tmp_path: Path) -> None:
    here.append("C1", VISIT, by="W1", written_at=WRITTEN)
    journey = here.stream("C1").partition(":")[2]
    with brought(here, tmp_path, identify=False) as there:
        (_, visit) = there.entries(journey)
        assert visit.event == VISIT.model_copy(update={"narrative": None})


def test_corrections_withdrawals_and_disputes_find_their_entries_elsewhere(here: Ledger, tmp_path: Path) -> None:
    first = here.append("C1", VISIT, by="W1", written_at=WRITTEN)
    second = here.append("C1", VISIT, by="W2", written_at=WRITTEN)
    other = VISIT.model_copy(update={"worker": "W9"})
    here.correct(first.event_id, other, reason="wrong value", note="it was W9", by="W1")
    here.withdraw(second.event_id, reason="duplicate", by="W1")
    here.append("C1", DisputeNoted(disputes=first.event_id, raised_by="parent", precision="unknown"), by="W1")
    with brought(here, tmp_path) as there:
        assert said(there, child("C1")) == said(here, child("C1"))
        assert [s.event for s in there.standings("C1")][1:] == [other, None]
        again = there.append_cloudevents(carried(out(here)))
        assert (again.appended, again.known) == (0, 6)


def test_a_correction_may_come_in_a_later_file_than_its_entry(here: Ledger, tmp_path: Path) -> None:
    first = here.append("C1", VISIT, by="W1", written_at=WRITTEN)
    with brought(here, tmp_path) as there:
        here.correct(first.event_id, VISIT.model_copy(update={"worker": "W9"}), reason="wrong value", by="W1")
        there.append_cloudevents(carried(out(here)[-1:]))
        assert said(there, child("C1")) == said(here, child("C1"))


def test_restricted_and_misfiled_entries_stay_here_and_are_counted(here: Ledger) -> None:
    here.append("C2", ChildRegistered(child_id="C2", precision="unknown"), by="W1")
    secret = here.append("C1", VISIT, by="W1", written_at=WRITTEN)
    wrong = here.append("C1", VISIT.model_copy(update={"worker": "W7"}), by="W1", written_at=WRITTEN)
    here.correct(secret.event_id, VISIT.model_copy(update={"worker": "W8"}), reason="wrong value", by="W1")
    here.append("C1", EntryRestricted(restricts=secret.event_id, reason="third party"), by="W1")
    here.move(wrong.event_id, "C2", by="W1")
    outgoing = Outgoing(here.store, identify=True)
    lines = [json.loads(line) for line in outgoing.lines([here.stream("C1")])]
    assert [line["type"] for line in lines] == ["child-registered.v1"]
    assert outgoing.told() == ["6 entries left out: restricted or misfiled"]
    assert (outgoing.given, outgoing.left_out.total()) == (1, 6)


def test_the_clock_and_the_position_choose_what_goes_out(here: Ledger) -> None:
    here.append("C1", VISIT, by="W1", written_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert [len(out(here, view(at))) for at in ("2024-05-03", "2024-05-31", "2024-06-01")] == [0, 1, 2]
    assert len(out(here, view(at=2))) == 1


def test_a_return_stays_a_return(here: Ledger, tmp_path: Path) -> None:
    here.append("C1", VISIT, by=Actor(system="import"), written_at=WRITTEN, basis="return", source=Source("ssda903"))
    assert out(here)[-1]["basis"] == "return"
    with brought(here, tmp_path) as there:
        assert there.entries("C1")[-1].basis == "return"


def test_workers_and_pods_keep_their_ids(here: Ledger, tmp_path: Path) -> None:
    here.append(Subject("worker", "W1"), WorkerJoined(occurred_on=date(2024, 1, 1), worker="W1"), by="W1")
    assert out(here)[-1]["subject"] == "worker/W1"
    assert out(here, identify=False)[-1]["subject"] == "worker/W1"
    with brought(here, tmp_path) as there:
        assert said(there, Subject("worker", "W1")) == said(here, Subject("worker", "W1"))


def test_what_cannot_stand_without_a_private_field_is_counted(here: Ledger) -> None:
    decided = ManagementDecisionRecorded(
        occurred_on=date(2024, 5, 1), decided_by="M1", decision="to visit", rationale="so it is"
    )
    here.append("C1", decided, by="M1")
    outgoing = Outgoing(here.store)
    assert len(list(outgoing.lines())) == 1
    assert any("private field" in told for told in outgoing.told())
    assert out(here)[-1]["data"]["rationale"] == "so it is"


KINDS = [
    kind
    for kind in catalogue().values()
    if "journey" in kind.streams and kind.name not in OWN and kind is not IdentitySealed and kind.area != "record"
]
practice = st.sampled_from(KINDS).flatmap(events).filter(lambda event: not problems(event, "journey"))
steps = st.lists(
    st.tuples(st.sampled_from(("say", "say", "correct", "withdraw")), practice, st.integers(0, 9)), max_size=8
)


def lived(ledger: Ledger, story: list[tuple[str, Event, int]]) -> None:
    """Append a random story of one child: entries, corrections of the same family, withdrawals."""
    roots: list[tuple[str, Event]] = []
    for number, (what, event, which) in enumerate(story):
        at = datetime(2024, 1, 1, number, tzinfo=UTC)
        if what == "say" or not roots:
            receipt = ledger.append("C1", event, by="W1", written_at=at, correlation_id=f"batch {number}")
            roots.append((receipt.event_id, event))
            continue
        target, was = roots[which % len(roots)]
        change: Event = EntryWithdrawn(withdraws=target, reason="duplicate", note="twice")
        if what == "correct":
            change = EntryCorrected(corrects=target, correction_reason="wrong value", replacement=was)
        ledger.append_many([NewEntry("C1", change, "W2", at)])


@given(steps)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_story_comes_out_and_in_as_it_was(story: list[tuple[str, Event, int]]) -> None:
    folder = Path("/unused")
    with opened(folder) as here:
        here.append("C1", REGISTERED, by="W1", written_at=WRITTEN)
        lived(here, story)
        with brought(here, folder) as there:
            assert said(there, child("C1")) == said(here, child("C1"))
            at = view("2024-01-01")
            assert said(there, child("C1"), at) == said(here, child("C1"), at)
            data = [(line["type"], line.get("time"), line["data"].get("replacement")) for line in out(here)]
            assert [(line["type"], line.get("time"), line["data"].get("replacement")) for line in out(there)] == data


def test_a_basis_that_is_none_is_refused(here: Ledger) -> None:
    line = out(here)[-1] | {"basis": "hearsay"}
    with pytest.raises(Malformed, match="practice or return"):
        here.append_cloudevents(carried([line]))


def test_what_sources_cover_goes_out_with_the_whole_ledger(here: Ledger, tmp_path: Path) -> None:
    lost = UnmentionedEpisode(journey=here.stream("C1").partition(":")[2], started_on=date(2024, 1, 1))
    declared = SourceCoverageDeclared(
        system="cms",
        areas=("visit",),
        covers_from=date(2024, 1, 1),
        covers_until=date(2025, 1, 1),
        complete=True,
        unmentioned=(lost,),
    )
    here.append(LEDGER, declared, by=Actor(system="cms"), written_at=WRITTEN)
    with brought(here, tmp_path) as there:
        [(event, *_)] = said(there, LEDGER)
        assert event == declared.model_copy(update={"unmentioned": None})


def test_a_whole_authority_gives_the_same_numbers_elsewhere(tmp_path: Path) -> None:
    with opened(tmp_path) as here:
        plan = Plan(children=8, years=2)
        load(here, plan, tell_authority(plan))
        with brought(here, tmp_path) as there:
            for name in ("continuity", "handovers", "allocation-summary"):
                assert there.project(name, year=2024).rows == here.project(name, year=2024).rows
