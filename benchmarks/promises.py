"""The promises of DESIGN section 11, each with its measurement and its limit.

A measure's 0.3 is promised of a million entries: on fewer, what does not depend on their number weighs more, and the
ratio is only told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from benchmarks import appending, importing, measuring, proving, reading, starting
from ledger.projections.card import measures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measured import Pair

MEMORY = 500.0
"""The most memory, in MB, that rebuilding from a million entries may take."""
MILLION = 1_000_000
VERIFY, FACTS = "verify --self", "facts + continuity measures"


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


def rows(*, quick: bool, big: int, place: str, only: str = "") -> Iterator[Row]:
    """Yield the rows in whose name `only` stands, in the order in which they are measured, and what these need."""
    yield from (row for row in _small(quick=quick) if only in row.what)
    seen: dict[str, Pair] = {}
    for count in (big // 10, big):
        where = f"{place}/{count}"
        chosen = [row for row in _scaling(where, count, quick=quick, big=big, seen=seen) if only in row.what]
        if chosen:
            yield Row(f"write a ledger ({count:,})", reading.build, (where, count), shows_bare=False)
        yield from chosen
    for what in (VERIFY, FACTS):
        small, large = seen.get(f"{what} ({big // 10:,})"), seen.get(f"{what} ({big:,})")
        if small is not None and large is not None:
            yield Row(f"10x the entries: {what}", grown, (small, large), limit=11.0)


def _small(*, quick: bool) -> Iterator[Row]:
    """Yield what is measured on a small ledger of its own, or on none."""
    yield Row("journey --help, under 200 ms", starting.help_, (5 if quick else 20,), limit=1.0)
    yield from _appending(quick=quick)
    yield Row("replay one journey, validated, decrypted", reading.replay, (15 if quick else 100,), limit=2.5)
    children, rounds = (2_000, 2) if quick else (10_000, 5)
    yield Row(
        "re-import of an unchanged return", importing.unchanged, (children, rounds), least=50_000, shows_bare=False
    )
    yield Row("a case bundle of 300 entries, under 200 ms", proving.bundle, (4 if quick else 10,), limit=1.0)


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


def _scaling(where: str, count: int, *, quick: bool, big: int, seen: dict[str, Pair]) -> Iterator[Row]:
    """Yield what is measured on the ledger in `where`, of about `count` entries; what adds to it comes last."""
    rounds = 1 if quick else 3
    yield Row(f"{VERIFY} ({count:,})", reading.verify, (where, rounds + 1), limit=2.0, seen=seen)
    yield Row(f"prove one entry, under 1 ms ({count:,})", proving.inclusion, (where, 100), limit=1.0)
    memory = MEMORY if count == big else None
    yield Row(f"{FACTS} ({count:,})", reading.rebuild, (where, rounds), 2.0, memory=memory, seen=seen)
    for name in measures() if count == big or not quick else ():
        limit = 0.3 if count >= MILLION else None
        yield Row(f"measure: {name} ({count:,})", measuring.measure, (where, name, rounds), limit=limit)
    yield Row(f"facts: 1,000 new entries, over a rebuild ({count:,})", reading.refresh, (where,), limit=0.02)


def grown(small: Pair, large: Pair) -> Pair:
    """Return how the time grew: the larger's, at its pace for exactly ten times the entries, over the smaller's."""
    also = (("as measured", large.ours),)
    return replace(large, ours=large.ours * 10 * small.count / large.count, bare=small.ours, also=also)
