"""Starting: how long the command takes to say what it can do, from nothing."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measured import Pair, seconds
from benchmarks.memory import Peak

HERE = Path(__file__).parents[1]
PROMISED = 0.2


def help_(rounds: int) -> Pair:
    """Run `journey --help` in fresh processes; against the promised 200 ms. Memory: with the process that starts it."""
    peak, ours, nothing = Peak(), [], []
    for _ in range(rounds):
        with peak.watching():
            ours.append(seconds(partial(_python, "-m", "cli", "--help")))
        nothing.append(seconds(partial(_python, "-c", "pass")))
    also = (("python -c pass", median(nothing)),)
    return Pair(median(ours), PROMISED, rounds, unit="runs", memory=peak.megabytes, also=also)


def _python(*args: str) -> None:
    subprocess.run([sys.executable, *args], cwd=HERE, stdout=subprocess.DEVNULL, check=True)
