"""docs/IMPORT.md names every table, every column, every field of the report and every finding there is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from ledger.importers.cloudevents import OPTIONAL, OUTGOING, REQUIRED
from ledger.importers.csv_forms import FORMS
from ledger.importers.csv_tables import ENVELOPE
from ledger.importers.report import ImportReport
from ledger.importers.ssda903_yearly import specs

ROOT = Path(__file__).parents[2]
TOLD = (ROOT / "docs" / "IMPORT.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"[A-Za-z0-9_-]+", TOLD))
UNTOLD_FLAGS = {"SDQ_SCORE", "SDQ_REASON", "DOB"}


def test_every_table_of_the_return_is_told_with_its_columns_and_events() -> None:
    for spec in specs(date(2018, 3, 31), date(2018, 3, 31)).values():
        assert f"| `{spec.table}` |" in TOLD
        assert {kind.__name__ for kind in (spec.event, spec.end) if kind is not None} <= WORDS
        if spec.table != "oc2":
            assert {column for columns in spec.columns for column in columns} - UNTOLD_FLAGS <= WORDS


def test_every_column_of_the_simple_tables_is_told_and_no_other() -> None:
    for form in FORMS.values():
        [line] = [line for line in TOLD.splitlines() if line.startswith(f"| `{form.name}.csv` |")]
        told = set(re.findall(r"`([a-z_]+)`", line.split("|")[2]))
        assert told == {column.lower() for column in form.columns} - {column.lower() for column in ENVELOPE}


def test_every_field_of_the_report_is_told() -> None:
    assert ImportReport("x").as_dict().keys() <= WORDS


def test_every_attribute_of_a_cloudevent_is_told() -> None:
    silent = {"datacontenttype", "dataschema"}
    assert {*REQUIRED, *OPTIONAL, *OUTGOING} - silent <= WORDS


def test_every_finding_is_told() -> None:
    sources = (ROOT / "ledger" / "importers").glob("*.py")
    kept = {"findings.py", "worker_findings.py", "children.py", "absence.py", "compare.py"}
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.name in kept)
    codes = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', text)) - {"source-reference"}
    assert codes
    assert codes <= WORDS
