"""Write the frozen pictures anew: `python -m tests.timeline`; read the difference before it is committed."""

from __future__ import annotations

from ledger.projections.timeline.text import text
from tests.timeline.test_text import FROZEN, PICTURES, frozen

for name, ascii_only in FROZEN:
    frozen(name, ascii_only).write_text(text(PICTURES[name], 100, ascii_only=ascii_only), "utf-8")
