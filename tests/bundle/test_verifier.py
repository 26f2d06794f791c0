"""The verifier as a separate program: what it says of an honest bundle, and the one sentence for each thing wrong."""

from __future__ import annotations

import ast
import io
import json
import sys
import zipfile
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

import pytest

from ledger.anchors.signer import make_signer
from ledger.bundle import make_bundle
from ledger.bundle.archive import MEMBERS
from ledger.checkpoints import make_checkpoint
from ledger.domain.events.record import ErasureOrdered
from ledger.store import create_store
from tests.bundle.case import VERIFIER, Case, begin, edited, members, rebuilt, verify, visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHANGED = "is not what was sealed: one of its fields or its proof was changed."


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    made = begin(tmp_path_factory.mktemp("case"))
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def bundle(case: Case) -> bytes:
    return case.bundle()


def refusal(bundle: bytes, case: Case, folder: Path) -> str:
    return verify(bundle, case.vkey, folder=folder).refusal


def test_an_honest_bundle_is_whole_and_unaltered(case: Case, bundle: bytes, tmp_path: Path) -> None:
    answer = verify(bundle, case.vkey, folder=tmp_path)
    assert answer.code == 0
    assert "WHOLE: the journey of child C-001 has 6 entries." in answer.said
    assert "UNALTERED" in answer.said
    assert f"{case.store.origin} had {case.store.head().size} entries" in answer.said
    assert "NOT SHOWN, in whole or in part: 0." in answer.said
    assert "STANDS ON: the signature of test." in answer.said
    assert "NO WITNESS" in answer.said


def test_show_prints_the_proved_words(case: Case, bundle: bytes, tmp_path: Path) -> None:
    said = verify(bundle, case.vkey, "--show", folder=tmp_path).said
    assert "narrative: We drew the house." in said
    assert "narrative: We drew the garden." in said
    assert "child_id: C-001" in said


def test_the_same_case_on_the_same_checkpoint_is_the_same_file(case: Case, bundle: bytes) -> None:
    checkpoint = members(bundle)["checkpoint.txt"]
    assert make_bundle(case.store, "C-001", checkpoint=checkpoint).data == bundle
    assert list(members(bundle)) == list(MEMBERS)


def test_the_verifier_needs_nothing_of_ours_and_is_short() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {name.partition(".")[0] for name in imported} - {"cryptography"}
    assert outside <= sys.stdlib_module_names
    assert len(VERIFIER.read_text(encoding="utf-8").splitlines()) <= 280


def test_a_tail_cut_out_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    cut = edited(bundle, entries=lambda lines: lines[:-1])
    assert refusal(cut, case, tmp_path) == "the journey does not end with entry 5: what follows it was cut off."


def test_a_middle_cut_out_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    cut = edited(bundle, entries=lambda lines: lines[:2] + lines[3:])
    assert refusal(cut, case, tmp_path) == "entry 3 is missing: entry 4 stands in its place."

    def renumbered(lines: list[Any]) -> list[Any]:
        return [line | {"version": number} for number, line in enumerate(lines[:2] + lines[3:], 1)]

    assert refusal(edited(bundle, entries=renumbered), case, tmp_path) == (
        "entry 3 does not follow from the entry before it."
    )

    def chained(lines: list[Any]) -> list[Any]:
        lines[3]["previous"] = lines[2]["previous"]
        return renumbered(lines)

    assert refusal(edited(bundle, entries=chained), case, tmp_path) == f"entry 3 {CHANGED}"


def test_swapped_entries_are_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    swapped = edited(bundle, entries=lambda lines: [lines[0], lines[2], lines[1], *lines[3:]])
    assert refusal(swapped, case, tmp_path) == "entry 2 is missing: entry 3 stands in its place."

    def contents(lines: list[Any]) -> None:
        for part in ("open", "open_digest", "sealed", "sealed_digest"):
            lines[1][part], lines[2][part] = lines[2][part], lines[1][part]

    assert refusal(edited(bundle, entries=contents), case, tmp_path) == f"entry 2 {CHANGED}"


def test_a_relabelled_child_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    named = edited(bundle, lambda about: about.update(child="C-002"))
    assert refusal(named, case, tmp_path) == (
        "the bundle is labelled with another child than the one registered in it."
    )
    moved = edited(bundle, lambda about: about.update(stream=case.other))
    assert refusal(moved, case, tmp_path) == "entry 1 is of another journey than this bundle's."
    both = edited(
        bundle,
        lambda about: about.update(stream=case.other),
        lambda lines: [line | {"stream": case.other} for line in lines],
    )
    assert refusal(both, case, tmp_path) == f"entry 1 {CHANGED}"


def test_another_childs_entries_under_this_childs_name_are_refused(case: Case, tmp_path: Path) -> None:
    other = make_bundle(case.store, "C-002", checkpoint=case.checkpoint()).data
    assert verify(other, case.vkey, folder=tmp_path).code == 0
    relabelled = edited(other, lambda about: about.update(child="C-001"))
    assert "another child" in refusal(relabelled, case, tmp_path)


def test_another_key_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    other = make_signer(tmp_path / "other", "test").verifiers[0].vkey
    assert verify(bundle, other, folder=tmp_path).refusal == (
        "checkpoint.txt is not signed with the key that was given, of test."
    )


def test_a_witness_who_did_not_sign_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    from ledger.seal.note import COSIGNATURE, Signer, format_note, parse_note, with_signatures

    witness = Signer.new("witness", COSIGNATURE)
    vkey = witness.verifier.vkey
    asked = verify(bundle, case.vkey, "--witness", vkey, folder=tmp_path)
    assert asked.refusal == "checkpoint.txt is not signed with the key that was given, of witness."
    parts = members(bundle)
    note = parse_note(parts["checkpoint.txt"])
    parts["checkpoint.txt"] = format_note(with_signatures(note, [witness.sign(note.text, 1_800_000_000)]))
    said = verify(rebuilt(parts), case.vkey, "--witness", vkey, folder=tmp_path).said
    assert "STANDS ON: the signature of witness, a witness, at 2027-01-15 08:00:00 UTC." in said
    assert "NO WITNESS" not in said


@pytest.mark.parametrize("line", [1, 2])
def test_an_edited_size_or_root_is_refused(case: Case, bundle: bytes, tmp_path: Path, line: int) -> None:
    parts = members(bundle)
    lines = parts["checkpoint.txt"].decode().split("\n")
    lines[line] = "11" if line == 1 else b64encode(bytes(32)).decode()
    parts["checkpoint.txt"] = "\n".join(lines).encode()
    assert refusal(rebuilt(parts), case, tmp_path) == (
        "checkpoint.txt was changed: the signature of test does not fit it."
    )


@pytest.mark.parametrize("change", ["extra", "missing"])
def test_extra_and_missing_hashes_are_refused(case: Case, bundle: bytes, tmp_path: Path, change: str) -> None:
    found = len(json.loads(members(bundle)["entries.jsonl"].split(b"\n")[2])["proof"])

    def altered(lines: list[Any]) -> None:
        lines[2]["proof"] = lines[2]["proof"] + ["00" * 32] if change == "extra" else lines[2]["proof"][:-1]

    given = found + (1 if change == "extra" else -1)
    assert refusal(edited(bundle, entries=altered), case, tmp_path) == (
        f"the proof of entry 3 has {given} hashes; it must have {found}."
    )

    def heads(about: dict[str, Any]) -> None:
        about["heads"]["proof"] += ["00" * 32]

    assert "the proof of the journey's end has" in refusal(edited(bundle, heads), case, tmp_path)


@pytest.mark.parametrize("member", ["bundle.json", "entries.jsonl"])
def test_duplicate_keys_are_refused(case: Case, bundle: bytes, tmp_path: Path, member: str) -> None:
    parts = members(bundle)
    parts[member] = parts[member].replace(b'"stream":', b'"stream":"journey:x","stream":', 1)
    where = "bundle.json" if member == "bundle.json" else "entry 1"
    assert refusal(rebuilt(parts), case, tmp_path) == f"{where} has the same JSON key twice."


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about.update(more=1),
        lambda about: about.pop("orders"),
        lambda about: about.update(child=1),
        lambda about: about["heads"].update(count=True),
        lambda about: about["heads"].update(index=1.0),
        lambda about: about.update(log_id=about["log_id"].upper()),
        lambda about: about["heads"]["entry"].update(proof=["00" * 31]),
    ],
)
def test_unknown_missing_and_mistyped_members_are_refused(
    case: Case, bundle: bytes, tmp_path: Path, change: Any
) -> None:
    assert refusal(edited(bundle, change), case, tmp_path) == (
        "bundle.json has a member that is unknown, missing or of the wrong kind."
    )


def test_another_spelling_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    parts = members(bundle)
    parts["bundle.json"] += b" "
    assert refusal(rebuilt(parts), case, tmp_path) == "bundle.json is not spelled as it must be."


def test_an_edited_open_part_is_refused_with_or_without_its_digest(case: Case, bundle: bytes, tmp_path: Path) -> None:
    def words(lines: list[Any]) -> None:
        lines[3]["open"] = lines[3]["open"].replace("2024-05-04", "2024-05-14")

    def digest(lines: list[Any]) -> None:
        from hashlib import sha256

        words(lines)
        lines[3]["open_digest"] = sha256(lines[3]["open"].encode()).hexdigest()

    assert refusal(edited(bundle, entries=words), case, tmp_path) == (
        "the open part of entry 4 is not the one that was sealed."
    )
    assert refusal(edited(bundle, entries=digest), case, tmp_path) == f"entry 4 {CHANGED}"


def test_an_edited_sealed_part_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    def words(lines: list[Any]) -> None:
        data = bytearray(b64decode(lines[2]["sealed"]))
        data[-1] ^= 1
        lines[2]["sealed"] = b64encode(data).decode()

    assert refusal(edited(bundle, entries=words), case, tmp_path) == (
        "the sealed part of entry 3 is not the one that was sealed."
    )


def test_a_wrong_key_of_the_stream_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    for key in ("00" * 32, ""):
        wrong = edited(bundle, lambda about, key=key: about.update(key=key))
        assert refusal(wrong, case, tmp_path) == "the key in this bundle is not the one that entry 1 was sealed with."


def test_a_part_that_is_simply_left_out_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    def without(lines: list[Any]) -> None:
        lines[2]["sealed"] = ""

    assert refusal(edited(bundle, entries=without), case, tmp_path) == (
        "entry 3 is not shown, and is neither said to be withheld nor erased by a sealed order."
    )


def test_a_reason_for_what_is_shown_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    said = edited(bundle, lambda about: about["withheld"].append({"version": 2, "why": "no reason"}))
    assert refusal(said, case, tmp_path) == "the bundle says why entries are withheld that are not withheld."


def test_sealed_heads_of_an_older_size_are_refused(case: Case, tmp_path: Path) -> None:
    """The journey went on after those heads: they would prove the shorter one whole."""
    made = begin(tmp_path / "growing")
    old = members(made.bundle())
    made.add(visit(9, "What came after."))
    new = members(made.bundle())
    heads = json.loads(old["bundle.json"])["heads"]
    heads["entry"]["proof"] = [
        each.hex() for each in made.store.inclusion(heads["entry"]["position"], made.store.head().size)
    ]
    shorter = b"".join(line + b"\n" for line in new["entries.jsonl"].split(b"\n")[:-2])
    older = edited(rebuilt(new | {"entries.jsonl": shorter}), lambda about: about.update(heads=heads))
    assert refusal(older, made, tmp_path) == (
        "the sealed list of all journeys' ends is not the last entry of the checkpoint: the journey may go on."
    )
    made.store.close()


def test_a_forged_order_to_erase_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    """An order that was sealed about another child is no order about this one, and one never sealed is none at all."""
    made = begin(tmp_path / "ordered")
    order = ErasureOrdered(journey=made.other.partition(":")[2], reason="court order", authority="an order")
    [receipt] = made.store.append([_new("ledger", order)])
    parts = members(made.bundle())
    row = made.store.row_at(receipt.position)
    assert row is not None
    from ledger.bundle.make import _fields

    size = made.store.head().size
    sealed = _fields(row, {row.position: made.store.inclusion(row.position, size)})

    def erased(lines: list[Any]) -> None:
        lines[2].update(open="", sealed="")

    theirs = edited(rebuilt(parts), lambda about: about["orders"].append(sealed), erased)
    assert refusal(theirs, made, tmp_path) == (
        "entry 3 is not shown, and is neither said to be withheld nor erased by a sealed order."
    )
    forged = sealed | {"open": sealed["open"].replace(made.other.partition(":")[2], made.stream.partition(":")[2])}
    mine = edited(rebuilt(parts), lambda about: about["orders"].append(forged), erased)
    assert refusal(mine, made, tmp_path) == "the open part of an order to erase is not the one that was sealed."
    from hashlib import sha256

    again = forged | {"open_digest": sha256(forged["open"].encode()).hexdigest()}
    mine = edited(rebuilt(parts), lambda about: about["orders"].append(again), erased)
    assert refusal(mine, made, tmp_path) == f"an order to erase {CHANGED}"
    made.store.close()


def _new(stream: str, event: Any) -> Any:
    from ledger.store import New
    from tests.bundle.case import WORKER

    return New(stream, event, WORKER)


def test_a_bundle_of_another_ledger_is_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    """The same signer signs for two ledgers: one's checkpoint does not stand for the other's entries."""
    with_store = create_store(tmp_path / "second", authority="Testshire (synthetic)")
    parts = members(bundle) | {"checkpoint.txt": make_checkpoint(with_store, case.signer)}
    with_store.close()
    assert refusal(rebuilt(parts), case, tmp_path) == "checkpoint.txt is that of another ledger."


def test_changed_pages_are_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    for page in ("case.html", "entries.html", "READ-ME-FIRST.txt", "verify.py"):
        parts = members(bundle)
        parts[page] += b"<p>more</p>"
        assert refusal(rebuilt(parts), case, tmp_path) == f"{page} is not the one that was made with this bundle."


def test_zips_that_are_no_bundle_are_refused(case: Case, bundle: bytes, tmp_path: Path) -> None:
    parts = members(bundle)
    other = "the zip does not hold a bundle's files."
    assert refusal(rebuilt(parts | {"more.txt": b""}), case, tmp_path) == other
    assert refusal(rebuilt({"../bundle.json": b"", **parts}), case, tmp_path) == other
    assert refusal(rebuilt(dict(sorted(parts.items()))), case, tmp_path) == other
    assert refusal(rebuilt({f"{number}.txt": b"" for number in range(3000)}), case, tmp_path) == other
    assert refusal(b"not a zip at all", case, tmp_path) == "this cannot be read as a bundle (BadZipFile)."
    assert refusal(bundle[:-100], case, tmp_path) == "this cannot be read as a bundle (BadZipFile)."
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, data in parts.items():
            bomb.writestr(name, data if name != "entries.jsonl" else bytes(1 << 28))
    assert refusal(out.getvalue(), case, tmp_path) == "the zip unpacks to too much."


def test_wrong_use_is_told_apart(case: Case, bundle: bytes, tmp_path: Path) -> None:
    assert verify(bundle, "test+00000000+AAAA", folder=tmp_path).code == 2
    assert verify(bundle, case.vkey[:-5], folder=tmp_path).code == 2
    assert verify(bundle, "test+e3b0c442+", folder=tmp_path).code == 2
    assert verify(tmp_path / "absent.zip", case.vkey, folder=tmp_path).code == 2


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    made = begin(tmp_path / "odd")
    made.add(visit(9, "one\x1b[2Jtwo\u202ethree\nWHOLE: four"))
    said = verify(made.bundle(), made.vkey, "--show", folder=tmp_path).said
    assert "one?[2Jtwo?three\n   narrative: WHOLE: four" in said
    made.store.close()
