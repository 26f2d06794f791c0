"""Counts in sentences agree with their nouns."""

from __future__ import annotations

from copy import deepcopy

import pytest

from ledger.domain.wording import Counted, after, entries, number


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (12_345, "12,345 entries")]
)
def test_a_count_agrees_with_its_noun(count: int, said: str) -> None:
    assert entries(count) == said


def test_a_plural_without_an_s_is_given() -> None:
    assert [number(n, "child", "children") for n in (1, 3)] == ["1 child", "3 children"]
    assert [number(n, "open episode") for n in (1, 3)] == ["1 open episode", "3 open episodes"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 entries are dated before their child was born, and left out"),
        (1, "1 entry is dated before its child was born, and left out"),
        (1_500, "1,500 entries are dated before their child was born, and left out"),
    ],
)
def test_a_note_chooses_its_words_by_its_count(count: int, said: str) -> None:
    note = "{entry is|entries are} dated before {its|their} child was born, and left out"
    assert Counted(count, note) == said


def test_a_note_with_one_wording_stays_as_it_is() -> None:
    assert Counted(3, "of them, and {one} more") == "3 of them, and {one} more"


def test_a_copy_of_a_note_is_the_note() -> None:
    note = after("2025: ", Counted(1, "{child|children} dropped"))
    copied = deepcopy(note)
    assert isinstance(copied, Counted)
    assert (copied, copied.under(6)) == ("2025: 1 child dropped", "2025: <6 children dropped")


def test_a_small_count_is_hidden_with_the_words_that_would_tell_it() -> None:
    note = "{child|children} dropped: no open worker episode on 31 March"
    hidden = [after("2025: ", Counted(count, note)) for count in (1, 5, 6, 1_500)]
    assert [one.under(6) if isinstance(one, Counted) else one for one in hidden] == [
        "2025: <6 children dropped: no open worker episode on 31 March",
        "2025: <6 children dropped: no open worker episode on 31 March",
        "2025: 6 children dropped: no open worker episode on 31 March",
        "2025: 1,500 children dropped: no open worker episode on 31 March",
    ]
