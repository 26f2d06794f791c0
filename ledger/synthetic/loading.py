"""Write a synthetic authority into a ledger, in the order in which its record was written down.

Entries that name earlier ones (corrections, disputes) wait for the batch in which these were appended, since only the
ledger gives entries their ids. Loading the same plan twice writes nothing the second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.clock import start_of_day
from ledger.domain.envelope import LEDGER, Actor, Source
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.new_entry import NewEntry
from ledger.synthetic.authority import CLOSES
from ledger.synthetic.telling import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.application import Ledger
    from ledger.synthetic.authority import Plan
    from ledger.synthetic.telling import Told

BATCH = 200


def load(ledger: Ledger, plan: Plan, told: list[Told], progress: Callable[[int], object] | None = None) -> int:
    """Append what is told, and what the source covers; return how many entries were new."""
    before: int = ledger.head().size
    _declare(ledger, plan, told)
    ids: dict[str, str] = {}
    batch: list[Told] = []
    for one in told:
        if len(batch) >= BATCH or (one.about is not None and one.about not in ids):
            _append(ledger, batch, ids)
            if progress is not None:
                progress(len(batch))
            batch = []
        batch.append(one)
    _append(ledger, batch, ids)
    return ledger.head().size - before


def _append(ledger: Ledger, batch: list[Told], ids: dict[str, str]) -> None:
    receipts = ledger.append_many([_entry(one, ids) for one in batch])
    ids.update((one.key, receipt.event_id) for one, receipt in zip(batch, receipts, strict=True))


def _entry(one: Told, ids: dict[str, str]) -> NewEntry:
    event = one.event(ids[one.about]) if one.about is not None and callable(one.event) else one.event
    if callable(event):
        raise TypeError("what is told about another entry must name it")
    return NewEntry(one.subject, event, Actor(worker=one.by, system=SYSTEM), one.written_at, Source(SYSTEM, one.key))


def _declare(ledger: Ledger, plan: Plan, told: list[Told]) -> None:
    """Declare at the opening which kinds of fact this one source will hold: those it tells of, and no others.

    What it never tells of (audits, court, adoption) stays "not supplied", as in any real system. A further district is
    of the same source, of which the authority has declared this already.
    """
    if plan.district:
        return
    areas = {type(one.event).area for one in told if not callable(one.event)} - {"record"}
    declared = SourceCoverageDeclared(
        occurred_on=plan.opens,
        system=SYSTEM,
        areas=tuple(sorted(areas)),
        covers_from=plan.opens,
        covers_until=CLOSES,
        complete=True,
    )
    source = Source(SYSTEM, f"coverage/{plan.opens}")
    ledger.append(LEDGER, declared, by=Actor(system=SYSTEM), written_at=start_of_day(plan.opens), source=source)
