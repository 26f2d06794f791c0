"""What crosses the store's door: new entries going in, rows coming out, and what a verification found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.seal.leaf import leaf

if TYPE_CHECKING:
    from datetime import datetime

    from ledger.domain.envelope import Actor, Basis, Source
    from ledger.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class New:
    """One event to be appended to a stream, with its envelope. `written_at` is aware.

    `event_id` is given only where another entry of the batch must name this one: from `erasing.fresh_id`, never a text.
    """

    stream: str
    event: Event
    by: Actor
    written_at: datetime | None = None
    source: Source | None = None
    basis: Basis = "practice"
    correlation_id: str | None = None
    causation_id: str | None = None
    unknown_codes: tuple[str, ...] = ()
    event_id: str | None = None


class Row(NamedTuple):
    """One entry as stored: the leaf's fields, the two digests and the two parts, and nothing else.

    `recorded_at` is in microseconds since 1970. A blanked part is empty, and its digest says what it was.
    `sealed` is None only in a row written through the library's plain `insert_events`, whose state is all in `open`.
    """

    position: int
    stream: str
    version: int
    name: str
    event_id: str
    recorded_at: int
    commitment: bytes
    previous_leaf: bytes
    open_digest: bytes
    sealed_digest: bytes
    open: bytes
    sealed: bytes

    def leaf(self, log_id: bytes) -> bytes:
        """Return the leaf that seals this row, from its own fields and digests."""
        return leaf(log_id, *self[:10])


as_row: Callable[[Sequence[Any]], Row] = partial(tuple.__new__, Row)
"""Make a row of a tuple of its fields: `Row._make` without its checks, for the engines' many rows."""


OpenPart = tuple[int, str, int, str, str, int, bytes]
"""Where a row stands, and its open part: position, stream, version, name, event_id, recorded_at, open."""


class Head(NamedTuple):
    """The sealed ledger at one moment: how many entries, and the root over all of them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a verification found. `code` is stable, lower-case with hyphens; `message` holds no personal data."""

    code: str
    message: str
    position: int | None = None
    stream: str | None = None
    version: int | None = None


class Order(NamedTuple):
    """A sealed order to erase a whole stream, or one entry of it, and whether its receipt is there."""

    event_id: str
    position: int
    version: int
    stream: str
    entry: str | None
    reason: str
    authority: str
    completed: bool


@dataclass(frozen=True, slots=True)
class SelfVerification:
    """What checking the ledger against itself gave: it can show damage, never that nothing was cut or replaced.

    `roots` and `times` are those asked for: {size: root of the entries as they were sealed, None where damage hides it}
    and {position: recorded_at}. `commitments` binds each stream with a sealed part to its key.
    """

    entries: int
    findings: list[Finding]
    root: bytes
    told: list[str] = field(default_factory=list)
    roots: dict[int, bytes | None] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    commitments: dict[str, bytes] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    counted: int | None = None
    """How many entries the sealed frontier counts, where that is another number than are here."""

    @property
    def sealed_size(self) -> int:
        """How many entries were sealed, going by the ledger itself."""
        return self.entries if self.counted is None else self.counted

    @property
    def consistent(self) -> bool:
        """Whether something was checked and nothing was found."""
        return self.entries > 0 and not self.findings
