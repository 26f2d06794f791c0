"""The promises of DESIGN section 11 that exist so far, each with its measurement and its limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks import appending, importing, proving, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measured import Pair

MEMORY = 500.0
"""The most memory, in MB, that rebuilding from a million entries may take."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `limit` is the greatest ratio, `least` the least rate a second; neither: only told."""

    what: str
    measure: Callable[..., Any]
    args: tuple[Any, ...]
    limit: float | None = None
    least: float | None = None
    memory: float | None = None
    shows_bare: bool = True
    seen: dict[str, Pair] = field(default_factory=dict)

    @property
    def must_be(self) -> str:
        """The promise in a few characters."""
        if self.least is not None:
            return f">= {self.least:,.0f}/s"
        if self.limit is None:
            return ""
        return f"<= {self.limit:g}x" + (f", {self.memory:.0f} MB" if self.memory else "")

    def kept(self, pair: Pair) -> bool | None:
        """Whether the promise was kept; None where nothing was promised."""
        if self.least is not None:
            return pair.count / pair.ours >= self.least
        if self.limit is None:
            return None
        return pair.ratio <= self.limit and (self.memory is None or pair.memory <= self.memory)

    def rate(self, pair: Pair) -> str:
        """How many a second."""
        return f"{pair.count / pair.ours:,.0f}/s"

    def note(self, pair: Pair) -> None:
        """Remember what was measured, for rows that compare two sizes."""
        self.seen[self.what] = pair


def rows(*, quick: bool, big: int, place: str) -> Iterator[Row]:
    """Yield the rows in the order in which they are measured."""
    yield from _appending(quick=quick)
    yield Row("replay one journey, validated, decrypted", reading.replay, (15 if quick else 100,), limit=2.5)
    children, rounds = (2_000, 2) if quick else (10_000, 5)
    yield Row(
        "re-import of an unchanged return", importing.unchanged, (children, rounds), least=50_000, shows_bare=False
    )
    yield Row("a case bundle of 300 entries, under 200 ms", proving.bundle, (4 if quick else 10,), limit=1.0)
    yield from _scaling(quick=quick, big=big, place=place)


def _appending(*, quick: bool) -> Iterator[Row]:
    singles, rounds = (200, 2) if quick else (900, 10)
    for engine, one, many, beside in (
        ("sqlite", 1.6, 3.0, "executemany"),
        ("postgres", 2.0, 3.0, "COPY"),
    ):
        yield Row(f"{engine}: single durable append", appending.single, (engine, singles), limit=one)
        yield Row(f"{engine}: 100 entries of 10 journeys, {beside}", appending.bulk, (engine, rounds), limit=many)
    yield Row("sqlite: the same, the library unsealed", appending.beside_the_library, (rounds,), limit=1.0)
    yield Row("sqlite: single append, over one without its seal", proving.sealing, (singles,), limit=1.25)


def _scaling(*, quick: bool, big: int, place: str) -> Iterator[Row]:
    """Yield what is measured on a tenth of the entries and on all of them, and how the time grows between."""
    seen: dict[str, Pair] = {}
    rounds = 1 if quick else 3
    for count in (big // 10, big):
        where = f"{place}/{count}"
        yield Row(f"fill a ledger in bulk ({count:,})", reading.build, (where, count), shows_bare=False, seen=seen)
        memory = MEMORY if count == big else None
        yield Row(f"verify --self ({count:,})", reading.verify, (where, rounds + 1), limit=2.0, seen=seen)
        yield Row(f"prove one entry, under 1 ms ({count:,})", proving.inclusion, (where, 100), limit=1.0)
        yield Row(
            f"facts + continuity measures ({count:,})", reading.rebuild, (where, rounds), 2.0, memory=memory, seen=seen
        )
        yield Row(f"facts: 1,000 new entries, over a rebuild ({count:,})", reading.refresh, (where,), limit=0.02)
    what = f"slowest measure on facts ({big:,})"
    yield Row(what, reading.measure_loaded, (f"{place}/{big}", rounds), limit=0.3)
    for what in ("verify --self", "facts + continuity measures"):
        small, large = seen.get(f"{what} ({big // 10:,})"), seen.get(f"{what} ({big:,})")
        if small is not None and large is not None:
            yield Row(f"10x the entries: {what}", grown, (small.ours, large.ours, large.count), limit=11.0)


def grown(small: float, large: float, count: int) -> Pair:
    """Return how the time grew from a tenth of the entries to all of them."""
    from benchmarks.measured import Pair

    return Pair(large, small, count)
