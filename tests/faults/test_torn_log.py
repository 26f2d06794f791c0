"""A write-ahead log that was torn anywhere, and a machine whose clock says 1970: what is left is whole, and says so."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ledger.anchors.signer import make_signer
from ledger.checkpoints import make_checkpoint
from ledger.domain.envelope import child
from ledger.store import Store, create_store, open_store
from ledger.verification import verify
from tests.conftest import AUTHORITY
from tests.store.news import registered, visit

if TYPE_CHECKING:
    from pathlib import Path

BATCHES, EACH = 6, 4
NOON = 1_780_000_000_000_000
"""A moment in 2026, in microseconds since 1970."""


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, str, list[int]]:
    """A folder whose last batches stand in the write-ahead log alone, a checkpoint of all, its key, sizes by batch."""
    folder = tmp_path_factory.mktemp("torn")
    store = create_store(folder / "ledger", authority=AUTHORITY)
    stream = store.open_subject(child("C-001"))
    store.append([registered(stream)])
    store.close()
    store = open_store(folder / "ledger")
    sizes = [store.head().size]
    for batch in range(BATCHES):
        store.append([visit(stream, batch * EACH + day) for day in range(EACH)])
        sizes.append(store.head().size)
    signer = make_signer(folder / "signer", "torn")
    note = make_checkpoint(store, signer)
    sizes.append(store.head().size)
    shutil.copytree(folder / "ledger", folder / "copy")  # as it stands on the disk, with the log not yet worked in
    store.close()
    return folder / "copy", note, signer.verifiers[0].vkey, sizes


@pytest.mark.parametrize("share", [0, 1, 7, 23, 40, 55, 68, 81, 93, 99, 100])
def test_a_torn_log_leaves_whole_batches_and_a_checkpoint_tells_what_is_gone(
    torn: tuple[Path, bytes, str, list[int]], tmp_path: Path, share: int
) -> None:
    folder, note, key, sizes = torn
    shutil.copytree(folder, tmp_path / "ledger")
    log = tmp_path / "ledger" / "ledger.db-wal"
    data = log.read_bytes()
    log.write_bytes(data[: len(data) * share // 100])
    store = open_store(tmp_path / "ledger")
    size = store.head().size
    assert size in sizes
    assert verify(store).findings == []
    found = verify(store, against=[note], keys=[key])
    assert [each.code for each in found.findings] == ([] if size == sizes[-1] else ["rolled-back"])
    stream = store.open_subject(child("C-001"))
    assert store.append([visit(stream)])[0].position == size + 1
    assert verify(store).findings == []
    store.close()


def test_the_log_that_was_torn_did_hold_batches(torn: tuple[Path, bytes, str, list[int]], tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    folder, _, _, sizes = torn
    shutil.copytree(folder, tmp_path / "ledger")
    (tmp_path / "ledger" / "ledger.db-wal").unlink()
    store = open_store(tmp_path / "ledger")
    assert store.head().size < sizes[-1]
    store.close()


def clocked(folder: Path, *moments: int) -> Store:
    """A ledger to which one visit is appended at each moment that the machine's clock then says."""
    reading = [moments[0]]
    store = create_store(folder / "l", authority=AUTHORITY, clock=lambda: reading[0])
    stream = store.open_subject(child("C-001"))
    store.append([registered(stream)])
    for day, moment in enumerate(moments):
        reading[0] = moment
        store.append([visit(stream, day)])
    return store


def test_a_clock_set_to_1970_is_told_and_no_entry_is_sealed_earlier_than_the_one_before(tmp_path: Path) -> None:
    store = clocked(tmp_path, NOON, 0, 0, NOON + 1)
    times = [row.recorded_at for row in store.scan()]
    assert times == sorted(times)
    assert min(times) >= NOON
    found = verify(store, now=NOON + 2)
    assert [(each.code, each.position) for each in found.findings] == [("clock-set-back", 4)]
    store.close()


def test_a_ledger_read_on_a_machine_that_says_1970_is_told_too(tmp_path: Path) -> None:
    store = clocked(tmp_path, NOON)
    assert [each.code for each in verify(store, now=0).findings] == ["clock-set-back"]
    assert verify(store, now=NOON).findings == []
    store.close()


def test_a_clock_that_was_wrong_and_was_set_right_is_no_finding(tmp_path: Path) -> None:
    """Time that runs forward is what a ledger can tell; that its first entries say 1970, everybody sees."""
    store = clocked(tmp_path, 0, 1, NOON)
    assert verify(store, now=NOON).findings == []
    store.close()
