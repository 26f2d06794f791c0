"""Which records are due, read from a ledger: without keys, through corrections and merges, and by command."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger.domain.envelope import child
from ledger.domain.events.care import CareEpisodeStarted
from ledger.domain.events.case import CaseClosed
from ledger.domain.events.contact import ReferralReceived
from ledger.domain.events.identity import ChildMerged, ChildRegistered, ChildSplit
from ledger.domain.events.record import EntryCorrected, LegalHoldOverridden, LegalHoldSet
from ledger.erasure import erase
from ledger.retention import retention_due
from ledger.store import create_store, open_store
from tests.erasure.cases import ORDER
from tests.store.news import new

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.store import Store

ON = date(2088, 1, 1)
A_DAY = date(2015, 5, 1)
CARE = CareEpisodeStarted(occurred_on=A_DAY, reason="S", legal_status="C2")
NEED = ReferralReceived(occurred_on=A_DAY)
CLOSED = CaseClosed(occurred_on=date(2021, 7, 1))


def told(store: Store, *events: Any, child_id: str = "C-1", born: str | None = "2012-02") -> str:
    stream = store.open_subject(child(child_id))
    registered = ChildRegistered(occurred_on=A_DAY, child_id=child_id, child_name="Nobody", born=born)
    store.append([new(stream, event) for event in (registered, *events)])
    return stream


def due(store: Store, on: date = ON, **options: Any) -> list[tuple[Any, ...]]:
    return [row[:4] for row in retention_due(store, on, **options).rows]


def test_each_child_has_a_row_and_those_not_yet_due_are_shown_when_asked(store: Store) -> None:
    told(store, CARE)
    told(store, CARE, child_id="C-2", born="2020-01")
    told(store, NEED, CLOSED, child_id="C-3")
    told(store, CARE, child_id="C-4", born=None)
    told(store, NEED, child_id="C-5")
    told(store, child_id="C-6")
    assert due(store) == [
        ("C-1", "due", date(2087, 2, 28), "looked-after-england"),
        ("C-3", "no rule", None, "child-in-need"),
        ("C-4", "not known", None, "looked-after-england"),
        ("C-5", "no rule", None, "child-in-need"),
        ("C-6", "no rule", None, None),
    ]
    assert due(store, everything=True)[1] == ("C-2", "not yet due", date(2095, 1, 31), "looked-after-england")
    table = retention_due(store, ON)
    assert "1 record due." in table.notes
    assert "1 record not yet due." in table.notes
    assert any("unconfirmed" in note for note in table.notes)
    assert table.provenance["position"] == store.head().size


def test_a_hold_keeps_what_is_due(store: Store) -> None:
    stream = told(store, CARE, LegalHoldSet(occurred_on=A_DAY, hold="INQ-7", authority="An inquiry"))
    assert retention_due(store, ON).rows[0][1:7:5] == ("held", "INQ-7")
    store.append([new(stream, LegalHoldOverridden(occurred_on=A_DAY, hold="INQ-7", authority="A judge"))])
    assert retention_due(store, ON).rows[0][1:7:5] == ("due", "INQ-7 (overridden)")


def test_a_correction_counts(store: Store) -> None:
    stream = told(store, CARE)
    registration = store.entries(stream)[0]
    right = ChildRegistered(occurred_on=A_DAY, child_id="C-1", born="2013-12")
    store.append(
        [
            new(
                stream,
                EntryCorrected(corrects=registration.event_id, correction_reason="wrong value", replacement=right),
            )
        ]
    )
    assert due(store, everything=True) == [("C-1", "not yet due", date(2088, 12, 31), "looked-after-england")]


def test_journeys_of_one_child_are_judged_together(store: Store) -> None:
    one = told(store, NEED, CLOSED, born=None)
    other = told(store, CARE, child_id="C-2")
    for here, there in ((one, other), (other, one)):
        merged = ChildMerged(occurred_on=A_DAY, other_journey=there.removeprefix("journey:"))
        store.append([new(here, merged)])
    day = date(2087, 2, 28)
    assert due(store) == [("C-1", "due", day, "looked-after-england"), ("C-2", "due", day, "looked-after-england")]
    store.append([new(one, ChildSplit(occurred_on=A_DAY, other_journey=other.removeprefix("journey:")))])
    assert due(store) == [("C-2", "due", day, "looked-after-england"), ("C-1", "no rule", None, "child-in-need")]


def test_an_erased_record_is_not_due(store: Store) -> None:
    told(store, CARE)
    told(store, CARE, child_id="C-2")
    erase(store, child("C-1"), **ORDER)
    assert [row[0] for row in due(store, everything=True)] == ["C-2"]


def test_no_key_is_needed(tmp_path: Path) -> None:
    store = create_store(tmp_path / "l", authority="Testshire")
    stream = told(store, CARE)
    store.close()
    (tmp_path / "l" / "master.key").unlink()
    reading = open_store(tmp_path / "l", read_only=True)
    assert due(reading) == [(stream.removeprefix("journey:"), "due", date(2087, 2, 28), "looked-after-england")]
    reading.close()


# -- commands ----------------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = exit_code(journey, args)
    return (code, *capsys.readouterr())


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = create_store(tmp_path / "l", authority="Testshire")
    told(store, NEED, CLOSED)
    store.close()
    with (tmp_path / "l" / "ledger.toml").open("a") as settings:
        settings.write("\n[backups]\nkeys_days = 0\nledger_days = 0\n[retention]\nchild_in_need = 6\n")
        settings.write('[access]\nreason = "required"\n')
    where = ["--ledger", str(tmp_path / "l")]
    hold = ["C-1", "--hold", "INQ-7", "--authority", "An inquiry", "--by", "W9", *where]
    erasing = ["erase", "C-1", "--authority", "S", "--reason", "retention ended", "--by", "W9", "--yes", *where]

    def state() -> list[Any]:
        code, out, _ = run(capsys, "retention", "due", "--on", "2027-07-01", "--format", "json", *where)
        assert code == 0
        return [(row["child"], row["state"], row["due_on"], row["holds"]) for row in json.loads(out)["rows"]]

    assert state() == [("C-1", "due", "2027-07-01", None)]
    assert run(capsys, "retention", "release", *hold)[0] == 5
    assert run(capsys, "retention", "hold", *hold)[:2] == (
        0,
        "The hold INQ-7 is in force: this record is not erased.\n",
    )
    assert state() == [("C-1", "held", "2027-07-01", "INQ-7")]
    code, _, err = run(capsys, *erasing)
    assert (code, "INQ-7" in err) == (4, True)
    assert run(capsys, "retention", "release", *hold)[0] == 0
    assert run(capsys, "retention", "hold", *hold)[0] == 0
    assert run(capsys, "retention", "override", *hold)[0] == 0
    code, out, _ = run(capsys, *erasing)
    assert (code, "No backup of the key is kept." in out) == (0, True)
    assert state() == []
    for command in ("hold", "release", "override"):
        code, _, err = run(capsys, "retention", command, *hold)
        assert (code, "erased" in err) == (4, True)


def test_the_rules_are_listed_with_the_authoritys_own_years(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_store(tmp_path / "l", authority="Testshire").close()
    with (tmp_path / "l" / "ledger.toml").open("a") as settings:
        settings.write("\n[retention]\nchild_in_need = 6\n")
    code, out, _ = run(capsys, "retention", "rules", "--format", "json", "--ledger", str(tmp_path / "l"))
    assert code == 0
    years = {row["rule"]: row["years"] for row in json.loads(out)["rows"]}
    assert (years["child-in-need"], years["child-protection"], years["looked-after-england"]) == (6, None, 75)
