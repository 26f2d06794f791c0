"""Counts in sentences."""

from __future__ import annotations


def number(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun, thousands apart; the plural is the noun with an s, or `many`.

    >>> number(1, "row"), number(2_000, "entry", "entries")
    ('1 row', '2,000 entries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def entries(count: int) -> str:
    """Return how many entries, in words."""
    return number(count, "entry", "entries")
