"""One child for each rule: as clean as can be but for it, and what else the same rows cannot help breaking.

    returns()[2026].episodes

Every child begins as one of whom nothing is wrong: a boy of 13 in foster care since 2 June, with one worker.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.exporters.ssda903 import AnnualReturn, Behind, EpisodeRow, HeaderRow, WorkerRow

if TYPE_CHECKING:
    from collections.abc import Mapping

LATEST = 2026


class Example(NamedTuple):
    """What is changed of a clean child; days are counted from 2 June."""

    episodes: tuple[dict[str, Any], ...] = ({},)
    workers: tuple[dict[str, Any], ...] | None = None
    header: Mapping[str, Any] = MappingProxyType({})
    also: str = ""
    """The other rules that the same rows break."""
    year: int = LATEST


def one(year: int = LATEST, also: str = "", header: dict[str, Any] | None = None, **changes: Any) -> Example:
    """One episode that is changed so."""
    return Example((changes,), header=header or {}, also=also, year=year)


def ep(start: int, end: int | None = None, **changes: Any) -> dict[str, Any]:
    """An episode from one day to another; one that does not begin care is in another home."""
    moved = {} if start == 0 else {"RNE": "P", "URN": "SC654321"}
    return {"start": start, "end": end, **moved, **changes}


def several(*episodes: dict[str, Any], also: str = "", year: int = LATEST, **header: Any) -> Example:
    """Several episodes of one child."""
    return Example(episodes, header=header, also=also, year=year)


def person(also: str = "", year: int = LATEST, **changes: Any) -> Example:
    """One episode of a child whose header is changed so."""
    return Example(header=changes, also=also, year=year)


def workers(*rows: dict[str, Any], also: str = "", year: int = LATEST) -> Example:
    """A child with these workers; each from a day, to a day or open."""
    return Example(workers=rows, also=also, year=year)


def aged(years: int, days: int = 0) -> date:
    """The day of birth of somebody who turned so many years on 2 June, or so many days later."""
    return date(LATEST - 1 - years, 6, 2) + timedelta(days=days)


GIRL: dict[str, Any] = {"SEX": "F", "MOTHER": "0"}
BREAK: dict[str, Any] = {"LS": "V3", "PLACE": "R1", "HOME_POST": None, "PL_POST": None, "URN": None}
HOME: dict[str, Any] = {"PLACE": "P1", "PLACE_PROVIDER": "PR0", "URN": None}
AWAY: dict[str, Any] = {"PLACE_PROVIDER": None, "URN": None}
OUT: dict[str, Any] = {"REC": "E4A"}
MOVES: dict[str, Any] = {"REASON_PLACE_CHANGE": "CHILD"}

EXAMPLES: dict[str, Example] = {
    "101": person(SEX="1"),
    "102": person(DOB=None),
    "103": person(ETHNIC="ZZZZ"),
    "168": person(UPN="UN6"),
    "174": person(MC_DOB=date(2025, 1, 1)),
    "209": person(UPN="UN1"),
    "232": person(SEX="U"),
    "301": person(DOB=date(2026, 4, 1), also="302"),
    "351": person(DOB=date(2000, 3, 31), also="352 359"),
    "393": person(SEX="F"),
    "442": person(UPN=None),
    "444": person(UPN="A999999999999"),
    "611": person(SEX="F", MOTHER="1"),
    "612": person(SEX="F", MOTHER="0", MC_DOB=date(2025, 1, 1)),
    "620": person(SEX="F", MOTHER="1", MC_DOB=date(2025, 1, 1), DOB=date(2014, 4, 2)),
    "621": person(SEX="F", MOTHER="1", MC_DOB=date(2012, 5, 5)),
    "EPI": Example(episodes=(), workers=()),
    "142": several(ep(0, None), ep(30, 60, **OUT, **MOVES), also="433"),
    "143": one(RNE="Z", also="357 SW12STG2"),
    "144": one(LS="Q1"),
    "145": one(CIN="N9"),
    "146": one(PLACE="K9"),
    "148": one(REC="E4A"),
    "149": one(end=30, REC="E99"),
    "169": one(PL_POST=None, also="179 392b"),
    "178": one(PLACE_PROVIDER="PR9"),
    "179": one(PL_POST=None, also="169 392b"),
    "199": several(ep(0, 30, PLACE="A4", REC="E11"), ep(40, 60, RNE="S", **OUT)),
    "210": Example(({"start": 296},), ({"start": 296},), {"UPN": "UN4"}),
    "213": several(ep(0, 30), ep(30, 35, PLACE="T4", URN=None), ep(35, 60, **OUT, URN="SC123456")),
    "214": one(end=10, **OUT, **BREAK | {"URN": "SC123456"}, also="222"),
    "217": several(ep(0, 30, **MOVES), ep(30, 60, PLACE="A3", **OUT)),
    "217t": one(2024, PLACE="P2", URN=None, header={"DOB": date(2006, 5, 5)}),
    "218": one(URN=None),
    "222": one(PLACE="P3", header={"DOB": aged(17)}),
    "225": several(ep(0, 30), ep(30, 60, **OUT)),
    "226": several(ep(0, 30, **MOVES), ep(30, 40, PLACE="T0", **AWAY), ep(40, 60, **OUT, URN="SC123456")),
    "230": one(2024, PLACE="H5", URN=None, header={"DOB": date(2006, 5, 5)}),
    "233": one(**MOVES),
    "234": several(ep(0, 30, REASON_PLACE_CHANGE="CUSTOD"), ep(30, 60, **OUT), DOB=aged(9)),
    "242": one(PLACE="K2", URN="XXXXXXX"),
    "302": person(DOB=aged(0, 1)),
    "336": several(ep(0, 30, PLACE="K2", **MOVES), ep(30, 60, PLACE="A4", **OUT)),
    "352": one(end=10, **OUT, header={"DOB": aged(18)}),
    "353": one(on=date(1991, 10, 13), also="302"),
    "355": one(end=0, **OUT),
    "356": one(end=-1, **OUT),
    "357": one(RNE="P", also="SW12STG2"),
    "358": one(LS="J1", header={"DOB": aged(10)}),
    "359": person(DOB=aged(18, 30)),
    "361": one(LS="L1", end=4, **OUT),
    "362": one(LS="L2", end=22, **OUT),
    "363": one(LS="L3", end=8, **OUT),
    "364": one(LS="J2", end=22, **OUT),
    "365": one(end=18, **OUT, **BREAK),
    "366": one(end=10, **OUT, **BREAK | {"RNE": "P"}, also="357"),
    "367": Example(
        tuple({"start": 20 * n, "end": 20 * n + 16, **OUT, **BREAK} for n in range(5)),
    ),
    "370": one(2024, PLACE="P2", URN=None, end=10, **OUT, header={"DOB": date(2007, 6, 3)}),
    "371": one(PLACE="K3", end=10, **OUT, header={"DOB": aged(16, 1)}),
    "372": one(PLACE="R5", PLACE_PROVIDER="PR4", URN=None, end=10, **OUT, header={"DOB": aged(10, 1)}),
    "373": one(PLACE="S1", end=10, **OUT, header={"DOB": aged(4, 1)}),
    "374": one(PLACE="P3", URN=None, end=10, **OUT, header={"DOB": aged(14, 1)}),
    "375": several(ep(0, 30), ep(30, 73, PLACE="T1", **AWAY), ep(73, 90, **OUT, URN="SC123456")),
    "376": several(ep(0, 30), ep(30, 52, PLACE="T3", **AWAY), ep(52, 90, **OUT, URN="SC123456")),
    "377": several(
        ep(0, 10),
        ep(10, 20, PLACE="T3", **AWAY),
        ep(20, 30, URN="SC123456"),
        ep(30, 40, PLACE="T3", **AWAY),
        ep(40, 50, URN="SC123456"),
        ep(50, 60, PLACE="T3", **AWAY),
        ep(60, 70, **OUT, URN="SC123456"),
    ),
    "378": one(**HOME, LS="V2"),
    "379": several(ep(0, 30), ep(30, 38, PLACE="T4", **AWAY), ep(38, 90, **OUT, URN="SC123456")),
    "380": one(PLACE="T0", **AWAY),
    "381": several(ep(0, 30), ep(30, 35, PLACE="T0", **AWAY, **OUT)),
    "382": one(end=10, **OUT, **BREAK | {"PLACE": "T0", "PLACE_PROVIDER": None}, also="380 381"),
    "383": several(ep(0, 30), ep(30, 40, PLACE="T0", **AWAY), ep(40, 60, PLACE="U4", **OUT)),
    "384": one(end=10, **OUT, **BREAK | {"PLACE": "U4", "URN": "SC123456"}, also="214"),
    "386": several({"on": date(2023, 6, 2), "PLACE": "A4", "end": 10, "REC": "E11"}, DOB=aged(18)),
    "387": one(end=10, REC="E5"),
    "388": several(ep(0, 30)),
    "389": one(end=10, REC="E7"),
    "390": one(end=10, REC="E11"),
    "392b": one(HOME_POST=None),
    "392d": one(HOME_POST="tw1 1af"),
    "398": one(end=10, **OUT, **BREAK | {"HOME_POST": "TW1 1AA"}),
    "407": several({"on": date(2023, 6, 2), "end": 10, "REC": "E45"}, DOB=aged(18)),
    "408": one(PLACE="A6"),
    "420": one(end=10, **OUT, **BREAK | {"PL_POST": "TW1 1AF"}, also="214 398"),
    "426": several({"end": 10, **OUT, **BREAK}, {"start": 20, "end": 30, **OUT, **BREAK, "LS": "V4"}),
    "431": several(ep(0, 30, **OUT), ep(30, 60, **OUT, RNE="S"), also="388"),
    "432": several(ep(0, 30, **OUT), ep(31, 60, **OUT, RNE="Z"), also="143"),
    "433": several(ep(0, 30), ep(31, 60, **OUT), also="225 388"),
    "434": several(ep(0, 30), ep(30, 60, **OUT, RNE="L", URN="SC123456")),
    "435": several(ep(0, 30, **MOVES), ep(30, 60, **OUT, URN="SC123456")),
    "436": several(ep(0, 30, **MOVES), ep(30, 60, **OUT, RNE="B")),
    "437": several(ep(0, 30, REC="E2"), ep(40, 60, **OUT, RNE="S")),
    "445": one(2024, on=date(2006, 1, 1), LS="D1", also="302 451"),
    "446": one(on=date(2005, 11, 30), LS="E1", also="302"),
    "451": one(2024, on=date(2005, 12, 31), LS="D1", also="302"),
    "460": one(end=10, REC="E17"),
    "501": several(ep(0, 30, **MOVES), ep(29, 60, **OUT), also="388 433"),
    "504": several(ep(0, 30, **MOVES), ep(30, 60, **OUT, CIN="N2")),
    "516": one(end=10, REC="E45", PLACE="K2"),
    "526": one(PLACE_PROVIDER=None),
    "527": one(**HOME | {"PLACE_PROVIDER": "PR1"}),
    "528": one(**HOME | {"PLACE_PROVIDER": "PR2"}),
    "529": one(PLACE_PROVIDER="PR3"),
    "530": one(**HOME | {"PLACE_PROVIDER": "PR4"}),
    "531": one(**HOME | {"PLACE_PROVIDER": "PR5"}),
    "550": one(PLACE_PROVIDER="PR0"),
    "607": one(end=30, **OUT, header={"SEX": "F"}, also="393"),
    "625": one(end=30, **OUT, header=GIRL | {"MOTHER": "1", "MC_DOB": aged(0, 31)}),
    "1009": several(ep(0, 30, REASON_PLACE_CHANGE="LAZY"), ep(30, 60, **OUT)),
    "1015": one(PLACE="K2", PL_POST=None, also="169 179 392b"),
    "SW01STG1": workers(also="SW12STG2", year=2024),
    "SW02STG1": workers({"SW_ID": "W1001"}),
    "SW03STG1": workers({"SW_ID": None}, also="SW01STG1 SW02STG1", year=2024),
    "SW01aSTG1": workers({"on": date(2023, 3, 1), "SW_ID": None}, also="SW02STG1 SW03STG1 SW12STG2", year=2025),
    "SW01bSTG1": workers({"SW_REASON": None}, also="SW03STG1 SW13STG1", year=2025),
    "SW08STG2": workers({}, {"start": 30}),
    "SW09STG2": workers({"end": 2}, {"start": 2, "SW_REASON": "LEFTRL"}),
    "SW10STG2": workers({"end": 20}, {"start": 28, "SW_REASON": "LEFTRL"}, year=2025),
    "SW10aSTG2": workers({"end": 20}, {"start": 28, "SW_REASON": "LEFTRL"}, also="SW10STG2"),
    "SW10bSTG2": workers({"end": 20}, {"start": 20}),
    "SW11aSTG2": workers({"end": 20}, {"start": 26, "SW_REASON": "LEFTRL"}, year=2024),
    "SW11bSTG2": workers({"until": date(2026, 3, 28)}, also="SW17STG2"),
    "SW12STG2": workers({"start": -1}),
    "SW13STG1": workers({"SW_REASON": "LAZY"}),
    "SW14STG2": workers({}, {"start": 3}, also="SW08STG2 SW10STG2", year=2024),
    "SW17STG2": workers({"end": 20}),
    "SW18STG2": workers({"end": -1}, {"start": 1, "SW_REASON": "LEFTRL"}, also="SW09STG2"),
    "SW19STG2": workers({"end": 3}, {"end": 4}, {"start": 4, "SW_REASON": "LEFTRL"}, also="SW10bSTG2"),
}


def returns() -> dict[int, AnnualReturn]:
    """Make the returns of all examples: by year, and each child's id is the code of its rule."""
    made: dict[int, AnnualReturn] = {}
    for number, (code, told) in enumerate(EXAMPLES.items()):
        mine = made.setdefault(told.year, AnnualReturn(told.year))
        begins = date(told.year - 1, 6, 2)
        born = date(told.year - 14, 5, 5)
        given = {"SEX": "M", "DOB": born, "ETHNIC": "WBRI", "UPN": f"A{number:012}", **told.header}
        given["SEX"] = {"M": "1", "F": "2"}.get(given["SEX"], given["SEX"]) if told.year < 2025 else given["SEX"]
        header = HeaderRow(code, **{"MOTHER": None, "MC_DOB": None, **given})
        mine.header.append(header)
        if code == "444":
            mine.header.append(header._replace(CHILD="444 too"))
            mine.episodes.append(_episode("444 too", begins, {}))
            mine.sw_episodes.append(_worker("444 too", born, begins, {}))
        mine.episodes += [_episode(code, begins, changes) for changes in told.episodes]
        looked_after = any(code == row.CHILD for row in mine.episodes)
        first = min((row.DECOM for row in mine.episodes if code == row.CHILD), default=begins)
        default = ({"on": max(first, begins - timedelta(days=700))},) if looked_after else ()
        mine.sw_episodes += [
            _worker(code, born, begins, changes) for changes in (default if told.workers is None else told.workers)
        ]
    for each in made.values():
        for _, rows in each.tables.values():
            each.behind.update({row: Behind(str(row[0]), ()) for row in rows})
    return made


def _days(begins: date, changes: dict[str, Any]) -> tuple[date, date | None, dict[str, Any]]:
    rest = {name: value for name, value in changes.items() if name not in ("on", "start", "end", "until")}
    end = changes.get("end")
    until = changes.get("until", None if end is None else begins + timedelta(days=end))
    return changes.get("on", begins + timedelta(days=changes.get("start", 0))), until, rest


def _episode(who: str, begins: date, changes: dict[str, Any]) -> EpisodeRow:
    on, until, rest = _days(begins, changes)
    usual: dict[str, Any] = {
        "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U6", "PLACE_PROVIDER": "PR1",
        "REC": None if until is None else "X1", "REASON_PLACE_CHANGE": None,
        "HOME_POST": "TW1 1AA", "PL_POST": "TW1 1AF", "URN": "SC123456",
    }  # fmt: skip
    return EpisodeRow(CHILD=who, DECOM=on, DEC=until, **{**usual, **rest})


def _worker(who: str, born: date, begins: date, changes: dict[str, Any]) -> WorkerRow:
    on, until, rest = _days(begins, changes)
    return WorkerRow(who, born, SW_DECOM=on, SW_DEC=until, **{"SW_ID": "SW1001", "SW_REASON": "FCONTA", **rest})
