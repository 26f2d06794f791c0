"""Bursts of writing before inspections and court dates."""
