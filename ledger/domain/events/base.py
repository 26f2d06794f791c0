"""The base of all events: typed, strict, frozen facts, and how their fields are marked.

A fact is inert: no clock, no id, no I/O, no behaviour. The docstring of an event is the sentence an auditor would
read aloud; each field's docstring is its description in the catalogue and the JSON Schema.

- **Coded** fields (codes, dates, ids of workers and pods, yes/no, numbers) reach the facts.
- **Private** fields (`Private[str]`: names, narrative, a child's words, reasons in prose, addresses, ids of the child)
  are sealed under the stream's own key and never reach the facts.
- A coded value from a list is a bounded string marked `In("list-name")`. Membership is checked at the append edge by
  `ledger.domain.checks`, never when a stored entry is read: tightening a list can never make an entry unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from ledger.domain.clock import london_day

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _PrivateMark:
    """Marks a field whose value is sealed under the stream's key."""


@dataclass(frozen=True, slots=True)
class In:
    """Marks a coded field whose values come from the code list of this name in `ledger.domain.codes`."""

    list_name: str


Private = Annotated[T, _PrivateMark()]

Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
WorkerId = Annotated[str, StringConstraints(min_length=1, max_length=48)]
PodId = Annotated[str, StringConstraints(min_length=1, max_length=48)]
EventId = Annotated[str, StringConstraints(min_length=36, max_length=36)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""An id given by a source that identifies a session, a plan or a setting, never a person."""
YearMonth = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]

Precision = Literal["month", "year", "not later than", "not earlier than", "approximate", "unknown"]
"""How exactly the date is known; absent means to the day (or to the moment, for `occurred_at`)."""

YesNo = Literal["yes", "no"]

RESERVED = frozenset(
    {
        "salt",
        "written_at",
        "recorded_by",
        "recorded_system",
        "source_system",
        "source_reference",
        "source_file",
        "source_line",
        "basis",
        "correlation_id",
        "causation_id",
        "unknown_codes",
        "corrects",
        "correction_reason",
        "correction_note",
        "replacement_name",
    }
)
"""Names of the envelope in a stored state, which share one flat JSON object with the event's fields."""


class Event(BaseModel):
    """A fact of a journey, as its author states it."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str]
    """The stored name, stated literally, for example `visit-recorded.v1`. It never changes."""
    area: ClassVar[str]
    """The kind of fact that a source covers or does not cover: visit, supervision, allocation ..."""
    family: ClassVar[str] = ""
    """Events of one family may correct each other; empty means only its own name."""
    streams: ClassVar[tuple[str, ...]] = ("journey",)
    """The kinds of stream it may stand in."""
    standing: ClassVar[Literal["fact", "opinion", "third party"]] = "fact"
    """How an auditor must read it: a fact observed, an opinion or analysis, or information from a third party."""

    occurred_on: date | None = None
    """The day it happened, or the first day of a period."""
    occurred_at: AwareDatetime | None = None
    """The moment it happened, where the time is known; excludes occurred_on."""
    occurred_until: date | None = None
    """The day after the last, for something that lasted: the period is half-open."""
    precision: Precision | None = None
    """How exactly the date is known; absent means to the day."""

    @property
    def day(self) -> date | None:
        """The (first) day it happened in London, or None."""
        if self.occurred_on is not None:
            return self.occurred_on
        return london_day(self.occurred_at) if self.occurred_at is not None else None


@cache
def private_fields(event_class: type[Event]) -> frozenset[str]:
    """Return the names of the fields of this class that are sealed."""
    return frozenset(
        name
        for name, info in event_class.model_fields.items()
        if any(isinstance(mark, _PrivateMark) for mark in _marks(info.annotation, info.metadata))
    )


@cache
def coded_lists(event_class: type[Event]) -> dict[str, str]:
    """Return {field: code list name} for the fields of this class that take their values from a list."""
    found = {}
    for name, info in event_class.model_fields.items():
        for mark in _marks(info.annotation, info.metadata):
            if isinstance(mark, In):
                found[name] = mark.list_name
    return found


def _marks(annotation: Any, metadata: list[Any]) -> list[Any]:
    """Collect the marks on a field, also inside `X | None` and `tuple[X, ...]`."""
    marks = list(metadata)
    marks += getattr(annotation, "__metadata__", ())
    for inner in getattr(annotation, "__args__", ()):
        marks += _marks(inner, [])
    return marks


__all__ = [
    "RESERVED",
    "Code",
    "Event",
    "EventId",
    "In",
    "PodId",
    "Precision",
    "Private",
    "Reference",
    "WorkerId",
    "YearMonth",
    "YesNo",
    "coded_lists",
    "date",
    "datetime",
    "private_fields",
]
