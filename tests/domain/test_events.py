"""What every event must be, whoever adds one: named for ever, described, frozen, bounded, and readable again."""

from __future__ import annotations

import ast
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.domain import events as package
from ledger.domain.checks import event_from_json
from ledger.domain.codes import code_list, code_lists
from ledger.domain.events import catalogue, event_class
from ledger.domain.events.base import RESERVED, Event, coded_lists, private_fields
from ledger.domain.events.record import EntryCorrected
from ledger.domain.schema import fields, schema, sentence
from ledger.errors import NotFound
from tests.domain.examples import events

KINDS = list(catalogue().values())
NAMES = Path(__file__).parents[1] / "vectors" / "event_names.txt"
STREAMS = {"journey", "worker", "pod", "ledger", "evaluation"}
ROW = {"position", "stream", "version", "name", "event_id", "recorded_at", "erased"}
every = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


def test_no_name_ever_disappears() -> None:
    """The list is frozen and only grows: stored entries are found by these names for ever."""
    frozen = NAMES.read_text(encoding="utf-8").split()
    assert sorted(set(frozen)) == sorted(frozen)
    assert set(frozen) <= set(catalogue()), "a stored name has disappeared"
    assert set(catalogue()) <= set(frozen), f"add the new name to {NAMES.name}"


def test_names_are_literals_in_the_classes() -> None:
    """A name that is computed could change when code is moved."""
    found = []
    for path in sorted(Path(package.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "name":
                assert node.value is None or isinstance(node.value, ast.Constant)
                found += [node.value.value] if node.value is not None else []
    assert sorted(found) == sorted(catalogue())


@every
def test_a_name_says_the_class_in_words_and_a_version(kind: type[Event]) -> None:
    words, _, version = kind.name.rpartition(".v")
    assert version.isdigit() and words == words.lower()
    assert words.replace("-", "") == kind.__name__.lower()


@every
def test_it_says_what_it_is_about_and_where_it_stands(kind: type[Event]) -> None:
    assert kind.area == kind.area.lower().strip() != ""
    assert kind.streams and set(kind.streams) <= STREAMS
    assert kind.standing in ("fact", "opinion", "third party")
    assert kind.model_config["frozen"] and kind.model_config["strict"] and kind.model_config["extra"] == "forbid"


@every
def test_its_sentence_and_its_fields_are_described(kind: type[Event]) -> None:
    assert sentence(kind).endswith(".") and len(sentence(kind).split()) > 1
    assert sentence(kind) != " ".join((Event.__doc__ or "").split())
    for name, info in kind.model_fields.items():
        assert info.description and info.description.strip().endswith((".", "?")), name


@every
def test_no_field_takes_a_name_of_the_envelope(kind: type[Event]) -> None:
    taken = RESERVED | ROW
    own = {"corrects", "correction_reason", "correction_note"} if kind is EntryCorrected else set()
    assert (set(kind.model_fields) & taken) == own


@every
def test_private_fields_are_words_or_days_and_bear_no_code_list(kind: type[Event]) -> None:
    """A number, a code or a yes that a measure could need must not be sealed away."""
    told = {field.name: field for field in fields(kind)}
    assert {told[name].kind for name in private_fields(kind)} <= {"text", "date"}
    assert private_fields(kind).isdisjoint(coded_lists(kind))


@every
def test_coded_text_is_bounded(kind: type[Event]) -> None:
    """Free text of any length is private: what is coded reaches the facts."""
    told = schema(kind)
    for name, prop in told["properties"].items():
        if name not in private_fields(kind) and name != "replacement":
            for part in _parts(prop, told.get("$defs", {})):
                if part.get("type") == "string" and "format" not in part and "enum" not in part:
                    assert "maxLength" in part or "pattern" in part, name


def _parts(prop: Any, defs: Any) -> list[Any]:
    if "$ref" in prop:
        return _parts(defs[prop["$ref"].rpartition("/")[2]], defs)
    inner = [
        *prop.get("anyOf", ()),
        *([prop["items"]] if "items" in prop else []),
        *prop.get("properties", {}).values(),
    ]
    return [prop] + [part for one in inner for part in _parts(one, defs)]


def test_one_coded_name_holds_one_kind_of_value() -> None:
    """All coded fields share one table of facts: a name must mean one type everywhere."""
    found: dict[str, set[str]] = {}
    for kind in KINDS:
        for field in fields(kind):
            if field.kept == "coded":
                found.setdefault(field.name, set()).add("text" if " | " in field.kind else field.kind)
    assert {name: kinds for name, kinds in found.items() if len(kinds) > 1} == {}


@every
def test_every_code_list_it_names_exists(kind: type[Event]) -> None:
    for list_name in coded_lists(kind).values():
        assert code_list(list_name).codes


def test_every_code_list_is_named_by_an_event() -> None:
    assert set(code_lists()) == {name for kind in KINDS for name in coded_lists(kind).values()}


@every
def test_a_default_code_is_on_its_list(kind: type[Event]) -> None:
    for name, list_name in coded_lists(kind).items():
        default = kind.model_fields[name].default
        if isinstance(default, str):
            assert default in code_list(list_name)


@every
def test_its_schema_marks_what_is_private_and_what_is_coded(kind: type[Event]) -> None:
    told = json.loads(json.dumps(schema(kind)))
    properties = told["properties"]
    assert (told["title"], told["additionalProperties"]) == (kind.name, False)
    assert set(properties) == set(kind.model_fields)
    assert {name for name, prop in properties.items() if prop.get("x-private")} == private_fields(kind)
    named = {name: prop["x-code-list"]["name"] for name, prop in properties.items() if "x-code-list" in prop}
    assert named == coded_lists(kind)
    required = {name for name, info in kind.model_fields.items() if info.is_required()}
    assert set(told.get("required", ())) == required


@every
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_it_is_read_back_from_json_as_it_was_and_cannot_be_changed(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events(kind))
    written = json.loads(event.model_dump_json(exclude={"replacement"}))
    if isinstance(event, EntryCorrected):
        replacement = json.loads(event.replacement.model_dump_json())
        written = {name: written[name] for name in ("corrects", "correction_reason", "correction_note")}
        written["replacement"] = {"type": event.replacement.name, "data": replacement}
    assert event_from_json(kind.name, written) == event
    with pytest.raises(ValidationError):
        event.occurred_on = date(2000, 1, 1)  # type: ignore[misc]


def test_an_event_is_found_by_its_name_with_or_without_version_and_a_wrong_one_gets_the_nearest() -> None:
    assert event_class("visit-recorded") is event_class("visit-recorded.v1")
    with pytest.raises(NotFound) as caught:
        event_class("visit-recorde")
    assert "visit-recorded.v1" in caught.value.nearest


@pytest.mark.parametrize(
    ("one", "other"), [("visit-recorded.v1", "visit-attempted.v1"), ("stepped-up.v1", "stepped-down.v1")]
)
def test_events_that_are_mistaken_for_each_other_are_of_one_family(one: str, other: str) -> None:
    assert event_class(one).family == event_class(other).family != ""
