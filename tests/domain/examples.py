"""Events made from what their classes say: one example with every field, and a Hypothesis strategy, for each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

from ledger.domain.events.base import Event
from ledger.domain.events.record import EntryCorrected
from ledger.domain.events.visit import VisitRecorded

PATTERNS = {
    r"^\d{4}-(0[1-9]|1[0-2])$": st.sampled_from(["2012-02", "1999-12"]),
    r"^[0-9a-f]{32}$": st.just("0f" * 16),
    r"^[0-9a-f]{64}$": st.just("a1" * 32),
}
dates = st.dates(date(1990, 1, 1), date(2060, 1, 1))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


def events(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Build any event of a class that its types admit; code lists and rules between fields are not heeded."""
    if kind is EntryCorrected:
        return st.builds(
            kind,
            corrects=st.uuids().map(str),
            correction_reason=st.just("wrong value"),
            correction_note=st.none() | st.text(max_size=9),
            replacement=events(VisitRecorded),
        )
    return st.fixed_dictionaries({name: _field(info) for name, info in kind.model_fields.items()}).map(
        lambda given: kind(**given)
    )


def _field(info: Any) -> st.SearchStrategy[Any]:
    made = _values(info.annotation, info.metadata)
    return made if info.is_required() else made | st.just(info.default)


def _values(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _values(inner[0], [*metadata, *inner[1:]])
    if origin in (Union, UnionType):
        return st.one_of([st.none() if kind is NoneType else _values(kind, metadata) for kind in inner])
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(_values(inner[0], []), max_size=3).map(tuple)
    if annotation is AwareDatetime or annotation is datetime:
        return moments
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        return st.builds(annotation, **{name: _field(info) for name, info in fields.items()})
    return _simple(annotation, _limits(metadata))


def _simple(annotation: Any, limits: dict[str, Any]) -> st.SearchStrategy[Any]:
    low, high = limits.get("ge"), limits.get("le")
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(low, high if high is not None else 2**40)
    if annotation is float:
        return st.floats(low, high, allow_nan=False, allow_infinity=False)
    if annotation is date:
        return dates
    assert annotation is str, annotation
    if limits.get("pattern"):
        return PATTERNS[limits["pattern"]]
    return st.text(min_size=limits.get("min_length") or 0, max_size=limits.get("max_length") or 20)


def _limits(metadata: list[Any]) -> dict[str, Any]:
    """Collect the bounds of a type from its metadata, those inside `Field` included."""
    found: dict[str, Any] = {}
    for mark in metadata:
        for part in (mark, *getattr(mark, "metadata", ())):
            for name in ("ge", "le", "min_length", "max_length", "pattern"):
                if getattr(part, name, None) is not None:
                    found[name] = getattr(part, name)
    return found
