"""Match loose rows with open slots: which row belongs where, across streams and positions.

Each attempt changes a row's place and nothing else; a leaf that then equals the witnessed one is proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.seal.leaf import ZERO
from ledger.store.diagnosis_chains import Placed
from ledger.store.diagnosis_survey import sound

ELSEWHERE = "another stream"
"""Where a row belongs that is sealed under a key of which no other entry is here."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger.store.diagnosis_chains import Chains, Slot
    from ledger.store.recorder import LedgerRecorder
    from ledger.store.rows import Row

_ATTEMPTS = 400_000
"""How many leaves are computed at most while matching: a minute's patience, never an afternoon's."""
_NEAR = 256
"""How many positions of other rows in doubt are tried for a row."""
_ROUNDS = 4
"""How often streams are followed again with what was matched."""
_EVERY_ROW = 4
"""For how many slots every row of the ledger is tried."""
_FIRST, _LAST = -(1 << 62), 1 << 62


class Matching:
    """Slots and rows without a place, until nothing more matches."""

    def __init__(self, chains: Chains, odd: Iterable[Row], beyond: Iterable[Row]) -> None:
        self.chains = chains
        self.odd: dict[int, Row] = {row.position: row for row in odd}
        self.beyond: dict[int, Row] = {row.position: row for row in beyond}
        self.found_odd: dict[int, Placed] = {}
        self.found_beyond: dict[int, Placed] = {}
        self._attempts = 0

    def run(self, recorder: LedgerRecorder) -> None:
        """Match what can be matched; what that changes in a stream may let more be matched."""
        for _ in range(_ROUNDS):
            before = self._state()
            self._round()
            if self._state() == before:
                break
            self.chains.again(self._touched())
        self._followers()
        self.chains.again(self._touched())
        self._ends()
        open_slots = [each for each in self.chains.slots if each.leaf is not None and each.occupant is None]
        if open_slots and not self.chains.survey.gaps:
            self._search(recorder, open_slots[:_EVERY_ROW])

    def _round(self) -> None:
        away = [each.row.position for each in self.chains.placed if each.code is not None][:_NEAR]
        loose = [row.row.position for row in self._rows()][:_NEAR]
        near = list(dict.fromkeys([*loose, *away, *self._gaps()]))
        ends = [end.position for end in self.chains.survey.ends.values()]
        for positions in ([], near, ends):
            if self._attempts > _ATTEMPTS:
                return
            rows = [row for row in self._rows() if row.code is None][:_NEAR]
            for slot in [each for each in self.chains.slots if each.leaf is not None]:
                if self._attempts > _ATTEMPTS:
                    return
                if not any(self._try(slot, row, positions) for row in _candidates(slot, rows)):
                    self._odd(slot, positions)

    def _state(self) -> list[tuple[int, int, str, int]]:
        return [(each.row.position, each.position, each.stream, each.version) for each in self.chains.placed]

    def _touched(self) -> set[str]:
        """Return the streams that rows were taken from or given to."""
        moved = [each for each in self.chains.placed if each.code is not None]
        read = {each.row.stream for each in self.chains.placed}
        return {stream for each in moved for stream in (each.stream, each.row.stream) if stream in read}

    def _ends(self) -> None:
        """Place a row that follows the end of its own stream, and says another version, at that end."""
        rows = self.chains.by_stream()
        for row in self._rows():
            mine = [each for each in rows.get(row.stream, []) if each is not row]
            last = max(mine, key=lambda each: each.version if not each.loose else 0, default=None)
            if row.loose and last is not None and row.before == last.leaf and row.version > last.version + 1:
                row.version = last.version + 1
                row.leaf = self.chains.leaf(row.row, row.position, row.stream, row.version, row.before)
                row.loose = False

    def _rows(self) -> list[Placed]:
        """Return rows that may belong elsewhere: loose ones, and those at the end of a stream that nobody witnesses."""
        return [row for row in self.chains.placed if row.loose or not row.witnessed]

    def _gaps(self) -> Iterator[int]:
        for first, last in self.chains.survey.gaps[:64]:
            yield from range(first, min(last, first + 64) + 1)

    def _try(self, slot: Slot, placed: Placed, positions: Iterable[int]) -> bool:
        """Try one row in one slot; keep it there where it fits."""
        fit = self._fit(slot, placed.row, positions)
        if fit is None:
            return False
        if slot.occupant is not None and slot.occupant is not placed:
            slot.occupant.loose = True
        placed.position, placed.before = fit
        placed.stream, placed.version, placed.leaf = slot.stream, slot.version, slot.leaf or ZERO
        placed.loose, placed.witnessed = False, True
        self.chains.slots.remove(slot)
        return True

    def _odd(self, slot: Slot, positions: Iterable[int]) -> None:
        """Try rows of which a field is of a type that was never written, and rows beyond the frontier."""
        for rows, found in ((self.odd, self.found_odd), (self.beyond, self.found_beyond)):
            for position, row in rows.items():
                if position in found or slot not in self.chains.slots:
                    continue
                fit = self._fit(slot, row, positions)
                if fit is not None:
                    leaf = slot.leaf or ZERO
                    found[position] = Placed(row, fit[0], slot.stream, slot.version, fit[1], leaf, witnessed=True)
                    self.chains.slots.remove(slot)

    def _fit(self, slot: Slot, row: Row, positions: Iterable[int]) -> tuple[int, bytes] | None:
        """Return the position and the leaf before with which a row has the slot's leaf."""
        befores = [row.previous_leaf, slot.before, ZERO if slot.version == 1 else None]
        mended = row._replace(stream=slot.stream, version=slot.version)
        for before in dict.fromkeys(each for each in befores if isinstance(each, bytes) and len(each) == len(ZERO)):
            if not sound(mended._replace(previous_leaf=before)):
                return None
            for position in (row.position, *positions):
                self._attempts += 1
                if self._attempts > _ATTEMPTS:
                    return None
                if self.chains.leaf(row, position, slot.stream, slot.version, before) == slot.leaf:
                    return position, before
        return None

    def _followers(self) -> None:
        """Give rows that follow another stream's end, or hold another stream's key, back to that stream."""
        survey = self.chains.survey
        sizes = {stream: sum(counts.values()) for stream, counts in survey.keys.items()}
        owners = {survey.commitment(stream): stream for stream in sorted(sizes, key=sizes.__getitem__)}
        rows = self.chains.by_stream()
        for row in self._rows():
            if row.code is not None:
                continue
            follows = self.chains.by_leaf.get(row.row.previous_leaf, row.stream)
            stream = follows if follows != row.stream else owners.get(row.row.commitment, row.stream)
            if stream != row.stream and row.row.commitment in (ZERO, survey.commitment(stream)):
                end = survey.ends[stream]
                row.stream, row.version, row.before = stream, end.version + 1, end.leaf
                row.leaf = self.chains.leaf(row.row, row.position, stream, row.version, row.before)
                row.loose = False
            elif self.chains.other_key(row) and _cut_off(row, rows[row.stream]):
                row.stream, row.leaf, row.loose = ELSEWHERE, ZERO, False

    def _search(self, recorder: LedgerRecorder, slots: list[Slot]) -> None:
        """Look through every row for one that was moved and whose new chain was written anew."""
        known = {placed.row.position: placed for placed in self.chains.placed}
        before = {slot.version: slot.before or self._before(slot, recorder) for slot in slots}
        for row in recorder.scan(_FIRST, _LAST):
            if not sound(row):
                continue
            for slot in slots:
                leaf = before[slot.version]
                if leaf is None or slot not in self.chains.slots:
                    continue
                if self.chains.leaf(row, row.position, slot.stream, slot.version, leaf) == slot.leaf:
                    placed = known.get(row.position)
                    if placed is None:
                        placed = Placed(row, row.position, row.stream, row.version, leaf, slot.leaf or ZERO)
                        self.chains.placed.append(placed)
                    slot.before = leaf
                    self._try(slot, placed, ())

    def _before(self, slot: Slot, recorder: LedgerRecorder) -> bytes | None:
        if slot.version == 1:
            return ZERO
        row = recorder.read_version(slot.stream, slot.version - 1)
        return row.leaf(self.chains.log_id) if row is not None and sound(row) else None


def _candidates(slot: Slot, rows: Iterable[Placed]) -> list[Placed]:
    """Return the rows to be tried in a slot: the one that stands there first."""
    others = [row for row in rows if row is not slot.occupant and row.code is None]
    return ([slot.occupant] if slot.occupant is not None else []) + others


def _cut_off(row: Placed, stream: Iterable[Placed]) -> bool:
    """Whether a row follows no row of the stream it stands in, and does not begin it."""
    begins = row.version == 1 and row.before == ZERO
    return not begins and not any(each.leaf == row.before for each in stream)
