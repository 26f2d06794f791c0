"""The state of a case in words, as the journey's fold has it, and its workers in order.

Where nothing is recorded, the state says whether a source was there to tell: an absence that nobody could have
reported is `not supplied`, never "none". Days are counted to the end of the day the state is told for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger.domain import wording
from ledger.domain.words import words_of
from ledger.projections.words import Told, coded, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ledger.domain.journey import Journey
    from ledger.domain.spans import Span
    from ledger.domain.standing import Standing

DUE_SHOWN = 6


@dataclass(frozen=True, slots=True)
class StateLine:
    """One thing the state says: `said` in words, since or on which day, by which entry, and own words below it."""

    label: str
    said: str
    on: date | None = None
    position: int | None = None
    fields: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One worker in one role for one period, half-open; `days` to the end of the day the state is told for."""

    worker: str
    role: str
    post: str | None
    pod: str | None
    started_on: date | None
    ended_on: date | None
    days: int | None
    reason: str | None
    end_reason: str | None
    positions: tuple[int, ...]


def state(journey: Journey, on: date, absent: Callable[[str], str], hidden: int) -> tuple[StateLine, ...]:
    """Tell the state at the end of a day; `hidden` entries are withheld and count for nothing in it."""
    found = [StateLine("not counted", f"{hidden} withheld or misfiled")] if hidden else []
    found += _who(journey)
    found += _stage(journey, on)
    found += _care(journey, on, absent)
    found += _holders(journey, on, absent)
    found.append(_last("last seen", journey.last_seen, on, absent("visit"), ("worker", "location")))
    found.append(_last("last seen alone", journey.last_seen_alone, on, absent("visit"), ("worker", "location")))
    found.append(_words(journey.last_words, on, absent("voice")))
    discussed = ("mode", "supervisor", "decision", "rationale")
    found.append(_last("last supervision", journey.last_supervision, on, absent("supervision"), discussed))
    decided = ("decided_by", "kind", "decision", "rationale")
    found.append(_last("last decision", journey.last_decision, on, absent("management decision"), decided))
    found += _due(journey, on)
    found += [
        StateLine("to check", f"{remark.message} {_places(s.root.position for s in remark.about)}".rstrip())
        for remark in journey.remarks
    ]
    return tuple(found)


def workers(journey: Journey, on: date) -> tuple[WorkerLine, ...]:
    """Tell all workers in any role, in the order in which they began."""
    return tuple(
        WorkerLine(
            worker=one.worker,
            role=one.role,
            post=one.post,
            pod=one.pod,
            started_on=one.started_on,
            ended_on=one.ended_on,
            days=None if one.started_on is None else _days(one.started_on, one.ended_on or on + timedelta(days=1)),
            reason=coded("worker-change-reason", one.reason) if one.reason else None,
            end_reason=coded("worker-change-reason", one.end_reason) if one.end_reason else None,
            positions=tuple(standing.root.position for standing in one.entries),
        )
        for one in journey.workers
    )


def _who(journey: Journey) -> Iterable[StateLine]:
    if journey.died is not None:
        yield StateLine("died", str(journey.died), journey.died)
    if journey.sealed:
        yield StateLine("identity", "sealed: closed to practice")
    if journey.merged_with:
        yield StateLine("same child as", wording.number(len(journey.merged_with), "other journey"))


def _stage(journey: Journey, on: date) -> Iterable[StateLine]:
    if not journey.stages:
        yield StateLine("stage", "nothing on record opens the case")
        return
    since = _since(journey.since, on, certain=_sure(journey, journey.stage, journey.since))
    yield StateLine("stage", f"{journey.stage}{since}", journey.since)
    if len(journey.statuses) > 1:
        began = [_since(s.since, on, certain=_sure(journey, s.name, s.since)) for s in journey.statuses]
        told_statuses = [f"{status.name}{since}" for status, since in zip(journey.statuses, began, strict=True)]
        yield StateLine("statuses", "; ".join(told_statuses))
    if journey.protection_category:
        yield StateLine("plan category", coded("abuse-category", journey.protection_category))
    stages = {status.name for status in journey.statuses}
    for span in journey.open:
        if span.what not in stages:
            yield _open(span, on)


def _open(span: Span, on: date) -> StateLine:
    return StateLine("open", f"{span.what}{_since(span.started_on, on)}", span.started_on, span.start.root.position)


def _care(journey: Journey, on: date, absent: Callable[[str], str]) -> Iterable[StateLine]:
    care = journey.care
    if care.row is None:
        ended = [period.ended_on for period in care.periods if period.ended_on is not None]
        none = f"none: not looked after since {ended[-1]}" if ended else absent("care")
        yield StateLine("legal status", none)
        yield StateLine("placement", none)
        return
    if care.period is not None:
        since = _since(care.period.started_on, on, certain=care.period.certain)
        yield StateLine("looked after", since.removeprefix(", "), care.period.started_on)
    if care.legal_status is not None:
        said = coded("legal-status", care.legal_status)
        said += _since(care.legal_status_since, on, certain=_certain(journey, care.legal_status_since))
        yield StateLine("legal status", said, care.legal_status_since, care.row.start.root.position)
    place = care.placement
    if place is not None:
        kind = coded("placement-type", place.type) if place.type else "kind not stated"
        provider = f", provided by: {coded('placement-provider', place.provider)}" if place.provider else ""
        urn = f", URN {place.urn}" if place.urn else ""
        said = kind + provider + urn + _since(place.since, on, certain=place.certain)
        yield StateLine("placement", said, place.since, place.row.start.root.position)


def _holders(journey: Journey, on: date, absent: Callable[[str], str]) -> Iterable[StateLine]:
    holder = journey.allocated
    if holder is not None:
        post = f" ({holder.post})" if holder.post else ""
        said = f"{holder.worker}{post}{_since(journey.allocated_since, on)}"
        yield StateLine("allocated worker", said, journey.allocated_since, holder.start.root.position)
    else:
        ended = [spell.ended_on for spell in journey.held if spell.ended_on is not None]
        yield StateLine("allocated worker", f"nobody since {ended[-1]}" if ended else absent("allocation"))
    if journey.adviser is not None:
        adviser = journey.adviser
        said = f"{adviser.worker}{_since(adviser.started_on, on)}"
        yield StateLine("personal adviser", said, adviser.started_on, adviser.start.root.position)
    spell = journey.pods[-1] if journey.pods and journey.pods[-1].ended_on is None else None
    if spell is not None:
        since = _since(spell.started_on, on)
        yield StateLine("pod", f"{spell.pod}{since}", spell.started_on, spell.start.root.position)
    elif journey.pod is not None:
        yield StateLine("pod", f"{journey.pod}, as the allocated worker's")
    else:
        yield StateLine("pod", absent("allocation") if not journey.workers else "none recorded")


def _sure(journey: Journey, status: str, since: date | None) -> bool:
    return status != "looked after" or _certain(journey, since)


def _certain(journey: Journey, since: date | None) -> bool:
    """Whether what began on this day began then, and not with a period of care that began not later than then."""
    return all(period.certain for period in journey.care.periods if period.started_on == since)


def _last(label: str, standing: Standing | None, on: date, none: str, names: tuple[str, ...]) -> StateLine:
    if standing is None or standing.event is None:
        return StateLine(label, none)
    fields = {field.name: field for field in told(standing.event, standing.entry.unknown_codes)}
    chosen = [fields[name] for name in names if name in fields]
    coded_ones = "".join(f", {field.label}: {field.text}" for field in chosen if not field.prose)
    said = f"{_ago(standing.event.day, on)}{coded_ones}"
    own = tuple(field for field in chosen if field.prose)
    return StateLine(label, said, standing.event.day, standing.root.position, own)


def _words(standing: Standing | None, on: date, none: str) -> StateLine:
    if standing is None or standing.event is None:
        return StateLine("words of the child", none)
    words = words_of(standing.event) or ""
    field = Told("words", "words", words, words, private=True)
    day = standing.event.day
    return StateLine("words of the child", _ago(day, on), day, standing.root.position, (field,))


def _due(journey: Journey, on: date) -> Iterable[StateLine]:
    for due in journey.next_due[:DUE_SHOWN]:
        past = f", {wording.number((on - due.on).days, 'day')} ago" if due.on < on else ""
        yield StateLine("next due", f"{due.on}{past}: {due.what}", due.on, due.standing.root.position)
    if len(journey.next_due) > DUE_SHOWN:
        yield StateLine("next due", f"and {len(journey.next_due) - DUE_SHOWN} more")
    if not journey.next_due:
        yield StateLine("next due", "nothing with a day is recorded")


def _since(day: date | None, on: date, *, certain: bool = True) -> str:
    if day is None:
        return ", since an unknown day"
    days = wording.number(_days(day, on + timedelta(days=1)), "day")
    return f", since {day} ({days})" if certain else f", since not later than {day} (at least {days})"


def _ago(day: date | None, on: date) -> str:
    return "on an unknown day" if day is None else f"{day} ({wording.number((on - day).days, 'day')} before)"


def _days(start: date, until: date) -> int:
    return (until - start).days


def _places(positions: Iterable[int]) -> str:
    return ", ".join(f"[{position}]" for position in positions)
