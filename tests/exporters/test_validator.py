"""The files of the return before the sector's own validator, run in an environment of its own.

What is clean must break no rule of it at all; what is not must break exactly the rules that were told before.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import venv
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger import Ledger, NewEntry, view
from ledger.events import (
    CareEpisodeEnded,
    CareEpisodeStarted,
    ChildRegistered,
    WorkerAllocated,
    WorkerDeallocated,
)
from ledger.exporters.ssda903 import AnnualReturn, EpisodeRow, HeaderRow, WorkerRow, annual_return
from ledger.exporters.ssda903_files import write
from ledger.exporters.ssda903_rules import broken
from ledger.importers.ssda903_tables import FILE_NAMES
from ledger.imports import import_ssda903
from ledger.store import create_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.events.base import Event

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared" / "data" / "ssda903-two-years"
RULESETS = {2018: "lac2022_23", 2024: "lac2023_24", 2025: "lac2024_25", 2026: "lac2025_26"}
OURS_ALONE = {"SW01STG1", "SW03STG1"}
"""Rules that are told for every year, also where the validator has dropped them."""
TABLES = {"header": "Header", "episodes": "Episodes", "sw_episodes": "SWEpisodes"}

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11) and os.environ.get("JOURNEY_VALIDATOR") != "1",
    reason="the validator's pins (pandas 1, numpy 1.24) have wheels for Python 3.11 and no later",
)


@pytest.fixture(scope="session")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make an environment that holds the validator and its old pins, and nothing of ours; 200 MB, gone afterwards."""
    folder = tmp_path_factory.mktemp("validator")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pins = HERE / "validator-requirements.txt"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps",
         "--only-binary", ":all:", "-r", pins],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(folder)
        pytest.skip("the validator could not be installed: no index answers here")
    yield python
    shutil.rmtree(folder)


def judged(python: Path, *jobs: tuple[Path, int]) -> list[dict[str, Any]]:
    """What the validator says of the return in each folder, for the year."""
    words = [f"{folder}={RULESETS[year]}={year}" for folder, year in jobs]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, HERE / "run_validator.py", *words], capture_output=True, text=True, check=True, env=clean, timeout=300
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


def messy(year: int, seed: int) -> AnnualReturn:
    """A return of rows as they come: any code, any order of days, overlaps and gaps."""
    draw = random.Random(seed)
    begins = date(year - 1, 4, 1)
    made = AnnualReturn(year)

    def some(*values: Any) -> Any:
        return draw.choice(values)

    for number in range(120):
        who = f"K{number:04}"
        born = date(2010, 1, 1) + timedelta(days=draw.randrange(2000))
        upn = some(None, "UN1", "UN9", f"A{number:012}", f"I{number:012}", f"B{number:011}Z")
        made.header.append(
            HeaderRow(who, some("1", "2", "M", "F", "U", None, "X"), some(born, born, born, None),
                      some("WBRI", "CHNE", None, "ZZZZ"), upn, some(None, "1"), None)
        )  # fmt: skip
        day = begins + timedelta(days=draw.randrange(-200, 100))
        for _ in range(draw.randrange(4)):
            length = draw.randrange(1, 120)
            until = min(day + timedelta(days=length), date(year, 3, 31))
            until = None if until <= day or draw.random() < 0.3 else until
            made.episodes.append(
                EpisodeRow(
                    who, day, some("S", "P", "T", "L", "B", "U", "Z"), some("C2", "V2", "V3", "V4", "Q1"),
                    some("N1", "N8", "N0", None), some("U4", "K2", "P1", "T0", "T3", "ZZ"), some("PR1", "PR4"),
                    until, some("X1", "X1", "E4A", "E5", "E99", None), some(None, "CHILD"), None, None, None,
                )
            )  # fmt: skip
            day = (until or day) + timedelta(days=some(0, 0, 1, 30, 3 if until is None else -3))
            if day > date(year, 3, 1) or (until is None and day <= made.episodes[-1].DECOM):
                break
            if any(who == row.CHILD and day == row.DECOM for row in made.episodes):
                break
        day = begins + timedelta(days=draw.randrange(-60, 60))
        for _ in range(draw.randrange(4)):
            until = some(None, day + timedelta(days=draw.randrange(0, 150)), date(year, 3, draw.randrange(24, 32)))
            if until is not None and (until > date(year, 3, 31) or until < begins):
                until = None
            reason = some("FCONTA", "LEFTRL", "MANAGE", "LAZY", None)
            made.sw_episodes.append(
                WorkerRow(who, born, some("SW1001", "XX22", "SW9", "W12", "SW"), day, until, reason)
            )
            day = max(day + timedelta(days=1), (until or day) + timedelta(days=some(-3, 0, 4, 6, 9)))
            if day > date(year, 3, 31):
                break
    return made


def told_of(made: AnnualReturn) -> dict[tuple[str, str], set[int]]:
    return {(each.code, TABLES[each.table]): set(each.rows) for each in broken(made)}


def found_in(told: dict[str, Any]) -> dict[tuple[str, str], set[int]]:
    return {(code, table): set(rows) for code, found in told["found"].items() for table, rows in found.items()}


JUDGED = {
    "101", "102", "103", "142", "143", "144", "145", "146", "148", "149", "168", "225", "357", "388", "431", "432",
    "433", "501", "EPI",
}  # fmt: skip


def agree(made: AnnualReturn, told: dict[str, Any]) -> None:
    """Whatever rule both judge, both find in the same rows."""
    ours, theirs = told_of(made), found_in(told)
    codes = {code for code in told["rules"] if code.startswith("SW") or code in JUDGED} - OURS_ALONE
    assert {key: rows for key, rows in ours.items() if key[0] in codes} == {
        key: rows for key, rows in theirs.items() if key[0] in codes
    }
    assert {code for code, _ in ours} <= codes | OURS_ALONE


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_what_is_told_before_is_what_the_validator_says(validator: Path, tmp_path: Path, year: int) -> None:
    jobs = []
    for seed in range(3):
        made = messy(year, seed)
        write(made, tmp_path / str(seed))
        jobs.append((made, tmp_path / str(seed)))
    found = judged(validator, *((folder, year) for _, folder in jobs))
    for (made, _), told in zip(jobs, found, strict=True):
        assert any(code.startswith("SW10") for code in told["found"]), "the rows break nothing: they test nothing"
        agree(made, told)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_a_return_made_by_others_breaks_what_was_told(validator: Path, tmp_path: Path) -> None:
    assert FILE_NAMES["swepisodes"] == "sw_episodes"
    with in_memory() as ledger:
        import_ssda903(ledger.store, SHARED, year_ending=date(2018, 3, 31))
        made = annual_return(ledger.store, 2018, view("2018-03-31"))
    write(made, tmp_path)
    (tmp_path / "sw_episodes.csv").unlink()
    [told] = judged(validator, (tmp_path, 2018))
    agree(made, told)
