"""Families: which journeys belong together. People who are no subject of a journey are named only in private."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, Private, Reference, date


class FamilyGroupLinked(Event):
    """The child was found to belong to a family group."""

    name: ClassVar[str] = "family-group-linked.v1"
    area: ClassVar[str] = "family"

    family_id: Reference
    """The family group's own id, the same on the journeys of all its children."""
    kind: Annotated[Code, In("family-link")]
    """What binds the group: siblings, household, a parent's other child."""
    people: Private[str] | None = None
    """Who else belongs to it, and how."""


class FamilyGroupUnlinked(Event):
    """The child was found no longer to belong to a family group."""

    name: ClassVar[str] = "family-group-unlinked.v1"
    area: ClassVar[str] = "family"

    family_id: Reference
    """The family group's own id."""
    started_on: date | None = None
    """The day from which the child had belonged to it."""
    note: Private[str] | None = None
    """Why."""
