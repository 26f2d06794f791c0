"""What is put right later: a date corrected, a visit filed twice withdrawn, words disputed, a moment marked.

Each child's record gets these by chance; the first child of the authority gets all of them, so that a reader always
finds one of each.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryWithdrawn
from ledger.domain.events.story import ChronologyEntryMarked, StoryEntryRevised, StoryEntryWritten
from ledger.domain.events.visit import VisitRecorded
from ledger.synthetic import words

if TYPE_CHECKING:
    from ledger.domain.events.base import Event
    from ledger.synthetic.telling import Teller, Told


def tell_afterthoughts(teller: Teller, *, every: bool = False) -> None:
    """Tell what was put right of all that has been told so far; `every` leaves nothing to chance."""
    visits = [told for told in teller.told if isinstance(told.event, VisitRecorded)]
    stories = [told for told in teller.told if isinstance(told.event, StoryEntryWritten)]
    for kind, chance, told in (
        (_correct_date, 0.35, visits),
        (_withdraw_copy, 0.12, visits),
        (_mark, 0.4, visits),
        (_dispute, 0.1, stories),
        (_revise, 0.1, stories),
    ):
        likely = told[: len(told) * 2 // 3] or told
        if likely and (every or teller.random.random() < chance):
            kind(teller, teller.random.choice(likely))


def _correct_date(teller: Teller, told: Told) -> None:
    """The visit was a day earlier than written."""
    visit = told.event
    if not isinstance(visit, VisitRecorded) or visit.occurred_on is None:
        return
    replacement = visit.model_copy(update={"occurred_on": visit.occurred_on - timedelta(days=1)})
    note = "The diary shows the day before."

    def corrected(entry: str) -> Event:
        return EntryCorrected(
            corrects=entry, correction_reason="wrong date", correction_note=note, replacement=replacement
        )

    teller.about(told, corrected, by=told.by, after=teller.random.randrange(6, 90))


def _withdraw_copy(teller: Teller, told: Told) -> None:
    """The visit was entered twice; the copy is withdrawn."""
    if callable(told.event):
        return
    copy = teller.tell(told.event, by=told.by, lag=3)

    def withdrawn(entry: str) -> Event:
        return EntryWithdrawn(withdraws=entry, reason="duplicate", note="Entered twice.")

    teller.about(copy, withdrawn, by=told.by, after=teller.random.randrange(2, 40))


def _dispute(teller: Teller, told: Told) -> None:
    day = told.written_at.date() + timedelta(days=10)

    def disputed(entry: str) -> Event:
        return DisputeNoted(occurred_on=day, disputes=entry, raised_by="child", words=words.DISPUTE)

    teller.about(told, disputed, by=told.by, after=10)


def _mark(teller: Teller, told: Told) -> None:
    day = told.written_at.date() + timedelta(days=20)

    def marked(entry: str) -> Event:
        return ChronologyEntryMarked(occurred_on=day, marks=entry, worker=told.by, headline="A turning point")

    teller.about(told, marked, by=told.by, after=20)


def _revise(teller: Teller, told: Told) -> None:
    day = told.written_at.date() + timedelta(days=15)

    def revised(entry: str) -> Event:
        return StoryEntryRevised(
            occurred_on=day, revises=entry, worker=told.by, reason="After reading it together.", body=words.STORY[-1]
        )

    teller.about(told, revised, by=told.by, after=15)
