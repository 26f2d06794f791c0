"""Whatever is changed in a bundle, the verifier never calls it whole, unless it lies outside what is proved."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.bundle import verify
from ledger.bundle.archive import MEMBERS
from ledger.bundle.rules import Rule
from tests.bundle.case import begin, edited, members, rebuilt

if TYPE_CHECKING:
    from collections.abc import Iterator

UNPROVED = ("clock", "withheld")
"""What a bundle only states: in which words it is told, and why something is withheld."""
SETTINGS = settings(
    max_examples=300, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


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
@given(member=st.sampled_from(MEMBERS), place=st.integers(0, 1 << 20), bit=st.integers(0, 7))
def test_no_changed_byte_is_called_whole(made: Any, member: str, place: int, bit: int) -> None:
    parts, key = made
    changed = bytearray(parts[member])
    changed[place % len(changed)] ^= 1 << bit
    other = {**parts, member: bytes(changed)}
    if whole(rebuilt(other), key):
        assert member == "bundle.json"
        assert proved(other) == proved(parts)


@pytest.mark.parametrize("member", ["checkpoint.txt", "bundle.json"])
def test_no_changed_bit_of_the_short_members_is_called_whole(made: Any, member: str) -> None:
    """Every byte of them, one bit each and the one that changes upper and lower case."""
    parts, key = made
    for place in range(len(parts[member])):
        for bit in {place % 8, 5}:
            changed = bytearray(parts[member])
            changed[place] ^= 1 << bit
            other = {**parts, member: bytes(changed)}
            if whole(rebuilt(other), key):
                assert (member, proved(other)) == ("bundle.json", proved(parts))


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
