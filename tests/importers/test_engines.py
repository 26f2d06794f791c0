"""The same import on every engine."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ledger.importers.csv_forms import FORMS, template
from ledger.imports import append_cloudevents, import_ssda903, import_tables
from tests.importers.desk import write_return
from tests.importers.test_cloudevents import REGISTERED, VISIT, lines

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.store import Store

DOB = "12/05/2005"


def test_an_import_and_the_next_one(store: Store, tmp_path: Path) -> None:
    header = [f"C{n},1,{DOB},WBRI,,," for n in range(3)]
    first = [f"C{n},01/06/2017,S,C2,N1,U4,PR1,,X1,,AB1 2CD,,U1" for n in range(3)]
    second = [first[0], first[1].replace("PR1,,", "PR1,02/09/2018,"), first[2].replace("U4", "U6")]
    for year, episodes, wanted in (
        (2018, first, (3, 0, 0, 7)),
        (2018, first, (0, 0, 0, 0)),
        (2019, second, (0, 1, 1, 3)),
        (2018, first, (0, 0, 0, 0)),
        (2019, second, (0, 0, 0, 0)),
    ):
        folder = write_return(tmp_path / "in", header=header, episodes=episodes)
        report = import_ssda903(store, folder, year_ending=date(year, 3, 31))
        assert (report.registered, report.ended, report.corrected, report.appended) == wanted
    assert store.verify_self().consistent


def test_tables_and_events(store: Store, tmp_path: Path) -> None:
    folder = write_return(tmp_path / "tables", **{name: template(form) for name, form in FORMS.items()})
    assert import_tables(store, folder).appended == 10
    assert import_tables(store, folder).appended == 0
    assert append_cloudevents(store, lines(REGISTERED, VISIT)).appended == 2
    assert append_cloudevents(store, lines(REGISTERED, VISIT)).known == 2
