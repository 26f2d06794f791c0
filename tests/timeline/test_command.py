"""`journey timeline`, from a ledger on disk to the terminal and to a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from cli.exits import exit_code
from cli.main import journey
from ledger import Ledger, create_ledger, open_ledger
from ledger.domain.events.allocation import WorkerAllocated
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.record import EntryRestricted
from ledger.domain.events.visit import VisitRecorded

if TYPE_CHECKING:
    from pathlib import Path


def _on(day: int) -> dict[str, date]:
    return {"occurred_on": date(2024, 5, day)}


def _known(day: int) -> datetime:
    return datetime(2024, 5, day, 12, tzinfo=UTC)


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """Return a ledger with one child: allocated on the 2nd, visited on the 3rd, on the 6th (known on the 20th)."""
    folder = tmp_path / "ledger"
    with create_ledger(folder, authority="Testshire") as ledger:
        ledger.append("C-001", ChildRegistered(**_on(1), child_id="C-001"), by="W1", written_at=_known(1))
        ledger.append("C-001", WorkerAllocated(**_on(2), worker="W1"), by="W1", written_at=_known(2))
        ledger.append("C-001", VisitRecorded(**_on(3), worker="W1", narrative="Tea."), by="W1", written_at=_known(3))
        ledger.append("C-001", VisitRecorded(**_on(6), worker="W1", narrative="Cake."), by="W1", written_at=_known(20))
    return folder


def run(where: Path, *args: str) -> Result:
    result = CliRunner().invoke(journey, ["--ledger", str(where), "timeline", *args])
    assert result.exception is None, result.exception
    return result


def size(where: Path) -> tuple[int, str]:

    with open_ledger(where, read_only=True) as ledger:
        head = ledger.head()
        return head.size, head.root.hex()


def test_the_terminal_gets_a_picture_with_its_clock_and_position(where: Path) -> None:
    lines = run(where, "C-001").output.splitlines()
    assert lines[0] == "C-001"
    assert f"position {size(where)[0]}" in " ".join(lines[:4])
    assert any(line.startswith("Allocated worker") and "W1 · 18 days so far" in line for line in lines)


def test_known_at_a_day_leaves_a_ghost_of_what_came_later(where: Path) -> None:
    output = run(where, "C-001", "--known-at", "2024-05-10").output
    assert "as known at 2024-05-10" in output and "not yet known" in output
    assert output == run(where, "C-001", "--as-of", "2024-05-10").output


def test_sealed_by_a_day_before_the_ledger_was_made_there_is_nothing(where: Path) -> None:
    assert "0 entries shown" in run(where, "C-001", "--sealed-by", "2024-05-10").output


def test_a_page_is_written_whole_and_for_its_owner_alone(where: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.html"
    assert run(where, "C-001", "-o", str(out)).output == ""
    page = out.read_text("utf-8")
    position, root = size(where)
    assert "Testshire" in page and "Cake." in page and root in page and f"Position {position} of the ledger" in page
    assert out.stat().st_mode & 0o077 == 0


def test_a_page_as_known_earlier_does_not_hold_later_words(where: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.html"
    run(where, "C-001", "--known-at", "2024-05-10", "-o", str(out))
    page = out.read_text("utf-8")
    assert "Tea." in page and "Cake." not in page


def test_what_is_restricted_today_is_withheld_from_every_day(where: Path, tmp_path: Path) -> None:

    with open_ledger(where) as ledger:
        [tea] = [entry for entry in ledger.entries("C-001") if "Tea." in repr(entry.event)]
        ledger.append("C-001", EntryRestricted(restricts=tea.event_id, reason="third party"), by="M1")
        before = tea.position
    out = tmp_path / "case.html"
    run(where, "C-001", "--known-at", "2024-05-10", "--at", str(before), "-o", str(out))
    assert "Tea." not in out.read_text("utf-8")


def test_a_window_shows_its_days_alone(where: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.txt"
    run(where, "C-001", "--from", "2024-05-05", "--to", "2024-05-10", "-o", str(out))
    drawn = out.read_text("utf-8")
    assert "days asked for: from 2024-05-05 to before 2024-05-10" in drawn
    assert "1 entry shown" in drawn


def test_plain_ascii_at_a_width_of_choice(where: Path) -> None:
    output = run(where, "C-001", "--ascii", "--width", "70").output
    assert output.isascii()
    assert max(map(len, output.splitlines())) <= 70


def test_reading_changes_nothing(where: Path, tmp_path: Path) -> None:
    before = size(where)
    run(where, "C-001", "-o", str(tmp_path / "case.html"))
    assert size(where) == before


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["C-002"], 5),
        (["C-001", "-o", "case.pdf"], 2),
        (["C-001", "--known-at", "yesterday"], 2),
        (["C-001", "--known-at", "2024-05-01", "--sealed-by", "2024-05-01"], 2),
        (["C-001", "--from", "2024-05-02", "--to", "2024-05-01"], 2),
        (["C-001", "--width", "10"], 2),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_code(
    where: Path, args: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(journey, ["--ledger", str(where), "timeline", *args]) == code
    told = capsys.readouterr()
    assert told.out == "" and told.err


def test_python_draws_the_same_page(where: Path) -> None:
    from ledger.domain.clock import NOW
    from ledger.projections.timeline import picture
    from ledger.projections.timeline.html import page

    def draw(ledger: Ledger) -> str:
        return page(picture("C-001", ledger.entries("C-001"), NOW, ledger.head().size, ledger.coverage()))

    with open_ledger(where, read_only=True) as ledger:
        assert draw(ledger) == draw(ledger)
        assert "Cake." in draw(ledger)
