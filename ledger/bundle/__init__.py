"""The case bundle: one journey with all that proves it, for somebody who has nothing else of the ledger.

    made = make_bundle(store, "C-001", checkpoint=Path("checkpoint.txt").read_bytes())
    Path("case.zip").write_bytes(made.data)

`rules` reads what is to be redacted, `shown` decides what of each entry may be shown, `footing` proves it against a
checkpoint, `pages` makes it readable, `archive` packs it, `make` does one after the other. `verify` is for the one who
receives it: one file that imports nothing of ours. docs/BUNDLE.md is the format.
"""

from ledger.bundle.footing import covers
from ledger.bundle.make import Bundle, make_bundle
from ledger.bundle.rules import Rule, read_rules

__all__ = ["Bundle", "Rule", "covers", "make_bundle", "read_rules"]
