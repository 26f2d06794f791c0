"""`journey replay` and `journey trail` over a real ledger: what is printed, in which form, and how they leave."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger import create_ledger
from ledger.domain.envelope import LEDGER, Source
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryRestricted, SourceCoverageDeclared
from ledger.domain.events.supervision import ManagementDecisionRecorded
from ledger.domain.events.visit import VisitAttempted, VisitRecorded
from tests.readings.case import on

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = ["CASE C-001", "COMPLETENESS", "STATE ON", "WORKERS, IN ORDER", "ENTRIES, OLDEST FIRST"]
LONG = "We talked for a long time about the garden, the dog and the way to school. " * 4


def nine(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of two children: one corrected and one restricted visit, one misfiled entry, one decision."""
    where = tmp_path_factory.mktemp("readings") / "made"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        covered = SourceCoverageDeclared(
            system="casework",
            areas=("visit",),
            covers_from=on("2020-01-01"),
            covers_until=on("2030-01-01"),
            complete=True,
        )
        ledger.append(LEDGER, covered, by="W-9", written_at=nine("2023-01-01"))

        def add(event: Any, written: str, to: str = "C-001", line: int | None = None) -> str:
            source = Source("casework", file="visits.csv", line=line) if line else Source("casework")
            return ledger.append(to, event, by="W-1", written_at=nine(written), source=source).event_id

        add(ChildRegistered(occurred_on=on("2023-02-01"), child_id="C-001"), "2023-02-01")
        add(ChildRegistered(occurred_on=on("2023-02-01"), child_id="C-002"), "2023-02-01", "C-002")
        seen = add(VisitRecorded(occurred_on=on("2023-02-06"), worker="W-1", narrative=LONG), "2023-02-20", line=7)
        attempted = VisitAttempted(occurred_on=on("2023-02-06"), worker="W-1", reason="\x1b[31mNobody in.")
        ledger.correct(seen, attempted, reason="wrong value", by="W-2", written_at=nine("2023-03-01"))
        secret = add(VisitRecorded(occurred_on=on("2023-02-09"), narrative="The secret."), "2023-02-09")
        ledger.append("C-001", EntryRestricted(restricts=secret, reason="third party"), by="W-9")
        decision = ManagementDecisionRecorded(
            occurred_on=on("2023-02-10"), decided_by="W-9", decision="Go on.", rationale="=It helps."
        )
        add(decision, "2023-02-10")
        misfiled = add(VisitAttempted(occurred_on=on("2023-02-11"), reason="Another child."), "2023-02-11")
        ledger.move(misfiled, "C-002", by="W-9")
    return where


@pytest.fixture
def run(made: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `journey` on the ledger; return its exit code, stdout and stderr."""

    def call(*args: str) -> tuple[int, str, str]:
        code = exit_code(journey, ["--ledger", str(made), *args])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


class TestReplay:
    def test_is_a_document_in_this_order_within_its_width(self, run: Any) -> None:
        code, out, _ = run("replay", "C-001", "--known-at", "2023-02-28")
        assert code == 0
        places = [out.index(section) for section in SECTIONS]
        assert places == sorted(places)
        assert max(len(line) for line in out.splitlines()) <= 100
        assert "\x1b" not in out

    def test_says_the_clock_the_position_and_the_seal_without_calling_it_verified(self, run: Any) -> None:
        _, out, _ = run("replay", "C-001", "--known-at", "2023-02-28")
        assert "As known at 2023-02-28" in out and "Up to position 13 of 13" in out
        assert "self-consistent" in out and "verified" not in out
        _, sealed, _ = run("replay", "C-001", "--sealed-by", "2023-02-28")
        assert "As sealed by 2023-02-28" in sealed and "entries shown       0 of 0 known" in sealed

    def test_as_of_is_another_name_for_known_at(self, run: Any) -> None:
        assert run("replay", "C-001", "--as-of", "2023-02-28") == run("replay", "C-001", "--known-at", "2023-02-28")

    def test_tells_what_no_source_supplied(self, run: Any) -> None:
        _, out, _ = run("replay", "C-001")
        words = " ".join(out.split())
        assert "no source loaded for supervision" in words
        assert "last supervision not supplied: no supervision source loaded" in words

    def test_withholds_the_restricted_and_the_misfiled(self, run: Any) -> None:
        for form in ("table", "json", "ndjson", "csv"):
            _, out, err = run("replay", "C-001", "--format", form)
            assert "The secret" not in out + err and "Another child" not in out + err
        _, out, _ = run("replay", "C-001")
        assert "entry withheld: restricted on" in out and "entry misfiled, moved on" in out
        assert "C-002" not in out

    def test_before_the_correction_the_original_is_told_whole(self, run: Any) -> None:
        _, before, _ = run("replay", "C-001", "--known-at", "2023-02-28")
        assert "visit recorded · fact · late: written 14 days after" in before
        assert "visits.csv line 7" in before
        _, after, _ = run("replay", "C-001", "--known-at", "2023-03-01")
        assert "visit attempted · fact · corrected" in after and "the original read otherwise" in after

    def test_control_characters_never_reach_the_screen(self, run: Any) -> None:
        _, out, _ = run("replay", "C-001")
        assert "?[31mNobody in." in out

    def test_json_is_one_object_with_the_sections_in_order(self, run: Any) -> None:
        code, out, _ = run("replay", "C-001", "--known-at", "2023-02-28", "--format", "json")
        told = json.loads(out)
        assert (code, list(told)) == (0, ["heading", "completeness", "state", "workers", "entries"])
        counts = told["completeness"]
        assert (counts["known"], counts["shown"], counts["withheld"], counts["misfiled"]) == (5, 3, 1, 1)
        assert [entry["condition"] for entry in told["entries"]] == [
            "in force",
            "in force",
            "withheld",
            "in force",
            "misfiled",
        ]

    def test_csv_holds_the_entries_and_guards_formulas(self, run: Any) -> None:
        _, out, err = run("replay", "C-001", "--format", "csv", "--from", "2023-02-10", "--to", "2023-02-11")
        (row,) = csv.DictReader(io.StringIO(out))
        assert (row["on"], row["standing"], row["by"]) == ("2023-02-10", "opinion", "W-1")
        assert row["told"] == "decided by: W-9; decision: Go on.; rationale: =It helps."
        assert "known: 1" in err

    def test_a_file_gets_the_form_of_its_name(self, run: Any, tmp_path: Path) -> None:
        assert run("replay", "C-001", "-o", str(tmp_path / "case.json"))[0] == 0
        assert json.loads((tmp_path / "case.json").read_text())["heading"]["child"] == "C-001"
        assert run("replay", "C-001", "-o", str(tmp_path / "case.txt"))[0] == 0
        assert (tmp_path / "case.txt").read_text() == run("replay", "C-001")[1]

    def test_diff_tells_what_came_in_between(self, run: Any) -> None:
        code, out, _ = run("replay", "C-001", "--diff", "2023-02-09", "2023-03-05")
        assert code == 0
        assert "changed · visit attempted" not in out and "became known · visit attempted" in out
        _, out, _ = run("replay", "C-001", "--diff", "2023-02-25", "2023-03-05")
        assert "1 changed" in out and "what happened: visit recorded -> visit attempted" in out
        _, out, _ = run("replay", "C-001", "--diff", "2023-02-25", "2023-03-05", "--format", "json")
        (turn,) = json.loads(out)["turns"]
        assert turn["news"] == "changed"
        assert turn["changed"][0] == {
            "label": "what happened",
            "before": "visit recorded",
            "after": "visit attempted",
            "private": False,
        }

    @pytest.mark.parametrize(
        ("args", "code", "said"),
        [
            (("C-01",), 5, "Nearest: C-001, C-002"),
            (("C-001", "--known-at", "yesterday"), 2, "expected a date"),
            (("C-001", "--known-at", "2023-02-28", "--sealed-by", "2023-02-28"), 2, "not both"),
            (("C-001", "--from", "2023-02-28", "--to", "2023-02-01"), 2, "must end after it begins"),
            (("C-001", "--diff", "2023-02-28", "2023-02-01"), 2, "must be before the second"),
            (("C-001", "--diff", "2023-02-01", "2023-02-28", "--known-at", "2023-02-28"), 2, "--diff goes with"),
            (("C-001", "-o", "case.pdf"), 2, "cannot tell the format"),
        ],
    )
    def test_wrong_requests_leave_with_a_sentence(self, run: Any, args: tuple[str, ...], code: int, said: str) -> None:
        left, out, err = run("replay", *args)
        assert (left, out) == (code, "")
        assert said in err


class TestTrail:
    def rows(self, out: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in out.splitlines()]

    def test_the_whole_ledger_holds_every_position_once(self, run: Any) -> None:
        code, out, _ = run("trail", "--format", "ndjson")
        rows = self.rows(out)
        assert code == 0
        assert [row["position"] for row in rows] == list(range(1, 14))
        assert {row["subject"] for row in rows} == {"ledger", "C-001", "C-002"}

    def test_a_case_names_what_changed_its_entries(self, run: Any) -> None:
        rows = {row["position"]: row for row in self.rows(run("trail", "C-001", "--format", "ndjson")[1])}
        assert (rows[5]["lag_days"], rows[5]["changed_by"], rows[5]["line"]) == (14, [6], 7)
        assert (rows[6]["did"], rows[6]["to_position"], rows[6]["reason"]) == ("corrects", 5, "wrong value")
        assert rows[6]["changed"].startswith("what happened: visit recorded -> visit attempted; ")

    def test_leaves_are_those_the_ledger_sealed(self, run: Any, made: Path) -> None:
        from ledger import open_ledger

        with open_ledger(made, read_only=True) as ledger:
            nexts = [ledger.store.row_at(position) for position in (6, 7)]
        rows = {row["position"]: row for row in self.rows(run("trail", "--format", "ndjson")[1])}
        # The entry at 6 corrects the one at 5 and follows it in the same stream: it holds the leaf of 5.
        assert nexts[0] is not None
        assert rows[5]["leaf"] == nexts[0].previous_leaf.hex()

    def test_neither_form_shows_what_is_withheld(self, run: Any) -> None:
        for args in (("trail",), ("trail", "C-001")):
            for form in ("table", "json", "ndjson", "csv"):
                _, out, err = run(*args, "--format", form)
                assert "The secret" not in out + err and "Another child" not in out + err
        rows = {row["position"]: row for row in self.rows(run("trail", "--format", "ndjson")[1])}
        assert rows[7]["entry"] == "entry" and rows[7]["notice"].startswith("entry withheld: restricted on")
        assert rows[10]["notice"].startswith("entry misfiled, moved on")

    def test_late_by_and_written_days(self, run: Any) -> None:
        _, out, err = run("trail", "--late-by", "10", "--format", "ndjson")
        assert [row["position"] for row in self.rows(out)] == [5]
        assert "written 10 days or more after they happened: 1 of 13 entries" in err
        _, out, _ = run("trail", "--written-from", "2023-02-10", "--written-to", "2023-02-21", "--format", "ndjson")
        assert [row["position"] for row in self.rows(out)] == [5, 9, 10, 13]

    def test_a_workers_trail(self, run: Any) -> None:
        rows = self.rows(run("trail", "--worker", "W-2", "--format", "ndjson")[1])
        assert [row["position"] for row in rows] == [6]
        rows = self.rows(run("trail", "--worker", "W-9", "--format", "ndjson")[1])
        assert [row["position"] for row in rows] == [2, 8, 9, 11, 12, 13]

    def test_json_is_one_object_with_provenance(self, run: Any) -> None:
        _, out, _ = run("trail", "C-001", "--format", "json")
        told = json.loads(out)
        assert list(told) == ["rows", "notes", "provenance"]
        assert (len(told["rows"]), told["provenance"]["position"]) == (9, 13)

    def test_people_get_it_within_the_width(self, run: Any) -> None:
        code, out, _ = run("trail", "--format", "table")
        assert code == 0
        assert max(len(line) for line in out.splitlines()) <= 100
        assert "written 2023-02-20 09:00:00" in out and "lag 14 days" in out

    def test_a_file_is_written_whole(self, run: Any, tmp_path: Path) -> None:
        assert run("trail", "-o", str(tmp_path / "trail.csv"))[0] == 0
        with (tmp_path / "trail.csv").open() as file:
            assert len(list(csv.DictReader(file))) == 13

    def test_an_unknown_child_is_not_found(self, run: Any) -> None:
        code, out, err = run("trail", "C-01")
        assert (code, out) == (5, "")
        assert "Nearest: C-001" in err


def test_a_damaged_ledger_is_read_and_says_so_and_fails(made: Path, run: Any, tmp_path: Path) -> None:
    import shutil
    import sqlite3

    shutil.copytree(made, tmp_path / "damaged")
    with sqlite3.connect(tmp_path / "damaged" / "ledger.db") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            database.execute(f"DROP TRIGGER {name}")
        changed = database.execute("UPDATE entries SET recorded_at = recorded_at + 1 WHERE position = 5")
        assert changed.rowcount == 1
    code, out, _ = run("--ledger", str(tmp_path / "damaged"), "replay", "C-001")
    assert code == 3
    assert "Seal: NOT self-consistent" in out and "ENTRIES, OLDEST FIRST" in out
    code, out, _ = run("--ledger", str(tmp_path / "damaged"), "replay", "C-001", "--no-verify")
    assert code == 0
    assert "Seal: not checked in this reading" in out
