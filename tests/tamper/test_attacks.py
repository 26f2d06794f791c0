"""Every attack on rows gives exactly its finding, at the entry it was done to; what the forger did says which."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from ledger.seal.leaf import ZERO
from tests.tamper.forger import MINUTE, SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tamper.conftest import Scene

Found = list[tuple[str, "int | None"]]


def test_an_honest_ledger_has_no_findings(scene: Scene) -> None:
    done = scene.store.verify_self()
    assert (done.findings, done.told, done.entries, done.root) == ([], [], SIZE, scene.store.head().root)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "visit-attempted.v1"},
        {"event_id": "00000000-0000-4000-8000-000000000000"},
        {"commitment": bytes(range(32))},
        {"open": b"{}"},
        {"sealed": b"\x01other"},
        {"open_digest": ZERO},
        {"previous_leaf": bytes(range(32))},
    ],
    ids=lambda fields: next(iter(fields)),
)
@pytest.mark.parametrize("position", [2, 9, 12, 21])
def test_a_changed_field(scene: Scene, fields: dict[str, Any], position: int) -> None:
    scene.forger.set(position, **fields)
    assert scene.found() == [("changed", position)]


@pytest.mark.parametrize("position", [5, 8, 17, 22, 24, 4])
def test_a_changed_part_with_its_digest(scene: Scene, position: int) -> None:
    forged = b'{"salt":"","occurred_on":"2020-01-01"}'
    scene.forger.set(position, open=forged, open_digest=sha256(forged).digest())
    found = scene.found()
    if position in (22, 24, 4):  # the last of their streams: nothing in the ledger witnesses them
        assert [code for code, _ in found] == ["changed"]
        assert found[0][1] in (position, None)
    else:
        assert found == [("changed", position)]


def test_several_changes_are_all_found(scene: Scene) -> None:
    for position in (5, 8, 12, 17):
        scene.forger.set(position, **scene.forger.forge(position))
    scene.forger.set(10, sealed=b"\x01")
    assert scene.found() == [("changed", each) for each in (5, 8, 10, 12, 17)]


def test_neighbours_in_one_stream_that_were_both_changed(scene: Scene) -> None:
    for position in (9, 11):
        scene.forger.set(position, **scene.forger.forge(position))
    assert scene.found() == [("changed", 9), ("changed", 11)]


def test_many_entries_of_one_child_in_a_row(scene: Scene) -> None:
    for position in (7, 9, 11, 13, 15, 17):
        scene.forger.set(position, **scene.forger.forge(position))
    assert scene.found() == [("changed", each) for each in (7, 9, 11, 13, 15, 17)]


@pytest.mark.parametrize("position", [2, 5, 12, 21])
def test_an_entry_taken_out(scene: Scene, position: int) -> None:
    gone = scene.forger.row(position)
    scene.forger.sql("DELETE FROM entries WHERE position = ?", position)
    (finding,) = scene.store.verify_self().findings
    assert (finding.code, finding.position) == ("missing", position)
    assert (finding.stream, finding.version) == (gone.stream, gone.version)


def test_the_only_entry_of_a_stream_taken_out(scene: Scene) -> None:
    scene.forger.sql("DELETE FROM entries WHERE position = 4")
    assert scene.found() == [("missing", 4)]


def test_a_run_of_entries_taken_out(scene: Scene) -> None:
    scene.forger.sql("DELETE FROM entries WHERE position BETWEEN 8 AND 11")
    assert scene.found() == [("missing", 8)]


def test_entries_taken_out_here_and_there(scene: Scene) -> None:
    scene.forger.sql("DELETE FROM entries WHERE position IN (8, 15)")
    assert scene.found() == [("missing", 8), ("missing", 15)]


@pytest.mark.parametrize("upto", [1, 4, 14, 22, 23])
def test_a_tail_cut_off(scene: Scene, upto: int) -> None:
    scene.forger.sql("DELETE FROM entries WHERE position > ?", upto)
    assert scene.found() == [("tail-cut", upto + 1)]


def test_everything_taken_out(scene: Scene) -> None:
    scene.forger.sql("DELETE FROM entries")
    assert scene.found() == [("no-entries", None)]


def test_taken_out_and_closed_up(scene: Scene) -> None:
    gone = scene.forger.row(9)
    kept = [row for row in scene.forger.rows() if row.position != 9]
    new = [row._replace(position=row.position - (row.position > 9)) for row in kept]
    new = [
        row._replace(version=row.version - (row.stream == gone.stream and row.version > gone.version)) for row in new
    ]
    scene.forger.put(*new, instead_of=lambda _: True)
    found = scene.store.verify_self().findings
    assert {each.code for each in found} <= {"missing", "renumbered", "tail-cut"}
    assert [(each.stream, each.version) for each in found if each.code == "missing"] == [(gone.stream, gone.version)]


@pytest.mark.parametrize(("stream", "sealed"), [("A", True), ("C", False), ("X", False)])
def test_an_entry_put_in_at_the_end(scene: Scene, stream: str, sealed: bool) -> None:
    like = scene.forger.row(24)
    row = like._replace(
        position=SIZE + 1,
        stream=scene.streams.get(stream, "journey:elsewhere"),
        version=40,
        event_id="01974000-0000-7000-8000-000000000000",
        previous_leaf=like.leaf(scene.store.log_id) if sealed else like.previous_leaf,
    )
    scene.forger.put(row)
    assert scene.found() == [("inserted", SIZE + 1)]


@pytest.mark.parametrize(("position", "to"), [(8, "A"), (9, "B"), (9, "C"), (24, "B"), (22, "C"), (4, "A"), (12, "X")])
def test_an_entry_moved_between_children(scene: Scene, position: int, to: str) -> None:
    stream = scene.streams.get(to, "journey:elsewhere")
    version = 1 + max((row.version for row in scene.forger.rows() if row.stream == stream), default=0)
    scene.forger.set(position, stream=stream, version=version)
    found = scene.store.verify_self().findings
    assert [(each.code, each.position, each.stream, each.version) for each in found] == [
        ("moved", position, stream, version)
    ]


@pytest.mark.parametrize(("position", "to"), [(8, "A"), (9, "C"), (24, "B")])
def test_an_entry_moved_into_a_chain_written_anew(scene: Scene, position: int, to: str) -> None:
    stream = scene.streams[to]
    version = 1 + max(row.version for row in scene.forger.rows() if row.stream == stream)
    scene.forger.set(position, stream=stream, version=version)
    scene.forger.reseal_stream(stream)
    assert scene.found() == [("moved", position)]


def test_two_children_s_entries_changed_for_each_other(scene: Scene) -> None:
    one, other = scene.forger.row(9), scene.forger.row(12)
    place = {"stream": other.stream, "version": other.version}
    scene.forger.put(one._replace(**place), other._replace(stream=one.stream, version=one.version))
    assert scene.found() == [("moved", 9), ("moved", 12)]


@pytest.mark.parametrize(("one", "other"), [(9, 12), (9, 10), (5, 7), (7, 21), (9, 24), (4, 9), (4, 22), (22, 24)])
def test_two_entries_that_changed_places(scene: Scene, one: int, other: int) -> None:
    first, second = scene.forger.row(one), scene.forger.row(other)
    scene.forger.put(first._replace(position=other), second._replace(position=one))
    assert scene.found() == [("reordered", one), ("reordered", other)]


@pytest.mark.parametrize(("one", "other"), [(5, 7), (9, 17)])
def test_two_entries_of_one_child_that_changed_places_and_versions(scene: Scene, one: int, other: int) -> None:
    first, second = scene.forger.row(one), scene.forger.row(other)
    scene.forger.put(
        first._replace(position=other, version=second.version), second._replace(position=one, version=first.version)
    )
    assert scene.found() == [("reordered", one), ("reordered", other)]


def test_positions_counted_anew(scene: Scene) -> None:
    rows = scene.forger.rows()
    scene.forger.put(
        *[row._replace(position=row.position + (row.position > 9)) for row in rows], instead_of=lambda _: 1
    )
    assert scene.found() == [("renumbered", 11)]


@pytest.mark.parametrize(("position", "version"), [(9, 40), (12, 2_000_000), (24, 40)])
def test_a_version_counted_anew(scene: Scene, position: int, version: int) -> None:
    scene.forger.set(position, version=version)
    assert scene.found() == [("renumbered", position)]


@pytest.mark.parametrize("position", [5, 9, 12, 22, 24, 4])
def test_a_recorded_time_set_back(scene: Scene, position: int) -> None:
    scene.forger.set(position, recorded_at=scene.forger.row(position).recorded_at - 10 * MINUTE)
    assert scene.found() == [("back-dated", position)]


@pytest.mark.parametrize("column", ["version", "stream", "name", "event_id", "recorded_at"])
@pytest.mark.parametrize("value", ["50", "'text'", "1.5", "-1", "x'00ff'", "1e300", "CAST(x'ff' AS TEXT)"])
def test_odd_values_of_sqlite(scene: Scene, column: str, value: str) -> None:
    if scene.store.log.rows.__class__.__name__ != "SQLiteRecorder":
        pytest.skip("PostgreSQL's columns hold their own types only")
    scene.forger.sql(f"UPDATE entries SET {column} = {value} WHERE position = 9")
    found = scene.found()
    assert len(found) == 1, found
    assert found[0][1] == 9
    assert found[0][0] in ("changed", "renumbered", "moved", "back-dated")


@pytest.mark.parametrize("column", ["commitment", "previous_leaf", "open_digest", "sealed_digest", "open", "sealed"])
@pytest.mark.parametrize("value", ["'text'", "17", "3.5", "x'00'", "zeroblob(100000)", "NULL"])
def test_odd_bytes_of_sqlite(scene: Scene, column: str, value: str) -> None:
    if scene.store.log.rows.__class__.__name__ != "SQLiteRecorder":
        pytest.skip("PostgreSQL's columns hold their own types only")
    try:
        scene.forger.sql(f"UPDATE entries SET {column} = {value} WHERE position = 9")
    except sqlite3.IntegrityError:
        pytest.skip("SQLite refuses it")
    assert scene.found() in ([("changed", 9)], [("unsealed", 9)])


@pytest.mark.parametrize(
    "attack",
    [
        lambda forger: forger.set(9, **forger.forge(9)),
        lambda forger: forger.sql("DELETE FROM entries WHERE position > 20"),
        lambda forger: forger.sql("DELETE FROM entries WHERE position = 9"),
        lambda forger: forger.put(
            forger.row(24)._replace(position=25, version=12, event_id=forger.row(24).event_id[:-4] + "0000")
        ),
    ],
    ids=["changed", "cut", "taken out", "put in"],
)
def test_a_whole_ledger_sealed_anew_fits_itself(scene: Scene, attack: Callable[[Any], None]) -> None:
    """Which is why it is called self-consistent and no more: only a checkpoint kept outside shows it."""
    attack(scene.forger)
    scene.forger.reseal()
    assert scene.found() == []


def test_sealed_anew_but_for_the_heads(scene: Scene) -> None:
    scene.forger.set(9, **scene.forger.forge(9))
    heads = scene.forger.row(23)
    scene.forger.reseal()
    scene.forger.set(23, open=heads.open, open_digest=heads.open_digest)
    tree = _tree(scene)
    scene.forger.reseal_stream("ledger")
    scene.forger.frontier(tree, scene.forger.row(24).recorded_at)
    assert scene.found() == [("heads-wrong", 23)]


def _tree(scene: Scene) -> Any:
    from ledger.seal.tree import Frontier

    tree = Frontier()
    tree.extend(row.leaf(scene.store.log_id) for row in scene.forger.rows())
    return tree


def test_moved_with_everything_sealed_anew_still_shows_by_its_key(scene: Scene) -> None:
    scene.forger.set(8, stream=scene.streams["A"], version=40)
    scene.forger.reseal()
    assert scene.found() == [("moved", 8)]


def test_back_dated_with_everything_sealed_anew_still_runs_backwards(scene: Scene) -> None:
    scene.forger.set(9, recorded_at=scene.forger.row(9).recorded_at - 10 * MINUTE)
    scene.forger.reseal()
    assert scene.found() == [("back-dated", 9)]


@pytest.mark.parametrize("statement", ["hashes = x'00'", "size = -1", "size = 25", "recorded_at = recorded_at + 1"])
def test_a_frontier_edited_by_hand(scene: Scene, statement: str) -> None:
    if "x'" in statement and scene.store.log.rows.__class__.__name__ != "SQLiteRecorder":
        statement = "hashes = '\\x00'"
    scene.forger.sql(f"UPDATE frontier SET {statement}")
    assert scene.found() == [("bad-frontier", None)]


def test_the_clock_set_back_while_writing(scene: Scene) -> None:
    from tests.store.news import visit

    scene.clock.time -= 60 * MINUTE
    for day in range(3):
        scene.store.append([visit(scene.streams["A"], 30 + day)])
    scene.clock.time += 120 * MINUTE
    scene.store.append([visit(scene.streams["A"], 40)])
    assert scene.found() == [("clock-set-back", SIZE + 1)]


def test_the_last_entry_recorded_after_the_present(scene: Scene) -> None:
    scene.clock.time -= 60 * MINUTE
    assert scene.found() == [("clock-set-back", None)]


def test_blanked_by_hand(scene: Scene) -> None:
    scene.forger.set(9, sealed=b"")
    scene.forger.set(12, open=b"", sealed=b"")
    assert scene.found() == [("erased-without-authority", 9), ("erased-without-authority", 12)]
