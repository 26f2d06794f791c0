"""The page on bundles says what the code does: members, rules and fields."""

from __future__ import annotations

import re
from pathlib import Path

from ledger.bundle import verify
from ledger.bundle.archive import MEMBERS
from ledger.bundle.make import FORMAT, PAGES
from ledger.bundle.rules import SELECTORS, read_rules
from ledger.domain.codes import code_list

PAGE = (Path(__file__).parents[2] / "docs" / "BUNDLE.md").read_text(encoding="utf-8")


def test_the_format_is_the_one_on_the_page() -> None:
    assert f"`{FORMAT}`" in PAGE
    assert list(MEMBERS) == verify.MEMBERS
    assert PAGES == verify.PAGES
    places = [PAGE.index(f"`{name}`", PAGE.index("A zip of exactly")) for name in MEMBERS]
    assert places == sorted(places)
    for name in (*verify.BUNDLE, *verify.ENTRY):
        assert f"`{name}`" in PAGE


def test_the_rules_on_the_page_are_read(tmp_path: Path) -> None:
    example = next(block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.S))
    file = tmp_path / "rules.toml"
    file.write_text(example, encoding="utf-8")
    rules = read_rules(file)
    assert {name for rule in rules for name in rule.selectors} == set(SELECTORS)
    assert all(code in PAGE for code in code_list("exemption").codes)
