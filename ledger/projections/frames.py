"""A table as a data frame of the reader's choice: Arrow, Polars or pandas, each of them optional.

Numbers are doubles, moments are UTC, an undefined cell is null. What stands beside a table (notes, provenance) travels
in the Arrow schema's metadata and in pandas' `attrs`; Polars has no place for it.
"""

from __future__ import annotations

import json
from datetime import UTC
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ledger.errors import Unavailable
from ledger.projections.kinds import Kind, kinds

if TYPE_CHECKING:
    from types import ModuleType

    from ledger.projections.table import Table


def arrow(table: Table) -> Any:
    """Return a table as `pyarrow.Table`."""
    pa = _package("pyarrow")
    types = {
        "text": pa.string(),
        "whole": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
        "moment": pa.timestamp("us", tz="UTC"),
        "yes-no": pa.bool_(),
        "list": pa.list_(pa.string()),
    }
    schema = pa.schema(
        [
            pa.field(column.name, types[each], metadata={"meaning": column.meaning})
            for column, each in zip(table.columns, kinds(table), strict=True)
        ],
        metadata={"notes": json.dumps(table.notes), "provenance": json.dumps(table.provenance, default=str)},
    )
    return pa.Table.from_pydict(_columns(table), schema=schema)


def polars(table: Table) -> Any:
    """Return a table as `polars.DataFrame`."""
    pl = _package("polars")
    types = {
        "text": pl.String,
        "whole": pl.Int64,
        "number": pl.Float64,
        "date": pl.Date,
        "moment": pl.Datetime("us", "UTC"),
        "yes-no": pl.Boolean,
        "list": pl.List(pl.String),
    }
    schema = {column.name: types[each] for column, each in zip(table.columns, kinds(table), strict=True)}
    return pl.DataFrame(_columns(table), schema=schema)


def pandas(table: Table) -> Any:
    """Return a table as `pandas.DataFrame`: nullable types for whole numbers and yes or no, dates as timestamps."""
    pd = _package("pandas")
    types = {"text": "string", "whole": "Int64", "number": "float64", "yes-no": "boolean", "list": "object"}
    frame = pd.DataFrame(index=range(len(table.rows)))
    for (name, values), each in zip(_columns(table).items(), kinds(table), strict=True):
        if each in ("date", "moment"):
            frame[name] = pd.to_datetime(pd.Series(values, dtype="object"), utc=True if each == "moment" else None)
        else:
            frame[name] = pd.Series(values, dtype=types[each])
    frame.attrs = {"notes": list(table.notes), "provenance": dict(table.provenance)}
    return frame


def _package(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError:
        raise Unavailable(f"this needs the package {name}, which is not installed.", f"pip install {name}") from None


def _columns(table: Table) -> dict[str, list[Any]]:
    """Return {column: its values}, each as plain as its kind allows."""
    return {
        column.name: [_plain(row[place], each) for row in table.rows]
        for place, (column, each) in enumerate(zip(table.columns, kinds(table), strict=True))
    }


def _plain(value: Any, each: Kind) -> Any:
    if value is None:
        return None
    if each == "moment" and value.tzinfo is not None:
        return value.astimezone(UTC)
    if each == "moment":
        return value.replace(tzinfo=UTC)
    if each == "list":
        return [str(inner) for inner in value]
    if isinstance(value, Fraction | Decimal):
        return float(value)
    return str(value) if each == "text" else value
