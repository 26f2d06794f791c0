"""Allocations of workers to children, as known."""
