"""The way of a synthetic child through social care: every case is one, whenever it began."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from ledger.synthetic.authority import CLOSES
from ledger.synthetic.pathway import draw_cases

BORN = date(2015, 1, 1)


def test_every_case_has_a_stage_that_begins_before_the_close() -> None:
    cases = [
        case
        for seed in range(2000)
        for case in draw_cases(Random(seed), born=BORN, referred=CLOSES - timedelta(days=400), closes=CLOSES)
    ]
    assert len(cases) > 2000  # some were referred again
    assert all(case.stages and case.stages[0].starts < CLOSES for case in cases)


@pytest.mark.parametrize(
    ("referred", "taken_on"),
    [
        (date(2025, 3, 28), True),  # a Friday: assessed from Monday 31 March, the last day before the close
        (date(2025, 3, 29), False),  # a Saturday: taken on Monday, assessed from Tuesday 1 April
        (date(2025, 3, 31), False),
    ],
)
def test_a_referral_too_late_to_be_assessed_is_left_out(referred: date, taken_on: bool) -> None:
    assert date(2025, 4, 1) == CLOSES
    assert bool(draw_cases(Random(1), born=BORN, referred=referred, closes=CLOSES)) is taken_on
