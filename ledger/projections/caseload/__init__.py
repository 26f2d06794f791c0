"""Open cases per worker and pod, day by day."""
