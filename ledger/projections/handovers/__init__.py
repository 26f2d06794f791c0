"""Boundaries between stages, and who was kept across them."""
