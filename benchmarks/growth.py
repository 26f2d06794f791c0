"""How everything that reads or writes a whole ledger grows, from 100,000 entries to 10 million.

Each step runs in a process of its own, on a ledger that is written as the demonstration's is and gone before the next
size begins. Nothing bare is measured here: the ratios are those of `python -m benchmarks`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.ledgers import folder
from benchmarks.measured import Pair, alone, in_own_process
from benchmarks.measuring import load_and_run
from benchmarks.memory import Peak
from benchmarks.reading import CONTINUITY, written
from ledger.application import open_ledger
from ledger.projections.card import measures
from ledger.projections.facts_folder import FactsFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = (100_000, 1_000_000, 10_000_000)
LINE = "{:<62} {:>12} {:>12} {:>12} {:>10}"


def show_growth(sizes: Sequence[int]) -> None:
    """Measure each size and print its lines as they are found."""
    _line("what", "entries", "took", "rate", "memory")
    for size in sizes:
        with folder() as path:
            _show(path / "grown", size)


def _show(where: Path, count: int) -> None:
    """Write a ledger of about `count` entries and measure it; what cannot be measured is told and left out."""
    place = str(where)
    size = _tell("written and sealed; what is told is held in memory", in_own_process(written, place, count))
    for what, step in (("verified", verified), ("facts from nothing", facts_made)):
        if (found := _tried(what, step, place)) is not None:
            _tell(what, found)
    each = {name: found for name in measures() if (found := _tried(name, measured_once, place, name)) is not None}
    if each.keys() >= set(CONTINUITY):
        mine = [each[name] for name in CONTINUITY]
        took = sum(one.ours + one.bare for one in mine)
        whole = Pair(took, took, size, memory=max(one.memory for one in mine))
        _tell("the continuity measures, facts loaded for each", whole)
    if each:
        slowest = max(each, key=lambda name: each[name].ours)
        _tell(f"the slowest measure on fresh facts: {slowest}", each[slowest])
        greediest = max(each, key=lambda name: each[name].memory)
        _tell(f"the measure that takes most memory: {greediest}", each[greediest])
    ledger = where / "ledger"
    for what, held in (("ledger and its keys", _bytes(ledger, "*.db*")), ("facts", _bytes(ledger / "facts", "*"))):
        _line(f"on disk: {what}", f"{size:,}", f"{held / 1e6:,.1f} MB", f"{held / size:,.0f} B each", "")
    click.echo()


def _tried(what: str, step: Callable[..., Pair], *args: str) -> Pair | None:
    """Run a step in a process of its own; where it cannot be measured, say so and go on: the others still can."""
    try:
        return in_own_process(step, *args)
    except Exception as error:
        click.echo(f"{what} could not be measured: {type(error).__name__}: {error}")
        return None


def _tell(what: str, found: Pair) -> int:
    """Print what a step took, and return how many entries there were."""
    rate = f"{found.count / found.ours:,.0f}/s"
    _line(what, f"{found.count:,}", f"{found.ours:,.2f} s", rate, f"{found.memory:,.0f} MB")
    return found.count


def verified(where: str) -> Pair:
    """Recompute every leaf and the root."""
    with open_ledger(Path(where) / "ledger", read_only=True) as ledger:
        return alone(ledger.verify_self, count=ledger.head().size)


def facts_made(where: str) -> Pair:
    """Build the facts on disk from nothing."""
    with open_ledger(Path(where) / "ledger") as ledger, FactsFolder(ledger.store) as kept:
        return alone(kept.rebuild, count=ledger.head().size)


def measured_once(where: str, name: str) -> Pair:
    """Run one measure on fresh facts; ours is the measure, bare the loading. The peak is that of both."""
    peak = Peak()
    with open_ledger(Path(where) / "ledger", read_only=True) as ledger:
        with peak.watching():
            loading, took = load_and_run(ledger, measures()[name])
        return Pair(took, loading, ledger.head().size, memory=peak.megabytes)


def _bytes(place: Path, pattern: str) -> int:
    return sum(file.stat().st_size for file in place.glob(pattern) if file.is_file())


def _line(*cells: str) -> None:
    click.echo(LINE.format(*cells))
    sys.stdout.flush()
