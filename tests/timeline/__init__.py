"""Tests of the picture of a case."""
