"""A synthetic authority: everything a ledger can hold, about children who do not exist.

authority   a whole authority over some years, deterministic by its seed
loading     writes it into a ledger
bulk        entries by the hundred thousand, for measuring
"""
