"""The rules of the return: each told of a child that breaks it, with the entries behind it, and all on the page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cli.return_rules_docs import PAGE, page
from ledger import Ledger
from ledger.events import CareEpisodeEnded, CareEpisodeStarted, ChildRegistered, WorkerAllocated
from ledger.exporters.ssda903 import annual_return
from ledger.exporters.ssda903_catalogue import NEVER, TOLD, rules, told_in
from ledger.exporters.ssda903_rules import broken, row_by_row
from tests.exporters.rule_examples import EXAMPLES, returns
from tests.importers.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """The codes that each example breaks, by the code that it is an example of."""
    found: dict[str, set[str]] = {code: set() for code in EXAMPLES}
    for made in returns().values():
        for each in broken(made):
            for row in each.rows:
                found.setdefault(str(made.tables[each.table][1][row - 1][0]), set()).add(each.code)
    return found


@pytest.mark.parametrize("code", EXAMPLES)
def test_each_rule_is_told_of_a_child_that_breaks_it(told: dict[str, set[str]], code: str) -> None:
    assert told[code] == {code, *EXAMPLES[code].also.split()}


def test_every_rule_that_is_told_has_an_example() -> None:
    assert {code for code, rule in rules().items() if rule.judged == TOLD} == set(EXAMPLES)


def test_the_page_is_made_from_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m cli.return_rules_docs`"


def test_a_rule_stands_for_its_years_alone() -> None:
    assert "370" in told_in(1999) and "370" in told_in(2024) and "370" not in told_in(2025)
    assert "444" not in told_in(2025) and "444" in told_in(2026) and "444" in told_in(2040)
    assert rules()["354"].judged == NEVER and "354" not in told_in(2026)


def test_a_row_that_breaks_a_rule_names_its_journey_and_the_entries_behind_it(tmp_path: Path) -> None:
    ledger = Ledger(Desk(tmp_path).store)
    day = date(2025, 6, 2)
    child = ChildRegistered(child_id="C1", sex="M", ethnicity="WBRI", upn="UN1", precision="unknown")
    told = ledger.append("C1", child, by="W1")
    began = ledger.append("C1", CareEpisodeStarted(occurred_on=day, reason="S", legal_status="C2"), by="W1")
    ended = ledger.append("C1", CareEpisodeEnded(occurred_on=day, started_on=day, reason="E4A"), by="W1")
    ledger.append("C1", WorkerAllocated(occurred_on=day, worker="SW1001", reason="FCONTA"), by="W1")
    found = row_by_row(annual_return(ledger.store, 2026))
    assert [column.name for column in found.columns] == ["code", "table", "row", "journey", "entries", "told"]
    by_code = {row[0]: row[1:5] for row in found.rows}
    journey = told.stream.partition(":")[2]
    assert by_code["102"] == ("header", 1, journey, str(told.position))
    assert by_code["355"] == ("episodes", 1, journey, f"{began.position} {ended.position}")


def test_a_correction_is_behind_the_row_that_it_made(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.send(2024, header=["C1,1,05/06/2010,WBRI,A123456789012,,"], episodes=["C1,01/06/2023,S,C2,N1,U4,PR1,,,,,,"])
    [began] = [each for each in desk.entries("C1") if isinstance(each.event, CareEpisodeStarted)]
    assert began.event is not None
    wrong = began.event.model_copy(update={"provider": "PR0"})
    put_right = Ledger(desk.store).correct(began.event_id, wrong, reason="wrong value", by="W1")
    [row] = [row for row in row_by_row(annual_return(desk.store, 2024)).rows if row[0] == "550"]
    assert row[4] == str(put_right.position)
