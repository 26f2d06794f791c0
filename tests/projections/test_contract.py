"""What every measure must keep: found by itself, a whole card, SQL with a grain, bound parameters, columns as told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.domain.clock import NOW, view
from ledger.errors import Malformed, NotFound, Unreadable
from ledger.projections import card as cards
from ledger.projections.card import Card, measure, measures, read_card
from ledger.projections.engine import measured
from ledger.projections.request import GROUPS, request
from tests.projections.small import facts_of

YEAR = {"year": {"year": 2024}, "period": {}, "none": {}}
WANTED = {
    "allocations": "child, worker, pod, role, started_on, ended_on, reason",
    "care-episodes": "child, started_on, ended_on, reason_started, reason_ended, legal_status, placement, provider, "
    "place_change_reason, carer_changed, period_started_on",
    "commissioner-changes": "child, changes",
    "continuity": "child, visits, workers, upc, coc, secon, hhi, k, mmci, known_share, named_share, note",
    "demand": "period, contacts, referrals, re_referrals, re_referral_rate, assessments_started, "
    "assessments_completed, section_47_started, initial_conferences, protection_plans_started, "
    "repeat_plans, looked_after_started, looked_after_ceased",
    "dfe-social-workers": "child, workers, band",
    "family-workers": "",
    "handovers": "child, boundary, boundary_on, changed_on, from_worker, to_worker, from_pod, to_pod, reason, "
    "introduced, kept",
    "placement-stability": "child, placements, band",
    "timeliness": "child, rule, started_on, due_on, done_on, finding, working_days, calendar_days, start_position, "
    "done_position",
}
"""The columns that others rely on, in this order; more may follow or stand between."""

every = pytest.mark.parametrize("card", measures().values(), ids=list(measures()))


def test_the_measures_that_were_promised_are_found() -> None:
    assert set(WANTED) <= set(measures())


@pytest.mark.parametrize("name", WANTED)
def test_promised_columns_come_first_and_in_order(name: str) -> None:
    wanted = [column for column in WANTED[name].split(", ") if column]
    told = [column.name for column in measure(name).columns]
    assert [column for column in told if column in wanted] == wanted


@every
def test_the_card_is_whole(card: Card) -> None:
    sentences = (card.question, card.unit, card.numerator, card.denominator, card.minimum_n, card.clock, card.source)
    assert all(text.strip() for text in sentences)
    assert card.question.endswith("?")
    assert card.version >= 1
    assert card.decisions
    assert card.window in YEAR
    assert card.restricted in ("included", "withheld")
    told = [*card.columns, *card.group_columns, *card.parameters]
    assert all(one.meaning.strip() for one in told)
    assert bool(card.group_columns) == (card.group_sql is not None)
    assert not card.group_columns or card.group_columns[0].name == "member"
    for parameter in card.parameters:
        assert not parameter.choices or parameter.default in parameter.choices


@every
def test_each_sql_file_says_what_one_row_is(card: Card) -> None:
    for sql in card.all_own_sql:
        assert re.match(r"-- One row\b", sql), card.name


@every
def test_rows_come_in_a_stated_order(card: Card) -> None:
    assert "ORDER BY" in card.sql[card.sql.rfind(")") :] or re.search(
        r"ORDER BY[^()]*(\([^()]*\)[^()]*)*;?\s*$", card.sql
    )


@every
def test_it_runs_on_an_empty_ledger(card: Card) -> None:
    groups = GROUPS if card.group_sql is not None else ()
    clocks = (NOW, view("2024-06-01"), view(sealed_by="2024-06-01"))
    with facts_of([]) as facts:
        for at, by in [*((at, None) for at in clocks), *((NOW, by) for by in groups)]:
            table = measured(facts, card, at, request(card, by=by, **YEAR[card.window]))
            assert table.rows == []
            assert table.columns == (card.columns if by is None else card.group_columns)


@every
def test_it_runs_with_every_choice_of_its_options(card: Card) -> None:
    with facts_of([]) as facts:
        for parameter in card.parameters:
            choices = parameter.choices or ((True, False) if parameter.type == "flag" else (parameter.default,))
            for choice in choices:
                wanted = request(card, **YEAR[card.window], **{parameter.name: choice})
                assert measured(facts, card, NOW, wanted).rows == []


@every
def test_no_sql_is_pasted_together(card: Card) -> None:
    for sql in card.all_own_sql:
        assert not re.search(r"\{[a-z_]*\}|%s|%\(", sql)


def test_projections_build_no_sql_from_strings() -> None:
    for path in Path(cards.__file__).parent.glob("*.py"):
        source = path.read_text("utf-8")
        assert not re.search(r'f"""?\s*(SELECT|WITH|CREATE|FROM|INSERT)', source), path.name
        assert not re.search(r'(execute|query|sql)\(\s*f"', source), path.name
        assert not re.search(r'"(SELECT|WITH|CREATE|FROM) [^"]*"\s*(\+|%|\.format)', source), path.name


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(NotFound, match="Nearest: continuity"):
        measure("continuty")


def test_a_card_that_lacks_a_part_is_a_defect_told_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "some_measure"
    folder.mkdir()
    (folder / "card.toml").write_text('name = "some-measure"\nversion = 1\ntypo = 1\n', encoding="utf-8")
    with pytest.raises(Unreadable, match=r"some_measure lacks .*question.* and has what no card has, typo"):
        read_card(folder)


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("continuity", {"levle": "pod"}, "no option --levle; nearest: --level"),
        ("continuity", {"level": "team"}, "takes one of worker, pod; found 'team'"),
        ("continuity", {"by": "ward"}, "year, quarter, month; found 'ward'"),
        ("continuity", {"year": 2024, "from_": "2024-01-01"}, "not both"),
        ("continuity", {"from_": "2024-01-01", "to": "2024-01-01"}, "must end after it begins"),
        ("continuity", {"from_": "01/04/2024"}, "expected a date like 2024-03-31"),
        ("continuity", {"year": 24}, "is the year of its 31 March"),
        ("continuity", {"year": "2024"}, "is the year of its 31 March"),
        ("continuity", {"leave-out-inferred": "perhaps"}, "takes flag; found 'perhaps'"),
        ("placement-stability", {}, "needs --year Y"),
        ("placement-stability", {"from_": "2024-01-01", "to": "2025-01-01"}, "needs --year Y"),
        ("care-episodes", {"by": "pod"}, "told row by row"),
    ],
)
def test_what_a_measure_does_not_take_is_said_in_a_sentence(
    name: str, parameters: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Malformed) as caught:
        request(measure(name), **parameters)  # type: ignore[arg-type]
    assert sentence in str(caught.value)


def test_a_window_that_is_a_social_care_year_is_the_year() -> None:
    asked = request(measure("placement-stability"), from_="2023-04-01", to="2024-04-01")
    assert asked == request(measure("placement-stability"), year=2024)
