"""Say what was done to a ledger that is not as it was sealed: every finding, each named once, without its echoes.

1. `diagnosis_survey` reads everything once: odd values, gaps, streams that do not hang together, leaves.
2. `diagnosis_chains` follows each such stream backwards: a row's true leaf is witnessed by its successor.
3. `diagnosis_match` finds which row belongs in which place.
4. Here the tree is mended with the witnessed leaves and compared with the sealed frontier, subtree by subtree; what it
   still does not explain was done to an entry that is the last of its stream. Then everything is told.

The mended tree is the ledger as it was sealed: it is what outside checkpoints are compared with, so that an edit gives
one finding and a ledger sealed anew gives another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger.seal.leaf import ZERO
from ledger.seal.tree import EMPTY_ROOT
from ledger.store.diagnosis_chains import Chains, Placed, as_placed
from ledger.store.diagnosis_match import Matching
from ledger.store.diagnosis_survey import Survey, late, survey
from ledger.store.diagnosis_telling import Telling
from ledger.store.diagnosis_unwitnessed import Unwitnessed
from ledger.store.lawful import erasures
from ledger.store.recompute import OPENED
from ledger.store.rows import Finding, SelfVerification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.store.batch import Edge
    from ledger.store.recorder import LedgerRecorder

_LAST = 1 << 62


def diagnose(recorder: LedgerRecorder, edge: Edge | None, *, sizes: Sequence[int], at: int) -> SelfVerification:
    """Read a damaged ledger and return all findings. `edge` is the stored frontier, None where it is not one."""
    found = survey(recorder, None if edge is None else _trusted_size(recorder, edge))
    if not found.rows:
        counted = edge.tree.size if edge is not None else 0
        said = f", and its frontier counts {counted}" if counted else ""
        empty = Finding("no-entries", f"nothing was checked: the ledger holds no entries{said}.")
        bad = [] if edge is not None else [Telling.bad_frontier("its hashes do not fit its size")]
        return SelfVerification(0, [empty, *bad], EMPTY_ROOT, counted=counted)
    work = _Diagnosis(recorder, edge, found)
    work.run()
    telling = Telling(found, work.chains, work.matching, work.lost)
    findings = [*telling.findings(), *work.extra]
    if late(found.last_recorded, at):
        findings.append(
            Finding("clock-set-back", "the last entry was recorded more than five minutes after the present time.")
        )
    accused = {finding.position for finding in findings}
    found.kept.stated = [each for each in found.kept.stated if each.position not in accused]
    unlawful, told, orders = erasures(found.kept, recorder)
    findings += [each for each in unlawful if each.position not in accused]
    findings.sort(key=lambda each: _LAST if each.position is None else each.position)
    if not work.whole:
        told.append("the ledger as it was sealed could not be put together again: roots of earlier sizes are not known")
    count = found.rows + len(found.beyond)
    roots = {size: found.tree.root(size) if work.whole and size <= work.present else None for size in sizes}
    commitments = {stream: found.commitment(stream) or ZERO for stream in found.keys}
    return SelfVerification(
        count, findings, found.tree.root(found.size), told, roots, {}, commitments, orders, found.size
    )


def _trusted_size(recorder: LedgerRecorder, edge: Edge) -> int | None:
    """Return what the frontier counts, unless its hashes are those of another number of entries."""
    plain = recorder.read_range(-_LAST, _LAST, 1)
    return edge.tree.size if plain else 0


@dataclass(slots=True)
class _Diagnosis:
    recorder: LedgerRecorder
    edge: Edge | None
    survey: Survey
    chains: Chains = field(init=False)
    matching: Matching = field(init=False)
    extra: list[Finding] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    """Positions of which the true leaf is not known."""
    whole: bool = False
    """Whether the mended tree is the sealed one."""

    @property
    def present(self) -> int:
        """How many entries, from the first, the mended tree holds."""
        gaps = [first for first, last in self.survey.gaps if last == self.survey.size]
        return gaps[0] - 1 if gaps else self.survey.size

    def run(self) -> None:
        found = self.survey
        self.chains = Chains(self.recorder.log_id, found)
        beyond = found.beyond if found.gaps else []
        positions = {row.position for row in found.beyond} if not beyond else set()
        for stream in sorted(found.streams):
            rows = self.recorder.read_streams([stream], _LAST)
            self.chains.read([row for row in rows if row.position not in positions])
        self.matching = Matching(self.chains, found.odd, beyond)
        self.matching.run(self.recorder)
        if not self._shift():
            self._eliminate()
        self._mend()
        self._opening()
        self._keys()
        self._compare()

    def _shift(self) -> bool:
        """Shift along those that nobody witnesses, where all were shifted alike; the gap is where that began."""
        displaced = [each for each in self._placed() if each.code == "displaced"]
        shifts = {each.position - each.row.position for each in displaced}
        if len(shifts) != 1 or len(displaced) < 2:
            return False
        (shift,) = shifts
        first = self._shifted_from(min(each.row.position for each in displaced), shift)
        known = {each.row.position: each for each in self.chains.placed}
        versions = {each.leaf: each.version for each in self.chains.placed}
        for end in self.survey.ends.values():
            each = known.get(end.position) or self._tenant(end.position) if end.position >= first else None
            if each is not None and each.code in (None, "renumbered"):
                each.position += shift
                each.version = versions.get(each.before, each.version - 1) + 1
                each.leaf = self.chains.leaf(each.row, each.position, each.stream, each.version, each.before)
                each.loose = False
        tail = (self.survey.size - shift + 1, self.survey.size)
        if tail in self.survey.gaps:
            self.survey.gaps[self.survey.gaps.index(tail)] = (first, first + shift - 1)
        return True

    def _shifted_from(self, first: int, shift: int) -> int:
        """Return where a shift begins: behind the gap that shifting downwards opened, which is none then."""
        opened = [gap for gap in self.survey.gaps if gap[1] - gap[0] + 1 == -shift and gap[1] < first]
        if not opened:
            return first
        self.survey.gaps.remove(opened[-1])
        for each in as_placed(self.survey.beyond, self.recorder.log_id):
            each.position += shift
            each.leaf = self.chains.leaf(each.row, each.position, each.stream, each.version, each.before)
            if each.position <= self.survey.size:
                self.matching.found_beyond.setdefault(each.row.position, each)
        return opened[-1][1] + 1

    def _eliminate(self) -> None:
        """Give a row whose place belongs to another the place that this other left: two that changed places."""
        claimed = {placed.position: placed for placed in self._placed() if placed.position != placed.row.position}
        standing = {placed.row.position: placed for placed in self._placed()}
        for position, owner in claimed.items():
            left = owner.row.position
            tenant = standing.get(position) or self._tenant(position)
            while left in claimed and claimed[left] is not owner:
                left = claimed[left].row.position
            if tenant is not None and tenant.code is None and left not in claimed:
                tenant.position = left
                tenant.leaf = self.chains.leaf(tenant.row, left, tenant.stream, tenant.version, tenant.before)
                tenant.loose = False

    def _tenant(self, position: int) -> Placed | None:
        """Return the row at a position, where its stream gave no cause to read it before."""
        placed = as_placed(self.recorder.read_range(position - 1, position, 1), self.recorder.log_id)
        self.chains.placed += placed
        return placed[0] if placed else None

    def _placed(self) -> list[Placed]:
        found = [*self.matching.found_odd.values(), *self.matching.found_beyond.values()]
        return [*self.chains.placed, *found]

    def _mend(self) -> None:
        """Put every leaf that is known where it was sealed; remember where none is."""
        tree, size = self.survey.tree, self.survey.size
        moved = [placed for placed in self._placed() if placed.code is not None]
        left = {placed.row.position for placed in moved} - {placed.position for placed in moved}
        self.lost = {row.position for row in self.survey.odd} - {each.position for each in self._placed()}
        self.lost |= {position for position in left if position <= size}
        for first, last in self.survey.gaps:
            self.lost |= set(range(first, min(last, first + 100_000) + 1))
        self.lost |= {placed.position for placed in moved if placed.leaf == ZERO}
        for placed in self._placed():
            if placed.code is not None and placed.position <= size and placed.leaf != ZERO:
                tree.put(placed.position, placed.leaf)
                self.lost.discard(placed.position)
        for slot in self.chains.slots:
            if slot.leaf is not None and slot.occupant is not None:
                tree.put(slot.occupant.row.position, slot.leaf)
        self._fill_gaps()

    def _fill_gaps(self) -> None:
        """Put witnessed leaves of missing entries into gaps, where there is one order in which they fit."""
        holes = [slot for slot in self.chains.slots if slot.occupant is None]
        gaps = sorted(self.lost)
        if len(holes) == len(gaps) and all(slot.leaf is not None for slot in holes):
            for position, slot in zip(gaps, sorted(holes, key=lambda each: each.version), strict=True):
                self.survey.tree.put(position, slot.leaf or ZERO)
            if self.edge is not None and not self.survey.tree.differing(self.edge.tree.hashes):
                self.lost = set()

    def _keys(self) -> None:
        """Tell of rows that fit in every way, and are sealed under another key than the rest of their stream."""
        owners = {self.survey.commitment(stream): stream for stream in self.survey.keys}
        for each in self.chains.placed:
            if each.code is None and not each.loose and self.chains.other_key(each):
                owner = owners.get(each.row.commitment)
                told = "it is sealed under another key than the rest of its stream"
                told += f": that of {owner}." if owner else "."
                code = "moved" if owner else "changed"
                self.extra.append(Finding(code, told, each.row.position, each.row.stream, each.row.version))
                self.lost.add(each.row.position)

    def _opening(self) -> None:
        first = self.recorder.read_range(0, 1, 1)
        if first and first[0].name != OPENED and not any(p.row.position == 1 and p.code for p in self._placed()):
            slots = [slot for slot in self.chains.slots if slot.occupant and slot.occupant.row.position == 1]
            for slot in slots:
                self.chains.slots.remove(slot)
            self.extra.append(
                Finding("no-opening", f"the first entry is not a {OPENED}.", 1, first[0].stream, first[0].version)
            )

    def _compare(self) -> None:
        """Compare the mended tree with the sealed frontier, and find what else was done."""
        if self.edge is None:
            self.extra.append(Telling.bad_frontier("its hashes do not fit its size"))
            return
        found, hashes, tree = self.survey, self.edge.tree.hashes, self.survey.tree
        differing = tree.differing(hashes)
        if len(differing) == len(hashes) > 1 and self._clean():
            self.extra.append(Telling.bad_frontier("no part of the tree over the entries has the hash it states"))
            return
        last = self.survey.last_recorded
        if self.edge.recorded_at != last and self._clean() and not (differing or self.survey.beyond):
            self.extra.append(
                Telling.bad_frontier("the last recorded time that it states is not that of the last entry")
            )
        unwitnessed = Unwitnessed(self.recorder, found, self.chains, hashes, self.lost, self.extra)
        for first, end in differing:
            if not any(first <= position <= end for position in self.lost):
                unwitnessed.explain(first, end)
        self.whole = not [1 for first, end in tree.differing(hashes) if end <= self.present]

    def _clean(self) -> bool:
        found = self.survey
        return not (found.streams or found.gaps or found.odd or found.ill_timed)
