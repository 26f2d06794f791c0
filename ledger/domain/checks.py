"""What makes an event impossible or malformed: checked where it is appended, never when it is read back.

    problems(event)          every rule the event breaks, as values; an empty list lets it in
    unknown_codes(event)     the coded fields whose value is not on its list: an import keeps and reports them
    event_from_json(...)     an event from untyped data, or `Malformed` with one problem per fault

Only the impossible is a problem here. What is late, odd or missing is kept, and found by projections. No message
repeats a value of a private field.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ledger.domain.codes import code_list
from ledger.domain.events import catalogue, event_class
from ledger.domain.events.base import Code, Event, EventId, coded_lists, private_fields
from ledger.domain.events.care import AdoptionDecisionReversed
from ledger.domain.events.case import CaseReopened
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.outcome import OutcomeMeasured
from ledger.domain.events.record import (
    EntryCorrected,
    EntryWithdrawn,
    ErasureCompleted,
    ErasureOrdered,
    RecordClosed,
    SourceCoverageDeclared,
)
from ledger.domain.events.voice import ComplaintResolved
from ledger.domain.wording import nearest
from ledger.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

DATELESS = (EntryCorrected, EntryWithdrawn)
"""Events whose own date is the day they are recorded: they need not state when they happened."""

ENDS: dict[type[Event], str] = {
    ReferralDecided: "referred_on",
    AdoptionDecisionReversed: "decided_on",
    ComplaintResolved: "received_on",
    CaseReopened: "closed_on",
}
"""Events that answer something, and the field that names its day; every `started_on` does so too."""

SDQ_HIGHEST = 40
CLOSER_LOOK = ("started_on", *ENDS.values(), "covers_from", "born", "birth_date", "expected_birth_date", "areas")
CLOSER_LOOK += ("sdq_score", "score", "replacement")
"""Fields whose presence calls for more than a glance."""


def problems(event: Event, stream_kind: str | None = None) -> list[Problem]:
    """Return every rule that an event breaks, the replacement's of a correction included.

    `stream_kind` (journey, worker, pod, ledger, evaluation) is where it is to stand, if that is to be checked too.
    """
    found = [] if stream_kind is None else [*_place(event, stream_kind)]
    if _sound(event):
        return found
    found += [*_dates(event), *_births(event), *_codes(event), *_ranges(event)]
    return found + problems(event.replacement, stream_kind) if isinstance(event, EntryCorrected) else found


def _sound(event: Event) -> bool:
    """Whether an event needs no closer look: the way almost all events take, at a tenth of the cost."""
    codes, unusual = _glance(type(event))
    fields = event.__dict__
    if (fields["occurred_on"] is None) is (fields["occurred_at"] is None) or fields["occurred_until"] is not None:
        return False
    if any(fields[name] is not None for name in unusual):
        return False
    return all((code := fields[name]) is None or code in known for name, known in codes)


@cache
def _glance(kind: type[Event]) -> tuple[tuple[tuple[str, frozenset[str]], ...], tuple[str, ...]]:
    """Return a class's single-coded fields with their lists, and the fields whose presence needs a closer look."""
    lists = coded_lists(kind)
    many = [name for name in lists if "tuple" in str(kind.model_fields[name].annotation)]
    codes = tuple((name, frozenset(code_list(where).codes)) for name, where in lists.items() if name not in many)
    return codes, tuple(name for name in (*many, *CLOSER_LOOK) if name in kind.model_fields)


def given_elsewhere(event: Event) -> list[Problem]:
    """Say which events nobody hands in: those by which an erasure is ordered, closes a record and is receipted."""
    if not isinstance(event, ErasureOrdered | RecordClosed | ErasureCompleted):
        return []
    told = f"a {event.name} is written by `journey erase` alone, which looks at legal holds first."
    return [Problem("not-to-be-given", told, refused=True)]


def unknown_codes(event: Event) -> tuple[str, ...]:
    """Return the names of the coded fields whose value is not on its list, in the order of the class."""
    if isinstance(event, EntryCorrected):
        return unknown_codes(event.replacement)
    return tuple(dict.fromkeys(field for field, _, _ in _strangers(event)))


def event_from_json(name: str, data: Mapping[str, Any]) -> Event:
    """Build the event of a stored name (with or without its version) from untyped JSON data.

    Dates are ISO 8601 strings, moments have their offset. Raises `NotFound` for an unknown name and `Malformed` for
    unknown, missing and wrongly typed fields, one problem each.
    """
    kind = event_class(name)
    if kind is EntryCorrected:
        return _correction(data)
    return _validated(kind, data)


class _CorrectionAlone(Event):
    """A correction without its replacement, which is an event of its own already when this is validated."""

    corrects: EventId
    correction_reason: Code
    correction_note: str | None = None


def _correction(data: Mapping[str, Any]) -> Event:
    """Build a correction: `replacement` is {"type": event name, "data": its fields}."""
    found: list[Problem] = []
    given = data.get("replacement")
    if isinstance(given, dict) and isinstance(given.get("type"), str) and isinstance(given.get("data"), dict):
        try:
            replacement = event_from_json(given["type"], given["data"])
        except Malformed as error:
            found += [replace(fault, column=f"replacement.{fault.column}") for fault in error.problems]
    else:
        told = 'expected an object {"type": event name, "data": {...}}.'
        found.append(_refused("wrong-type", told, "replacement"))
    try:
        alone = _validated(_CorrectionAlone, {name: value for name, value in data.items() if name != "replacement"})
    except Malformed as error:
        found += error.problems
    if found:
        raise Malformed(found, hint=f"journey events {EntryCorrected.name}")
    return EntryCorrected(**dict(alone), replacement=replacement)


def _validated(kind: type[Event], data: Mapping[str, Any]) -> Event:
    import orjson

    found = [*_bare_numbers(kind, data)]
    try:
        event = kind.model_validate_json(orjson.dumps(data))
    except ValidationError as error:
        found += [_problem(kind, fault) for fault in error.errors(include_url=False, include_input=False)]
    if found:
        raise Malformed(found, hint=f"journey events {_name(kind)}")
    return event


def _bare_numbers(kind: type[Event], data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the moments given as digits alone, which the validator would take for seconds since 1970."""
    for field, value in data.items():
        info = kind.model_fields.get(field)
        if info is not None and "AwareDatetime" in str(info.annotation) and isinstance(value, str):
            if not value.lstrip("+-").replace(".", "", 1).isdigit():
                continue
            yield _refused("bad-date", _WORDS["datetime_parsing"], field)


_WORDS = {
    "missing": "this field is missing.",
    "string_type": "expected text.",
    "int_type": "expected a whole number.",
    "float_type": "expected a number.",
    "bool_type": "expected true or false.",
    "tuple_type": "expected a list.",
    "date_type": "expected a date like 2024-03-31.",
    "date_parsing": "expected a date like 2024-03-31.",
    "date_from_datetime_parsing": "expected a date like 2024-03-31.",
    "date_from_datetime_inexact": "expected a date like 2024-03-31, without a time.",
    "datetime_type": "expected a moment like 2024-03-31T10:15:00+01:00.",
    "datetime_parsing": "expected a moment like 2024-03-31T10:15:00+01:00.",
    "datetime_from_date_parsing": "expected a moment like 2024-03-31T10:15:00+01:00.",
    "timezone_aware": "this moment has no time zone; add Z or an offset like +01:00.",
    "string_too_short": "expected text of at least {min_length} characters.",
    "string_too_long": "expected text of at most {max_length} characters.",
    "string_pattern_mismatch": "this text has not the form {pattern}.",
    "greater_than_equal": "expected a number of at least {ge}.",
    "less_than_equal": "expected a number of at most {le}.",
    "literal_error": "expected one of {expected}.",
    "finite_number": "expected a finite number.",
}
"""A sentence for each fault of the validator, with what it tells of the rule and never the value."""

_NAMES = {
    "missing": "missing-field",
    "timezone_aware": "naive-datetime",
}


def _problem(kind: type[Event], fault: ErrorDetails) -> Problem:
    """Put one fault of pydantic into a sentence; values of private fields are never in it."""
    field = str(fault["loc"][0]) if fault["loc"] else None
    if fault["type"] == "extra_forbidden":
        return _unknown_field(kind, field or "")
    name = _NAMES.get(fault["type"], "bad-date" if fault["type"].startswith("date") else "wrong-type")
    words = _WORDS.get(fault["type"])
    told = words.format(**fault.get("ctx", {})) if words else f"{fault['msg']}."
    return Problem(name, told, column=field, refused=True)


def _name(kind: type[Event]) -> str:
    return EntryCorrected.name if kind is _CorrectionAlone else kind.name


def _unknown_field(kind: type[Event], field: str) -> Problem:
    told = f"{_name(kind)} has no such field{nearest(field, kind.model_fields)}."
    return Problem("unknown-field", told, column=field, refused=True)


def _dates(event: Event) -> Iterator[Problem]:
    if event.occurred_on is not None and event.occurred_at is not None:
        yield _refused("two-dates", "give occurred_on or occurred_at, not both.", "occurred_at")
    dated = event.day is not None or event.precision == "unknown" or isinstance(event, DATELESS)
    if not dated and "journey" in type(event).streams and type(event).area != "record":
        yield _refused("missing-date", "say when it happened, or that the precision is unknown.", "occurred_on")
    if event.day is not None and event.occurred_until is not None and event.occurred_until < event.day:
        yield _refused("end-before-start", "occurred_until lies before the first day.", "occurred_until")
    field = ENDS.get(type(event), "started_on")
    began = getattr(event, field, None)
    if began is not None and event.day is not None and event.precision is None and began > event.day:
        yield _refused("end-before-start", f"it ended before it began: {field} is later.", field)
    covers = getattr(event, "covers_from", None), getattr(event, "covers_until", None)
    if covers[0] is not None and covers[1] is not None and covers[1] <= covers[0]:
        yield _refused("end-before-start", "covers_until must be after covers_from.", "covers_until")


def _births(event: Event) -> Iterator[Problem]:
    born, birth_date = getattr(event, "born", None), getattr(event, "birth_date", None)
    if birth_date is not None and born is not None and born != f"{birth_date:%Y-%m}":
        yield _refused("two-births", "born is not the year and month of birth_date.", "born")
    if isinstance(event, ChildRegistered) and (born or birth_date):
        for field in ("expected_birth", "expected_birth_date"):
            if getattr(event, field) is not None:
                yield _refused("two-births", "a child is born or expected, not both.", field)


def _ranges(event: Event) -> Iterator[Problem]:
    score, field = getattr(event, "sdq_score", None), "sdq_score"
    if isinstance(event, OutcomeMeasured) and event.instrument == "SDQ" and event.scale is None:
        score, field = event.score, "score"
    if score is not None and not 0 <= score <= SDQ_HIGHEST:
        yield _refused("impossible-score", f"a total difficulties score lies between 0 and {SDQ_HIGHEST}.", field)
    if isinstance(event, SourceCoverageDeclared):
        known = {kind.area for kind in catalogue().values()}
        for area in event.areas:
            if area not in known:
                yield _refused("unknown-code", f"no event is about {area!r}{nearest(area, known)}.", "areas")


def _place(event: Event, stream_kind: str) -> Iterator[Problem]:
    streams = type(event).streams
    if stream_kind not in streams:
        told = f"a {type(event).name} stands in a stream of kind {' or '.join(streams)}, not {stream_kind}."
        yield _refused("wrong-stream", told, "name")


def _codes(event: Event) -> Iterator[Problem]:
    for field, list_name, code in _strangers(event):
        near = code_list(list_name).nearest(code)
        told = f"{code!r} is not in the list {list_name}" + (f"; nearest: {near!r}." if near else ".")
        private = field in private_fields(type(event))
        yield _refused("unknown-code", "the code is not in its list." if private else told, field)


def _strangers(event: Event) -> Iterator[tuple[str, str, str]]:
    """Yield (field, list, code) for every code that is not on its list."""
    for field, list_name in coded_lists(type(event)).items():
        value = getattr(event, field)
        codes = value if isinstance(value, tuple) else () if value is None else (value,)
        for code in codes:
            if code not in code_list(list_name):
                yield field, list_name, code


def _refused(code: str, message: str, column: str) -> Problem:
    return Problem(code, message, column=column, refused=True)
