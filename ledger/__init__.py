"""Journey Ledger: the front door."""
