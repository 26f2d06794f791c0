"""Where a number comes from: measure, clock, position, and what a reader must know before trusting it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ledger.projections.columns import sql_of
from ledger.projections.demanded import stood_on
from ledger.projections.views import ALL, needed, text

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.clock import View
    from ledger.projections.card import Card
    from ledger.projections.facts import Facts
    from ledger.projections.request import Request


def provenance(facts: Facts, card: Card, view: View, wanted: Request, on: date) -> dict[str, Any]:
    """Return the provenance of one run; `facts` stand at `view`. Values are plain and in a fixed order."""
    return {
        "measure": card.name,
        "version": card.version,
        "code_sha256" if card.fold else "sql_sha256": card.digest(),
        "views_sha256": views_digest(),
        **stood(facts, view, on),
        "asked": wanted.told(),
        **shown_and_left_out(facts),
        "restricted_rows": card.restricted,
        "coverage": _coverage(facts),
        **stood_on(needed(*sql_of(card), loosely=card.own), facts.rules),
    }


def stood(facts: Facts, view: View, on: date) -> dict[str, Any]:
    """Return where the reader stood."""
    instant = "now" if view.instant is None else view.instant.isoformat().replace("+00:00", "Z")
    return {
        "clock": "known, as its sources claim" if view.clock == "known" else "sealed by this ledger",
        "instant": instant,
        "stated": view.stated or "now",
        "reader_day": on,
        "position": facts.reader["position"],
    }


@cache
def views_digest() -> str:
    """Return the SHA-256, in hex, of the SQL of all views, each preceded by its name and length."""
    digest = sha256()
    for name in ALL:
        digest.update(f"{name} {len(text(name).encode())}\n{text(name)}".encode())
    return digest.hexdigest()


def shown_and_left_out(facts: Facts) -> dict[str, int]:
    """Count what is shown, what rests on the source's word alone, and which orders were applied."""
    cursor = facts.query(text("provenance"))
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    return dict(zip(names, row or (), strict=True))


def _coverage(facts: Facts) -> list[str]:
    """Say what the sources declare that they cover."""
    return [
        f"{system} tells of {', '.join(areas)} from {start} to before {end}{'' if complete else ', not completely'}"
        for system, areas, start, end, complete in facts.query(text("coverage_told")).fetchall()
    ]
