#: question = "How many entries are there?"
#: unit = "ledger"
"""A projection that a package would name as an entry point."""

from __future__ import annotations

from typing import Any


def fold(state: dict[str, int], _entry: Any) -> dict[str, int]:
    """Count."""
    return {"entries": state.get("entries", 0) + 1}


def table(state: dict[str, int]) -> list[dict[str, int]]:
    """One row."""
    return [state]
