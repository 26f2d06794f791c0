"""What crosses the store's door: new entries going in, rows coming out, and what a verification found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class SelfVerification:
    """What checking the ledger against itself gave: it can show damage, never that nothing was cut or replaced."""

    entries: int
    findings: list[Finding]
    root: bytes

    @property
    def consistent(self) -> bool:
        """Whether something was checked and nothing was found."""
        return self.entries > 0 and not self.findings
