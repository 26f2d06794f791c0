"""Clocks of practice against the timescales, and what came of each: a measure."""
