"""Where each event is drawn and with which shape: the lanes, the shapes, and one row for every event of a journey.

A shape is told apart without colour: by its form, or by a letter in a box that is unique within its lane.
A new event needs one row in `PLACES`; until it has one it falls into the lane of the record as a small box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ledger.domain.events.base import Event

Shape = Literal[
    "dot", "half", "ring", "cross", "square", "split", "diamond", "triangle", "box", "arrow", "ragged", "was"
]


@dataclass(frozen=True, slots=True)
class Kind:
    """One shape: its form, the letter of a box, its sign in a terminal (also in plain ASCII), and what it means."""

    shape: Shape
    sign: str
    plain: str
    meaning: str


@dataclass(frozen=True, slots=True)
class LaneKind:
    """One lane. `areas` are the kinds of fact that must be supplied before it may say that there are none."""

    key: str
    title: str
    noun: str
    areas: tuple[str, ...]
    always: bool = True


LANES: tuple[LaneKind, ...] = (
    LaneKind("worker", "Allocated worker", "allocations", ("allocation",)),
    LaneKind("others", "Other workers", "allocations", ("allocation",), always=False),
    LaneKind("pod", "Pod", "pods", ("allocation",)),
    LaneKind("case", "Case", "referrals", ("referral", "contact")),
    LaneKind("plan", "Plan", "plans", ("in-need plan", "protection plan", "care plan")),
    LaneKind("placement", "Placement", "placements", ("care",)),
    LaneKind("visits", "Visits", "visits", ("visit",)),
    LaneKind("assessments", "Assessments", "assessments", ("assessment",)),
    LaneKind("supervision", "Supervision", "supervision", ("supervision", "management decision")),
    LaneKind("outcomes", "Outcomes", "outcomes", ("outcome", "annual health")),
    LaneKind("voice", "Voice and story", "voice and story", ("voice", "story")),
    LaneKind("record", "Corrections", "", ()),
)


def _box(letter: str, meaning: str) -> Kind:
    return Kind("box", letter, letter, meaning)


KINDS: dict[str, Kind] = {
    "worker other": _box("A", "allocation"),
    "worker handover": _box("H", "handover"),
    "pod other": _box("P", "change of pod"),
    "case contact": _box("C", "contact received"),
    "case referral": _box("R", "referral received"),
    "case decision": _box("D", "referral decided"),
    "case early help": _box("E", "early help ended"),
    "case identity": _box("I", "who the child is"),
    "case family": _box("F", "family linked"),
    "case transfer": _box("T", "transferred"),
    "case closed": _box("X", "closed"),
    "case reopened": _box("O", "reopened"),
    "plan conference": _box("C", "protection conference"),
    "plan core group": _box("G", "core group"),
    "plan review": _box("R", "review"),
    "plan agreed": _box("A", "plan agreed"),
    "plan family": _box("F", "family decision making"),
    "plan step": _box("S", "stepped up or down"),
    "plan legal": _box("L", "court or before court"),
    "plan other": _box("P", "change of plan"),
    "placement adoption": _box("A", "adoption"),
    "placement leaving": _box("L", "leaving care"),
    "placement other": _box("E", "beginning or end alone"),
    "seen alone": Kind("dot", "●", "@", "child seen alone"),
    "seen": Kind("half", "◐", "*", "child seen"),
    "visit": Kind("ring", "◎", "v", "not seen, or not stated"),
    "attempt": Kind("cross", "✕", "x", "attempted"),
    "visits family": _box("F", "contact outside a visit"),
    "visits return": _box("I", "interview after missing"),
    "assessments strategy": _box("S", "strategy discussion"),
    "assessments health": _box("H", "health assessment"),
    "assessments education": _box("E", "personal education plan"),
    "assessments other": _box("A", "other step"),
    "one to one": Kind("square", "■", "#", "one to one, or ad hoc"),
    "group": Kind("split", "◧", "%", "in a group"),
    "decision": Kind("diamond", "◆", "!", "management decision"),
    "outcome": Kind("triangle", "▲", "^", "outcome measured"),
    "outcomes not": _box("N", "outcome not measured"),
    "outcomes year": _box("Y", "yearly report"),
    "voice words": _box("V", "the child's voice"),
    "voice feedback": _box("F", "feedback"),
    "voice advocate": _box("A", "advocate offered"),
    "voice complaint": _box("C", "complaint"),
    "voice compliment": _box("K", "compliment"),
    "voice story": _box("S", "the child's story"),
    "record corrected": _box("C", "correction"),
    "record withdrawn": _box("W", "withdrawal"),
    "record dispute": _box("D", "dispute"),
    "record misfiled": _box("M", "misfiled, moved"),
    "record erased": _box("E", "content erased by law"),
    "record audit": _box("A", "audit"),
    "record other": _box("O", "other"),
}

ARROW = Kind("arrow", "►", ">", "not ended")
RAGGED = Kind("ragged", "◄", "<", "began on or before this day")
WAS = Kind("was", "×", "x", "where it stood before a correction")

PLACES: dict[str, tuple[str, str]] = {
    name: (lane, kind)
    for lane, kind, names in (
        ("worker", "worker other", "worker-allocated worker-deallocated cover-arranged"),
        ("worker", "worker handover", "handover-recorded"),
        ("pod", "pod other", "pod-allocated pod-allocation-ended"),
        ("case", "case contact", "contact-received"),
        ("case", "case referral", "referral-received"),
        ("case", "case decision", "referral-decided"),
        ("case", "case early help", "early-help-started early-help-ended"),
        (
            "case",
            "case identity",
            "child-registered child-born identifier-linked child-merged child-split death-recorded identity-sealed "
            "uasc-status-set uasc-status-ceased previous-permanence-recorded",
        ),
        ("case", "case family", "family-group-linked family-group-unlinked"),
        ("case", "case transfer", "transferred-out transferred-in"),
        ("case", "case closed", "case-closed"),
        ("case", "case reopened", "case-reopened"),
        ("plan", "plan other", "child-in-need-plan-started child-in-need-plan-ended"),
        (
            "plan",
            "plan other",
            "child-protection-plan-started child-protection-plan-ended child-protection-plan-category-changed",
        ),
        ("plan", "plan conference", "conference-held"),
        ("plan", "plan core group", "core-group-held"),
        (
            "plan",
            "plan review",
            "child-in-need-plan-reviewed care-plan-reviewed pathway-plan-reviewed looked-after-review-held",
        ),
        ("plan", "plan agreed", "care-plan-agreed permanence-plan-agreed pathway-plan-agreed placement-plan-agreed"),
        ("plan", "plan family", "family-group-decision-making-offered family-group-decision-making-held"),
        ("plan", "plan step", "stepped-up stepped-down"),
        ("plan", "plan legal", "pre-proceedings-started pre-proceedings-ended proceedings-issued order-made"),
        (
            "placement",
            "placement other",
            "care-episode-started care-episode-ended missing-started missing-ended "
            "deprivation-of-liberty-started deprivation-of-liberty-ended",
        ),
        (
            "placement",
            "placement adoption",
            "adoption-decision-made adoption-decision-reversed adoption-matched",
        ),
        ("placement", "placement leaving", "care-leaver-status-set care-leaver-contact-reported"),
        ("visits", "visit", "visit-recorded"),
        ("visits", "attempt", "visit-attempted"),
        ("visits", "visits family", "family-contact-recorded"),
        ("visits", "visits return", "return-interview-offered return-interview-held"),
        ("assessments", "assessments other", "assessment-started assessment-reviewed assessment-authorised"),
        ("assessments", "assessments other", "section-47-started section-47-completed"),
        ("assessments", "assessments strategy", "strategy-discussion-held"),
        ("assessments", "assessments health", "health-assessment-done"),
        ("assessments", "assessments education", "personal-education-plan-held"),
        ("supervision", "one to one", "supervision-discussion-held"),
        ("supervision", "decision", "management-decision-recorded"),
        ("outcomes", "outcome", "outcome-measured"),
        ("outcomes", "outcomes not", "outcome-not-measured"),
        ("outcomes", "outcomes year", "annual-health-and-outcomes-reported"),
        ("voice", "voice words", "voice-captured"),
        ("voice", "voice feedback", "feedback-invited family-feedback-received"),
        ("voice", "voice advocate", "advocate-offered"),
        ("voice", "voice complaint", "complaint-received complaint-resolved"),
        ("voice", "voice compliment", "compliment-received"),
        ("voice", "voice story", "story-entry-written story-entry-revised story-shared chronology-entry-marked"),
        ("record", "record corrected", "entry-corrected"),
        ("record", "record withdrawn", "entry-withdrawn"),
        ("record", "record dispute", "dispute-noted"),
        (
            "record",
            "record audit",
            "audit-opened audit-finding-recorded audit-action-agreed audit-action-closed",
        ),
        (
            "record",
            "record other",
            "entry-restricted entry-unrestricted legal-hold-set legal-hold-released legal-hold-overridden "
            "record-accessed record-disclosed redaction-applied record-closed",
        ),
    )
    for name in names.split()
}


LASTING = frozenset(
    name
    for pair in (
        "worker-allocated worker-deallocated",
        "cover-arranged",
        "pod-allocated pod-allocation-ended",
        "early-help-started early-help-ended",
        "child-in-need-plan-started child-in-need-plan-ended",
        "child-protection-plan-started child-protection-plan-ended",
        "pre-proceedings-started pre-proceedings-ended",
        "care-episode-started care-episode-ended",
        "missing-started missing-ended",
        "deprivation-of-liberty-started deprivation-of-liberty-ended",
        "assessment-started assessment-authorised",
        "section-47-started section-47-completed",
    )
    for name in pair.split()
)
"""Events drawn as the beginning or the end of a bar; withdrawn, or without their other end, they are marks."""


def base(name: str) -> str:
    """Return a stored name without its version."""
    return name.rpartition(".v")[0]


def lane_of(name: str) -> str:
    """Return the lane of a stored name."""
    return PLACES.get(base(name), ("record", ""))[0]


def kind_of(event: Event) -> str:
    """Return the shape of an event that is drawn as a mark."""
    kind = PLACES.get(base(event.name), ("", "record other"))[1]
    if kind == "visit" and getattr(event, "child_seen", None) == "yes":
        return "seen alone" if getattr(event, "seen_alone", None) == "yes" else "seen"
    if kind == "one to one" and getattr(event, "mode", None) == "group":
        return "group"
    return kind
