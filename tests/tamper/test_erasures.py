"""Lawful erasure, hand-blanked entries, orders without receipt, and content that came back: four different things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.envelope import Actor
from ledger.domain.events.record import ErasureCompleted, ErasureOrdered, RecordClosed
from ledger.store import New
from ledger.verification import verify
from tests.tamper.forger import SIZE

if TYPE_CHECKING:
    from tests.tamper.conftest import Scene

BY = Actor(system="journey-ledger")


def order(scene: Scene, letter: str, entry: str | None = None) -> str:
    """Order an erasure, of a whole record or of one entry, and return the order's id."""
    stream = scene.streams[letter]
    ordered = ErasureOrdered(
        journey=stream.removeprefix("journey:"), entry=entry, reason="retention", authority="rule 7"
    )
    [receipt] = scene.store.append([New("ledger", ordered, BY)])
    if entry is None:
        scene.store.append([New(stream, RecordClosed(order=receipt.event_id), BY)])
    return receipt.event_id


def blank(scene: Scene, letter: str, entry: str | None = None) -> None:
    """Blank what an order names, as the triggers let everybody."""
    for row in scene.forger.rows():
        if row.stream == scene.streams[letter] and row.name != RecordClosed.name and entry in (None, row.event_id):
            scene.forger.set(row.position, open=b"", sealed=b"")


def complete(scene: Scene, order_id: str, entries: int, *, key: bool) -> None:
    done = ErasureCompleted(order=order_id, entries=entries, key_destroyed=key)
    scene.store.append([New("ledger", done, BY)])


def codes(scene: Scene) -> list[tuple[str, int | None]]:
    return [(each.code, each.position) for each in scene.store.verify_self().findings]


def test_a_whole_record_erased_lawfully_is_no_finding_and_is_told(scene: Scene) -> None:
    order_id = order(scene, "B")
    assert codes(scene) == [("erasure-unfinished", SIZE + 1)]
    blank(scene, "B")
    assert codes(scene) == [("erasure-unfinished", SIZE + 1)]
    complete(scene, order_id, 10, key=True)
    done = scene.store.verify_self()
    assert done.findings == []
    assert len(done.told) == 1
    assert "10 entries" in done.told[0]
    assert "rule 7" in done.told[0]


def test_one_entry_erased_lawfully(scene: Scene) -> None:
    entry = scene.forger.row(9).event_id
    order_id = order(scene, "A", entry)
    blank(scene, "A", entry)
    complete(scene, order_id, 1, key=False)
    assert codes(scene) == []
    scene.forger.set(11, sealed=b"")
    assert codes(scene) == [("erased-without-authority", 11)]


def test_content_that_came_back(scene: Scene) -> None:
    kept = scene.forger.row(10)
    order_id = order(scene, "B")
    blank(scene, "B")
    complete(scene, order_id, 10, key=True)
    scene.forger.put(kept)
    assert codes(scene) == [("erasure-undone", 10)]


def test_an_entry_that_was_erased_and_then_changed(scene: Scene) -> None:
    order_id = order(scene, "B")
    blank(scene, "B")
    complete(scene, order_id, 10, key=True)
    scene.forger.set(10, open=b"{}")
    assert codes(scene) == [("changed", 10)]


def test_the_key_of_an_erased_record_that_is_back(scene: Scene) -> None:
    order_id = order(scene, "B")
    blank(scene, "B")
    complete(scene, order_id, 10, key=True)
    found = verify(scene.store).findings
    assert [(each.code, each.stream) for each in found] == [("key-restored", scene.streams["B"])]
