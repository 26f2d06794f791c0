"""Eight processes writing to one ledger at once: nothing lost, doubled or skipped, and conflicts said as conflicts."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from ledger.domain.envelope import child
from ledger.store import create_store, open_store
from tests.store.news import visit

if TYPE_CHECKING:
    from ledger.store import Store

PROCESSES, EACH = 8, 12
REPOSITORY = Path(__file__).parents[2]

WRITER = """
import sys
from ledger.domain.envelope import Source, child
from ledger.errors import VersionConflict
from ledger.store import open_store
from tests.store.news import visit

where, mode, number, each = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
store = open_store(where)
for turn in range(each):
    if mode == "alone":
        stream = store.open_subject(child(f"C-{number}"))
        store.append([visit(stream, turn), visit(stream, turn)])
    elif mode == "together":
        stream = store.open_subject(child("C-shared"))
        store.append([visit(stream, turn)])
    elif mode == "expecting":
        stream = store.open_subject(child("C-shared"))
        while True:
            version = len(store.entries(stream))
            try:
                store.append([visit(stream, turn)], expect={stream: version})
                break
            except VersionConflict as conflict:
                assert conflict.expected == version < conflict.current
                print("conflict")
    elif mode == "repeating":
        stream = store.open_subject(child("C-shared"))
        [receipt] = store.append([visit(stream, turn, source=Source("casework", f"visit-{turn}"))])
        print("known" if receipt.duplicate else "new", receipt.position)
store.close()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give the folder of a new ledger that several processes can open."""
    options = (
        {"engine": "postgres", "url": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    )
    create_store(tmp_path / "l", authority="Testshire", **options).close()
    return tmp_path / "l"


def run(where: Path, mode: str) -> list[str]:
    """Run all writers at once and return what they printed; what any of them raised fails the test."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(where), mode, str(number), str(EACH)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        for number in range(PROCESSES)
    ]
    done = [writer.communicate(timeout=180) for writer in writers]
    assert [error for _, error in done] == [""] * PROCESSES
    assert [writer.returncode for writer in writers] == [0] * PROCESSES
    return [line for out, _ in done for line in out.splitlines()]


def check_whole(store: Store, size: int) -> None:
    rows = list(store.scan())
    assert [row.position for row in rows] == list(range(1, size + 1))
    assert len({row.event_id for row in rows}) == size
    assert store.verify_self().findings == []


def test_on_different_journeys(where: Path) -> None:
    run(where, "alone")
    store = open_store(where)
    check_whole(store, 1 + PROCESSES * EACH * 2)
    for number in range(PROCESSES):
        entries = store.entries(store.open_subject(child(f"C-{number}")))
        assert [entry.version for entry in entries] == list(range(1, 2 * EACH + 1))
        assert [entry.position for entry in entries[1::2]] == [entry.position + 1 for entry in entries[::2]]
    store.close()


def test_on_one_journey_without_expecting_nobody_conflicts(where: Path) -> None:
    assert run(where, "together") == []
    store = open_store(where)
    check_whole(store, 1 + PROCESSES * EACH)
    entries = store.entries(store.open_subject(child("C-shared")))
    assert [entry.version for entry in entries] == list(range(1, PROCESSES * EACH + 1))
    assert set(Counter(entry.event.occurred_on for entry in entries).values()) == {PROCESSES}
    store.close()


def test_on_one_journey_expecting_conflicts_are_conflicts(where: Path) -> None:
    told = run(where, "expecting")
    assert set(told) <= {"conflict"}
    store = open_store(where)
    check_whole(store, 1 + PROCESSES * EACH)
    store.close()


def test_the_same_references_from_all_are_written_once(where: Path) -> None:
    told = [line.split() for line in run(where, "repeating")]
    assert len(told) == PROCESSES * EACH
    store = open_store(where)
    check_whole(store, 1 + EACH)
    first = {position for word, position in told if word == "new"}
    assert len(first) == EACH
    assert {position for _, position in told} == first
    store.close()


def test_threads_share_one_store(store: Store) -> None:
    streams = list(store.open_subjects([child(f"C-{number}") for number in range(4)]).values())
    errors: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for turn in range(10):
                store.append([visit(streams[number], turn), visit(streams[0], turn)])
                store.entries(streams[number])
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    check_whole(store, 1 + 80)
    assert [entry.version for entry in store.entries(streams[0])] == list(range(1, 51))
