"""`journey export` and `-o` from the command line: files whole or not at all, readings logged, and told in words."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner, Result

from cli.main import journey
from ledger import create_ledger, open_ledger
from ledger.access import accesses
from ledger.events import CareEpisodeStarted, ChildRegistered, VisitRecorded, WorkerAllocated

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "ledger"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        for who in ("C-1", "C-2"):
            registered = ChildRegistered(child_id=who, birth_date=date(2012, 5, 6), born="2012-05", precision="unknown")
            ledger.append(who, registered, by="W1", written_at=datetime(2024, 4, 1, tzinfo=UTC))
        in_care = CareEpisodeStarted(occurred_on=date(2024, 4, 2), reason="S", legal_status="C2", placement="U4")
        ledger.append("C-1", in_care, by="W1")
        ledger.append("C-1", WorkerAllocated(occurred_on=date(2024, 4, 2), worker="W1"), by="W1")
        ledger.append("C-1", VisitRecorded(occurred_on=date(2024, 4, 3), worker="W1", narrative="We drew."), by="W1")
    return where


@pytest.fixture
def run(folder: Path) -> Run:
    def call(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(journey, ["--ledger", str(folder), *words], env={"JOURNEY_READER": "A1"})
        assert done.exit_code == code, done.output
        return done

    return call


def readings(folder: Path) -> list[tuple[str, str, int | None]]:
    with open_ledger(folder) as ledger:
        return [(a.entry.stream.partition(":")[0], a.event.reader, a.event.entries) for a in accesses(ledger.store)]


def test_events_of_one_child_come_as_lines_and_are_logged(run: Run, folder: Path) -> None:
    done = run("export", "events", "C-1", "--identify")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["type"] for line in lines] == [
        "child-registered.v1",
        "care-episode-started.v1",
        "worker-allocated.v1",
        "visit-recorded.v1",
    ]
    assert {line["subject"] for line in lines} == {"C-1"}
    assert "4 entries" in done.stderr
    assert readings(folder) == [("journey", "A1", 4)]


def test_a_whole_ledger_without_names_is_no_reading_of_cases(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.ndjson"
    done = run("export", "events", "-o", str(out))
    text = out.read_text(encoding="utf-8")
    assert len(text.splitlines()) == 5 and "C-1" not in text and "We drew" not in text
    assert "1 entry left out: of this ledger alone" in done.stderr
    assert readings(folder) == []
    run("export", "events", "--identify", "-o", str(out))
    assert readings(folder) == [("ledger", "A1", 6)]


def test_an_unknown_child_is_not_found_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    run("export", "events", "C-9", "-o", str(tmp_path / "x.ndjson"), code=1)
    assert not (tmp_path / "x.ndjson").exists()


def test_the_return_tells_what_it_breaks_before_it_is_written(run: Run, folder: Path, tmp_path: Path) -> None:
    done = run("export", "ssda903", "--year", "2025", "--dry-run", "-o", str(tmp_path / "r"))
    assert "SW02STG1" in done.stdout and "103" in done.stdout
    assert run("export", "ssda903", "--year", "2025", "--dry-run").stdout == done.stdout
    assert "nowhere to write" in run("export", "ssda903", "--year", "2025", code=2).stderr
    assert not (tmp_path / "r").exists() and readings(folder) == []
    run("export", "ssda903", "--year", "2025", "-o", str(tmp_path / "r"))
    with (tmp_path / "r" / "sw_episodes.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"],
            ["C-1", "06/05/2012", "W1", "02/04/2024", "", ""],
        ]
    assert {path.name for path in (tmp_path / "r").iterdir()} == {"header.csv", "episodes.csv", "sw_episodes.csv"}
    assert readings(folder) == [("ledger", "A1", 3)]


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx", "f.parquet", "f.html", "f.ndjson"])
def test_rows_that_break_a_rule_go_into_a_file_and_name_no_child(
    run: Run, folder: Path, tmp_path: Path, name: str
) -> None:
    run(
        "export",
        "ssda903",
        "--year",
        "2025",
        "--dry-run",
        "--findings",
        str(tmp_path / name),
        "-o",
        str(tmp_path / "r"),
    )
    assert (tmp_path / name).stat().st_size > 100 and not (tmp_path / "r").exists()
    assert b"C-1" not in (tmp_path / name).read_bytes() and readings(folder) == []


def test_rows_that_break_a_rule_have_their_entries(run: Run, tmp_path: Path) -> None:
    run("export", "ssda903", "--year", "2025", "--dry-run", "--findings", str(tmp_path / "f.csv"), "-o", str(tmp_path))
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        found = {row["code"]: row for row in csv.DictReader(file)}
    worker = next(line for line in run("export", "events").stdout.splitlines() if "worker-allocated" in line)
    assert found["SW02STG1"]["entries"] == str(json.loads(worker)["position"])
    assert found["SW02STG1"]["journey"] == json.loads(worker)["subject"]


def test_tables_are_a_folder(run: Run, folder: Path, tmp_path: Path) -> None:
    done = run("export", "tables", "-o", str(tmp_path / "star"))
    names = {path.name for path in (tmp_path / "star").iterdir()}
    assert {"README.txt", "relationships.csv", "dim_child.parquet", "fact_visits.parquet"} <= names
    assert "1 row written to fact_visits.parquet" in done.stderr
    assert readings(folder) == []
    run("export", "tables", "--identify", "-o", str(tmp_path / "star"))
    assert readings(folder) == [("ledger", "A1", 2)]


def test_journeys_are_a_workbook_and_nothing_else(run: Run, folder: Path, tmp_path: Path) -> None:
    run("export", "journeys", "-o", str(tmp_path / "j.xlsx"))
    assert "Journeys" in openpyxl.load_workbook(tmp_path / "j.xlsx").sheetnames
    assert readings(folder) == [("ledger", "A1", 5)]
    assert "ending in .xlsx" in run("export", "journeys", "-o", str(tmp_path / "j.csv"), code=2).output


@pytest.mark.parametrize("suffix", ["xlsx", "parquet", "html", "csv", "json"])
def test_a_measure_goes_to_any_file(run: Run, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"allocations.{suffix}"
    run("project", "run", "allocations", "--known-at", "2030-01-01", "-o", str(out))
    assert out.stat().st_size > 50
    assert list(tmp_path.glob(".journey-*")) == []


def test_the_cover_of_a_measure_has_its_card(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    run("project", "run", "allocations", "-o", str(out))
    cover = {row[0].value: row[1].value for row in openpyxl.load_workbook(out)["Cover"].iter_rows()}
    assert cover["Authority"] == "Testshire (synthetic)"
    assert str(cover["Question"]).startswith("Which workers were allocated")
    assert cover["Position of the ledger"] == "6"


@pytest.mark.parametrize("suffix", ["xlsx", "html", "parquet"])
@pytest.mark.parametrize("words", [("replay", "C-1", "--no-verify"), ("trail", "C-1"), ("trail", "--access")])
def test_readings_go_to_files_too(run: Run, tmp_path: Path, suffix: str, words: tuple[str, ...]) -> None:
    out = tmp_path / f"t.{suffix}"
    run(*words, "-o", str(out))
    assert out.stat().st_size > 50


def test_a_picture_that_is_not_obvious_is_refused_and_leaves_no_file(run: Run, tmp_path: Path) -> None:
    done = run("project", "run", "continuity", "-o", str(tmp_path / "a.svg"), code=1)
    assert "no obvious picture" in str(done.exception)
    assert list(tmp_path.glob("*.svg")) == []
