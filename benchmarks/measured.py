"""Measure one thing in a process of its own: seconds of each side, and the peak of its memory.

A measurement is a function of this package that takes plain values and returns a `Pair`. It runs in a fresh process, so
that one measurement's memory and caches are not another's.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of ours and of the bare operation, for `count` of `unit`; memory is the peak of the process, in MB.

    `also` holds other seconds measured in the same run.
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


def in_own_process(measure: Callable[..., Pair], *args: Any) -> Pair:
    """Run a measurement in a fresh process and return its pair with the peak of that process's memory."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_with_memory, (measure, args))


def _with_memory(measure: Callable[..., Pair], args: tuple[Any, ...]) -> Pair:
    pair = measure(*args)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return replace(pair, memory=peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def seconds(work: Callable[[], object]) -> float:
    """Return how long one run takes, with the collector's debts paid before it."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(ours: Callable[[], object], bare: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """Run both sides in turns and return the median seconds of each."""
    pairs = [(seconds(ours), seconds(bare)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
