"""`journey events` and docs/EVENTS.md: told by the classes, and never stale."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from cli.events import events
from cli.events_docs import WHERE, document
from ledger.domain.events import catalogue
from ledger.domain.events.base import private_fields
from ledger.errors import NotFound


def run(*args: str) -> str:
    result = CliRunner().invoke(events, list(args), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_page_is_not_stale() -> None:
    assert WHERE.read_text(encoding="utf-8") == document(), "run `python -m cli.events_docs`"


def test_the_page_tells_every_event_and_every_field() -> None:
    page = document()
    for kind in catalogue().values():
        assert f"### {kind.name}\n" in page
    assert "| narrative | text | private | What happened at the visit. |" in page
    assert "| factors | codes of assessment-factor | coded |" in page


def test_the_catalogue_lists_every_event() -> None:
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv"))))
    assert [row["name"] for row in rows] == list(catalogue())
    assert next(row for row in rows if row["name"] == "worker-joined-pod.v1")["stream"] == "pod or worker"


@pytest.mark.parametrize("name", ["visit-recorded", "visit-recorded.v1"])
def test_one_event_is_explained_with_its_code_lists(name: str) -> None:
    told = json.loads(run(name, "--format", "json"))
    by_field = {row["field"]: row for row in told["rows"]}
    assert {field for field, row in by_field.items() if row["kept"] == "private"} == private_fields(
        catalogue()["visit-recorded.v1"]
    )
    assert by_field["child_seen"]["code_list"] == "child-seen"
    assert any(note.startswith("child-seen (") for note in told["notes"])


def test_the_schema_of_one_event_and_of_all() -> None:
    one = json.loads(run("missing-started", "--json"))
    assert one["properties"]["kind"]["x-code-list"]["codes"] == {"M": "Missing", "A": "Away without authorisation"}
    assert one["properties"]["circumstances"]["x-private"] is True
    assert one["required"] == ["kind"]
    assert list(json.loads(run("--json"))) == list(catalogue())


def test_an_unknown_event_is_not_found_with_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        run("visit-recorde")
    assert "visit-recorded.v1" in str(caught.value)
