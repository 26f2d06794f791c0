"""Comparing by plain values is only a shorter way: it never gives another result than comparing entries."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ledger.imports.returns
from ledger.importers.settled import settled
from tests.importers.desk import Desk

DAYS = st.dates(date(2017, 1, 1), date(2020, 12, 31)).map(lambda on: f"{on:%d/%m/%Y}")
CHILDREN = st.sampled_from(["C1", "C2"])
DOBS = st.sampled_from(["12/05/2005", "12/05/2005", "12/05/2005", "13/05/2005"])
FEW_DAYS = st.sampled_from(["01/06/2017", "01/08/2017", "30/03/2018", "31/03/2018", "01/04/2018", "05/05/2019"])


def rows(*cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.tuples(*cells).map(",".join), max_size=4)


def _ordered(text: str) -> bool:
    cells = text.split(",")
    start, end = cells[1], cells[7]
    return not end or start.split("/")[::-1] <= end.split("/")[::-1]


episodes = rows(
    CHILDREN,
    FEW_DAYS,
    st.sampled_from("SP"),
    st.sampled_from(["C2", "V3"]),
    st.sampled_from(["N1", ""]),
    st.sampled_from(["U4", "U6", ""]),
    st.just("PR1"),
    st.one_of(st.just(""), FEW_DAYS),
    st.sampled_from(["X1", "E4A", ""]),
    st.just(""),
    st.just(""),
    st.just(""),
    st.just(""),
).map(lambda found: [text for text in found if _ordered(text)])
reviews = rows(CHILDREN, DOBS, FEW_DAYS, st.sampled_from(["PN1", "PN2"]))
uasc = rows(CHILDREN, st.just("1"), DOBS, st.one_of(st.just(""), FEW_DAYS))
header = st.sampled_from(
    [[], ["C1,1,12/05/2005,WBRI,,,"], ["C1,1,12/05/2005,WBRI,,,", "C2,2,13/05/2005,MWBC,,,"], ["C2,1,12/05/2005,,,,"]]
)
returns = st.fixed_dictionaries({"header": header, "episodes": episodes, "reviews": reviews, "uasc": uasc})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(2018, 2020), returns), min_size=1, max_size=4))
def test_the_shorter_way_gives_what_the_longer_way_gives(sent: list[tuple[int, dict[str, Any]]]) -> None:
    """Any returns in any order, each sent twice: two ledgers, one of which compares everything the long way."""
    with TemporaryDirectory() as one, TemporaryDirectory() as other, pytest.MonkeyPatch.context() as patch:
        short, long = Desk(Path(one)), Desk(Path(other))
        for year, tables in [pair for each in sent for pair in (each, each)]:
            patch.setattr(ledger.imports.returns, "settled", settled)
            quick = short.send(year, **tables).as_dict()
            patch.setattr(ledger.imports.returns, "settled", lambda *_: set())
            slow = long.send(year, **tables).as_dict()
            assert quick == slow
        for child_id in ("C1", "C2"):
            assert [(e.name, _told(e.event), e.written_at) for e in short.entries(child_id)] == [
                (e.name, _told(e.event), e.written_at) for e in long.entries(child_id)
            ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(2018, 2020), returns), min_size=1, max_size=3))
def test_any_return_sent_again_writes_nothing(sent: list[tuple[int, dict[str, Any]]]) -> None:
    """One return a year, in any order: each sent again, last first, leaves the ledger as it is."""
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        latest = dict(sent)
        for year, tables in latest.items():
            desk.send(year, **tables)
        for year, tables in sorted(latest.items(), reverse=True):
            desk.send(year, **tables)  # an earlier return that came later may change what this one leaves unmentioned
        size = desk.size
        for year, tables in latest.items():
            assert desk.send(year, **tables).appended == 0
        assert desk.size == size


def test_an_end_that_a_return_brings_ends_what_it_leaves_out_at_once(tmp_path: Path) -> None:
    """Two episodes of one start, of which the next return names one and ends it: ends are known by the start alone."""
    desk = Desk(tmp_path)
    both = ["C2,31/03/2018,S,C2,N1,,PR1,,,,,,", "C2,31/03/2018,S,V3,N1,,PR1,,,,,,"]
    desk.send(2020, episodes=both)
    ended = ["C2,31/03/2018,S,C2,N1,,PR1,01/04/2018,,,,,"]
    first = desk.send(2021, episodes=ended)
    assert (first.appended, first.ended, first.expected_but_absent) == (2, 1, 0)
    again = desk.send(2021, episodes=ended)
    assert (again.appended, again.expected_but_absent) == (0, 0)


def test_most_children_of_an_unchanged_return_are_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    tables = {
        "header": ["C1,1,12/05/2005,WBRI,,,", "C2,1,12/05/2005,WBRI,,,"],
        "episodes": ["C1,01/06/2017,S,C2,N1,U4,PR1,,X1,,,,", "C2,01/06/2017,S,C2,N1,U4,PR1,01/08/2017,E4A,,,,"],
        "reviews": ["C1,12/05/2005,01/09/2018,PN1"],
    }
    desk.send(2018, **tables)
    found: list[set[str]] = []

    def watched(*given: Any) -> set[str]:
        found.append(settled(*given))
        return found[-1]

    monkeypatch.setattr(ledger.imports.returns, "settled", watched)
    desk.send(2018, **tables)
    assert found == [{"C1", "C2"}]


def _told(event: Any) -> Any:
    """An event without the random id of the entry it corrects or withdraws."""
    hidden = ("corrects", "withdraws")
    return type(event).__name__, {name: value for name, value in dict(event).items() if name not in hidden}
