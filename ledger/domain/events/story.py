"""One Story: the narrative written to the child and family, shared with them, and what matters most in it.

An entry is written in place or points at a document held elsewhere by its reference and digest; both are sealed.
A revision is a new telling that takes the place of an earlier one; a correction of a mistake is `EntryCorrected`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from ledger.domain.events.base import Code, Event, EventId, In, PodId, Private, WorkerId

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class StoryEntryWritten(Event):
    """A worker wrote a part of the child's One Story."""

    name: ClassVar[str] = "story-entry-written.v1"
    area: ClassVar[str] = "story"
    standing: ClassVar = "opinion"

    purpose: Annotated[Code, In("story-purpose")]
    """What it serves: assessment, visit, plan, review, supervision summary, closing."""
    section: Code | None = None
    """The section of the story, from the authority's own headings."""
    addressed_to: Annotated[Code, In("story-addressee")] | None = None
    """To whom it speaks."""
    worker: WorkerId | None = None
    """Who wrote it."""
    pod: PodId | None = None
    """The pod the worker acts for."""
    body: Private[str] | None = None
    """The text."""
    body_ref: Private[str] | None = None
    """Where the document is, if it is held elsewhere."""
    body_hash: Private[Digest] | None = None
    """SHA-256 of that document, in hex, so that it can be recognised."""
    voice_of_child: Private[str] | None = None
    """What the child says in it, in the child's words."""


class StoryEntryRevised(Event):
    """A part of the child's One Story was told anew; the earlier telling is kept."""

    name: ClassVar[str] = "story-entry-revised.v1"
    area: ClassVar[str] = "story"
    standing: ClassVar = "opinion"

    revises: EventId
    """The event id of the entry it takes the place of."""
    addressed_to: Annotated[Code, In("story-addressee")] | None = None
    """To whom it speaks."""
    worker: WorkerId | None = None
    """Who wrote it."""
    reason: Private[str] | None = None
    """Why it was told anew."""
    body: Private[str] | None = None
    """The text."""
    body_ref: Private[str] | None = None
    """Where the document is, if it is held elsewhere."""
    body_hash: Private[Digest] | None = None
    """SHA-256 of that document, in hex."""
    voice_of_child: Private[str] | None = None
    """What the child says in it, in the child's words."""


class StoryShared(Event):
    """A part of the One Story was shared, and what the reader answered stands beside it in their words."""

    name: ClassVar[str] = "story-shared.v1"
    area: ClassVar[str] = "story"

    entries_shared: tuple[EventId, ...] | None = None
    """The entries that were shared."""
    shared_with: Annotated[Code, In("respondent")]
    """With whom."""
    worker: WorkerId | None = None
    """Who shared it."""
    agreed: Annotated[Code, In("agreement")] | None = None
    """Whether the reader agreed with it."""
    reader: Private[str] | None = None
    """Who read it."""
    response: Private[str] | None = None
    """What they answered, in their words."""


class ChronologyEntryMarked(Event):
    """An entry was marked as significant for the child's chronology, and why."""

    name: ClassVar[str] = "chronology-entry-marked.v1"
    area: ClassVar[str] = "story"
    standing: ClassVar = "opinion"

    marks: EventId
    """The event id of the entry."""
    significance: Annotated[Code, In("significance")] | None = None
    """What kind of significance."""
    worker: WorkerId | None = None
    """Who marked it."""
    headline: Private[str] | None = None
    """The entry in one line."""
    why: Private[str] | None = None
    """Why it is significant, and what it meant for the child."""
