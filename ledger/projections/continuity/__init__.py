"""Continuity of worker or pod, from visits: a measure."""
