"""`journey project run --over`: a table that can be piped, a picture beside it, an SVG file that stands alone."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64encode
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from cli.exits import exit_code
from cli.main import journey
from ledger import create_ledger
from ledger.domain.envelope import Actor, child
from ledger.domain.events.identity import ChildRegistered
from ledger.domain.events.visit import VisitRecorded
from ledger.new_entry import NewEntry

FIRST = date(2023, 1, 2)
SERIES = ["--over", "month", "--column", "share_within_24_hours", "--from", "2023-01-01", "--to", "2024-03-01"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of one child with a visit a week for sixty weeks, written on the day and late in turn."""
    where = tmp_path_factory.mktemp("series") / "ledger"
    with create_ledger(where, authority="Testshire (synthetic)") as ledger:
        entries = [NewEntry(child("C-1"), ChildRegistered(occurred_on=FIRST, child_id="C-1"), Actor(worker="W1"))]
        for week in range(60):
            on = FIRST + timedelta(weeks=week)
            written = datetime.combine(on + timedelta(days=week % 3), time(12), UTC)
            entries.append(
                NewEntry(child("C-1"), VisitRecorded(occurred_on=on, worker="W1"), Actor(worker="W1"), written)
            )
        ledger.append_many(entries)
    return where


def run(folder: Path, *args: str) -> int:
    """Run `journey project run recording` over the ledger."""
    return exit_code(journey, ["--ledger", str(folder), "project", "run", "recording", *args])


def test_csv_holds_the_series_and_its_signals_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, *SERIES, "--spc", "--format", "csv") == 0
    told = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert [row["period"] for row in rows][:2] == ["2023-01", "2023-02"]
    assert len(rows) == 14
    assert {"value", "numerator", "denominator", "centre", "lower", "upper", "signals"} <= set(rows[0])
    assert "rules: XmR chart, rules of Making Data Count" in told.err


def test_a_table_stands_under_its_picture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, *SERIES, "--spc", "--ascii", "--format", "table") == 0
    told = capsys.readouterr().out
    assert told.startswith("recording: share_within_24_hours by month\n")
    assert "no signal: nothing but common variation" in told
    assert told.index("in short") < told.index("numerator")


def test_an_svg_file_holds_the_picture(folder: Path, tmp_path: Path) -> None:
    assert run(folder, *SERIES, "--spc", "-o", str(tmp_path / "share.svg")) == 0
    assert (tmp_path / "share.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_a_page_has_the_picture_above_the_table(folder: Path, tmp_path: Path) -> None:
    assert run(folder, *SERIES, "--spc", "-o", str(tmp_path / "share.html")) == 0
    page = (tmp_path / "share.html").read_text(encoding="utf-8")
    assert "<h1>recording: share_within_24_hours by month</h1>" in page
    assert page.count("<svg ") == 1
    assert page.index("<svg ") < page.index("<table>")
    assert re.search(r"Synthetic data\. As known now, position \d+\.</text>", page)
    assert '<p class="warning synthetic">' in page
    for style in re.findall("<style>(.*?)</style>", page, re.DOTALL):
        assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in page


def test_the_same_clock_gives_the_same_series(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = []
    for _ in range(2):
        assert run(folder, *SERIES, "--known-at", "2024-02-15", "--format", "json") == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    assert [row["period"] for row in found[0]["rows"]][-1] == "2024-01"
    assert found[0]["provenance"]["stated"] == "2024-02-15"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--spc"], "need --over month, quarter or year"),
        (["--over", "month"], "--over needs --column FIGURE"),
        ([*SERIES, "--year", "2024"], "a series takes --from and --to, not --year"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(
    folder: Path, args: list[str], sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert run(folder, *args) == 2
    assert sentence in capsys.readouterr().err
