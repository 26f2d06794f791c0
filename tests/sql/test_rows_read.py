"""Rows that are read before it is known which of them stand: what is told of them is what was read."""

from __future__ import annotations

import re

import pytest

from ledger.projections.columns import COMPUTED, DERIVED_COLUMNS, columns
from ledger.projections.kinds_read import NAMED
from ledger.projections.views import made, words

TOLD = {
    read: name for name, sql in made().items() for read in re.findall(r"(?:effective|standing)_read\('(\w+)'\)", sql)
}


def test_every_table_of_rows_read_is_told() -> None:
    assert set(TOLD) == {name for name, sql in made().items() if name.endswith("_read") and " TABLE AS" not in sql} - {
        "standing_read",
        "effective_read",
    }


@pytest.mark.parametrize("read", TOLD)
def test_the_kinds_and_columns_told_are_those_read(read: str) -> None:
    """A column that was not read would be empty but for corrections; a kind that was not, there by them alone."""
    before, after = made()[read], made()[TOLD[read]]
    assert set(NAMED.findall(before)) == set(NAMED.findall(after))
    (part,) = re.findall(rf"SELECT((?:(?!SELECT).)*?FROM \w+_read\('{read}'\).*?)(?:GROUP|;|$)", after, re.DOTALL)
    computed = COMPUTED.difference(DERIVED_COLUMNS)
    kept = {name.removeprefix("row_") for name in columns()}.union(DERIVED_COLUMNS).difference(computed)
    told = words(re.sub(r"'[^']*'", "", part)).intersection(kept).union({"stream", "position"})
    assert told <= words(before.partition("FROM admitted")[0])
