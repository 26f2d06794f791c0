"""What is said of an erased record: by the verbs, the commands, imports and measures, and nothing more than that."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger import NewEntry, create_ledger, events, open_ledger
from ledger.domain.checks import event_from_json
from ledger.domain.envelope import LEDGER
from ledger.errors import Erased, Malformed, Refused
from ledger.projections.card import measures
from ledger.synthetic.authority import Plan, tell_authority
from ledger.synthetic.loading import load
from tests.erasure.cases import AUTHORITY, NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger import Ledger

ORDER: dict[str, Any] = {
    "authority": AUTHORITY,
    "reason": "retention ended",
    "by": "W9",
    "keys_days": 0,
    "ledger_days": 0,
}
ARGUMENTS = ["--authority", AUTHORITY, "--reason", "retention ended", "--by", "W9"]
BACKUPS = ["--keys-backups-days", "35", "--ledger-backups-days", "90"]
WORDS = "We drew the house."
MAY = date(2024, 5, 3)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with create_ledger(tmp_path / "l", authority="Testshire") as made:
        for each in ("C-001", "C-002"):
            registered = events.ChildRegistered(occurred_on=MAY, child_id=each, child_name=NAME, born="2012-02")
            made.append(each, registered, by="W1")
            made.append(each, events.VisitRecorded(occurred_on=MAY, worker="W1", narrative=WORDS), by="W1")
        yield made


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = exit_code(journey, args)
    return (code, *capsys.readouterr())


# -- verbs -------------------------------------------------------------------------------------------------------------


def test_every_reading_of_an_erased_record_says_what_it_was_erased_under(ledger: Ledger) -> None:
    ledger.erase("C-001", **ORDER)
    for reading in (ledger.entries, ledger.standings, ledger.journey, ledger.replay):
        with pytest.raises(Erased) as caught:
            reading("C-001")
        assert (caught.value.authority, caught.value.reason) == (AUTHORITY, "retention ended")
        assert caught.value.position == 6
        assert AUTHORITY in str(caught.value)
    with pytest.raises(Erased):
        ledger.entries("C-001", at=5)
    assert len(ledger.entries("C-002")) == 2


def test_no_verb_writes_in_it_again(ledger: Ledger) -> None:
    entry_id = ledger.entries("C-001")[1].event_id
    other = ledger.entries("C-002")[1].event_id
    ledger.erase("C-001", **ORDER)
    head = ledger.head()
    visit = events.VisitRecorded(occurred_on=MAY, worker="W1")
    attempts = [
        lambda: ledger.append("C-001", visit, by="W1"),
        lambda: ledger.append("C-001", events.ChildRegistered(occurred_on=MAY, child_id="C-001"), by="W1"),
        lambda: ledger.append_many([NewEntry("C-002", visit, "W1"), NewEntry("C-001", visit, "W1")]),
        lambda: ledger.correct(entry_id, visit, reason="wrong date", by="W1"),
        lambda: ledger.withdraw(entry_id, reason="wrong child", by="W1"),
        lambda: ledger.move(other, "C-001", by="W1"),
        lambda: ledger.move(entry_id, "C-002", by="W1"),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="erased under the order at position 6"):
            attempt()
    assert ledger.head() == head


def test_cloudevents_about_it_are_refused(ledger: Ledger) -> None:
    def line(key: str, kind: str, data: dict[str, Any]) -> bytes:
        told = {"specversion": "1.0", "id": key, "source": "casework", "type": kind, "subject": "C-001"}
        return json.dumps(told | {"time": "2024-05-03T10:00:00Z", "authid": "W1", "data": data}).encode() + b"\n"

    known = line("v1", "visit-recorded.v1", {"worker": "W1"})
    done = ledger.append_cloudevents(known)
    ledger.erase("C-001", **ORDER)
    head = ledger.head()
    assert done.appended == 1
    new = line("v2", "visit-recorded.v1", {"worker": "W1"})
    again = line("r", "child-registered.v1", {"child_id": "C-001"})
    for data in (known, new, again, again + new):
        for dry_run in (True, False):
            with pytest.raises(Refused, match="erased under the order"):
                ledger.append_cloudevents(data, dry_run=dry_run)
    assert ledger.head() == head


@pytest.mark.parametrize("name", ["erasure-ordered.v1", "record-closed.v1", "erasure-completed.v1"])
def test_nobody_hands_in_an_order(ledger: Ledger, name: str) -> None:
    """An order handed in as an event would pass by every hold: it is refused at both edges."""
    some_id = ledger.entries("C-001")[0].event_id
    data: dict[str, Any] = {
        "erasure-ordered.v1": {"journey": "x", "reason": "other", "authority": "x"},
        "record-closed.v1": {"order": some_id},
        "erasure-completed.v1": {"order": some_id, "entries": 1, "key_destroyed": False},
    }[name]
    data["occurred_on"] = "2024-05-03"
    subject = "C-001" if name == "record-closed.v1" else LEDGER
    event = event_from_json(name, data)
    with pytest.raises(Malformed, match="journey erase"):
        ledger.append(subject, event, by="W1")
    told = {"specversion": "1.0", "id": "1", "source": "x", "type": name, "data": data}
    told["subject"] = "C-001" if subject == "C-001" else "ledger"
    with pytest.raises(Malformed, match="journey erase"):
        ledger.append_cloudevents(json.dumps(told).encode())


# -- imports -----------------------------------------------------------------------------------------------------------


def test_a_return_that_names_it_again_is_counted_refused(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "return"
    folder.mkdir()
    (folder / "header.csv").write_text(
        "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nC-001,1,03/02/2012,WBRI,,,\nC-003,1,03/02/2012,WBRI,,,\n"
    )
    (folder / "episodes.csv").write_text(
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
        "C-001,03/02/2024,S,C2,N1,U1,PR1,,,,,,\nC-003,03/02/2024,S,C2,N1,U1,PR1,,,,,,\n"
    )
    ledger.erase("C-001", **ORDER)
    report = ledger.import_return(folder, year_ending=date(2024, 3, 31))
    assert [problem.code for problem in report.problems if problem.refused] == ["erased", "erased"]
    assert ledger.store.all_ids("journey") == ["C-002", "C-003"]


def test_a_row_whose_entry_was_erased_alone_is_counted_refused(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "visits.csv").write_text(
        "SOURCE_REFERENCE,CHILD_ID,VISITED_ON,WORKER,NARRATIVE\n"
        f"V1,C-001,2024-05-04,W1,{WORDS}\nV2,C-001,2024-05-05,W1,Nobody was in.\n"
    )
    assert ledger.import_tables(folder).appended >= 2
    entry = next(e for e in ledger.entries("C-001") if e.source and e.source.reference == "V1")
    ledger.erase("C-001", entry=entry.event_id, **ORDER)
    head = ledger.head()
    report = ledger.import_tables(folder)
    assert [(p.code, p.line) for p in report.problems if p.refused] == [("erased", 2)]
    [table] = report.tables.values()
    assert (table.rows_read, table.refused, table.unchanged, table.new, table.appended) == (2, 1, 1, 0, 0)
    assert ledger.head() == head


# -- measures ----------------------------------------------------------------------------------------------------------


def test_measures_are_those_of_a_ledger_without_the_child(tmp_path: Path) -> None:
    plan = Plan(children=24, years=2, seed=5)
    told = tell_authority(plan)
    gone = sorted({one.subject.id for one in told if one.subject.kind == "journey"})[:3]
    left = [one for one in told if one.subject.id not in gone]
    with create_ledger(tmp_path / "a", authority="A") as one, create_ledger(tmp_path / "b", authority="A") as other:
        load(one, plan, told)
        load(other, plan, left)
        for each in gone:
            one.erase(each, **ORDER)
        assert len(one.store.all_ids("journey")) == len(other.store.all_ids("journey")) == 24 - len(gone)
        for name, card in measures().items():
            year = {} if card.window == "none" else {"year": 2024}
            found, expected = one.project(name, **year), other.project(name, **year)
            # The two ledgers hold different entries, so that places in them differ; what they tell does not.
            places = {place for place, column in enumerate(found.columns) if column.name.endswith("position")}
            assert _without(found.rows, places) == _without(expected.rows, places), name
            assert not any(each in str(found.rows) for each in gone)


def _without(rows: list[tuple[Any, ...]], places: set[int]) -> list[str]:
    return sorted(str([cell for place, cell in enumerate(row) if place not in places]) for row in rows)


def test_who_was_merged_with_an_erased_record_stands_by_its_own_id(ledger: Ledger) -> None:
    one, other = (ledger.stream(each) for each in ("C-001", "C-002"))
    for child, there in (("C-001", other), ("C-002", one)):
        merged = events.ChildMerged(occurred_on=MAY, other_journey=there.removeprefix("journey:"))
        ledger.append(child, merged, by="W1")
    allocated = events.WorkerAllocated(occurred_on=MAY, worker="W1", role="allocated")
    ledger.append("C-002", allocated, by="W1")
    assert {row["child"] for row in ledger.project("allocations").dicts()} == {"C-001"}
    ledger.erase("C-001", **ORDER)
    assert {row["child"] for row in ledger.project("allocations").dicts()} == {"C-002"}


# -- commands ----------------------------------------------------------------------------------------------------------


def test_the_command_erases_and_says_what_it_did(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--ledger", str(tmp_path / "l")]
    code, out, _ = run(capsys, "erase", "C-001", *ARGUMENTS, *BACKUPS, "--yes", *where)
    assert code == 0
    assert "2 entries blanked under the order at position 6 (retention ended): Retention schedule 2026/14." in out
    assert "key of the record was destroyed" in out
    assert out.count("expires on") == 2
    assert "C-001" not in out
    for command in (["replay"], ["timeline"], ["trail"], ["replay", "--format", "json"]):
        code, out, err = run(capsys, command[0], "C-001", *command[1:], *where)
        assert (code, out) == (4, "")
        assert "erased by law" in err
        assert AUTHORITY in err
    code, out, _ = run(capsys, "status", "--format", "json", *where)
    assert json.loads(out)["provenance"]["journeys"] == 1
    code, out, _ = run(capsys, "trail", *where)
    assert code == 0
    assert NAME not in out
    code, _, err = run(capsys, "erase", "C-001", *ARGUMENTS, *BACKUPS, "--yes", *where)
    assert code == 4
    assert "erased already" in err


def test_a_dry_run_says_what_would_be_and_what_blocks(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.append("C-001", events.LegalHoldSet(occurred_on=MAY, hold="INQ-7", authority="An inquiry"), by="W1")
    head = ledger.head()
    code, out, _ = run(capsys, "erase", "C-001", "--dry-run", "--ledger", str(tmp_path / "l"))
    assert code == 0
    assert "3 entries would be blanked (the whole record), at position 2, 3, 6." in out
    assert "A legal hold blocks this: INQ-7, set in the entry at position 6." in out
    assert ledger.head() == head


def test_without_a_terminal_nobody_can_be_asked(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ledger.head()
    where = ["--ledger", str(tmp_path / "l")]
    assert run(capsys, "erase", "C-001", *ARGUMENTS, *BACKUPS, *where)[0] == 2
    code, _, err = run(capsys, "erase", "C-001", "--reason", "other", "--yes", *where)
    assert (code, "--authority and --by" in err) == (2, True)
    code, _, err = run(capsys, "erase", "C-001", *ARGUMENTS, "--yes", *where)
    assert (code, "[backups]" in err) == (4, True)
    code, _, err = run(capsys, "erase", "C-404", *ARGUMENTS, *BACKUPS, "--yes", *where)
    assert code == 5
    assert ledger.head() == head


def test_one_entry_by_command(ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = ledger.entries("C-001")[1].event_id
    where = ["--ledger", str(tmp_path / "l")]
    code, out, _ = run(capsys, "erase", "C-001", "--entry", entry, *ARGUMENTS, *BACKUPS, "--yes", *where)
    assert code == 0
    assert "1 entry blanked" in out
    assert "The key of the record stays" in out
    code, out, _ = run(capsys, "replay", "C-001", *where)
    assert code in (0, 3)
    assert WORDS not in out
    with open_ledger(tmp_path / "l", read_only=True) as again:
        assert again.entries("C-001")[1].privacy == "erased"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 130), ("\n", 130)])
def test_on_a_terminal_it_is_asked_first(
    ledger: Ledger,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    found, out, _ = run(capsys, "erase", "C-001", *ARGUMENTS, *BACKUPS, "--ledger", str(tmp_path / "l"))
    assert found == code
    assert "2 entries would be blanked (the whole record)" in out
    assert (ledger.store.erasing.orders() != []) == (code == 0)
