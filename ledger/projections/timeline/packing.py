"""Put things side by side on rows so that none covers another: the first row with room, in the order they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Rows:
    """Rows of extents. A row takes an extent where nothing it already holds comes nearer than `apart`."""

    def __init__(self, apart: float) -> None:
        self._apart = apart
        self._rows: list[list[tuple[float, float]]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def free(self, row: int, left: float, right: float) -> bool:
        """Whether a row has room for an extent."""
        taken = self._rows[row] if row < len(self._rows) else []
        return all(right + self._apart <= a or b + self._apart <= left for a, b in taken)

    def take(self, row: int, left: float, right: float) -> None:
        """Put an extent on a row, made if need be."""
        while len(self._rows) <= row:
            self._rows.append([])
        self._rows[row].append((left, right))

    def put(self, left: float, right: float, most: int | None = None) -> int | None:
        """Put an extent on the first row with room and return that row; None where `most` rows have none."""
        row = 0
        while most is None or row < most:
            if self.free(row, left, right):
                self.take(row, left, right)
                return row
            row += 1
        return None


def packed(extents: Iterable[tuple[float, float]], apart: float) -> list[int]:
    """Return the row of each extent, as few rows as first fit gives."""
    rows = Rows(apart)
    return [row for left, right in extents if (row := rows.put(left, right)) is not None]
