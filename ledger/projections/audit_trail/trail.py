"""The audit trail: every entry in the order it was sealed, with its three clocks, its lag, who wrote it, where it came
from, what it changed and where it is sealed.

Nothing is folded away: corrections, withdrawals, restrictions and disputes are lines of their own, and each names the
position of the entry it is about. Lines are made one by one, so that a trail of a whole ledger needs no more memory
than a trail of one case. Withheld entries keep their line and lose their content.

    >>> tally = Tally()
    >>> lines = list(trail(sealed, history=history, hidden={}, tally=tally))      # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.domain.clock import london_day
from ledger.domain.events.base import coded_lists, private_fields
from ledger.projections.audit_trail.change import Change, change
from ledger.projections.lag import lag_days
from ledger.projections.words import title, when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ledger.domain.clock import View
    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.projections.withheld import Withheld

Sealed = tuple["Entry", str]
"""An entry and the leaf that seals it, in hex."""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry of the trail. `happened` says when it happened as it states, `change` what it did to another entry.

    `written_at` is None where the source does not say. `lag_days` is None for entries of a return, undated or inexact
    ones. `changed_by` are the positions of corrections and withdrawals of it, where the trail was told of them.
    `notice` says why there is no content.
    """

    position: int
    stream: str
    version: int
    event_id: str
    leaf: str
    name: str
    title: str
    happened: str | None
    written_at: datetime | None
    recorded_at: datetime
    lag_days: int | None
    basis: str
    worker: str | None
    system: str | None
    source: str | None
    file: str | None
    line: int | None
    change: Change | None
    changed_by: tuple[int, ...]
    unknown_codes: tuple[str, ...]
    notice: str | None


@dataclass(slots=True)
class Tally:
    """What a trail passed while it was read: complete when it is exhausted.

    `chosen` are the entries asked for whatever their lag, of which `from_returns` have none because a return brought
    them; `shown` are those told, of which `withheld` without content.
    """

    chosen: int = 0
    from_returns: int = 0
    shown: int = 0
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries a trail tells. Written days are half-open, in London; without a written clock the recorded tells.

    `worker` chooses what that worker wrote, is named in as a worker, or has in the stream `worker_stream`.
    `late_by` chooses lags of at least so many days.
    """

    written_from: date | None = None
    written_to: date | None = None
    worker: str | None = None
    worker_stream: str | None = None
    late_by: int | None = None

    def wants(self, entry: Entry) -> bool:
        """Whether the trail tells this entry, however late it was written."""
        known = london_day(entry.known_at)
        return (
            (self.written_from is None or known >= self.written_from)
            and (self.written_to is None or known < self.written_to)
            and (self.worker is None or self._concerns_worker(entry))
        )

    def wants_lag(self, lag: int | None) -> bool:
        """Whether it tells entries written this many days after they happened."""
        return self.late_by is None or (lag is not None and lag >= self.late_by)

    def _concerns_worker(self, entry: Entry) -> bool:
        if entry.by.worker == self.worker or entry.stream == self.worker_stream:
            return True
        return entry.event is not None and self.worker in named_workers(entry.event)


EVERYTHING = Choice()


def trail(
    entries: Iterable[Sealed],
    *,
    view: View,
    history: Callable[[str], Sequence[Entry]],
    hidden: Mapping[str, Withheld],
    tally: Tally,
    choice: Choice = EVERYTHING,
    changed_by: Mapping[str, tuple[int, ...]] | None = None,
) -> Iterator[TrailLine]:
    """Tell entries in the order given, as far as the view admits them and the choice wants them.

    `history` gives all entries of a stream, asked only where an entry changes another; `hidden` the withheld ones.
    """
    for entry, leaf in entries:
        if not (view.admits(entry) and choice.wants(entry)):
            continue
        lag = lag_days(entry, entry.event)
        tally.chosen += 1
        tally.from_returns += entry.basis == "return"
        if not choice.wants_lag(lag):
            continue
        tally.shown += 1
        done = change(entry, history, hidden)
        why = hidden.get(entry.event_id)
        tally.withheld += why is not None
        yield _line(entry, leaf, lag, done, why, (changed_by or {}).get(entry.event_id, ()))


def changes_of(entries: Iterable[Entry]) -> dict[str, tuple[int, ...]]:
    """Return {event id: positions of the corrections and withdrawals of it} among these entries."""
    found: dict[str, tuple[int, ...]] = {}
    for entry in entries:
        target = getattr(entry.event, "corrects", None) or getattr(entry.event, "withdraws", None)
        if target is not None:
            found[target] = (*found.get(target, ()), entry.position)
    return found


def named_workers(event: Event) -> frozenset[str]:
    """Return the ids an event names in its fields for workers, also those of a replacement it carries."""
    return frozenset(_named(event))


def _named(event: Event) -> Iterator[str]:
    apart = private_fields(type(event)) | coded_lists(type(event)).keys()
    for name in type(event).model_fields:
        value = getattr(event, name, None)
        if name == "replacement" and value is not None:
            yield from _named(value)
        elif name in apart or "pod" in name:
            continue
        elif isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (inner for inner in value if isinstance(inner, str))


def _line(
    entry: Entry, leaf: str, lag: int | None, done: Change | None, why: Withheld | None, changed_by: tuple[int, ...]
) -> TrailLine:
    source = entry.source
    shown = entry.event if why is None else None
    notice = str(why) if why is not None else "content erased by law" if entry.event is None else None
    return TrailLine(
        position=entry.position,
        stream=entry.stream,
        version=entry.version,
        event_id=entry.event_id,
        leaf=leaf,
        name="" if why is not None else entry.name,
        title="entry" if why is not None else title(entry.name),
        happened=when(shown) if shown is not None and shown.day is not None else None,
        written_at=entry.written_at,
        recorded_at=entry.recorded_at,
        lag_days=lag if why is None else None,
        basis=entry.basis,
        worker=entry.by.worker,
        system=entry.by.system,
        source=source.system if source else None,
        file=source.file if source else None,
        line=source.line if source else None,
        change=done,
        changed_by=changed_by,
        unknown_codes=entry.unknown_codes if why is None else (),
        notice=notice,
    )
