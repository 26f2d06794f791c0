"""On a synthetic authority, of every kind of entry: bundles verify, and no withheld word is in any of their files."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from ledger import create_ledger
from ledger.anchors.signer import make_signer
from ledger.bundle import Rule, make_bundle, verify
from ledger.checkpoints import make_checkpoint
from ledger.domain.clock import view
from ledger.domain.events.record import EntryCorrected
from ledger.projections.words import told
from ledger.synthetic.authority import Plan, tell_authority
from ledger.synthetic.loading import load
from tests.bundle.case import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.application import Ledger

VIEWS = (view(), view("2015-01-01"), view("2026-06-01"), view(at=150))
RULES = (
    [Rule("third party", {"standing": ("third party",)})],
    [Rule("other", {"areas": ("allocation", "visit", "supervision", "identity")})],
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, bytes, Any]]:
    folder = tmp_path_factory.mktemp("synthetic")
    with create_ledger(folder / "ledger", authority="Testshire (synthetic)") as ledger:
        plan = Plan(children=4, years=3, seed=5)
        load(ledger, plan, tell_authority(plan))
        signer = make_signer(folder / "signer", "test")
        yield ledger, make_checkpoint(ledger.store, signer), verify.Key(signer.verifiers[0].vkey)


def private_words(entry: Any) -> set[str]:
    event = entry.event.replacement if isinstance(entry.event, EntryCorrected) else entry.event
    return {field.text for field in told(event) if field.prose and len(field.text) > 12}


@pytest.mark.parametrize("rules", RULES, ids=["third party", "areas"])
@pytest.mark.parametrize("at", VIEWS, ids=lambda at: at.stated or str(at.position))
def test_no_withheld_word_is_in_any_file(made: Any, at: Any, rules: list[Rule]) -> None:
    ledger, note, key = made
    checked = 0
    for child in ledger.store.all_ids("journey"):
        bundle = make_bundle(ledger.store, child, at, checkpoint=note, rules=rules).data
        case = verify.Case(io.BytesIO(bundle), [key])  # type: ignore[arg-type]
        assert case.report(show=False)[0].startswith("WHOLE")
        entries = ledger.entries(child)
        assert len(case.entries) == len(entries)
        shown, hidden = set[str](), set[str]()
        for entry, (_, stated, why) in zip(entries, case.entries, strict=True):
            (hidden if why and not stated else shown).update(private_words(entry))
        parts = members(bundle)
        told_in = " ".join(json.dumps(stated, ensure_ascii=False) for _, stated, _ in case.entries)
        everything = told_in + "".join(data.decode() for name, data in parts.items() if name != "verify.py")
        for words in hidden - shown:
            assert words not in everything
            checked += 1
    assert checked > 0
