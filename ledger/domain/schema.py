"""What the event classes say of themselves: fields for people, JSON Schema for machines. Both come from the classes.

    >>> [field.name for field in fields(event_class("child-born"))][:2]
    ['born', 'birth_date']

Private fields are marked `x-private`; a field whose values come from a code list bears the list as `x-code-list`, with
its codes. Codes are no `enum`: a return may bring a code that is on no list yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.domain.codes import code_list
from ledger.domain.events.base import Event, coded_lists, private_fields
from ledger.domain.events.record import EntryCorrected

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "date": "date",
    "date-time": "moment",
}
WHEN = tuple(Event.model_fields)
"""The fields every event has: when it happened."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field as people read it. `kept` is `coded` or `private`; `code_list` is empty where there is none."""

    name: str
    kind: str
    required: bool
    kept: str
    code_list: str
    meaning: str


def sentence(event: type[Event]) -> str:
    """Return what the event says, as an auditor would read it aloud."""
    return " ".join((event.__doc__ or "").split())


def fields(event: type[Event]) -> list[Field]:
    """Return the event's own fields in the order of the class, then the fields that say when it happened."""
    told = schema(event)
    private, lists = private_fields(event), coded_lists(event)
    names = [name for name in event.model_fields if name not in WHEN]
    return [
        Field(
            name=name,
            kind=_kind(told["properties"][name], told.get("$defs", {})),
            required=name in told.get("required", ()),
            kept="private" if name in private else "coded",
            code_list=lists.get(name, ""),
            meaning=told["properties"][name].get("description", ""),
        )
        for name in (*names, *WHEN)
    ]


def schema(event: type[Event]) -> dict[str, Any]:
    """Return the JSON Schema of the event's data, with private fields and code lists marked."""
    made = event.model_json_schema(mode="validation")
    properties = made["properties"]
    for name in private_fields(event):
        properties[name]["x-private"] = True
    for name, list_name in coded_lists(event).items():
        listed = code_list(list_name)
        properties[name]["x-code-list"] = {
            "name": listed.name,
            "title": listed.title,
            "source": listed.source,
            "year": listed.year,
            "codes": dict(listed.codes),
        }
    if issubclass(event, EntryCorrected):
        _interchange(made)
    for prop in properties.values():
        prop.pop("title", None)
    about = {
        "$schema": DIALECT,
        "title": event.name,
        "description": sentence(event),
        "x-area": event.area,
        "x-streams": list(event.streams),
        "x-standing": event.standing,
    }
    return about | {name: value for name, value in made.items() if name not in ("title", "description")}


def _interchange(made: dict[str, Any]) -> None:
    """Describe a replacement as it is given from outside: the name of an event and its data."""
    made.pop("$defs", None)
    made["properties"]["replacement"] = {
        "description": made["properties"]["replacement"].get("description", ""),
        "type": "object",
        "properties": {"type": {"type": "string"}, "data": {"type": "object"}},
        "required": ["type", "data"],
        "additionalProperties": False,
    }


def _kind(prop: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """Say in plain words what a property holds."""
    if "anyOf" in prop:
        return next(_kind(part, defs) for part in prop["anyOf"] if part.get("type") != "null")
    if "$ref" in prop:
        return _kind(defs[prop["$ref"].rpartition("/")[2]], defs)
    if "enum" in prop:
        return " | ".join(prop["enum"])
    if prop.get("type") == "array":
        return f"list of {_kind(prop['items'], defs)}"
    return KINDS[prop.get("format", prop.get("type", "object"))]
