"""The commands that read a case say so in the access log, once each, before they show it; and `trail --access`."""

from __future__ import annotations

import contextlib
import csv
import getpass
import io
import json
import sqlite3
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger import create_ledger, open_ledger
from ledger.access import accesses
from ledger.domain.envelope import Actor
from ledger.domain.events.record import HeadsSealed
from ledger.events import ChildRegistered, EntryRestricted, VisitRecorded
from ledger.store import New

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger.access import Access

    Run = Callable[..., tuple[int, str, str]]


def nine(day: int) -> datetime:
    return datetime(2024, 5, day, 9, tzinfo=UTC)


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """Make a ledger: C-001 with two visits, one of them restricted, and C-002 with none."""
    with create_ledger(tmp_path / "l", authority="Testshire (synthetic)") as ledger:
        for name in ("C-001", "C-002"):
            registered = ChildRegistered(occurred_on=date(2024, 5, 1), child_id=name)
            ledger.append(name, registered, by="SW1", written_at=nine(1))
        for day in (3, 6):
            seen = VisitRecorded(occurred_on=date(2024, 5, day), worker="SW1", narrative="Tea.")
            told = ledger.append("C-001", seen, by="SW1", written_at=nine(day))
        ledger.append("C-001", EntryRestricted(restricts=told.event_id, reason="third party"), by="SW9")
    return tmp_path / "l"


@pytest.fixture
def run(where: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `journey` on the ledger; return its exit code, stdout and stderr."""
    monkeypatch.delenv("JOURNEY_READER", raising=False)

    def call(*args: str) -> tuple[int, str, str]:
        code = exit_code(journey, ["--ledger", str(where), *args])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def readings(where: Path) -> list[Access]:
    with open_ledger(where, read_only=True) as ledger:
        return list(accesses(ledger.store))


def settle(where: Path, sentence: str = '[access]\nreason = "required"\n') -> None:
    with (where / "ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n{sentence}")


BY = ("--reader", "SW7", "--purpose", "court", "--reason", "The hearing is on Monday.")


@pytest.mark.parametrize(
    ("args", "command", "entries"),
    [
        (("replay", "C-001"), "replay", 2),
        (("replay", "C-001", "--format", "json", "--from", "2024-05-02"), "replay", 1),
        (("replay", "C-001", "--format", "csv"), "replay", 2),
        (("replay", "C-001", "--diff", "2024-05-02", "2024-05-04"), "replay --diff", 1),
        (("timeline", "C-001"), "timeline", 2),
        (("timeline", "C-001", "-o", "case.html"), "timeline", 2),
        (("trail", "C-001", "--format", "ndjson"), "trail", 4),
        (("trail", "C-001", "--format", "table", "--late-by", "99"), "trail", 0),
    ],
)
def test_each_reading_of_a_case_is_one_entry(
    run: Run,
    where: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...],
    command: str,
    entries: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_ledger(where, read_only=True) as ledger:
        before, stream = ledger.head(), ledger.stream("C-001")
    assert run(*args, *BY)[0] == 0
    [one] = readings(where)
    told = one.event
    assert (told.reader, told.purpose, told.reason) == ("SW7", "court", "The hearing is on Monday.")
    assert (told.command, told.entries, one.entry.stream) == (command, entries, stream)
    assert (told.head_size, told.head_root) == (before.size, before.root.hex())
    with open_ledger(where, read_only=True) as ledger:
        assert ledger.head() == before


def test_the_clock_and_the_position_are_those_of_the_view(run: Run, where: Path) -> None:
    run("replay", "C-001", "--known-at", "2024-05-04", "--at", "4")
    run("timeline", "C-001", "--sealed-by", "2024-05-04T10:00:00Z")
    run("trail", "C-001", "--at", "3")
    run("replay", "C-001", "--diff", "2024-05-02", "2024-05-04")
    with open_ledger(where, read_only=True) as ledger:
        roots = [ledger.head(size).root.hex() for size in (4, 6, 3, 6)]
    whole_day = datetime(2024, 5, 4, 22, 59, 59, 999999, tzinfo=UTC)
    assert [(one.event.clock, one.event.instant, one.event.head_size) for one in readings(where)] == [
        ("known", whole_day, 4),
        ("sealed", datetime(2024, 5, 4, 10, tzinfo=UTC), 6),
        ("known", None, 3),
        ("known", whole_day, 6),
    ]
    assert [one.event.head_root for one in readings(where)] == roots


@pytest.mark.parametrize("args", [("trail",), ("trail", "--worker", "SW9")])
def test_the_whole_ledger_is_one_entry_of_its_own_stream(run: Run, where: Path, args: tuple[str, ...]) -> None:
    assert run(*args, "--format", "csv", *BY)[0] == 0
    [one] = readings(where)
    assert (one.entry.stream, one.event.command, one.event.entries) == ("ledger", "trail", 6)


@pytest.mark.parametrize("args", [("status",), ("head",), ("verify", "--self"), ("project", "run", "continuity")])
def test_what_tells_no_case_is_not_logged(run: Run, where: Path, args: tuple[str, ...]) -> None:
    settle(where)
    assert run(*args)[0] == 0
    assert readings(where) == []


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("replay", "C-01"), 5),
        (("timeline", "C-01"), 5),
        (("trail", "C-01"), 5),
        (("trail", "C-01", "--access"), 5),
        (("replay", "C-001", "--known-at", "soon"), 2),
        (("replay", "C-001", "--diff", "2024-05-04", "2024-05-02"), 2),
        (("trail", "--access", "--late-by", "3"), 2),
        (("trail", "--access", "--at", "3"), 2),
    ],
)
def test_a_reading_that_fails_is_none(run: Run, where: Path, args: tuple[str, ...], code: int) -> None:
    left, out, err = run(*args)
    assert (left, out) == (code, "") and err
    assert readings(where) == []


def test_who_reads_is_the_option_then_the_environment_then_the_login(
    run: Run, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("replay", "C-001")
    monkeypatch.setenv("JOURNEY_READER", "SW8")
    run("replay", "C-001")
    run("replay", "C-001", "--reader", "SW7")
    assert [one.event.reader for one in readings(where)] == [getpass.getuser(), "SW8", "SW7"]
    assert {(one.event.purpose, one.event.reason) for one in readings(where)} == {("practice", None)}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ("--purpose", "inspecton"),
            "--purpose: 'inspecton' is not in the list access-purpose; nearest: 'inspection'.",
        ),
        (("--reader", "W" * 49), "--reader: a reader is a worker's id of 1 to 48 characters."),
    ],
)
def test_a_wrong_reader_is_a_usage_error(run: Run, where: Path, args: tuple[str, ...], said: str) -> None:
    code, out, err = run("replay", "C-001", *args)
    assert (code, out) == (2, "") and said in err
    assert readings(where) == []


READS = [("replay", "C-001"), ("timeline", "C-001"), ("trail", "C-001"), ("trail",), ("trail", "--access")]


@pytest.mark.parametrize(
    "args", [*READS, ("trail", "C-001", "--access"), ("replay", "C-001", "--diff", "2020-01-01", "2021-01-01")]
)
def test_where_reasons_are_required_nothing_is_told_without(run: Run, where: Path, args: tuple[str, ...]) -> None:
    settle(where)
    code, out, err = run(*args)
    assert (code, out) == (4, "")
    assert "only for a reason in words" in err and "--reason" in err
    assert readings(where) == []
    assert run(*args, "--reason", "Court.")[0] == 0
    assert len(readings(where)) == 1


@pytest.mark.parametrize("args", READS)
def test_what_cannot_be_logged_says_so_once_and_reads_on(run: Run, where: Path, args: tuple[str, ...]) -> None:
    swallow(where)
    code, out, err = run(*args)
    assert code == 0 and out
    assert [line for line in err.splitlines() if line.startswith("not logged")] == [
        "not logged: the access log cannot serve now: its engine refused."
    ]
    settle(where)
    code, out, err = run(*args, "--reason", "Court.")
    assert (code, out) == (4, "")
    assert "cannot be logged" in err


def swallow(where: Path) -> None:
    """Let the database refuse every entry of the access log, as a disk for reading only would."""
    with sqlite3.connect(where / "ledger.db") as database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON access_entries BEGIN SELECT RAISE(ABORT, 'no'); END")


class Watching(io.StringIO):
    """Counts what the access log holds on disk when the first character is shown."""

    def __init__(self, where: Path) -> None:
        super().__init__()
        self.where, self.held = where, -1

    def write(self, text: str) -> int:
        if self.held < 0:
            with sqlite3.connect(self.where / "ledger.db") as database:
                [self.held] = database.execute("SELECT count(*) FROM access_entries").fetchone()
        return super().write(text)


@pytest.mark.parametrize("args", READS)
def test_the_entry_is_there_before_the_first_character_is_shown(where: Path, args: tuple[str, ...]) -> None:
    with contextlib.redirect_stdout(Watching(where)) as shown:
        assert exit_code(journey, ["--ledger", str(where), *args]) == 0
    assert shown.getvalue()
    assert shown.held == 2


def test_without_keys_a_reading_of_the_ledger_is_logged_without_its_words(run: Run, where: Path) -> None:
    (where / "keys.db").unlink()
    code, out, err = run("trail", "--format", "csv", *BY)
    assert code == 0 and "not logged" not in err
    assert len(list(csv.DictReader(io.StringIO(out)))) == 6
    [one] = readings(where)
    assert (one.event.reader, one.event.reason, one.locked) == ("SW7", None, False)
    assert run("replay", "C-001", *BY)[0] == 5


def test_when_all_is_well_nothing_is_added_to_what_is_shown(run: Run) -> None:
    once, again = run("replay", "C-001"), run("replay", "C-001")
    assert once == again
    assert once[2] == ""
    assert run("timeline", "C-001")[2] == ""


class TestTrailOfAccess:
    @pytest.fixture(autouse=True)
    def read(self, run: Run) -> None:
        run("replay", "C-001", "--known-at", "2024-05-04", *BY)
        run("timeline", "C-002", "--reader", "SW8")
        run("trail", "--reader", "SW8", "--reason", "=1+1")

    def rows(self, run: Run, *args: str) -> list[dict[str, Any]]:
        code, out, _ = run("trail", "--access", *args, "--format", "ndjson", "--reader", "IG1")
        assert code == 0
        return [json.loads(line) for line in out.splitlines()]

    def test_lists_who_read_a_case_when_what_and_why(self, run: Run, where: Path) -> None:
        [row] = self.rows(run, "C-001")
        one = readings(where)[0]
        with open_ledger(where, read_only=True) as ledger:
            root = ledger.head().root.hex()
        assert row == {
            "position": 2,
            "subject": "C-001",
            "kind": "journey",
            "read_at": one.entry.recorded_at.isoformat().replace("+00:00", "Z"),
            "reader": "SW7",
            "purpose": "court",
            "command": "replay",
            "clock": "known",
            "instant": "2024-05-04T22:59:59.999999Z",
            "entries": 2,
            "head_size": 6,
            "head_root": root,
            "reason": "The hearing is on Monday.",
            "notice": None,
        }

    def test_reading_it_is_a_reading_too(self, run: Run, where: Path) -> None:
        assert [row["command"] for row in self.rows(run, "C-001")] == ["replay"]
        rows = self.rows(run, "C-001")
        assert [(row["command"], row["reader"], row["entries"]) for row in rows] == [
            ("replay", "SW7", 2),
            ("trail --access", "IG1", 1),
        ]

    def test_without_a_child_lists_every_reading_in_order(self, run: Run) -> None:
        rows = self.rows(run)
        assert [(row["position"], row["subject"], row["command"]) for row in rows] == [
            (2, "C-001", "replay"),
            (3, "C-002", "timeline"),
            (4, "ledger", "trail"),
        ]
        assert [row["subject"] for row in self.rows(run, "--worker", "SW8")] == ["C-002", "ledger"]
        assert [row["command"] for row in self.rows(run)] == ["replay", "timeline", "trail", *["trail --access"] * 2]

    def test_in_every_form(self, run: Run, tmp_path: Path) -> None:
        code, out, err = run("trail", "--access", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        assert (code, [row["reason"] for row in rows]) == (0, ["The hearing is on Monday.", "", "'=1+1"])
        assert "readings: 3" in err and "access_log_root: " in err
        code, out, err = run("trail", "--access", "--format", "json", "-o", str(tmp_path / "who.json"))
        told = json.loads((tmp_path / "who.json").read_text("utf-8"))
        assert (code, out, err, len(told["rows"]), told["notes"]) == (0, "", "", 4, ["readings: 4"])

    def test_as_a_page(self, run: Run) -> None:
        code, out, err = run("trail", "--access", "C-001", "--format", "table")
        assert (code, err) == (0, "")
        assert "C-001  read by SW7 for court" in out
        assert "replay: 2 entries, as known at 2024-05-04 23:59:59" in out
        assert "The hearing is on Monday." in out and "readings: 1" in out
        assert max(map(len, out.splitlines())) <= 100

    def test_of_a_child_whose_key_is_destroyed_only_the_words_are_gone(self, run: Run, where: Path) -> None:
        with open_ledger(where, read_only=True) as ledger:
            stream = ledger.stream("C-001")
        with sqlite3.connect(where / "keys.db") as keys:
            keys.execute("DELETE FROM keys WHERE stream = ?", (stream,))
        assert run("trail", "C-001", "--access", "--reader", "IG1", "--reason", "Asked by the person.")[0] == 0
        rows = self.rows(run, "C-001")
        assert [(row["reader"], row["reason"], bool(row["notice"])) for row in rows] == [
            ("SW7", None, True),
            ("IG1", None, False),
        ]
        with open_ledger(where, read_only=True) as ledger:
            assert ledger.store.access.verify_self().findings == []


def test_status_and_head_tell_of_the_access_log(run: Run, where: Path) -> None:
    _, head, _ = run("head", "--json")
    run("replay", "C-001")
    run("trail")
    with open_ledger(where, read_only=True) as ledger:
        found = ledger.store.access.head()
    assert json.loads(run("head", "--access", "--json")[1]) == {"size": 3, "root": found.root.hex()}
    assert run("head", "--json")[1] == head
    told = json.loads(run("status", "--format", "json")[1])["provenance"]
    assert told["readings"] == f"2 in the access log (size 3, root {found.root.hex()})"
    with open_ledger(where) as ledger:
        heads = HeadsSealed(count=0, root=found.root.hex())
        ledger.store.access.append([New("ledger", heads, Actor(system="test"))])
    told = json.loads(run("status", "--format", "json")[1])["provenance"]
    assert told["readings"].startswith("2 in the access log (size 4, ")


def test_the_demonstration_reads_as_somebody_who_does_not_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNEY_READER", raising=False)
    assert exit_code(journey, ["demo", "--folder", str(tmp_path / "d"), "--children", "3", "--years", "1"]) == 0
    assert "SYN-READER" not in capsys.readouterr().out
    assert {one.event.reader for one in readings(tmp_path / "d" / "ledger")} == {"SYN-READER"}
