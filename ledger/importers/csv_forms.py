"""The four simple tables as files, with an example row each: allocations, visits, supervision, outcomes.

>>> print(template(FORMS["outcomes"]).splitlines()[0][:32])
child_id,measured_on,instrument,
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.importers.csv_tables import (
    ALLOCATION,
    ATTEMPT,
    CHILD,
    NOT_MEASURED,
    OUTCOME,
    POD_ALLOCATION,
    SUPERVISION,
    VISIT,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.importers.shapes import Spec


@dataclass(frozen=True, slots=True)
class Form:
    """One file: its columns in order with an example, and which spec reads a row, by what `splits_on` holds.

    `specs` are tried in order: the first whose test admits the cell of the `splits_on` column reads the row. What
    `main` needs must be in the file; what another spec needs only where a row is read by it.
    """

    name: str
    example: dict[str, str]
    splits_on: str
    main: Spec
    specs: tuple[tuple[Callable[[str], bool], Spec], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the file, in order, as a template has them."""
        return tuple(self.example)


def template(form: Form) -> str:
    """Return an empty table of a form: its header and one example row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.lower() for column in form.columns])
    writer.writerow(form.example.values())
    return out.getvalue()


def _said(cell: str) -> bool:
    return bool(cell)


def _yes(cell: str) -> bool:
    return cell.casefold() in ("yes", "y", "1", "true")


def _any(_cell: str) -> bool:
    return True


def _form(
    name: str, example: dict[str, str], splits_on: str, main: Spec, *specs: tuple[Callable[[str], bool], Spec]
) -> Form:
    envelope = {"WRITTEN_AT": "2024-05-21T09:30:00+01:00", "WRITTEN_BY": "SW1001", "SOURCE_REFERENCE": f"{name}-1"}
    return Form(name, example | envelope, splits_on, main, specs)


FORMS = {
    form.name: form
    for form in (
        _form(
            "allocations",
            {
                CHILD: "EXAMPLE-1",
                "WORKER": "SW1001",
                "ROLE": "allocated",
                "POST": "social worker",
                "POD": "POD-NORTH",
                "STARTED_ON": "2024-05-01",
                "ENDED_ON": "",
                "REASON": "FCONTA",
                "END_REASON": "",
                "END_WRITTEN_AT": "",
            },
            "WORKER",
            ALLOCATION,
            (_said, ALLOCATION),
            (_any, POD_ALLOCATION),
        ),
        _form(
            "visits",
            {
                CHILD: "EXAMPLE-1",
                "VISITED_ON": "2024-05-03",
                "WORKER": "SW1001",
                "ROLE": "allocated",
                "POD": "POD-NORTH",
                "ACCOMPANIED_BY": "SW1002; SW1003",
                "PURPOSE": "child in need",
                "METHOD": "face to face",
                "ATTEMPTED": "no",
                "CHILD_SEEN": "yes",
                "SEEN_ALONE": "yes",
                "SEEN_ALONE_REASON": "",
                "BEDROOM_SEEN": "no",
                "ANNOUNCED": "yes",
                "LOCATION": "home",
                "WORDS": "I like it when you come.",
                "NARRATIVE": "We read together.",
            },
            "ATTEMPTED",
            VISIT,
            (_yes, ATTEMPT),
            (_any, VISIT),
        ),
        _form(
            "supervision",
            {
                "SESSION_ID": "GS-2024-05-07",
                CHILD: "EXAMPLE-1",
                "HELD_ON": "2024-05-07",
                "MODE": "group",
                "SUPERVISOR": "SW9001",
                "WORKER": "SW1001",
                "ATTENDEES": "SW1001; SW1002",
                "POD": "POD-NORTH",
                "THEMES": "relationships; hope",
                "THINKING": "What is it like to be this child?",
                "DECISION": "Visit together next week.",
                "RATIONALE": "The child knows both workers.",
                "DECISION_RECORDED": "yes",
                "OWNER": "SW1001",
                "DUE_ON": "2024-05-14",
            },
            "",
            SUPERVISION,
            (_any, SUPERVISION),
        ),
        _form(
            "outcomes",
            {
                CHILD: "EXAMPLE-1",
                "MEASURED_ON": "2024-05-20",
                "INSTRUMENT": "SDQ",
                "SCALE": "total",
                "SCORE": "14",
                "OUTCOME": "",
                "COMPLETED_BY": "carer",
                "WORKER": "SW1001",
                "NOT_MEASURED_REASON": "",
                "NOTE": "",
            },
            "NOT_MEASURED_REASON",
            OUTCOME,
            (_said, NOT_MEASURED),
            (_any, OUTCOME),
        ),
    )
}
"""The four forms by name; a file is named after its form: visits.csv."""
