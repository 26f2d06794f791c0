"""An erasure killed or failing at any step: the next opening for writing carries it out, to the same end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ledger.application import open_ledger
from ledger.erasure import carrying, resume_erasures
from ledger.errors import Unavailable
from ledger.store import create_store, open_store
from ledger.store.erasing import Erasing
from tests.erasure.cases import check_erased, erased, fill, orders, receipts, rows

REPOSITORY = Path(__file__).parents[2]

ERASER = """
import os, signal, sys
from ledger.erasure import carrying
from ledger.store import open_store
from ledger.store.erasing import Erasing
from ledger.store.store import Store
from tests.erasure.cases import erased

where, step, when = sys.argv[1:]
owner = {"append": Store, "blank": Erasing, "destroy_key": Erasing, "_purge_facts": carrying}.get(step)
calls = []

def dying(*args, **options):
    calls.append(step)
    due = len(calls) == (2 if when == "receipt" else 1)
    if due and when in ("before", "receipt"):
        os.kill(os.getpid(), signal.SIGKILL)
    given = plain(*args, **options)
    if due:
        os.kill(os.getpid(), signal.SIGKILL)
    return given

if owner is not None:
    plain = getattr(owner, step)
    setattr(owner, step, dying)
store = open_store(where)
print("ready", flush=True)
erased(store)
print("done", flush=True)
"""
STEPS = [
    ("append", "after"),
    ("blank", "before"),
    ("blank", "after"),
    ("destroy_key", "before"),
    ("destroy_key", "after"),
    ("_purge_facts", "before"),
    ("_purge_facts", "after"),
    ("append", "receipt"),
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    options = (
        {"engine": "postgres", "url": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    )
    create_store(tmp_path / "l", authority="Testshire", **options).close()
    return tmp_path / "l"


def prepared(where: Path, visits: int = 5) -> tuple[str, list[bytes]]:
    store = open_store(where)
    stream = fill(store, visits)
    leaves = [row.leaf(store.log_id) for row in rows(store, stream)]
    store.close()
    return stream, leaves


def erasing(where: Path, step: str, when: str) -> Any:
    return subprocess.Popen(
        [sys.executable, "-c", ERASER, str(where), step, when],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
@pytest.mark.parametrize(("step", "when"), STEPS)
def test_killed_at_a_step_it_is_carried_out_at_the_next_opening(where: Path, step: str, when: str) -> None:
    stream, leaves = prepared(where)
    with erasing(where, step, when) as eraser:
        told, problems = eraser.communicate(timeout=60)
    assert (eraser.returncode, told) == (-signal.SIGKILL, "ready\n"), problems
    store = open_store(where)
    assert len(store.erasing.unfinished()) == 1
    assert receipts(store) == []
    store.close()
    with open_ledger(where, read_only=True) as reading:
        assert len(reading.store.erasing.unfinished()) == 1
    with open_ledger(where) as ledger:
        check_erased(ledger.store, stream, leaves)
        head = ledger.head()
    with open_ledger(where) as ledger:
        assert ledger.head() == head


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_killed_before_the_order_nothing_was_erased(where: Path) -> None:
    stream, _ = prepared(where)
    with erasing(where, "append", "before") as eraser:
        eraser.communicate(timeout=60)
    with open_ledger(where) as ledger:
        assert orders(ledger.store) == []
        assert {entry.privacy for entry in ledger.store.entries(stream)} == {"open"}


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
@pytest.mark.parametrize("after", [0.002, 0.005, 0.01, 0.02, 0.04])
def test_killed_at_any_moment_it_ends_erased_or_untouched(where: Path, after: float) -> None:
    stream, leaves = prepared(where, visits=60)
    with erasing(where, "nowhere", "never") as eraser:
        assert eraser.stdout.readline() == "ready\n"
        time.sleep(after)
        eraser.send_signal(signal.SIGKILL)
        eraser.communicate(timeout=60)
    with open_ledger(where) as ledger:
        if orders(ledger.store):
            check_erased(ledger.store, stream, leaves)
        else:
            assert {entry.privacy for entry in ledger.store.entries(stream)} == {"open"}


@pytest.mark.parametrize("step", ["blank", "destroy_key", "_purge_facts"])
def test_a_step_that_fails_is_done_again(where: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    stream, leaves = prepared(where)
    store = open_store(where)

    def failing(*_args: object) -> None:
        raise Unavailable("the disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(carrying if step == "_purge_facts" else Erasing, step, failing)
        with pytest.raises(Unavailable):
            erased(store)
    assert receipts(store) == []
    assert len(resume_erasures(store)) == 1
    check_erased(store, stream, leaves)
    store.close()


def test_two_that_carry_it_out_at_once_leave_one_receipt(where: Path) -> None:
    stream, leaves = prepared(where)
    one, other = open_store(where), open_store(where)
    erased(one)
    [order] = other.erasing.orders()
    carrying.carry_out(other, order)
    check_erased(one, stream, leaves)
    assert len(receipts(other)) == 1
    one.close()
    other.close()
