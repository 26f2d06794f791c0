"""The picture as a model: bars, marks and lanes of cases whose every day is known from `cases`."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.clock import view
from ledger.domain.events.allocation import CoverArranged, PodAllocated, WorkerAllocated, WorkerDeallocated
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from ledger.domain.events.contact import ReferralDecided
from ledger.domain.events.identity import PreviousPermanenceRecorded
from ledger.domain.events.plan import ChildInNeedPlanEnded, ChildInNeedPlanStarted
from ledger.domain.events.record import EntryCorrected, EntryWithdrawn
from ledger.domain.events.visit import VisitRecorded
from ledger.errors import NotFound
from ledger.projections.timeline.model import Bar, Gap, Lane, Mark, Picture
from tests.timeline.cases import EVERYTHING, Case, dense, from_a_return, small, withheld


def lane(picture: Picture, key: str) -> Lane:
    return next(found for found in picture.lanes if found.key == key)


def bar(picture: Picture, key: str, kind: str) -> Bar:
    [found] = [bar for bar in lane(picture, key).bars if bar.kind == kind]
    return found


def mark(picture: Picture, key: str, on: str) -> Mark:
    [found] = [mark for mark in lane(picture, key).marks if mark.on == date.fromisoformat(on)]
    return found


def spans(bars: tuple[Bar, ...]) -> list[tuple[str, str, str | None]]:
    return [(one.names[-1], str(one.starts), str(one.ends) if one.ends else None) for one in bars]


def test_lanes_stand_in_their_order_and_others_only_when_there_are_any() -> None:
    keys = [found.key for found in small().picture().lanes]
    assert keys == [
        "worker", "pod", "case", "plan", "placement", "visits", "assessments", "supervision", "outcomes", "voice",
        "record",
    ]  # fmt: skip


def test_workers_have_bars_with_days_and_the_days_without_one_are_a_gap() -> None:
    picture = small().picture()
    track = lane(picture, "worker").tracks[0]
    assert spans(track.bars) == [("W1", "2024-01-08", "2024-03-01"), ("W2", "2024-03-11", None)]
    # 24 + 29 days to 1 March; 20 days of March and 30 of April after the 11th, to the last day anything was known.
    assert [one.labels[0] for one in track.bars] == ["W1 · 53 days", "W2 · 50 days so far"]
    assert track.gaps == (
        Gap(date(2024, 1, 4), date(2024, 1, 8)),
        Gap(date(2024, 3, 1), date(2024, 3, 11)),
    )


def test_the_pod_holds_from_the_referral_on_and_is_never_a_gap() -> None:
    track = lane(small().picture(), "pod").tracks[0]
    assert spans(track.bars) == [("P1", "2024-01-04", None)]
    assert track.gaps == ()


def test_nobody_is_said_to_be_unallocated_where_no_source_would_tell() -> None:
    case = small()
    case.declarations.clear()
    case.declare(*[area for area in EVERYTHING if area != "allocation"], from_="2024-01-01", until="2025-01-01")
    assert lane(case.picture(), "worker").tracks[0].gaps == ()
    case.declare("allocation", from_="2024-03-05", until="2024-03-08")
    assert lane(case.picture(), "worker").tracks[0].gaps == (Gap(date(2024, 3, 5), date(2024, 3, 8)),)


def test_an_incomplete_source_proves_no_gap() -> None:
    case = small()
    case.declarations.clear()
    case.declare(*EVERYTHING, from_="2024-01-01", until="2025-01-01", complete=False)
    assert lane(case.picture(), "worker").tracks[0].gaps == ()


def test_what_lasted_has_bars_from_its_beginning_to_its_end() -> None:
    picture = small().picture()
    assert spans(lane(picture, "assessments").bars) == [("A", "2024-01-08", "2024-02-12")]
    assert spans(lane(picture, "plan").bars) == [("CIN", "2024-02-12", None)]
    assert bar(picture, "case", "open").labels[0] == "case open · 117 days so far"
    assert bar(picture, "assessments", "assessment").labels == ("assessment · 35 days", "assessment 35d", "A 35d")


def test_visits_have_the_shape_of_how_the_child_was_seen() -> None:
    picture = small().picture()
    kinds = [(str(one.on), one.kind, one.sort) for one in lane(picture, "visits").marks]
    assert kinds == [
        ("2024-01-10", "seen alone", "in force"),
        ("2024-01-22", "seen", "in force"),
        ("2024-02-05", "seen alone", "in force"),
        ("2024-02-15", "attempt", "in force"),
        ("2024-02-20", "seen", "withdrawn"),
    ]


def test_a_late_entry_stands_on_its_day_with_the_day_it_became_known() -> None:
    picture = small().picture()
    assert mark(picture, "visits", "2024-01-22").known_on == date(2024, 2, 8)
    others = [one for one in lane(picture, "visits").marks if one.on != date(2024, 1, 22)]
    assert all(one.known_on is None for one in others)
    assert picture.counts.late == 1


@pytest.mark.parametrize(("late_by", "late"), [(17, 1), (18, 0)])
def test_late_begins_with_the_day_asked_for(late_by: int, late: int) -> None:
    # From 22 January to 8 February are 17 days.
    assert small().picture(late_by=late_by).counts.late == late


def test_a_correction_moves_the_mark_and_keeps_the_original_day() -> None:
    picture = small().picture()
    moved = mark(picture, "visits", "2024-02-05")
    assert (moved.was_on, moved.corrected) == (date(2024, 2, 1), True)
    line = next(found for found in picture.lines if found.number == moved.line)
    assert "when: 2024-02-01" in line.original
    assert any(remark.startswith("corrected on 2024-03-12") for remark in line.remarks)
    assert [(one.kind, str(one.on), one.label) for one in lane(picture, "record").marks] == [
        ("record corrected", "2024-03-12", str(moved.line)),
        ("record withdrawn", "2024-03-13", str(mark(picture, "visits", "2024-02-20").line)),
    ]


def test_before_the_correction_was_known_the_original_stands() -> None:
    picture = small().picture(view("2024-03-11"))
    assert mark(picture, "visits", "2024-02-01").was_on is None
    assert lane(picture, "record").empty == "none recorded"


def test_a_day_after_the_day_it_was_known_is_expected_and_hollow() -> None:
    picture = small().picture()
    review = mark(picture, "plan", "2024-05-20")
    assert review.sort == "expected"
    assert (picture.until, picture.ends) == (date(2024, 4, 30), date(2024, 5, 21))
    # Expected things do not come true by the passing of time.
    later = small().picture(view("2024-08-01"))
    assert mark(later, "plan", "2024-05-20").sort == "expected"
    assert later.until == date(2024, 8, 1)


def test_what_was_not_yet_known_is_a_ghost_without_content() -> None:
    picture = small().picture(view("2024-02-01"))
    ghosts = [(found.key, one) for found in picture.lanes for one in found.marks if one.sort == "ghost"]
    # The visit of 22 January became known on 8 February. All else that was not known by 1 February is about later days.
    assert [(key, str(one.on), one.known_on) for key, one in ghosts] == [("visits", "2024-01-22", date(2024, 2, 8))]
    assert all(one.kind == "" and one.line == 0 and one.label == "" for _, one in ghosts)
    assert all("W1" not in one.told for _, one in ghosts)
    assert picture.counts.later == len(picture.later) == 1


def test_entries_beyond_the_position_are_not_there_at_all() -> None:
    whole = small().picture(view("2024-02-01"))
    held = small().picture(view("2024-02-01", at=7))
    assert held.counts.later == held.counts.later_outside == 0
    assert whole.counts.later + whole.counts.later_outside > 0
    assert [one.number for one in held.lines] == [1, 2, 3, 4, 5, 6, 7]


def test_by_the_sealed_clock_only_what_is_sealed_by_then_is_known() -> None:
    case = Case()
    case.add(VisitRecorded(occurred_on=date(2024, 1, 2), worker="W1"), "2024-01-02", recorded="2024-06-01")
    case.add(VisitRecorded(occurred_on=date(2024, 1, 3), worker="W1"), "2024-01-03", recorded="2024-07-01")
    known, sealed = case.picture(view("2024-06-15")), case.picture(view(sealed_by="2024-06-15"))
    assert (known.counts.shown, known.counts.by_word) == (2, 1)
    assert (sealed.counts.shown, sealed.counts.by_word, sealed.counts.later) == (1, 0, 1)
    assert "ledger's own clock" in sealed.stated


def test_withheld_and_erased_entries_are_counted_and_never_told() -> None:
    picture = withheld().picture()
    assert (picture.counts.shown, picture.counts.withheld, picture.counts.erased) == (1, 2, 1)
    said = repr(picture)
    assert "Secret" not in said and "Another" not in said and "W7" not in said and "W8" not in said
    assert [one.told for one in lane(picture, "record").marks if one.kind == "record misfiled"] == [
        "entry misfiled, moved on 2024-03-05"
    ]
    assert lane(picture, "supervision").empty == "none shown"


def test_a_restriction_holds_whatever_the_clock_and_makes_no_ghost() -> None:
    # On 11 February neither the restriction (1 March) nor the misfiled visit (12 February) was known.
    picture = withheld().picture(view("2024-02-11"))
    assert (picture.counts.shown, picture.counts.withheld) == (1, 1)
    assert [one.kind for one in lane(picture, "visits").marks] == ["visit"]
    assert "2024-02-12" not in repr(lane(picture, "visits"))


def test_a_return_is_never_late_and_what_it_does_not_hold_is_not_supplied() -> None:
    picture = from_a_return().picture()
    assert (picture.counts.late, picture.counts.from_returns) == (0, 14)
    empty = {found.key: found.empty for found in picture.lanes if found.empty}
    assert empty == {
        "pod": "not supplied",
        "visits": "not supplied",
        "assessments": "not supplied",
        "supervision": "not supplied",
        "voice": "not supplied",
        "record": "none recorded",
    }
    assert lane(picture, "plan").note == "plans not supplied"
    assert dict(picture.state)["Last seen"] == "not supplied"


def test_before_the_first_return_nothing_is_supplied() -> None:
    picture = from_a_return().picture()
    assert lane(picture, "worker").unsupplied == ((date(2023, 1, 16), date(2023, 4, 1)),)
    assert lane(picture, "worker").note == "supplied in part"
    # In care from 16 January and allocated from 1 February: those days lie before the return's year.
    assert lane(picture, "worker").tracks[0].gaps == ()


def test_a_placement_goes_on_when_only_the_legal_status_changes() -> None:
    placements, statuses = lane(from_a_return().picture(), "placement").tracks[:2]
    assert spans(placements.bars) == [("U6", "2023-01-16", "2023-07-03"), ("K2", "2023-07-03", None)]
    assert spans(statuses.bars) == [("C1", "2023-01-16", "2023-11-20"), ("C2", "2023-11-20", None)]
    # 15 days of January, 28, 31, 30, 31, 30 and 2 of July: at least, for the first row states no beginning of care.
    assert placements.bars[0].labels[0].endswith("at least 168 days")
    assert placements.bars[0].fuzzy and not placements.bars[1].fuzzy
    assert placements.bars[1].lines == tuple(sorted(placements.bars[1].lines))


def test_an_expected_ending_ends_nothing() -> None:
    case = Case()
    case.add(WorkerAllocated(occurred_on=date(2024, 1, 8), worker="W1"), "2024-01-08")
    gone = WorkerDeallocated(occurred_on=date(2024, 6, 1), worker="W1", started_on=date(2024, 1, 8))
    case.add(gone, "2024-03-01")
    held = bar(case.picture(), "worker", "worker")
    assert (held.ends, held.expected_end) == (None, date(2024, 6, 1))
    assert lane(case.picture(), "worker").marks == ()


def test_an_expected_allocation_is_hollow_and_fills_no_gap() -> None:
    case = Case()
    case.declare(*EVERYTHING, from_="2024-01-01", until="2025-01-01")
    day = date(2024, 1, 4)
    case.add(ReferralDecided(occurred_on=day, referred_on=day, accepted=True), "2024-01-04")
    case.add(WorkerAllocated(occurred_on=date(2024, 1, 20), worker="W1"), "2024-01-10")
    track = lane(case.picture(), "worker").tracks[0]
    assert [one.sort for one in track.bars] == ["expected"]
    assert track.gaps == (Gap(date(2024, 1, 4), date(2024, 1, 11)),)


def test_an_ending_without_its_beginning_is_a_mark() -> None:
    case = Case()
    case.add(
        ChildInNeedPlanEnded(occurred_on=date(2024, 5, 1), started_on=date(2024, 1, 1), reason="other"), "2024-05-01"
    )
    plan = lane(case.picture(), "plan")
    assert plan.bars == ()
    assert [one.kind for one in plan.marks] == ["plan other"]


def test_a_withdrawn_beginning_is_a_struck_mark_and_no_bar() -> None:
    case = Case()
    entry = case.add(ChildInNeedPlanStarted(occurred_on=date(2024, 1, 1)), "2024-01-01")
    case.add(EntryWithdrawn(withdraws=entry, reason="did not happen"), "2024-01-05")
    plan = lane(case.picture(), "plan")
    assert (plan.bars, [one.sort for one in plan.marks]) == ((), ["withdrawn"])


def test_a_corrected_beginning_moves_its_bar() -> None:
    case = Case()
    entry = case.add(ChildInNeedPlanStarted(occurred_on=date(2024, 1, 1)), "2024-01-01")
    right = ChildInNeedPlanStarted(occurred_on=date(2024, 1, 15))
    case.add(EntryCorrected(corrects=entry, correction_reason="wrong date", replacement=right), "2024-02-01")
    plan = bar(case.picture(), "plan", "in need")
    assert (plan.starts, plan.was_on, plan.corrected) == (date(2024, 1, 15), date(2024, 1, 1), True)


def test_cover_lasts_as_long_as_it_was_arranged_for() -> None:
    case = Case()
    cover = CoverArranged(
        occurred_on=date(2024, 2, 1), absent_worker="W1", worker="W5", expected_end_on=date(2024, 2, 15)
    )
    case.add(cover, "2024-02-01")
    found = bar(case.picture(), "worker", "cover")
    assert (found.ends, found.expected_end, found.names) == (None, date(2024, 2, 15), ("W5",))


def test_workers_in_other_roles_have_a_lane_of_their_own() -> None:
    case = Case()
    case.add(WorkerAllocated(occurred_on=date(2024, 1, 8), worker="R1", role="reviewing officer"), "2024-01-08")
    picture = case.picture()
    assert lane(picture, "worker").bars == ()
    assert bar(picture, "others", "other worker").labels[0].startswith("R1 reviewing officer")


def test_a_pod_ends_when_another_takes_over() -> None:
    case = Case()
    case.add(PodAllocated(occurred_on=date(2024, 1, 1), pod="P1"), "2024-01-01")
    case.add(PodAllocated(occurred_on=date(2024, 3, 1), pod="P2", from_pod="P1"), "2024-03-01")
    assert spans(lane(case.picture(), "pod").bars) == [("P1", "2024-01-01", "2024-03-01"), ("P2", "2024-03-01", None)]


def test_without_pods_of_its_own_the_journey_shows_those_of_its_workers() -> None:
    case = Case()
    for worker, starts, ends in (("W1", "2024-01-01", "2024-02-01"), ("W2", "2024-02-01", "2024-03-01")):
        on, off = date.fromisoformat(starts), date.fromisoformat(ends)
        case.add(WorkerAllocated(occurred_on=on, worker=worker, pod="P1"), starts)
        case.add(WorkerDeallocated(occurred_on=off, worker=worker, started_on=on), ends)
    assert spans(lane(case.picture(), "pod").bars) == [("P1", "2024-01-01", "2024-03-01")]


def test_a_window_keeps_bars_that_reach_into_it() -> None:
    picture = small().picture(from_=date(2024, 2, 1), to=date(2024, 3, 1))
    assert (picture.starts, picture.ends) == (date(2024, 2, 1), date(2024, 3, 1))
    assert spans(lane(picture, "worker").tracks[0].bars) == [("W1", "2024-01-08", "2024-03-01")]
    assert [str(one.on) for one in lane(picture, "visits").marks] == ["2024-02-05", "2024-02-15", "2024-02-20"]
    assert {line.on.month for line in picture.lines} == {2}
    assert picture.counts.outside == 21 - picture.counts.shown


def test_undated_entries_stand_on_the_day_they_became_known() -> None:
    case = Case()
    case.add(VisitRecorded(worker="W1"), "2024-01-09")
    picture = case.picture()
    assert [str(one.on) for one in lane(picture, "visits").marks] == ["2024-01-09"]
    assert picture.lines[0].happened == "date unknown"
    assert any("undated" in remark for remark in picture.lines[0].remarks)


def test_identity_long_ago_does_not_stretch_the_axis() -> None:
    case = small()
    case.add(PreviousPermanenceRecorded(occurred_on=date(2015, 1, 1), previous_permanence="P1"), "2024-01-05")
    picture = case.picture()
    assert picture.starts == date(2024, 1, 3)
    assert lane(picture, "case").note == "1 outside"
    assert len(picture.lines) == 22


def test_short_breaks_and_open_episodes_are_drawn_though_they_start_no_care() -> None:
    case = Case()
    start = CareEpisodeStarted(occurred_on=date(2024, 1, 1), reason="S", legal_status="V3", placement="U6")
    case.add(start, "2024-01-01")
    case.add(CareEpisodeEnded(occurred_on=date(2024, 1, 8), started_on=date(2024, 1, 1), reason="E8"), "2024-01-08")
    assert spans(lane(case.picture(), "placement").tracks[0].bars) == [("U6", "2024-01-01", "2024-01-08")]


def test_an_empty_position_is_not_found_and_an_early_view_is_empty() -> None:
    with pytest.raises(NotFound):
        Case().picture()
    picture = small().picture(view("2023-01-01"))
    # 21 entries, of which one was withdrawn since.
    assert (picture.counts.shown, picture.counts.later_outside) == (0, 20)
    assert all(found.empty for found in picture.lanes)


def test_every_shown_entry_of_a_busy_case_is_drawn_once() -> None:
    picture = dense().picture()
    # The decision on the referral is a mark, and besides opens the case.
    bars = [line for found in picture.lanes if found.key != "case" for one in found.bars for line in one.lines]
    marks = [one.line for found in picture.lanes if found.key != "record" for one in found.marks]
    assert sorted(bars + marks) == list(range(1, 480))
    assert picture.counts.late == 60
