"""Attacks on a ledger, each of which must give exactly its finding."""
