"""Realist evaluation of the practice model: cycles, and statements of context, mechanism and outcome.

A closed cycle stores the moment and the position it stands on, so that its numbers can be recomputed years later.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from ledger.domain.events.base import Code, Event, EventId, In, Private, Reference, WorkerId, date


class EvaluationCycleOpened(Event):
    """A cycle of evaluation began, with its questions and the period it looks at."""

    name: ClassVar[str] = "evaluation-cycle-opened.v1"
    area: ClassVar[str] = "evaluation"
    streams: ClassVar[tuple[str, ...]] = ("evaluation",)

    cycle: Reference
    """The cycle's own id."""
    title: Annotated[str, Field(min_length=1, max_length=120)]
    """What the cycle is called."""
    questions: tuple[Annotated[str, Field(min_length=1, max_length=400)], ...] = ()
    """The questions it asks; they must not name a child."""
    covers_from: date
    """The first day it looks at."""
    covers_until: date
    """The day after the last day it looks at."""
    led_by: Annotated[Code, In("evaluation-lead")] | None = None
    """Who leads it: practitioners, parents, young people, researchers."""


class EvaluationCycleClosed(Event):
    """A cycle of evaluation was closed; its numbers stand on this moment and this position."""

    name: ClassVar[str] = "evaluation-cycle-closed.v1"
    area: ClassVar[str] = "evaluation"
    streams: ClassVar[tuple[str, ...]] = ("evaluation",)

    cycle: Reference
    """The cycle's own id."""
    as_known_at: AwareDatetime
    """The moment up to which knowledge counts."""
    at_position: Annotated[int, Field(ge=0)]
    """The position of the ledger up to which entries count."""
    summary: Private[str] | None = None
    """What was learnt."""


class ContextMechanismOutcomeRecorded(Event):
    """It was stated what works, for whom and in which circumstances: a context, a mechanism and an outcome."""

    name: ClassVar[str] = "context-mechanism-outcome-recorded.v1"
    area: ClassVar[str] = "evaluation"
    streams: ClassVar[tuple[str, ...]] = ("evaluation",)
    standing: ClassVar = "opinion"

    cycle: Reference
    """The cycle's own id."""
    mechanism: Annotated[Code, In("mechanism")]
    """Which of the six mechanisms of the practice model."""
    holds: Annotated[Code, In("statement-support")] | None = None
    """Whether the evidence supports it."""
    stated_by: WorkerId | None = None
    """Who stated it."""
    evidence: tuple[EventId, ...] | None = None
    """The entries it rests on."""
    context: Private[str] | None = None
    """In which circumstances, and for whom."""
    how: Private[str] | None = None
    """How the mechanism worked there."""
    effect: Private[str] | None = None
    """What came of it."""
