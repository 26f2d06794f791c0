"""A signer killed in the middle of signing, again and again: what it signed is one history, and it signs on."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from ledger.anchors.signer import make_signer, open_signer
from ledger.checkpoints import make_checkpoint
from ledger.seal.checkpoint import Checkpoint, open_checkpoint
from ledger.seal.proof import check_consistency
from ledger.store import create_store, open_store

REPOSITORY = Path(__file__).parents[2]

SIGNER = """
import sys
from itertools import pairwise
from pathlib import Path
from ledger.anchors.signer import open_signer
from ledger.checkpoints import make_checkpoint
from ledger.domain.envelope import child
from ledger.store import open_store
from tests.store.news import visit

store, signer = open_store(sys.argv[1]), open_signer(Path(sys.argv[2]))
stream = store.open_subject(child("C-001"))
turn = 0
while True:
    turn += 1
    store.append([visit(stream, turn % 300)])
    print(make_checkpoint(store, signer).hex(), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_whatever_it_signed_before_it_was_killed_is_one_history(tmp_path: Path) -> None:
    ledger, folder = tmp_path / "ledger", tmp_path / "signer"
    create_store(ledger, authority="Testshire").close()
    keys = make_signer(folder, "testshire").verifiers
    signed: list[Checkpoint] = []
    for turn in range(6):
        args = [sys.executable, "-c", SIGNER, str(ledger), str(folder)]
        with subprocess.Popen(args, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
            first = process.stdout.readline()
            time.sleep(0.03 * turn)
            process.kill()
            lines = [first, *(line for line in process.stdout if line.endswith("\n"))]
        signed += [open_checkpoint(bytes.fromhex(line), keys)[0] for line in lines]
        with closing(open_store(ledger)) as store:
            last = open_signer(folder).last(store.origin)
            assert signed[-1].size <= last.size <= store.head().size
            assert store.head(last.size).root == last.root
            assert store.verify_self().consistent
            signed.append(open_checkpoint(make_checkpoint(store, open_signer(folder)), keys)[0])
    with closing(open_store(ledger, read_only=True)) as store:
        for one, other in pairwise(signed):
            path = store.consistency(one.size, other.size)
            assert check_consistency(one.size, other.size, one.root, other.root, path)
