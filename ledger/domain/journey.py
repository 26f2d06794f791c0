"""The state of one journey, folded from how its entries stand: stage, worker, pod, placement, what is open.

    >>> journey = fold(stand(entries, view("2018-12-31")))          # doctest: +SKIP
    >>> journey.stage, journey.allocated.worker                     # doctest: +SKIP
    ('looked after', 'SW1042')

Pure: no clock, no store. Expected (future-dated), withdrawn and erased things never count. What is restricted counts
and is withheld by whoever shows it. Nothing here judges lateness: projections do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger.domain.clock import london_day
from ledger.domain.dues import Due, dues
from ledger.domain.events.identity import (
    ChildBorn,
    ChildMerged,
    ChildRegistered,
    ChildSplit,
    DeathRecorded,
    IdentitySealed,
)
from ledger.domain.events.safeguarding import ChildProtectionPlanCategoryChanged, ChildProtectionPlanStarted
from ledger.domain.events.supervision import ManagementDecisionRecorded, SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitRecorded
from ledger.domain.holding import (
    PERSONAL_ADVISER,
    Allocation,
    Held,
    PodSpell,
    allocations,
    held,
    holder_since,
    pod_spells,
)
from ledger.domain.looked_after import Care, CarePeriod, Placement, care_of
from ledger.domain.spans import Remark, Span, day_of, occurred, of_kind, spans
from ledger.domain.stages import CLOSED, StageSpell, Status, case_spans, cut_by_closure, stage_spells, statuses
from ledger.domain.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ledger.domain.standing import Standing


@dataclass(frozen=True, slots=True)
class Journey:
    """One child's journey at a view. Tuples are in the order things began; a missing thing is None or empty.

    `stage` is the highest open status, or `closed`; `since` the day from which it has been so. `allocated` is the
    allocated social worker, `allocated_since` the day from which that worker has held without a break; `adviser` a
    personal adviser, told apart. `workers` are all allocations in any role, `held` the spells of the allocated worker
    without overlap. `pod` is the pod allocated to the journey, else the allocated worker's. `spans` are all things that
    began, ended or not.
    """

    registered: date | None = None
    born: str | None = None
    expected_birth: str | None = None
    died: date | None = None
    sealed: bool = False
    merged_with: tuple[str, ...] = ()
    stage: str = CLOSED
    since: date | None = None
    stages: tuple[StageSpell, ...] = ()
    statuses: tuple[Status, ...] = ()
    care: Care = field(default_factory=Care)
    allocated: Allocation | None = None
    allocated_since: date | None = None
    adviser: Allocation | None = None
    workers: tuple[Allocation, ...] = ()
    held: tuple[Held, ...] = ()
    pod: str | None = None
    pods: tuple[PodSpell, ...] = ()
    spans: tuple[Span, ...] = ()
    protection_category: str | None = None
    last_seen: Standing | None = None
    last_seen_alone: Standing | None = None
    last_words: Standing | None = None
    last_supervision: Standing | None = None
    last_decision: Standing | None = None
    next_due: tuple[Due, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def legal_status(self) -> str | None:
        """Legal status of the care episode the child is in."""
        return self.care.legal_status

    @property
    def placement(self) -> Placement | None:
        """Where the child lives while looked after."""
        return self.care.placement

    @property
    def care_period(self) -> CarePeriod | None:
        """The period of care the child is in."""
        return self.care.period

    @property
    def open(self) -> tuple[Span, ...]:
        """Everything that has begun and not ended."""
        return tuple(span for span in self.spans if span.until is None)

    @property
    def open_assessments(self) -> tuple[Span, ...]:
        """Assessments begun and not authorised."""
        return self.opened("assessment")

    @property
    def open_plans(self) -> tuple[Span, ...]:
        """Child in need and child protection plans begun and not ended."""
        return self.opened("child protection plan", "child in need plan")

    @property
    def open_missing(self) -> tuple[Span, ...]:
        """Missing, or away without authorisation, and not back."""
        return self.opened("missing")

    @property
    def families(self) -> tuple[str, ...]:
        """Ids of the family groups the child belongs to."""
        return tuple(dict.fromkeys(str(getattr(span.event, "family_id", "")) for span in self.opened("family group")))

    def opened(self, *what: str) -> tuple[Span, ...]:
        """Return the open things of these names."""
        return tuple(span for span in self.open if span.what in what)


def fold(standings: Iterable[Standing], *, on: date | None = None) -> Journey:
    """Fold one stream's standings into its state at the end of a day, or as a whole where `on` is None.

    Raises nothing: what is odd is kept and named in `remarks`.
    """
    everything = list(standings)
    happened = occurred(everything, on)
    things, remarks = spans(happened, on)
    things = cut_by_closure([*things, *case_spans(happened)], happened)
    died = next((day_of(s) for s in reversed(of_kind(happened, DeathRecorded))), None)
    care = care_of(happened, on)
    workers, orphans = allocations(happened, on)
    spells = held(workers)
    allocated = _holding(spells)
    advisers = held(workers, PERSONAL_ADVISER)
    pods = pod_spells(happened)
    stages = stage_spells(things, care)
    return Journey(
        registered=next((day_of(s) or london_day(s.entry.known_at) for s in of_kind(happened, ChildRegistered)), None),
        born=_born(happened),
        expected_birth=_expected_birth(happened),
        died=died,
        sealed=bool(of_kind(happened, IdentitySealed)),
        merged_with=_merged(happened),
        stage=stages[-1].stage if stages else CLOSED,
        since=stages[-1].started_on if stages else None,
        stages=tuple(stages),
        statuses=tuple(statuses(things, care)),
        care=care,
        allocated=allocated,
        allocated_since=holder_since(spells),
        adviser=_holding(advisers),
        workers=tuple(workers),
        held=tuple(spells),
        pod=_pod(pods, allocated),
        pods=tuple(pods),
        spans=tuple(things),
        protection_category=_category(happened, things),
        last_seen=_last([s for s in happened if _seen(s)]),
        last_seen_alone=_last([s for s in happened if _seen(s) and _visit(s).seen_alone == "yes"]),
        last_words=_last([s for s in happened if words_of(s.event) is not None]),
        last_supervision=_last(of_kind(happened, SupervisionDiscussionHeld)),
        last_decision=_last(of_kind(happened, ManagementDecisionRecorded)),
        next_due=tuple(dues(everything, happened, things, on)),
        remarks=(*remarks, *orphans, *care.remarks, *_overlaps(spells)),
    )


def _last(standings: Sequence[Standing]) -> Standing | None:
    return standings[-1] if standings else None


def _visit(standing: Standing) -> VisitRecorded:
    assert isinstance(standing.event, VisitRecorded)
    return standing.event


def _seen(standing: Standing) -> bool:
    """Whether the child was seen face to face."""
    event = standing.event
    return isinstance(event, VisitRecorded) and event.child_seen == "yes" and event.method == "face to face"


def _holding(spells: Sequence[Held]) -> Allocation | None:
    return spells[-1].allocation if spells and spells[-1].ended_on is None else None


def _pod(pods: Sequence[PodSpell], allocated: Allocation | None) -> str | None:
    if pods and pods[-1].ended_on is None:
        return pods[-1].pod
    return allocated.pod if allocated is not None else None


def _born(happened: Sequence[Standing]) -> str | None:
    """Return the year and month of birth as last known: a birth recorded later than the registration wins."""
    found = [s.event.born for s in happened if isinstance(s.event, ChildBorn | ChildRegistered) and s.event.born]
    return found[-1] if found else None


def _expected_birth(happened: Sequence[Standing]) -> str | None:
    found = [s.event.expected_birth for s in happened if isinstance(s.event, ChildRegistered)]
    return found[-1] if found else None


def _merged(happened: Sequence[Standing]) -> tuple[str, ...]:
    others: dict[str, bool] = {}
    for standing in happened:
        if isinstance(standing.event, ChildMerged | ChildSplit):
            others[standing.event.other_journey] = isinstance(standing.event, ChildMerged)
    return tuple(other for other, merged in others.items() if merged)


def _category(happened: Sequence[Standing], things: Sequence[Span]) -> str | None:
    """Return the present category of the open protection plan."""
    plans = [s for s in things if s.what == "child protection plan" and s.until is None]
    if not plans or not isinstance(plans[-1].event, ChildProtectionPlanStarted):
        return None
    changes = [
        s.event.category
        for s in happened
        if isinstance(s.event, ChildProtectionPlanCategoryChanged) and s.event.started_on == plans[-1].started_on
    ]
    return changes[-1] if changes else plans[-1].event.category


def _overlaps(spells: Sequence[Held]) -> list[Remark]:
    if not spells or spells[-1].ended_on is not None or not spells[-1].overlapped:
        return []
    about = (spells[-1].allocation.start,)
    return [
        Remark("allocations-overlap", "several allocated workers were open at once; the last to start holds.", about)
    ]
