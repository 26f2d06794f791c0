"""Small numbers: hidden, and nothing that is hidden can be worked out from what is shown."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.wording import after, counted
from ledger.errors import Malformed
from ledger.projections.suppression import suppressed
from ledger.projections.table import Column, Table

BELOW = 4
HIDDEN = (f"<{BELOW}", "*")


def table(*rows: tuple[Any, ...], names: str = "member children flagged") -> Table:
    return Table(tuple(map(Column, names.split())), list(rows))


def test_a_lone_small_count_takes_the_next_smallest_row_with_it() -> None:
    found = suppressed(table(("A", 3, 0), ("B", 9, 0), ("C", 40, 0)), 6)
    assert found.rows == [("A", "<6", 0), ("B", "*", 0), ("C", 40, 0)]
    assert found.provenance["suppressed_below"] == 6


def test_nought_is_shown_and_large_tables_stay_as_they_are() -> None:
    rows = [("A", 30, 0), ("B", 40, 12)]
    assert suppressed(table(*rows), 6).rows == rows


def test_two_ones_are_known_by_their_sum() -> None:
    found = suppressed(table(("A", 1, 0), ("B", 1, 0), ("C", 20, 0)), 6)
    assert found.rows == [("A", "<6", 0), ("B", "<6", 0), ("C", "*", 0)]


def test_a_share_or_what_is_left_over_tells_a_small_count_too() -> None:
    names = "member children share"
    found = suppressed(table(("A", 50, Decimal("0.06")), ("B", 60, Decimal("0.5")), ("C", 90, None), names=names), 6)
    assert found.rows == [("A", "*", "*"), ("B", "*", "*"), ("C", 90, None)]
    assert suppressed(table(("A", 50, 48), ("B", 60, 30), ("C", 80, 40)), 6).rows[0] == ("A", "*", "*")


def test_a_total_that_cannot_be_kept_is_told() -> None:
    found = suppressed(table(("A", 3, 0), ("B", 0, 0), ("C", 20, 0)), 6)
    assert found.rows == [("A", "<6", 0), ("B", 0, 0), ("C", "*", 0)]
    found = suppressed(table(("A", 8, 5), ("B", 0, 0)), 6)
    assert found.rows[0] == ("A", "*", "<6")
    assert any("do not give out the totals of children" in note for note in found.notes)


def test_each_index_of_a_group_has_a_total_of_its_own() -> None:
    """`--by authority` gives the total beside every index: one hidden count in each would be the difference."""
    names = "member index children flagged"
    rows = [(pod, index, n, 0) for pod, n in (("A", 3), ("B", 9), ("C", 40)) for index in ("coc", "upc")]
    assert suppressed(table(*rows, names=names), 6).rows == [
        *(("A", index, "<6", 0) for index in ("coc", "upc")),
        *(("B", index, "*", 0) for index in ("coc", "upc")),
        *(("C", index, 40, 0) for index in ("coc", "upc")),
    ]


def test_a_count_that_is_told_beside_every_index_is_hidden_beside_every_index_or_in_none() -> None:
    names = "member index children flagged"
    given = table(
        *(("A", "coc", 3, 0), ("A", "upc", 3, 0), ("B", "coc", 9, 0), ("B", "upc", 9, 0)),
        *(("C", "coc", 12, 2), ("C", "upc", 12, 0), ("D", "coc", 40, 30), ("D", "upc", 40, 30)),
        names=names,
    )
    found = suppressed(given, 6)
    for pod in "ABCD":
        told = {row[2] for row in found.rows if row[0] == pod}
        assert told <= {"<6"} or told <= {"*"} or any(isinstance(cell, int) for cell in told)
    assert {row[2] for row in found.rows if row[0] == "A"} == {"<6"}
    assert {row[2] for row in found.rows if row[0] == "B"} == {"*"}


def test_what_a_share_leaves_over_is_a_small_count_too() -> None:
    columns = (
        Column("member"),
        Column("entries"),
        Column("in_time"),
        Column("share_in_time", numerator="in_time", denominator="entries"),
    )
    rows = [("A", 50, 47, Decimal("0.94")), ("B", 60, 30, Decimal("0.5")), ("C", 90, 20, Decimal("0.222222222222"))]
    found = suppressed(Table(columns, rows), 6).rows
    assert found == [("A", "*", "*", "*"), ("B", "*", "*", "*"), rows[2]]


def test_counts_in_notes_and_provenance_are_hidden() -> None:
    given = Table((Column("member"), Column("children")), [("A", 3)], ["2 children are left out."], {"erased": 2})
    found = suppressed(given, 6)
    assert found.notes[0] == "<6 children are left out."
    assert found.provenance["erased"] == "<6"


def test_a_note_of_a_period_hides_its_count_and_no_period_and_tells_no_singular() -> None:
    dropped = "{child|children} dropped"
    said = [after(f"{label}: ", counted(n, dropped)) for label, n in (("2025", 1), ("2025-02", 5), ("2025 Q1", 1_500))]
    given = Table((Column("member"), Column("children")), [("2025", 3)], [*said, "1,500 periods"])
    assert suppressed(given, 6).notes[:4] == [
        "2025: <6 children dropped",
        "2025-02: <6 children dropped",
        "2025 Q1: 1,500 children dropped",
        "1,500 periods",
    ]


def test_rows_of_single_children_are_refused() -> None:
    with pytest.raises(Malformed, match="sum them with --by"):
        suppressed(table(("C-1", 3), names="child visits"), 6)
    with pytest.raises(Malformed, match="at least 2"):
        suppressed(table(("A", 3, 0)), 1)


counts = st.integers(0, 9)
tables = st.lists(st.tuples(counts, counts), min_size=1, max_size=4).map(
    lambda rows: table(*((f"G{n}", children, min(part, children)) for n, (children, part) in enumerate(rows)))
)


@settings(max_examples=150, deadline=None)
@given(given_=tables)
def test_no_hidden_count_can_be_worked_out(given_: Table) -> None:
    found = suppressed(given_, BELOW)
    untold = next((note for note in found.notes if note.startswith("do not give out")), "")
    for place in (1, 2):
        true = [row[place] for row in given_.rows]
        shown = [row[place] for row in found.rows]
        for value, cell in zip(true, shown, strict=True):
            assert cell == value or (cell == f"<{BELOW}" and 0 < value < BELOW) or (cell == "*" and value >= BELOW)
            assert not (isinstance(cell, int) and 0 < cell < BELOW)
        if given_.columns[place].name not in untold:
            assert_hidden(true, shown)


by_index = st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=3).map(
    lambda rows: table(
        *(
            (f"G{n}", index, row[0], min(part, row[0]))
            for n, row in enumerate(rows)
            for index, part in zip("xy", row[1:], strict=True)
        ),
        names="member index children flagged",
    )
)


@settings(max_examples=150, deadline=None)
@given(given_=by_index)
def test_no_hidden_count_can_be_worked_out_beside_any_index(given_: Table) -> None:
    """Every total beside every index is known, and that children are the same beside each."""
    found = suppressed(given_, BELOW)
    untold = next((note for note in found.notes if note.startswith("do not give out")), "")
    members = sorted({row[0] for row in given_.rows})
    if "children" not in untold:
        true = {row[0]: row[2] for row in given_.rows}
        told = {member: [row[2] for row in found.rows if row[0] == member] for member in members}
        shown = {
            member: next((cell for cell in cells if isinstance(cell, int)), cells[0]) for member, cells in told.items()
        }
        assert_hidden([true[member] for member in members], [shown[member] for member in members])
    for index in "xy" if "flagged" not in untold else "":
        place = [at for at, row in enumerate(given_.rows) if row[1] == index]
        assert_hidden([given_.rows[at][3] for at in place], [found.rows[at][3] for at in place])


def assert_hidden(true: list[int], shown: list[Any]) -> None:
    """Assert that each hidden count of a column has at least two values, for whoever knows the sum."""
    total = sum(true)
    if 0 < total < BELOW:
        return
    possible = [
        [cell] if isinstance(cell, int) else range(1, BELOW) if cell != "*" else range(BELOW, total + 1)
        for cell in shown
    ]
    worlds = [world for world in product(*possible) if sum(world) == total]
    assert tuple(true) in worlds
    for number, cell in enumerate(shown):
        if cell in HIDDEN:
            assert len({world[number] for world in worlds}) >= 2, (true, shown)


@settings(max_examples=60, deadline=None)
@given(given_=tables)
def test_no_small_remainder_is_shown(given_: Table) -> None:
    for _, children, part in suppressed(given_, BELOW).rows:
        if isinstance(children, int) and isinstance(part, int):
            assert not 0 < children - part < BELOW
