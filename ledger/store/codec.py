"""An event in its envelope as stored bytes, and back: encode once, decode by validating exactly what was stored.

`open` is one flat JSON object: salt, envelope, coded fields. The private block is one flat JSON object too: private
fields, and the source's reference. Names resolve only through the catalogue of events (an allow-list) after the upcast
table: nothing is ever imported because a stored byte says so. Decoding validates shape and type, never code lists.

An entry-corrected.v1 holds its replacement's fields flat beside its own, under `replacement_name`.

Not here: keys and encryption (`mapper`), positions, versions and leaves (`batch`).
"""

from __future__ import annotations

from binascii import b2a_base64
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError, create_model

from ledger.domain.clock import from_microseconds
from ledger.domain.envelope import Actor, Entry, Privacy, Source
from ledger.domain.events import catalogue
from ledger.domain.events.base import private_fields
from ledger.domain.events.record import EntryCorrected
from ledger.errors import Malformed, Problem, Unreadable
from ledger.seal.leaf import EMPTY_DIGEST
from ledger.store.upcasts import UPCASTS, upcast

if TYPE_CHECKING:
    from ledger.domain.events.base import Event
    from ledger.store.rows import New, Row


_WHOLE = frozenset({"none", "open"})
_moment = lru_cache(maxsize=1024)(from_microseconds)
_actor = lru_cache(maxsize=1024)(Actor)


class Shape:
    """What the codec needs to know of one event class, worked out once."""

    __slots__ = ("coded", "event_class", "private", "to_json", "validate")

    def __init__(self, event_class: type[Event]) -> None:
        self.event_class = event_class
        private = private_fields(event_class)
        self.private = set(private) or None
        self.coded = None if not private else {name for name in event_class.model_fields if name not in private}
        self.to_json = event_class.__pydantic_serializer__.to_json
        self.validate = event_class.__pydantic_validator__.validate_json

    def event(self, fields: bytes, *, whole: bool) -> Event:
        """Validate stored JSON; where the private block is not readable its fields are None, required or not."""
        if whole:
            return self.validate(fields, extra="ignore")  # type: ignore[no-any-return]
        coded = _coded_twin(self.event_class).__pydantic_validator__.validate_json(fields, extra="ignore")
        return self.event_class.model_construct(**vars(coded))


@cache
def _coded_twin(event_class: type[Event]) -> type[Event]:
    """Return the class with no private field required: made only where a private block cannot be read."""
    absent: dict[str, Any] = dict.fromkeys(private_fields(event_class), (Any, None))
    return create_model(event_class.__name__, __base__=event_class, **absent)


@cache
def shape(event_class: type[Event]) -> Shape:
    """Return the shape of an event class."""
    return Shape(event_class)


@cache
def _shape_of(name: str) -> Shape | None:
    found = catalogue().get(name)
    return None if found is None else shape(found)


def encode(new: New, salt: bytes) -> tuple[bytes, bytes]:
    """Return the open part and the plaintext of the private block (empty if there is nothing private)."""
    event = new.event
    head: dict[str, Any] = {"salt": b2a_base64(salt, newline=False).decode()}
    if new.written_at is not None:
        head["written_at"] = _written(new.written_at)
    if new.by.worker is not None:
        head["recorded_by"] = new.by.worker
    if new.by.system is not None:
        head["recorded_system"] = new.by.system
    source = new.source
    if source is not None:
        head["source_system"] = source.system
        if source.file is not None:
            head["source_file"] = source.file
        if source.line is not None:
            head["source_line"] = source.line
    if new.basis != "practice":
        head["basis"] = new.basis
    if new.correlation_id is not None:
        head["correlation_id"] = new.correlation_id
    if new.causation_id is not None:
        head["causation_id"] = new.causation_id
    if new.unknown_codes:
        head["unknown_codes"] = new.unknown_codes
    hidden: dict[str, Any] = {}
    if source is not None and source.reference is not None:
        hidden["source_reference"] = source.reference
    if isinstance(event, EntryCorrected):
        event = _flatten(event, head, hidden)
    known = shape(type(event))
    coded = known.to_json(event, include=known.coded, exclude_none=True)
    private = b"{}" if known.private is None else known.to_json(event, include=known.private, exclude_none=True)
    return _splice(orjson.dumps(head), coded), _splice(orjson.dumps(hidden), private) if hidden else _unless_empty(
        private
    )


def _flatten(correction: EntryCorrected, head: dict[str, Any], hidden: dict[str, Any]) -> Event:
    """Put a correction's own fields beside the envelope and return its replacement, to be stored flat."""
    if isinstance(correction.replacement, EntryCorrected):
        raise Malformed([Problem("nested-correction", "a correction cannot hold a correction.", refused=True)])
    if correction.occurred_on or correction.occurred_at or correction.occurred_until or correction.precision:
        raise Malformed(
            [Problem("dated-correction", "a correction has no date of its own; its replacement has.", refused=True)]
        )
    head["corrects"] = correction.corrects
    head["correction_reason"] = correction.correction_reason
    head["replacement_name"] = correction.replacement.name
    if correction.correction_note is not None:
        hidden["correction_note"] = correction.correction_note
    return correction.replacement


def decode(row: Row, private: bytes | None, privacy: Privacy) -> Entry:
    """Rebuild an entry from its row and its private block in clear (None: not readable, for the reason `privacy`).

    Raises `Unreadable`, naming the position, for an event that this build does not know or cannot validate.
    """
    position, stream, version, name, event_id, recorded_at, _, _, open_digest, _, coded, _ = row
    if not coded and open_digest != EMPTY_DIGEST:
        return Entry(position, stream, version, event_id, name, None, _moment(recorded_at), privacy="erased")
    try:
        head = orjson.loads(coded)
        stated = head.get
        written = stated("written_at")
        return Entry(
            position,
            stream,
            version,
            event_id,
            name,
            _event(name, head, coded, private, whole=privacy in _WHOLE),
            _moment(recorded_at),
            None if written is None else datetime.fromisoformat(written),
            _actor(stated("recorded_by"), stated("recorded_system")),
            _source(head, private) if "source_system" in head else None,
            stated("basis", "practice"),
            stated("correlation_id"),
            stated("causation_id"),
            tuple(head["unknown_codes"]) if "unknown_codes" in head else (),
            privacy,
        )
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable(
            f"the entry at position {position} ({name}) is not of the shape this build knows.",
            "journey verify --self",
        ) from None
    except _UnknownName as unknown:
        raise Unreadable(
            f"the entry at position {position} holds {unknown.args[0]!r}, an event this build does not know.",
            "read this ledger with the version that wrote it, or a later one",
        ) from None


def _source(head: dict[str, Any], private: bytes | None) -> Source:
    reference = orjson.loads(private).get("source_reference") if private else None
    return Source(head["source_system"], reference, head.get("source_file"), head.get("source_line"))


class _UnknownName(Exception):
    """A stored name that is neither in the catalogue nor in the upcast table."""


def _event(name: str, head: dict[str, Any], coded: bytes, private: bytes | None, *, whole: bool) -> Event:
    fields = coded if not private else _splice(coded, private)
    if name != EntryCorrected.name:
        return _plain(name, fields, whole=whole)
    return EntryCorrected(
        corrects=head["corrects"],
        correction_reason=head["correction_reason"],
        correction_note=orjson.loads(private).get("correction_note") if private else None,
        replacement=_plain(head["replacement_name"], fields, whole=whole),
    )


def _plain(name: str, fields: bytes, *, whole: bool) -> Event:
    if name in UPCASTS:
        name, raised = upcast(name, orjson.loads(fields))
        fields = orjson.dumps(raised)
    known = _shape_of(name)
    if known is None:
        raise _UnknownName(name)
    return known.event(fields, whole=whole)


def _splice(one: bytes, other: bytes) -> bytes:
    """Join two JSON objects without parsing them."""
    if len(other) == 2:
        return one
    return b"".join((one[:-1], b",", other[1:]))


def _unless_empty(private: bytes) -> bytes:
    return b"" if len(private) == 2 else private


def _written(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise Malformed([Problem("naive-datetime", "written_at has no time zone.", column="written_at", refused=True)])
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"
