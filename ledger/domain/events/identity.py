"""Who the journey is about: registration, born or unborn, other identifiers, family history at entry, death."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ledger.domain.events.base import Code, Event, In, Private, YearMonth, date


class ChildRegistered(Event):
    """A child, born or unborn, became known to the authority and a journey was opened."""

    name: ClassVar[str] = "child-registered.v1"
    area: ClassVar[str] = "identity"

    child_id: Private[str]
    """The authority's own id of the child."""
    child_name: Private[str] | None = None
    """The child's name, as the source gives it."""
    birth_date: Private[date] | None = None
    """The day of birth; its year and month are coded in `born`."""
    born: YearMonth | None = None
    """Year and month of birth."""
    expected_birth: YearMonth | None = None
    """Year and month in which an unborn child is expected; excludes `born`."""
    expected_birth_date: Private[date] | None = None
    """The day on which an unborn child is expected."""
    sex: Annotated[Code, In("sex")] | None = None
    """Sex as recorded."""
    ethnicity: Annotated[Code, In("ethnicity")] | None = None
    """Ethnicity as recorded."""
    disabilities: Annotated[tuple[Code, ...], In("disability")] | None = None
    """Disabilities as recorded."""
    upn: Private[str] | None = None
    """Unique pupil number, or the code why there is none."""
    mother: bool | None = None
    """Whether the young person is herself a mother, as the return states it."""
    own_child_birth_date: Private[date] | None = None
    """Day of birth of the young person's own child."""


class ChildBorn(Event):
    """A child who was registered before birth was born."""

    name: ClassVar[str] = "child-born.v1"
    area: ClassVar[str] = "identity"

    born: YearMonth
    """Year and month of birth."""
    birth_date: Private[date]
    """The day of birth."""
    sex: Annotated[Code, In("sex")] | None = None
    """Sex as recorded at birth."""


class IdentifierLinked(Event):
    """Another identifier of the same child became known."""

    name: ClassVar[str] = "identifier-linked.v1"
    area: ClassVar[str] = "identity"

    scheme: Annotated[Code, In("identifier-scheme")]
    """What kind of identifier it is."""
    value: Private[str]
    """The identifier."""


class ChildMerged(Event):
    """This journey and another were found to be about one child; nothing was moved."""

    name: ClassVar[str] = "child-merged.v1"
    area: ClassVar[str] = "identity"

    other_journey: Code
    """The other journey's id."""
    note: Private[str] | None = None
    """How it was found out."""


class ChildSplit(Event):
    """An earlier finding that two journeys are about one child was taken back."""

    name: ClassVar[str] = "child-split.v1"
    area: ClassVar[str] = "identity"

    other_journey: Code
    """The other journey's id."""
    note: Private[str] | None = None
    """How it was found out."""


class DeathRecorded(Event):
    """The child died."""

    name: ClassVar[str] = "death-recorded.v1"
    area: ClassVar[str] = "identity"

    note: Private[str] | None = None
    """What is recorded about it."""


class IdentitySealed(Event):
    """The child was adopted: this identity is closed to practice, and the link to the new one is kept apart."""

    name: ClassVar[str] = "identity-sealed.v1"
    area: ClassVar[str] = "identity"

    authority: Private[str]
    """The order or decision under which it was sealed."""


class UASCStatusSet(Event):
    """The child was recorded as an unaccompanied asylum-seeking child."""

    name: ClassVar[str] = "uasc-status-set.v1"
    area: ClassVar[str] = "identity"

    sex: Annotated[Code, In("sex")] | None = None
    """Sex as this table of the return states it."""
    expected_end_on: date | None = None
    """The day on which the status is expected to end, where the return gives one after its collection."""


class UASCStatusCeased(Event):
    """The child ceased to be recorded as an unaccompanied asylum-seeking child."""

    name: ClassVar[str] = "uasc-status-ceased.v1"
    area: ClassVar[str] = "identity"


class PreviousPermanenceRecorded(Event):
    """What is known of an earlier permanent placement of the child, when care began; `Z1` means none."""

    name: ClassVar[str] = "previous-permanence-recorded.v1"
    area: ClassVar[str] = "identity"

    previous_permanence: Annotated[Code, In("previous-permanence")]
    """The kind of earlier permanence; the event is dated at its order, with the precision the return gives."""
    authority: Code | None = None
    """The authority where the order was made, as a code or `outside England`."""
    order_date_text: Private[str] | None = None
    """The date exactly as written, where parts of it are unknown."""
