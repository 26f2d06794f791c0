"""Counts in sentences, and the name that was meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

_EITHER = re.compile(r"\{([^{|}]*)\|([^{|}]*)\}")


def number(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun, thousands apart; the plural is the noun with an s, or `many`.

    >>> number(1, "row"), number(2_000, "entry", "entries")
    ('1 row', '2,000 entries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def entries(count: int) -> str:
    """Return how many entries, in words."""
    return number(count, "entry", "entries")


def nearest(found: str, known: Iterable[str], before: str = "") -> str:
    """Return what to add to a sentence about a name that is not known: the one it is most like, if any is like it.

    >>> nearest("wroker", ["pod", "worker"]), nearest("from", ["from_"], before="$"), nearest("x", ["pod"])
    ('; nearest: worker', '; nearest: $from_', '')
    """
    near = get_close_matches(found, sorted(known), n=1)
    return f"; nearest: {before}{near[0]}" if near else ""


class Counted(str):
    """A note with its count before it; where its words have `{one|many}`, those that go with the count.

    It keeps them apart, so that a count can still be hidden.

    >>> Counted(1, "{clock rests|clocks rest} on them"), Counted(2_000, "{clock rests|clocks rest} on them")
    ('1 clock rests on them', '2,000 clocks rest on them')
    """

    __slots__ = ("_before", "_count", "_words")
    _before: str
    _count: int
    _words: str

    def __new__(cls, count: int, words: str, before: str = "") -> Self:
        self = super().__new__(cls, f"{before}{count:,} {_chosen(words, one=count == 1)}")
        self._before, self._count, self._words = before, count, words
        return self

    def __getnewargs__(self) -> tuple[int, str, str]:  # type: ignore[override]
        return self._count, self._words, self._before

    def under(self, below: int) -> str:
        """Return the note with a small count hidden, and in words that do not tell it was one.

        >>> Counted(1, "{child|children} dropped").under(6)
        '<6 children dropped'
        """
        if not 0 < self._count < below:
            return self
        return f"{self._before}<{below} {_chosen(self._words, one=False)}"


def counted(count: int, words: str) -> str:
    """Return a note with a count, as `Counted`."""
    return Counted(count, words)


def after(before: str, note: str) -> str:
    """Return a note with words before it; one with a count stays one."""
    if isinstance(note, Counted):
        return Counted(note._count, note._words, before + note._before)
    return before + note


def _chosen(words: str, *, one: bool) -> str:
    return _EITHER.sub(lambda found: found[1 if one else 2], words)
