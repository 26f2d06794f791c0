"""Counts in sentences."""

from __future__ import annotations

import re

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


def counted(count: int, note: str) -> str:
    """Return a note with its count before it; where the note has `{one|many}`, the words that go with the count.

    >>> counted(1, "{clock rests|clocks rest} on them"), counted(2_000, "{clock rests|clocks rest} on them")
    ('1 clock rests on them', '2,000 clocks rest on them')
    """
    return f"{count:,} {_EITHER.sub(lambda found: found[1 if count == 1 else 2], note)}"
