"""The annual return goes out as it came in, for any year, as known at a clock."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger import view
from ledger.domain.clock import NOW
from ledger.exporters.ssda903 import AnnualReturn, EpisodeRow, HeaderRow, WorkerRow, annual_return
from ledger.exporters.ssda903_files import write
from ledger.exporters.ssda903_rules import as_table, broken
from ledger.imports import import_ssda903
from ledger.store import create_store
from tests.importers.desk import HEADERS, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.store import Store

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "ssda903-two-years"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def cells(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def lines(made: AnnualReturn, folder: Path, name: str) -> list[str]:
    write(made, folder)
    return (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()


HEADER = ["C1,1,05/06/2010,WBRI,A123456789012,,", "C2,2,07/08/2008,CHNE,UN1,1.0,01/02/2024"]
EPISODES = [
    "C1,01/06/2020,S,C2,N1,U4,PR1,,,,TW1 1AA,TW1 1AF,SC123",
    "C2,01/05/2023,S,V2,N8,K2,PR4,02/01/2024,X1,CHILD,,,",
    "C2,02/01/2024,P,V2,N8,U6,PR1,,,,,,",
]
WORKERS = [
    "C1,05/06/2010,SW1001,01/06/2023,10/10/2023,FCONTA",
    "C1,05/06/2010,XX1,10/10/2023,,LEFTRL",
    "C2,07/08/2008,SW1001,01/05/2023,,FCONTA",
]


def test_rows_go_out_as_they_came_in(desk: Desk, tmp_path: Path) -> None:
    desk.send(2024, header=HEADER, episodes=EPISODES, sw_episodes=WORKERS)
    made = annual_return(desk.store, 2024, view("2024-03-31"))
    header = lines(made, tmp_path / "out", "header")
    assert header == [HEADERS["header"], HEADER[0], HEADER[1].replace("1.0", "1")]
    assert lines(made, tmp_path / "out", "episodes") == [HEADERS["episodes"], *EPISODES]
    assert lines(made, tmp_path / "out", "sw_episodes") == [HEADERS["sw_episodes"], *WORKERS]


def test_sex_is_a_letter_from_the_return_of_2025(desk: Desk) -> None:
    desk.send(2024, header=HEADER, episodes=EPISODES)
    assert [row.SEX for row in annual_return(desk.store, 2024).header] == ["1", "2"]
    assert [row.SEX for row in annual_return(desk.store, 2025).header] == ["M", "F"]


def test_a_year_has_the_episodes_that_touch_it(desk: Desk) -> None:
    desk.send(2024, header=HEADER, episodes=EPISODES)
    assert [row.DECOM for row in annual_return(desk.store, 2023).episodes] == [date(2020, 6, 1)]
    assert [row.CHILD for row in annual_return(desk.store, 2025).episodes] == ["C1", "C2"]
    assert annual_return(desk.store, 2019).header == []


def test_an_end_after_the_year_is_no_end_in_it(desk: Desk) -> None:
    desk.send(2025, header=HEADER[:1], episodes=["C1,01/06/2020,S,C2,N1,U4,PR1,01/07/2024,E4A,,,,"])
    [row] = annual_return(desk.store, 2024).episodes
    assert (row.DEC, row.REC) == (None, None)
    [row] = annual_return(desk.store, 2025).episodes
    assert (date(2024, 7, 1), "E4A") == (row.DEC, row.REC)


def test_the_clock_chooses_what_is_known(desk: Desk) -> None:
    desk.send(2024, header=HEADER[:1], episodes=EPISODES[:1])
    desk.send(2025, header=HEADER[:1], episodes=["C1,01/06/2020,S,C2,N1,U4,PR1,20/03/2024,E4A,,TW1 1AA,TW1 1AF,SC123"])
    assert annual_return(desk.store, 2024, view("2024-03-31")).episodes[0].DEC is None
    assert date(2024, 3, 20) == annual_return(desk.store, 2024, view("2025-03-31")).episodes[0].DEC
    assert annual_return(desk.store, 2024, view("2023-03-31")).header == []


def test_workers_are_told_of_children_looked_after_on_31_march_alone(desk: Desk) -> None:
    episodes = [
        "C1,01/06/2020,S,C2,N1,U4,PR1,01/07/2023,E4A,,,,",
        "C2,01/05/2023,S,V4,N8,K2,PR4,,,,,,",
    ]
    desk.send(2024, header=HEADER, episodes=episodes, sw_episodes=WORKERS)
    assert annual_return(desk.store, 2024).sw_episodes == []


def test_a_child_of_whom_another_table_speaks_is_in_the_header(desk: Desk) -> None:
    desk.send(
        2024,
        header=HEADER,
        episodes=EPISODES[:1],
        oc2=["C2,07/08/2008,12,,0,1,1,1,1,0,,"],
    )
    made = annual_return(desk.store, 2024, view("2024-03-31"))
    assert [row.CHILD for row in made.header] == ["C1", "C2"]
    assert [(each.code, each.rows) for each in broken(made) if each.code == "EPI"] == [("EPI", (2,))]


def test_restricted_entries_are_left_out_and_counted(desk: Desk) -> None:
    from ledger import Ledger
    from ledger.events import CareEpisodeStarted, EntryRestricted

    desk.send(2024, header=HEADER, episodes=EPISODES)
    started = next(e for e in desk.entries("C1") if isinstance(e.event, CareEpisodeStarted))
    Ledger(desk.store).append("C1", EntryRestricted(restricts=started.event_id, reason="third party"), by="W1")
    made = annual_return(desk.store, 2024, view("2024-03-31"))
    assert {row.CHILD for row in made.episodes} == {"C2"}
    assert made.left_out["restricted entries"] == 1


def test_a_correction_is_what_goes_out(desk: Desk) -> None:
    from ledger import Ledger
    from ledger.events import CareEpisodeStarted

    desk.send(2024, header=HEADER[:1], episodes=EPISODES[:1])
    started = next(e for e in desk.entries("C1") if isinstance(e.event, CareEpisodeStarted))
    assert started.event is not None
    mended = started.event.model_copy(update={"placement": "U6"})
    Ledger(desk.store).correct(started.event_id, mended, reason="wrong value", by="W1")
    assert annual_return(desk.store, 2024, view("2024-03-31")).episodes[0].PLACE == "U4"
    assert annual_return(desk.store, 2024, NOW).episodes[0].PLACE == "U6"


def worker(decom: date, dec: date | None, reason: str | None = "LEFTRL", sw: str = "SW1001") -> WorkerRow:
    return WorkerRow("C1", date(2010, 1, 1), sw, decom, dec, reason)


JUNE, JULY, LATE = date(2025, 6, 2), date(2025, 7, 1), date(2026, 3, 28)


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([worker(JUNE, None)], set()),
        ([worker(JUNE, None, sw="12")], {"SW02STG1"}),
        ([worker(JUNE, None, sw="SW1")], {"SW02STG1"}),
        ([worker(JUNE, None, reason=None)], {"SW03STG1", "SW13STG1"}),
        ([worker(JUNE, None, reason="LAZY")], {"SW13STG1"}),
        ([worker(JUNE, None), worker(JULY, None)], {"SW08STG2", "SW10STG2", "SW10aSTG2"}),
        ([worker(JUNE, date(2025, 6, 4)), worker(date(2025, 6, 4), None)], {"SW09STG2"}),
        ([worker(JUNE, date(2025, 6, 20)), worker(JULY, None)], {"SW10STG2", "SW10aSTG2"}),
        ([worker(JUNE, date(2025, 6, 20)), worker(JULY, None, reason="FCONTA")], set()),
        ([worker(JUNE, JULY), worker(date(2025, 6, 30), None, reason="FCONTA")], {"SW10bSTG2"}),
        ([worker(JUNE, LATE)], {"SW11bSTG2", "SW17STG2"}),
        ([worker(JUNE, JULY)], {"SW17STG2"}),
        ([worker(JUNE, JUNE), worker(JULY, None, reason="FCONTA")], {"SW09STG2", "SW18STG2"}),
        ([worker(JUNE, date(2025, 6, 9)), worker(JUNE, None)], {"SW08STG2", "SW17STG2", "SW19STG2"}),
    ],
)
def test_each_worker_rule_by_an_example(rows: list[WorkerRow], codes: set[str]) -> None:
    made = AnnualReturn(2026, sw_episodes=rows)
    assert {each.code for each in broken(made)} == codes


def test_a_child_in_care_without_a_worker_is_told() -> None:
    row = EpisodeRow("C1", JUNE, "S", "C2", "N1", "U4", "PR1", None, None, None, "TW1 1AA", "TW1 1AF", "SC123")
    made = AnnualReturn(2026, [HeaderRow("C1", "M", JUNE, "WBRI", "UN1", None, None)], [row])
    assert {each.code: each.rows for each in broken(made)} == {"SW01STG1": (1,), "SW12STG2": (1,)}
    table = as_table(made)
    assert [row[:4] for row in table.rows] == [("SW01STG1", "episodes", 1, 1), ("SW12STG2", "episodes", 1, 1)]


def test_no_worker_rule_is_told_of_a_year_before_the_table_was() -> None:
    made = AnnualReturn(2023, sw_episodes=[worker(date(2022, 6, 1), None, sw="12")])
    assert broken(made) == []


class Years:
    """A ledger with both shared returns."""

    def __init__(self, store: Store) -> None:
        self.store = store
        import_ssda903(store, SHARED, year_ending=date(2018, 3, 31))
        import_ssda903(store, SHARED, year_ending=date(2019, 3, 31))


@pytest.fixture(scope="module")
def years() -> Iterator[Years]:
    store = create_store("unused", authority="Testshire (synthetic)", engine="memory")
    yield Years(store)
    store.close()


def out(made: AnnualReturn, folder: Path, name: str) -> list[tuple[str, ...]]:
    write(made, folder)
    return [tuple(row.values()) for row in cells(folder, f"{name}.csv")]


@shared
@pytest.mark.shared
@pytest.mark.parametrize("known", ["2018-03-31", "2018-12-31"])
def test_the_shared_return_comes_out_row_by_row(years: Years, tmp_path: Path, known: str) -> None:
    made = annual_return(years.store, 2018, view(known))
    source: list[Any] = [tuple(row.values()) for row in cells(SHARED, "2017-header.csv")]
    assert sorted(out(made, tmp_path, "header")) == sorted((*r[:5], r[5].replace("1.0", "1"), r[6]) for r in source)
    source = [tuple(row.values()) for row in cells(SHARED, "2017-episodes.csv")]
    # The import reported two ends that lie after the return: they were only expected, and this year does not end them.
    ahead = [row for row in source if row[7] == "01/04/2018"]
    assert len(ahead) == made.left_out.total() == 2
    assert sorted(out(made, tmp_path, "episodes")) == sorted(
        (*r[:7], "", "", "", *r[10:]) if r in ahead else r for r in source
    )


@shared
@pytest.mark.shared
def test_the_second_shared_return_comes_out_with_what_it_did_not_mention(years: Years, tmp_path: Path) -> None:
    made = annual_return(years.store, 2019, view("2019-03-31"))
    found = out(made, tmp_path, "episodes")
    source = [tuple(row.values()) for row in cells(SHARED, "2018-episodes.csv")]
    before = [tuple(row.values()) for row in cells(SHARED, "2017-episodes.csv")]
    mentioned = {row[:2] for row in source}
    assert sorted(row for row in found if row[:2] in mentioned) == sorted(source)
    # An end that was only expected does not become true by the passing of time: nobody has said that it came.
    unmentioned = {row[:2] for row in before if row[7] in ("", "01/04/2018") and row[:2] not in mentioned}
    assert {row[:2] for row in found if row[:2] not in mentioned} == unmentioned
    assert len(unmentioned) == 88 + 2
    assert made.unconfirmed == 88, "as the import declared; the two others had an end to come"


@shared
@pytest.mark.shared
def test_what_goes_out_comes_in_again_and_changes_nothing(years: Years, tmp_path: Path) -> None:
    made = annual_return(years.store, 2018, view("2018-03-31"))
    write(made, tmp_path)
    store = create_store("unused", authority="Testshire (synthetic)", engine="memory")
    import_ssda903(store, tmp_path, year_ending=date(2018, 3, 31))
    again = annual_return(store, 2018, view("2018-03-31"))
    with_episodes = {row.CHILD for row in made.episodes}
    assert again.header == [row for row in made.header if row.CHILD in with_episodes]
    assert again.episodes == made.episodes
    store.close()
