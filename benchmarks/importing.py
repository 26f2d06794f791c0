"""Importing: an annual return a ledger already holds, read and compared once more, beside reading its files alone."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.ledgers import folder, fresh
from benchmarks.measured import in_turns, seconds

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measured import Pair

YEAR_ENDS = date(2024, 3, 31)
HEADER = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
EPISODES = (
    *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER"),
    *("DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
)
REVIEWS = ("CHILD", "DOB", "REVIEW", "REVIEW_CODE")
EACH = 3
"""Episodes and reviews per child."""


def unchanged(children: int, rounds: int) -> Pair:
    """Import a return, then measure importing it again: it must write nothing."""
    with folder() as path, fresh(path) as ledger:
        rows = write_return(path, children)
        first = seconds(partial(_import, ledger, path))
        size = ledger.head().size
        ours, bare = partial(_import, ledger, path), partial(_read, path)
        found = in_turns(ours, bare, rounds=rounds, count=rows, unit="rows")
        if ledger.head().size != size:
            raise AssertionError("an unchanged return must write nothing")
        return replace(found, also=(("first import", first),))


def _import(ledger: Any, path: Path) -> None:
    ledger.import_return(path, year_ending=YEAR_ENDS)


def _read(path: Path) -> int:
    count = 0
    for file in sorted(path.glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as lines:
            count += sum(1 for _ in csv.DictReader(lines))
    return count


def write_return(path: Path, children: int) -> int:
    """Write a synthetic return of this many children and return how many rows it has."""
    draw = random.Random(1)
    born = {f"SYN{number:06}": date(2010, 1, 1) + timedelta(days=draw.randrange(3000)) for number in range(children)}
    header = [(child, "1", _uk(day), "WBRI", "UN3", "", "") for child, day in born.items()]
    episodes, reviews = [], []
    for child, day in born.items():
        starts = day + timedelta(days=draw.randrange(300, 900))
        for number in range(EACH):
            ends = starts + timedelta(days=draw.randrange(60, 400))
            last = number == EACH - 1
            episodes.append(
                (child, _uk(starts), "P" if number else "S", "C2", "N1", "U6", "PR1")
                + (("", "", "") if last else (_uk(ends), "X1", "CARPL"))
                + ("ZZ1 1ZZ", "ZZ2 2ZZ", "SC000000")
            )
            reviews.append((child, _uk(day), _uk(starts + timedelta(days=21 + number)), "PN1"))
            starts = ends
    for name, columns, rows in (
        ("header", HEADER, header),
        ("episodes", EPISODES, episodes),
        ("reviews", REVIEWS, reviews),
    ):
        with (path / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([columns, *rows])
    return len(header) + len(episodes) + len(reviews)


def _uk(day: date) -> str:
    return f"{day:%d/%m/%Y}"
