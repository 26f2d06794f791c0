"""What a ledger tells of itself as a whole: its coverage, its measures over all children, its head. Part of `Ledger`.

Nothing here reads a case with its words, so no reader is asked for and nothing is logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.domain.clock import NOW, View
from ledger.domain.coverage import Coverage

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.projections.card import Card
    from ledger.projections.engine import Result
    from ledger.projections.series import Series
    from ledger.store import Head, SelfVerification, Store


class Telling:
    """The verbs over a whole ledger. `Ledger` gives it the store."""

    store: Store

    def coverage(self, view: View = NOW) -> Coverage:
        """Return what the ledger's sources can tell of, as declared by a view."""
        return Coverage.of(self.store.entries("ledger", at=view.position), view)

    def project(self, name: str | Path | Card, view: View = NOW, **parameters: Any) -> Result:
        """Run a measure as known at a view, or at `known_at`, `sealed_by`, `at` given by name; parameters: its card's.

        The result has `.rows`, `.dicts()`, `.arrow()`, `.polars()`, `.pandas()`. Raises `NotFound`, `Malformed`.

        A path is that of a projection of the reader's own.
        """
        from ledger.projections.engine import run_measure
        from ledger.projections.own import find

        return run_measure(self.store, find(name, self.store.settings), view, **parameters)

    def series(self, name: str, view: View = NOW, **parameters: Any) -> Series:
        """Follow one figure of a measure over whole periods: see `ledger.projections.series.series` for its options."""
        from ledger.projections.series import series

        return series(self.store, name, view, **parameters)

    def head(self, at: int | None = None) -> Head:
        """Return the size and root of the sealed ledger, now or at an earlier size."""
        return self.store.head(at)

    def verify_self(self) -> SelfVerification:
        """Recompute every leaf and the root from the stored bytes; the verdict is self-consistency, no more."""
        return self.store.verify_self()
