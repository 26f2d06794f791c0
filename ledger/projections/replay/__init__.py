"""Replay, a reading: one case as it was known, and what came to be known of it between two moments."""

from ledger.projections.replay.completeness import Completeness, Supply
from ledger.projections.replay.difference import Turn, Turns, between
from ledger.projections.replay.lines import Line, Remark, Stamp
from ledger.projections.replay.reading import LATE_BY, Heading, Replay, replay
from ledger.projections.replay.rows import as_data, entries_table
from ledger.projections.replay.state import StateLine, WorkerLine

__all__ = [
    "LATE_BY",
    "Completeness",
    "Heading",
    "Line",
    "Remark",
    "Replay",
    "Stamp",
    "StateLine",
    "Supply",
    "Turn",
    "Turns",
    "WorkerLine",
    "as_data",
    "between",
    "entries_table",
    "replay",
]
