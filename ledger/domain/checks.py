"""What makes an event impossible or malformed: checked where it is appended, never when it is read back.

    problems(event)          every rule the event breaks, as values; an empty list lets it in
    unknown_codes(event)     the coded fields whose value is not on its list: an import keeps and reports them
    event_from_json(...)     an event from untyped data, or `Malformed` with one problem per fault

Only the impossible is a problem here. What is late, odd or missing is kept, and found by projections. No message
repeats a value of a private field.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ledger.domain.codes import code_list
from ledger.domain.events import event_class
from ledger.domain.events.base import Event, coded_lists, private_fields
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

DATELESS = (EntryCorrected, EntryWithdrawn)
"""Events whose own date is the day they are recorded: they need not state when they happened."""

STARTS = ("started_on", "referred_on", "decided_on")
"""Fields that name the day on which began what the event ends."""


def problems(event: Event) -> list[Problem]:
    """Return every rule that an event breaks, the replacement's of a correction included."""
    if _sound(event):
        return []
    found = [*_dates(event), *_births(event), *_codes(event)]
    return found + problems(event.replacement) if isinstance(event, EntryCorrected) else found


def _sound(event: Event) -> bool:
    """Whether an event needs no closer look: the way almost all events take, at a tenth of the cost."""
    codes, unusual = _glance(type(event))
    fields = event.__dict__
    if fields["occurred_on"] is None or fields["occurred_at"] is not None or fields["occurred_until"] is not None:
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
    unusual = (*many, *STARTS, "covers_from", "expected_birth", "replacement")
    return codes, tuple(name for name in unusual if name in kind.model_fields)


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


def _correction(data: Mapping[str, Any]) -> Event:
    """Build a correction: `replacement` is {"type": event name, "data": its fields}."""
    given = data.get("replacement")
    if not (isinstance(given, dict) and isinstance(given.get("type"), str) and isinstance(given.get("data"), dict)):
        told = 'replacement must be an object {"type": event name, "data": {...}}.'
        raise Malformed([Problem("wrong-type", told, column="replacement", refused=True)])
    replacement = event_from_json(given["type"], given["data"])
    # The strict base class is validated without its replacement, which is an event of its own already.
    bare = _validated(EntryWithdrawn, {"withdraws": data.get("corrects"), "reason": data.get("correction_reason")})
    assert isinstance(bare, EntryWithdrawn)
    strangers = data.keys() - {"corrects", "correction_reason", "correction_note", "replacement"}
    if strangers:
        raise Malformed([_unknown_field(EntryCorrected, field) for field in sorted(strangers)])
    note = data.get("correction_note")
    if note is not None and not isinstance(note, str):
        raise Malformed([Problem("wrong-type", "expected text.", column="correction_note", refused=True)])
    return EntryCorrected(
        corrects=bare.withdraws, correction_reason=bare.reason, correction_note=note, replacement=replacement
    )


def _validated(kind: type[Event], data: Mapping[str, Any]) -> Event:
    import orjson

    try:
        return kind.model_validate_json(orjson.dumps(data))
    except ValidationError as error:
        raise Malformed(
            [_problem(kind, fault) for fault in error.errors(include_url=False, include_input=False)],
            hint=f"journey events {kind.name}",
        ) from None


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
}

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
    return Problem(name, _WORDS.get(fault["type"], fault["msg"] + "."), column=field, refused=True)


def _unknown_field(kind: type[Event], field: str) -> Problem:
    near = get_close_matches(field, kind.model_fields, n=1)
    told = f"{kind.name} has no such field" + (f"; nearest: {near[0]}." if near else ".")
    return Problem("unknown-field", told, column=field, refused=True)


def _dates(event: Event) -> Iterator[Problem]:
    if event.occurred_on is not None and event.occurred_at is not None:
        yield _refused("two-dates", "give occurred_on or occurred_at, not both.", "occurred_at")
    dated = event.day is not None or event.precision == "unknown" or isinstance(event, DATELESS)
    if not dated and "journey" in type(event).streams and type(event).area != "record":
        yield _refused("missing-date", "say when it happened, or that the precision is unknown.", "occurred_on")
    if event.day is not None and event.occurred_until is not None and event.occurred_until <= event.day:
        yield _refused("end-before-start", "occurred_until must be after the first day.", "occurred_until")
    for field in STARTS:
        began = getattr(event, field, None)
        if began is not None and event.day is not None and began > event.day:
            yield _refused("end-before-start", f"it ended before it began: {field} is later.", field)
    covers = getattr(event, "covers_from", None), getattr(event, "covers_until", None)
    if covers[0] is not None and covers[1] is not None and covers[1] <= covers[0]:
        yield _refused("end-before-start", "covers_until must be after covers_from.", "covers_until")


def _births(event: Event) -> Iterator[Problem]:
    born, expected = getattr(event, "born", None), getattr(event, "expected_birth", None)
    if born is not None and expected is not None:
        yield _refused("two-births", "a child is born or expected, not both.", "expected_birth")


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
