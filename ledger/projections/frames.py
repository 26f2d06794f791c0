"""A table as a data frame of the reader's choice: Arrow, Polars or pandas, each of them optional.

Whole numbers are of 64 bits, other numbers doubles, dates dates (in pandas: timestamps at midnight), moments UTC with
microseconds, lists lists of these; an undefined cell is null. A column has the type of its kind also where it is empty.
What stands beside a table (notes, provenance) travels in the Arrow schema's metadata and in pandas' `attrs`; Polars has
no place for it.
"""

from __future__ import annotations

import json
from datetime import UTC
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ledger.errors import Unavailable
from ledger.projections.kinds import Kind, elements, kinds

if TYPE_CHECKING:
    from types import ModuleType

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from ledger.projections.table import Table


def arrow(table: Table) -> pa.Table:
    """Return a table as `pyarrow.Table`."""
    arrow_ = _package("pyarrow")
    types = {
        "text": arrow_.string(),
        "whole": arrow_.int64(),
        "number": arrow_.float64(),
        "date": arrow_.date32(),
        "moment": arrow_.timestamp("us", tz="UTC"),
        "yes-no": arrow_.bool_(),
    }
    schema = arrow_.schema(
        [
            arrow_.field(
                column.name,
                arrow_.list_(types[held]) if each == "list" else types[held],
                metadata={"meaning": column.meaning},
            )
            for column, each, held in zip(table.columns, kinds(table), elements(table), strict=True)
        ],
        metadata={"notes": json.dumps(table.notes), "provenance": json.dumps(table.provenance, default=str)},
    )
    found: pa.Table = arrow_.Table.from_pydict(_columns(table), schema=schema)
    return found


def polars(table: Table) -> pl.DataFrame:
    """Return a table as `polars.DataFrame`."""
    polars_ = _package("polars")
    types = {
        "text": polars_.String,
        "whole": polars_.Int64,
        "number": polars_.Float64,
        "date": polars_.Date,
        "moment": polars_.Datetime("us", "UTC"),
        "yes-no": polars_.Boolean,
    }
    schema = {
        column.name: polars_.List(types[held]) if each == "list" else types[held]
        for column, each, held in zip(table.columns, kinds(table), elements(table), strict=True)
    }
    found: pl.DataFrame = polars_.DataFrame(_columns(table), schema=schema)
    return found


def pandas(table: Table) -> pd.DataFrame:
    """Return a table as `pandas.DataFrame`: nullable types for text, whole numbers and yes or no; lists are objects."""
    pandas_ = _package("pandas")
    types = {
        "text": "string",
        "whole": "Int64",
        "number": "float64",
        "date": "datetime64[s]",
        "moment": "datetime64[us, UTC]",
        "yes-no": "boolean",
        "list": "object",
    }
    frame: pd.DataFrame = pandas_.DataFrame(index=range(len(table.rows)))
    for (name, values), each in zip(_columns(table).items(), kinds(table), strict=True):
        frame[name] = pandas_.Series(values, dtype=types[each])
    frame.attrs = {"notes": list(table.notes), "provenance": dict(table.provenance)}
    return frame


def _package(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError:
        message = f"this needs the package {name}, which is not installed."
        raise Unavailable(message, "pip install 'journey-ledger[frames]'") from None


def _columns(table: Table) -> dict[str, list[Any]]:
    """Return {column: its values}, each as plain as its kind allows."""
    typed = zip(table.columns, kinds(table), elements(table), strict=True)
    return {
        column.name: [_plain(row[place], each, held) for row in table.rows]
        for place, (column, each, held) in enumerate(typed)
    }


def _plain(value: Any, each: Kind, held: Kind) -> Any:
    """Return a cell as a frame takes it: its column is of kind `each`, and holds values of kind `held`."""
    if value is None:
        return None
    if each == "list":
        return [_plain(inner, held, held) for inner in value]
    if each == "moment":
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if each == "number":
        return float(value)
    return str(value) if each == "text" else value
