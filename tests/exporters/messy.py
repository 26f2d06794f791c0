"""Returns of rows as they come: any code, any order of days, overlaps and gaps, so that every rule is broken by some.

    messy(2026, seed=1, children=120)

A child keeps to a few codes of its own, so that rules about what stays the same or runs on are broken too. A child has
one episode a start, as in a return made from a ledger, and nothing begins or ends after the year.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from ledger.domain.codes import code_list
from ledger.exporters.ssda903 import AnnualReturn, Behind, EpisodeRow, HeaderRow, WorkerRow

PLACES = (*code_list("placement-type").codes, "ZZ")
STATUSES = (*code_list("legal-status").codes, "Q1")
ENDS = (*code_list("episode-end-reason").codes, "E99")
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
URNS = (None, None, "SC123456", "SC654321", "XXXXXXX")


def messy(year: int, seed: int, children: int = 120) -> AnnualReturn:
    """Make a return in which most rules are broken, the same for the same seed."""
    draw = random.Random(seed)
    made = AnnualReturn(year)
    for number in range(children):
        _Child(draw, made, number).tell()
    made.sw_episodes.sort(key=lambda row: (row.CHILD, row.SW_DECOM, row.SW_DEC or date.max))
    for _, rows in made.tables.values():
        for place, row in enumerate(rows):
            made.behind[row] = Behind(f"journey of {row[0]}", (place + 1,))
    return made


class _Child:
    def __init__(self, draw: random.Random, made: AnnualReturn, number: int) -> None:
        self.draw, self.made, self.who = draw, made, f"K{number:04}"
        self.year = made.year
        self.begins, self.ends = date(made.year - 1, 4, 1), date(made.year, 3, 31)
        age = draw.choice((draw.randrange(-1, 3), draw.randrange(3, 12), draw.randrange(9, 20), draw.randrange(17, 27)))
        self.born = self.ends - timedelta(days=age * 365 + draw.randrange(365))
        upn = f"A{number // 2:012}"
        made.header.append(
            HeaderRow(
                self.who,
                self.some("1", "2", "2", "M", "F", "F", "U", None, "X"),
                self.some(self.born, self.born, self.born, None),
                self.some("WBRI", "CHNE", None, "ZZZZ"),
                self.some(None, "UN1", "UN4", "UN9", upn, f"I{number:012}", f"B{number:011}Z"),
                self.some(None, "0", "1"),
                self.some(None, self.born + timedelta(days=draw.randrange(-10, 9000)), self.ends + timedelta(days=9)),
            )
        )

    def some(self, *values: Any) -> Any:
        return self.draw.choice(values)

    def few(self, values: tuple[Any, ...], most: int = 2) -> list[Any]:
        return self.draw.choices(values, k=self.draw.randrange(1, most + 1))

    def tell(self) -> None:
        self._episodes()
        self._workers()

    def _episodes(self) -> None:
        draw = self.draw
        places = self.few(
            self.some(PLACES, PLACES, ("U1", "U4", "A3", "A5", "T3"), ("T3", "U6", "T4"), ("P1", "S1", "R5", "P3"))
        )
        places += self.few(self.some(PLACES, TEMPORARY), 1)
        statuses = self.few(self.some(STATUSES, ("V3", "V4"), ("L1", "L2", "L3", "J2"), ("V2", "E1", "D1")))
        posts, urns = self.few((None, "TW1 1AA", "TW1 1AF", "EH1 1AA")), self.few(URNS)
        providers, needs = (
            self.few(("PR0", "PR1", "PR2", "PR3", "PR4", "PR5", None, "PR9")),
            self.few(("N1", "N0", None)),
        )
        longest = self.some(3, 10, 30, 120)
        day = self.begins + timedelta(days=draw.randrange(-300, 200))
        if draw.random() < 0.1:
            day = self.some(date(1991, 10, 13), date(2005, 11, 30), date(2006, 1, 1), date(2014, 4, 1))
        elif draw.random() < 0.05:
            day = self.ends - timedelta(days=draw.randrange(9))
        for _ in range(draw.randrange(6)):
            until = day + timedelta(days=draw.randrange(-1 if draw.random() < 0.2 else 1, longest))
            if until < self.begins:
                until = self.begins + timedelta(days=draw.randrange(200))
            if until > self.ends or draw.random() < 0.25:
                until = None
            goes_on = draw.random() < 0.7
            reason = self.some("X1" if goes_on else self.some(*ENDS), None if until is None else "X1")
            row = EpisodeRow(
                self.who, day, self.some("S", "P", "P", "T", "L", "B", "U", "Z"), self.some(*statuses),
                self.some(*needs), self.some(*places), self.some(*providers), until, reason,
                self.some(None, None, "CHILD", "CUSTOD", "LAZY"), self.some(*posts), self.some(*posts),
                self.some(*urns),
            )  # fmt: skip
            self.made.episodes.append(row)
            step = self.some(0, 0, 0, 1, 30, 3 if until is None else -3)
            following = (until or day) + timedelta(days=step)
            day = following if following > day else day + timedelta(days=1)
            if day > self.ends:
                break

    def _workers(self) -> None:
        draw = self.draw
        day = self.begins + timedelta(days=draw.randrange(-60, 60))
        if draw.random() < 0.05:
            day = date(2023, 3, 1)
        for _ in range(draw.randrange(4)):
            until = self.some(
                None,
                day + timedelta(days=draw.choice((0, draw.randrange(150)))),
                date(self.year, 3, draw.randrange(24, 32)),
            )
            if until is not None and (until > self.ends or until < self.begins):
                until = None
            self.made.sw_episodes.append(
                WorkerRow(
                    self.who, self.born, self.some("SW1001", "XX22", "SW9", "W12", "SW", None), day, until,
                    self.some("FCONTA", "LEFTRL", "MANAGE", "LAZY", None),
                )
            )  # fmt: skip
            day = max(
                day + timedelta(days=self.some(0, 1, 1, 1)), (until or day) + timedelta(days=self.some(-3, 0, 4, 6, 9))
            )
            if day > self.ends:
                break
