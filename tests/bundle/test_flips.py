"""Whatever is changed in a bundle, the verifier never calls it whole, unless it lies outside what is proved."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.bundle import verify
from ledger.bundle.rules import Rule
from tests.bundle.case import begin, edited, members, rebuilt

if TYPE_CHECKING:
    from collections.abc import Iterator

UNPROVED = ("clock", "withheld")
"""What a bundle only states: in which words it is told, and why something is withheld."""
SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, bytes], Any]]:
    case = begin(tmp_path_factory.mktemp("case"))
    rule = Rule("third party", {"standing": ("third party",)}, "a note")
    yield members(case.bundle(rules=[rule])), verify.Key(case.vkey)
    case.store.close()


def whole(bundle: bytes, key: Any) -> bool:
    try:
        return "WHOLE" in verify.Case(io.BytesIO(bundle), [key]).report(show=True)[0]  # type: ignore[arg-type]
    except Exception:  # the program refuses with every one of them
        return False


def proved(parts: dict[str, bytes]) -> Any:
    """What a bundle states, without what is only stated."""
    about = json.loads(parts["bundle.json"])
    versions = [each["version"] for each in about["withheld"]]
    return [versions, {name: value for name, value in about.items() if name not in UNPROVED}]


def test_the_unchanged_bundle_is_whole(made: Any) -> None:
    assert whole(rebuilt(made[0]), made[1])


@SETTINGS
@given(data=st.data())
def test_no_changed_byte_is_called_whole(made: Any, data: st.DataObject) -> None:
    parts, key = made
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name]) - 1))
    changed = bytearray(parts[name])
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    other = {**parts, name: bytes(changed)}
    if whole(rebuilt(other), key):
        assert name == "bundle.json"
        assert proved(other) == proved(parts)


@SETTINGS
@given(data=st.data())
def test_no_changed_list_of_entries_is_called_whole(made: Any, data: st.DataObject) -> None:
    parts, key = made
    bundle = rebuilt(parts)
    count = parts["entries.jsonl"].count(b"\n")
    order = data.draw(st.lists(st.integers(0, count - 1), max_size=count + 2))
    again = edited(bundle, entries=lambda lines: [lines[place] for place in order] or [{}])
    assert whole(again, key) is (order == list(range(count)))


@SETTINGS
@given(data=st.data())
def test_no_changed_field_is_called_whole(made: Any, data: st.DataObject) -> None:
    parts, key = made

    def change(lines: list[dict[str, Any]]) -> None:
        one = data.draw(st.sampled_from(lines))
        name = data.draw(st.sampled_from(sorted(one)))
        kinds = {int: st.integers(-3, 20), str: st.sampled_from(["", "0" * 64, "x", "journey:1"]), list: st.just([])}
        old = one[name]
        one[name] = data.draw(kinds[type(old)].filter(lambda new: new != old))

    assert not whole(edited(rebuilt(parts), entries=change), key)
