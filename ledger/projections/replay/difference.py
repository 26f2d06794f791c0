"""What came to be known of a case between two moments: new entries, changed ones, withdrawn ones, disputes.

Compared is what stood at the earlier view with what stood at the later; each entry is told once, with what differs
field by field. Withheld entries are counted and not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ledger.domain.standing import stand
from ledger.projections.replay.lines import Line, as_known, line, telling_order
from ledger.projections.withheld import withheld
from ledger.projections.words import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.clock import View
    from ledger.domain.envelope import Entry
    from ledger.domain.standing import Standing

News = Literal["became known", "changed", "withdrawn", "reinstated", "disputed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry that stands otherwise at the later view; `changed` is empty where nothing stood before."""

    news: News
    changed: tuple[Difference, ...]
    line: Line


@dataclass(frozen=True, slots=True)
class Turns:
    """What differs between two views of one case, oldest first by when it happened; `withheld` are not told."""

    earlier: View
    later: View
    turns: tuple[Turn, ...]
    unchanged: int
    withheld: int


def between(entries: Sequence[Entry], earlier: View, later: View, *, late_by: int) -> Turns:
    """Tell what became known, changed or was withdrawn after `earlier` and by `later`."""
    hidden = withheld(entries, later)
    before = {standing.root.event_id: standing for standing in as_known(stand(entries, earlier), earlier)}
    found, unchanged, concealed = [], 0, 0
    for standing in as_known(stand(entries, later), later):
        news = _news(before.get(standing.root.event_id), standing)
        if news is None:
            unchanged += 1
        elif standing.root.event_id in hidden:
            concealed += 1
        else:
            told = line(standing, later, None, late_by)
            turn = Turn(news, _changed(before.get(standing.root.event_id), standing), told)
            found.append((telling_order(told, standing), turn))
    turns = tuple(turn for _, turn in sorted(found, key=lambda pair: pair[0]))
    return Turns(earlier, later, turns, unchanged, concealed)


def _news(before: Standing | None, after: Standing) -> News | None:
    if before is None:
        return "became known"
    if after.withdrawn != before.withdrawn:
        return "withdrawn" if after.withdrawn else "reinstated"
    if after.entry.event_id != before.entry.event_id:
        return "changed"
    return "disputed" if len(after.disputes) > len(before.disputes) else None


def _changed(before: Standing | None, after: Standing) -> tuple[Difference, ...]:
    if before is None or before.event is None or after.event is None:
        return ()
    return differences(before.event, after.event)
