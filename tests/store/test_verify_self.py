"""Checking a ledger against itself: every kind of damage is found where it is, and nothing crashes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.envelope import child
from ledger.seal.tree import EMPTY_ROOT, root
from tests.store.news import registered, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.store import Store

Edit = "Callable[[sqlite3.Connection], object]"


def test_an_untouched_ledger_is_consistent(store: Store) -> None:
    stream = store.open_subject(child("C-001"))
    store.append([registered(stream), *(visit(stream, day) for day in range(30))])
    told: list[tuple[int, int]] = []
    found = store.verify_self(lambda done, of: told.append((done, of)))
    assert (found.entries, found.findings, found.consistent) == (32, [], True)
    assert found.root == store.head().root == root(row.leaf(store.log_id) for row in store.scan())
    assert told == [(32, 32)]


def test_progress_is_told_now_and_then(sqlite_store: Store) -> None:
    stream = sqlite_store.open_subject(child("C-001"))
    sqlite_store.append([visit(stream) for _ in range(2500)])
    told: list[tuple[int, int]] = []
    assert sqlite_store.verify_self(lambda done, of: told.append((done, of))).consistent
    assert told == [(1024, 2501), (2048, 2501), (2501, 2501)]


@pytest.fixture
def damaged(sqlite_store: Store, tmp_path: object) -> Callable[[Any], list[tuple[str, int | None]]]:
    """Give what edits a ledger's file by hand and tells the (code, position) of all findings.

    Positions 2, 4, 6 are one journey and 3, 5, 7 another; all of them hold a sealed part.
    """
    one, other = sqlite_store.open_subject(child("C-001")), sqlite_store.open_subject(child("C-002"))
    sqlite_store.append([visit(stream, day) for day in range(3) for stream in (one, other)])

    def damage(*edits: str | tuple[str, tuple[Any, ...]]) -> list[tuple[str, int | None]]:
        with closing(sqlite3.connect(tmp_path / "ledger" / "ledger.db")) as connection, connection:
            for trigger in ("entries_are_kept", "entries_are_unchanged"):
                connection.execute(f"DROP TRIGGER {trigger}")
            for edit in edits:
                connection.execute(*((edit,) if isinstance(edit, str) else edit))
        found = sqlite_store.verify_self()
        assert not found.consistent
        return [(finding.code, finding.position) for finding in found.findings]

    return damage


def test_an_altered_part_is_found(damaged: Any) -> None:
    other_worker = "CAST(replace(CAST(open AS TEXT), 'W1', 'W2') AS BLOB)"
    assert damaged(f"UPDATE entries SET open = {other_worker} WHERE position = 4") == [("changed", 4)]


def test_an_altered_sealed_part_is_found(damaged: Any) -> None:
    assert damaged("UPDATE entries SET sealed = zeroblob(length(sealed)) WHERE position = 5") == [("changed", 5)]


def test_a_blanked_part_is_found(damaged: Any) -> None:
    edits = "UPDATE entries SET sealed = x'' WHERE position = 5", "UPDATE entries SET open = x'' WHERE position = 6"
    assert damaged(*edits) == [("erased-without-authority", 5), ("erased-without-authority", 6)]


def test_an_altered_part_with_its_digest_is_found_by_what_follows_it(damaged: Any) -> None:
    forged = b'{"salt":"","occurred_on":"2020-01-01"}'
    edit = "UPDATE entries SET open = ?, open_digest = ? WHERE position = 4", (forged, sha256(forged).digest())
    assert damaged(edit) == [("changed", 4)]


@pytest.mark.parametrize(
    "edit",
    [
        "name = 'visit-attempted.v1'",
        "event_id = '00000000-0000-4000-8000-000000000000'",
        "commitment = zeroblob(32)",
        "recorded_at = recorded_at + 0 + 1",
    ],
)
def test_an_altered_field_is_found_by_what_follows_it(damaged: Any, edit: str) -> None:
    code = "back-dated" if edit.startswith("recorded_at") else "changed"
    assert damaged(f"UPDATE entries SET {edit} WHERE position = 4") == [(code, 4)]


def test_an_altered_last_entry_breaks_the_root(damaged: Any) -> None:
    assert damaged("UPDATE entries SET name = 'visit-attempted.v1' WHERE position = 7") == [("changed", 7)]


def test_a_removed_entry_leaves_a_gap(damaged: Any) -> None:
    found = damaged("DELETE FROM entries WHERE position = 4")
    assert found == [("missing", 4)]


def test_a_cut_tail_is_found_by_its_size(damaged: Any) -> None:
    assert damaged("DELETE FROM entries WHERE position > 5") == [("tail-cut", 6)]


def test_an_entry_moved_to_another_stream_is_found(damaged: Any) -> None:
    found = damaged("UPDATE entries SET stream = 'journey:elsewhere' WHERE position = 7")
    assert found == [("moved", 7)]


def test_entries_that_changed_places_are_found(damaged: Any) -> None:
    found = damaged(
        "UPDATE entries SET position = 100 WHERE position = 2",
        "UPDATE entries SET position = 2 WHERE position = 4",
        "UPDATE entries SET position = 4 WHERE position = 100",
    )
    assert found == [("reordered", 2), ("reordered", 4)]


def test_a_clock_turned_back_is_found(damaged: Any) -> None:
    assert damaged("UPDATE entries SET recorded_at = 5 WHERE position = 7") == [("back-dated", 7)]


def test_an_inserted_entry_is_found(damaged: Any) -> None:
    found = damaged(
        "INSERT INTO entries SELECT 8, stream, version + 1, name, 'forged', recorded_at, commitment, previous_leaf, "
        "open_digest, sealed_digest, open, sealed FROM entries WHERE position = 7"
    )
    assert found == [("inserted", 8)]


@pytest.mark.parametrize(
    "edit",
    [
        "SET version = 'two'",
        "SET version = -1",
        "SET version = 1.5",
        "SET stream = x'00ff'",
        "SET stream = 5",
        "SET name = x'ff'",
        "SET event_id = 7",
        "SET recorded_at = 'now'",
        "SET recorded_at = 1e300",
        "SET commitment = 'text'",
        "SET commitment = x'00'",
        "SET previous_leaf = x''",
        "SET previous_leaf = 5",
        "SET open_digest = 'digest'",
        "SET sealed_digest = 3.5",
        "SET open = 'text'",
        "SET open = 17",
        "SET sealed = NULL",
        "SET sealed = 'text'",
        "SET stream = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_value_of_an_odd_type_is_a_finding_and_not_a_crash(damaged: Any, edit: str) -> None:
    found = damaged(f"UPDATE entries {edit} WHERE position = 4")
    assert [position for _, position in found] == [4]
    assert {code for code, _ in found} <= {"changed", "unsealed", "moved", "renumbered"}


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("size = 11", "tail-cut"),
        ("size = 3", "bad-frontier"),
        ("hashes = x'00'", "bad-frontier"),
        ("hashes = 'text'", "bad-frontier"),
        ("size = 'seven'", "bad-frontier"),
        ("hashes = zeroblob(96)", "bad-frontier"),
    ],
)
def test_a_wrong_frontier_is_found(damaged: Any, edit: str, code: str) -> None:
    assert code in {found for found, _ in damaged(f"UPDATE frontier SET {edit}")}


def test_a_frontier_that_is_gone_is_found(damaged: Any) -> None:
    assert ("bad-frontier", None) in damaged("DELETE FROM frontier")


def test_an_empty_ledger_is_never_a_pass(damaged: Any, sqlite_store: Store) -> None:
    assert damaged("DELETE FROM entries", "UPDATE frontier SET size = 0, hashes = x''") == [("no-entries", None)]
    found = sqlite_store.verify_self()
    assert (found.entries, found.root, found.consistent) == (0, EMPTY_ROOT, False)


def test_a_ledger_that_does_not_begin_with_its_opening_is_found(damaged: Any) -> None:
    assert ("no-opening", 1) in damaged("UPDATE entries SET name = 'heads-sealed.v1' WHERE position = 1")


def test_a_row_written_past_the_store_is_found(sqlite_store: Store) -> None:
    from eventsourcing.persistence import StoredEvent

    sqlite_store.log.recorder.insert_events([StoredEvent("journey:x", 1, "visit-recorded.v1", b"state")])
    assert [(each.code, each.position) for each in sqlite_store.verify_self().findings] == [("unsealed", 2)]


def test_findings_hold_no_content(damaged: Any, sqlite_store: Store) -> None:
    damaged("UPDATE entries SET open = CAST('{\"child\":\"C-4711\"}' AS BLOB), name = 'Secret Name' WHERE position = 4")
    assert all(
        "C-4711" not in str(each) and "Secret Name" not in str(each) for each in sqlite_store.verify_self().findings
    )
