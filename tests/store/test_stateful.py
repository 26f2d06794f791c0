"""A model in plain lists and a real store are told the same, at random: batches, repeats, conflicts, crashes."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ledger.domain.envelope import Source, child
from ledger.errors import DuplicateKey, VersionConflict
from ledger.seal.tree import root
from ledger.store import New, Store, create_store, open_store
from tests.store.news import corrected, registered, visit, withdrawn

CHILDREN = 3
EVENTS = st.integers(0, 4)
CHILD = st.integers(0, CHILDREN - 1)
REFERENCE = st.none() | st.integers(0, 5)
ITEMS = st.lists(st.tuples(CHILD, EVENTS, REFERENCE), min_size=1, max_size=5)


class Crash(Exception):
    """The process ends here, under the lock, before the commit."""


@dataclass
class Model:
    """What the store must hold: per child its events in order, and per reference what was first written under it."""

    events: dict[int, list[Any]] = field(default_factory=lambda: {number: [] for number in range(CHILDREN)})
    positions: list[tuple[int, int]] = field(default_factory=list)
    known: dict[int, tuple[int, Any, int]] = field(default_factory=dict)

    def conflict(self, items: list[tuple[int, Any, int | None]]) -> bool:
        """Whether a reference would stand for two contents."""
        known = dict(self.known)
        for number, event, reference in items:
            if reference is None:
                continue
            held = known.setdefault(reference, (number, event, 0))
            if held[:2] != (number, event):
                return True
        return False

    def append(self, items: list[tuple[int, Any, int | None]]) -> list[tuple[int, int, bool]]:
        """Write, and return (position, version, whether it was known) of each."""
        receipts = []
        for number, event, reference in items:
            if reference in self.known:
                position = self.known[reference][2]
                receipts.append((position, self.positions[position - 2][1], True))
                continue
            self.events[number].append(event)
            version = len(self.events[number])
            self.positions.append((number, version))
            position = len(self.positions) + 1
            if reference is not None:
                self.known[reference] = (number, event, position)
            receipts.append((position, version, False))
        return receipts


class Journeys(RuleBasedStateMachine):
    """Tells both the same and compares what both say."""

    places: dict[str, str] = {"engine": "sqlite"}  # noqa: RUF012

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = self.made()
        self.streams = [self.store.open_subject(child(f"C-{number}")) for number in range(CHILDREN)]
        self.model = Model()
        self.abandoned: list[Store] = []

    def made(self) -> Store:
        return create_store(self.folder / "l", authority="Testshire", **self.places)

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        found = self.store.verify_self()
        assert found.findings == []
        assert found.root == root(row.leaf(self.store.log_id) for row in self.store.scan())
        for store in [self.store, *self.abandoned]:
            store.close()
        shutil.rmtree(self.folder)

    def new(self, number: int, event: int, reference: int | None) -> New:
        source = None if reference is None else Source("casework", f"reference-{reference}")
        if event == 0:
            return registered(self.streams[number], f"C-{number}", source=source)
        return visit(self.streams[number], event, "words" if event % 2 else None, source=source)

    @rule(items=ITEMS)
    def append(self, items: list[tuple[int, int, int | None]]) -> None:
        self.tell([self.new(*item) for item in items], items, {})

    @rule(items=ITEMS, off=st.integers(-1, 1))
    def append_expecting(self, items: list[tuple[int, int, int | None]], off: int) -> None:
        number = items[0][0]
        self.tell([self.new(*item) for item in items], items, {number: len(self.model.events[number]) + off})

    def tell(self, news: list[New], items: list[tuple[int, int, int | None]], expect: dict[int, int]) -> None:
        stated = [(number, new.event, reference) for new, (number, _, reference) in zip(news, items, strict=True)]
        expected = {self.streams[number]: version for number, version in expect.items()}
        if self.model.conflict(stated):
            with pytest.raises(DuplicateKey):
                self.store.append(news, expect=expected)
            return
        fresh = self.fresh(stated)
        for number, version in expect.items():
            if version != len(self.model.events[number]) and number in fresh:
                with pytest.raises(VersionConflict) as caught:
                    self.store.append(news, expect=expected)
                assert (caught.value.expected, caught.value.current) == (version, len(self.model.events[number]))
                return
        receipts = self.store.append(news, expect=expected)
        assert [(each.position, each.version, each.duplicate) for each in receipts] == self.model.append(stated)

    def fresh(self, stated: list[tuple[int, Any, int | None]]) -> set[int]:
        """The children for whom this batch holds something new."""
        seen = set(self.model.known)
        found = set()
        for number, _, reference in stated:
            if reference is None or reference not in seen:
                found.add(number)
            seen.add(reference)
        return found

    @rule(number=CHILD, pick=st.integers(0, 20), withdraw=st.booleans())
    def correct(self, number: int, pick: int, withdraw: bool) -> None:
        roots = [
            e
            for e in self.store.entries(self.streams[number])
            if e.name not in ("entry-corrected.v1", "entry-withdrawn.v1")
        ]
        if roots:
            entry_id = roots[pick % len(roots)].event_id
            make = (
                withdrawn(self.streams[number], entry_id)
                if withdraw
                else corrected(self.streams[number], entry_id, pick)
            )
            receipts = self.store.append([make])
            assert [(each.position, each.version, each.duplicate) for each in receipts] == self.model.append(
                [(number, make.event, None)]
            )

    @rule(items=ITEMS)
    def crash_before_the_commit(self, items: list[tuple[int, int, int | None]]) -> None:
        def crash() -> int:
            raise Crash

        self.store._clock, clock = crash, self.store._clock
        with pytest.raises((Crash, DuplicateKey)):
            self.store.append([self.new(*item) for item in items])
        self.store._clock = clock

    @rule(cleanly=st.booleans())
    def open_again(self, cleanly: bool) -> None:
        if self.places["engine"] == "memory":
            return
        if cleanly:
            self.store.close()
        else:
            self.abandoned.append(self.store)
        self.store = open_store(self.folder / "l")

    @rule(at=st.integers(0, 40))
    def look_back(self, at: int) -> None:
        size = min(at, len(self.model.positions) + 1)
        assert self.store.head(size) == (size, root(row.leaf(self.store.log_id) for row in self.store.scan(upto=size)))
        for number, stream in enumerate(self.streams):
            then = sum(1 for each, _ in self.model.positions[: max(size - 1, 0)] if each == number)
            assert [entry.event for entry in self.store.entries(stream, at=size)] == self.model.events[number][:then]

    @invariant()
    def both_hold_the_same(self) -> None:
        if hasattr(self, "store"):
            assert self.store.head().size == len(self.model.positions) + 1
            for number, stream in enumerate(self.streams):
                entries = self.store.entries(stream)
                assert [entry.event for entry in entries] == self.model.events[number]
                assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))


QUICK = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.generate],
)
"""Failures are told as found: shrinking them makes a store per try. Add `Phase.shrink` to hunt one down."""


@pytest.mark.parametrize("engine", ["sqlite", "memory"])
def test_the_store_is_what_the_model_says(engine: str) -> None:
    class Machine(Journeys):
        places = {"engine": engine}  # noqa: RUF012

    run_state_machine_as_test(Machine, settings=QUICK)


@pytest.mark.postgres
def test_the_store_on_postgres_is_what_the_model_says(postgres_url: str) -> None:
    class Machine(Journeys):
        places = {"engine": "postgres", "url": postgres_url}  # noqa: RUF012

        def made(self) -> Store:
            schema = f"s{uuid4().hex}"
            return create_store(
                self.folder / "l", authority="Testshire", schema=schema, keys_schema="k" + schema, **self.places
            )

    run_state_machine_as_test(Machine, settings=settings(QUICK, max_examples=8))
