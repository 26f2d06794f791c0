"""Replay: who, how complete, how it stood, who held it, and every entry, as known at a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.clock import NOW, view
from ledger.domain.coverage import Coverage
from ledger.domain.events.allocation import WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeStarted, LookedAfterReviewHeld
from ledger.domain.events.plan import ChildInNeedPlanStarted
from ledger.domain.events.record import EntryUnrestricted, SourceCoverageDeclared
from ledger.domain.events.story import ChronologyEntryMarked
from ledger.domain.events.supervision import ManagementDecisionRecorded, SupervisionDiscussionHeld
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from ledger.domain.events.voice import FamilyFeedbackReceived
from ledger.projections.replay import Replay, replay
from ledger.projections.words import Difference
from tests.readings.case import Case, on

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.clock import View
    from ledger.projections.replay import Line

TODAY = on("2021-06-30")
VISITS = SourceCoverageDeclared(
    system="casework", areas=("visit",), covers_from=on("2018-01-01"), covers_until=on("2022-01-01"), complete=True
)


def told(case: Case, at: View = NOW, *, covered: tuple[SourceCoverageDeclared, ...] = (), **more: Any) -> Replay:
    return replay(
        case.entries,
        child="C-001",
        view=at,
        coverage=Coverage(covered),
        today=TODAY,
        head=len(case.entries),
        seal_verdict="self-consistent",
        **more,
    )


def visit(day: str, **more: Any) -> VisitRecorded:
    return VisitRecorded(occurred_on=on(day), worker="W-1", **more)


def state(case: Replay) -> dict[str, str]:
    return {line.label: line.said for line in case.state}


def positions(case: Replay) -> list[int]:
    return [line.stamp.position for line in case.entries]


def only(case: Replay) -> Line:
    (line,) = case.entries
    return line


class TestHeading:
    def test_says_whose_case_by_which_clock_and_up_to_where(self) -> None:
        case = Case()
        case.add(visit("2018-03-02"), written="2018-03-02")
        heading = told(case, view("2018-12-31")).heading
        assert (heading.child, heading.clock, heading.stated) == ("C-001", "known", "2018-12-31")
        assert (heading.on, heading.position, heading.head) == (on("2018-12-31"), 1, 1)
        assert heading.verdict == "self-consistent"

    def test_now_is_told_for_today_and_a_position_holds_it(self) -> None:
        case = Case()
        for day in ("2018-03-02", "2018-03-03", "2018-03-04"):
            case.add(visit(day), written=day)
        held = told(case, NOW.at(2))
        assert (held.heading.on, held.heading.position, held.heading.head) == (TODAY, 2, 3)
        assert positions(held) == [1, 2]


class TestClocks:
    def test_known_follows_the_written_clock_and_sealed_the_ledgers_own(self) -> None:
        case = Case()
        case.add(visit("2018-03-02"), written="2018-03-05", recorded="2020-01-01")
        assert positions(told(case, view("2018-03-05"))) == [1]
        assert positions(told(case, view("2018-03-04"))) == []
        assert positions(told(case, view(sealed_by="2019-12-31"))) == []
        assert positions(told(case, view(sealed_by="2020-01-01"))) == [1]

    def test_counts_what_is_known_by_its_sources_word_alone(self) -> None:
        case = Case()
        case.add(visit("2018-03-02"), written="2018-03-05", recorded="2018-03-05")
        first = case.add(visit("2018-03-03"), written="2018-03-05", recorded="2018-04-05")
        known = told(case, view("2018-03-31"))
        assert known.completeness.by_word == 1
        assert [line.stamp.recorded_later for line in known.entries] == [False, True]
        assert told(case, view("2018-04-30")).completeness.by_word == 0
        assert told(case, view(sealed_by="2018-04-30")).completeness.by_word == 0
        case.correct(first, visit("2018-03-04"), written="2018-04-20", recorded="2019-01-01")
        assert told(case, view("2018-04-30")).completeness.by_word == 1


class TestEntries:
    def test_stand_oldest_first_by_when_they_happened(self) -> None:
        case = Case()
        case.add(visit("2018-03-09"), written="2018-03-09")
        case.add(visit("2018-03-02"), written="2018-03-10")
        case.add(visit("2018-03-09"), written="2018-03-11")
        case.add(VisitRecorded(precision="unknown"), written="2018-03-05")
        assert positions(told(case)) == [2, 4, 1, 3]

    def test_say_fact_opinion_or_third_party(self) -> None:
        case = Case()
        case.add(visit("2018-03-02"), written="2018-03-02")
        case.add(SupervisionDiscussionHeld(occurred_on=on("2018-03-03"), mode="group"), written="2018-03-03")
        feedback = FamilyFeedbackReceived(occurred_on=on("2018-03-04"), instrument="survey", respondent="parent")
        case.add(feedback, written="2018-03-04")
        assert [line.standing for line in told(case).entries] == ["fact", "opinion", "third party"]

    def test_late_ones_are_marked_and_those_of_a_return_never(self) -> None:
        case = Case()
        case.add(visit("2018-03-02"), written="2018-03-08")
        case.add(visit("2018-03-03"), written="2018-03-10")
        case.add(visit("2018-03-04"), written="2018-06-30", basis="return")
        shown = told(case)
        assert [(line.lag_days, line.late) for line in shown.entries] == [(6, False), (7, True), (None, False)]
        assert (shown.completeness.late, shown.completeness.late_by, shown.completeness.from_returns) == (1, 7, 1)
        assert [line.late for line in told(case, late_by=6).entries] == [True, True, False]

    def test_a_correction_stands_beside_its_original(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02", child_seen="yes", narrative="One."), written="2018-03-02")
        case.correct(
            root, visit("2018-03-03", child_seen="no", narrative="One."), written="2018-04-02", note="Mixed up."
        )
        line = only(told(case))
        assert (line.condition, line.happened, line.stamp.position) == ("corrected", "2018-03-03", 1)
        assert {field.name: field.text for field in line.fields}["child_seen"] == "no"
        assert {field.name: field.text for field in line.original} == {
            "when": "2018-03-02",
            "worker": "W-1",
            "method": "face to face",
            "child_seen": "yes",
            "narrative": "One.",
        }
        (remark,) = line.remarks
        assert (remark.kind, remark.reason, remark.note, remark.stamp.position) == (
            "corrected",
            "wrong value",
            "Mixed up.",
            2,
        )
        assert remark.changed == (Difference("when", "2018-03-02", "2018-03-03"), Difference("child seen", "yes", "no"))

    def test_before_the_correction_was_known_the_original_stands(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02", child_seen="yes"), written="2018-03-02")
        case.correct(root, visit("2018-03-02", child_seen="no"), written="2018-04-02")
        line = only(told(case, view("2018-04-01")))
        assert (line.condition, line.original, line.remarks) == ("in force", (), ())
        assert {field.name: field.text for field in line.fields}["child_seen"] == "yes"

    def test_a_withdrawn_entry_is_told_as_withdrawn_and_counts_for_nothing(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02", child_seen="yes"), written="2018-03-02")
        case.withdraw(root, written="2018-04-02")
        shown = told(case, covered=(VISITS,))
        line = only(shown)
        assert (line.condition, line.remarks[0].kind, line.remarks[0].reason) == (
            "withdrawn",
            "withdrawn",
            "entered in error",
        )
        assert {field.name for field in line.fields} >= {"child_seen"}
        assert state(shown)["last seen"].startswith("none recorded")
        assert next(s for s in shown.completeness.supply if s.area == "visit").recorded == 0

    def test_a_correction_known_before_its_original_tells_nothing_of_it(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02", child_seen="yes", narrative="Later."), written="2018-06-01")
        case.correct(root, visit("2018-03-02", child_seen="no", narrative="Sooner."), written="2018-03-05")
        line = only(told(case, view("2018-04-01")))
        assert (line.condition, line.original, line.remarks[0].changed) == ("corrected", (), ())
        assert (line.stamp.position, line.lag_days) == (2, 3)
        assert "Later" not in repr(line)
        # From the day the original was written it is the last that was said.
        line = only(told(case, view("2018-06-01")))
        assert (line.condition, {field.name: field.text for field in line.fields}["narrative"]) == (
            "in force",
            "Later.",
        )

    def test_a_withdrawal_known_before_its_original_tells_nothing_of_it(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02", narrative="Later."), written="2018-06-01")
        case.withdraw(root, written="2018-03-05")
        line = only(told(case, view("2018-04-01")))
        assert (line.condition, line.name, line.notice) == (
            "withdrawn",
            None,
            "withdrawn before it was known what it said",
        )
        assert "Later" not in repr(line)

    def test_a_correction_after_a_withdrawal_reinstates(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02"), written="2018-03-02")
        case.withdraw(root, written="2018-04-02")
        case.correct(root, visit("2018-03-03"), written="2018-05-02")
        line = only(told(case))
        assert (line.condition, [remark.kind for remark in line.remarks]) == ("corrected", ["withdrawn", "corrected"])

    def test_disputes_stand_beside(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02"), written="2018-03-02")
        case.dispute(root, "That is not so.", written="2018-03-20")
        shown = told(case)
        (remark,) = only(shown).remarks
        assert (remark.kind, remark.reason, remark.note) == ("disputed", "parent", "That is not so.")
        assert shown.completeness.disputed == 1
        assert only(told(case, view("2018-03-19"))).remarks == ()

    def test_expected_ones_are_marked_and_never_count(self) -> None:
        case = Case()
        case.add(LookedAfterReviewHeld(occurred_on=on("2018-09-01")), written="2018-03-02")
        case.add(visit("2018-09-02", child_seen="yes"), written="2018-03-02")
        shown = told(case)
        assert [line.expected for line in shown.entries] == [True, True]
        assert [line.lag_days for line in shown.entries] == [None, None]
        assert shown.completeness.expected == 2
        assert state(shown)["last seen"] == "not supplied: no visit source loaded"

    def test_unknown_codes_are_marked(self) -> None:
        case = Case()
        event = CareEpisodeStarted(occurred_on=on("2018-03-02"), reason="S", legal_status="Q9")
        case.add(event, written="2018-03-02", unknown_codes=("legal_status",))
        shown = told(case)
        assert only(shown).unknown_codes == ("legal_status",)
        assert {field.name: field.text for field in only(shown).fields}["legal_status"] == "Q9 (unknown code)"
        assert shown.completeness.unknown_codes == 1

    def test_an_entry_that_names_another_names_its_position(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02"), written="2018-03-02")
        case.add(ChronologyEntryMarked(occurred_on=on("2018-03-03"), marks=root.event_id), written="2018-03-03")
        fields = {field.name: field.text for field in told(case).entries[1].fields}
        assert fields["marks"] == "entry at position 1"

    def test_an_erased_entry_leaves_a_visible_hole(self) -> None:
        case = Case()
        case.add(None, name="visit-recorded.v1", privacy="erased", recorded="2018-03-09")
        case.add(visit("2018-03-02"), written="2018-03-02", privacy="erased")
        shown = told(case)
        assert [(line.title, line.condition, line.notice) for line in shown.entries] == [
            ("visit recorded", "in force", None),
            ("visit recorded", "erased", "content erased by law"),
        ]
        assert (shown.completeness.erased, shown.completeness.private_erased, shown.completeness.shown) == (1, 1, 1)


class TestWithheld:
    @pytest.fixture
    def case(self) -> Case:
        case = Case()
        case.add(visit("2018-03-01", narrative="Open."), written="2018-03-02")
        secret = case.add(visit("2018-03-05", child_seen="yes", narrative="Secret."), written="2018-03-20")
        case.correct(secret, visit("2018-03-06", child_seen="yes", narrative="Secret still."), written="2018-04-01")
        case.restrict(secret, written="2019-01-01")
        return case

    @pytest.mark.parametrize("at", [NOW, view("2018-12-31"), NOW.at(3)])
    def test_restrictions_follow_the_present_head_at_every_view(self, case: Case, at: View) -> None:
        shown = told(case, at)
        hidden = shown.entries[-1]
        assert (hidden.condition, hidden.title, hidden.name, hidden.happened) == ("withheld", "entry", None, None)
        assert (hidden.fields, hidden.original, hidden.remarks) == ((), (), ())
        assert hidden.notice == "entry withheld: restricted on 2019-01-01, third party"
        assert (shown.completeness.withheld, shown.completeness.shown, shown.completeness.known) == (1, 1, 2)
        assert "Secret" not in repr(shown)

    def test_it_stands_on_the_day_it_became_known(self, case: Case) -> None:
        assert told(case).entries[-1].on == on("2018-03-20")

    def test_the_state_tells_nothing_of_it(self, case: Case) -> None:
        shown = state(told(case, covered=(VISITS,)))
        assert shown["last seen"].startswith("none shown, and entries are withheld")
        assert shown["not counted"] == "1 withheld or misfiled"

    def test_a_lifted_restriction_shows_it_again(self, case: Case) -> None:
        case.add(EntryUnrestricted(restricts=case.entries[1].event_id), written="2019-02-01")
        assert told(case).entries[-1].condition == "corrected"

    def test_a_misfiled_entry_says_when_it_was_moved_and_nothing_else(self) -> None:
        case = Case()
        wrong = case.add(visit("2018-03-05", child_seen="yes", narrative="Another child."), written="2018-03-05")
        case.withdraw(wrong, written="2018-06-01", reason="misfiled")
        case.restrict(wrong, written="2018-06-01", reason="misfiled")
        for at in (NOW, view("2018-04-01")):
            shown = told(case, at)
            line = only(shown)
            assert (line.condition, line.notice) == ("misfiled", "entry misfiled, moved on 2018-06-01")
            assert (line.fields, line.remarks, line.happened) == ((), (), None)
            assert (shown.completeness.misfiled, shown.completeness.shown) == (1, 0)
            assert "Another child" not in repr(shown)


class TestCompleteness:
    def test_every_known_entry_is_counted_once(self) -> None:
        case = Case()
        roots = [case.add(visit(f"2018-03-{day:02}"), written=f"2018-03-{day:02}") for day in range(1, 9)]
        case.withdraw(roots[0], written="2018-04-01")
        case.correct(roots[1], visit("2018-03-02", child_seen="no"), written="2018-04-01")
        case.restrict(roots[2], written="2018-04-01")
        case.withdraw(roots[3], written="2018-04-01", reason="misfiled")
        case.add(None, name="visit-recorded.v1", recorded="2018-05-01", privacy="erased")
        counts = told(case).completeness
        assert (counts.known, counts.shown, counts.withheld, counts.misfiled, counts.erased) == (9, 6, 1, 1, 1)
        assert (counts.withdrawn, counts.corrected, counts.orphans) == (1, 1, 0)

    def test_what_no_source_covers_is_not_supplied_and_never_none(self) -> None:
        case = Case()
        case.add(CareEpisodeStarted(occurred_on=on("2018-03-02"), reason="S", legal_status="C2"), written="2018-03-02")
        supply = {one.area: (one.recorded, one.supplied, one.said) for one in told(case).completeness.supply}
        assert supply["visit"] == (0, "not supplied", "not supplied: no visit source loaded")
        assert supply["care"] == (1, "not supplied", "1 recorded; no care source loaded")
        assert "identity" not in supply and "record" not in supply

    def test_what_a_source_covers_and_does_not_hold_is_none_recorded(self) -> None:
        case = Case()
        case.add(CareEpisodeStarted(occurred_on=on("2018-03-02"), reason="S", legal_status="C2"), written="2018-03-02")
        shown = told(case, covered=(VISITS,))
        supply = {one.area: (one.supplied, one.said) for one in shown.completeness.supply}
        assert supply["visit"] == ("complete", "none recorded; supplied by casework")
        assert supply["supervision"][0] == "not supplied"
        assert state(shown)["last seen"] == "none recorded; supplied by casework"

    def test_a_source_that_covers_some_days_says_which(self) -> None:
        case = Case()
        case.add(CareEpisodeStarted(occurred_on=on("2017-03-02"), reason="S", legal_status="C2"), written="2017-03-02")
        supply = {one.area: one.said for one in told(case, covered=(VISITS,)).completeness.supply}
        assert supply["visit"] == "none recorded; supplied in part (2018-01-01 to 2021-12-31) by casework"

    def test_the_window_is_half_open_and_counts_what_it_leaves_out(self) -> None:
        case = Case()
        for day in ("2018-03-01", "2018-03-02", "2018-03-03", "2018-03-04"):
            case.add(visit(day, child_seen="yes"), written=day)
        shown = told(case, from_=on("2018-03-02"), to=on("2018-03-04"))
        assert positions(shown) == [2, 3]
        assert (shown.completeness.known, shown.completeness.outside) == (2, 2)
        assert state(shown)["last seen"].startswith("2018-03-04")

    @pytest.mark.parametrize(
        ("from_", "to", "shown"),
        [
            ("2018-03-05", None, True),
            ("2018-03-06", None, False),
            (None, "2018-03-01", False),
            (None, "2018-03-02", True),
        ],
    )
    def test_what_lasted_is_in_a_window_that_it_overlaps(self, from_: str | None, to: str | None, shown: bool) -> None:
        case = Case()
        lasting = VisitRecorded(occurred_on=on("2018-03-01"), occurred_until=on("2018-03-06"))
        case.add(lasting, written="2018-03-10")
        window: dict[str, date | None] = {"from_": on(from_) if from_ else None, "to": on(to) if to else None}
        assert positions(told(case, **window)) == ([1] if shown else [])

    def test_what_is_said_of_entries_not_yet_known_is_counted(self) -> None:
        case = Case()
        root = case.add(visit("2018-03-02"), written="2018-06-01")
        case.dispute(root, "No.", written="2018-03-20")
        counts = told(case, view("2018-04-01")).completeness
        assert (counts.known, counts.orphans) == (0, 1)


class TestState:
    @pytest.fixture
    def case(self) -> Case:
        """In need since 5 March; W-1 until 1 May, then W-2; seen on 6 March, alone on 2 March; a decision."""
        case = Case()
        add = case.add
        add(
            WorkerAllocated(occurred_on=on("2018-03-01"), worker="W-1", pod="P-1", reason="FCONTA"),
            written="2018-03-01",
        )
        add(visit("2018-03-02", child_seen="yes", seen_alone="yes", words="I like maths."), written="2018-03-02")
        add(ChildInNeedPlanStarted(occurred_on=on("2018-03-05"), review_due_on=on("2018-06-05")), written="2018-03-05")
        add(visit("2018-03-06", child_seen="yes", seen_alone="no"), written="2018-03-06")
        add(VisitAttempted(occurred_on=on("2018-03-16"), worker="W-1"), written="2018-03-16")
        decision = ManagementDecisionRecorded(
            occurred_on=on("2018-03-20"), decided_by="W-9", decision="Go on.", rationale="It helps."
        )
        add(decision, written="2018-03-20")
        left = WorkerDeallocated(
            occurred_on=on("2018-05-01"), worker="W-1", started_on=on("2018-03-01"), reason="LEFTRL"
        )
        add(left, written="2018-05-01")
        came = WorkerAllocated(occurred_on=on("2018-05-01"), worker="W-2", post="social worker", reason="LEFTRL")
        add(came, written="2018-05-01")
        return case

    def test_tells_how_it_stood(self, case: Case) -> None:
        shown = state(told(case, view("2018-05-10")))
        assert shown["stage"] == "child in need plan, since 2018-03-05 (67 days)"
        assert shown["allocated worker"] == "W-2 (social worker), since 2018-05-01 (10 days)"
        assert shown["last seen"] == "2018-03-06 (65 days before), worker: W-1"
        assert shown["last seen alone"] == "2018-03-02 (69 days before), worker: W-1"
        assert shown["last decision"] == "2018-03-20 (51 days before), decided by: W-9"
        assert shown["next due"] == "2018-06-05: review of child in need plan"
        assert shown["last supervision"] == "not supplied: no supervision source loaded"

    def test_own_words_stand_below(self, case: Case) -> None:
        lines = {line.label: line for line in told(case).state}
        words = {field.name: field.text for field in lines["words of the child"].fields}
        assert words == {"words": "I like maths."}
        decision = {field.name: field.text for field in lines["last decision"].fields}
        assert decision == {"decision": "Go on.", "rationale": "It helps."}
        assert lines["last decision"].position == 6

    def test_before_it_was_known_it_did_not_stand(self, case: Case) -> None:
        shown = state(told(case, view("2018-03-04")))
        assert shown["stage"] == "nothing on record opens the case"
        assert shown["allocated worker"].startswith("W-1, since 2018-03-01 (4 days)")
        assert shown["last decision"] == "not supplied: no management decision source loaded"

    def test_workers_stand_in_order_with_days_and_reasons(self, case: Case) -> None:
        found = [
            (line.worker, line.started_on, line.ended_on, line.days, line.reason, line.end_reason, line.positions)
            for line in told(case, view("2018-05-10")).workers
        ]
        came = "First contact or re-referral (FCONTA)"
        left = "Previous worker left the role (LEFTRL)"
        assert found == [
            ("W-1", on("2018-03-01"), on("2018-05-01"), 61, came, left, (1, 7)),
            ("W-2", on("2018-05-01"), None, 10, left, None, (8,)),
        ]

    def test_legal_status_and_placement_have_labels_and_a_beginning(self) -> None:
        case = Case()
        case.add(
            CareEpisodeStarted(
                occurred_on=on("2018-03-02"), reason="P", legal_status="C2", placement="R1", provider="PR1"
            ),
            written="2018-03-31",
            basis="return",
        )
        shown = state(told(case, view("2018-03-31")))
        assert shown["looked after"] == "since not later than 2018-03-02 (at least 30 days)"
        assert shown["legal status"] == "Full care order (C2), since not later than 2018-03-02 (at least 30 days)"
        assert shown["placement"].endswith(", provided by: Own provision (PR1), since 2018-03-02 (30 days)")
