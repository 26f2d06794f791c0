"""A small frozen ledger: bytes stored in format 1 decode to what was stated, and seal to the same roots, for ever.

`ledger_v1.json` is add-only. A change that makes it fail has broken every ledger that exists.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger.domain.clock import microseconds
from ledger.seal.tree import Frontier
from ledger.store.keys import StreamKey
from ledger.store.mapper import LedgerMapper
from ledger.store.rows import Row

if TYPE_CHECKING:
    from ledger.domain.envelope import Entry

FROZEN = json.loads((Path(__file__).parent / "ledger_v1.json").read_text(encoding="utf-8"))
LOG_ID = bytes.fromhex(FROZEN["log_id"])
STATED = [row for row in FROZEN["rows"] if row["stated"]]


class Keys:
    """The frozen streams' keys, and no others."""

    def key(self, stream: str) -> StreamKey | None:
        return StreamKey(bytes.fromhex(FROZEN["stream_keys"][stream]))


def row(stored: dict[str, Any]) -> Row:
    blobs = ("commitment", "previous_leaf", "open_digest", "sealed_digest", "sealed")
    fields = {name: bytes.fromhex(stored[name]) if name in blobs else stored[name] for name in Row._fields}
    return Row(**fields | {"open": stored["open"].encode()})


def decoded(stored: dict[str, Any], keys: Keys | None) -> Entry:
    return LedgerMapper(LOG_ID, keys, lambda stream, version: row(stored)).entry(row(stored))


def test_the_roots_are_what_they_were() -> None:
    tree = Frontier()
    for stored in FROZEN["rows"]:
        tree.append(row(stored).leaf(LOG_ID))
        assert tree.root().hex() == stored["root"]


@pytest.mark.parametrize("stored", STATED, ids=lambda stored: f"{stored['position']} {stored['name']}")
def test_an_entry_is_what_was_stated(stored: dict[str, Any]) -> None:
    entry, stated = decoded(stored, Keys()), stored["stated"]
    assert json.loads(entry.event.model_dump_json(exclude_none=True)) == stated["event"]
    assert list(astuple(entry.by)) == stated["by"]
    assert entry.written_at == (stated["written_at"] and datetime.fromisoformat(stated["written_at"]))
    assert (entry.source and list(astuple(entry.source))) == stated["source"]
    assert (entry.basis, entry.correlation_id, entry.causation_id, list(entry.unknown_codes)) == (
        stated["basis"],
        stated["correlation_id"],
        stated["causation_id"],
        stated["unknown_codes"],
    )
    assert microseconds(entry.recorded_at) == stored["recorded_at"]


@pytest.mark.parametrize("stored", STATED, ids=lambda stored: f"{stored['position']} {stored['name']}")
def test_without_keys_the_coded_part_is_what_was_stated(stored: dict[str, Any]) -> None:
    entry = decoded(stored, None)
    kept = json.loads(entry.event.model_dump_json(exclude_none=True))
    assert kept.items() <= stored["stated"]["event"].items() or entry.name == "entry-corrected.v1"
    assert entry.privacy == ("locked" if stored["sealed"] else "none")
    assert not {"child_id", "child_name", "birth_date", "words", "narrative", "correction_note"} & kept.keys()
