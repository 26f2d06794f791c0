"""Redaction rules: what can be said in them, and what is told, with its line, of what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.bundle.rules import read_rules
from ledger.errors import Malformed

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[[redact]]
exemption = "third party"
note = "names a neighbour"
standing = "third party"

[[redact]]
exemption = "serious harm"
entries = ["018f0d3e-0000-7000-8000-000000000001"]
positions = 12
areas = ["contact", "visit"]
events = "contact-received.v1"
workers = ["W1"]
"""


def test_rules_are_read_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(GOOD, encoding="utf-8")
    first, second = read_rules(file)
    assert (first.exemption, first.note, first.line) == ("third party", "names a neighbour", 2)
    assert first.selectors == {"standing": ("third party",)}
    assert (second.line, second.selectors["positions"]) == (7, (12,))
    assert str(second) == "redacted, exemption serious harm"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[[redact]]\nexemption = \n", 2, "this is not TOML"),
        ("[[redact]]\nexemption = 'other'\nareas = ['visit'\n", 3, "this is not TOML"),
        ("", 1, "one or more [[redact]]"),
        ("redact = 1\n", 1, "one or more [[redact]]"),
        ("[[redact]]\nexemption='other'\nareas='visit'\n[more]\n", 1, "and nothing else"),
        ("\n[[redact]]\nareas = ['visit']\n", 2, "a rule states its exemption"),
        ("\n[[redact]]\nexemption = 'because'\nareas = ['visit']\n", 2, "a rule states its exemption"),
        ("[[redact]]\nexemption = 'other'\n", 1, "a rule says what it withholds"),
        ("[[redact]]\nexemption = 'other'\nnames = ['x']\nareas='visit'\n", 1, "there is no 'names' in a rule"),
        ("[[redact]]\nexemption = 'other'\npositions = ['x']\n", 1, "positions is a whole number"),
        ("[[redact]]\nexemption = 'other'\npositions = [true]\n", 1, "positions is a whole number"),
        ("[[redact]]\nexemption = 'other'\nareas = []\n", 1, "areas is text"),
        ("[[redact]]\nexemption = 'other'\nareas = ['holidays']\n", 1, "'holidays' in areas is not known here"),
        ("[[redact]]\nexemption = 'other'\nevents = ['no-such.v1']\n", 1, "'no-such.v1' in events is not known"),
        ("[[redact]]\nexemption = 'other'\nstanding = 'rumour'\n", 1, "'rumour' in standing is not known"),
        ("[[redact]]\nexemption = 'other'\nnote = 1\nareas = 'visit'\n", 1, "a note is text"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Malformed, match=r"^rules\.toml, line ") as found:
        read_rules(file)
    assert found.value.problems[0].line == line
    assert said in found.value.problems[0].message


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[[redact]]\nareas='visit'\n\n[[redact]]\nexemption='other'\n", encoding="utf-8")
    with pytest.raises(Malformed) as found:
        read_rules(file)
    assert [problem.line for problem in found.value.problems] == [1, 4]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Malformed, match="UTF-8"):
        read_rules(file)
