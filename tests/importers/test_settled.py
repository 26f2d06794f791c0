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
from ledger.domain.envelope import LEDGER
from ledger.domain.events.record import SourceCoverageDeclared
from ledger.importers.settled import settled
from tests.importers.desk import Desk

DAYS = st.dates(date(2017, 1, 1), date(2020, 12, 31)).map(lambda on: f"{on:%d/%m/%Y}")
CHILDREN = st.sampled_from(["C1", "C2"])
DOBS = st.sampled_from(["12/05/2005", "12/05/2005", "12/05/2005", "13/05/2005"])
YEARS = (2018, 2019, 2020)
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


def _said(status: str) -> st.SearchStrategy[list[str]]:
    row = f"C1,31/03/2018,S,{status},N1,,PR1,"
    return st.sampled_from([[], [f"{row},,,,,"], [f"{row}01/04/2018,,,,,"]])


quarrel = st.tuples(_said("C2"), _said("V3")).map(lambda found: {"episodes": [*found[0], *found[1]]})
"""Two episodes of one start, each open, ended or not mentioned: returns that contradict each other most."""
one_a_year = st.one_of(
    st.fixed_dictionaries(dict.fromkeys(YEARS, quarrel)),
    st.dictionaries(st.sampled_from(YEARS), returns, min_size=1),
)


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


# When returns come to rest. A return is compared with what is known at its collection, and writes as of then. Then:
# 1. Sent twice in a row it writes nothing the second time: all it states is in force, and what it leaves out declared.
# 2. Once sent, a newer return's entries never make it write again. They are known too late to be in force; a root known
#    later is taken up only by a row that has no partner, and now every row has one. Only older returns' entries can.
# 3. So, by induction, the n-th oldest writes in the first n rounds only, in whatever order each round is sent: all the
#    older ones write nothing from round n on, so that in round n it meets all it will ever meet, and is then at rest.
# 4. By the same induction one round from the oldest to the newest is enough, whatever was sent before.
# In another order fewer than n rounds may not do, as the known case shows: each hears of an older one a round late.


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    one_a_year,
    st.lists(st.permutations(YEARS), min_size=len(YEARS) + 1, max_size=len(YEARS) + 1),
)
def test_the_nth_oldest_return_writes_in_the_first_n_rounds_only(
    sent: dict[int, dict[str, Any]], orders: list[list[int]]
) -> None:
    """One return a year, sent round after round, each round in any order; sent twice in a row it writes once."""
    oldest_first = sorted(sent)
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for number, order in enumerate(orders):
            for year in [year for year in order if year in sent]:
                appended = desk.send(year, **sent[year]).appended
                assert appended == 0 or oldest_first.index(year) >= number
                size = desk.size
                assert desk.send(year, **sent[year]).appended == 0
                assert desk.size == size


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one_a_year, st.permutations(YEARS), st.permutations(YEARS))
def test_one_round_from_the_oldest_to_the_newest_is_enough(
    sent: dict[int, dict[str, Any]], order: list[int], again: list[int]
) -> None:
    """One return a year, in any order; once all were sent again, oldest first, they leave the ledger as it is."""
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for year in [*[year for year in order if year in sent], *sorted(sent)]:
            desk.send(year, **sent[year])
        size = desk.size
        for year in [year for year in again if year in sent]:
            assert desk.send(year, **sent[year]).appended == 0
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


CONTRADICTING: dict[int, dict[str, Any]] = {
    2018: {"episodes": ["C2,31/03/2018,S,C2,,,PR1,01/04/2018,,,,,"]},
    2019: {"episodes": ["C2,31/03/2018,S,V3,N1,,PR1,,E4A,,,,"]},
    2020: {"episodes": []},
}
"""The oldest says that an episode ended, the next that it is open, the newest does not mention it."""


@pytest.mark.parametrize(
    ("orders", "written"),
    [
        # The end comes last; 2019 then takes it back, and 2020, sent before that, can only now miss an open episode.
        (["2020 2019 2018"] * 4, [[1, 3, 4], [0, 1, 0], [1, 0, 0], [0, 0, 0]]),
        (["2020 2019 2018"] + ["2018 2019 2020"] * 2, [[1, 3, 4], [0, 1, 1], [0, 0, 0]]),
        (["2018 2019 2020"] * 2, [[4, 3, 1], [0, 0, 0]]),
    ],
)
def test_a_newer_return_sees_what_an_older_one_changed_when_it_is_sent_again(
    tmp_path: Path, orders: list[str], written: list[list[int]]
) -> None:
    desk = Desk(tmp_path)
    rounds = [[int(year) for year in order.split()] for order in orders]
    assert [[desk.send(year, **CONTRADICTING[year]).appended for year in order] for order in rounds] == written
    coverage = desk.in_force(LEDGER, SourceCoverageDeclared)
    missed = [each.unmentioned for each in sorted(coverage, key=lambda each: each.covers_from)]
    assert [episode.started_on for episode in missed[-1]] == [date(2018, 3, 31)]


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
