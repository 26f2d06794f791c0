"""New entries to append: short to write, different when they must be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ledger.domain.envelope import Actor
from ledger.domain.events.identity import ChildRegistered, IdentitySealed
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.domain.events.visit import VisitRecorded
from ledger.store import New

FIRST_DAY = date(2024, 5, 1)
WORKER = Actor(worker="W1")


def new(stream: str, event: Any, **envelope: Any) -> New:
    return New(stream, event, envelope.pop("by", WORKER), **envelope)


def registered(stream: str, child_id: str = "C-001", **envelope: Any) -> New:
    return new(stream, ChildRegistered(occurred_on=FIRST_DAY, child_id=child_id, born="2012-02"), **envelope)


def visit(stream: str, day: int = 0, narrative: str | None = "We drew the house.", **envelope: Any) -> New:
    event = VisitRecorded(occurred_on=FIRST_DAY + timedelta(days=day), worker="W1", narrative=narrative)
    return new(stream, event, **envelope)


def corrected(stream: str, entry_id: str, day: int, **envelope: Any) -> New:
    replacement = visit(stream, day, "It was the garden.").event
    event = EntryCorrected(
        corrects=entry_id, correction_reason="wrong date", correction_note="misread", replacement=replacement
    )
    return new(stream, event, **envelope)


def withdrawn(stream: str, entry_id: str, **envelope: Any) -> New:
    return new(stream, EntryWithdrawn(withdraws=entry_id, reason="wrong child"), **envelope)


def identity_sealed(stream: str, **envelope: Any) -> New:
    return new(stream, IdentitySealed(occurred_on=FIRST_DAY, authority="an adoption order"), **envelope)
