"""Every event of a journey has its place, and no two shapes of a lane can be taken for one another."""

from __future__ import annotations

from ledger.domain.events import catalogue
from ledger.domain.spans import PAIRINGS
from ledger.projections.timeline.kinds import KINDS, LANES, LASTING, PLACES, base, lane_of
from ledger.projections.timeline.text_marks import SORTS

JOURNEY = {base(name) for name, kind in catalogue().items() if "journey" in kind.streams}


def test_every_event_of_a_journey_has_a_place_and_no_place_is_for_nothing() -> None:
    assert set(PLACES) == JOURNEY


def test_every_place_is_in_a_lane_and_has_a_shape() -> None:
    assert {lane for lane, _ in PLACES.values()} | {"others"} == {lane.key for lane in LANES}
    assert {kind for _, kind in PLACES.values()} <= set(KINDS)


def test_a_lane_asks_for_kinds_of_fact_that_there_are() -> None:
    areas = {kind.area for kind in catalogue().values()}
    assert {area for lane in LANES for area in lane.areas} <= areas


def test_shapes_of_one_lane_differ_in_form_or_letter() -> None:
    mine = {}
    for lane, kind in PLACES.values():
        mine.setdefault(lane, set()).add(kind)
    mine["visits"] |= {"seen", "seen alone"}
    mine["supervision"] |= {"group"}
    mine["record"] |= {"record misfiled", "record erased"}
    for kinds in mine.values():
        for sign in ("sign", "plain"):
            assert len({getattr(KINDS[kind], sign) for kind in kinds}) == len(kinds)


def test_signs_in_plain_ascii_are_ascii_and_one_character() -> None:
    assert all(kind.plain.isascii() and len(kind.plain) == len(kind.sign) == 1 for kind in KINDS.values())
    assert len(set(SORTS)) == 4


def test_names_of_shapes_fit_beside_their_line() -> None:
    assert [kind.meaning for kind in KINDS.values() if len(kind.meaning) > 23] == []


def test_what_lasts_is_what_the_journey_pairs_and_holds() -> None:
    paired = {base(end.name) for pairing in PAIRINGS for end in (pairing.starts, pairing.ends)}
    marks = {
        "uasc-status-set", "uasc-status-ceased", "adoption-decision-made", "adoption-decision-reversed",
        "family-group-linked", "family-group-unlinked",
    }  # fmt: skip
    held = {
        "worker-allocated", "worker-deallocated", "cover-arranged", "pod-allocated", "pod-allocation-ended",
        "care-episode-started", "care-episode-ended",
    }  # fmt: skip
    assert (paired - marks) | held == LASTING


def test_an_event_without_a_place_falls_to_the_record() -> None:
    assert lane_of("something-new-happened.v1") == "record"
