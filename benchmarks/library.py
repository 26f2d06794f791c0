"""The library we build on, used as its documentation shows: an application of aggregates on SQLite, and no seal.

One aggregate is one child, one method call is one event, and the batch is saved in one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import NAMESPACE_OID, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.synthetic.bulk import Batch


class Case(Aggregate):
    """One child's case, of which each event keeps a name and its fields."""

    def __init__(self, child: str) -> None:
        self.child = child
        self.length = 0

    @staticmethod
    def create_id(child: str) -> UUID:
        return uuid5(NAMESPACE_OID, child)

    @event("Happened")
    def happen(self, name: str, fields: dict[str, Any], by: str, written_at: str) -> None:
        self.length += 1


class Library:
    """The library's application over one SQLite file, with its repository's cache on."""

    def __init__(self, database: Path) -> None:
        self._application: Application = Application(
            env={
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": str(database),
                "AGGREGATE_CACHE_MAXSIZE": "100",
            }
        )
        self._cases: dict[str, Case] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *left: object) -> None:
        self._application.close()

    def save(self, batch: Batch) -> None:
        """Tell the aggregates what happened and save them in one transaction."""
        touched: dict[str, Case] = {}
        for child, (kind, fields), at in batch:
            case = self._cases.get(child)
            if case is None:
                case = self._cases[child] = Case(child)
            touched[child] = case
            plain = kind(**fields).model_dump(mode="json", exclude_none=True)
            case.happen(name=kind.name, fields=plain, by="SW10001", written_at=at.isoformat())
        self._application.save(*touched.values())
