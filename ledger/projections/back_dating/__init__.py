"""Entries that say they happened before a decision and were written after it."""
