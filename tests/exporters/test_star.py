"""The star of tables: typed, whole, joined, as known at a view, and without anything private."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from ledger import Ledger, child, create_ledger, view, worker
from ledger.events import (
    AssessmentAuthorised,
    AssessmentStarted,
    CareEpisodeEnded,
    CareEpisodeStarted,
    ChildInNeedPlanStarted,
    ChildRegistered,
    EntryRestricted,
    OutcomeMeasured,
    SupervisionDiscussionHeld,
    VisitRecorded,
    WorkerAllocated,
    WorkerJoined,
)
from ledger.exporters.star import star, write
from ledger.exporters.star.tables import MAIN_DAY, meanings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.events.base import Event

SECRETS = ("C-001", "Nobody Atall", "We drew a house", "AB1 2CD")


def lived(ledger: Ledger) -> None:
    def tell(day: int, event: Event) -> str:
        at = datetime(2024, 4, day, 18, tzinfo=UTC)
        return ledger.append("C-001", event, by="W1", written_at=at).event_id

    ledger.append(worker("W1"), WorkerJoined(occurred_on=date(2023, 1, 9), worker="W1", post="social worker"), by="W1")
    tell(1, ChildRegistered(child_id="C-001", child_name="Nobody Atall", born="2012-05", sex="F", precision="unknown"))
    tell(1, WorkerAllocated(occurred_on=date(2024, 4, 1), worker="W1", pod="P1"))
    tell(2, VisitRecorded(occurred_on=date(2024, 4, 2), worker="W1", child_seen="yes", narrative="We drew a house"))
    tell(3, SupervisionDiscussionHeld(occurred_on=date(2024, 4, 3), mode="group", session_id="s1", worker="W1"))
    tell(4, OutcomeMeasured(occurred_on=date(2024, 4, 4), instrument="SDQ", score=12.0))
    tell(5, AssessmentStarted(occurred_on=date(2024, 4, 5), worker="W1"))
    tell(6, AssessmentAuthorised(occurred_on=date(2024, 4, 6), started_on=date(2024, 4, 5)))
    tell(7, ChildInNeedPlanStarted(occurred_on=date(2024, 4, 7), worker="W1"))
    started = CareEpisodeStarted(
        occurred_on=date(2024, 4, 8), reason="S", legal_status="C2", placement="U4", home_postcode="AB1 2CD"
    )
    tell(8, started)
    tell(20, CareEpisodeEnded(occurred_on=date(2024, 4, 20), started_on=date(2024, 4, 8), reason="E4A"))
    hidden = tell(9, VisitRecorded(occurred_on=date(2024, 4, 9), worker="W2"))
    ledger.append("C-001", EntryRestricted(restricts=hidden, reason="third party"), by="W1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with create_ledger(tmp_path / "made", authority="Testshire (synthetic)") as made:
        lived(made)
        yield made


def read(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        for path in folder.glob("*.parquet"):
            connection.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
        return connection.execute(sql).fetchall()


def test_every_fact_stands_in_its_table(ledger: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "star"
    write(star(ledger.store), out)
    assert read(out, "SELECT visited_on, worker, child_seen FROM fact_visits") == [(date(2024, 4, 2), "W1", "yes")]
    assert read(out, "SELECT worker, pod, started_on, ended_on FROM fact_allocations") == [
        ("W1", "P1", date(2024, 4, 1), None)
    ]
    assert read(out, "SELECT mode, session_id FROM fact_supervisions") == [("group", "s1")]
    assert read(out, "SELECT instrument, score, measured FROM fact_outcomes") == [("SDQ", 12.0, True)]
    assert read(out, "SELECT started_on, authorised_on FROM fact_assessments") == [(date(2024, 4, 5), date(2024, 4, 6))]
    assert read(out, "SELECT kind, started_on FROM fact_plans") == [("child in need", date(2024, 4, 7))]
    assert read(out, "SELECT started_on, ended_on, reason_ended FROM fact_care_episodes") == [
        (date(2024, 4, 8), date(2024, 4, 20), "E4A")
    ]
    assert read(out, "SELECT born, sex, journeys FROM dim_child") == [("2012-05", "F", 1)]
    assert read(out, "SELECT worker, post, placeholder FROM dim_worker ORDER BY 1") == [
        ("W1", "social worker", False),
        ("W2", None, False),
    ]
    assert read(out, "SELECT pod FROM dim_pod") == [("P1",)]


def test_every_key_of_a_fact_is_in_its_dimension(ledger: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "star"
    made = star(ledger.store)
    write(made, out)
    assert {each.table for each in made.relationships} == set(MAIN_DAY)
    for each in made.relationships:
        lost = read(
            out,
            f"SELECT count(*) FROM {each.table} f ANTI JOIN {each.to} d ON d.{each.key} = f.{each.column} "
            f"WHERE f.{each.column} IS NOT NULL",
        )
        assert lost == [(0,)], each
    active = [(each.table, each.to) for each in made.relationships if each.active]
    assert len(active) == len(set(active)), "one active relationship between two tables"
    with (out / "relationships.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(made.relationships)


def test_the_keys_of_dimensions_are_unique(ledger: Ledger, tmp_path: Path) -> None:
    write(star(ledger.store), tmp_path / "star")
    for table, key in (("dim_child", "journey"), ("dim_worker", "worker"), ("dim_pod", "pod"), ("dim_date", "date")):
        assert read(tmp_path / "star", f"SELECT count(*) = count(DISTINCT {key}) FROM {table}") == [(True,)]


def test_nothing_private_is_in_any_file(ledger: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "star"
    write(star(ledger.store), out)
    for path in out.iterdir():
        text = path.read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in text], path.name
    cells = read(out, "SELECT * FROM dim_child")
    assert "C-001" not in str(cells)


def test_identify_adds_the_authoritys_ids(ledger: Ledger, tmp_path: Path) -> None:
    write(star(ledger.store, identify=True), tmp_path / "star")
    journey = ledger.stream("C-001").partition(":")[2]
    assert read(tmp_path / "star", "SELECT journey, child FROM dim_child") == [(journey, "C-001")]


def test_restricted_rows_are_left_out_and_counted(ledger: Ledger) -> None:
    assert star(ledger.store).notes == ["fact_visits: 1 restricted rows are left out"]


def test_the_clock_and_the_position_choose_what_is_known(ledger: Ledger) -> None:
    early = star(ledger.store, view("2024-04-02"))
    assert len(early.tables["fact_visits"].rows) == 1
    assert [len(early.tables[name].rows) for name in ("fact_supervisions", "fact_care_episodes")] == [0, 0]
    then = star(ledger.store, view("2024-04-19")).tables["fact_care_episodes"]
    (row,) = then.dicts()
    assert (row["ended_on"], row["reason_ended"]) == (None, None)
    assert early.provenance["stated"] == "2024-04-02"
    assert star(ledger.store, view(at=3)).provenance["root"] == ledger.head(3).root.hex()


def test_types_hold_also_where_nothing_is_known(tmp_path: Path) -> None:
    with create_ledger(tmp_path / "empty", authority="Testshire (synthetic)") as ledger:
        made = star(ledger.store)
        write(made, tmp_path / "star")
    types = {name: kind for name, kind, *_ in read(tmp_path / "star", "DESCRIBE fact_visits")}
    assert (types["visited_on"], types["position"], types["worker"]) == ("DATE", "BIGINT", "VARCHAR")
    assert all(made.tables[name].rows == [] for name in MAIN_DAY)


def test_days_are_counted_as_the_sector_counts_them(ledger: Ledger, tmp_path: Path) -> None:
    write(star(ledger.store), tmp_path / "star")
    told = read(
        tmp_path / "star",
        "SELECT date, quarter, month, week, weekday_name, social_care_year, social_care_quarter, working_day "
        "FROM dim_date WHERE date IN ('2024-03-29', '2024-04-02') ORDER BY 1",
    )
    assert told == [
        (date(2024, 3, 29), "2024 Q1", "2024-03", "2024-W13", "Friday", 2024, 4, False),  # Good Friday
        (date(2024, 4, 2), "2024 Q2", "2024-04", "2024-W14", "Tuesday", 2025, 1, True),
    ]
    assert read(tmp_path / "star", "SELECT min(date), max(date), count(*) FROM dim_date")[0][:2] == (
        date(2022, 4, 1),
        date(2025, 3, 31),
    )


def test_the_readme_says_what_each_file_and_column_is(ledger: Ledger, tmp_path: Path) -> None:
    made = star(ledger.store)
    write(made, tmp_path / "star")
    text = (tmp_path / "star" / "README.txt").read_text(encoding="utf-8")
    assert "Synthetic data" in text and ledger.head().root.hex() in text
    for name, table in made.tables.items():
        assert f"{name}.parquet: {len(table.rows):,} row{'' if len(table.rows) == 1 else 's'}; one row is " in text
        assert all(f"    {column.name} ({column.type}): {column.meaning}\n" in text for column in table.columns)
    used = {column.name for table in made.tables.values() for column in table.columns} | {"child"}
    assert used == set(meanings()), "a meaning that no column has says nothing"


def test_the_child_is_the_one_whose_journey_it_is(ledger: Ledger) -> None:
    stream = ledger.store.subject_stream(child("C-001"))
    assert star(ledger.store).tables["dim_child"].rows[0][0] == (stream or "").partition(":")[2]
