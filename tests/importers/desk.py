"""An import desk: small returns made up on the spot, imported into a real ledger in memory, and what then stands in it.

    desk = Desk(tmp_path)
    desk.send(2018, episodes=["C1,01/06/2017,S,C2,,,"])
    desk.ended_rows ...

A table is a list of CSV lines under its usual header; a table given as text stands as it is, header included.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ledger.domain.clock import NOW, View, view
from ledger.domain.envelope import Subject, child
from ledger.domain.standing import Standing, stand
from ledger.imports import ImportReport, import_ssda903, import_tables
from ledger.store import create_store

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.domain.envelope import Entry
    from ledger.domain.events.base import Event
    from ledger.store import Store

HEADERS = {
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
    "uasc": "CHILD,SEX,DOB,DUC",
    "oc2": "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,"
    "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
    "oc3": "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM",
    "ad1": "CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
    "placed_for_adoption": "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
    "previous_permanence": "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
    "missing": "CHILD,DOB,MISSING,MIS_START,MIS_END",
    "sw_episodes": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
    "dolo": "CHILD,DOB,DOLO_START,DOLO_END",
}


def write_return(folder: Path, **tables: list[str] | str) -> Path:
    """Write a return with these tables and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.csv"):
        path.unlink()
    for name, rows in tables.items():
        text = rows if isinstance(rows, str) else "\n".join([HEADERS[name], *rows]) + "\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


class Desk:
    """A ledger in memory and a folder that returns come in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: Store = create_store(folder / "unused", authority="Testshire (synthetic)", engine="memory")

    def send(self, year: int, *, on: date | None = None, **tables: Any) -> ImportReport:
        """Import a return for the year ending on 31 March of `year`; options of the import may stand among tables."""
        options = {name: tables.pop(name) for name in ("dry_run", "keep_going") if name in tables}
        return import_ssda903(
            self.store,
            write_return(self.folder / "return", **tables),
            year_ending=date(year, 3, 31),
            collected_on=on,
            **options,
        )

    def send_tables(self, texts: dict[str, str], **options: Any) -> ImportReport:
        """Import simple tables given as text."""
        return import_tables(self.store, write_return(self.folder / "tables", **texts), **options)

    def entries(self, child_id: str | Subject) -> list[Entry]:
        """The entries of a child in version order."""
        subject = child_id if isinstance(child_id, Subject) else child(child_id)
        stream = "ledger" if subject.kind == "ledger" else self.store.subject_stream(subject)
        return [] if stream is None else self.store.entries(stream)

    def standings(self, child_id: str | Subject, known_at: str | None = None) -> list[Standing]:
        """How a child's entries stand, now or as known on a date."""
        at: View = NOW if known_at is None else view(known_at)
        return stand(self.entries(child_id), at)

    def in_force(self, child_id: str | Subject, kind: type[Event], known_at: str | None = None) -> list[Any]:
        """The events of a kind in force for a child, now or as known on a date."""
        found = [standing.event for standing in self.standings(child_id, known_at)]
        return [event for event in found if isinstance(event, kind)]

    @property
    def size(self) -> int:
        """How many entries the ledger has."""
        return self.store.head().size


def codes(report: ImportReport) -> list[str]:
    """The codes of a report's problems, in order."""
    return [problem.code for problem in report.problems]


def places(report: ImportReport, code: str) -> list[tuple[str | None, int | None, str | None]]:
    """Where a report tells of a problem of this code: file, line, column."""
    return [(p.file, p.line, p.column) for p in report.problems if p.code == code]
