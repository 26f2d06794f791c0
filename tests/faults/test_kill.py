"""A writer killed in the middle of writing: what it was told is kept is there, and the ledger verifies."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.domain.envelope import child
from ledger.store import create_store, open_store
from tests.store.news import visit

REPOSITORY = Path(__file__).parents[2]

WRITER = """
import sys
from ledger.domain.envelope import child
from ledger.store import open_store
from tests.store.news import visit

store = open_store(sys.argv[1])
stream = store.open_subject(child("C-001"))
turn = 0
while True:
    turn += 1
    receipts = store.append([visit(stream, turn % 300, "x" * 500) for _ in range(7)])
    print(receipts[-1].position, receipts[-1].leaf.hex(), flush=True)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    options = (
        {"engine": "postgres", "url": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    )
    create_store(tmp_path / "l", authority="Testshire", **options).close()
    return tmp_path / "l"


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
@pytest.mark.parametrize("after", [0.0, 0.15, 0.4])
def test_nothing_acknowledged_is_lost(where: Path, after: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(where)], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    ) as writer:
        first = writer.stdout.readline()
        time.sleep(after)
        writer.send_signal(signal.SIGKILL)
        lines = [first, *writer.stdout.read().splitlines()]
    told = [line.split() for line in lines if len(line.split()) == 2 and len(line.split()[1]) == 64]
    store = open_store(where)
    found = store.verify_self()
    assert found.findings == []
    assert found.entries >= int(told[-1][0])
    assert (found.entries - 1) % 7 == 0
    for position, leaf in told:
        assert store.row_at(int(position)).leaf(store.log_id).hex() == leaf
    stream = store.subject_stream(child("C-001"))
    [receipt] = store.append([visit(stream)], expect={stream: found.entries - 1})
    assert receipt.position == found.entries + 1
    store.close()
