"""The pages of a bundle: every entry that may be shown, in its words, with its clocks; escaped, and without script."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING

import pytest

from ledger.bundle import make_bundle
from ledger.bundle.rules import Rule
from ledger.domain.clock import NOW
from ledger.domain.events.identity import ChildMerged
from tests.bundle.case import SECRET, Case, begin, members, visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = begin(tmp_path / "made")
    yield made
    made.store.close()


def text(page: bytes) -> str:
    """A page as it is read: without markup."""
    return unescape(re.sub(r"<[^>]+>", "", page.decode()))


def test_every_entry_is_told_in_order_with_its_clocks_and_author(case: Case) -> None:
    told = text(members(case.bundle())["entries.html"])
    places = [told.index(f"\n{number}. ") for number in range(1, 7)]
    assert places == sorted(places)
    for words in (SECRET, "We drew the house.", "We drew the garden.", "It was raining."):
        assert told.count(words) == 1
    second = told[places[1] : places[2]]
    assert "happened 2024-05-02" in second
    assert "written 2024-05-02 13:00:00 +0100" in second
    assert "sealed 2" in second
    assert "by W1" in second
    assert "entry corrected: visit recorded" in told
    assert "corrects entry 3" in told
    assert "disputes entry 3" in told


def test_what_a_child_said_is_text_and_nothing_runs(case: Case) -> None:
    case.add(visit(9, "<script>alert(1)</script> & <b>more</b>"))
    parts = members(case.bundle())
    for name in ("entries.html", "case.html"):
        page = parts[name].decode()
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;more&lt;/b&gt;" in page
        [style] = re.findall(r"<style>(.*?)</style>", page, re.S)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'" in page
        assert not re.search(r"(src|href)=", page)


def test_the_picture_says_what_is_withheld_and_tells_nothing_of_it(case: Case) -> None:
    bundle = case.bundle(rules=[Rule("serious harm", {"areas": ("visit",)})])
    told = text(members(bundle)["case.html"])
    assert "entry 3 withheld: redacted, exemption serious harm" in told
    assert "visit" not in told.partition("Every entry")[2].partition("Not shown")[0]
    assert SECRET in told


def test_with_nothing_to_draw_the_list_of_entries_stands_in_for_the_picture(case: Case) -> None:
    parts = members(case.bundle(rules=[Rule("other", {"workers": ("W1",)})]))
    assert parts["case.html"] == parts["entries.html"]
    assert text(parts["entries.html"]).count("Withheld: redacted, exemption other") == 6


def test_read_me_first_says_what_it_is_how_to_check_it_and_what_it_gives_away(case: Case) -> None:
    read_me = members(case.bundle(rules=[Rule("other", {"areas": ("contact",)})]))["READ-ME-FIRST.txt"].decode()
    for said in (
        "(C-001)",
        "6 entries, as known when the bundle was made.",
        "1 of them are withheld",
        'python verify.py case.zip --key "THE KEY"',
        "Do not take it from whoever gave you this file.",
        "That what was written is true.",
        "holds the key to the sealed words of this one journey",
        case.store.origin,
    ):
        assert said in read_me


def test_the_maker_is_told_of_another_journey_of_the_same_child(case: Case) -> None:
    case.add(ChildMerged(other_journey=case.other.partition(":")[2]))
    made = make_bundle(case.store, "C-001", NOW, checkpoint=case.checkpoint())
    assert made.told == ("entry 7 says that another journey is the same child's: it has a bundle of its own.",)
