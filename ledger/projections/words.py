"""An event in words: its title, its fields with their labels, when it happened, and how two of them differ.

A code is shown with its label and the code itself, so that neither the reader nor the system it came from loses its
word. Titles come from stored names, labels from field names: a new event needs nothing here.

    >>> title("visit-recorded.v1"), label("sdq_score")
    ('visit recorded', 'SDQ score')

Not here: which entries are told, and how they are laid out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ledger.domain.clock import LONDON
from ledger.domain.codes import code_lists
from ledger.domain.events.base import Event, coded_lists, private_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CAPITALS = {"uasc": "UASC", "sdq": "SDQ", "urn": "URN", "upn": "UPN", "id": "id", "swe": "SWE"}
WHEN = frozenset(Event.model_fields)
"""The fields of the base, which say when it happened."""


@dataclass(frozen=True, slots=True)
class Told:
    """One field of an event in words. `value` is what is stored, `text` what a reader sees."""

    name: str
    label: str
    value: Any
    text: str
    private: bool = False

    @property
    def prose(self) -> bool:
        """Whether it is somebody's own words, to be set apart from coded fields."""
        return self.private and isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between an event and what replaced it, in words; None where there was nothing."""

    label: str
    before: str | None
    after: str | None
    private: bool = False


def title(name: str) -> str:
    """Return a stored name as words: `care-episode-started.v1` is `care episode started`."""
    return " ".join(CAPITALS.get(word, word) for word in name.rpartition(".v")[0].split("-"))


def label(field: str) -> str:
    """Return a field's name as words."""
    return " ".join(CAPITALS.get(word, word) for word in field.split("_"))


def sentence(event: Event) -> str:
    """Return the sentence an auditor would read aloud: the first of the event's docstring."""
    return (type(event).__doc__ or "").strip().partition("\n")[0]


def when(event: Event) -> str:
    """Return when an event happened in words, as exactly as it is known; periods name their last day."""
    if event.precision == "unknown" or event.day is None:
        return "date unknown"
    if event.precision == "month":
        return f"{event.day:%Y-%m}"
    if event.precision == "year":
        return f"{event.day:%Y}"
    text = event.day.isoformat()
    if event.occurred_at is not None:
        text = f"{event.occurred_at.astimezone(LONDON):%Y-%m-%d %H:%M}"
    if event.occurred_until is not None:
        last = date.fromordinal(event.occurred_until.toordinal() - 1)
        text += f" to {last}" if last != event.day else ""
    return f"{event.precision} {text}" if event.precision else text


def told(
    event: Event, unknown: Collection[str] = (), places: Mapping[str, int] = MappingProxyType({})
) -> tuple[Told, ...]:
    """Return the fields an event holds, in the order of its class.

    `unknown` names fields whose code is on no list. Ids of entries in `places` are told as positions.
    """
    private, lists = private_fields(type(event)), coded_lists(type(event))
    found = []
    for name in type(event).model_fields:
        value = getattr(event, name, None)
        if name in WHEN or value is None or value == ():
            continue
        text = plain(_placed(value, places), lists.get(name))
        if name in unknown:
            text += " (unknown code)"
        found.append(Told(name, label(name), value, text, name in private))
    return tuple(found)


def differences(before: Event, after: Event) -> tuple[Difference, ...]:
    """Return what differs between an event and what stands in its place: what it is, when, then field by field."""
    found = []
    if before.name != after.name:
        found.append(Difference("what happened", title(before.name), title(after.name)))
    if when(before) != when(after):
        found.append(Difference("when", when(before), when(after)))
    old = {field.name: field for field in told(before)}
    new = {field.name: field for field in told(after)}
    for name in (*new, *(name for name in old if name not in new)):
        was, now = old.get(name), new.get(name)
        if (was and was.value) != (now and now.value):
            found.append(
                Difference(
                    label(name),
                    before=None if was is None else was.text,
                    after=None if now is None else now.text,
                    private=any(field.private for field in (was, now) if field is not None),
                )
            )
    return tuple(found)


def _placed(value: Any, places: Mapping[str, int]) -> Any:
    if isinstance(value, tuple):
        return tuple(_placed(inner, places) for inner in value)
    return f"entry at position {places[value]}" if isinstance(value, str) and value in places else value


def plain(value: Any, list_name: str | None = None) -> str:
    """Return a value as a reader sees it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(plain(inner, list_name) for inner in value)
    if isinstance(value, BaseModel):
        return " ".join(plain(inner) for inner in value.model_dump().values() if inner is not None)
    if isinstance(value, datetime):
        return f"{value.astimezone(LONDON):%Y-%m-%d %H:%M}"
    return coded(list_name, value) if list_name and isinstance(value, str) else str(value)


def coded(list_name: str, code: str) -> str:
    """Return a code with its label: `full care order (C1)`; a code that is a plain word, or unknown, stands alone."""
    known = code_lists().get(list_name)
    words = code if known is None else known.label(code)
    return code if words.casefold() == code.casefold() else f"{words} ({code})"
