"""Measure one thing in a process of its own: seconds of each side, and the peak of our side's memory.

A measurement is a function of this package that takes plain values and returns a `Pair`. It runs in a fresh process, so
that one measurement's memory and caches are not another's. How memory is told: `memory`.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from benchmarks.memory import Peak, of_life

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of ours and of the bare operation, for `count` of `unit`; memory is the peak while ours ran, in MB.

    Without a `memory` of its own it is the peak of the whole measurement. `also` holds other seconds of the same run.
    """

    ours: float
    bare: float
    count: int
    unit: str = "entries"
    memory: float = 0.0
    also: tuple[tuple[str, float], ...] = ()

    @property
    def ratio(self) -> float:
        """How many times the bare operation's time ours takes."""
        return self.ours / self.bare


def in_own_process(measure: Callable[..., Result], *args: object) -> Result:
    """Run a measurement in a fresh process, which may start others, and return what it gives."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run, measure, args).result()


def _run(measure: Callable[..., Result], args: tuple[object, ...]) -> Result:
    found = measure(*args)
    if isinstance(found, Pair) and not found.memory:
        return replace(found, memory=of_life())
    return found


def seconds(work: Callable[[], object]) -> float:
    """Return how long one run takes, with the collector's debts paid before it."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(
    ours: Callable[[], object], bare: Callable[[], object], *, rounds: int, count: int, unit: str = "entries"
) -> Pair:
    """Run both sides in turns; return the median seconds of each, and the greatest peak of memory of ours."""
    peak, our_times, bare_times = Peak(), [], []
    for _ in range(rounds):
        with peak.watching():
            our_times.append(seconds(ours))
        bare_times.append(seconds(bare))
    return Pair(median(our_times), median(bare_times), count, unit=unit, memory=peak.megabytes)


def alone(work: Callable[[], object], *, count: int) -> Pair:
    """Run ours once with nothing to compare it with; bare is the same."""
    peak = Peak()
    with peak.watching():
        took = seconds(work)
    return Pair(took, took, count, memory=peak.megabytes)
