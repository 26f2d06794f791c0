"""After care: a young person's status as a care leaver, and what the yearly return says of them."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ledger.domain.events.base import Code, Event, In, Private, WorkerId


class CareLeaverStatusSet(Event):
    """The young person's status as a care leaver was decided."""

    name: ClassVar[str] = "care-leaver-status-set.v1"
    area: ClassVar[str] = "care leaver"

    status: Annotated[Code, In("care-leaver-status")]
    """The status in law: eligible, relevant, former relevant or qualifying."""
    adviser: WorkerId | None = None
    """The personal adviser, where already named."""
    note: Private[str] | None = None
    """How it was decided."""


class CareLeaverContactReported(Event):
    """The yearly return stated whether the authority is in touch with a care leaver, and how they live."""

    name: ClassVar[str] = "care-leaver-contact-reported.v1"
    area: ClassVar[str] = "care leaver"

    reporting_year: Annotated[int, Field(ge=1990, le=2200)]
    """The social-care year the report covers, named by the year of its 31 March."""
    in_touch: Annotated[Code, In("in-touch")]
    """Whether the authority is in touch (IN_TOUCH)."""
    activity: Annotated[Code, In("care-leaver-activity")] | None = None
    """Main activity (ACTIV)."""
    accommodation: Annotated[Code, In("care-leaver-accommodation")] | None = None
    """Where the young person lives (ACCOM)."""
