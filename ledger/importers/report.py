"""What an import did, or would do: one object, the same in Python, as JSON and on the screen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from ledger.errors import Problem


@dataclass(slots=True)
class TableReport:
    """What one file came to: `rows_read` = `new` + `amended_rows` + `confirmed` + `unchanged` + `refused`.

    `unchanged` includes the `identical` rows, which repeat another row of the file.
    """

    file: str
    rows_read: int = 0
    new: int = 0
    amended_rows: int = 0
    ended: int = 0
    corrected: int = 0
    confirmed: int = 0
    unchanged: int = 0
    identical: int = 0
    refused: int = 0
    appended: int = 0
    """Entries written because of this file."""


@dataclass(slots=True)
class ImportReport:
    """What an import did; with `dry_run`, what it would do.

    `appended` counts every entry written: facts, endings, corrections, withdrawals, registrations, declarations of
    coverage. `amended` = `ended` + `corrected` counts rows that changed something already in the ledger: a row that
    both gained its end and changed another value counts in both. `registered` counts children new to the ledger whom
    the header names, `registered_without_header` those whom only other tables name.
    """

    system: str
    covers_from: date | None = None
    covers_until: date | None = None
    collected_on: date | None = None
    collected_on_assumed: bool = False
    dry_run: bool = False
    appended: int = 0
    registered: int = 0
    registered_without_header: int = 0
    expected_but_absent: int = 0
    endings_withdrawn: int = 0
    tables: dict[str, TableReport] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def _sum(self, name: str) -> int:
        return sum(getattr(table, name) for table in self.tables.values())

    @property
    def rows_read(self) -> int:
        """Rows found in all files."""
        return self._sum("rows_read")

    @property
    def ended(self) -> int:
        """Rows whose blank end got its date."""
        return self._sum("ended")

    @property
    def corrected(self) -> int:
        """Rows that changed another value already in the ledger, or took an ending back."""
        return self._sum("corrected")

    @property
    def confirmed(self) -> int:
        """Rows that repeat, after its date, what was only expected when it became known."""
        return self._sum("confirmed")

    @property
    def amended(self) -> int:
        """`ended` + `corrected`."""
        return self.ended + self.corrected

    @property
    def unchanged(self) -> int:
        """Rows that say what the ledger already holds."""
        return self._sum("unchanged")

    @property
    def refused(self) -> int:
        """Rows that were not kept."""
        return self._sum("refused")

    @property
    def identical(self) -> int:
        """Rows that repeat another row of the same file."""
        return self._sum("identical")

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, in the order in which it is read."""
        return {
            "system": self.system,
            "covers_from": self.covers_from,
            "covers_until": self.covers_until,
            "collected_on": self.collected_on,
            "collected_on_assumed": self.collected_on_assumed,
            "dry_run": self.dry_run,
            "rows_read": self.rows_read,
            "appended": self.appended,
            "amended": self.amended,
            "ended": self.ended,
            "corrected": self.corrected,
            "confirmed": self.confirmed,
            "unchanged": self.unchanged,
            "identical": self.identical,
            "refused": self.refused,
            "registered": self.registered,
            "registered_without_header": self.registered_without_header,
            "expected_but_absent": self.expected_but_absent,
            "endings_withdrawn": self.endings_withdrawn,
            "tables": {name: asdict(table) for name, table in self.tables.items()},
            "problems": [asdict(problem) for problem in self.problems],
            "notes": list(self.notes),
        }
