"""Placements in the year, and long-term placements that held: a measure."""
