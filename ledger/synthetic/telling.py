"""What the synthetic record says: each thing told once, by whom, and when it was written down.

Most is written on the day or the next; some is late, as in life. Everything has a source reference, so that loading the
same authority twice writes nothing the second time. A thing told about another (a correction, a withdrawal, a dispute)
names it by its key and is made when that one's entry id is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ledger.domain.clock import LONDON
from ledger.domain.envelope import Subject

if TYPE_CHECKING:
    from random import Random

    from ledger.domain.events.base import Event

SYSTEM = "synthetic case management"
"""The one source of a synthetic authority."""

LAGS = ((0, 45), (1, 30), (2, 12), (4, 7), (9, 3), (23, 2), (48, 1))
"""Days between an event and its writing down, with weights."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event to be appended; `about` is the key of the earlier one that `event` makes itself from."""

    key: str
    subject: Subject
    event: Event | Callable[[str], Event]
    by: str
    written_at: datetime
    about: str | None = None


class Teller:
    """Collects what is told of one subject, gives keys, and decides when each was written down."""

    def __init__(self, subject: Subject, random: Random, closes: date) -> None:
        self.subject, self.random, self.closes = subject, random, closes
        self.told: list[Told] = []
        self._written: Counter[date] = Counter()

    def tell(self, event: Event, *, by: str, prompt: bool = False, lag: int | None = None) -> Told:
        """Tell an event; `prompt` things are written on the day. What would be written after the end is left out."""
        day = event.day
        if day is None:
            raise ValueError(f"a synthetic {event.name} must say when it happened")
        if lag is None:
            lag = 0 if prompt else self.random.choices(*zip(*LAGS, strict=True))[0]
        return self._add(event, by, day + timedelta(days=lag))

    def about(self, earlier: Told, make: Callable[[str], Event], *, by: str, after: int) -> Told:
        """Tell something about an earlier thing, `after` days after that one was written."""
        return self._add(make, by, earlier.written_at.astimezone(LONDON).date() + timedelta(days=after), earlier.key)

    def _add(self, event: Event | Callable[[str], Event], by: str, written: date, about: str | None = None) -> Told:
        # What is written on one day is written in the order in which it is told, some minutes apart.
        self._written[written] += 1
        moment = datetime.combine(written, time(9), LONDON) + timedelta(minutes=11 * self._written[written])
        key = f"{self.subject.kind}/{self.subject.id}/{len(self.told) + 1}"
        told = Told(key, self.subject, event, by, moment, about)
        if written < self.closes:
            self.told.append(told)
        return told
