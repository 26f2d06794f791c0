"""The files of the return before the sector's own validator, run in an environment of its own.

What is clean must break no rule of it at all; what is not must break exactly the rules that were told before.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from ledger import Ledger, NewEntry, view
from ledger.events import (
    CareEpisodeEnded,
    CareEpisodeStarted,
    ChildRegistered,
    WorkerAllocated,
    WorkerDeallocated,
)
from ledger.exporters.ssda903 import annual_return
from ledger.exporters.ssda903_catalogue import FIRST_RULESET, TOLD, UNJUDGED, rules
from ledger.exporters.ssda903_files import write
from ledger.exporters.ssda903_rules import broken
from ledger.imports import import_ssda903
from ledger.store import create_store
from tests.exporters.messy import messy
from tests.exporters.rule_examples import EXAMPLES, returns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.events.base import Event
    from ledger.exporters.ssda903 import AnnualReturn

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared" / "data" / "ssda903-two-years"
LARGE = SHARED.parent / "ssda903-large"
RULESETS = {2023: "lac2022_23", 2024: "lac2023_24", 2025: "lac2024_25", 2026: "lac2025_26", 2027: "lac2026_27"}
NEVER_RUN = {"233"}
"""The validator's code for it reads a column that no return has."""
TABLES = {"header": "Header", "episodes": "Episodes", "sw_episodes": "SWEpisodes"}


def missing(why: str) -> NoReturn:
    """Skip, saying why; but fail in CI, unless JOURNEY_VALIDATOR=0 says that it is left out there."""
    if os.environ.get("CI") == "true" and os.environ.get("JOURNEY_VALIDATOR") != "0":
        pytest.fail(f"{why}; JOURNEY_VALIDATOR=0 leaves these tests out")
    pytest.skip(why)


@pytest.fixture(scope="session")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make an environment that holds the validator and its old pins, and nothing of ours; 200 MB, gone afterwards.

    Its pins (pandas 1, numpy 1.24) have wheels for Python 3.11 and no later. Without that, or without an index, the
    tests are skipped and say so; in CI they fail.
    """
    found = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if found is None:
        missing("the validator's pins need Python 3.11, and no python3.11 is on the path")
    folder = tmp_path_factory.mktemp("validator")
    if subprocess.run([found, "-m", "venv", folder], check=False, capture_output=True, timeout=120).returncode:
        missing(f"{found} cannot make an environment")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pins = HERE / "validator-requirements.txt"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps",
         "--only-binary", ":all:", "-r", pins],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(folder)
        missing("the validator could not be installed: no index answers here")
    yield python
    shutil.rmtree(folder)


def alone() -> dict[str, str]:
    """The variables of a process that sees nothing of this project."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def judged(python: Path, *jobs: tuple[Path, int]) -> list[dict[str, Any]]:
    """What the validator says of the return in each folder, for the year."""
    words = [f"{folder}={RULESETS[max(year, FIRST_RULESET)]}={year}" for folder, year in jobs]
    done = subprocess.run(
        [python, HERE / "run_validator.py", *words],
        capture_output=True,
        text=True,
        check=True,
        env=alone(),
        timeout=300,
    )
    found = json.loads(done.stdout)
    return [found[str(folder)] for folder, _ in jobs]


def in_memory() -> Ledger:
    return Ledger(create_store("unused", authority="Testshire (synthetic)", engine="memory"))


def clean_child(ledger: Ledger, number: int, *events: Event) -> None:
    who = f"C{number:04}"
    registered = ChildRegistered(
        child_id=who,
        birth_date=date(2012, 5, number % 27 + 1),
        born="2012-05",
        sex=("M", "F")[number % 2],
        ethnicity="WBRI",
        upn=f"A{number:012}",
        mother=False if number % 2 else None,
        precision="unknown",
    )
    ledger.append_many([NewEntry(who, event, "SW1001") for event in (registered, *events)])


BEGAN, MOVED, WENT_HOME = date(2025, 6, 2), date(2025, 9, 1), date(2025, 11, 3)


def in_care(on: date, reason: str, urn: str = "SC123456") -> CareEpisodeStarted:
    return CareEpisodeStarted(
        occurred_on=on,
        reason=reason,
        legal_status="C2",
        need="N1",
        placement="U6",
        provider="PR1",
        urn=urn,
        home_postcode="TW1 1AA",
        placement_postcode="TW1 1AF",
    )


def clean(ledger: Ledger) -> None:
    """Children whose record is as the guidance asks: one in care, and one in care whose worker changed."""
    first = WorkerAllocated(occurred_on=BEGAN, worker="SW1001", reason="FCONTA")
    clean_child(ledger, 1, in_care(BEGAN, "S"), first)
    left = WorkerDeallocated(occurred_on=MOVED, started_on=BEGAN, worker="SW1001")
    second = WorkerAllocated(occurred_on=MOVED, worker="SW1002", reason="LEFTRL")
    clean_child(ledger, 2, in_care(BEGAN, "S"), first, left, second)


def moved_and_home(ledger: Ledger) -> None:
    """One child who moved in care and one who went home: clean too, but for what the validator makes of SW12."""
    first = WorkerAllocated(occurred_on=BEGAN, worker="SW1001", reason="FCONTA")
    goes_on = CareEpisodeEnded(occurred_on=MOVED, started_on=BEGAN, reason="X1", change_reason="CHILD")
    clean_child(ledger, 3, in_care(BEGAN, "S"), goes_on, in_care(MOVED, "P", "SC654321"), first)
    home = CareEpisodeEnded(occurred_on=WENT_HOME, started_on=BEGAN, reason="E4A")
    clean_child(ledger, 4, in_care(BEGAN, "S"), home, first)


def test_a_clean_record_passes_every_rule(validator: Path, tmp_path: Path) -> None:
    with in_memory() as ledger:
        clean(ledger)
        simple = annual_return(ledger.store, 2026, view("2026-12-31"))
        moved_and_home(ledger)
        whole = annual_return(ledger.store, 2026, view("2026-12-31"))
    assert [len(rows) for _, rows in simple.tables.values()] == [2, 2, 3]
    assert [len(rows) for _, rows in whole.tables.values()] == [4, 5, 4]
    assert broken(simple) == []
    assert [(each.code, each.rows) for each in broken(whole)] == [("SW12STG2", (4, 5))]
    write(simple, tmp_path / "simple")
    write(whole, tmp_path / "whole")
    told, more = judged(validator, (tmp_path / "simple", 2026), (tmp_path / "whole", 2026))
    assert told["found"] == {}
    assert more["found"] == {"SW12STG2": {"Episodes": [4, 5]}}
    assert len(told["rules"]) > 100 and {"SW02STG1", "SW12STG2", "SW17STG2", "142", "433", "101"} <= set(told["rules"])


def told_of(made: AnnualReturn) -> dict[tuple[str, str], set[int]]:
    return {(each.code, TABLES[each.table]): set(each.rows) for each in broken(made)}


def found_in(told: dict[str, Any]) -> dict[tuple[str, str], set[int]]:
    """What the validator found, by rule and table; SW01 gives the rows of episodes as if they were worker episodes."""
    return {
        (code, "Episodes" if code == "SW01STG1" else table): set(rows)
        for code, found in told["found"].items()
        for table, rows in found.items()
    }


def agree(made: AnnualReturn, told: dict[str, Any]) -> None:
    """What the validator finds is what was told: of every rule all, some or more of its rows, as the catalogue says."""
    ours, theirs = told_of(made), found_in(told)
    for key in ours.keys() | theirs.keys():
        rule = rules()[key[0]]
        mine, found = ours.get(key, set()), theirs.get(key, set())
        if rule.judged == UNJUDGED:
            assert not mine
        elif rule.told_of == "some":
            assert mine <= found, key
        elif rule.told_of == "more" or (rule.dropped_after is not None and made.year > rule.dropped_after):
            assert found <= mine, key
        else:
            assert found == mine, key


def test_the_catalogue_names_every_rule_that_reads_these_tables(validator: Path) -> None:
    done = subprocess.run(
        [validator, HERE / "run_validator.py"], capture_output=True, text=True, check=True, env=alone(), timeout=120
    )
    read: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    for year, ruleset in RULESETS.items():
        theirs = {code for code, tables in read[ruleset].items() if set(tables) & set(TABLES.values())}
        ours = {code for code, rule in rules().items() if rule.stands_in(year) and not dropped(code, year)}
        assert ours == theirs, year


def dropped(code: str, year: int) -> bool:
    last = rules()[code].dropped_after
    return last is not None and year > last


def test_each_rule_by_a_child_that_breaks_it(validator: Path, tmp_path: Path) -> None:
    assert set(EXAMPLES) == {code for code, rule in rules().items() if rule.judged == TOLD}
    made = returns()
    for year, each in made.items():
        write(each, tmp_path / str(year))
    for (year, each), told in zip(
        made.items(), judged(validator, *((tmp_path / str(year), year) for year in made)), strict=True
    ):
        agree(each, told)
        ours, theirs = by_child(each, told_of(each)), by_child(each, found_in(told))
        for code, example in EXAMPLES.items():
            if example.year == year:
                expected = {code, *example.also.split()}
                assert ours[code] == expected, code
                assert theirs[code] == {one for one in expected if not dropped(one, year) and one not in NEVER_RUN}, (
                    code
                )


def by_child(made: AnnualReturn, found: dict[tuple[str, str], set[int]]) -> dict[str, set[str]]:
    names = {told: name for name, told in TABLES.items()}
    children: dict[str, set[str]] = {row.CHILD: set() for row in made.header}
    for (code, table), rows in found.items():
        for row in rows:
            children[str(made.tables[names[table]][1][row - 1][0])].add(code)
    return children


@pytest.mark.parametrize("year", [2018, 2023, 2024, 2025, 2026, 2027])
def test_what_is_told_before_is_what_the_validator_says(validator: Path, tmp_path: Path, year: int) -> None:
    jobs = [(messy(year, seed=year * 10 + seed, children=250), tmp_path / str(seed)) for seed in range(2)]
    for made, folder in jobs:
        write(made, folder)
    found = judged(validator, *((folder, year) for _, folder in jobs))
    for (made, _), told in zip(jobs, found, strict=True):
        assert len(told["found"]) > 90, "the rows break little: they test little"
        agree(made, told)


def test_what_a_ledger_of_any_world_says_is_told_before_for_any_year(validator: Path, tmp_path: Path) -> None:
    """Returns come in, are amended by later ones, and go out for the years before, in and after them."""
    jobs = []
    with in_memory() as ledger:
        for year in (2024, 2025, 2026):
            write(messy(year, seed=year, children=80), tmp_path / "in")
            import_ssda903(ledger.store, tmp_path / "in", year_ending=date(year, 3, 31), keep_going=True)
        for year, known in ((2023, "2026-12-31"), (2024, "2024-03-31"), (2024, "2026-12-31"), (2025, "2026-12-31"),
                            (2026, "2026-12-31"), (2027, "2027-12-31")):  # fmt: skip
            made = annual_return(ledger.store, year, view(known))
            assert made.episodes, "a year without episodes tests nothing"
            write(made, tmp_path / f"{year} {known}")
            jobs.append((made, tmp_path / f"{year} {known}", year))
    for (made, _, _), told in zip(jobs, judged(validator, *((folder, year) for _, folder, year in jobs)), strict=True):
        agree(made, told)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_returns_made_by_others_break_what_was_told(validator: Path, tmp_path: Path) -> None:
    jobs = []
    with in_memory() as ledger:
        for year in (2018, 2019):
            import_ssda903(ledger.store, SHARED, year_ending=date(year, 3, 31))
        for year in (2018, 2019):
            made = annual_return(ledger.store, year, view("2019-03-31"))
            write(made, tmp_path / str(year))
            jobs.append((made, tmp_path / str(year), year))
    with in_memory() as ledger:
        import_ssda903(ledger.store, LARGE, year_ending=date(2018, 3, 31))
        made = annual_return(ledger.store, 2018, view("2018-03-31"))
        write(made, tmp_path / "large")
        jobs.append((made, tmp_path / "large", 2018))
    for made, folder, year in jobs:
        [told] = judged(validator, (folder, year))
        assert len(told["found"]) > 10
        agree(made, told)
