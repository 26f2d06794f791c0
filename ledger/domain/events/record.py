"""The record about the record: opening, coverage, corrections, withdrawals, disputes, restrictions, access, erasure.

Corrections and withdrawals name the **root** entry by its event id. A correction holds a whole replacement event of
the same family; it is stored flat beside the envelope, so that facts see the replacement's fields as any others.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SerializeAsAny

from ledger.domain.events.base import Code, Event, EventId, In, Private, WorkerId, date


class LedgerOpened(Event):
    """The ledger was opened for an authority; this is its first entry."""

    name: ClassVar[str] = "ledger-opened.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("ledger",)

    log_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """The random id of this log, 16 bytes in hex."""
    authority: Annotated[str, Field(min_length=1, max_length=200)]
    """The authority's name."""
    format: Annotated[int, Field(ge=1)]
    """Version of the stored format."""


class UnmentionedEpisode(BaseModel):
    """A care episode that was open when a return was made, and that the return does not mention."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True)

    journey: Code
    """The journey's id, without the word before its colon."""
    started_on: date
    """The day on which the episode began (its DECOM)."""


class SourceCoverageDeclared(Event):
    """A source declared which kinds of fact it can tell about, and for which period."""

    name: ClassVar[str] = "source-coverage-declared.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("ledger",)

    system: Annotated[str, Field(min_length=1, max_length=64)]
    """The source."""
    areas: tuple[Code, ...]
    """The kinds of fact (areas of the event catalogue) it covers."""
    covers_from: date
    """First day covered."""
    covers_until: date
    """The day after the last day covered."""
    complete: bool
    """Whether the source claims to hold all such facts of the period."""
    scope: Annotated[Code, In("coverage-scope")] = "all children"
    """Which children it speaks of."""
    unmentioned: tuple[UnmentionedEpisode, ...] | None = None
    """Care episodes expected in a return and absent from it: neither ended nor confirmed by it."""


class HeadsSealed(Event):
    """The heads of all streams were sealed, so that a case file can prove that it is whole up to here."""

    name: ClassVar[str] = "heads-sealed.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("ledger",)

    count: Annotated[int, Field(ge=0)]
    """How many streams."""
    root: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Merkle root of the sorted list of (stream, version, leaf), in hex."""


class EntryCorrected(Event):
    """An entry was corrected: a whole replacement stands beside the original, with the reason."""

    name: ClassVar[str] = "entry-corrected.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("journey", "worker", "pod", "ledger", "evaluation")

    corrects: EventId
    """The event id of the root entry."""
    correction_reason: Annotated[Code, In("correction-reason")]
    """Why."""
    correction_note: Private[str] | None = None
    """Why, in words."""
    replacement: SerializeAsAny[Event]
    """The whole event that stands in its place, of the same family."""


class EntryWithdrawn(Event):
    """An entry was withdrawn: it is kept, and no longer counts."""

    name: ClassVar[str] = "entry-withdrawn.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("journey", "worker", "pod", "ledger", "evaluation")

    withdraws: EventId
    """The event id of the root entry."""
    reason: Annotated[Code, In("withdrawal-reason")]
    """Why."""
    note: Private[str] | None = None
    """Why, in words."""


class DisputeNoted(Event):
    """Somebody disagrees with an entry; their words stand beside it."""

    name: ClassVar[str] = "dispute-noted.v1"
    area: ClassVar[str] = "record"
    standing: ClassVar = "third party"

    disputes: EventId
    """The event id of the entry."""
    raised_by: Annotated[Code, In("respondent")]
    """Who disagrees."""
    words: Private[str] | None = None
    """In their words."""


class EntryRestricted(Event):
    """An entry was restricted: it is kept, and withheld from readers."""

    name: ClassVar[str] = "entry-restricted.v1"
    area: ClassVar[str] = "record"

    restricts: EventId
    """The event id of the entry."""
    reason: Annotated[Code, In("restriction-reason")]
    """Why."""
    note: Private[str] | None = None
    """Why, in words."""


class EntryUnrestricted(Event):
    """A restriction of an entry was lifted."""

    name: ClassVar[str] = "entry-unrestricted.v1"
    area: ClassVar[str] = "record"

    restricts: EventId
    """The event id of the entry."""
    note: Private[str] | None = None
    """Why, in words."""


class LegalHoldSet(Event):
    """The record must not be disposed of until the hold is released."""

    name: ClassVar[str] = "legal-hold-set.v1"
    area: ClassVar[str] = "record"

    hold: Code
    """The hold's own id."""
    authority: Private[str]
    """Under which authority."""


class LegalHoldReleased(Event):
    """A hold on the record was released."""

    name: ClassVar[str] = "legal-hold-released.v1"
    area: ClassVar[str] = "record"

    hold: Code
    """The hold's own id."""
    authority: Private[str]
    """Under which authority."""


class LegalHoldOverridden(Event):
    """An erasure was allowed in spite of a hold, by somebody who may decide that."""

    name: ClassVar[str] = "legal-hold-overridden.v1"
    area: ClassVar[str] = "record"

    hold: Code
    """The hold's own id."""
    authority: Private[str]
    """Under which authority."""


class RecordClosed(Event):
    """The record was closed by an order to erase it: nothing is written in it after this."""

    name: ClassVar[str] = "record-closed.v1"
    area: ClassVar[str] = "record"

    order: EventId
    """The event id of the order."""


class ErasureOrdered(Event):
    """An erasure was ordered by law: what is erased leaves a visible, sealed hole."""

    name: ClassVar[str] = "erasure-ordered.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("ledger",)

    journey: Code
    """The journey concerned."""
    entry: EventId | None = None
    """The one entry to be erased; absent means the whole journey."""
    reason: Annotated[Code, In("erasure-reason")]
    """Why."""
    authority: Annotated[str, Field(min_length=1, max_length=400)]
    """Under which authority; it must not name the child."""
    keys_days: Annotated[int, Field(ge=0)] | None = None
    """How many days the last backup that holds the key is kept, as decided when it was ordered; 0: none is made."""
    ledger_days: Annotated[int, Field(ge=0)] | None = None
    """How many days the last backup that holds the entries is kept; 0: none is made."""


class ErasureCompleted(Event):
    """An order to erase was carried out; from the days stated, no backup holds what was erased."""

    name: ClassVar[str] = "erasure-completed.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("ledger",)

    order: EventId
    """The event id of the order."""
    entries: Annotated[int, Field(ge=0)]
    """How many entries were blanked."""
    key_destroyed: bool
    """Whether the key of the whole record was destroyed."""
    keys_backup_until: date | None = None
    """The day on which the last backup of the key expires; absent where no backup is kept."""
    ledger_backup_until: date | None = None
    """The day on which the last backup of the entries expires; absent where no backup is kept."""


class RecordAccessed(Event):
    """Somebody read a case."""

    name: ClassVar[str] = "record-accessed.v1"
    area: ClassVar[str] = "record"
    streams: ClassVar[tuple[str, ...]] = ("journey", "worker", "pod", "ledger", "evaluation")

    reader: WorkerId
    """Who read."""
    purpose: Annotated[Code, In("access-purpose")]
    """Why."""
    entries: Annotated[int, Field(ge=0)] | None = None
    """How many entries were shown; of a reading of the whole ledger, how many it went through."""
    command: Code | None = None
    """What was asked for: replay, timeline, trail, bundle, or a service's own word."""
    clock: Literal["known", "sealed"] | None = None
    """By which clock it was read."""
    instant: AwareDatetime | None = None
    """As known, or as sealed, at which moment; absent means at the time of reading."""
    head_size: Annotated[int, Field(ge=0)] | None = None
    """The position of the ledger up to which it was read."""
    head_root: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """The root of the ledger there, in hex."""
    reason: Private[str] | None = None
    """Why, in words."""


class RecordDisclosed(Event):
    """The record, or a part of it, was given to somebody."""

    name: ClassVar[str] = "record-disclosed.v1"
    area: ClassVar[str] = "record"

    disclosed_to: Annotated[Code, In("disclosed-to")]
    """To whom."""
    scope: Private[str] | None = None
    """What was given."""
    authority: Private[str] | None = None
    """Under which authority."""


class RedactionApplied(Event):
    """Parts of a disclosed record were withheld, and under which exemption."""

    name: ClassVar[str] = "redaction-applied.v1"
    area: ClassVar[str] = "record"

    exemption: Annotated[Code, In("exemption")]
    """Under which exemption."""
    entries: Annotated[int, Field(ge=0)]
    """How many entries were affected."""
    note: Private[str] | None = None
    """Why, in words."""
