"""`journey project`: the command, its options and the page of measures."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cli.project import own_options, page

ROOT = Path(__file__).parents[2]


def test_the_page_of_measures_is_as_the_cards_say() -> None:
    written = (ROOT / "docs" / "MEASURES.md").read_text(encoding="utf-8")
    assert written == page(), "run `python -m cli.measures_docs`"


def test_options_of_a_measure_are_pairs() -> None:
    assert own_options(["--level", "pod", "--years=2"]) == {"level": "pod", "years": "2"}
    for wrong in (["pod"], ["--level"]):
        with pytest.raises(click.UsageError):
            own_options(wrong)
