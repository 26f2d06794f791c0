"""An entry: one immutable line of the ledger, an event in its envelope.

The envelope says who wrote it, when, where it came from and where it stands; the event says what happened.
Nothing here decides anything: readings and measures do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date, datetime

    from ledger.domain.events.base import Event

Basis = Literal["practice", "return"]
"""`practice`: written by a worker. `return`: known to a periodic return on its collection date, not to workers."""

Privacy = Literal["none", "open", "erased", "locked"]
"""State of an entry's private block: none was written; readable; blanked by a lawful erasure; the key is not here."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who recorded an entry: a worker, or a system (on behalf of a worker where `worker` is given too)."""

    worker: str | None = None
    system: str | None = None

    def __str__(self) -> str:
        return self.worker or self.system or "unknown"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry came from. (`system`, `reference`) is the idempotency key where `reference` is given.

    `reference` may identify a person, so it is stored only in the private block; `file` and `line` place an import.
    """

    system: str
    reference: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read back. `recorded_at` and `written_at` are aware; `event` is None where its content was erased.

    `name` is the stored name of the entry (`entry-corrected.v1` for a correction, whatever it replaces).
    `commitment`, digests and leaf belong to the seal and are not repeated here.
    """

    position: int
    stream: str
    version: int
    event_id: str
    name: str
    event: Event | None
    recorded_at: datetime
    written_at: datetime | None = None
    by: Actor = field(default_factory=Actor)
    source: Source | None = None
    basis: Basis = "practice"
    correlation_id: str | None = None
    causation_id: str | None = None
    unknown_codes: tuple[str, ...] = ()
    privacy: Privacy = "none"

    @property
    def known_at(self) -> datetime:
        """When it became known: `written_at` as the source claims, else `recorded_at`."""
        return self.written_at if self.written_at is not None else self.recorded_at

    @property
    def occurred_on(self) -> date | None:
        """The (first) day in London on which it happened; None where nobody says."""
        return self.event.day if self.event is not None else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a writer gets back: where the entry stands and the leaf that seals it. `duplicate`: it was there already."""

    position: int
    stream: str
    version: int
    event_id: str
    recorded_at: datetime
    leaf: bytes
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What a stream is about, by the authority's own id. `kind` is journey, worker, pod, ledger or evaluation."""

    kind: Literal["journey", "worker", "pod", "ledger", "evaluation"]
    id: str = ""


def child(child_id: str) -> Subject:
    """Address a child's journey by the authority's own id."""
    return Subject("journey", child_id)


def worker(worker_id: str) -> Subject:
    """Address a worker's own stream."""
    return Subject("worker", worker_id)


def pod(pod_id: str) -> Subject:
    """Address a pod's stream."""
    return Subject("pod", pod_id)


LEDGER = Subject("ledger")
"""The ledger's own stream: its opening, the coverage of its sources, sealed heads."""
