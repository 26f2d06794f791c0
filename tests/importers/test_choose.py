"""Which files of a folder are the return of a year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.errors import Malformed, NotFound
from ledger.importers.ssda903 import choose, read_return

YEAR = date(2018, 3, 31)


def files(*names: str) -> list[Path]:
    return [Path(name) for name in names]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("episodes.csv", "episodes"),
        ("2017-Episodes.CSV", "episodes"),
        ("2017_EPISODES.csv", "episodes"),
        ("2017 episodes.csv", "episodes"),
        ("2017episodes.csv", "episodes"),
        ("placed_for_adoption.csv", "placed_for_adoption"),
        ("2017-placed_adoption.csv", "placed_for_adoption"),
        ("Placed Adoption.csv", "placed_for_adoption"),
        ("previous_permanence.csv", "previous_permanence"),
        ("prev_perm.csv", "previous_permanence"),
        ("sw_episodes.csv", "sw_episodes"),
        ("social_worker.csv", "sw_episodes"),
        ("2017-SocialWorker.csv", "sw_episodes"),
        ("DoLo.csv", "dolo"),
        ("OC2.csv", "oc2"),
        ("2017-oc3.csv", "oc3"),
        ("AD1.csv", "ad1"),
        ("header.csv", "header"),
        ("uasc.csv", "uasc"),
        ("missing.csv", "missing"),
        ("reviews.csv", "reviews"),
    ],
)
def test_names_are_read_in_every_spelling(name: str, table: str) -> None:
    chosen, aside = choose(files(name), YEAR)
    assert ({t: p.name for t, p in chosen.items()}, aside) == ({table: name}, [])


def test_the_year_a_name_begins_with_is_the_year_in_which_the_return_began() -> None:
    chosen, aside = choose(files("2017-episodes.csv", "2018-episodes.csv", "notes.csv", "header.csv"), YEAR)
    assert {t: p.name for t, p in chosen.items()} == {"episodes": "2017-episodes.csv"}
    assert aside == ["2018-episodes.csv", "header.csv", "notes.csv"]


def test_names_without_a_year_belong_to_any() -> None:
    chosen, _ = choose(files("episodes.csv", "2019-header.csv"), YEAR)
    assert list(chosen) == ["episodes"]


def test_no_file_of_the_year_names_the_years_there_are() -> None:
    with pytest.raises(Malformed) as caught:
        choose(files("2015-header.csv", "2016-header.csv"), YEAR)
    assert "2015, 2016" in str(caught.value)
    assert "2017-episodes.csv" in str(caught.value)


def test_two_files_of_one_table_are_refused() -> None:
    with pytest.raises(Malformed) as caught:
        choose(files("social_worker.csv", "sw_episodes.csv"), YEAR)
    assert [problem.file for problem in caught.value.problems] == ["social_worker.csv", "sw_episodes.csv"]


def test_a_year_ends_on_31_march(tmp_path: Path) -> None:
    with pytest.raises(Malformed) as caught:
        read_return(tmp_path, year_ending=date(2018, 4, 1))
    assert caught.value.problems[0].code == "bad-year"


def test_a_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_return(tmp_path / "nowhere", year_ending=YEAR)
