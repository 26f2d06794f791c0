"""Read new entries given as CloudEvents 1.0, one JSON object a line.

    {"specversion": "1.0", "source": "https://cms.example/visits", "id": "77", "type": "visit-recorded.v1",
     "subject": "C-001", "recordedtime": "2024-05-04T09:00:00Z", "authid": "SW1001",
     "data": {"occurred_on": "2024-05-03", "worker": "SW1001", "child_seen": "yes"}}

`source` and `id` are the idempotency key. `subject` is the authority's id of a child, or `worker/ID`, `pod/ID`,
`evaluation/ID`, `ledger`. `time` is when it happened, where `data` does not say; `recordedtime` when it was written
down; `basis` is `return` for what is known to a periodic return and not to workers. `sealedtime` and `position` belong
to a ledger that gives entries out: coming in they are refused.

Pure: bytes in, drafts and problems out; every problem has its line, and none repeats a value of a private field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from ledger.domain.checks import event_from_json, given_elsewhere, problems
from ledger.domain.clock import london_day, moment
from ledger.domain.envelope import LEDGER, Actor, Source, Subject
from ledger.domain.wording import nearest
from ledger.errors import Malformed, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.envelope import Basis
    from ledger.domain.events.base import Event

REQUIRED = ("specversion", "id", "source", "type", "subject")
OPTIONAL = (
    "time",
    "data",
    "datacontenttype",
    "dataschema",
    "recordedtime",
    "authid",
    "correlationid",
    "causationid",
    "basis",
)
BASES: tuple[Basis, ...] = ("practice", "return")
OUTGOING = ("sealedtime", "position")
KINDS = ("worker", "pod", "evaluation")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Incoming:
    """One new entry as its sender gives it, and the line it stands on."""

    line: int
    subject: Subject
    event: Event
    by: Actor
    source: Source
    written_at: datetime | None
    correlation_id: str | None
    causation_id: str | None
    basis: Basis = "practice"

    @property
    def key(self) -> tuple[str, str]:
        """The idempotency key: source and id."""
        assert self.source.reference is not None
        return self.source.system, self.source.reference


def read_cloudevents(data: bytes, file: str, now: datetime) -> tuple[list[Incoming], list[Problem]]:
    """Read all lines; whatever is wrong anywhere is told, with its line."""
    text, problem = _text(data, file)
    if problem is not None:
        return [], [problem]
    found: list[Incoming] = []
    told: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(_incoming(line, number, now))
        except Malformed as error:
            told += [replace(each, file=file, line=number, refused=True) for each in error.problems]
        except NotFound as error:
            told.append(Problem("unknown-event", str(error), file, number, "type", refused=True))
    if not found and not told:
        told.append(_refused("empty-file", "expected events, one a line, found an empty file.", file=file))
    return found, told + list(_repeated(found, file))


def _incoming(line: str, number: int, now: datetime) -> Incoming:
    """Read one line. Raises `Malformed`, `NotFound` for an unknown event."""
    given = _object(line)
    found = list(_attributes(given))
    if found:
        raise Malformed(found)
    written_at = _moment(given, "recordedtime")
    if written_at is not None and written_at > now:
        raise Malformed([_refused("written-later", "expected a time in the past.", "recordedtime")])
    subject = _subject(given["subject"])
    event = event_from_json(given["type"], _dated(given))
    if subject.kind not in type(event).streams:
        streams = " or ".join(type(event).streams)
        told = f"a {event.name} stands in a {streams} stream, and the subject is a {subject.kind}."
        raise Malformed([_refused("wrong-stream", told, "subject")])
    broken = problems(event) + given_elsewhere(event)
    if broken:
        raise Malformed(broken, f"journey events {event.name}")
    by = Actor(worker=given["authid"]) if given.get("authid") else Actor(system=given["source"])
    source = Source(given["source"], given["id"])
    ids = given.get("correlationid"), given.get("causationid")
    return Incoming(number, subject, event, by, source, written_at, *ids, given.get("basis") or "practice")


def _object(line: str) -> dict[str, Any]:
    import orjson

    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        told = f"expected one JSON object a line, found something else at column {error.colno}."
        raise Malformed([_refused("bad-json", told)]) from None
    if not isinstance(given, dict):
        raise Malformed([_refused("bad-json", "expected one JSON object a line, found another value.")])
    return given


def _attributes(given: dict[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with the attributes around the data."""
    for name in REQUIRED:
        if name not in given:
            yield _refused("missing-field", "expected this attribute, found none.", name)
    for name in given:
        if name in OUTGOING:
            yield _refused("outgoing-only", "a ledger gives this out; it cannot be brought in.", name)
        elif name not in REQUIRED and name not in OPTIONAL:
            near = nearest(name, (*REQUIRED, *OPTIONAL))
            yield _refused("unknown-field", f"this is no attribute of an event coming in{near}.", name)
    for name in (*REQUIRED, *OPTIONAL):
        value = given.get(name)
        if name == "data":
            if value is not None and not isinstance(value, dict):
                yield _refused("wrong-type", "expected an object.", name)
        elif value is not None and not (isinstance(value, str) and 0 < len(value) <= LONGEST):
            yield _refused("wrong-type", f"expected text of 1 to {LONGEST} characters.", name)
        elif name in REQUIRED and name in given and value is None:
            yield _refused("wrong-type", "expected text, found null.", name)
    if isinstance(given.get("specversion"), str) and given["specversion"] != "1.0":
        yield _refused("wrong-version", "expected CloudEvents 1.0.", "specversion")
    yield from _choices(given)


def _choices(given: dict[str, Any]) -> Iterator[Problem]:
    """Say which attributes have another value than those they may have."""
    for name, allowed in (("datacontenttype", ("application/json",)), ("basis", BASES)):
        if given.get(name) not in (None, *allowed):
            yield _refused("wrong-type", f"expected {' or '.join(allowed)}.", name)


def _dated(given: dict[str, Any]) -> dict[str, Any]:
    """Return the data with `time` as the moment it happened, where the data does not say when itself."""
    data: dict[str, Any] = dict(given.get("data") or {})
    at = _moment(given, "time")
    if at is None:
        return data
    if data.get("occurred_on") is None and data.get("occurred_at") is None:
        data["occurred_at"] = at.isoformat()
    elif data.get("occurred_on") is not None and data["occurred_on"] != london_day(at).isoformat():
        raise Malformed([_refused("two-dates", "`time` and `occurred_on` name different days.", "time")])
    return data


def _moment(given: dict[str, Any], name: str) -> datetime | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        return moment(cast("str", text))
    except Malformed as error:
        raise Malformed([replace(problem, column=name) for problem in error.problems]) from None


def _subject(text: str) -> Subject:
    if text == "ledger":
        return LEDGER
    kind, slash, rest = text.partition("/")
    if slash and kind in KINDS:
        if not rest:
            raise Malformed([_refused("wrong-type", f"expected an id after {kind}/.", "subject")])
        return Subject(cast("Any", kind), rest)
    return Subject("journey", text)


def _repeated(found: list[Incoming], file: str) -> Iterator[Problem]:
    """Refuse a key that two lines share with different content; the same content twice is one entry."""
    first: dict[tuple[str, str], Incoming] = {}
    for each in found:
        before = first.setdefault(each.key, each)
        if (before.subject, before.event, before.by, before.written_at) != (
            each.subject,
            each.event,
            each.by,
            each.written_at,
        ):
            told = f"line {before.line} has the same source and id with other content."
            yield _refused("duplicate-key", told, "id", file, each.line)


def _text(data: bytes, file: str) -> tuple[str, Problem | None]:
    if not data.strip():
        return "", _refused("empty-file", "expected events, one a line, found an empty file.", file=file)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:200]:
        return "", _refused("not-utf-8", "expected UTF-8, found UTF-16; save it as UTF-8.", file=file)
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", _refused("not-utf-8", "expected UTF-8, found other bytes; save it as UTF-8.", None, file, line)


def _refused(
    code: str, message: str, column: str | None = None, file: str | None = None, line: int | None = None
) -> Problem:
    return Problem(code, message, file, line, column, refused=True)
