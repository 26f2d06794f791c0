"""Projections: anything rebuilt from entries. They ignore each other, and none is registered by hand.

A *measure* is a folder here with a `card.toml` and a `measure.sql`: it counts a population, in SQL over the facts. A
*reading* is a folder with a Python module: it tells one case, entry by entry. `card.measures()` finds the measures.
"""
