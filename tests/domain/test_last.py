"""What was last, what is to come, and who the child is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.domain.events.assessment import AssessmentStarted
from ledger.domain.events.audit import AuditActionAgreed, AuditActionClosed
from ledger.domain.events.base import Event
from ledger.domain.events.care import LookedAfterReviewHeld, MissingEnded, MissingStarted, ReturnInterviewHeld
from ledger.domain.events.family import FamilyGroupLinked, FamilyGroupUnlinked
from ledger.domain.events.identity import (
    ChildBorn,
    ChildMerged,
    ChildRegistered,
    ChildSplit,
    IdentitySealed,
    UASCStatusCeased,
    UASCStatusSet,
)
from ledger.domain.events.plan import ChildInNeedPlanReviewed, ChildInNeedPlanStarted
from ledger.domain.events.story import StoryEntryWritten
from ledger.domain.events.supervision import ManagementDecisionRecorded, SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.domain.events.voice import ComplaintReceived, ComplaintResolved, FamilyFeedbackReceived, VoiceCaptured
from ledger.domain.standing import Standing
from ledger.domain.words import words_of
from tests.domain.given import Given, on


def visit(day: str, **more: Any) -> Event:
    return VisitRecorded(occurred_on=on(day), worker="W", **more)


def root(standing: Standing | None) -> Any:
    return standing.root if standing is not None else None


def test_last_seen_is_the_latest_visit_at_which_the_child_was_seen_in_person() -> None:
    case = Given()
    seen = case(visit("2024-03-01", child_seen="yes", seen_alone="no"))
    alone = case(visit("2024-02-01", child_seen="yes", seen_alone="yes"))
    case(visit("2024-04-01", child_seen="no", seen_alone="not recorded"))
    case(visit("2024-04-02", child_seen="yes", method="virtual", seen_alone="yes"))
    case(visit("2024-04-03"))
    case(visit("2024-04-04", child_seen="not applicable"))
    case(VisitAttempted(occurred_on=on("2024-04-05"), worker="W"))
    journey = case.journey()
    assert (root(journey.last_seen), root(journey.last_seen_alone)) == (seen, alone)


def test_of_two_visits_on_one_day_the_later_hour_is_last_whenever_written() -> None:
    case = Given()
    late = case(VisitRecorded(occurred_at=datetime(2024, 3, 1, 16, tzinfo=UTC), child_seen="yes"), written="2024-03-02")
    case(VisitRecorded(occurred_at=datetime(2024, 3, 1, 9, tzinfo=UTC), child_seen="yes"), written="2024-03-02")
    assert root(case.journey().last_seen) == late


def test_an_expected_visit_never_sets_last_seen_and_is_to_come() -> None:
    case = Given()
    coming = case(visit("2024-06-01", child_seen="yes"), written="2024-03-01")
    before, after = case.journey("2024-05-01"), case.journey("2024-07-01")
    assert (before.last_seen, after.last_seen) == (None, None)
    assert [(due.on, due.what, due.standing.root) for due in before.next_due] == [
        (on("2024-06-01"), "expected: visit recorded", coming)
    ]
    assert after.next_due == ()


def test_an_expected_review_that_was_held_that_day_is_no_longer_to_come() -> None:
    case = Given()
    case(LookedAfterReviewHeld(occurred_on=on("2024-06-01")), written="2024-03-01")
    assert len(case.journey("2024-04-01").next_due) == 1
    case(LookedAfterReviewHeld(occurred_on=on("2024-06-01"), participation="PN1"))
    assert case.journey("2024-06-01").next_due == ()


def test_a_withdrawn_visit_is_no_longer_last() -> None:
    case = Given()
    first = case(visit("2024-02-01", child_seen="yes"))
    wrong = case(visit("2024-03-01", child_seen="yes"))
    case.withdraw(wrong, written="2024-03-05")
    assert root(case.journey("2024-03-04").last_seen) == wrong
    assert root(case.journey("2024-03-05").last_seen) == first


def test_a_corrected_visit_counts_as_corrected() -> None:
    case = Given()
    wrong = case(visit("2024-03-01", child_seen="yes"))
    case.correct(wrong, visit("2024-02-28", child_seen="yes", seen_alone="yes"), written="2024-03-05")
    journey = case.journey("2024-03-05")
    assert journey.last_seen_alone is not None and journey.last_seen_alone.event is not None
    assert (root(journey.last_seen_alone), journey.last_seen_alone.event.day) == (wrong, on("2024-02-28"))
    assert case.journey("2024-03-04").last_seen_alone is None


def test_a_restricted_visit_still_counts_and_says_that_it_is_restricted() -> None:
    case = Given()
    seen = case(visit("2024-03-01", child_seen="yes"))
    case.restrict(seen, written="2024-09-01")
    last = case.journey("2024-04-01").last_seen
    assert last is not None and last.restricted


WORDS = "I want to stay with my brother."


@pytest.mark.parametrize(
    "event",
    [
        VoiceCaptured(occurred_on=on("2024-03-01"), method="drawing", words=WORDS),
        VisitRecorded(occurred_on=on("2024-03-01"), words=WORDS),
        ReturnInterviewHeld(occurred_on=on("2024-03-01"), words=WORDS),
        StoryEntryWritten(occurred_on=on("2024-03-01"), purpose="visit", voice_of_child=WORDS),
        FamilyFeedbackReceived(occurred_on=on("2024-03-01"), instrument="survey", respondent="child", words=WORDS),
    ],
)
def test_last_words_are_the_childs_wherever_they_stand(event: Event) -> None:
    case = Given()
    case(VoiceCaptured(occurred_on=on("2024-02-01"), method="play", words="Go away."))
    said = case(event)
    assert root(case.journey().last_words) == said
    assert words_of(event) == WORDS


def test_a_parents_words_are_not_the_childs() -> None:
    event = FamilyFeedbackReceived(
        occurred_on=on("2024-03-01"), instrument="survey", respondent="parent", words="He helps."
    )
    assert words_of(event) is None
    assert Given(event).journey().last_words is None


def test_last_supervision_and_last_decision() -> None:
    case = Given()
    case(SupervisionDiscussionHeld(occurred_on=on("2024-02-01"), mode="one to one"))
    supervision = case(SupervisionDiscussionHeld(occurred_on=on("2024-03-01"), mode="group", session_id="GS-1"))
    decision = case(
        ManagementDecisionRecorded(occurred_on=on("2024-01-05"), decided_by="PM", decision="Go on.", rationale="Safe.")
    )
    journey = case.journey()
    assert (root(journey.last_supervision), root(journey.last_decision)) == (supervision, decision)


def test_what_is_to_come_the_soonest_first() -> None:
    case = Given(
        AssessmentStarted(occurred_on=on("2024-01-02"), review_due_on=on("2024-01-12")),
        ChildInNeedPlanStarted(occurred_on=on("2024-02-01"), review_due_on=on("2024-03-01")),
        ChildInNeedPlanReviewed(
            occurred_on=on("2024-02-28"), started_on=on("2024-02-01"), review_due_on=on("2024-05-20")
        ),
        ManagementDecisionRecorded(
            occurred_on=on("2024-02-10"), decided_by="PM", decision="x", rationale="y", due_on=on("2024-03-10")
        ),
        ComplaintReceived(occurred_on=on("2024-02-11"), raised_by="parent", due_on=on("2024-03-05")),
        AuditActionAgreed(occurred_on=on("2024-02-12"), audit="A1", action="1", due_on=on("2024-04-01")),
    )
    told = [(due.on.isoformat(), due.what) for due in case.journey("2024-03-06").next_due]
    assert told == [
        ("2024-01-12", "review of assessment"),
        ("2024-03-05", "answer to a complaint"),
        ("2024-03-10", "what was decided"),
        ("2024-04-01", "action after an audit"),
        ("2024-05-20", "review of child in need plan"),
    ]
    case(ComplaintResolved(occurred_on=on("2024-03-07"), received_on=on("2024-02-11"), outcome="upheld"))
    case(AuditActionClosed(occurred_on=on("2024-03-08"), audit="A1", action="1", done=True))
    assert [due.what for due in case.journey("2024-03-11").next_due] == [
        "review of assessment",
        "review of child in need plan",
    ]


def test_missing_is_open_until_the_ending_of_its_kind() -> None:
    case = Given(MissingStarted(occurred_on=on("2024-02-01"), kind="M"))
    case(MissingEnded(occurred_on=on("2024-02-02"), kind="A", started_on=on("2024-02-01")))
    assert [s.started_on for s in case.journey().open_missing] == [on("2024-02-01")]
    case(MissingEnded(occurred_on=on("2024-02-02"), kind="M", started_on=on("2024-02-01")))
    assert case.journey().open_missing == ()


def test_a_status_without_a_linked_start_ends_with_the_next_ending() -> None:
    case = Given(UASCStatusSet(occurred_on=on("2022-02-01")))
    assert len(case.journey().opened("unaccompanied asylum-seeking child")) == 1
    case(UASCStatusCeased(occurred_on=on("2023-02-01")))
    assert case.journey().open == ()
    case(UASCStatusSet(occurred_on=on("2024-02-01")))
    assert len(case.journey().opened("unaccompanied asylum-seeking child")) == 1


def test_families_are_those_not_unlinked() -> None:
    case = Given(
        FamilyGroupLinked(occurred_on=on("2022-02-01"), family_id="F1", kind="siblings"),
        FamilyGroupLinked(occurred_on=on("2022-02-01"), family_id="F2", kind="household"),
        FamilyGroupUnlinked(occurred_on=on("2023-02-01"), family_id="F2"),
    )
    assert case.journey().families == ("F1",)
    assert case.journey(by="2022-12-31").families == ("F1", "F2")


def test_an_unborn_child_is_born() -> None:
    case = Given(ChildRegistered(occurred_on=on("2024-01-05"), child_id="C", expected_birth="2024-03"))
    journey = case.journey()
    assert (journey.registered, journey.born, journey.expected_birth) == (on("2024-01-05"), None, "2024-03")
    case(ChildBorn(occurred_on=on("2024-02-27"), born="2024-02", birth_date=on("2024-02-27")))
    assert case.journey().born == "2024-02"


def test_merged_and_split_and_sealed() -> None:
    case = Given(ChildMerged(occurred_on=on("2024-01-05"), other_journey="other"))
    assert case.journey().merged_with == ("other",)
    case(ChildSplit(occurred_on=on("2024-02-05"), other_journey="other"))
    assert (case.journey().merged_with, case.journey().sealed) == ((), False)
    case(IdentitySealed(occurred_on=on("2024-03-05"), authority="adoption order"))
    assert case.journey().sealed


def test_a_registration_without_a_date_is_of_the_day_in_london_on_which_it_was_known() -> None:
    case = Given()
    entry = case(ChildRegistered(child_id="C", precision="unknown"))
    case.entries[0] = replace(entry, written_at=datetime(2024, 6, 30, 23, 30, tzinfo=UTC))
    assert case.journey().registered == on("2024-07-01")
