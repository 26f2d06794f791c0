"""`journey project diff` and `explain`: rows that differ, the entries that made them, the entries behind a row."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import click
import pytest

from cli.compare import two_views
from cli.exits import exit_code
from cli.main import journey
from ledger.domain.clock import NOW, View, view
from ledger.domain.envelope import child
from ledger.domain.events.record import EntryRestricted
from ledger.errors import NotFound
from ledger.projections.card import Card, measure, measures
from ledger.projections.difference import difference
from ledger.projections.explanation import explanation
from ledger.projections.kinds_read import kinds_read
from tests.projections.test_contract import YEAR
from tests.sql.small_ledger import small_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.application import Ledger

MAY = {"from_": date(2024, 5, 1), "to": date(2024, 6, 1)}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with small_ledger(tmp_path_factory.mktemp("compare") / "ledger") as made:
        yield made


def apart(ledger: Ledger, name: str, before: View, after: View, **asked: Any) -> Any:
    return difference(ledger.store, measure(name), before, after, **asked)


def test_what_was_corrected_withdrawn_and_late_moves_its_children_alone(ledger: Ledger) -> None:
    found = apart(ledger, "continuity", view("2024-06-01"), view("2024-06-30"), **MAY)
    lines = found.rows.dicts()
    assert {line["child"] for line in lines} == {"C-1", "C-2"}
    assert {line["entries"] for line in lines if line["child"] == "C-1"} == {(26, 27)}
    assert {line["entries"] for line in lines if line["child"] == "C-2"} == {(28,)}
    moved = {(line["child"], line["column"]): (line["before"], line["after"]) for line in lines}
    assert [column.name for column in found.rows.columns][:3] == ["child", "change", "column"]
    assert found.rows.notes[0] == "rows are named by child."
    assert moved["C-1", "visits"] == (3, 2)
    assert moved["C-2", "visits"] == (3, 4)
    assert [(row[0], row[1]) for row in found.entries.rows] == [
        (26, "visit-recorded.v1 in the place of 11"),
        (27, "entry-withdrawn.v1 of 12"),
        (28, "visit-recorded.v1"),
    ]
    assert found.rows.provenance["before"]["stated"] == "2024-06-01"
    for table in (found.rows, found.entries):
        assert table.provenance["root"] == ledger.head().root.hex()
        assert table.provenance["authority"] == ledger.store.authority


def test_a_row_that_is_there_once_is_gone_or_added(ledger: Ledger) -> None:
    there = apart(ledger, "allocations", view("2024-04-01"), view("2024-04-30")).rows.dicts()
    assert [(line["change"], line["child"]) for line in there] == [("added", c) for c in ("C-1", "C-2", "C-3")]
    assert all(line["before"] is None and "role allocated" in line["after"] for line in there)
    back = apart(ledger, "allocations", view("2024-04-30"), view("2024-04-01")).rows.dicts()
    assert [line["change"] for line in back] == ["gone"] * 3
    assert [line["entries"] for line in back] == [line["entries"] for line in there]


def test_two_positions_are_told_apart(ledger: Ledger) -> None:
    for before, after, change in ((25, 28, (3, 2)), (28, 25, (2, 3))):
        found = apart(ledger, "continuity", View(position=before), View(position=after), **MAY)
        moved = {(line["child"], line["column"]): (line["before"], line["after"]) for line in found.rows.dicts()}
        assert moved["C-1", "visits"] == change
        assert [row[0] for row in found.entries.rows] == [26, 27, 28]


def test_a_group_s_entries_are_those_of_its_children(ledger: Ledger) -> None:
    found = apart(ledger, "continuity", view("2024-06-01"), view("2024-06-30"), by="pod", **MAY)
    assert {line["member"] for line in found.rows.dicts()} == {"P1"}
    assert {line["entries"] for line in found.rows.dicts()} == {(26, 27, 28)}


def test_the_same_clock_twice_differs_in_nothing(ledger: Ledger) -> None:
    found = apart(ledger, "continuity", view("2024-06-01"), view("2024-06-01"), **MAY)
    assert found.rows.rows == []
    assert found.entries.rows == []


@pytest.mark.parametrize("card", measures().values(), ids=list(measures()))
def test_every_measure_can_be_told_apart(ledger: Ledger, card: Card) -> None:
    found = difference(ledger.store, card, view("2024-05-02"), NOW, **YEAR[card.window])
    for line in found.rows.dicts():
        assert line["change"] in ("added", "gone", "changed")
        assert line["change"] != "changed" or line["before"] != line["after"]


def test_that_nothing_differs_is_said(ledger: Ledger) -> None:
    found = difference(ledger.store, measure("continuity"), NOW, NOW, **MAY).rows
    assert (found.rows, found.notes[0]) == ([], "nothing differs.")


def test_the_entries_behind_a_row_come_with_file_and_line(ledger: Ledger) -> None:
    found = explanation(ledger.store, measure("continuity"), "C-1", view("2024-06-30"), **MAY)
    lines = {line["position"]: line for line in found.entries.dicts()}
    assert list(lines) == [10, 11, 13, 26]  # the allocation, two visits, and the correction of the first
    assert {line["role"] for line in lines.values()} == {"counted"}
    assert lines[10]["counts_in"] == "named_share, note, named_visits, named_known"
    assert [row["visits"] for row in found.parts.dicts()] == [2]
    assert (lines[11]["file"], lines[11]["line"], lines[11]["day"]) == ("visits.csv", 1, date(2024, 5, 1))
    assert {line["child"] for line in lines.values()} == {"C-1"}
    assert list(lines) == sorted(lines)
    assert found.entries.notes == [
        "3 of 5 entries in force made it: were all the others withdrawn, it would be the same."
    ]
    before = explanation(ledger.store, measure("continuity"), "C-1", view("2024-06-02"), **MAY).entries
    assert [row[0] for row in before.rows] == [10, 11, 12, 13]  # the second visit was not withdrawn yet


def test_what_lies_after_the_window_stands_behind_nothing(ledger: Ledger) -> None:
    asked = {"from_": date(2024, 5, 1), "to": date(2024, 5, 8)}
    table = explanation(ledger.store, measure("continuity"), "C-2", **asked).entries
    assert [line["day"] for line in table.dicts() if line["event"] == "visit-recorded.v1"] == [date(2024, 5, 1)]


def test_a_group_s_row_has_the_entries_of_its_children(ledger: Ledger) -> None:
    found = explanation(ledger.store, measure("continuity"), "P1", by="pod", **MAY)
    assert {line["child"] for line in found.entries.dicts()} == {"C-1", "C-2"}
    assert [(row["member"], row["child"], row["visits"]) for row in found.parts.dicts()] == [
        ("P1", "C-1", 2),
        ("P1", "C-2", 4),
    ]


def test_a_row_of_many_children_says_how_many_it_leaves_out(ledger: Ledger) -> None:
    asked: dict[str, Any] = {"by": "authority", **MAY}
    found = explanation(ledger.store, measure("caseload"), "authority", most=2, **asked)
    assert {line["child"] for line in found.parts.dicts()} == {"C-1", "C-2"}
    for table in (found.parts, found.entries):
        assert table.notes[-1] == "and 1 more child: --all tells of them too."
    whole = explanation(ledger.store, measure("caseload"), "authority", most=None, **asked)
    (cases,) = [row["cases"] for row in ledger.project("caseload", **asked).dicts()]
    assert len(whole.parts.rows) == cases == 3


def test_a_month_is_explained_by_its_own_run(ledger: Ledger) -> None:
    year: dict[str, Any] = {"from_": date(2024, 4, 1), "to": date(2024, 7, 1), "by": "month"}
    found = explanation(ledger.store, measure("continuity"), "2024-05", view("2024-06-30"), **year)
    alone = explanation(ledger.store, measure("continuity"), "authority", view("2024-06-30"), by="authority", **MAY)
    assert found.entries.rows == alone.entries.rows
    with pytest.raises(NotFound, match="2024-11"):
        explanation(ledger.store, measure("continuity"), "2024-11", **year)


def test_conditions_choose_among_the_rows_of_a_key(ledger: Ledger) -> None:
    asked: dict[str, Any] = {"from_": date(2024, 4, 1), "to": date(2024, 7, 1)}
    late = ["days_to_writing > 5"]
    assert not ledger.project("back-dating", where=late, **asked).rows
    with pytest.raises(NotFound):
        explanation(ledger.store, measure("handovers"), "C-1", where=["kept = neither"], **asked)
    found = explanation(ledger.store, measure("handovers"), "C-1", where=["kept = first allocation"], **asked)
    assert [line["event"] for line in found.entries.dicts()] == ["referral-decided.v1", "worker-allocated.v1"]


@pytest.mark.parametrize(
    ("name", "key", "column", "count"),
    [
        ("demand", "2024-04", "referrals", lambda rows: sum(row["what"] == "referral" for row in rows)),
        ("recording", "W1,,2024-05-01", "entries", lambda rows: sum(row["entries"] for row in rows)),
        ("caseload", "2024-06-30", "cases", len),
    ],
)
def test_the_parts_of_a_row_add_up_to_it(ledger: Ledger, name: str, key: str, column: str, count: Any) -> None:
    asked: dict[str, Any] = {"from_": date(2024, 4, 1), "to": date(2024, 7, 1)}
    found = explanation(ledger.store, measure(name), key, view("2024-07-02"), **asked)
    cells = [cell or None for cell in key.split(",")]
    rows = ledger.project(name, view("2024-07-02"), **asked).dicts()
    mine = [row for row in rows if [v and str(v) for v in row.values()][: len(cells)] == cells]
    assert mine
    assert count(found.parts.dicts()) == sum(row[column] for row in mine)


def test_a_row_that_is_not_there_names_the_nearest(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="Nearest: C-1"):
        explanation(ledger.store, measure("continuity"), "C-11", **MAY)


def test_a_measure_s_own_explanation_is_exact(ledger: Ledger, tmp_path: Any) -> None:
    folder = tmp_path / "seen_visits"
    folder.mkdir()
    card = 'question = "How often?"\nunit = "child"\nname = "seen-visits"\n'
    (folder / "seen.sql").write_text(
        "".join(f"--: {line}\n" for line in card.splitlines())
        + "SELECT journey AS child, count(*) AS visits FROM visits GROUP BY ALL ORDER BY 1",
        encoding="utf-8",
    )
    (folder / "explain.sql").write_text(
        "SELECT v.position, e.event_id FROM visits AS v INNER JOIN entries AS e ON e.position = v.position "
        "WHERE list_contains($journeys, v.journey) ORDER BY 1",
        encoding="utf-8",
    )
    from dataclasses import replace

    from ledger.projections.own import read_own
    from ledger.projections.table import Column

    own = replace(read_own(folder / "seen.sql"), columns=(Column("child"), Column("visits")))
    assert own.explain_sql is None
    exact = replace(measure("continuity"), folder=folder, file=None, columns=own.columns)
    (folder / "measure.sql").write_text(own.sql, encoding="utf-8")
    table = explanation(ledger.store, exact, "C-2").entries
    assert [row[0] for row in table.rows] == [17, 18, 19, 28]
    assert "own explain.sql" in table.notes[-1]


def test_what_is_restricted_is_left_out_and_counted(tmp_path: Any) -> None:
    with small_ledger(tmp_path / "ledger") as ledger:
        visit = next(entry for entry in ledger.entries("C-2") if entry.name == "visit-recorded.v1")
        ledger.append(child("C-2"), EntryRestricted(restricts=visit.event_id, reason="other"), by="M")
        table = explanation(ledger.store, measure("continuity"), "C-2", **MAY).entries
        assert visit.position not in {row[0] for row in table.rows}
        assert "1 of these entries is restricted and not shown." in table.notes


def test_the_kinds_a_measure_reads_are_those_its_views_name() -> None:
    kinds = kinds_read(measure("continuity"))
    assert kinds is not None
    assert {"visit-recorded.v1", "worker-allocated.v1", "worker-joined-pod.v1"} <= set(kinds)
    assert "outcome-measured.v1" not in kinds
    for card in measures().values():
        named = set(re.findall(r"'([a-z0-9-]+\.v\d+)'", card.sql))
        found = kinds_read(card)
        assert found is None or named <= set(found), card.name


def test_the_clocks_to_tell_apart() -> None:
    assert [v.stated for v in two_views(("2024-01-01", "2024-02-01"), (), ())] == ["2024-01-01", "2024-02-01"]
    assert [v.instant is None for v in two_views(("2024-01-01",), (), ())] == [False, True]
    assert [v.position for v in two_views((), (), (5, 9))] == [5, 9]
    assert [v.position for v in two_views(("2024-01-01",), (), (5,))] == [5, 5]
    assert Counter(v.clock for v in two_views((), ("2024-01-01", "2024-02-01"), ())) == {"sealed": 2}
    for wrong in (((), (), ()), (("a", "b"), ("c",), ()), ((), (), (5,)), (("1", "2", "3"), (), ()), (("x",), (), ())):
        with pytest.raises(click.UsageError):
            two_views(*wrong)


def test_the_commands(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--ledger", str(ledger.store.settings.folder)]
    clocks = ["--known-at", "2024-06-01", "--known-at", "2024-06-30", "--from", "2024-05-01", "--to", "2024-06-01"]
    assert exit_code(journey, ["project", "diff", "continuity", *clocks, "--format", "table", *where]) == 0
    told = capsys.readouterr().out
    assert "changed" in told
    assert "entry-withdrawn.v1 of 12" in told
    assert exit_code(journey, ["project", "diff", "continuity", *clocks, "--entries", "--format", "csv", *where]) == 0
    assert capsys.readouterr().out.count("\n") == 4
    assert exit_code(journey, ["project", "explain", "continuity", "--row", "C-1", "--format", "csv", *where]) == 0
    assert "visits.csv" in capsys.readouterr().out
    assert exit_code(journey, ["project", "explain", "continuity", "--row", "C-9", *where]) == 5
    assert exit_code(journey, ["project", "diff", "continuity", *where]) == 2
