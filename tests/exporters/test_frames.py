"""A result as a frame: Arrow, Polars and pandas tell the same types and the same values as the rows."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ledger.application import create_ledger
from ledger.domain.clock import view
from ledger.errors import Unavailable
from ledger.projections.ad_hoc import run_sql
from ledger.projections.table import Column, Table
from tests.sql.small_ledger import small_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.application import Ledger

COLUMNS = (
    Column("child", "Whose.", "VARCHAR"),
    Column("visits", "How many.", "BIGINT"),
    Column("upc", "A share.", "DECIMAL(36,12)"),
    Column("seen_on", "A day.", "DATE"),
    Column("known_at", "A moment.", "TIMESTAMP WITH TIME ZONE"),
    Column("alone", "Yes or no.", "BOOLEAN"),
    Column("workers", "Several.", "VARCHAR[]"),
    Column("entries", "Positions.", "BIGINT[]"),
)
ARROW = {
    "child": pa.string(),
    "visits": pa.int64(),
    "upc": pa.float64(),
    "seen_on": pa.date32(),
    "known_at": pa.timestamp("us", tz="UTC"),
    "alone": pa.bool_(),
    "workers": pa.list_(pa.string()),
    "entries": pa.list_(pa.int64()),
}
POLARS = {
    "child": pl.String,
    "visits": pl.Int64,
    "upc": pl.Float64,
    "seen_on": pl.Date,
    "known_at": pl.Datetime("us", "UTC"),
    "alone": pl.Boolean,
    "workers": pl.List(pl.String),
    "entries": pl.List(pl.Int64),
}
PANDAS = {
    "child": "string",
    "visits": "Int64",
    "upc": "float64",
    "seen_on": "datetime64[s]",
    "known_at": "datetime64[us, UTC]",
    "alone": "boolean",
    "workers": "object",
    "entries": "object",
}
SUMMER = timezone(timedelta(hours=1))
ROWS: list[tuple[Any, ...]] = [
    ("C-1", 2**53 + 1, Fraction(2, 3), date(2024, 3, 31), datetime(2024, 7, 1, 13, tzinfo=SUMMER), True, ("W1",), (7,)),
    ("C-2", None, None, None, None, None, None, None),
    ("", 0, Decimal("0.5"), date(1, 1, 1), datetime(2024, 1, 1, 0, 0, 0, 1, tzinfo=UTC), False, (), ()),
    ("=1+1", -1, 1, date(9999, 12, 31), datetime(2024, 1, 1), None, ("W1", "W2"), (1, 2**40)),
]
TOLD = [  # written out by hand: the same cells as plain values
    ("C-1", 9007199254740993, 2 / 3, date(2024, 3, 31), datetime(2024, 7, 1, 12, tzinfo=UTC), True, ["W1"], [7]),
    ("C-2", None, None, None, None, None, None, None),
    ("", 0, 0.5, date(1, 1, 1), datetime(2024, 1, 1, 0, 0, 0, 1, tzinfo=UTC), False, [], []),
    ("=1+1", -1, 1.0, date(9999, 12, 31), datetime(2024, 1, 1, tzinfo=UTC), None, ["W1", "W2"], [1, 1099511627776]),
]
PROVENANCE = {"measure": "continuity", "position": 42, "root": "ab" * 32}
NAMES = ("pyarrow", "polars", "pandas")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with small_ledger(tmp_path_factory.mktemp("frames") / "ledger") as made:
        yield made


def told_by(table: Table, name: str) -> list[tuple[Any, ...]]:
    """Return the rows that a frame tells, in Python's own values."""
    if name == "pyarrow":
        return [tuple(row.values()) for row in table.arrow().to_pylist()]
    if name == "polars":
        return table.polars().rows()
    frame = table.pandas()
    days = {column for column, kind in frame.dtypes.items() if str(kind) == "datetime64[s]"}
    return [
        tuple(
            cell
            if isinstance(cell, list)
            else None
            if pd.isna(cell)
            else (cell.date() if column in days else cell.to_pydatetime())
            if isinstance(cell, pd.Timestamp)
            else cell
            for column, cell in zip(frame.columns, row, strict=True)
        )
        for row in frame.itertuples(index=False, name=None)
    ]


def as_told(table: Table) -> list[tuple[Any, ...]]:
    """Return a table's rows with fractions as doubles and tuples as lists: all that a frame may change."""
    return [
        tuple(
            float(cell) if isinstance(cell, Decimal | Fraction) else list(cell) if isinstance(cell, tuple) else cell
            for cell in row
        )
        for row in table.rows
    ]


@pytest.mark.parametrize("rows", [ROWS, [], [(None,) * len(COLUMNS)]], ids=["rows", "empty", "undefined"])
def test_columns_have_the_types_of_their_kinds_whatever_the_rows(rows: list[tuple[Any, ...]]) -> None:
    table = Table(COLUMNS, rows)
    assert {field.name: field.type for field in table.arrow().schema} == ARROW
    assert dict(table.polars().schema) == POLARS
    assert {name: str(kind) for name, kind in table.pandas().dtypes.items()} == PANDAS
    assert (table.arrow().num_rows, table.polars().height, len(table.pandas())) == (len(rows),) * 3


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_holds_the_rows(name: str) -> None:
    assert told_by(Table(COLUMNS, ROWS), name) == TOLD


@pytest.mark.parametrize("name", NAMES)
def test_types_come_from_the_values_where_nothing_states_them(name: str) -> None:
    untyped = Table(tuple(Column(column.name) for column in COLUMNS), ROWS)
    assert told_by(untyped, name) == TOLD


@pytest.mark.parametrize("name", NAMES)
def test_a_number_beyond_64_bits_is_a_double(name: str) -> None:
    assert told_by(Table((Column("n", "", "HUGEINT"),), [(2**70,), (1,)]), name) == [(float(2**70),), (1.0,)]
    assert told_by(Table((Column("n"),), [(2**63,), (None,)]), name) == [(float(2**63),), (None,)]
    assert told_by(Table((Column("n", "", "HUGEINT"),), [(2**63 - 1,)]), name) == [(2**63 - 1,)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("measure", ["continuity", "allocations", "care-episodes", "recording", "handovers"])
def test_a_measure_s_frame_is_its_rows(ledger: Ledger, measure: str, name: str) -> None:
    table = ledger.project(measure, known_at="2024-06-30")
    assert told_by(table, name) == as_told(table)


def test_a_measure_of_an_empty_ledger_has_the_types_of_a_full_one(ledger: Ledger, tmp_path: Path) -> None:
    full = ledger.project("continuity", known_at="2024-06-30", from_="2024-04-01", to="2024-07-01")
    with create_ledger(tmp_path / "empty", authority="Testshire (synthetic)") as other:
        empty = other.project("continuity", from_="2024-04-01", to="2024-07-01")
    assert (bool(full.rows), empty.rows) == (True, [])
    assert empty.arrow().schema.types == full.arrow().schema.types
    assert empty.polars().schema == full.polars().schema
    assert dict(empty.pandas().dtypes) == dict(full.pandas().dtypes)
    assert str(empty.pandas().dtypes["upc"]) == "float64" and str(empty.pandas().dtypes["visits"]) == "Int64"


def test_sql_of_ones_own_is_typed_where_nothing_is_found(ledger: Ledger) -> None:
    sql = "SELECT journey AS child, visited_on, position, [position] AS several FROM visits WHERE worker = $who"
    for who, rows in (("W2", 4), ("nobody", 0)):
        found = run_sql(ledger.store, sql, view("2024-06-30"), who=who).polars()
        assert found.height == rows
        assert list(found.schema.values()) == [pl.String, pl.Date, pl.Int64, pl.List(pl.Int64)]


def test_notes_provenance_and_meanings_travel_along() -> None:
    table = Table(COLUMNS, ROWS, ["fewer than 3 visits: 1"], dict(PROVENANCE))
    schema = table.arrow().schema
    assert json.loads(schema.metadata[b"provenance"]) == PROVENANCE
    assert json.loads(schema.metadata[b"notes"]) == ["fewer than 3 visits: 1"]
    assert schema.field("upc").metadata == {b"meaning": b"A share."}
    assert table.pandas().attrs == {"notes": ["fewer than 3 visits: 1"], "provenance": PROVENANCE}


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_without_its_package_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    table = Table(COLUMNS, ROWS)
    ask = {"pyarrow": table.arrow, "polars": table.polars, "pandas": table.pandas}[name]
    with pytest.raises(Unavailable, match=f"package {name}") as told:
        ask()
    assert told.value.hint == "pip install 'journey-ledger[frames]'"
