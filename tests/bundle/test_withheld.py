"""What a bundle withholds: by restriction, by rule, by clock and by order; that it still verifies, and says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ledger.bundle import make_bundle
from ledger.bundle.rules import Rule
from ledger.domain.clock import NOW, view
from ledger.domain.envelope import Source
from ledger.domain.events.record import (
    EntryRestricted,
    EntryUnrestricted,
    EntryWithdrawn,
    ErasureOrdered,
    RecordClosed,
)
from ledger.store import New
from tests.bundle.case import SECRET, WORKER, Case, begin, edited, members, on, verify, visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = begin(tmp_path / "made")
    yield made
    made.store.close()


def lines(bundle: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in members(bundle)["entries.jsonl"].decode().split("\n")[:-1]]


def nowhere(bundle: bytes, words: str) -> bool:
    """Whether words are in no member of a bundle, readable or under the key that it holds."""
    return all(words.encode() not in data for data in members(bundle).values())


def passes(bundle: bytes, case: Case, folder: Path) -> str:
    answer = verify(bundle, case.vkey, "--show", folder=folder)
    assert answer.code == 0, answer.said
    return answer.said


def test_redaction_removes_the_payload_and_still_verifies(case: Case, tmp_path: Path) -> None:
    rule = Rule("third party", {"events": ("contact-received.v1",)}, "names a neighbour")
    bundle = case.bundle(rules=[rule])
    said = passes(bundle, case, tmp_path)
    why = "redacted, exemption third party: names a neighbour"
    assert f"entry 2, contact-received.v1: withheld: {why}" in said
    assert "has 6 entries" in said
    assert "NOT SHOWN, in whole or in part: 1." in said
    assert nowhere(bundle, SECRET)
    assert (lines(bundle)[1]["open"], lines(bundle)[1]["sealed"]) == ("", "")
    for page in ("case.html", "entries.html"):
        assert why in members(bundle)[page].decode()


def test_a_redacted_entry_takes_with_it_what_repeats_it(case: Case, tmp_path: Path) -> None:
    bundle = case.bundle(rules=[Rule("confidence", {"entries": (case.ids[2],)})])
    said = passes(bundle, case, tmp_path)
    for number in (3, 5, 6):
        assert f"  entry {number}, " in said
        assert lines(bundle)[number - 1]["open"] == ""
    for words in ("We drew the house.", "We drew the garden.", "It was raining."):
        assert nowhere(bundle, words)
        assert words not in said


@pytest.mark.parametrize(
    ("selectors", "versions"),
    [
        ({"standing": ("third party",)}, [2, 6]),
        ({"areas": ("visit",)}, [3, 4, 5, 6]),
        ({"positions": (7,)}, [4]),
        ({"workers": ("W1",)}, [1, 2, 3, 4, 5, 6]),
        ({"workers": ("W1",), "areas": ("contact",)}, [2]),
        ({"events": ("entry-corrected.v1",)}, [5]),
    ],
)
def test_each_selector(case: Case, tmp_path: Path, selectors: Any, versions: list[int]) -> None:
    bundle = case.bundle(rules=[Rule("other", selectors)])
    passes(bundle, case, tmp_path)
    assert [line["version"] for line in lines(bundle) if not line["open"]] == versions


def test_a_rule_that_meets_nothing_is_told(case: Case) -> None:
    rules = [Rule("other", {"workers": ("W9",)}, line=4), Rule("other", {"positions": (7,)}, line=8)]
    made = make_bundle(case.store, "C-001", checkpoint=case.checkpoint(), rules=rules)
    assert made.told == ("the rule in line 4 (other) meets no entry of this journey.",)
    assert (made.entries, made.withheld, made.erased, made.shown) == (6, 1, 0, 5)


def test_everything_redacted_still_verifies_and_holds_no_key(case: Case, tmp_path: Path) -> None:
    bundle = case.bundle(rules=[Rule("other", {"workers": ("W1",)})])
    said = passes(bundle, case, tmp_path)
    assert "a child whose id is not among what is shown has 6 entries" in said
    assert json.loads(members(bundle)["bundle.json"])["key"] == ""


def test_a_withheld_entry_presented_as_whole_and_a_reason_removed_are_refused(case: Case, tmp_path: Path) -> None:
    bundle = case.bundle(rules=[Rule("third party", {"positions": (4,)})])
    without = edited(bundle, lambda about: about.update(withheld=[]))
    assert verify(without, case.vkey, folder=tmp_path).refusal == (
        "entry 2 is not shown, and is neither said to be withheld nor erased by a sealed order."
    )
    unsaid = edited(bundle, lambda about: about["withheld"][0].update(why=" "))
    assert "entry 2 is not shown, and is neither" in verify(unsaid, case.vkey, folder=tmp_path).refusal
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    def empty(entries: list[Any]) -> None:
        entries[1].update(open_digest=nothing, sealed_digest=nothing)

    whole = edited(bundle, lambda about: about.update(withheld=[]), empty)
    assert verify(whole, case.vkey, folder=tmp_path).refusal == (
        "entry 2 is not what was sealed: one of its fields or its proof was changed."
    )


def test_restricted_entries_are_withheld_whatever_the_clock(case: Case, tmp_path: Path) -> None:
    case.add(EntryRestricted(restricts=case.ids[2], reason="risk of harm", note="Mr Harker must not read it."))
    bundle = case.bundle(view("2024-05-20"))
    said = passes(bundle, case, tmp_path)
    assert "entry 3, visit-recorded.v1: withheld: restricted on " in said
    assert ", risk of harm" in said
    assert nowhere(bundle, "We drew the house.")
    bundle = case.bundle()
    said = passes(bundle, case, tmp_path)
    assert "entry 7, entry-restricted.v1: private words withheld: restricted on " in said
    assert nowhere(bundle, "Mr Harker")
    assert "restricts" in lines(bundle)[6]["open"]
    assert lines(bundle)[6]["sealed"] == ""
    assert nowhere(bundle, "We drew the garden.")
    case.add(EntryUnrestricted(restricts=case.ids[2]))
    assert "We drew the house." in passes(case.bundle(), case, tmp_path)


def test_a_misfiled_entry_says_when_it_moved_and_never_where(case: Case, tmp_path: Path) -> None:
    moved = case.ids[1]
    case.store.append(
        [
            New(
                case.stream,
                EntryWithdrawn(withdraws=moved, reason="misfiled", note="belongs to C-002"),
                WORKER,
                causation_id=moved,
            ),
            New(case.stream, EntryRestricted(restricts=moved, reason="misfiled"), WORKER, causation_id=moved),
            New(case.other, visit(2, SECRET), WORKER, causation_id=moved),
        ]
    )
    bundle = case.bundle()
    said = passes(bundle, case, tmp_path)
    assert "entry 2, contact-received.v1: withheld: entry misfiled, moved on " in said
    assert nowhere(bundle, SECRET)
    assert nowhere(bundle, "C-002")
    assert nowhere(bundle, case.other)


def test_what_became_known_later_is_withheld_and_said(case: Case, tmp_path: Path) -> None:
    bundle = case.bundle(view("2024-05-20"))
    said = passes(bundle, case, tmp_path)
    assert "entry 5, entry-corrected.v1: withheld: became known later than 2024-05-20" in said
    assert "entry 1, child-registered.v1: withheld: became known later than 2024-05-20" in said
    assert "READ: as known at 2024-05-20, as the sources of the entries claim, as the bundle states." in said
    assert "We drew the house." in said
    assert nowhere(bundle, "We drew the garden.")


def test_by_the_sealed_clock_and_at_a_position(case: Case, tmp_path: Path) -> None:
    said = passes(case.bundle(view(sealed_by="2024-05-20")), case, tmp_path)
    assert "entry 3, visit-recorded.v1: withheld: sealed later than 2024-05-20" in said
    said = passes(case.bundle(NOW.at(7)), case, tmp_path)
    assert "entry 5, entry-corrected.v1: withheld: recorded after position 7" in said
    assert "entry 4, " not in said


def erased(case: Case, entry: str | None = None) -> None:
    """Order an erasure, close the journey where it is whole, and blank the rows as the triggers allow."""
    order = ErasureOrdered(
        journey=case.stream.partition(":")[2], entry=entry, reason="court order", authority="Order TS24P00001"
    )
    [receipt] = case.store.append([New("ledger", order, WORKER)])
    if entry is None:
        case.store.append([New(case.stream, RecordClosed(order=receipt.event_id), WORKER)])
    blank = "UPDATE entries SET open = x'', sealed = x'' WHERE stream = ? AND name != 'record-closed.v1'"
    with case.store.log.rows.datastore.transaction(commit=True) as cursor:  # type: ignore[attr-defined]
        if entry is None:
            cursor.execute(blank, (case.stream,))
        else:
            cursor.execute(f"{blank} AND event_id = ?", (case.stream, entry))


def test_one_erased_entry_is_told_with_its_authority(case: Case, tmp_path: Path) -> None:
    erased(case, case.ids[1])
    bundle = case.bundle()
    said = passes(bundle, case, tmp_path)
    assert "entry 2, contact-received.v1: erased by order of " in said
    assert "court order: Order TS24P00001" in said
    assert "Order TS24P00001" in members(bundle)["entries.html"].decode()
    without = edited(bundle, lambda about: about.update(orders=[]))
    assert "neither said to be withheld nor erased" in verify(without, case.vkey, folder=tmp_path).refusal


def test_an_order_for_one_entry_excuses_no_other(case: Case, tmp_path: Path) -> None:
    erased(case, case.ids[1])

    def more(entries: list[Any]) -> None:
        entries[3].update(open="", sealed="")

    assert "entry 4 is not shown" in verify(edited(case.bundle(), entries=more), case.vkey, folder=tmp_path).refusal


def test_an_erased_child_has_a_bundle_that_verifies(case: Case, tmp_path: Path) -> None:
    erased(case)
    for bundle in (case.bundle(), make_bundle(case.store, case.stream, checkpoint=case.checkpoint()).data):
        said = passes(bundle, case, tmp_path)
        assert said.count("erased by order of") == 12  # once in the report, once beside the entry
        assert "has 7 entries" in said
        assert json.loads(members(bundle)["bundle.json"])["key"] == ""

        def closing(entries: list[Any]) -> None:
            entries[6].update(open="")

        assert "entry 7 is not shown" in verify(edited(bundle, entries=closing), case.vkey, folder=tmp_path).refusal


def test_what_is_ordered_to_be_erased_is_not_shown_even_before_it_is_carried_out(case: Case, tmp_path: Path) -> None:
    order = ErasureOrdered(
        journey=case.stream.partition(":")[2], entry=case.ids[1], reason="court order", authority="Order TS24P00001"
    )
    case.store.append([New("ledger", order, WORKER)])
    bundle = case.bundle()
    assert nowhere(bundle, SECRET)
    assert "entry 2, contact-received.v1: erased by order of " in passes(bundle, case, tmp_path)


def test_the_withheld_and_the_key_are_not_in_the_bundle_together(case: Case) -> None:
    """The bundle holds the key: no ciphertext of a withheld part may be in it."""
    bundle = case.bundle(rules=[Rule("third party", {"standing": ("third party",)})])
    key = json.loads(members(bundle)["bundle.json"])["key"]
    assert bytes.fromhex(key) == case.store.disclosed_key(case.stream)
    from base64 import b64encode

    for row in case.store.rows(case.stream):
        hidden = row.version in (2, 6)
        assert nowhere(bundle, b64encode(row.sealed).decode()) is hidden or not row.sealed


def test_sources_and_their_references(case: Case, tmp_path: Path) -> None:
    case.add(visit(9, "From a file."), written_at=on(2024, 5, 9), source=Source("casework", "ref-77", "visits.csv", 3))
    said = passes(case.bundle(), case, tmp_path)
    assert "source_reference: ref-77" in said
