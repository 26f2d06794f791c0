"""How complete a picture is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import wording

if TYPE_CHECKING:
    from ledger.projections.timeline.model import Counts


def sentences(counts: Counts, late_by: int) -> list[tuple[str, str]]:
    """Return how complete the picture is as (number, what it counts); what is none is left out, but for the first."""
    found = (
        (counts.shown, "entry shown" if counts.shown == 1 else "entries shown", True),
        (counts.withheld, "withheld: restricted or misfiled, not drawn and not told", False),
        (counts.erased, "without content: erased by law", False),
        (counts.outside, "known, about other days than those asked for", False),
        (counts.withdrawn, "withdrawn: kept, struck, counting for nothing", False),
        (counts.corrected, "corrected: the original stands beside", False),
        (counts.disputed, "disputed by somebody", False),
        (counts.expected, "expected: dated after the day it was known", False),
        (counts.late, f"known {wording.number(late_by, 'day')} or more after the day it happened", False),
        (counts.from_returns, "from a return: lateness is not counted", False),
        (counts.by_word, "known by then on the source's word alone: sealed later", False),
        (counts.later, "not yet known, about these days: drawn as ghosts", False),
        (counts.later_outside, "not yet known, about other days: not drawn", False),
    )
    return [(f"{number:,}", what) for number, what, always in found if number or always]
