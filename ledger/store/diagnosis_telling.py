"""Put what a diagnosis found into findings: one for each thing that was done, naming the entry; echoes are left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.seal.leaf import ZERO, digest
from ledger.store.rows import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.store.diagnosis_chains import Chains, Placed, Slot
    from ledger.store.diagnosis_match import Matching
    from ledger.store.diagnosis_survey import Survey
    from ledger.store.rows import Row


@dataclass(slots=True)
class Telling:
    """Everything found, before it is told."""

    survey: Survey
    chains: Chains
    matching: Matching
    lost: set[int]

    def findings(self) -> list[Finding]:
        """Return one finding for each thing that was done."""
        told: list[Finding] = []
        placed = {each.row.position: each for each in self.chains.placed if each.code is not None}
        told += self._places(list(placed.values()) + list(self.matching.found_beyond.values()))
        told += self._rows(set(placed))
        told += self._inserted()
        told += self._missing()
        known = {each.position for each in told}
        told += self._times(known)
        told += [
            finding("unsealed", "it was written past the ledger's own door, without sealing data.", row)
            for row in self.survey.unsealed
            if row.position not in known
        ]
        told += [
            Finding("clock-set-back", "the clock had been set back: its id is older than five minutes.", *place[:3])
            for place in self.survey.kept.clock_back
            if place[0] not in {each.position for each in told}
        ]
        return told

    def _places(self, placed: list[Placed]) -> Iterator[Finding]:
        """Tell of rows that stand where they do not belong: moved, reordered, renumbered; and of a changed chain."""
        targets = {each.position for each in placed}
        shifts = Counter(each.position - each.row.position for each in placed if each.code == "displaced")
        run: int | None = None
        for each in sorted(placed, key=lambda one: one.row.position):
            code, row = each.code, each.row
            shift = (each.position - row.position, each.version - row.version)
            if code == "moved":
                place = f"{each.stream}, version {each.version}" if each.leaf != ZERO else each.stream
                yield finding("moved", f"it belongs to {place}.", row)
            elif code == "displaced" and row.position in targets and len(shifts) > 1:
                yield finding("reordered", f"it was sealed at position {each.position}.", row)
            elif code in ("displaced", "renumbered"):
                if not shift[0] or shift[0] != run:
                    was = f"position {each.position}, version {each.version}"
                    yield finding("renumbered", f"it was sealed as {was}{_also(shifts[shift[0]])}.", row)
                run = shift[0]
            elif code == "changed":
                yield finding("changed", "the leaf before it, as it states it, is not the one it was sealed with.", row)

    def _rows(self, known: set[int]) -> Iterator[Finding]:
        """Tell of rows that were changed where they stand."""
        told: set[int] = set(known)
        timed = self.survey.ill_timed
        for row in self.survey.odd:
            told.add(row.position)
            yield finding("changed", "a field of it is of a type or a length that was never written.", row)
        for row in self.survey.altered:
            if row.position not in told:
                told.add(row.position)
                yield finding("changed", f"{_part(row)}.", row)
        for slot in self.chains.slots:
            occupant = slot.occupant
            if occupant is None or occupant.row.position in told or occupant.row.position in timed:
                continue
            told.add(occupant.row.position)
            found = occupant.row.leaf(self.chains.log_id).hex()[:16]
            sealed = "" if slot.leaf is None else f": expected leaf {slot.leaf.hex()[:16]}, found {found}"
            what = "its fields give another leaf than the one that the entry after it in its stream was sealed on"
            yield finding("changed", f"{what}{sealed}.", occupant.row)
        for placed, _ in self.chains.doubts:
            if placed.loose and placed.row.position not in told and placed.row.position not in timed:
                told.add(placed.row.position)
                yield finding("changed", "its fields give another leaf than the one it was sealed with.", placed.row)

    def _inserted(self) -> Iterator[Finding]:
        for row in self.survey.beyond:
            if row.position not in self.matching.found_beyond:
                yield finding("inserted", "it stands where the sealed ledger has no entry.", row)

    def _missing(self) -> Iterator[Finding]:
        """Tell of runs of missing positions, and of versions that are missing though no position is."""
        filled = {each.position for each in self.matching.found_beyond.values()}
        filled |= {each.position for each in self.chains.placed if each.code == "displaced"}
        runs = [run for run in self.survey.gaps if not set(range(run[0], min(run[1], run[0] + 64) + 1)) <= filled]
        last = [run for run in runs if run[1] == self.survey.size]
        for first, end in last:
            count = end - first + 1
            gone = "the last entry is gone" if count == 1 else f"the last {count} entries are gone"
            yield Finding("tail-cut", f"{gone}: the frontier counts {end}, and {first - 1} are here.", first)
        runs = [run for run in runs if run not in last]
        moved = {(each.stream, each.version) for each in self.chains.placed if each.code == "moved"}
        odd = sum(1 for row in self.survey.odd if row.position not in self.matching.found_odd)
        holes = [s for s in self.chains.slots if s.occupant is None and (s.stream, s.version) not in moved]
        if not runs:
            for slot in holes[odd:]:
                yield _gone(slot)
            return
        streams = {slot.stream for slot in holes}
        for first, end in runs:
            where = f"position {first} is" if first == end else f"positions {first} to {end} are"
            known = len(holes) == 1 or (len(runs) == 1 and len(streams) == 1)
            named = holes[0] if known else None
            yield Finding(
                "missing",
                f"{where} missing.",
                first,
                named.stream if named else None,
                named.version if named else None,
            )

    def _times(self, known: set[int | None]) -> Iterator[Finding]:
        """Tell of recorded times out of order, unless the entry or its neighbour stands in another's place anyway."""
        displaced = {
            near
            for each in self.chains.placed
            if each.code == "displaced"
            for near in range(-1, 2)
            for near in (each.row.position + near,)
        }
        for position, why in self.survey.ill_timed.items():
            if position in known or position in displaced:
                continue
            stream, version = self._named(position)
            yield Finding("back-dated", why, position, stream, version)

    def _named(self, position: int) -> tuple[str | None, int | None]:
        for each in self.chains.placed:
            if each.row.position == position:
                return each.row.stream, each.row.version
        for stream, end in self.survey.ends.items():
            if end.position == position:
                return stream, end.version
        return None, None

    @staticmethod
    def bad_frontier(why: str) -> Finding:
        """Return the finding for a stored frontier that is not that of the entries."""
        return Finding("bad-frontier", f"the stored frontier is not that of the entries: {why}.")


def finding(code: str, message: str, row: Row) -> Finding:
    """Return a finding about a row; its fields are shown only where they are of the right type."""
    stream: Any = row.stream
    version: Any = row.version
    return Finding(
        code,
        message,
        row.position,
        stream if isinstance(stream, str) and stream.isprintable() else None,
        version if isinstance(version, int) else None,
    )


def _also(same: int) -> str:
    return f", and so were {same - 1} more, all shifted alike" if same > 1 else ""


def _gone(slot: Slot) -> Finding:
    told = f"version {slot.version} of its stream is missing, and no position is: those after it were moved up."
    return Finding("missing", told, None, slot.stream, slot.version)


def _part(row: Row) -> str:
    """Say which part is not what was sealed: the digest that the row states, and that of what stands there."""
    wrong: list[str] = []
    for name, part, sealed in (("open", row.open, row.open_digest), ("sealed", row.sealed, row.sealed_digest)):
        if not isinstance(part, bytes):
            wrong.append(f"its {name} part is no longer bytes")
        elif part and digest(part) != sealed:
            found = digest(part).hex()[:16]
            wrong.append(f"its {name} part is not what was sealed: expected {sealed.hex()[:16]}, found {found}")
    return "; ".join(wrong) if wrong else "a part of it is not what was sealed"
