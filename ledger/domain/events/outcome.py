"""What changed for the child: outcomes measured, and measures that were not taken and why."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.domain.events.base import Code, Event, In, Private, Reference, WorkerId


class OutcomeMeasured(Event):
    """An outcome was measured with a named instrument."""

    name: ClassVar[str] = "outcome-measured.v1"
    area: ClassVar[str] = "outcome"
    family: ClassVar[str] = "outcome"

    instrument: Annotated[Code, In("outcome-instrument")]
    """The instrument: SDQ, outcome star, goal-based, other."""
    scale: Reference | None = None
    """The scale or goal within the instrument."""
    score: Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)] | None = None
    """The score, in the instrument's own units."""
    outcome: Annotated[Code, In("outcome-direction")] | None = None
    """Better, same, worse, or achieved, where the instrument gives no number."""
    completed_by: Annotated[Code, In("outcome-respondent")] | None = None
    """Who answered."""
    worker: WorkerId | None = None
    """The worker who took the measure."""
    note: Private[str] | None = None
    """What was said about it."""


class OutcomeNotMeasured(Event):
    """An outcome that was to be measured was not, and why."""

    name: ClassVar[str] = "outcome-not-measured.v1"
    area: ClassVar[str] = "outcome"
    family: ClassVar[str] = "outcome"

    instrument: Annotated[Code, In("outcome-instrument")]
    """The instrument."""
    reason: Annotated[Code, In("outcome-not-measured-reason")]
    """Why not."""
