"""One line of a replayed case: an entry as it stands at the view, with all that was said about it since.

The original stands beside its correction, a withdrawn entry is told as withdrawn, disputes are told beside. Withheld
and misfiled entries keep their place and lose their content, their kind and their day: they stand on the day on which
they became known, and so does what is undated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from ledger.domain.clock import LONDON, london_day
from ledger.domain.events import catalogue
from ledger.domain.events.record import DisputeNoted, EntryCorrected, EntryWithdrawn
from ledger.projections.lag import lag_days
from ledger.projections.words import Difference, Told, coded, differences, title, told, when

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from ledger.domain.clock import View
    from ledger.domain.envelope import Actor, Entry, Privacy, Source
    from ledger.domain.events.base import Event
    from ledger.domain.standing import Standing
    from ledger.projections.withheld import Withheld

Condition = Literal["in force", "corrected", "withdrawn", "withheld", "misfiled", "erased"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who wrote one entry, when, from where, and where it is sealed."""

    position: int
    version: int
    event_id: str
    written_at: datetime | None
    recorded_at: datetime
    by: str
    source: str | None
    basis: str
    recorded_later: bool
    """Recorded after the view's instant: known by then on the source's word alone."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What was said about an entry later: a correction, a withdrawal or a dispute, with its reason in words."""

    kind: Literal["corrected", "withdrawn", "disputed"]
    reason: str
    note: str | None
    changed: tuple[Difference, ...]
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the case. `on` is the day it stands on; `happened` says when it happened, None where withheld.

    `fields` are those in force (the last known ones of a withdrawn entry); `original` those first written, where
    a correction replaced them. `notice` says in a sentence why there is no content.
    """

    on: date
    happened: str | None
    name: str | None
    title: str
    area: str | None
    standing: Literal["fact", "opinion", "third party"] | None
    condition: Condition
    expected: bool
    lag_days: int | None
    late: bool
    private: Privacy
    unknown_codes: tuple[str, ...]
    fields: tuple[Told, ...]
    original: tuple[Told, ...]
    remarks: tuple[Remark, ...]
    notice: str | None
    stamp: Stamp


def as_known(standings: Iterable[Standing], view: View) -> list[Standing]:
    """Return standings that tell nothing of an original that was not known yet when its correction already was.

    Such an entry stands as if it began, without content, with what was first said about it.
    """
    return [s if view.admits(s.root) or not s.changes else replace(s, root=_begun(s)) for s in standings]


def line(
    standing: Standing, view: View, why: Withheld | None, late_by: int, places: Mapping[str, int] = MappingProxyType({})
) -> Line:
    """Tell one entry; `why` it is withheld, if it is; late from `late_by` days of lag.

    `places` is {event id: position}, so that entries that name others name their positions.
    """
    if why is not None:
        return _hidden(standing, view, why)
    content = _content(standing)
    if content is None:
        return _erased(standing, view) if standing.root.privacy == "erased" else _unheard(standing, view)
    lag = None if standing.expected else lag_days(standing.root, content)
    in_force = standing.root if standing.withdrawn else standing.entry
    return Line(
        on=content.day or london_day(standing.root.known_at),
        happened=when(content),
        name=content.name,
        title=title(content.name),
        area=content.area,
        standing=content.standing,
        condition="withdrawn" if standing.withdrawn else "corrected" if standing.corrected else "in force",
        expected=standing.expected,
        lag_days=lag,
        late=lag is not None and lag >= late_by,
        private=in_force.privacy,
        unknown_codes=in_force.unknown_codes,
        fields=told(content, in_force.unknown_codes, places),
        original=_original(standing, content, places),
        remarks=_remarks(standing, view),
        notice=None,
        stamp=stamp(standing.root, view),
    )


def stamp(entry: Entry, view: View) -> Stamp:
    """Tell who wrote an entry, when and from where."""
    return Stamp(
        position=entry.position,
        version=entry.version,
        event_id=entry.event_id,
        written_at=entry.written_at,
        recorded_at=entry.recorded_at,
        by=author(entry.by, entry.source),
        source=origin(entry.source),
        basis=entry.basis,
        recorded_later=view.clock == "known" and view.instant is not None and entry.recorded_at > view.instant,
    )


def author(actor: Actor, source: Source | None) -> str:
    """Return who recorded, in words; the system only where it is not the source anyway."""
    if actor.worker and actor.system and (source is None or source.system != actor.system):
        return f"{actor.worker} through {actor.system}"
    return str(actor)


def origin(source: Source | None) -> str | None:
    """Return the source in words, without the reference, which may identify a person."""
    if source is None:
        return None
    place = f", {source.file}" if source.file else ""
    return source.system + place + (f" line {source.line}" if source.line is not None else "")


def telling_order(told_line: Line, standing: Standing) -> tuple[date, int, int]:
    """Order lines by the day they stand on, then by the time of day where it is known, then by position."""
    content = None if told_line.notice else _content(standing)
    at = content.occurred_at if content is not None else None
    minute = 0 if at is None else 1 + at.astimezone(LONDON).hour * 60 + at.astimezone(LONDON).minute
    return told_line.on, minute, standing.root.position


def last_day(told_line: Line, standing: Standing) -> date:
    """Return the last day of what a line tells, to select by when things happened."""
    content = None if told_line.notice else _content(standing)
    if content is None or content.occurred_until is None:
        return told_line.on
    return max(told_line.on, content.occurred_until.fromordinal(content.occurred_until.toordinal() - 1))


def _content(standing: Standing) -> Event | None:
    """Return the content in force, or what a withdrawn entry last said."""
    if standing.event is not None or not standing.withdrawn:
        return standing.event
    said = [change.event.replacement for change in standing.changes if isinstance(change.event, EntryCorrected)]
    return said[-1] if said else standing.root.event


def _original(standing: Standing, content: Event, places: Mapping[str, int]) -> tuple[Told, ...]:
    root = standing.root
    if root.event is None or root.event is content:
        return ()
    happened = Told("when", "when", when(root.event), when(root.event))
    return (happened, *told(root.event, root.unknown_codes, places))


def _remarks(standing: Standing, view: View) -> tuple[Remark, ...]:
    found, last = [], standing.root.event
    for change in standing.changes:
        event, by = change.event, stamp(change, view)
        if isinstance(event, EntryCorrected):
            changed = () if last is None else differences(last, event.replacement)
            reason = coded("correction-reason", event.correction_reason)
            found.append(Remark("corrected", reason, event.correction_note, changed, by))
            last = event.replacement
        elif isinstance(event, EntryWithdrawn):
            found.append(Remark("withdrawn", coded("withdrawal-reason", event.reason), event.note, (), by))
    for dispute in standing.disputes:
        event = dispute.event
        if isinstance(event, DisputeNoted):
            who = coded("respondent", event.raised_by)
            found.append(Remark("disputed", who, event.words, (), stamp(dispute, view)))
    return tuple(found)


def _hidden(standing: Standing, view: View, why: Withheld) -> Line:
    notice = str(why)
    return _without_content(standing, view, "misfiled" if why.misfiled else "withheld", notice, None)


def _erased(standing: Standing, view: View) -> Line:
    return _without_content(standing, view, "erased", "content erased by law", standing.root.name)


def _unheard(standing: Standing, view: View) -> Line:
    return _without_content(standing, view, "withdrawn", "withdrawn before it was known what it said", None)


def _begun(standing: Standing) -> Entry:
    root = standing.root
    return replace(standing.changes[0], event=None, event_id=root.event_id, name=root.name)


def _without_content(standing: Standing, view: View, condition: Condition, notice: str, name: str | None) -> Line:
    kind = catalogue().get(name) if name else None
    return Line(
        on=london_day(standing.root.known_at),
        happened=None,
        name=name,
        title=title(name) if name else "entry",
        area=kind.area if kind else None,
        standing=kind.standing if kind else None,
        condition=condition,
        expected=False,
        lag_days=None,
        late=False,
        private="erased" if condition == "erased" else "none",
        unknown_codes=(),
        fields=(),
        original=(),
        remarks=(),
        notice=notice,
        stamp=stamp(standing.root, view),
    )
