"""Closed code lists, each with its source and year: data in `codes.json`, read once when first asked for.

A code that is not on its list is refused where an event is appended by hand, and kept, marked and reported where a
return brings it; a stored entry is never refused for its codes.

    >>> code_list("missing-kind").label("M")
    'Missing'
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ledger.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes: its title, its source and year, and {code: short label}."""

    name: str
    title: str
    source: str
    year: int
    codes: Mapping[str, str]

    def __contains__(self, code: str) -> bool:
        return code in self.codes

    def label(self, code: str) -> str:
        """Return the label of a code, or the code itself where it is not on the list."""
        return self.codes.get(code, code)

    def nearest(self, code: str) -> str | None:
        """Return the code on the list that is most like this one, or None."""
        found = get_close_matches(code, self.codes, n=1, cutoff=0.6)
        same = [known for known in self.codes if known.casefold() == code.casefold()]
        return next(iter((*same, *found)), None)


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Return all lists by name."""
    import orjson

    stored = orjson.loads(files("ledger.domain").joinpath("codes.json").read_bytes())
    return {name: CodeList(name, **told) for name, told in stored.items()}


def code_list(name: str) -> CodeList:
    """Return a list. Raises `NotFound` with the nearest names."""
    known = code_lists()
    if name not in known:
        raise NotFound("code list", name, known)
    return known[name]
