"""How old shapes of events become the present ones: one pure function per old name, for ever.

A new shape of an event is a new name (`visit-recorded.v2`); its class states that name, and this table says what the
old one becomes. A function gets the stored fields as JSON gives them, coded and private together (private ones are
missing where the key is not here), and returns the fields of the new name. Old bytes are never rewritten.

    UPCASTS["visit-recorded.v1"] = Upcast("visit-recorded.v2", lambda old: old | {"method": "face to face"})

An upcast may not keep the same name, and may not look at a clock, a code list or another entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upcast:
    """What an old name becomes, and how its fields do."""

    becomes: str
    fields: Callable[[Fields], Fields]


UPCASTS: dict[str, Upcast] = {}
"""{old stored name: its upcast}. Nothing has been reshaped yet."""


def upcast(name: str, fields: Fields, table: Mapping[str, Upcast] = UPCASTS) -> tuple[str, Fields]:
    """Apply every step from an old name to the present one; a present name comes back unchanged."""
    while (step := table.get(name)) is not None:
        name, fields = step.becomes, step.fields(fields)
    return name, fields
