"""Being looked after: what RNE and REC say of periods, placements and legal status."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.events.base import Event
from ledger.domain.events.care import CareEpisodeEnded, CareEpisodeStarted
from tests.domain.given import Given, on


def row(day: str, reason: str, status: str = "C2", placement: str = "U6", **more: Any) -> Event:
    return CareEpisodeStarted(
        occurred_on=on(day), reason=reason, legal_status=status, placement=placement, provider="PR1", **more
    )


def end(day: str, started: str, reason: str | None) -> Event:
    return CareEpisodeEnded(occurred_on=on(day), started_on=on(started), reason=reason)


def rows(*told: tuple[str, str, str, str]) -> Given:
    """Give episodes (day, RNE, LS, PLACE), each ended by X1 on the day the next begins."""
    case = Given()
    for (day, *what), following in zip(told, [*told[1:], None], strict=True):
        case(row(day, *what))
        if following is not None:
            case(end(following[0], day, "X1"))
    return case


def test_s_begins_a_period_and_x1_carries_it_on() -> None:
    case = rows(("2020-01-05", "S", "V2", "U6"), ("2020-03-01", "P", "V2", "K2"), ("2020-06-01", "L", "C1", "K2"))
    journey = case.journey()
    period = journey.care_period
    assert period is not None
    assert (period.started_on, period.ended_on, period.certain) == (on("2020-01-05"), None, True)
    assert [r.started_on for r in period.rows] == [on("2020-01-05"), on("2020-03-01"), on("2020-06-01")]
    assert (journey.stage, journey.since, journey.legal_status) == ("looked after", on("2020-01-05"), "C1")


@pytest.mark.parametrize(
    ("reason", "placement_since", "carer_since", "status_since"),
    [
        ("L", "2020-01-05", "2020-01-05", "2020-03-01"),
        ("P", "2020-03-01", "2020-03-01", "2020-01-05"),
        ("T", "2020-03-01", "2020-01-05", "2020-01-05"),
        ("B", "2020-03-01", "2020-03-01", "2020-03-01"),
        ("U", "2020-03-01", "2020-01-05", "2020-03-01"),
        ("S", "2020-03-01", "2020-03-01", "2020-03-01"),
    ],
)
def test_rne_says_what_is_new(reason: str, placement_since: str, carer_since: str, status_since: str) -> None:
    journey = rows(("2020-01-05", "S", "V2", "U3"), ("2020-03-01", reason, "V2", "U3")).journey()
    placement = journey.placement
    assert placement is not None
    assert (placement.since, placement.carer_since) == (on(placement_since), on(carer_since))
    assert journey.care.legal_status_since == on(status_since)
    assert (placement.type, placement.provider) == ("U3", "PR1")


def test_a_first_row_that_is_not_s_began_not_later_than_its_day() -> None:
    journey = rows(("2017-04-01", "P", "C2", "U4"), ("2017-09-01", "L", "E1", "U4")).journey()
    assert journey.care_period is not None and journey.placement is not None
    assert (journey.care_period.started_on, journey.care_period.certain) == (on("2017-04-01"), False)
    assert (journey.placement.since, journey.placement.certain) == (on("2017-04-01"), True)


def test_a_placement_whose_beginning_is_on_no_row_is_not_certain() -> None:
    journey = rows(("2017-04-01", "L", "C2", "U4")).journey()
    assert journey.placement is not None
    assert (journey.placement.since, journey.placement.certain) == (on("2017-04-01"), False)


@pytest.mark.parametrize("reason", ["E3", "E4A", "E11", "E8", "E17"])
def test_every_reason_but_x1_ends_care(reason: str) -> None:
    case = rows(("2020-01-05", "S", "V2", "U6"))
    case(end("2020-09-01", "2020-01-05", reason))
    journey = case.journey()
    assert (journey.stage, journey.since, journey.legal_status, journey.placement) == (
        "closed",
        on("2020-09-01"),
        None,
        None,
    )
    assert [(p.started_on, p.ended_on) for p in journey.care.periods] == [(on("2020-01-05"), on("2020-09-01"))]


def test_x1_with_no_row_after_it_ends_nothing_and_is_remarked_upon() -> None:
    case = rows(("2020-01-05", "S", "V2", "U6"))
    case(end("2020-09-01", "2020-01-05", "X1"))
    journey = case.journey()
    assert (journey.stage, journey.legal_status) == ("looked after", "V2")
    assert [r.code for r in journey.remarks] == ["x1-without-successor"]


@pytest.mark.parametrize("reason", ["X1", "E8"])
def test_a_row_that_ended_before_it_began_has_no_days(reason: str) -> None:
    case = Given()
    case(row("2020-01-05", "S"))
    case(end("2020-06-01", "2020-01-05", "E8"))
    case(row("2020-07-01", "S"))
    case(end("2019-12-01", "2020-07-01", reason))
    assert [(s.from_, s.until) for s in case.journey().care.spells if s.days()] == [
        (on("2020-01-05"), on("2020-06-01"))
    ]


def test_a_return_to_care_is_a_second_period() -> None:
    case = rows(("2018-01-05", "S", "V2", "U6"))
    case(end("2018-09-01", "2018-01-05", "E4A"))
    case(row("2020-02-01", "S", "C1", "K2"))
    journey = case.journey()
    assert [(p.started_on, p.ended_on) for p in journey.care.periods] == [
        (on("2018-01-05"), on("2018-09-01")),
        (on("2020-02-01"), None),
    ]
    assert [(s.stage, s.started_on) for s in journey.stages] == [
        ("looked after", on("2018-01-05")),
        ("closed", on("2018-09-01")),
        ("looked after", on("2020-02-01")),
    ]


def test_a_row_after_an_ending_of_care_begins_a_period_that_is_not_certain() -> None:
    case = rows(("2018-01-05", "S", "V2", "U6"))
    case(end("2018-09-01", "2018-01-05", "E4A"))
    case(row("2018-10-01", "P", "V2", "K2"))
    journey = case.journey()
    assert journey.care_period is not None
    assert (journey.care_period.started_on, journey.care_period.certain) == (on("2018-10-01"), False)
    assert [r.code for r in journey.remarks] == ["row-after-care-ended"]


def test_a_reason_without_an_ending_ends_nothing() -> None:
    journey = Given(row("2020-01-05", "S", reported_end_reason="E4A")).journey()
    assert (journey.stage, journey.care.row and journey.care.row.reason_ended) == ("looked after", None)


def test_short_breaks_begin_no_period_and_do_not_break_one() -> None:
    case = Given(row("2020-01-05", "S", "C2"))
    case(row("2020-02-01", "S", "V4", "K2"))
    journey = case.journey()
    assert [p.started_on for p in journey.care.periods] == [on("2020-01-05")]
    assert (journey.legal_status, journey.stage) == ("C2", "looked after")


def test_overlapping_rows_are_kept_and_remarked_upon() -> None:
    case = Given(row("2020-01-05", "S"), row("2020-03-01", "P", placement="K2"))
    journey = case.journey()
    assert len(journey.care.rows) == 2
    assert journey.placement is not None and journey.placement.type == "K2"
    assert [r.code for r in journey.remarks] == ["care-episodes-overlap"]


@pytest.mark.parametrize(
    ("reason", "status", "placement", "remarks"),
    [
        ("L", "C1", "U6", []),
        ("L", "C1", "K2", ["rne-contradicts"]),
        ("P", "V2", "U6", []),
        ("P", "C1", "K2", ["rne-contradicts"]),
        ("B", "C1", "K2", []),
    ],
)
def test_where_rne_contradicts_a_code_it_is_followed_and_remarked_upon(
    reason: str, status: str, placement: str, remarks: list[str]
) -> None:
    journey = rows(("2020-01-05", "S", "V2", "U6"), ("2020-03-01", reason, status, placement)).journey()
    assert [r.code for r in journey.remarks] == remarks
    assert journey.placement is not None
    assert journey.placement.since == on("2020-01-05" if reason == "L" else "2020-03-01")


def test_the_later_known_of_two_endings_stands() -> None:
    case = rows(("2020-01-05", "S", "V2", "U6"))
    case(end("2020-09-01", "2020-01-05", "E4A"))
    case(end("2020-10-01", "2020-01-05", "E8"))
    last = case.journey().care.rows[0]
    assert (last.ended_on, last.reason_ended) == (on("2020-10-01"), "E8")
    assert case.journey("2020-09-15").care.rows[0].ended_on == on("2020-09-01")


def test_an_open_row_keeps_care_open_though_a_later_one_ended_it() -> None:
    case = Given(row("2017-05-30", "P", "J1"), row("2017-08-03", "L", "J1"))
    case(end("2017-08-22", "2017-08-03", "E11"))
    journey = case.journey()
    assert journey.stage == "looked after"
    assert journey.care.row is not None and journey.care.row.started_on == on("2017-05-30")
    assert [r.code for r in journey.remarks] == ["care-episodes-overlap"]


def test_care_that_goes_on_as_short_breaks_is_over() -> None:
    case = rows(("2017-01-05", "S", "C2", "U6"), ("2018-03-02", "L", "V4", "U6"))
    journey = case.journey()
    assert (journey.stage, journey.since, journey.legal_status) == ("closed", on("2018-03-02"), "V4")
    assert [(p.started_on, p.ended_on) for p in journey.care.periods] == [(on("2017-01-05"), on("2018-03-02"))]
    assert journey.remarks == ()


def test_care_that_follows_short_breaks_begins_a_period_of_its_own() -> None:
    case = rows(("2017-01-05", "S", "V4", "U6"), ("2018-03-02", "L", "C2", "U6"))
    journey = case.journey()
    assert journey.care_period is not None
    assert (journey.stage, journey.care_period.started_on) == ("looked after", on("2018-03-02"))


def test_a_period_that_was_short_breaks_for_a_while_is_one_period_and_two_spells() -> None:
    case = rows(("2017-01-05", "S", "C2", "U6"), ("2018-03-02", "L", "V4", "U6"), ("2018-06-01", "L", "C2", "U6"))
    journey = case.journey()
    assert [(p.started_on, p.ended_on) for p in journey.care.periods] == [(on("2017-01-05"), None)]
    assert [(s.from_, s.until) for s in journey.care.spells] == [
        (on("2017-01-05"), on("2018-03-02")),
        (on("2018-06-01"), None),
    ]
    assert (journey.stage, journey.since, journey.statuses[0].since) == (
        "looked after",
        on("2018-06-01"),
        on("2018-06-01"),
    )


def test_x1_carries_care_over_a_gap_until_the_next_row() -> None:
    case = Given(row("2017-01-05", "S"), row("2017-06-10", "P", placement="K2"))
    case(end("2017-06-01", "2017-01-05", "X1"))
    journey = case.journey()
    assert [(s.from_, s.until) for s in journey.care.spells] == [(on("2017-01-05"), None)]
    assert [r.code for r in journey.remarks] == ["gap-after-x1"]
