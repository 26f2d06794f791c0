"""Files from outside become candidate rows and problems; nothing here writes, and nothing here knows a ledger.

Every module is pure over files and values: `tables` and `cells` read CSV, `shapes` says how a row becomes events,
one module a format holds its tables, `findings` judges a return, `compare` sets candidates against what is in force.
`ledger.imports` reads and appends.
"""
