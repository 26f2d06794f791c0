"""A ledger of three children with a correction, a withdrawal and a late entry: for what reads a whole ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ledger.application import Ledger, create_ledger
from ledger.domain.envelope import Source, child, pod, worker
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.pod import PodFormed, WorkerJoined, WorkerJoinedPod
from ledger.domain.events.visit import VisitRecorded

if TYPE_CHECKING:
    from pathlib import Path

CHILDREN = ("C-1", "C-2", "C-3")


def at(month: int, day: int) -> datetime:
    """Noon of a day of 2024, in UTC."""
    return datetime(2024, month, day, 12, tzinfo=UTC)


def small_ledger(folder: Path) -> Ledger:
    """Make it: C-1 and C-2 are W1's in P1, C-3 is W2's in P2; visits in May; the changes are of June."""
    ledger = create_ledger(folder, authority="Testshire (synthetic)")
    for who, where in (("W1", "P1"), ("W2", "P2")):
        ledger.append(pod(where), PodFormed(occurred_on=date(2024, 1, 1), pod=where, pod_name=f"Pod {where}"), by="M")
        ledger.append(worker(who), WorkerJoined(occurred_on=date(2024, 1, 1), worker=who), by="M", written_at=at(1, 1))
        joined = WorkerJoinedPod(occurred_on=date(2024, 1, 1), worker=who, pod=where)
        ledger.append(pod(where), joined, by="M", written_at=at(1, 1))
    for number, name in enumerate(CHILDREN):
        who = "W2" if name == "C-3" else "W1"
        source = Source("tables", f"{name}-born", "children.csv", number + 2)
        registered = ChildRegistered(
            occurred_on=date(2024, 4, 1),
            child_id=name,
            born=f"20{10 + 5 * number}-06",
            sex="F" if number else "M",
            ethnicity="WBRI",
        )
        ledger.append(child(name), registered, by="M", written_at=at(4, 1), source=source)
        ledger.append(
            name,
            ReferralDecided(occurred_on=date(2024, 4, 1), referred_on=date(2024, 4, 1), accepted=True),
            by=who,
            written_at=at(4, 1),
        )
        ledger.append(name, WorkerAllocated(occurred_on=date(2024, 4, 2), worker=who), by=who, written_at=at(4, 2))
        for day in (1, 8, 15):
            seen = VisitRecorded(occurred_on=date(2024, 5, day), worker=who, child_seen="yes")
            visited = Source("tables", f"{name}-{day}", "visits.csv", 10 * number + day)
            ledger.append(name, seen, by=who, written_at=at(5, day), source=visited)
    visits = [entry for entry in ledger.entries("C-1") if entry.name == "visit-recorded.v1"]
    by_other = VisitRecorded(occurred_on=date(2024, 5, 1), worker="W2", child_seen="yes")
    ledger.correct(visits[0].event_id, by_other, reason="wrong person", by="W1", written_at=at(6, 3))
    ledger.withdraw(visits[1].event_id, reason="entered in error", by="W1", written_at=at(6, 4))
    late = VisitRecorded(occurred_on=date(2024, 5, 20), worker="W1", child_seen="yes")
    ledger.append("C-2", late, by="W1", written_at=at(6, 5))
    return ledger
