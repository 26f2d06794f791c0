"""Find what was done to entries that no successor witnesses: the last of their streams, by trying it on the tree.

A try counts only where it mends every full subtree that it touches. What cannot be told is told as a range.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from ledger.store.diagnosis_chains import as_placed
from ledger.store.rows import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.store.diagnosis_chains import Chains, Placed
    from ledger.store.diagnosis_survey import Survey
    from ledger.store.recorder import LedgerRecorder

_PAIRS = 20_000
"""How many pairs of entries are tried for having changed places."""


@dataclass(slots=True)
class Unwitnessed:
    """What is known so far; `lost` and `extra` are added to."""

    recorder: LedgerRecorder
    survey: Survey
    chains: Chains
    hashes: Sequence[bytes]
    lost: set[int]
    extra: list[Finding]

    def explain(self, first: int, last: int) -> None:
        """Find which entry in a range was changed although no successor witnesses it."""
        if self._explain_doubts(first, last) or self._explain_swap(first, last):
            return
        ends = [(stream, end) for stream, end in self.survey.ends.items() if first <= end.position <= last]
        timed = [position for position in self.survey.ill_timed if first <= position <= last]
        if timed:
            self.lost |= set(timed)
            return
        self.lost.add(first)
        if len(ends) == 1:
            stream, end = ends[0]
            told = "what it states was changed, and its digest with it; it is the last of its stream."
            self.extra.append(Finding("changed", told, end.position, stream, end.version))
            return
        where = f"position {first}" if first == last else f"positions {first} to {last}"
        told = (
            f"an entry at {where} is not as it was sealed: one that is the last of its stream, or one whose "
            "successors in its stream were sealed anew; which of them, nothing kept in the ledger says."
        )
        self.extra.append(Finding("changed", told))

    def _explain_doubts(self, first: int, last: int) -> bool:
        """Try the other answer where either of two neighbours may be at fault."""
        hashes, tree = self.hashes, self.survey.tree
        open_ = [pair for pair in self.chains.doubts if not pair[0].loose and first <= pair[0].row.position <= last]
        if len(open_) > 1 and tree.fits({row.position: later.before for row, later in open_}, hashes):
            for row, _ in open_:
                row.loose = True
            return True
        for row, later in self.chains.doubts:
            if not any(first <= each.row.position <= last for each in (row, later)):
                continue
            if not row.loose:
                if tree.fits({row.position: later.before}, hashes):
                    row.loose = True
                    return True
                continue
            right = self.chains.leaf(later.row, later.position, later.stream, later.version, row.leaf)
            if tree.fits({row.position: row.leaf, later.position: right}, hashes):
                row.loose, later.before = False, row.leaf
                self.chains.slots[:] = [each for each in self.chains.slots if each.occupant is not row]
                return True
        return False

    def _explain_swap(self, first: int, last: int) -> bool:
        """Try whether two entries, each the last of its stream, changed places."""
        ends = [end.position for end in self.survey.ends.values()]
        timed = {near for position in self.survey.ill_timed for near in (position - 1, position, position + 1)}
        suspects = [position for position in ends if position in timed] or ends
        pairs = [(one, other) for one in suspects for other in ends if one != other][:_PAIRS]
        if suspects is ends:
            pairs = list(combinations(ends, 2))[:_PAIRS]
        rows: dict[int, Placed] = {}
        for one, other in pairs:
            if not any(first <= position <= last for position in (one, other)):
                continue
            for position in (one, other):
                if position not in rows:
                    found = as_placed(self.recorder.read_range(position - 1, position, 1), self.recorder.log_id)
                    rows |= dict.fromkeys([position], found[0]) if found else {}
            if one in rows and other in rows and self._swapped(rows[one], rows[other]):
                return True
        return False

    def _swapped(self, one: Placed, other: Placed) -> bool:
        places = ((one, other.row.position), (other, one.row.position))
        leaves = {to: self.chains.leaf(each.row, to, each.stream, each.version, each.before) for each, to in places}
        if not self.survey.tree.fits(leaves, self.hashes):
            return False
        for each, to in places:
            each.position, each.leaf = to, leaves[to]
            self.chains.placed.append(each)
        return True
