"""Erasing a whole record: what is gone, what stays, and what is refused for ever after, on every engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.domain.envelope import Source
from ledger.domain.events.identity import ChildMerged
from ledger.domain.events.record import ErasureOrdered, LegalHoldOverridden, LegalHoldReleased, LegalHoldSet
from ledger.erasure import erase, plan_erasure, resume_erasures
from ledger.errors import Malformed, NotFound, Refused
from ledger.store import Store, create_store, open_store
from tests.erasure.cases import AUTHORITY, NAME, ONE, ORDER, OTHER, check_erased, erased, fill, orders, receipts, rows
from tests.store.news import new, registered, visit, withdrawn


def test_a_record_is_erased_and_the_ledger_stays_whole(store: Store) -> None:
    stream = fill(store)
    before = store.head()
    leaves = [row.leaf(store.log_id) for row in rows(store, stream)]
    [report] = erased(store)
    check_erased(store, stream, leaves, today=date(2027, 3, 1))
    assert (report.entries, report.key_destroyed) == (6, True)
    assert (report.keys_backup_until, report.ledger_backup_until) == (date(2027, 4, 5), date(2027, 5, 30))
    assert store.head(before.size) == before
    assert store.head().size == before.size + 3


def test_the_order_and_the_closing_come_first_and_the_receipt_last(store: Store) -> None:
    fill(store)
    erased(store)
    assert [row.name for row in store.scan()][-3:] == [
        "erasure-ordered.v1",
        "record-closed.v1",
        "erasure-completed.v1",
    ]


def test_nothing_is_written_in_it_again(store: Store) -> None:
    stream = fill(store)
    erased(store)
    head = store.head()
    position = store.erasing.closing(stream).position
    for news in ([visit(stream, 9)], [registered(stream, ONE.id)], [visit(store.subject_stream(OTHER)), visit(stream)]):
        with pytest.raises(Refused, match=f"erased under the order at position {position}") as caught:
            store.append(news)
        assert ONE.id not in str(caught.value)
    assert store.open_subject(ONE) == stream
    with pytest.raises(Refused, match=f"erased under the order at position {position}"):
        store.append([visit(store.open_subject(ONE), 9)])
    assert store.head() == head


def test_a_source_key_answers_that_it_was_erased(store: Store) -> None:
    stream = fill(store)
    erased(store)
    position = store.erasing.closing(stream).position
    known = Source("casework", f"{ONE.id}-visit-0")
    with pytest.raises(Refused, match=f"erased under the order at position {position}"):
        store.append([visit(store.subject_stream(OTHER), 0, source=known)])


def test_other_records_go_on(store: Store) -> None:
    fill(store)
    other = store.subject_stream(OTHER)
    erased(store)
    [receipt] = store.append([visit(other, 9)], expect={other: 6})
    assert receipt.version == 7
    again = Source("casework", f"{OTHER.id}-visit-0")
    [known] = store.append([visit(other, 0, "We drew the house. 0", source=again)])
    assert known.duplicate


def test_it_is_not_erased_twice(store: Store) -> None:
    stream = fill(store)
    erased(store)
    head = store.head()
    with pytest.raises(Refused, match=f"already, under the order at position {store.erasing.closing(stream).position}"):
        erased(store)
    assert resume_erasures(store) == []
    assert store.head() == head


def test_every_step_may_be_repeated(store: Store) -> None:
    stream = fill(store)
    leaves = [row.leaf(store.log_id) for row in rows(store, stream)]
    erased(store)
    [order] = store.erasing.orders()
    for _ in range(2):
        assert store.erasing.blank(order) == 6
        store.erasing.destroy_key(order)
    check_erased(store, stream, leaves)


def test_only_what_an_order_names_is_blanked(store: Store) -> None:
    fill(store)
    erased(store)
    [order] = store.erasing.orders()
    from dataclasses import replace

    for forged in (
        replace(order, stream=store.subject_stream(OTHER)),
        replace(order, event_id=store.erasing.fresh_id()),
    ):
        with pytest.raises(Refused, match="no sealed order"):
            store.erasing.blank(forged)
        with pytest.raises(Refused, match="no sealed order"):
            store.erasing.destroy_key(forged)
    assert {entry.privacy for entry in store.entries(store.subject_stream(OTHER))} == {"open"}


def test_an_order_that_did_not_close_the_record_is_not_carried_out(store: Store) -> None:
    """Written past the door that looks at holds: it stays unfinished, for verification to tell of."""
    stream = fill(store)
    order = ErasureOrdered(journey=stream.removeprefix("journey:"), reason="other", authority="nobody")
    store.append([new("ledger", order)])
    assert len(store.erasing.unfinished()) == 1
    assert resume_erasures(store) == []
    assert {entry.privacy for entry in store.entries(stream)} == {"open"}
    assert receipts(store) == []
    store.append([visit(stream, 9)])
    [report] = erased(store)
    assert (report.entries, report.order.authority) == (7, AUTHORITY)


def test_a_day_is_absent_where_no_backup_is_made(store: Store) -> None:
    fill(store)
    [report] = erased(store, keys_days=0, ledger_days=0)
    assert (report.keys_backup_until, report.ledger_backup_until) == (None, None)
    [receipt] = receipts(store)
    assert (receipt.keys_backup_until, receipt.ledger_backup_until) == (None, None)


@pytest.mark.parametrize("missing", ["keys_days", "ledger_days"])
def test_somebody_must_say_how_long_backups_are_kept(store: Store, missing: str) -> None:
    fill(store)
    head = store.head()
    with pytest.raises(Refused, match="backups") as caught:
        erased(store, **{missing: None})
    assert "--keys-backups-days" in caught.value.hint
    assert store.head() == head


def test_the_settings_may_say_it(tmp_path: Path) -> None:
    create_store(tmp_path / "l", authority="Testshire").close()
    with (tmp_path / "l" / "ledger.toml").open("a") as settings:
        settings.write("\n[backups]\nkeys_days = 35\nledger_days = 90\n")
    store = open_store(tmp_path / "l")
    stream = fill(store)
    leaves = [row.leaf(store.log_id) for row in rows(store, stream)]
    erased(store, keys_days=None, ledger_days=None)
    check_erased(store, stream, leaves)
    store.close()


def test_an_unknown_child_is_not_found(store: Store) -> None:
    fill(store)
    from ledger.domain.envelope import child

    with pytest.raises(NotFound):
        erase(store, child("C-404"), **ORDER)
    assert orders(store) == []


@pytest.mark.parametrize(
    "authority",
    [
        f"Order about {ONE.id}",
        f"order about {ONE.id.lower()}.",
        f"the case of {NAME}",
        "QUENNELL, Wilhelmina: court order",
        "",
        "x" * 401,
    ],
)
def test_an_order_does_not_name_the_child(store: Store, authority: str) -> None:
    fill(store)
    head = store.head()
    with pytest.raises(Malformed) as caught:
        erased(store, authority=authority)
    assert NAME not in str(caught.value)
    assert ONE.id not in str(caught.value)
    assert store.head() == head


def test_a_reason_is_on_the_list(store: Store) -> None:
    fill(store)
    with pytest.raises(Malformed, match="reason"):
        erased(store, reason="because")
    assert orders(store) == []


# -- holds -----------------------------------------------------------------------------------------------------------


def hold(stream: str, name: str = "INQ-7") -> object:
    return new(stream, LegalHoldSet(occurred_on=date(2026, 1, 1), hold=name, authority="An inquiry"))


def test_a_hold_blocks_and_is_named(store: Store) -> None:
    stream = fill(store)
    store.append([hold(stream), hold(stream, "INQ-8")])
    head = store.head()
    for entry in (None, rows(store, stream)[1].event_id):
        with pytest.raises(Refused, match="INQ-7, INQ-8"):
            erased(store, entry=entry)
    assert store.head() == head
    assert [each.hold for each in plan_erasure(store, ONE).holds] == ["INQ-7", "INQ-8"]


@pytest.mark.parametrize("event", [LegalHoldReleased, LegalHoldOverridden])
def test_a_hold_released_or_overridden_does_not(store: Store, event: type) -> None:
    stream = fill(store)
    store.append([hold(stream)])
    store.append([new(stream, event(occurred_on=date(2026, 2, 1), hold="INQ-7", authority="The inquiry"))])
    assert erased(store)[0].key_destroyed


@pytest.mark.parametrize("event", [LegalHoldReleased, LegalHoldOverridden])
def test_a_hold_set_again_holds_again(store: Store, event: type) -> None:
    stream = fill(store)
    store.append([hold(stream)])
    store.append([new(stream, event(occurred_on=date(2026, 2, 1), hold="INQ-7", authority="The inquiry"))])
    store.append([hold(stream)])
    with pytest.raises(Refused, match="INQ-7"):
        erased(store)


def test_an_override_of_another_hold_does_not_help(store: Store) -> None:
    stream = fill(store)
    store.append([hold(stream), hold(stream, "INQ-8")])
    store.append([new(stream, LegalHoldOverridden(occurred_on=date(2026, 2, 1), hold="INQ-8", authority="A judge"))])
    with pytest.raises(Refused, match=r"record: INQ-7\. "):
        erased(store)


def test_a_withdrawn_hold_does_not_block_and_a_withdrawn_release_does(store: Store) -> None:
    stream = fill(store)
    [first] = store.append([hold(stream)])
    [release] = store.append(
        [new(stream, LegalHoldReleased(occurred_on=date(2026, 2, 1), hold="INQ-7", authority="The inquiry"))]
    )
    store.append([withdrawn(stream, release.event_id)])
    with pytest.raises(Refused, match="INQ-7"):
        erased(store)
    store.append([withdrawn(stream, first.event_id)])
    assert erased(store)[0].key_destroyed


def test_a_hold_set_between_looking_and_ordering_is_seen(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer's hold comes after the record was looked at: the order fails on its version and looks again."""
    stream = fill(store)
    plain, raced = store.append, []

    def racing(news: object, **options: object) -> object:
        if not raced and options.get("expect"):
            raced.append(plain([hold(stream)]))
        return plain(news, **options)

    monkeypatch.setattr(store, "append", racing)
    with pytest.raises(Refused, match="INQ-7"):
        erased(store)
    assert orders(store) == []
    assert {entry.privacy for entry in store.entries(stream)} == {"open"}


# -- merged ------------------------------------------------------------------------------------------------------------


def test_a_merged_journey_is_told_of_and_not_touched(store: Store) -> None:
    stream = fill(store)
    other = store.subject_stream(OTHER)
    for one, two in ((stream, other), (other, stream)):
        store.append([new(one, ChildMerged(occurred_on=date(2026, 1, 1), other_journey=two.removeprefix("journey:")))])
    kept = rows(store, other)
    [report] = erased(store)
    assert report.merged == (other,)
    assert rows(store, other) == kept


# -- what a file keeps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", [1, 3000, 60_000], ids=["short", "a page", "many pages"])
def test_no_byte_of_it_stays_in_any_file(tmp_path: Path, padding: int) -> None:
    store = create_store(tmp_path / "l", authority="Testshire")
    stream = fill(store, narrative="x" * padding)
    for number in range(200):
        from ledger.domain.envelope import child

        store.append([registered(store.open_subject(child(f"C-{number}")), f"C-{number}")])
    erased_rows = rows(store, stream)
    marks = [row.open[9:33] for row in erased_rows]  # a part of the salt
    marks += [
        row.sealed[at : at + 24] for row in erased_rows for at in (13, len(row.sealed) // 2, len(row.sealed) - 24)
    ]
    wrapped = store._keys._rows.wrapped([stream])[stream]
    marks += [wrapped[12:36], store._keys._rows.ids([stream])[stream][12:]]
    (tmp_path / "l" / "facts" / "segment").mkdir()
    (tmp_path / "l" / "facts" / "segment" / "part.parquet").write_bytes(marks[0])

    def found() -> int:
        files = [file.read_bytes() for file in (tmp_path / "l").rglob("*") if file.is_file()]
        return sum(any(mark in data for data in files) for mark in marks)

    assert found() == len(marks)
    erased(store)
    assert found() == 0
    assert {file.name for file in (tmp_path / "l" / "facts").iterdir()} == {".lock", ".reading"}
    store.close()
    assert found() == 0


def test_no_file_is_touched_beside_a_ledger_without_a_folder(tmp_path: Path) -> None:
    (tmp_path / "l" / "facts").mkdir(parents=True)
    (tmp_path / "l" / "facts" / "kept").touch()
    store = create_store(tmp_path / "l", authority="Testshire", engine="memory")
    fill(store)
    erased(store)
    assert (tmp_path / "l" / "facts" / "kept").exists()
    store.close()


def test_another_process_does_not_go_on_with_a_key_it_remembers(tmp_path: Path) -> None:
    store = create_store(tmp_path / "l", authority="Testshire")
    stream = fill(store)
    other = open_store(tmp_path / "l")
    other.append([visit(stream, 7)])
    erased(store)
    with pytest.raises(Refused, match="erased under the order"):
        other.append([visit(stream, 8)])
    assert AUTHORITY in str(store.erasing.orders())
    other.close()
    store.close()


def test_tables_without_the_door_are_told_before_anything_is_ordered(tmp_path: Path) -> None:
    store = create_store(tmp_path / "l", authority="Testshire")
    fill(store)
    with store.log.rows.datastore.writing() as connection:
        connection.execute("DROP TRIGGER entries_are_unchanged")
        connection.execute(
            "CREATE TRIGGER entries_are_unchanged BEFORE UPDATE ON entries "
            "BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END"
        )
    with pytest.raises(Refused, match="nothing was ordered"):
        erased(store)
    assert orders(store) == []
    store.close()
